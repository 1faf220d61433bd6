import type { JupyterFrontEnd } from '@jupyterlab/application';
import { Clipboard } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import {
  codeIcon,
  copyIcon,
  type LabIcon,
  pasteIcon,
  refreshIcon
} from '@jupyterlab/ui-components';

import { CommandIDs } from '../tokens';
import type { ICatalogNode } from './client';
import { catalogIcon, kindIcons } from './icons';
import type { CatalogModel } from './model';

const ROWS = 100;

/** A query of a table that is quickly done. */
export function selectOf(node: ICatalogNode): string {
  return `SELECT * FROM ${node.sql} LIMIT ${ROWS}`;
}

type Selection = { node: ICatalogNode; path: string[] };

/** Registers all commands of the catalogs and returns the ids of those that the palette has. */
export function addCatalogCommands(
  app: JupyterFrontEnd,
  model: CatalogModel,
  panelId: string,
  trans: TranslationBundle
): string[] {
  const args = { type: 'object', properties: {} } as const;

  /** A command on the node that is selected in the tree. */
  const add = (
    id: string,
    label: string,
    icon: LabIcon,
    wanted: (kind: ICatalogNode['kind']) => boolean,
    act: (selection: Selection) => Promise<void> | void
  ): void => {
    const selected = (): Selection | null => {
      const selection = model.selection();
      return selection && wanted(selection.node.kind) ? selection : null;
    };
    app.commands.addCommand(id, {
      label,
      icon,
      describedBy: { args },
      isEnabled: () => selected() !== null,
      execute: async () => {
        const selection = selected();
        if (selection) {
          await act(selection);
        }
      }
    });
  };
  const any = (): boolean => true;
  const isTable = (kind: string): boolean =>
    kind === 'table' || kind === 'view';

  app.commands.addCommand(CommandIDs.showCatalogs, {
    label: trans.__('Show Flink Catalogs'),
    icon: catalogIcon,
    describedBy: { args },
    execute: () => app.shell.activateById(panelId)
  });
  app.commands.addCommand(CommandIDs.refreshCatalogs, {
    label: trans.__('Refresh Flink Catalogs'),
    icon: refreshIcon,
    describedBy: { args },
    execute: () => model.refresh()
  });
  add(
    CommandIDs.insertName,
    trans.__('Insert Name into the Cell'),
    pasteIcon,
    any,
    ({ node }) => model.focus.insert(node.sql)
  );
  add(
    CommandIDs.insertSelect,
    trans.__('Insert SELECT into the Cell'),
    pasteIcon,
    isTable,
    ({ node }) => model.focus.insertStatement(selectOf(node))
  );
  add(
    CommandIDs.showSample,
    trans.__('Show a Sample'),
    kindIcons.table,
    isTable,
    ({ node, path }) => model.showSample(node, path)
  );
  add(
    CommandIDs.showDdl,
    trans.__('Show the DDL'),
    codeIcon,
    isTable,
    ({ node, path }) => model.showDdl(node, path)
  );
  add(CommandIDs.copyName, trans.__('Copy Name'), copyIcon, any, ({ node }) =>
    Clipboard.copyToSystem(node.sql)
  );
  return [CommandIDs.showCatalogs, CommandIDs.refreshCatalogs];
}
