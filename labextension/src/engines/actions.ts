import type { CommandRegistry } from '@lumino/commands';

import { CommandIDs, type Job } from '../tokens';

/** What the panel can ask for: always a command, so that shortcuts and other extensions can too. */
export class EngineActions {
  constructor(private readonly _commands: CommandRegistry) {}

  start = (name: string): void => this._run(CommandIDs.start, { name });

  stop = (name: string): void => this._run(CommandIDs.stop, { name });

  openUi = (name: string): void => this._run(CommandIDs.openUi, { name });

  openJob = (name: string, job: Job): void =>
    this._run(CommandIDs.openUi, { name, job: job.id });

  showLog = (name: string): void => this._run(CommandIDs.showLog, { name });

  cancelJob = (name: string, job: Job): void =>
    this._run(CommandIDs.cancelJob, { name, job: job.id });

  refresh = (): void => this._run(CommandIDs.refresh, {});

  openDemo = (): void => this._run(CommandIDs.openDemo, {});

  private _run(command: string, args: Record<string, string>): void {
    void this._commands.execute(command, args);
  }
}
