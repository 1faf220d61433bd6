import type { TranslationBundle } from '@jupyterlab/translation';

import type { IFacts, View } from './messages';

/** The state as a word for a person. */
export function stateWord(facts: IFacts, trans: TranslationBundle): string {
  const words: Record<IFacts['state'], string> = {
    SUBMITTED: trans.__('Submitted'),
    RUNNING: trans.__('Running'),
    FINISHED: trans.__('Finished'),
    STOPPED: trans.__('Stopped'),
    CANCELED: trans.__('Canceled'),
    FAILED: trans.__('Failed')
  };
  return [words[facts.state], facts.reason].filter(Boolean).join(' ');
}

/** Counts, rate and times, each a short phrase. */
export function factWords(
  facts: IFacts,
  view: View,
  trans: TranslationBundle
): string[] {
  const { total, changes, appendOnly, rate, elapsed, watermarkLag } = facts;
  const number = (value: number): string => value.toLocaleString();
  const all = total + facts.dropped;
  const words = facts.dropped
    ? [trans.__('%1 of %2 rows', number(total), number(all))]
    : [trans._n('%2 row', '%2 rows', total, number(total))];
  if (!appendOnly || view === 'changes') {
    words.push(trans._n('%2 change', '%2 changes', changes, number(changes)));
  }
  if (!facts.done || changes >= 100) {
    words.push(trans.__('%1 rows/s', number(Math.round(rate))));
  }
  words.push(trans.__('%1 s', elapsed.toFixed(1)));
  if (watermarkLag !== null) {
    words.push(trans.__('watermark lag %1 s', watermarkLag.toFixed(1)));
  }
  return words;
}

/** What of the result is not on the page, or why: lines below the grid. */
export function remarks(
  facts: IFacts,
  shape: { view: View; window: number; size: number; shown: number },
  trans: TranslationBundle
): string[] {
  const number = (value: number): string => value.toLocaleString();
  const lines = [...facts.notes];
  const all = shape.view === 'changes' ? facts.changes : facts.total;
  if (shape.shown < shape.size) {
    lines.push(
      trans.__(
        '%1 of %2 rows match the filter.',
        number(shape.shown),
        number(shape.size)
      )
    );
  }
  if (all > shape.size) {
    lines.push(partWord(shape, Math.min(all, shape.window), trans));
  }
  if (facts.dropped) {
    lines.push(
      trans.__(
        'The kernel has dropped the oldest %1 rows; -o would keep all.',
        number(facts.dropped)
      )
    );
  }
  return lines;
}

/** Which part of the result is on the page. A stream may be too fast for all of it. */
function partWord(
  { view, size }: { view: View; size: number },
  newest: number,
  trans: TranslationBundle
): string {
  const whole = size >= newest;
  const [has, of] = [size.toLocaleString(), newest.toLocaleString()];
  if (view === 'changes') {
    return whole
      ? trans.__('Here are the newest %1 changes.', of)
      : trans.__('Here are %1 of the newest %2 changes.', has, of);
  }
  return whole
    ? trans.__('Here are the newest %1 rows.', of)
    : trans.__('Here are %1 of the newest %2 rows.', has, of);
}

/** What stands in place of rows where there are none. */
export function emptyWord(
  facts: IFacts,
  filtered: boolean,
  trans: TranslationBundle
): string {
  if (filtered) {
    return trans.__('No row matches the filter');
  }
  return facts.done ? trans.__('No rows') : trans.__('Waiting for rows…');
}
