import type { TranslationBundle } from '@jupyterlab/translation';
import {
  caretDownIcon,
  caretRightIcon,
  codeIcon,
  pasteIcon
} from '@jupyterlab/ui-components';
import * as React from 'react';

import type { ICatalogActions } from './actions';
import type { ICatalogNode } from './client';
import { kindIcons } from './icons';
import { type CatalogModel, keyOf } from './model';

interface IRow {
  node: ICatalogNode;
  path: string[];
  position: number;
  siblings: number;
}

interface INote {
  note: string;
  depth: number;
  key: string;
  failed: boolean;
}

export interface ITreeProps {
  model: CatalogModel;
  actions: ICatalogActions;
  trans: TranslationBundle;
}

/** The tree, with the keys that trees have: arrows, Home, End, Enter. */
export function CatalogTree(props: ITreeProps): React.JSX.Element {
  const { model, actions, trans } = props;
  const tree = React.useRef<HTMLDivElement>(null);
  const lines = visible(model, [], trans);
  const rows = lines.filter((line): line is IRow => 'node' in line);
  const focused = rows.some(({ path }) => keyOf(path) === model.selected)
    ? model.selected
    : keyOf(rows[0]?.path ?? []);

  const go = (row: IRow | undefined): void => {
    if (row) {
      model.select(row.path);
      const nodes = tree.current?.querySelectorAll<HTMLElement>('[data-path]');
      const key = keyOf(row.path);
      Array.from(nodes ?? [])
        .find(node => node.dataset.path === key)
        ?.focus();
    }
  };

  const press = (event: React.KeyboardEvent, row: IRow): void => {
    const at = rows.indexOf(row);
    const open = model.isExpanded(row.path);
    const leaf = row.node.kind === 'column';
    const steps: Record<string, () => void> = {
      ArrowDown: () => go(rows[at + 1]),
      ArrowUp: () => go(rows[at - 1]),
      Home: () => go(rows[0]),
      End: () => go(rows[rows.length - 1]),
      ArrowRight: () => {
        if (open) {
          go(rows[at + 1]);
        } else if (!leaf) {
          model.expand(row.path);
        }
      },
      ArrowLeft: () => {
        const above = keyOf(row.path.slice(0, -1));
        if (open) {
          model.collapse(row.path);
        } else {
          go(rows.find(({ path }) => keyOf(path) === above));
        }
      },
      ' ': () => toggle(model, row),
      Enter: () =>
        event.shiftKey ? actions.insertSelect() : actions.insertName()
    };
    const step = steps[event.key];
    if (step && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      event.stopPropagation();
      step();
    } else if (event.key === 'c' && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      actions.copyName();
    }
  };

  return (
    <div
      className="jp-scaleph-tree"
      role="tree"
      aria-label={trans.__('Catalogs')}
      data-lm-suppress-shortcuts="true"
      ref={tree}
    >
      {lines.map(line =>
        'note' in line ? (
          <div
            key={line.key}
            className="jp-scaleph-tree-note"
            data-failed={line.failed}
            style={indent(line.depth)}
          >
            {line.note}
          </div>
        ) : (
          <TreeRow
            key={keyOf(line.path)}
            {...props}
            row={line}
            tabbable={keyOf(line.path) === focused}
            onPress={event => press(event, line)}
          />
        )
      )}
    </div>
  );
}

function TreeRow(
  props: ITreeProps & {
    row: IRow;
    tabbable: boolean;
    onPress: (event: React.KeyboardEvent) => void;
  }
): React.JSX.Element {
  const { model, actions, trans, row, tabbable, onPress } = props;
  const { node, path } = row;
  const leaf = node.kind === 'column';
  const hasRows = node.kind === 'table' || node.kind === 'view';
  const open = model.isExpanded(path);
  const key = keyOf(path);
  const Icon = kindIcons[node.kind].react;
  const Caret = (open ? caretDownIcon : caretRightIcon).react;
  return (
    <div
      className="jp-scaleph-node"
      role="treeitem"
      aria-level={path.length}
      aria-posinset={row.position}
      aria-setsize={row.siblings}
      aria-expanded={leaf ? undefined : open}
      aria-selected={key === model.selected}
      data-kind={node.kind}
      data-path={key}
      data-rows={hasRows}
      tabIndex={tabbable ? 0 : -1}
      style={indent(path.length - 1)}
      title={titleOf(node, trans)}
      onClick={() => {
        model.select(path);
        if (!leaf) {
          toggle(model, row);
        }
      }}
      onContextMenu={() => model.select(path)}
      onDoubleClick={leaf ? actions.insertName : undefined}
      onFocus={() => {
        if (key !== model.selected) {
          model.select(path);
        }
      }}
      onKeyDown={onPress}
    >
      {leaf ? (
        <span className="jp-scaleph-caret" />
      ) : (
        <Caret tag="span" className="jp-scaleph-caret" width="14px" />
      )}
      <Icon tag="span" className="jp-scaleph-kind" width="14px" height="14px" />
      <span className="jp-scaleph-node-name">{node.name}</span>
      <span className="jp-scaleph-node-detail">{notesOf(node, trans)}</span>
      {hasRows && <RowButtons {...props} path={path} />}
    </div>
  );
}

/** For the mouse; the keyboard has the context menu. */
function RowButtons(
  props: ITreeProps & { path: readonly string[] }
): React.JSX.Element {
  const { model, actions, trans, path } = props;
  const buttons = [
    {
      icon: pasteIcon,
      label: trans.__('Insert SELECT into the Cell'),
      act: actions.insertSelect
    },
    {
      icon: kindIcons.table,
      label: trans.__('Show a Sample'),
      act: actions.showSample
    },
    { icon: codeIcon, label: trans.__('Show the DDL'), act: actions.showDdl }
  ];
  return (
    <span className="jp-scaleph-node-buttons">
      {buttons.map(({ icon, label, act }) => (
        <button
          key={label}
          className="jp-scaleph-icon-button"
          tabIndex={-1}
          title={label}
          aria-label={label}
          onClick={event => {
            event.stopPropagation();
            model.select(path);
            act();
          }}
        >
          <icon.react tag="span" width="14px" height="14px" />
        </button>
      ))}
    </span>
  );
}

/** What is open, from the top down. */
function visible(
  model: CatalogModel,
  path: string[],
  trans: TranslationBundle
): (IRow | INote)[] {
  const children = model.children(path);
  const note = (text: string, failed = false): INote[] => [
    { note: text, depth: path.length, key: `${keyOf(path)}note`, failed }
  ];
  if (children === undefined || children === 'loading') {
    return note(trans.__('Loading…'));
  }
  if (!Array.isArray(children)) {
    return note(`${children.message} ${children.hint}`.trim(), true);
  }
  if (children.length === 0) {
    return note(
      path.length === 2
        ? trans.__('No tables yet. A CREATE TABLE statement makes one.')
        : trans.__('Nothing here.')
    );
  }
  return children.flatMap((node, index) => {
    const below = [...path, node.name];
    const row: IRow = {
      node,
      path: below,
      position: index + 1,
      siblings: children.length
    };
    return model.isExpanded(below)
      ? [row, ...visible(model, below, trans)]
      : [row];
  });
}

function toggle(model: CatalogModel, row: IRow): void {
  if (row.node.kind === 'column') {
    return;
  }
  if (model.isExpanded(row.path)) {
    model.collapse(row.path);
  } else {
    model.expand(row.path);
  }
}

function notesOf(node: ICatalogNode, trans: TranslationBundle): string {
  const notes = [
    node.detail,
    node.temporary ? trans.__('temporary') : '',
    node.kind === 'view' ? trans.__('view') : '',
    node.current ? trans.__('current') : ''
  ];
  return notes.filter(note => note).join(' · ');
}

function titleOf(node: ICatalogNode, trans: TranslationBundle): string {
  const notes = notesOf(node, trans);
  return notes ? `${node.name} · ${notes}` : node.name;
}

function indent(depth: number): React.CSSProperties {
  return { paddingInlineStart: `${4 + depth * 14}px` };
}
