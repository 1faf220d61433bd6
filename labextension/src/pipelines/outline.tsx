import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { edgeKey, type IPipelineNode } from './document';
import type { PipelineModel } from './model';

export interface IOutlineProps {
  model: PipelineModel;
  trans: TranslationBundle;
  onOpen: (id: string) => void;
  onConnect: (from: string, to: string) => void;
}

/** The same graph as a list: what the mouse does on the canvas the keyboard does here. */
export function Outline(props: IOutlineProps): React.JSX.Element {
  const { model, trans } = props;
  const { edges, nodes } = model.document;
  if (nodes.length === 0) {
    return (
      <p className="jp-scaleph-empty">
        {trans.__('No nodes yet: choose one in the palette and press Enter.')}
      </p>
    );
  }
  return (
    <ul
      className="jp-scaleph-outline"
      role="tree"
      aria-label={trans.__('Outline of the pipeline')}
    >
      {nodes.map(node => (
        <Row key={node.id} node={node} {...props}>
          <ul role="group">
            {edges
              .filter(({ from }) => from === node.id)
              .map(edge => (
                <li
                  key={edgeKey(edge)}
                  role="treeitem"
                  aria-selected={model.selectedEdges.has(edgeKey(edge))}
                  tabIndex={0}
                  onClick={() => model.select([], [edgeKey(edge)])}
                  onKeyDown={event => {
                    event.stopPropagation();
                    if (event.key === 'Delete' || event.key === 'Backspace') {
                      model.select([], [edgeKey(edge)]);
                      model.remove();
                    }
                  }}
                >
                  → {edge.to}
                </li>
              ))}
          </ul>
        </Row>
      ))}
    </ul>
  );
}

function Row(
  props: React.PropsWithChildren<IOutlineProps & { node: IPipelineNode }>
): React.JSX.Element {
  const { children, model, node, onConnect, onOpen, trans } = props;
  const problems = model.problems.filter(problem => problem.node === node.id);
  const targets = model.document.nodes.filter(
    ({ id, kind }) => id !== node.id && kind !== 'source'
  );
  const focusNext = (item: HTMLElement, step: number): void => {
    const items = [
      ...(item
        .closest('[role=tree]')
        ?.querySelectorAll<HTMLElement>('[role=treeitem]') ?? [])
    ];
    items[items.indexOf(item) + step]?.focus();
  };
  return (
    <li
      role="treeitem"
      aria-selected={model.selected.has(node.id)}
      aria-expanded
      aria-label={`${node.id}, ${node.connector}, ${node.kind}`}
      className={`jp-mod-${node.kind}`}
      tabIndex={0}
      onClick={event => {
        event.stopPropagation();
        model.select([node.id]);
      }}
      onKeyDown={event => {
        if (event.target !== event.currentTarget) {
          return;
        }
        if (event.key === 'Enter') {
          onOpen(node.id);
        } else if (event.key === 'Delete' || event.key === 'Backspace') {
          model.select([node.id]);
          model.remove();
        } else if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
          event.preventDefault();
          focusNext(event.currentTarget, event.key === 'ArrowDown' ? 1 : -1);
        } else if (event.key === ' ') {
          event.preventDefault();
          model.select([node.id]);
        }
      }}
    >
      <span className="jp-scaleph-outline-name">
        {node.id} <small>{node.connector}</small>
        {problems.length > 0 && (
          <span
            className="jp-scaleph-count"
            title={problems.map(({ message }) => message).join('\n')}
          >
            {problems.length}
          </span>
        )}
      </span>
      {node.kind !== 'sink' && targets.length > 0 && (
        <select
          className="jp-mod-styled"
          aria-label={trans.__('Connect %1 to', node.id)}
          value=""
          onClick={event => event.stopPropagation()}
          onChange={event => onConnect(node.id, event.target.value)}
        >
          <option value="">{trans.__('Connect to…')}</option>
          {targets.map(({ id }) => (
            <option key={id}>{id}</option>
          ))}
        </select>
      )}
      {children}
    </li>
  );
}
