import type { JupyterFrontEnd } from '@jupyterlab/application';
import {
  Dialog,
  InputDialog,
  showDialog,
  showErrorMessage
} from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import { launchIcon, refreshIcon } from '@jupyterlab/ui-components';
import type { ReadonlyPartialJSONObject } from '@lumino/coreutils';

import { scalephIcon } from '../icons';
import { RestError } from '../rest/client';
import { CommandIDs, type Engine, type IEngines, type Job } from '../tokens';
import { createLogTab } from './log';

type Args = ReadonlyPartialJSONObject;

const NAME = {
  name: { type: 'string', description: 'The engine; else the default one' }
} as const;
const JOB = {
  job: { type: 'string', description: 'The id of a job' }
} as const;

/** Registers all commands of the engines and returns their ids, for the palette. */
export function addEngineCommands(
  app: JupyterFrontEnd,
  engines: IEngines,
  panelId: string,
  trans: TranslationBundle
): string[] {
  const asker = new Asker(engines, trans);
  const added: string[] = [];

  const add = (
    id: string,
    label: string,
    properties: Record<string, { type: string; description: string }>,
    execute: (args: Args) => Promise<unknown> | void,
    icon = scalephIcon
  ): void => {
    app.commands.addCommand(id, {
      label,
      icon,
      describedBy: { args: { type: 'object', properties } },
      execute: args => asker.tell(label, async () => execute(args))
    });
    added.push(id);
  };

  add(CommandIDs.showPanel, trans.__('Show Flink Engines'), {}, () => {
    app.shell.activateById(panelId);
  });
  add(
    CommandIDs.refresh,
    trans.__('Refresh Flink Engines'),
    {},
    () => engines.refresh(),
    refreshIcon
  );
  add(CommandIDs.start, trans.__('Start Flink Engine'), NAME, async args => {
    const engine = await asker.engine(args);
    await engines.start(engine.name);
    app.shell.activateById(panelId);
  });
  add(CommandIDs.stop, trans.__('Stop Flink Engine'), NAME, async args => {
    const engine = await asker.engine(args);
    if (await asker.mayStop(engine)) {
      await engines.stop(engine.name);
    }
  });
  add(
    CommandIDs.openUi,
    trans.__('Open Flink Web UI'),
    { ...NAME, ...JOB },
    async args => {
      const { name } = await asker.engine(args);
      const job = engines.jobs(name).find(({ id }) => id === args.job);
      window.open(engines.uiUrl(name, job), '_blank', 'noopener');
    },
    launchIcon
  );
  add(
    CommandIDs.cancelJob,
    trans.__('Cancel Flink Job…'),
    { ...NAME, ...JOB },
    async args => {
      const { name } = await asker.engine(args);
      const job = await asker.runningJob(name, args);
      if (job && (await asker.mayCancel(job))) {
        await engines.cancel(name, job.id);
      }
    }
  );
  add(
    CommandIDs.showLog,
    trans.__('Show Flink Engine Log'),
    NAME,
    async args => {
      const { name } = await asker.engine(args);
      const id = `scaleph-lab-log-${name}`;
      for (const widget of app.shell.widgets('main')) {
        if (widget.id === id) {
          app.shell.activateById(id);
          return;
        }
      }
      app.shell.add(createLogTab(engines, name, trans), 'main');
      app.shell.activateById(id);
    }
  );
  return added;
}

/** Finds what a command is meant for, and speaks with the user about it. */
class Asker {
  constructor(
    private readonly _engines: IEngines,
    private readonly _trans: TranslationBundle
  ) {}

  /** Runs a command and shows its failure. */
  async tell(label: string, work: () => Promise<unknown>): Promise<void> {
    try {
      await work();
    } catch (reason) {
      const { message, hint } = RestError.failureOf(reason);
      await showErrorMessage(label, `${message} ${hint}`.trim());
    }
  }

  /** The engine that is named, or the default one. */
  async engine(args: Args): Promise<Engine> {
    const name = typeof args.name === 'string' ? args.name : undefined;
    if (!this._engines.engines) {
      await this._engines.refresh();
    }
    const engine = this._engines.find(name);
    if (!engine) {
      throw new Error(
        name
          ? this._trans.__('There is no engine %1.', name)
          : (this._engines.failure?.message ??
              this._trans.__('There is no engine.'))
      );
    }
    return engine;
  }

  /** The running job that is named, or that the user picks. */
  async runningJob(name: string, args: Args): Promise<Job | null> {
    await this._engines.refresh();
    const running = this._engines.jobs(name).filter(job => !job.done);
    if (args.job) {
      const job = running.find(({ id }) => id === args.job);
      if (!job) {
        throw new Error(this._trans.__('The job has ended already.'));
      }
      return job;
    }
    if (running.length === 0) {
      throw new Error(this._trans.__('No job runs on %1.', name));
    }
    const labels = running.map(job => `${job.name} (${job.id.slice(0, 8)})`);
    const picked = await InputDialog.getItem({
      title: this._trans.__('Cancel which job?'),
      items: labels
    });
    const index = picked.value === null ? -1 : labels.indexOf(picked.value);
    return picked.button.accept ? (running[index] ?? null) : null;
  }

  /** Asks before a job is cancelled. */
  mayCancel(job: Job): Promise<boolean> {
    return this._sure(
      this._trans.__('Cancel this job?'),
      this._trans.__('%1 will end without a savepoint.', job.name),
      this._trans.__('Cancel the Job'),
      this._trans.__('Let It Run')
    );
  }

  /** Asks before an engine is stopped with running jobs. */
  async mayStop(engine: Engine): Promise<boolean> {
    const running = this._engines.jobs(engine.name).filter(job => !job.done);
    if (running.length === 0) {
      return true;
    }
    return this._sure(
      this._trans.__('Stop %1?', engine.title),
      this._trans._n(
        '%1 running job ends with it.',
        '%1 running jobs end with it.',
        running.length
      ),
      this._trans.__('Stop'),
      this._trans.__('Let It Run')
    );
  }

  private async _sure(
    title: string,
    body: string,
    accept: string,
    reject: string
  ): Promise<boolean> {
    const result = await showDialog({
      title,
      body,
      buttons: [
        Dialog.cancelButton({ label: reject }),
        Dialog.warnButton({ label: accept })
      ]
    });
    return result.button.accept;
  }
}
