declare module 'cytoscape-edgehandles' {
  import type { Ext } from 'cytoscape';

  const register: Ext;
  export default register;
}

declare namespace cytoscape {
  interface IEdgeDrawing {
    start(node: NodeSingular): void;
    stop(): void;
  }

  interface Core {
    edgehandles(options: {
      snap?: boolean;
      snapThreshold?: number;
      canConnect?: (from: NodeSingular, to: NodeSingular) => boolean;
    }): IEdgeDrawing;
  }
}
