import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { CONNECTOR_MIME } from './canvas';
import type { Kind } from './document';
import type { PipelineModel } from './model';
import type { Connector } from './rules';

export interface IPaletteProps {
  model: PipelineModel;
  trans: TranslationBundle;
  language: string;
  onAdd: (kind: Kind, name: string) => void;
}

const KINDS: readonly Kind[] = ['source', 'transform', 'sink'];

/** All connectors by kind and group, with a search. What is dragged from here is dropped on the canvas. */
export function PalettePane(props: IPaletteProps): React.JSX.Element {
  const { model, trans } = props;
  const [search, setSearch] = React.useState('');
  const [kind, setKind] = React.useState<Kind>('source');
  const found = (model.palette?.items ?? []).filter(
    each => each.kind === kind && matches(each, search)
  );
  const words: Record<Kind, string> = {
    source: trans.__('Sources'),
    transform: trans.__('Transforms'),
    sink: trans.__('Sinks')
  };
  return (
    <section
      className="jp-scaleph-palette"
      aria-label={trans.__('Palette of connectors')}
    >
      <div className="jp-scaleph-kinds" role="tablist">
        {KINDS.map(each => (
          <button
            key={each}
            role="tab"
            aria-selected={each === kind}
            className={`jp-scaleph-kind jp-mod-${each}`}
            onClick={() => setKind(each)}
          >
            {words[each]}
          </button>
        ))}
      </div>
      <div className="jp-scaleph-search">
        <input
          type="search"
          className="jp-mod-styled"
          placeholder={trans.__('Find a connector')}
          aria-label={trans.__('Find a connector')}
          value={search}
          onChange={event => setSearch(event.target.value)}
        />
      </div>
      {model.palette === null && (
        <p className="jp-scaleph-quiet">{trans.__('Asking the server…')}</p>
      )}
      {groupsOf(props, found).map(({ name, label, items }) => (
        <div key={name} role="group" aria-label={label}>
          <h4>{label}</h4>
          {items.map(each => (
            <Card key={each.name} connector={each} {...props} />
          ))}
        </div>
      ))}
      {model.palette !== null && found.length === 0 && (
        <p className="jp-scaleph-empty">{trans.__('None has "%1".', search)}</p>
      )}
    </section>
  );
}

function Card(
  props: IPaletteProps & { connector: Connector }
): React.JSX.Element {
  const { connector, onAdd, trans } = props;
  const { dressing, kind, name } = connector;
  const run = dressing.health === 'run';
  return (
    <button
      className={`jp-scaleph-card jp-mod-${kind}`}
      draggable
      title={trans.__('Drag it to the canvas, or press Enter')}
      onDragStart={event => {
        event.dataTransfer.setData(CONNECTOR_MIME, `${kind}/${name}`);
        event.dataTransfer.effectAllowed = 'copy';
      }}
      onDoubleClick={() => onAdd(kind, name)}
      onKeyDown={event => {
        if (event.key === 'Enter' || event.key === ' ') {
          event.preventDefault();
          onAdd(kind, name);
        }
      }}
    >
      <span className="jp-scaleph-card-name">{name}</span>
      {run && (
        <span
          className="jp-scaleph-badge"
          title={trans.__('Pipelines with it are run by Scaleph Lab’s tests')}
        >
          ✓
        </span>
      )}
      <span className="jp-scaleph-card-words">{dressing.summary}</span>
    </button>
  );
}

function groupsOf(
  { language, model }: IPaletteProps,
  found: readonly Connector[]
): { name: string; label: string; items: Connector[] }[] {
  const chinese = language.startsWith('zh');
  return (model.palette?.groups ?? [])
    .map(({ label, name }) => ({
      name,
      label: (chinese ? label.zh : label.en) ?? name,
      items: found.filter(
        ({ dressing }) => (dressing.group ?? 'other') === name
      )
    }))
    .filter(({ items }) => items.length > 0);
}

function matches({ dressing, name }: Connector, search: string): boolean {
  const words = `${name} ${dressing.summary ?? ''}`.toLowerCase();
  return search
    .toLowerCase()
    .split(/\s+/)
    .every(word => words.includes(word));
}
