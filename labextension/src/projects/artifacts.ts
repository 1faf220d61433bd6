import type { JSONObject } from '@lumino/coreutils';
import { type IDisposable } from '@lumino/disposable';
import { Signal } from '@lumino/signaling';

import { BusyModel } from '../rest/busy';
import { Listing } from '../rest/listing';
import type { ICatalogEvents } from '../tokens';
import type {
  Artifact,
  ArtifactKind,
  Project,
  ProjectClient,
  Revision,
  Saved
} from './client';
import { type IUploadProgress, uploadFile } from './upload';

/** What is being written: a new artifact of a type, or a revision of one. */
export interface IArtifactDraft {
  readonly kind: ArtifactKind;
  readonly before: Artifact | null;
  name: string;
  remark: string;
  message: string;
  facts: JSONObject;
  /** The content, where it is a text. */
  text: string;
  /** The content, where it is a file; in place of a text too. */
  file: File | null;
}

/** The revisions of the selected artifact. */
export interface IRevisions {
  readonly items: Revision[];
  readonly more: string | null;
}

/** The artifacts of one project as the panel shows them. */
export class ArtifactModel extends BusyModel implements IDisposable {
  constructor(
    private readonly _client: ProjectClient,
    readonly project: Project,
    events: ICatalogEvents | null
  ) {
    super();
    this.list = new Listing(
      query =>
        this._client.artifacts({
          ...query,
          project: project.id,
          ...(this.type && { type: this.type })
        }),
      work => this.doing(work),
      () => this._renew()
    );
    this._followed = this.list.follow(events, 'artifact');
  }

  readonly list: Listing<Artifact>;
  kinds: ArtifactKind[] = [];
  /** The type that is shown alone; empty for all. */
  type = '';
  selected: Artifact | null = null;
  revisions: IRevisions | null = null;
  draft: IArtifactDraft | null = null;
  /** How far the upload is, or `null` while there is none. */
  progress: IUploadProgress | null = null;

  get isDisposed(): boolean {
    return this._followed.isDisposed;
  }

  dispose(): void {
    this._followed.dispose();
    this._upload.abort();
    Signal.clearData(this);
  }

  async refresh(): Promise<void> {
    if (this.kinds.length === 0) {
      await this.doing(async () => {
        this.kinds = (await this._client.kinds()).items;
      });
    }
    await this.list.refresh();
  }

  find(text: string): void {
    this.list.find(text);
    this.emitChanged();
  }

  show(type: string): void {
    this.type = type;
    this.list.items = null;
    void this.list.refresh();
  }

  select(artifact: Artifact): void {
    this.selected = artifact;
    this.revisions = null;
    this.failure = null;
    this.emitChanged();
  }

  kindOf(artifact: Artifact): ArtifactKind | undefined {
    return this.kinds.find(kind => kind.name === artifact.type);
  }

  /** Begins a new artifact of a type, with a text where there is one to begin with. */
  begin(kind: ArtifactKind, text = ''): void {
    const empty = { name: '', remark: '', message: '', facts: {}, file: null };
    this.draft = { kind, before: null, ...empty, text };
    this.failure = null;
    this.emitChanged();
  }

  /** Begins a revision of an artifact from what it is now. */
  async revise(before: Artifact): Promise<void> {
    const kind = this.kindOf(before);
    if (!kind) {
      return;
    }
    await this.doing(async () => {
      const { items } = await this._client.revisions(before.id);
      const { name, remark, current } = before;
      const now = items.find(each => each.number === current);
      const text = kind.is_text
        ? await this._client.content(before.id, current)
        : '';
      const facts = (now?.facts ?? {}) as JSONObject;
      const own = { name, remark, message: '', facts, text, file: null };
      this.draft = { kind, before, ...own };
    });
  }

  /** Notes what was typed; the form holds it too, so nothing is drawn anew. */
  write(change: Partial<IArtifactDraft>): void {
    if (this.draft) {
      Object.assign(this.draft, change);
    }
  }

  cancel(): void {
    this._upload.abort();
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
    await this.doing(async () => {
      const saved = await this._kept(draft);
      this.draft = null;
      this.selected = saved.artifact;
      this.revisions = null;
      await this.list.reload();
    });
  }

  private async _kept(draft: IArtifactDraft): Promise<Saved> {
    const { before, facts, file, kind, message, name, remark, text } = draft;
    let latest = before;
    if (before && (before.name !== name || before.remark !== remark)) {
      latest = await this._client.updateArtifact(before, { name, remark });
      // A second try must not be refused for what the first has changed.
      this.draft = { ...draft, before: latest };
    }
    const about = { facts, message };
    const project = this.project.id;
    const made = { ...about, project, type: kind.name, name, remark };
    if (file) {
      return latest
        ? this._sent(file, {
            save: { ...about, artifact: latest.id, version: latest.version }
          })
        : this._sent(file, { create: made });
    }
    const content = kind.is_text ? { text } : {};
    return latest
      ? this._client.saveRevision(latest, { ...about, ...content })
      : this._client.createArtifact({ ...made, ...content });
  }

  private async _sent(
    file: File,
    purpose: Parameters<typeof uploadFile>[2]
  ): Promise<Saved> {
    this._upload = new AbortController();
    const tell = (progress: IUploadProgress): void => {
      this.progress = progress;
      this.emitChanged();
    };
    try {
      const { signal } = this._upload;
      return await uploadFile(this._client, file, purpose, signal, tell);
    } finally {
      this.progress = null;
    }
  }

  delete(artifact: Artifact): Promise<boolean> {
    return this.doing(async () => {
      await this._client.deleteArtifact(artifact);
      this.selected = null;
      await this.list.reload();
    });
  }

  /** Reads the revisions of the selected artifact, and those after them. */
  async readRevisions(): Promise<void> {
    const { revisions, selected } = this;
    if (!selected) {
      return;
    }
    await this.doing(async () => {
      const cursor = revisions?.more ?? undefined;
      const page = await this._client.revisions(selected.id, cursor);
      if (this.selected?.id === selected.id) {
        this.revisions = {
          items: [...(revisions?.items ?? []), ...page.items],
          more: page.next_cursor
        };
      }
    });
  }

  /** Makes an old revision the current one, as a new revision. */
  async restore(artifact: Artifact, number: number): Promise<void> {
    await this.doing(async () => {
      this.selected = (await this._client.restore(artifact, number)).artifact;
      await this._again();
    });
  }

  async deleteRevision(artifact: Artifact, number: number): Promise<void> {
    await this.doing(async () => {
      await this._client.deleteRevision(artifact, number);
      await this._again();
    });
  }

  /** The text of an artifact, or `null` where it could not be read; the reason is told. */
  async content(artifact: Artifact): Promise<string | null> {
    let text: string | null = null;
    await this.doing(async () => {
      text = await this._client.content(artifact.id, artifact.current);
    });
    return text;
  }

  private async _again(): Promise<void> {
    await this.list.reload();
    if (this.revisions && this.selected) {
      const page = await this._client.revisions(this.selected.id);
      this.revisions = { items: page.items, more: page.next_cursor };
    }
  }

  private _renew(): void {
    const before = this.selected;
    this.selected = this.list.latest(before);
    if (this.revisions && before?.version !== this.selected?.version) {
      this.revisions = null;
      void this.readRevisions();
    }
    this.emitChanged();
  }

  private readonly _followed: IDisposable;
  private _upload = new AbortController();
}
