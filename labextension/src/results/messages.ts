/** The MIME type of an output that names a result grid of the kernel. */
export const RESULT_MIME = 'application/vnd.scaleph.result+json';

/** The target of the comms by which a page asks the kernel for a grid. */
export const RESULT_TARGET = 'scaleph.result';

/** The two faces of a changelog: what its changes add up to, and the changes themselves. */
export type View = 'table' | 'changes';

/** A column, as `described` in `scaleph_lab/widgets/patches.py` gives it. */
export interface IColumn {
  name: string;
  type: string;
  order: 'number' | 'duration' | 'text';
}

/** What is said about a result, as `Facts` in `scaleph_lab/widgets/feeds.py` gives it. */
export interface IFacts {
  state:
    'SUBMITTED' | 'RUNNING' | 'FINISHED' | 'STOPPED' | 'CANCELED' | 'FAILED';
  reason: string;
  done: boolean;
  total: number;
  changes: number;
  dropped: number;
  rate: number;
  elapsed: number;
  appendOnly: boolean;
  watermarkLag: number | null;
  job: string;
  notes: string[];
}

/** A step from what the page shows to what the kernel has. Values are text, NULL is `null`. */
export interface IPatch {
  /** Counts up by one; a gap means that a message was lost on the way. */
  sequence: number;
  /** All that was shown before is void. */
  reset?: { view: View; window: number; columns: IColumn[] };
  /** All slots below are gone. */
  low: number;
  gone: number[];
  slots: number[];
  rows: (string | null)[][];
  /** The row kinds, in the view of changes. */
  signs?: string[];
  facts: IFacts;
}

/** What a page asks of the kernel. */
export type Request =
  | { do: 'stop' | 'pause' | 'resume' | 'resync' | 'alive' }
  | { do: 'show'; view: View };
