import type { IColumn } from './messages';

type Value = string | null;

/** How two values of a column are ordered; NULLs are left to the caller. */
export function comparison(
  order: IColumn['order']
): (a: string, b: string) => number {
  switch (order) {
    case 'number':
      return compareNumbers;
    case 'duration':
      return (a, b) => seconds(a) - seconds(b);
    case 'text':
      return compareTexts;
  }
}

const DURATION = /^(-?)(?:(\d+) days?, )?(\d+):(\d+):(\d+(?:\.\d+)?)$/;

/** An INTERVAL DAY TO SECOND is shown as `-1 day, 2:03:04.5`; the sign is of the whole. */
function seconds(text: string): number {
  const [, sign, days, hours, minutes, rest] = DURATION.exec(text) ?? [];
  const length =
    ((Number(days ?? 0) * 24 + Number(hours)) * 60 + Number(minutes)) * 60 +
    Number(rest);
  return sign ? -length : length;
}

/** NULLs come last, whichever way the others are ordered. */
export function compareWithNulls(
  a: Value,
  b: Value,
  compare: (a: string, b: string) => number,
  descending: boolean
): number {
  if (a === null || b === null) {
    return Number(a === null) - Number(b === null);
  }
  return descending ? compare(b, a) : compare(a, b);
}

function compareTexts(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** A BIGINT or DECIMAL may have more digits than a double: those that a double cannot tell apart are compared digit by digit. */
function compareNumbers(a: string, b: string): number {
  const x = Number(a);
  const y = Number(b);
  if (x < y) {
    return -1;
  }
  if (x > y) {
    return 1;
  }
  if (Number.isNaN(x) || Number.isNaN(y)) {
    return Number(Number.isNaN(x)) - Number(Number.isNaN(y));
  }
  return a === b ? 0 : compareDigits(a, b);
}

const PLAIN = /^(-?)(\d+)(?:\.(\d+))?$/;

function compareDigits(a: string, b: string): number {
  const left = PLAIN.exec(a);
  const right = PLAIN.exec(b);
  if (!left || !right) {
    return 0;
  }
  const scale = Math.max(left[3]?.length ?? 0, right[3]?.length ?? 0);
  const x = scaled(left, scale);
  const y = scaled(right, scale);
  return x < y ? -1 : x > y ? 1 : 0;
}

function scaled([, sign, whole, fraction]: string[], scale: number): bigint {
  const digits = BigInt(whole + (fraction ?? '').padEnd(scale, '0'));
  return sign ? -digits : digits;
}
