import type { IThemeManager } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { Message } from '@lumino/messaging';
import { Widget } from '@lumino/widgets';
import type cytoscape from 'cytoscape';

import {
  connected,
  edgeKey,
  type IPipelineDocument,
  type IPosition,
  moved
} from './document';
import type { Change, PipelineModel } from './model';
import { styleOf } from './paint';

/** The MIME type of a connector that is dragged from the palette. */
export const CONNECTOR_MIME = 'application/x-scaleph-connector';

export interface ICanvasOptions {
  model: PipelineModel;
  trans: TranslationBundle;
  themes: IThemeManager | null;
  /** A connector was dropped: its kind and name, and where. */
  onDrop: (kind: string, name: string, at: IPosition) => void;
  /** A node's form is asked for. */
  onOpen: (id: string) => void;
  /** The rows of what is chosen are asked for. */
  onRows: () => void;
  onMenu: (event: MouseEvent) => void;
}

const MOST_ZOOM = 2.5;
const LEAST_ZOOM = 0.05;
const FIT_PADDING = 40;
const FIT_ZOOM = 1.2;

/** The graph, drawn by cytoscape. The model is the truth: what the mouse does becomes a step of it. */
export class PipelineCanvas extends Widget {
  constructor(private readonly _options: ICanvasOptions) {
    super();
    this.addClass('jp-scaleph-canvas');
    this.node.setAttribute('role', 'application');
    this.node.setAttribute(
      'aria-label',
      _options.trans.__('Pipeline canvas; the outline shows the same as a list')
    );
    this.node.tabIndex = 0;
    this._empty.className = 'jp-scaleph-canvas-empty';
    this._empty.textContent = _options.trans.__(
      'Drag a source from the palette to here, or double-click one. Then draw an edge from its handle to a sink.'
    );
    this._handle.className = 'jp-scaleph-canvas-handle';
    this._handle.title = _options.trans.__('Draw an edge from here');
    this._handle.hidden = true;
    this._stage.className = 'jp-scaleph-canvas-stage';
    this.node.append(this._stage, this._handle, this._empty);
    _options.model.changed.connect(this._onChange);
    _options.themes?.themeChanged.connect(this._onTheme);
  }

  showAll(): void {
    const cy = this._cy;
    if (cy && cy.nodes().nonempty()) {
      cy.fit(cy.nodes(), FIT_PADDING);
      if (cy.zoom() > FIT_ZOOM) {
        cy.zoom(FIT_ZOOM);
        cy.center(cy.nodes());
      }
    }
  }

  zoomBy(factor: number): void {
    const cy = this._cy;
    if (cy) {
      const middle = { x: cy.width() / 2, y: cy.height() / 2 };
      cy.zoom({ level: cy.zoom() * factor, renderedPosition: middle });
    }
  }

  /** Places all nodes from left to right, along the edges. */
  async arrange(): Promise<void> {
    this._options.model.apply(await this.arranged());
    this.showAll();
  }

  /** The document with its nodes from left to right. */
  async arranged(): Promise<IPipelineDocument> {
    const { model } = this._options;
    const { cytoscape } = await import('./graph');
    const copy = cytoscape({ headless: true, elements: elementsOf(model) });
    const layout = { name: 'dagre', rankDir: 'LR', nodeSep: 40, rankSep: 90 };
    // A headless graph has no sizes of its own.
    const nodeDimensions = { w: 170, h: 56 };
    copy.nodes().forEach(node => {
      node.style({ width: nodeDimensions.w, height: nodeDimensions.h });
    });
    copy.layout(layout).run();
    const positions = Object.fromEntries(
      copy.nodes().map(node => [node.id(), { ...node.position() }])
    );
    copy.destroy();
    return moved(model.document, positions);
  }

  /** Where the middle of what is seen is. */
  middle(): IPosition {
    const extent = this._cy?.extent();
    return extent
      ? { x: (extent.x1 + extent.x2) / 2, y: (extent.y1 + extent.y2) / 2 }
      : { x: 0, y: 0 };
  }

  /** Brings a node into sight, if it is not. */
  reveal(id: string): void {
    const cy = this._cy;
    const node = cy?.getElementById(id);
    if (!cy || !node || node.empty()) {
      return;
    }
    const { x, y } = node.position();
    const { x1, x2, y1, y2 } = cy.extent();
    if (x < x1 || x > x2 || y < y1 || y > y2) {
      cy.animate({ center: { eles: node } }, { duration: 150 });
    }
  }

  override dispose(): void {
    if (this.isDisposed) {
      return;
    }
    this._observer?.disconnect();
    this._options.model.changed.disconnect(this._onChange);
    this._options.themes?.themeChanged.disconnect(this._onTheme);
    this._cy?.destroy();
    this._cy = null;
    super.dispose();
  }

  handleEvent(event: Event): void {
    if (event instanceof DragEvent) {
      this._onDrag(event);
    }
  }

  protected override onAfterAttach(message: Message): void {
    super.onAfterAttach(message);
    for (const type of ['dragover', 'drop']) {
      this.node.addEventListener(type, this);
    }
    void this._build();
    // The size is the page's with the next frame only, and changes with each splitter.
    this._observer = new ResizeObserver(() => {
      this._cy?.resize();
      this._fitOnce();
    });
    this._observer.observe(this.node);
  }

  protected override onBeforeDetach(message: Message): void {
    this._observer?.disconnect();
    for (const type of ['dragover', 'drop']) {
      this.node.removeEventListener(type, this);
    }
    super.onBeforeDetach(message);
  }

  private async _build(): Promise<void> {
    const { cytoscape } = await import('./graph');
    if (this._cy || this.isDisposed) {
      return;
    }
    const cy = (this._cy = cytoscape({
      container: this._stage,
      style: styleOf(this.node),
      layout: { name: 'preset' },
      minZoom: LEAST_ZOOM,
      maxZoom: MOST_ZOOM,
      boxSelectionEnabled: true,
      selectionType: 'single'
    }));
    this._draw();
    this._listen(cy);
    this._edges(cy);
    this._fitOnce();
  }

  /** Shows all as soon as there is a size and something to show. */
  private _fitOnce(): void {
    const { model } = this._options;
    if (!this._cy || this._isFitted || this.node.clientWidth === 0) {
      return;
    }
    // What a user adds does not move what they look at.
    this._isFitted = model.canUndo || model.document.nodes.length > 0;
    if (!model.canUndo) {
      this.showAll();
    }
  }

  private _listen(cy: cytoscape.Core): void {
    const { model, onMenu, onOpen, onRows } = this._options;
    cy.on('select unselect', 'node, edge', () => {
      if (!this._isDrawing) {
        const ids = (elements: cytoscape.CollectionReturnValue): string[] =>
          elements.map(element => element.id());
        model.select(ids(cy.$('node:selected')), ids(cy.$('edge:selected')));
      }
    });
    // One step for all that were moved together.
    cy.on('dragfreeon', 'node', event => {
      const dragged = event.target as cytoscape.NodeSingular;
      const others = dragged.selected() ? cy.$('node:selected') : dragged;
      const positions = Object.fromEntries(
        others.map(node => [node.id(), { ...node.position() }])
      );
      model.apply(moved(model.document, positions));
    });
    cy.on('dbltap', 'node', event => {
      onOpen((event.target as cytoscape.NodeSingular).id());
    });
    cy.on('dbltap', 'edge', event => {
      model.select([], [(event.target as cytoscape.EdgeSingular).id()]);
      onRows();
    });
    cy.on('cxttap', event => {
      const target = event.target as cytoscape.Core | cytoscape.SingularData;
      if (target !== cy) {
        const element = target as cytoscape.SingularElementReturnValue;
        if (!element.selected()) {
          cy.elements().unselect();
          element.select();
        }
      }
      onMenu(event.originalEvent);
    });
    cy.on('tapstart', () => this.node.focus({ preventScroll: true }));
  }

  /** Edges are drawn from a handle at the node under the mouse. */
  private _edges(cy: cytoscape.Core): void {
    const { model } = this._options;
    const drawing = cy.edgehandles({
      snap: true,
      snapThreshold: 30,
      canConnect: (from: cytoscape.NodeSingular, to: cytoscape.NodeSingular) =>
        typeof connected(model.document, from.id(), to.id()) !== 'string'
    });
    cy.on('ehcomplete', (_event: unknown, ...ends: unknown[]) => {
      const [from, to, edge] = ends as cytoscape.CollectionReturnValue[];
      // The model draws its own edge.
      edge.remove();
      this.connect(from.id(), to.id());
    });
    cy.on('ehstart', () => {
      this._isConnecting = true;
    });
    cy.on('ehstop', () => {
      this._isConnecting = false;
      this._hideHandle();
    });
    cy.on('mousemove', 'node.scaleph', event => {
      const node = event.target as cytoscape.NodeSingular;
      if (node.data('kind') !== 'sink' && !this._isConnecting) {
        this._showHandle(node);
      }
    });
    cy.on('viewport drag', () => this._hideHandle());
    this._handle.addEventListener('mousedown', event => {
      event.preventDefault();
      event.stopPropagation();
      const node = cy.getElementById(this._handled);
      this._handle.hidden = true;
      if (node.nonempty()) {
        drawing.start(node);
        // Cytoscape has not seen the button go down, so it does not tell of its coming up.
        document.addEventListener('mouseup', () => drawing.stop(), {
          once: true,
          capture: true
        });
      }
    });
  }

  /** Draws an edge, or says why it cannot be. */
  connect(from: string, to: string): void {
    const { model, trans } = this._options;
    const next = connected(model.document, from, to);
    if (typeof next !== 'string') {
      model.apply(next);
      return;
    }
    const words = {
      same: trans.__('A node cannot feed itself.'),
      twice: trans.__('%1 feeds %2 already.', from, to),
      sink: trans.__('The sink %1 gives nothing out.', from),
      source: trans.__('The source %1 takes nothing in.', to),
      circle: trans.__('Rows would run in a circle.')
    };
    model.tell(words[next]);
  }

  private _showHandle(node: cytoscape.NodeSingular): void {
    const box = node.renderedBoundingBox({ includeLabels: false });
    this._handled = node.id();
    this._handle.style.left = `${box.x2}px`;
    this._handle.style.top = `${(box.y1 + box.y2) / 2}px`;
    this._handle.hidden = false;
  }

  private _hideHandle(): void {
    this._handle.hidden = true;
  }

  private _onDrag(event: DragEvent): void {
    const data = event.dataTransfer;
    if (!data?.types.includes(CONNECTOR_MIME) || !this._cy) {
      return;
    }
    event.preventDefault();
    data.dropEffect = 'copy';
    if (event.type === 'drop') {
      event.stopPropagation();
      const [kind, name] = data.getData(CONNECTOR_MIME).split('/');
      const rect = this._stage.getBoundingClientRect();
      const pan = this._cy.pan();
      const zoom = this._cy.zoom();
      this._options.onDrop(kind, name, {
        x: (event.clientX - rect.left - pan.x) / zoom,
        y: (event.clientY - rect.top - pan.y) / zoom
      });
    }
  }

  private readonly _onChange = (_: PipelineModel, change: Change): void => {
    if (!this._cy) {
      return;
    }
    if (change === 'selection') {
      this._select();
    } else {
      this._draw();
    }
  };

  /** Makes the drawing what the model is; only what differs is touched. */
  private _draw(): void {
    const cy = this._cy;
    if (!cy) {
      return;
    }
    const { model } = this._options;
    this._empty.hidden = model.document.nodes.length > 0;
    this._isDrawing = true;
    cy.batch(() => {
      const wanted = elementsOf(model);
      const ids = new Set(wanted.map(({ data }) => data.id ?? ''));
      cy.elements('.scaleph')
        .filter(element => !ids.has(element.id()))
        .remove();
      for (const element of wanted) {
        const known = cy.getElementById(element.data.id ?? '');
        if (known.empty()) {
          cy.add(element);
        } else {
          known.data(element.data);
          if (element.position && !known.grabbed()) {
            const at = known.position();
            if (at.x !== element.position.x || at.y !== element.position.y) {
              known.position(element.position);
            }
          }
        }
      }
    });
    this._isDrawing = false;
    this._hideHandle();
    this._select();
    this._fitOnce();
  }

  private _select(): void {
    const { model } = this._options;
    this._isDrawing = true;
    this._cy?.batch(() => {
      this._cy?.elements('.scaleph').forEach(element => {
        const chosen =
          model.selected.has(element.id()) ||
          model.selectedEdges.has(element.id());
        if (element.selected() !== chosen) {
          if (chosen) {
            element.select();
          } else {
            element.unselect();
          }
        }
      });
    });
    this._isDrawing = false;
  }

  private readonly _onTheme = (): void => {
    // The variables are the new theme's with the next frame.
    window.requestAnimationFrame(() => this._cy?.style(styleOf(this.node)));
  };

  private _cy: cytoscape.Core | null = null;
  private _observer: ResizeObserver | null = null;
  private _isFitted = false;
  private _isDrawing = false;
  private _isConnecting = false;
  private _handled = '';
  private readonly _stage = document.createElement('div');
  private readonly _handle = document.createElement('div');
  private readonly _empty = document.createElement('div');
}

/** What cytoscape draws of the model. */
function elementsOf(model: PipelineModel): cytoscape.ElementDefinition[] {
  const { document, problems } = model;
  const worst = new Map<string, string>();
  for (const { node, severity } of problems) {
    if (node && severity !== 'info' && worst.get(node) !== 'error') {
      worst.set(node, severity);
    }
  }
  const nodes = document.nodes.map(node => ({
    group: 'nodes' as const,
    classes: 'scaleph',
    data: {
      id: node.id,
      kind: node.kind,
      label: labelOf(node.id, node.connector, countOf(model, node.kind)),
      mark: worst.get(node.id) ?? ''
    },
    position: { ...(document.layout[node.id] ?? { x: 0, y: 0 }) }
  }));
  return [...nodes, ...edgesOf(document)];
}

function edgesOf(document: IPipelineDocument): cytoscape.ElementDefinition[] {
  const ids = new Set(document.nodes.map(({ id }) => id));
  return document.edges
    .filter(({ from, to }) => ids.has(from) && ids.has(to))
    .map(edge => ({
      group: 'edges' as const,
      classes: 'scaleph',
      data: { id: edgeKey(edge), source: edge.from, target: edge.to }
    }));
}

function labelOf(id: string, connector: string, count: string): string {
  return [id, connector, count].filter(line => line !== '').join('\n');
}

/** The engines count the rows of all sources and of all sinks: they are a node's own where it is alone of its kind. */
function countOf({ document, run }: PipelineModel, kind: string): string {
  const alone = document.nodes.filter(node => node.kind === kind).length === 1;
  const count =
    kind === 'source' ? run?.read : kind === 'sink' ? run?.written : null;
  return alone && count !== null && count !== undefined
    ? `${count.toLocaleString()} rows`
    : '';
}
