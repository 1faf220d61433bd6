import type { CommandRegistry } from '@lumino/commands';

import { CommandIDs } from '../tokens';

/** What a tree can ask for, always of the selected node. */
export interface ICatalogActions {
  insertName(this: void): void;
  insertSelect(this: void): void;
  showSample(this: void): void;
  showDdl(this: void): void;
  copyName(this: void): void;
  refresh(this: void): void;
}

/** Those of the side panel: commands, so that shortcuts and other extensions can too. */
export class CatalogActions implements ICatalogActions {
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
