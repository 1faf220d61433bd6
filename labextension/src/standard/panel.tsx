import type { TranslationBundle } from '@jupyterlab/translation';
import {
  addIcon,
  downloadIcon,
  fileUploadIcon,
  type LabIcon,
  ReactWidget,
  refreshIcon,
  UseSignal
} from '@jupyterlab/ui-components';
import type { Message } from '@lumino/messaging';
import * as React from 'react';

import { FailureNote } from '../engines/failure';
import { StandardForm } from './form';
import { standardIcon } from './icons';
import { StandardImport } from './importing';
import { StandardList } from './list';
import type { StandardModel, Tab } from './model';
import { nounTitle, tabTitle } from './words';

const TABS: readonly Tab[] = ['elements', 'sets', 'systems'];

/** What the panel does outside of itself. */
export interface IStandardActions {
  /** Puts text at the cursor of the active cell. */
  insert(text: string): void;
  /** Asks the user; resolves to whether they agreed. */
  confirmDelete(noun: string, name: string): Promise<boolean>;
}

export interface IPanelProps {
  model: StandardModel;
  actions: IStandardActions;
  trans: TranslationBundle;
}

export interface IStandardProps extends IPanelProps {
  /** Lets the user choose a file to import. */
  pick: () => void;
}

/** The side panel of the data standard: its lists, a form, an import. */
export class StandardPanel extends ReactWidget {
  constructor(private readonly _props: IPanelProps) {
    super();
    const { trans } = _props;
    this.id = 'scaleph-lab-standard';
    this.addClass('jp-scaleph-panel');
    this.addClass('jp-scaleph-standard');
    this.title.icon = standardIcon;
    this.title.caption = trans.__('Data Standard');
    this.node.setAttribute('role', 'region');
    this.node.setAttribute('aria-label', trans.__('Data standard'));
  }

  protected override onAfterShow(message: Message): void {
    super.onAfterShow(message);
    // A form that is open keeps what the server said of it.
    if (this._props.model.place === 'list') {
      void this._props.model.refresh();
    }
  }

  protected override render(): React.JSX.Element {
    return (
      <UseSignal signal={this._props.model.changed}>
        {() => <Standard {...this._props} />}
      </UseSignal>
    );
  }
}

function Standard(given: IPanelProps): React.JSX.Element {
  const { model, trans } = given;
  const file = React.useRef<HTMLInputElement>(null);
  const props = { ...given, pick: () => file.current?.click() };
  return (
    <>
      <div className="jp-scaleph-head">
        <h2>{trans.__('Data standard')}</h2>
        <span>
          <IconButton
            icon={addIcon}
            label={trans.__('New %1', nounTitle(model.tab, trans))}
            act={() => void model.begin(model.tab)}
          />
          <IconButton
            icon={fileUploadIcon}
            label={trans.__('Import a CSV or an Excel file')}
            act={props.pick}
          />
          <IconButton
            icon={downloadIcon}
            label={trans.__('Export all as an Excel file')}
            act={() => void model.export()}
          />
          <IconButton
            icon={refreshIcon}
            label={trans.__('Refresh the data standard')}
            act={() => void model.refresh()}
          />
        </span>
      </div>
      <input
        ref={file}
        type="file"
        accept=".csv,.xlsx"
        hidden
        aria-label={trans.__('File to import')}
        onChange={event => {
          const chosen = event.target.files?.[0];
          // The same file may be chosen again, mended.
          event.target.value = '';
          if (chosen) {
            void model.tryFile(chosen);
          }
        }}
      />
      {model.place === 'list' && <Tabs {...props} />}
      {model.failure && (
        <FailureNote
          title={trans.__('This was not done')}
          failure={model.failure}
        />
      )}
      {model.place === 'list' && <StandardList {...props} />}
      {model.place === 'form' && model.draft && (
        <StandardForm {...props} draft={model.draft} />
      )}
      {model.place === 'import' && <StandardImport {...props} />}
    </>
  );
}

function Tabs({ model, trans }: IPanelProps): React.JSX.Element {
  const move = (event: React.KeyboardEvent): void => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    const next = step && TABS[TABS.indexOf(model.tab) + step];
    if (next) {
      event.preventDefault();
      const list = event.currentTarget;
      model.show(next);
      list
        .querySelectorAll<HTMLElement>('[role="tab"]')
        [TABS.indexOf(next)].focus();
    }
  };
  return (
    // The keys move among the tabs, of which one has the focus.
    // eslint-disable-next-line jsx-a11y/interactive-supports-focus
    <div
      className="jp-scaleph-tabs"
      role="tablist"
      aria-label={trans.__('Parts of the data standard')}
      onKeyDown={move}
    >
      {TABS.map(tab => (
        <button
          key={tab}
          role="tab"
          aria-selected={tab === model.tab}
          tabIndex={tab === model.tab ? 0 : -1}
          onClick={() => model.show(tab)}
        >
          {tabTitle(tab, trans)}
        </button>
      ))}
    </div>
  );
}

function IconButton(props: {
  icon: LabIcon;
  label: string;
  act: () => void;
}): React.JSX.Element {
  const { act, icon, label } = props;
  return (
    <button
      className="jp-scaleph-icon-button"
      title={label}
      aria-label={label}
      onClick={act}
    >
      <icon.react tag="span" width="16px" height="16px" />
    </button>
  );
}
