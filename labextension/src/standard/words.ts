import type { TranslationBundle } from '@jupyterlab/translation';

import type { ImportReport, Tab } from './model';
import type { Noun } from './nouns';

/** What one record is called. */
export function nounTitle(noun: Noun, trans: TranslationBundle): string {
  return {
    elements: trans.__('data element'),
    sets: trans.__('reference data set'),
    systems: trans.__('business system'),
    values: trans.__('value')
  }[noun];
}

/** What a tab is called. */
export function tabTitle(tab: Tab, trans: TranslationBundle): string {
  return {
    elements: trans.__('Elements'),
    sets: trans.__('Sets'),
    systems: trans.__('Systems')
  }[tab];
}

/** What a noun is for, where there is none yet. */
export function nounPurpose(tab: Tab, trans: TranslationBundle): string {
  return {
    elements: trans.__(
      'No data element yet. Say here once what a column of a name shall be; cells and pipelines are then compared with it.'
    ),
    sets: trans.__(
      'No reference data yet. A set holds the codes that a column may have, and what other systems write in their place.'
    ),
    systems: trans.__(
      'No business system yet. A system is where data comes from; values of a set may be its own.'
    )
  }[tab];
}

/** The counts of a report. */
export function countsOf(
  report: ImportReport,
  trans: TranslationBundle
): string {
  const { created, changed, unchanged, refused } = report;
  return [
    created && trans.__('%1 new', created),
    changed && trans.__('%1 changed', changed),
    unchanged && trans.__('%1 as they were', unchanged),
    refused && trans.__('%1 refused', refused)
  ]
    .filter(Boolean)
    .join(', ');
}
