import type { TranslationBundle } from '@jupyterlab/translation';
import { Widget } from '@lumino/widgets';

import type { IFacts, View } from './messages';
import { factWords, stateWord } from './words';

/** What the buttons of the bar do. */
export interface IBarActions {
  stop(): void;
  pause(paused: boolean): void;
  show(view: View): void;
  filter(text: string): void;
  copy(): void;
}

/** The line above a result: its state and counts, and what can be done with it. */
export class ResultBar extends Widget {
  constructor(
    actions: IBarActions,
    private readonly _trans: TranslationBundle
  ) {
    super();
    this.addClass('jp-scaleph-bar-line');
    this.node.setAttribute('role', 'toolbar');
    this.node.setAttribute('aria-label', _trans.__('Result'));
    this._state.className = 'jp-scaleph-result-state';
    this._state.setAttribute('role', 'status');
    this._facts.className = 'jp-scaleph-result-facts';
    this._filter.type = 'search';
    this._filter.className = 'jp-scaleph-filter';
    this._filter.placeholder = _trans.__('Filter');
    this._filter.title = _trans.__(
      'Rows that contain this text in any column, or in one: column:text'
    );
    this._filter.setAttribute('aria-label', _trans.__('Filter rows'));
    this._filter.addEventListener('input', () =>
      actions.filter(this._filter.value)
    );
    this._table = this._button(
      _trans.__('Table'),
      _trans.__('What the changes add up to'),
      () => actions.show('table')
    );
    this._changes = this._button(
      _trans.__('Changelog'),
      _trans.__('The changes with their row kinds'),
      () => actions.show('changes')
    );
    this._copy = this._button(
      _trans.__('Copy'),
      _trans.__('Copy the selected cells, or all rows, as tab-separated text'),
      () => actions.copy()
    );
    this._pause = this._button(
      _trans.__('Pause'),
      _trans.__('Hold the rows on the page; the query runs on'),
      () => actions.pause(!this._paused)
    );
    this._stop = this._button(
      _trans.__('Stop'),
      _trans.__('Stop the query and its job; the rows so far are kept'),
      () => {
        this._stop.disabled = true;
        actions.stop();
      }
    );
    const views = document.createElement('span');
    views.className = 'jp-scaleph-views';
    views.setAttribute('role', 'group');
    views.setAttribute('aria-label', _trans.__('View'));
    views.append(this._table, this._changes);
    this.node.append(
      this._state,
      this._facts,
      views,
      this._filter,
      this._copy,
      this._pause,
      this._stop
    );
  }

  /** Shows what is known now. `live` tells whether the kernel still listens. */
  update_(facts: IFacts, view: View, live: boolean, paused: boolean): void {
    const word = live
      ? stateWord(facts, this._trans)
      : this._trans.__('Disconnected');
    this._state.dataset.state = live ? facts.state : 'LOST';
    setText(this._state, word);
    setText(this._facts, factWords(facts, view, this._trans).join(' · '));
    this._table.setAttribute('aria-pressed', String(view === 'table'));
    this._changes.setAttribute('aria-pressed', String(view === 'changes'));
    this._table.disabled = this._changes.disabled = !live;
    this._paused = paused;
    this._pause.hidden = facts.done || !live;
    this._stop.hidden = facts.done || !live;
    setText(
      this._pause,
      paused ? this._trans.__('Resume') : this._trans.__('Pause')
    );
    if (facts.done) {
      this._stop.disabled = false;
    }
  }

  private _button(label: string, title: string, act: () => void) {
    const button = document.createElement('button');
    button.type = 'button';
    button.className = 'jp-scaleph-result-button';
    button.textContent = label;
    button.title = title;
    button.addEventListener('click', act);
    return button;
  }

  private readonly _state = document.createElement('span');
  private readonly _facts = document.createElement('span');
  private readonly _filter = document.createElement('input');
  private readonly _table: HTMLButtonElement;
  private readonly _changes: HTMLButtonElement;
  private readonly _copy: HTMLButtonElement;
  private readonly _pause: HTMLButtonElement;
  private readonly _stop: HTMLButtonElement;
  private _paused = false;
}

/** Screen readers say a status again that is set again: it is set only when it differs. */
function setText(node: HTMLElement, text: string): void {
  if (node.textContent !== text) {
    node.textContent = text;
  }
}
