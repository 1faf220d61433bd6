import type { CommandRegistry } from '@lumino/commands';

import { CommandIDs } from '../tokens';

/** What the tree can ask for: always a command on the selected node. */
export class CatalogActions {
  constructor(private readonly _commands: CommandRegistry) {}

  insertName = (): void => this._run(CommandIDs.insertName);

  insertSelect = (): void => this._run(CommandIDs.insertSelect);

  showSample = (): void => this._run(CommandIDs.showSample);

  showDdl = (): void => this._run(CommandIDs.showDdl);

  copyName = (): void => this._run(CommandIDs.copyName);

  refresh = (): void => this._run(CommandIDs.refreshCatalogs);

  private _run(command: string): void {
    void this._commands.execute(command);
  }
}
