import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { Runner } from './backend';
import type { PipelineModel } from './model';

export interface IToolbarProps {
  model: PipelineModel;
  trans: TranslationBundle;
  onArrange: () => void;
  onImport: (text: string, name: string) => void;
  onFit: () => void;
  onZoom: (factor: number) => void;
}

/** What is done with the whole pipeline. */
export function BuilderToolbar(props: IToolbarProps): React.JSX.Element {
  const { model, onArrange, onFit, onImport, onZoom, trans } = props;
  const files = React.useRef<HTMLInputElement>(null);
  const [runner, setRunner] = React.useState<Runner>('zeta');
  const errors = model.errors.length;
  const isEmpty = model.document.nodes.length === 0;
  const why = isEmpty
    ? trans.__('Add a source and a sink first')
    : errors > 0
      ? trans.__('Mend the %1 errors below first', errors)
      : trans.__('Run the pipeline');
  return (
    <div
      className="jp-scaleph-toolbar"
      role="toolbar"
      aria-label={trans.__('Pipeline')}
    >
      <Tool
        label={trans.__('Undo')}
        title={trans.__('Undo (Ctrl+Z)')}
        sign="↶"
        isOff={!model.canUndo}
        onClick={() => model.undo()}
      />
      <Tool
        label={trans.__('Redo')}
        title={trans.__('Redo (Ctrl+Y)')}
        sign="↷"
        isOff={!model.canRedo}
        onClick={() => model.redo()}
      />
      <span className="jp-scaleph-gap" />
      <Tool
        label={trans.__('Arrange')}
        title={trans.__('Place all nodes from left to right')}
        sign={trans.__('Arrange')}
        isOff={isEmpty}
        onClick={onArrange}
      />
      <Tool
        label={trans.__('Fit')}
        title={trans.__('Show all (0)')}
        sign={trans.__('Fit')}
        isOff={isEmpty}
        onClick={onFit}
      />
      <Tool
        label={trans.__('Zoom in')}
        title={trans.__('Zoom in (+)')}
        sign="+"
        onClick={() => onZoom(1.25)}
      />
      <Tool
        label={trans.__('Zoom out')}
        title={trans.__('Zoom out (-)')}
        sign="−"
        onClick={() => onZoom(0.8)}
      />
      <span className="jp-scaleph-gap" />
      <Tool
        label={trans.__('Import')}
        title={trans.__(
          'Take over a configuration of SeaTunnel (HOCON or JSON)'
        )}
        sign={trans.__('Import…')}
        onClick={() => files.current?.click()}
      />
      <input
        ref={files}
        type="file"
        hidden
        accept=".conf,.config,.json,.hocon"
        aria-label={trans.__('Configuration to import')}
        onChange={event => {
          const [file] = event.target.files ?? [];
          event.target.value = '';
          void file?.text().then(text => onImport(text, file.name));
        }}
      />
      <span className="jp-scaleph-space" />
      <select
        className="jp-mod-styled"
        aria-label={trans.__('Engine')}
        value={runner}
        disabled={model.isRunning}
        onChange={event => setRunner(event.target.value as Runner)}
      >
        <option value="zeta">{trans.__('Zeta (quick)')}</option>
        <option value="flink">{trans.__('Flink')}</option>
      </select>
      {model.isRunning ? (
        <button
          className="jp-Button jp-mod-styled jp-mod-warn"
          disabled={model.run?.state === 'CANCELLING'}
          onClick={() => void model.stop()}
        >
          {trans.__('Stop')}
        </button>
      ) : (
        <button
          className="jp-Button jp-mod-styled jp-mod-accept"
          disabled={isEmpty || errors > 0}
          title={why}
          onClick={() => void model.start(runner)}
        >
          {trans.__('Run')}
        </button>
      )}
    </div>
  );
}

function Tool(props: {
  label: string;
  title: string;
  sign: string;
  isOff?: boolean;
  onClick: () => void;
}): React.JSX.Element {
  return (
    <button
      className="jp-Button jp-mod-minimal jp-scaleph-tool"
      aria-label={props.label}
      title={props.title}
      disabled={props.isOff}
      onClick={props.onClick}
    >
      {props.sign}
    </button>
  );
}
