import { createSHA256 } from 'hash-wasm';

import { RestError } from '../rest/client';
import type { components } from '../rest/openapi';
import type { ProjectClient, Saved } from './client';

type Purpose = Pick<components['schemas']['NewUpload'], 'create' | 'save'>;

/** Bytes that are read, and sent, at once. */
const PART = 4 * 1024 * 1024;
const TRIES = 6;

/** How far an upload is: first the file is read for its checksum, then it is sent. */
export interface IUploadProgress {
  step: 'reading' | 'sending' | 'finishing';
  done: number;
  total: number;
}

/**
 * Uploads a file of any size by parts. It goes on by itself after a failure of the network, and where it was left when
 * the same file is chosen again within a day. Rejects with a `RestError`; when `signal` is aborted, the parts are gone.
 */
export async function uploadFile(
  client: ProjectClient,
  file: File,
  purpose: Purpose,
  signal: AbortSignal,
  tell: (progress: IUploadProgress) => void
): Promise<Saved> {
  const total = file.size;
  const hash = await createSHA256();
  for (let at = 0; at < total; at += PART) {
    signal.throwIfAborted();
    tell({ step: 'reading', done: at, total });
    hash.update(new Uint8Array(await file.slice(at, at + PART).arrayBuffer()));
  }
  const facts = { file_name: file.name, size: total, sha256: hash.digest() };
  let { id, received } = await client.createUpload(
    { ...facts, ...purpose },
    signal
  );
  try {
    while (received < total) {
      tell({ step: 'sending', done: received, total });
      const part = file.slice(received, received + PART);
      const offset = received;
      ({ id, received } = await insist(signal, () =>
        client.sendPart(id, offset, part, signal)
      ));
    }
  } catch (reason) {
    if (signal.aborted) {
      await client.deleteUpload(id).catch(() => undefined);
    }
    throw reason;
  }
  tell({ step: 'finishing', done: total, total });
  return client.finishUpload(id);
}

/** Tries again while the server is away; what it refuses is not asked twice. */
async function insist<T>(
  signal: AbortSignal,
  ask: () => Promise<T>
): Promise<T> {
  for (let tried = 1; ; tried++) {
    try {
      return await ask();
    } catch (reason) {
      const isAway = RestError.failureOf(reason).code === 'unreachable';
      if (!isAway || signal.aborted || tried === TRIES) {
        throw reason;
      }
      await new Promise(go => setTimeout(go, 250 * 2 ** tried));
    }
  }
}
