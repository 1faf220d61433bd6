import type { IThemeManager } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import { ClipboardExt } from '@lumino/domutils';
import { PanelLayout, Widget } from '@lumino/widgets';

import { ResultBar } from './bar';
import type { IFacts, IPatch, Request, View } from './messages';
import { ResultMirror } from './mirror';
import { ResultRows } from './rows';
import { ResultTable } from './table';
import { emptyWord, remarks } from './words';

/** How long drawing rests, in times of what it took. */
const REST = 1;

/** A result that lives: a bar, the grid of its rows, and what is to be said about them. */
export class ResultGrid extends Widget {
  constructor(
    private readonly _request: (request: Request) => void,
    private readonly _trans: TranslationBundle,
    private readonly _themes: IThemeManager | null
  ) {
    super();
    this.addClass('jp-scaleph-grid');
    // Keys are the grid's while it has the focus, not those of the notebook's command mode.
    this.node.dataset.lmSuppressShortcuts = 'true';
    this.table = new ResultTable(this.rows, ClipboardExt.copyText);
    this.table.grid.viewport.node.setAttribute(
      'aria-label',
      _trans.__('Rows of the result')
    );
    this._mirror = new ResultMirror(this.rows, this.table);
    this._bar = new ResultBar(
      {
        stop: () => _request({ do: 'stop' }),
        pause: paused => this._pause(paused),
        show: view => this._show(view),
        filter: text => this._filter(text),
        copy: () => ClipboardExt.copyText(this.table.copied())
      },
      _trans
    );
    this._empty.className = 'jp-scaleph-result-empty';
    this._remarks.className = 'jp-scaleph-remarks';
    const layout = (this.layout = new PanelLayout());
    layout.addWidget(this._bar);
    layout.addWidget(this.table);
    this.node.append(this._empty, this._remarks, this._mirror.node);
    this.table.sorted.connect(() => this._schedule());
    _themes?.themeChanged.connect(this._onTheme);
  }

  readonly rows = new ResultRows();
  readonly table: ResultTable;

  /** What the kernel last said, or `null` before it said anything. */
  get facts(): IFacts | null {
    return this._facts;
  }

  /** Takes what the kernel sends. What is shown follows with the next frame. */
  apply(patch: IPatch): void {
    this._reset = this.rows.apply(patch) || this._reset;
    this._facts = patch.facts;
    this._schedule();
  }

  /** The kernel is gone: what is on the page stays. */
  disconnect(): void {
    this._live = false;
    this._schedule();
  }

  override dispose(): void {
    if (this.isDisposed) {
      return;
    }
    window.clearTimeout(this._timer);
    window.cancelAnimationFrame(this._frame);
    this._mirror.dispose();
    this._themes?.themeChanged.disconnect(this._onTheme);
    super.dispose();
  }

  /** Draws with the next frame, or later where drawing takes long: half of the time is for others. */
  private _schedule(): void {
    if (this._scheduled || this.isDisposed) {
      return;
    }
    this._scheduled = true;
    const pause = Math.max(0, this._restUntil - performance.now());
    this._timer = window.setTimeout(() => {
      this._frame = window.requestAnimationFrame(begun => {
        this._scheduled = false;
        this._draw();
        const now = performance.now();
        this._restUntil = now + REST * (now - begun);
      });
    }, pause);
  }

  private _draw(): void {
    const facts = this._facts;
    if (facts === null) {
      return;
    }
    const { view, window, filter } = this.rows;
    this.table.follow =
      !facts.done &&
      this.rows.sort === null &&
      (facts.appendOnly || view === 'changes');
    this.table.refresh(this._reset);
    this._reset = false;
    this._bar.update_(facts, view, this._live, this._paused);
    const shown = this.table.model.rows.length;
    this._empty.hidden = shown > 0;
    this._empty.textContent = emptyWord(
      facts,
      filter !== '' && this.rows.size > 0,
      this._trans
    );
    const shape = { view, window, size: this.rows.size, shown };
    const lines = remarks(facts, shape, this._trans);
    this._remarks.hidden = lines.length === 0;
    this._remarks.textContent = lines.join('\n');
    this._mirror.refresh();
  }

  private _pause(paused: boolean): void {
    this._paused = paused;
    this._request({ do: paused ? 'pause' : 'resume' });
    this._schedule();
  }

  private _show(view: View): void {
    this._paused = false;
    this.rows.sort = null;
    this._request({ do: 'show', view });
  }

  private _filter(text: string): void {
    this.rows.filter = text.trim();
    this._schedule();
  }

  private readonly _onTheme = (): void => {
    // The variables are the new theme's with the next frame.
    window.requestAnimationFrame(() => this.table.paint());
  };

  private readonly _bar: ResultBar;
  private readonly _mirror: ResultMirror;
  private readonly _empty = document.createElement('div');
  private readonly _remarks = document.createElement('div');
  private _facts: IFacts | null = null;
  private _live = true;
  private _paused = false;
  private _reset = false;
  private _scheduled = false;
  private _restUntil = 0;
  private _timer = 0;
  private _frame = 0;
}
