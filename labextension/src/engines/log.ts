import { MainAreaWidget, ToolbarButton } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import { refreshIcon, textEditorIcon } from '@jupyterlab/ui-components';
import { Poll } from '@lumino/polling';
import { Widget } from '@lumino/widgets';

import { RestError } from '../rest/client';
import type { IEngines } from '../tokens';

const LINES = 1000;

/** The end of an engine's log, followed while it is shown. */
class LogView extends Widget {
  constructor(engines: IEngines, name: string, trans: TranslationBundle) {
    super();
    this.addClass('jp-scaleph-log');
    this.node.tabIndex = 0;
    this._text = document.createElement('pre');
    this._text.setAttribute('role', 'log');
    this._text.setAttribute('aria-label', trans.__('Log of %1', name));
    this.node.append(this._text);
    this._empty = trans.__('The log is empty.');
    this._poll = new Poll({
      name: `scaleph-lab:log:${name}`,
      factory: async () => this._show(await engines.log(name, LINES)),
      frequency: { interval: 2000, backoff: true, max: 30_000 },
      standby: () => (this.isVisible ? 'when-hidden' : true)
    });
    this._poll.ticked.connect((_, { phase, payload }) => {
      if (phase === 'rejected') {
        const { message, hint } = RestError.failureOf(payload);
        this._show(`${message} ${hint}`.trim());
      }
    });
  }

  override dispose(): void {
    this._poll.dispose();
    super.dispose();
  }

  refresh(): void {
    void this._poll.refresh();
  }

  private _show(text: string): void {
    const { scrollTop, scrollHeight, clientHeight } = this.node;
    const atEnd = scrollHeight - scrollTop - clientHeight < 40;
    this._text.textContent = text || this._empty;
    // Who has scrolled up is reading: the end is followed only by who is there.
    if (atEnd) {
      this.node.scrollTop = this.node.scrollHeight;
    }
  }

  private readonly _text: HTMLPreElement;
  private readonly _empty: string;
  private readonly _poll: Poll;
}

/** A tab with the log of an engine. */
export function createLogTab(
  engines: IEngines,
  name: string,
  trans: TranslationBundle
): MainAreaWidget {
  const content = new LogView(engines, name, trans);
  const tab = new MainAreaWidget({ content });
  tab.id = `scaleph-lab-log-${name}`;
  tab.title.label = trans.__('Log: %1', name);
  tab.title.icon = textEditorIcon;
  tab.title.closable = true;
  tab.toolbar.addItem(
    'refresh',
    new ToolbarButton({
      icon: refreshIcon,
      tooltip: trans.__('Refresh'),
      onClick: () => content.refresh()
    })
  );
  return tab;
}
