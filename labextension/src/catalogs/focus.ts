import type { JupyterFrontEnd } from '@jupyterlab/application';
import type { ISessionContext } from '@jupyterlab/apputils';
import { NotebookActions, type NotebookPanel } from '@jupyterlab/notebook';
import { type ISignal, Signal } from '@lumino/signaling';
import type { Widget } from '@lumino/widgets';

/** The name of the kernel whose cells are SQL without a magic. */
const SQL_KERNEL = 'flinksql';

/** What in a cell says that its kernel has the extension, or will. */
const MENTION = /%load_ext\s+scaleph_lab|^\s*%%?flink/m;

interface IKernelWidget extends Widget {
  readonly sessionContext: ISessionContext;
}

interface IEditor {
  replaceSelection?(text: string): void;
  focus(): void;
}

interface IConsoleWidget extends IKernelWidget {
  readonly console: { readonly promptCell: { readonly editor: IEditor } };
}

/** A notebook or console: its kernel's catalog is shown, and its cells take what is inserted. */
export class KernelFocus {
  constructor(
    private readonly _isNotebook: (widget: Widget) => boolean,
    widget: Widget | null = null
  ) {
    this._widget = hasKernel(widget) ? widget : null;
  }

  get changed(): ISignal<KernelFocus, void> {
    return this._changed;
  }

  /** Takes the notebook or console that is used now, and keeps it while others than these are. */
  follow(app: JupyterFrontEnd): void {
    app.shell.currentChanged?.connect(() => this._take(app.shell));
    void app.restored.then(() => this._take(app.shell));
  }

  get context(): ISessionContext | null {
    return this._widget?.sessionContext ?? null;
  }

  /** The title of its tab. */
  get title(): string {
    return this._widget?.title.label ?? '';
  }

  /** Whether the kernel has the extension, or may have it by what its cells say. A kernel that has not logs an error
   * when it is asked, so it is asked only then. */
  get mayAnswer(): boolean {
    if (!this._widget || this.isSql) {
      return this.isSql;
    }
    const notebook = this._notebook;
    return notebook
      ? Array.from(notebook.content.model?.cells ?? []).some(cell =>
          saysScaleph(cell.sharedModel.getSource())
        )
      : true;
  }

  /** Whether cells are SQL without a magic. */
  get isSql(): boolean {
    return this.context?.session?.kernel?.name === SQL_KERNEL;
  }

  /** The SQL of the active cell without its magic, or all of a cell that has none; empty where there is no cell. */
  statement(): string {
    const cell = this._notebook?.content.activeCell;
    const source = cell?.model.sharedModel.getSource() ?? '';
    return source.replace(/^\s*%%flinksql\b.*\n?/, '');
  }

  /** Puts a name at the cursor. */
  insert(text: string): void {
    this._write(text);
  }

  /** Puts a statement into the active cell where that is SQL or empty, else into a new cell below. */
  insertStatement(statement: string): void {
    const notebook = this._notebook;
    const cell = notebook?.content.activeCell;
    const magic = this.isSql ? '' : '%%flinksql\n';
    if (!notebook || !cell) {
      this._write(this.isSql ? statement : `${magic}${statement}`);
      return;
    }
    const source = cell.model.sharedModel.getSource();
    const isCode = cell.model.type === 'code';
    if (isCode && source.trim() === '') {
      cell.model.sharedModel.setSource(`${magic}${statement}`);
    } else if (isCode && (this.isSql || /^%%flinksql\b/.test(source))) {
      this._write(statement);
      return;
    } else {
      NotebookActions.insertBelow(notebook.content);
      notebook.content.activeCell?.model.sharedModel.setSource(
        `${magic}${statement}`
      );
    }
    notebook.content.mode = 'edit';
    const editor = notebook.content.activeCell?.editor;
    editor?.setCursorPosition(
      editor.getPositionAt(`${magic}${statement}`.length) ?? {
        line: 0,
        column: 0
      }
    );
  }

  private _write(text: string): void {
    const notebook = this._notebook;
    if (notebook) {
      notebook.content.mode = 'edit';
    }
    const editor: IEditor | null | undefined =
      notebook?.content.activeCell?.editor ??
      (this._widget as IConsoleWidget | null)?.console?.promptCell.editor;
    editor?.replaceSelection?.(text);
    editor?.focus();
  }

  private get _notebook(): NotebookPanel | null {
    return this._widget && this._isNotebook(this._widget)
      ? (this._widget as unknown as NotebookPanel)
      : null;
  }

  private _take({ currentWidget: widget }: JupyterFrontEnd.IShell): void {
    if (widget === this._widget || !hasKernel(widget) || widget.isDisposed) {
      return;
    }
    this._widget?.disposed.disconnect(this._leave);
    this._widget = widget;
    this._widget.disposed.connect(this._leave);
    this._changed.emit();
  }

  private readonly _leave = (): void => {
    this._widget = null;
    this._changed.emit();
  };

  private readonly _changed = new Signal<KernelFocus, void>(this);
  private _widget: IKernelWidget | null;
}

/** The notebook or console in which a widget is. */
export function kernelWidgetOf(widget: Widget): Widget | null {
  let above: Widget | null = widget;
  while (above && !hasKernel(above)) {
    above = above.parent;
  }
  return above;
}

function hasKernel(widget: Widget | null): widget is IKernelWidget {
  return widget !== null && 'sessionContext' in widget;
}

/** Whether a cell uses the extension, or loads it. */
export function saysScaleph(source: string): boolean {
  return MENTION.test(source);
}
