import type { ServerConnection } from '@jupyterlab/services';

import { BusyModel } from '../rest/busy';
import { Listing } from '../rest/listing';
import type { ICatalogEvents } from '../tokens';
import { ArtifactModel } from './artifacts';
import { type Project, ProjectClient } from './client';

/** A project that is being written: a new one, or one of the catalog. */
export interface IProjectDraft {
  readonly before: Project | null;
  code: string;
  name: string;
  remark: string;
}

/** The projects of the catalog as the panel shows them; one of them may be open, with its artifacts. */
export class ProjectModel extends BusyModel {
  constructor(
    settings: ServerConnection.ISettings,
    private readonly _events: ICatalogEvents | null
  ) {
    super();
    this.client = new ProjectClient(settings);
    this.list = new Listing(
      query => this.client.projects(query),
      work => this.doing(work),
      () => this._renew()
    );
    this.list.follow(_events, 'project');
  }

  readonly client: ProjectClient;
  readonly list: Listing<Project>;
  selected: Project | null = null;
  draft: IProjectDraft | null = null;
  /** The artifacts of the open project, or `null` while none is open. */
  artifacts: ArtifactModel | null = null;

  refresh(): Promise<void> {
    return this.artifacts?.refresh() ?? this.list.refresh();
  }

  find(text: string): void {
    this.list.find(text);
    this.emitChanged();
  }

  select(project: Project): void {
    this.selected = project;
    this.failure = null;
    this.emitChanged();
  }

  open(project: Project): void {
    this.selected = project;
    this.failure = null;
    this.artifacts = new ArtifactModel(this.client, project, this._events);
    this.artifacts.changed.connect(() => this.emitChanged());
    this.emitChanged();
    void this.artifacts.refresh();
  }

  /** Back to the list of projects. */
  close(): void {
    this.artifacts?.dispose();
    this.artifacts = null;
    this.emitChanged();
    void this.list.refresh();
  }

  begin(before: Project | null): void {
    const { code = '', name = '', remark = '' } = before ?? {};
    this.draft = { before, code, name, remark };
    this.failure = null;
    this.emitChanged();
  }

  /** Notes what was typed; the form holds it too, so nothing is drawn anew. */
  write(change: Partial<IProjectDraft>): void {
    if (this.draft) {
      Object.assign(this.draft, change);
    }
  }

  cancel(): void {
    this.draft = null;
    this.failure = null;
    this.emitChanged();
  }

  /** Keeps the draft; where it is refused the form stays with the reason. */
  async save(): Promise<void> {
    const { draft } = this;
    if (!draft) {
      return;
    }
    const { before, ...body } = draft;
    await this.doing(async () => {
      this.selected = before
        ? await this.client.updateProject(before, body)
        : await this.client.createProject(body);
      this.draft = null;
      await this.list.reload();
    });
  }

  /** Deletes a project; what hangs on it goes too with `cascade`, and is named by the failure without. */
  delete(project: Project, cascade: boolean): Promise<boolean> {
    return this.doing(async () => {
      await this.client.deleteProject(project, cascade);
      this.selected = null;
      await this.list.reload();
    });
  }

  private _renew(): void {
    this.selected = this.list.latest(this.selected);
    this.emitChanged();
  }
}
