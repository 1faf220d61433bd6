import { Clipboard } from '@jupyterlab/apputils';
import * as React from 'react';

import { RestError } from '../rest/client';
import type { ConfigFormat } from './backend';
import { type IOptionPaneProps, OptionPane } from './optionpane';
import { type IOutlineProps, Outline } from './outline';
import { RowsPane } from './rows';

export type InspectorTab = 'options' | 'rows' | 'outline' | 'config';

export interface IInspectorProps
  extends IOptionPaneProps, Pick<IOutlineProps, 'onOpen' | 'onConnect'> {
  tab: InspectorTab;
  onTab: (tab: InspectorTab) => void;
}

/** The right side: the form of what is chosen, the outline, and the configuration. */
export function Inspector(props: IInspectorProps): React.JSX.Element {
  const { onTab, tab, trans } = props;
  const words: Record<InspectorTab, string> = {
    options: trans.__('Options'),
    rows: trans.__('Rows'),
    outline: trans.__('Outline'),
    config: trans.__('Configuration')
  };
  return (
    <>
      <div className="jp-scaleph-kinds" role="tablist">
        {(Object.keys(words) as InspectorTab[]).map(each => (
          <button
            key={each}
            role="tab"
            aria-selected={each === tab}
            className="jp-scaleph-kind"
            onClick={() => onTab(each)}
          >
            {words[each]}
          </button>
        ))}
      </div>
      {tab === 'options' && <OptionPane {...props} />}
      {tab === 'rows' && <RowsPane {...props} />}
      {tab === 'outline' && <Outline {...props} />}
      {tab === 'config' && <ConfigPane {...props} />}
    </>
  );
}

/** What SeaTunnel will read, as the document is now. */
function ConfigPane({ model, trans }: IInspectorProps): React.JSX.Element {
  const { document } = model;
  const [format, setFormat] = React.useState<ConfigFormat>('hocon');
  const [text, setText] = React.useState('');
  const [failure, setFailure] = React.useState('');
  React.useEffect(() => {
    let isOld = false;
    model.backend.config(document, format).then(
      config => {
        if (!isOld) {
          setText(config);
          setFailure('');
        }
      },
      reason => {
        if (!isOld) {
          const { hint, message } = RestError.failureOf(reason);
          setFailure(`${message} ${hint}`.trim());
        }
      }
    );
    return () => {
      isOld = true;
    };
  }, [document, format, model]);
  return (
    <section
      className="jp-scaleph-form"
      aria-label={trans.__('Configuration of SeaTunnel')}
    >
      <div className="jp-scaleph-buttons">
        <select
          className="jp-mod-styled"
          aria-label={trans.__('Format')}
          value={format}
          onChange={event => setFormat(event.target.value as ConfigFormat)}
        >
          <option value="hocon">{trans.__('HOCON, variables stay')}</option>
          <option value="json">{trans.__('JSON, as it is run')}</option>
        </select>
        <button
          className="jp-Button jp-mod-styled jp-mod-minimal"
          disabled={text === ''}
          onClick={() => Clipboard.copyToSystem(text)}
        >
          {trans.__('Copy')}
        </button>
        <a
          className="jp-Button jp-mod-styled jp-mod-minimal"
          download={`${document.name}.${format === 'json' ? 'json' : 'conf'}`}
          href={`data:text/plain;charset=utf-8,${encodeURIComponent(text)}`}
        >
          {trans.__('Download')}
        </a>
      </div>
      {failure && <p className="jp-scaleph-wrong jp-mod-warning">{failure}</p>}
      {text && <pre className="jp-scaleph-config">{text}</pre>}
    </section>
  );
}
