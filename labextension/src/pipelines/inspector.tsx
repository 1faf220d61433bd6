import { Clipboard } from '@jupyterlab/apputils';
import * as React from 'react';

import { RestError } from '../rest/client';
import { type IOptionPaneProps, OptionPane } from './optionpane';
import { type IOutlineProps, Outline } from './outline';

export type InspectorTab = 'options' | 'outline' | 'config';

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
      {tab === 'outline' && <Outline {...props} />}
      {tab === 'config' && <ConfigPane {...props} />}
    </>
  );
}

/** What SeaTunnel will read, as the document is now. */
function ConfigPane({ model, trans }: IInspectorProps): React.JSX.Element {
  const { document } = model;
  const [text, setText] = React.useState('');
  const [failure, setFailure] = React.useState('');
  React.useEffect(() => {
    let isOld = false;
    model.backend.config(document).then(
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
  }, [document, model]);
  return (
    <section
      className="jp-scaleph-form"
      aria-label={trans.__('Configuration of SeaTunnel')}
    >
      {failure && <p className="jp-scaleph-wrong jp-mod-warning">{failure}</p>}
      {text && (
        <>
          <div className="jp-scaleph-buttons">
            <button
              className="jp-Button jp-mod-styled jp-mod-minimal"
              onClick={() => Clipboard.copyToSystem(text)}
            >
              {trans.__('Copy')}
            </button>
          </div>
          <pre className="jp-scaleph-config">{text}</pre>
        </>
      )}
    </section>
  );
}
