import type { ServerConnection } from '@jupyterlab/services';

import { BusyModel } from '../rest/busy';
import { ScalephClient } from '../rest/client';
import type { components } from '../rest/openapi';

type Schemas = components['schemas'];
export type Me = Schemas['Me'];
export type User = Schemas['User'];
export type Role = Schemas['Role'];
export type Grant = Schemas['Grant'];
export type Action = Schemas['Action'];
export type Project = Schemas['Project'];

/** The rooms of the panel. */
export const ROOMS = ['users', 'roles', 'grants', 'log'] as const;
export type Room = (typeof ROOMS)[number];

/** The forms: one is open at a time. */
export type FormKind = 'user' | 'role' | 'grant';

/** What a form begins with, and the role that it changes. */
export interface IForm {
  readonly kind: FormKind;
  readonly before: Role | null;
  readonly data: Record<string, unknown>;
}

const PAGE = 50;
const CHOICES = 200;
const TYPING_MS = 200;

/** Users, roles, grants and the log, as the panel shows them. */
export class AdministrationModel extends BusyModel {
  constructor(settings: ServerConnection.ISettings) {
    super();
    this._client = new ScalephClient(settings);
  }

  room: Room = 'users';
  search = '';
  /** The results that the log is asked for; empty for all. */
  result = '';
  /** The code of the project whose grants are shown; empty for all. */
  project = '';
  me: Me | null = null;
  users: User[] | null = null;
  roles: Role[] = [];
  projects: Project[] = [];
  grants: Grant[] | null = null;
  actions: Action[] | null = null;
  more: string | null = null;
  user: User | null = null;
  role: Role | null = null;
  /** The grants of the selected user. */
  held: Grant[] = [];
  form: IForm | null = null;

  go(room: Room): void {
    this.room = room;
    this.search = '';
    this.form = null;
    this.failure = null;
    void this.refresh();
  }

  /** Looks for a text, a moment after the last key. */
  find(text: string): void {
    this.search = text;
    this.emitChanged();
    window.clearTimeout(this._typing);
    this._typing = window.setTimeout(() => void this.refresh(), TYPING_MS);
  }

  /** Shows the grants that hold in a project, by its code. */
  showProject(project: string): void {
    this.project = project;
    void this.refresh();
  }

  /** Shows the actions that ended so. */
  showResult(result: string): void {
    this.result = result;
    void this.refresh();
  }

  /** Reads who the user is, and the room that is shown. */
  async refresh(): Promise<void> {
    await this.doing(async () => {
      const { room, search } = this;
      this.me = await this._client.me();
      if (this.me.places.length > 0) {
        await this._read(() => room === this.room && search === this.search);
      }
    });
  }

  /** Reads the next page of the room. */
  async readMore(): Promise<void> {
    const { more } = this;
    if (more !== null && !this.busy) {
      await this.doing(() => this._read(() => more === this.more, more));
    }
  }

  async selectUser(user: User): Promise<void> {
    this.user = user;
    this.held = [];
    await this.doing(async () => {
      const page = await this._client.grants({
        limit: CHOICES,
        user: user.name
      });
      if (this.user?.id === user.id) {
        this.held = page.items;
      }
    });
  }

  selectRole(role: Role): void {
    this.role = role;
    this.emitChanged();
  }

  /** Opens a form; a grant needs the roles and projects that there are. */
  async open(
    kind: FormKind,
    data: Record<string, unknown> = {},
    before: Role | null = null
  ): Promise<void> {
    if (kind === 'grant') {
      await this.doing(async () => {
        const [roles, projects] = await Promise.all([
          this._client.roles(),
          this._client.projects({ limit: CHOICES }).catch(() => ({ items: [] }))
        ]);
        this.roles = roles.items;
        this.projects = projects.items;
      });
    }
    this.failure = null;
    this.form = { kind, data, before };
    this.emitChanged();
  }

  close(): void {
    this.form = null;
    this.failure = null;
    this.emitChanged();
  }

  /** Keeps what the form says; where it is refused it stays with the reason. */
  async save(data: Record<string, unknown>): Promise<void> {
    const { form } = this;
    if (!form) {
      return;
    }
    await this.doing(async () => {
      if (form.kind === 'user') {
        this.user = await this._client.createUser(data as Schemas['NewUser']);
        this.held = [];
      } else if (form.kind === 'role') {
        this.role = await this._saveRole(form.before, data);
      } else {
        await this._client.createGrant(data as Schemas['NewGrant']);
      }
      this.form = null;
    });
    if (!this.failure) {
      await this._again();
    }
  }

  async revoke(grant: Grant): Promise<void> {
    await this.doing(async () => {
      await this._client.deleteGrant(grant.id);
    });
    await this._again();
  }

  async disable(user: User, disabled: boolean): Promise<void> {
    await this.doing(async () => {
      const { id, version } = user;
      this.user = await this._client.updateUser(id, version, { disabled });
    });
    await this._again();
  }

  async deleteUser(user: User): Promise<void> {
    await this.doing(async () => {
      await this._client.deleteUser(user.id, user.version);
      this.user = null;
    });
    await this._again();
  }

  async deleteRole(role: Role): Promise<void> {
    await this.doing(async () => {
      await this._client.deleteRole(role.id, role.version);
      this.role = null;
    });
    await this._again();
  }

  private async _saveRole(
    before: Role | null,
    data: Record<string, unknown>
  ): Promise<Role> {
    if (!before) {
      return this._client.createRole(data as Schemas['NewRole']);
    }
    const { title, rights } = data as Schemas['NewRole'];
    const { id, version } = before;
    return this._client.updateRole(id, version, { title, rights });
  }

  /** Reads a room; the answer is left alone when the user has gone on meanwhile. */
  private async _read(
    isAsked: () => boolean,
    cursor: string | null = null
  ): Promise<void> {
    const { room, search, result, project } = this;
    const query = { limit: PAGE, search, ...(cursor && { cursor }) };
    let next: string | null = null;
    if (room === 'users') {
      const page = await this._client.users(query);
      if (!isAsked()) {
        return;
      }
      this.users = [...(cursor ? (this.users ?? []) : []), ...page.items];
      const id = this.user?.id;
      this.user = page.items.find(each => each.id === id) ?? this.user;
      next = page.next_cursor;
    } else if (room === 'roles') {
      this.roles = (await this._client.roles()).items;
      const id = this.role?.id;
      this.role = this.roles.find(each => each.id === id) ?? null;
    } else if (room === 'grants') {
      const [page, projects] = await Promise.all([
        this._client.grants({ ...query, ...(project && { project }) }),
        this._client.projects({ limit: CHOICES }).catch(() => ({ items: [] }))
      ]);
      if (!isAsked()) {
        return;
      }
      this.projects = projects.items;
      this.grants = [...(cursor ? (this.grants ?? []) : []), ...page.items];
      next = page.next_cursor;
    } else {
      const page = await this._client.actions({
        ...query,
        ...(result && { result })
      });
      if (!isAsked()) {
        return;
      }
      this.actions = [...(cursor ? (this.actions ?? []) : []), ...page.items];
      next = page.next_cursor;
    }
    this.more = next;
  }

  /** Reads all that is shown after a change; why the change was refused stays. */
  private async _again(): Promise<void> {
    const { failure } = this;
    await this.refresh();
    if (this.user && this.room === 'users') {
      await this.selectUser(this.user);
    }
    this.failure = failure ?? this.failure;
    this.emitChanged();
  }

  private readonly _client: ScalephClient;
  private _typing = 0;
}
