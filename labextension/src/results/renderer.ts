import type { ISessionContext, IThemeManager } from '@jupyterlab/apputils';
import type { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import type { IRenderMime } from '@jupyterlab/rendermime-interfaces';
import type { TranslationBundle } from '@jupyterlab/translation';
import { PanelLayout, Widget } from '@lumino/widgets';

import type { ResultGrid } from './grid';
import { ResultLink } from './link';
import { RESULT_MIME, type IPatch } from './messages';

/** For so long an output stays blank before its snapshot is shown: a grid that comes at once does not flicker. */
const PATIENCE_MS = 600;

/** What a renderer needs of the page around it. */
export interface ISurroundings {
  rendermime: IRenderMimeRegistry;
  session: ISessionContext;
  themes: IThemeManager | null;
  trans: TranslationBundle;
}

/**
 * An output of a result: the live grid where the kernel still has the result, otherwise the HTML that was saved
 * with the notebook.
 */
export class ResultRenderer extends Widget implements IRenderMime.IRenderer {
  constructor(private readonly _around: ISurroundings) {
    super();
    this.addClass('jp-scaleph-output');
    this.layout = new PanelLayout();
    _around.session.kernelChanged.connect(this._onKernel);
    _around.session.statusChanged.connect(this._onStatus);
  }

  /** The live grid, where there is one. */
  get grid(): ResultGrid | null {
    return this._grid;
  }

  async renderModel(model: IRenderMime.IMimeModel): Promise<void> {
    this._model = model;
    const named = model.data[RESULT_MIME] as { id?: unknown } | undefined;
    const id = typeof named?.id === 'string' ? named.id : '';
    if (id !== this._id) {
      this._drop();
      this._id = id;
    }
    if (this._grid !== null) {
      return;
    }
    if (
      this._link === null &&
      !this._refused &&
      this._around.session.session?.kernel
    ) {
      this._shownFrom = performance.now() + PATIENCE_MS;
      window.setTimeout(() => void this._showSnapshot(), PATIENCE_MS);
      await this._attach();
    }
    await this._showSnapshot();
  }

  override dispose(): void {
    if (this.isDisposed) {
      return;
    }
    this._around.session.kernelChanged.disconnect(this._onKernel);
    this._around.session.statusChanged.disconnect(this._onStatus);
    this._link?.dispose();
    this._link = null;
    super.dispose();
  }

  private async _attach(): Promise<void> {
    const kernel = this._around.session.session?.kernel;
    if (!kernel || !this._id || this._attaching) {
      return;
    }
    this._attaching = true;
    try {
      const { ResultGrid } = await import('./grid');
      const make = (): ResultGrid =>
        new ResultGrid(
          request => this._link?.request(request),
          this._around.trans,
          this._around.themes
        );
      const link = await ResultLink.open(
        kernel,
        this._id,
        patch => this._receive(patch, make),
        () => this._lose()
      );
      if (this.isDisposed || link.isDisposed) {
        link.dispose();
      } else {
        this._link = link;
      }
    } finally {
      this._attaching = false;
    }
  }

  private _receive(patch: IPatch, make: () => ResultGrid): void {
    if (this.isDisposed) {
      return;
    }
    if (this._grid === null) {
      this._grid = make();
      this._snapshot?.dispose();
      this._snapshot = null;
      (this.layout as PanelLayout).addWidget(this._grid);
    }
    this._grid.apply(patch);
    if (patch.facts.done) {
      this._link?.rest();
    }
  }

  /** The kernel does not have the result, or no longer. */
  private _lose(): void {
    this._link = null;
    this._refused = true;
    this._grid?.disconnect();
    this._shownFrom = 0;
    void this._showSnapshot();
  }

  private async _showSnapshot(): Promise<void> {
    const { _model: model } = this;
    if (
      this._grid !== null ||
      model === null ||
      this.isDisposed ||
      performance.now() < this._shownFrom
    ) {
      return;
    }
    if (this._snapshot === null) {
      const { rendermime } = this._around;
      const found = 'text/html' in model.data ? 'text/html' : 'text/plain';
      this._snapshot = rendermime.createRenderer(found);
      (this.layout as PanelLayout).addWidget(this._snapshot);
    }
    await this._snapshot.renderModel(model);
  }

  private _drop(): void {
    this._link?.dispose();
    this._link = null;
    this._grid?.dispose();
    this._grid = null;
    this._refused = false;
  }

  private readonly _onKernel = (): void => {
    this._link?.dispose();
    this._link = null;
    this._grid?.disconnect();
    this._refused = false;
    if (this._grid === null && this._around.session.session?.kernel) {
      void this._attach();
    }
  };

  private readonly _onStatus = (): void => {
    const { kernelDisplayStatus: status } = this._around.session;
    if (['restarting', 'autorestarting', 'dead'].includes(status)) {
      this._link?.dispose();
      this._lose();
    }
  };

  private _id = '';
  private _model: IRenderMime.IMimeModel | null = null;
  private _grid: ResultGrid | null = null;
  private _link: ResultLink | null = null;
  private _snapshot: IRenderMime.IRenderer | null = null;
  private _shownFrom = 0;
  private _attaching = false;
  private _refused = false;
}

/** Makes renderers that know where their output stands. */
export function resultFactory(
  around: ISurroundings
): IRenderMime.IRendererFactory {
  return {
    // Untrusted HTML is sanitized by the renderer that shows the snapshot; the grid shows text only.
    safe: true,
    mimeTypes: [RESULT_MIME],
    defaultRank: 10,
    createRenderer: () => new ResultRenderer(around)
  };
}
