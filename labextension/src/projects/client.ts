import { ScalephClient } from '../rest/client';
import type { IPageQuery } from '../rest/listing';
import type { components } from '../rest/openapi';

type Schemas = components['schemas'];
export type Project = Schemas['Project'];
export type Artifact = Schemas['Artifact'];
export type ArtifactKind = Schemas['ArtifactKind'];
export type Revision = Schemas['Revision'];
export type Diff = Schemas['Diff'];
export type Saved = Schemas['Saved'];

/** The calls for projects, artifacts and their revisions. */
export class ProjectClient extends ScalephClient {
  createProject(body: Schemas['NewProject']): Promise<Project> {
    return this.call('POST', ['projects'], {}, { body });
  }

  updateProject(
    { id, version }: Project,
    body: Schemas['ProjectChanges']
  ): Promise<Project> {
    return this.call('PATCH', ['projects', id], {}, { body, version });
  }

  deleteProject({ id, version }: Project, cascade: boolean): Promise<null> {
    const query = { cascade: String(cascade) };
    return this.call('DELETE', ['projects', id], query, { version });
  }

  kinds(): Promise<Schemas['ArtifactTypeList']> {
    return this.call('GET', ['artifact-types']);
  }

  artifacts(
    query: IPageQuery & { project: string; type?: string }
  ): Promise<Schemas['ArtifactPage']> {
    return this.call('GET', ['artifacts'], { ...query });
  }

  createArtifact(body: Schemas['NewArtifact']): Promise<Saved> {
    return this.call('POST', ['artifacts'], {}, { body });
  }

  updateArtifact(
    { id, version }: Artifact,
    body: Schemas['ArtifactChanges']
  ): Promise<Artifact> {
    return this.call('PATCH', ['artifacts', id], {}, { body, version });
  }

  deleteArtifact({ id, version }: Artifact): Promise<null> {
    return this.call('DELETE', ['artifacts', id], {}, { version });
  }

  revisions(id: string, cursor?: string): Promise<Schemas['RevisionPage']> {
    const query = { limit: 50, ...(cursor && { cursor }) };
    return this.call('GET', ['artifacts', id, 'revisions'], query);
  }

  saveRevision(
    { id, version }: Artifact,
    body: Schemas['NewRevision']
  ): Promise<Saved> {
    const path = ['artifacts', id, 'revisions'];
    return this.call('POST', path, {}, { body, version });
  }

  restore({ id, version }: Artifact, number: number): Promise<Saved> {
    const path = ['artifacts', id, 'revisions', String(number), 'restore'];
    return this.call('POST', path, {}, { body: {}, version });
  }

  deleteRevision({ id, version }: Artifact, number: number): Promise<null> {
    const path = ['artifacts', id, 'revisions', String(number)];
    return this.call('DELETE', path, {}, { version });
  }

  diff(id: string, old: number, now: number): Promise<Diff> {
    return this.call('GET', ['artifacts', id, 'diff'], { old, new: now });
  }

  content(id: string, number: number): Promise<string> {
    const path = ['artifacts', id, 'revisions', String(number), 'content'];
    return this.call('GET', path, {}, { asText: true });
  }

  /** Where the content of a revision is downloaded from. */
  contentUrl(id: string, number: number): string {
    return this.url(['artifacts', id, 'revisions', String(number), 'content']);
  }

  createUpload(
    body: Schemas['NewUpload'],
    signal: AbortSignal
  ): Promise<Schemas['Upload']> {
    return this.call('POST', ['uploads'], {}, { body, signal });
  }

  sendPart(
    id: string,
    offset: number,
    body: Blob,
    signal: AbortSignal
  ): Promise<Schemas['Upload']> {
    return this.call('PATCH', ['uploads', id], { offset }, { body, signal });
  }

  finishUpload(id: string): Promise<Saved> {
    return this.call('POST', ['uploads', id, 'finish']);
  }

  deleteUpload(id: string): Promise<null> {
    return this.call('DELETE', ['uploads', id]);
  }
}
