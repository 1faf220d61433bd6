import cytoscape from 'cytoscape';
import dagre from 'cytoscape-dagre';
import edgehandles from 'cytoscape-edgehandles';

cytoscape.use(dagre);
cytoscape.use(edgehandles);

/** Cytoscape with what a builder needs. It is half a megabyte: import it when a graph is drawn. */
export { cytoscape };
