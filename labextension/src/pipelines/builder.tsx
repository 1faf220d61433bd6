import { type IThemeManager, ReactWidget } from '@jupyterlab/apputils';
import type { IEditorFactoryService } from '@jupyterlab/codeeditor';
import type { TranslationBundle } from '@jupyterlab/translation';
import { CommandRegistry } from '@lumino/commands';
import { MessageLoop } from '@lumino/messaging';
import { type ISignal, Signal } from '@lumino/signaling';
import { Menu, Panel, SplitPanel, Widget } from '@lumino/widgets';
import * as React from 'react';

import { PipelineCanvas } from './canvas';
import {
  freeName,
  type IPosition,
  type Kind,
  moved,
  withNode
} from './document';
import { Footer } from './footer';
import { Inspector, type InspectorTab } from './inspector';
import type { PipelineModel } from './model';
import { PalettePane } from './palette';
import { BuilderToolbar } from './toolbar';

export interface IBuilderOptions {
  model: PipelineModel;
  editors: IEditorFactoryService;
  trans: TranslationBundle;
  language: string;
  themes: IThemeManager | null;
  onNewDataSource: (() => void) | null;
}

const SIZES = [18, 52, 30];
const NUDGE = 10;
const WAYS: Record<string, IPosition> = {
  ArrowLeft: { x: -NUDGE, y: 0 },
  ArrowRight: { x: NUDGE, y: 0 },
  ArrowUp: { x: 0, y: -NUDGE },
  ArrowDown: { x: 0, y: NUDGE }
};

/** The builder of a pipeline: palette, canvas, forms and problems. The same in a cell's output and in a tab. */
export class PipelineBuilder extends Panel {
  constructor(options: IBuilderOptions) {
    super();
    this.addClass('jp-scaleph-builder');
    // Keys are the builder's while it has the focus, not those of the notebook's command mode.
    this.node.dataset.lmSuppressShortcuts = 'true';
    const { editors, language, model, onNewDataSource, themes, trans } =
      options;
    this.model = model;
    this._trans = trans;
    this._menu = this._makeMenu();
    this.canvas = new PipelineCanvas({
      model,
      trans,
      themes,
      onDrop: (kind, name, at) => this.add(kind as Kind, name, at),
      onOpen: id => this.open(id),
      onRows: () => this._showRows(),
      onMenu: event => this._menu.open(event.clientX, event.clientY)
    });
    const toolbar = this._follow(() => (
      <BuilderToolbar
        model={model}
        trans={trans}
        onArrange={() => void this.canvas.arrange()}
        onImport={(text, name) => void this._import(text, name)}
        onFit={() => this.canvas.showAll()}
        onZoom={factor => this.canvas.zoomBy(factor)}
      />
    ));
    const palette = this._follow(() => (
      <PalettePane
        model={model}
        trans={trans}
        language={language}
        onAdd={(kind, name) => this.add(kind, name, this._freePlace())}
      />
    ));
    const inspector = this._follow(() => (
      <Inspector
        model={model}
        editors={editors}
        trans={trans}
        tab={this._tab}
        onTab={tab => this._show(tab)}
        onOpen={id => this.open(id)}
        onConnect={(from, to) => this.canvas.connect(from, to)}
        onNewDataSource={onNewDataSource}
      />
    ));
    const footer = this._follow(() => (
      <Footer
        model={model}
        trans={trans}
        onOpen={(id, field) => this.open(id, field)}
      />
    ));
    palette.addClass('jp-scaleph-side');
    inspector.addClass('jp-scaleph-side');
    const body = new SplitPanel({ orientation: 'horizontal', spacing: 1 });
    body.addClass('jp-scaleph-builder-body');
    for (const part of [palette, this.canvas, inspector]) {
      body.addWidget(part);
    }
    // The page gives the height, not Lumino: the splitters learn of it here.
    this._observer = new ResizeObserver(() => {
      MessageLoop.sendMessage(body, Widget.ResizeMessage.UnknownSize);
      if (!this._isSized && body.node.clientWidth > 0) {
        this._isSized = true;
        body.setRelativeSizes(SIZES);
      }
    });
    this._observer.observe(body.node);
    for (const part of [toolbar, body, footer]) {
      this.addWidget(part);
    }
    this.node.addEventListener('keydown', this._onKey);
  }

  readonly model: PipelineModel;
  readonly canvas: PipelineCanvas;

  /** Adds a node and chooses it; its form is there at once. */
  add(kind: Kind, connector: string, at: IPosition): void {
    const { model } = this;
    const id = freeName(model.document, connector.toLowerCase());
    const node = { id, kind, connector, options: {} };
    model.apply(withNode(model.document, node, at));
    model.select([id]);
    model.tell(this._trans.__('%1 was added.', id));
    this._show('options');
  }

  /** Shows the form of a node, at one of its fields. */
  open(id: string, field = ''): void {
    this.model.select([id]);
    this._show('options');
    this.canvas.reveal(id);
    window.setTimeout(() => {
      const selector = field
        ? `[data-option="${CSS.escape(field)}"]`
        : '.jp-scaleph-form';
      const place = this.node.querySelector(selector);
      place?.scrollIntoView({ block: 'nearest' });
      place
        ?.querySelector<HTMLElement>('input, select, textarea, .cm-content')
        ?.focus();
    });
  }

  override dispose(): void {
    if (this.isDisposed) {
      return;
    }
    this.node.removeEventListener('keydown', this._onKey);
    this._observer.disconnect();
    this._menu.dispose();
    super.dispose();
  }

  /** A part that is drawn again with each change of the model, and of what is shown. */
  private _follow(draw: () => React.JSX.Element): ReactWidget {
    return ReactWidget.create(
      <Follower signals={[this.model.changed, this._shown]} draw={draw} />
    );
  }

  private _show(tab: InspectorTab): void {
    this._tab = tab;
    this._shown.emit();
  }

  /** A place in sight where no node is. */
  private _freePlace(): IPosition {
    const at = this.canvas.middle();
    const places = Object.values(this.model.document.layout);
    while (
      places.some(
        each => Math.abs(each.x - at.x) < 180 && Math.abs(each.y - at.y) < 66
      )
    ) {
      at.y += 80;
    }
    return at;
  }

  private _makeMenu(): Menu {
    const commands = new CommandRegistry();
    const menu = new Menu({ commands });
    const add = (
      id: string,
      label: string,
      keys: string,
      execute: () => void,
      isEnabled = (): boolean => this.model.selected.size > 0
    ): void => {
      commands.addCommand(id, {
        label,
        execute,
        isEnabled,
        describedBy: { args: { type: 'object', properties: {} } }
      });
      if (keys) {
        commands.addKeyBinding({ command: id, keys: [keys], selector: 'body' });
      }
      menu.addItem({ command: id });
    };
    const { model, _trans: trans } = this;
    const always = (): boolean => true;
    add('open', trans.__('Options'), 'Enter', () => this._openChosen());
    add(
      'rows',
      trans.__('Show rows'),
      'R',
      () => this._showRows(),
      () => model.tapped !== null
    );
    add('copy', trans.__('Copy'), 'Accel C', () => model.copy());
    add('cut', trans.__('Cut'), 'Accel X', () => model.cut());
    add('paste', trans.__('Paste'), 'Accel V', () => model.paste(), always);
    add('double', trans.__('Duplicate'), 'Accel D', () => model.duplicate());
    add(
      'remove',
      trans.__('Delete'),
      'Delete',
      () => model.remove(),
      () => model.selected.size + model.selectedEdges.size > 0
    );
    add('left', trans.__('Align left'), '', () => this._align('x'));
    add('top', trans.__('Align top'), '', () => this._align('y'));
    add(
      'all',
      trans.__('Select all'),
      'Accel A',
      () => model.selectAll(),
      always
    );
    add('fit', trans.__('Show all'), '0', () => this.canvas.showAll(), always);
    return menu;
  }

  private async _import(text: string, name: string): Promise<void> {
    if (await this.model.import(text, name)) {
      this.model.replace(await this.canvas.arranged());
      this.canvas.showAll();
    }
  }

  private _openChosen(): void {
    const [id] = this.model.selected;
    if (id !== undefined) {
      this.open(id);
    }
  }

  private _showRows(): void {
    const { tapped } = this.model;
    if (tapped !== null) {
      this._show('rows');
      void this.model.sample(tapped);
    }
  }

  private _align(axis: 'x' | 'y'): void {
    const { document, selected } = this.model;
    const places = [...selected].map(id => document.layout[id]);
    const least = Math.min(...places.map(place => place[axis]));
    const next = Object.fromEntries(
      [...selected].map(id => [id, { ...document.layout[id], [axis]: least }])
    );
    this.model.apply(moved(document, next));
  }

  private readonly _onKey = (event: KeyboardEvent): void => {
    const target = event.target as HTMLElement;
    const { model } = this;
    const accel = event.ctrlKey || event.metaKey;
    const isTyping =
      target.closest('input, textarea, select, .cm-editor') !== null;
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    // A field has its own undo while somebody types in it.
    if (isTyping) {
      return;
    }
    const actions: Record<string, () => void> = {
      z: () => (event.shiftKey ? model.redo() : model.undo()),
      y: () => model.redo(),
      a: () => model.selectAll(),
      c: () => model.copy(),
      x: () => model.cut(),
      v: () => model.paste(),
      d: () => model.duplicate()
    };
    let action = accel ? actions[key] : undefined;
    if (!accel && target.closest('.jp-scaleph-canvas')) {
      const way = WAYS[key];
      const onCanvas: Record<string, () => void> = {
        Delete: () => model.remove(),
        Backspace: () => model.remove(),
        Enter: () => this._openChosen(),
        Escape: () => model.select([]),
        r: () => this._showRows(),
        '+': () => this.canvas.zoomBy(1.25),
        '=': () => this.canvas.zoomBy(1.25),
        '-': () => this.canvas.zoomBy(0.8),
        0: () => this.canvas.showAll()
      };
      action = way ? () => this._nudge(way) : onCanvas[key];
    }
    if (action) {
      event.preventDefault();
      event.stopPropagation();
      action();
    }
  };

  private _nudge(way: IPosition): void {
    const { document, selected } = this.model;
    const next = Object.fromEntries(
      [...selected].map(id => {
        const { x, y } = document.layout[id];
        return [id, { x: x + way.x, y: y + way.y }];
      })
    );
    this.model.apply(moved(document, next), `nudge ${[...selected].join()}`);
  }

  private readonly _menu: Menu;
  private readonly _observer: ResizeObserver;
  private _isSized = false;
  private readonly _trans: TranslationBundle;
  private readonly _shown = new Signal<this, void>(this);
  private _tab: InspectorTab = 'options';
}

/** Draws again with each of the signals. */
function Follower({
  draw,
  signals
}: {
  draw: () => React.JSX.Element;
  signals: readonly ISignal<unknown, unknown>[];
}): React.JSX.Element {
  const [, again] = React.useReducer((count: number) => count + 1, 0);
  React.useEffect(() => {
    for (const signal of signals) {
      signal.connect(again);
    }
    return () => {
      for (const signal of signals) {
        signal.disconnect(again);
      }
    };
  }, [signals]);
  return draw();
}
