import type { TranslationBundle } from '@jupyterlab/translation';

import type { Engine, Job } from '../tokens';

/** The state of an engine as a word for a person. */
export function stateWord(
  state: Engine['state'],
  trans: TranslationBundle
): string {
  const words: Record<Engine['state'], string> = {
    stopped: trans.__('Stopped'),
    starting: trans.__('Starting'),
    running: trans.__('Running'),
    stopping: trans.__('Stopping'),
    lost: trans.__('Lost')
  };
  return words[state];
}

/** Bytes in the unit that gives one to four digits. */
export function bytesWord(bytes: number): string {
  const units = ['B', 'KB', 'MB', 'GB', 'TB'];
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${value >= 100 || unit === 0 ? Math.round(value) : value.toFixed(1)} ${units[unit]}`;
}

/** A duration in its two largest units. */
export function durationWord(
  milliseconds: number,
  trans: TranslationBundle
): string {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  if (seconds < 60) {
    return trans.__('%1 s', seconds);
  }
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) {
    return trans.__('%1 min %2 s', minutes, seconds % 60);
  }
  const hours = Math.floor(minutes / 60);
  if (hours < 24) {
    return trans.__('%1 h %2 min', hours, minutes % 60);
  }
  return trans.__('%1 d %2 h', Math.floor(hours / 24), hours % 24);
}

/** The family of colours of a job's state. */
export function jobTone(job: Job): 'good' | 'busy' | 'bad' | 'quiet' {
  switch (job.state) {
    case 'RUNNING':
      return 'good';
    case 'FAILED':
    case 'FAILING':
    case 'RESTARTING':
      return 'bad';
    case 'FINISHED':
    case 'CANCELED':
    case 'SUSPENDED':
      return 'quiet';
    default:
      return 'busy';
  }
}
