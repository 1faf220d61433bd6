import type { TranslationBundle } from '@jupyterlab/translation';
import {
  addIcon,
  ReactWidget,
  refreshIcon,
  UseSignal
} from '@jupyterlab/ui-components';
import type { Message } from '@lumino/messaging';
import * as React from 'react';

import { FailureNote } from '../engines/failure';
import { DataSourceForm } from './form';
import { datasourceIcon } from './icons';
import { DataSourceList } from './list';
import type { DataSourceModel } from './model';
import { TypeChoice } from './types';

/** What the panel does outside of itself. */
export interface IDataSourceActions {
  /** Puts text at the cursor of the active cell. */
  insert(text: string): void;
  /** Puts a statement into a cell of SQL. */
  insertStatement(statement: string): void;
  /** Asks the user; resolves to whether they agreed. */
  confirmDelete(name: string): Promise<boolean>;
}

export interface IDataSourceProps {
  model: DataSourceModel;
  actions: IDataSourceActions;
  trans: TranslationBundle;
  language: string;
}

/** The side panel of data sources: the list, the choice of a type, and the form. */
export class DataSourcePanel extends ReactWidget {
  constructor(private readonly _props: IDataSourceProps) {
    super();
    const { trans } = _props;
    this.id = 'scaleph-lab-datasources';
    this.addClass('jp-scaleph-panel');
    this.addClass('jp-scaleph-datasources');
    this.title.icon = datasourceIcon;
    this.title.caption = trans.__('Data Sources');
    this.node.setAttribute('role', 'region');
    this.node.setAttribute('aria-label', trans.__('Data sources'));
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
        {() => <DataSources {...this._props} />}
      </UseSignal>
    );
  }
}

function DataSources(props: IDataSourceProps): React.JSX.Element {
  const { model, trans } = props;
  return (
    <>
      <div className="jp-scaleph-head">
        <h2>{trans.__('Data sources')}</h2>
        <span>
          <button
            className="jp-scaleph-icon-button"
            title={trans.__('New data source')}
            aria-label={trans.__('New data source')}
            onClick={() => model.go('types')}
          >
            <addIcon.react tag="span" width="16px" height="16px" />
          </button>
          <button
            className="jp-scaleph-icon-button"
            title={trans.__('Refresh')}
            aria-label={trans.__('Refresh the data sources')}
            onClick={() => void model.refresh()}
          >
            <refreshIcon.react tag="span" width="16px" height="16px" />
          </button>
        </span>
      </div>
      {model.failure && (
        <FailureNote
          title={trans.__('This was not done')}
          failure={model.failure}
        />
      )}
      {model.place === 'list' && <DataSourceList {...props} />}
      {model.place === 'types' && <TypeChoice {...props} />}
      {model.place === 'form' && model.draft && (
        <DataSourceForm {...props} draft={model.draft} />
      )}
    </>
  );
}
