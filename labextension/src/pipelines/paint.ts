import type { StylesheetJson } from 'cytoscape';

/** How the graph looks in the theme that the element is shown in. Nodes bear white on a colour that is dark enough. */
export function styleOf(element: HTMLElement): StylesheetJson {
  const theme = getComputedStyle(element);
  const variable = (name: string, other: string): string =>
    theme.getPropertyValue(name).trim() || other;
  const brand = variable('--jp-brand-color1', '#1976d2');
  const line = variable('--jp-ui-font-color2', '#757575');
  const font = variable('--jp-ui-font-family', 'sans-serif');
  const error = variable('--jp-error-color1', '#d32f2f');
  const warn = variable('--jp-warn-color1', '#f57c00');
  return [
    {
      selector: 'node[label]',
      style: {
        shape: 'round-rectangle',
        width: 170,
        height: 56,
        label: 'data(label)',
        color: '#ffffff',
        'font-family': font,
        'font-size': 12,
        'line-height': 1.25,
        'text-valign': 'center',
        'text-halign': 'center',
        'text-wrap': 'wrap',
        'text-max-width': '158px',
        'background-color': '#5f6368',
        'border-width': 0
      }
    },
    {
      selector: 'node[kind = "source"]',
      style: { 'background-color': '#2e6f9e' }
    },
    {
      selector: 'node[kind = "transform"]',
      style: { 'background-color': '#6a4c93' }
    },
    {
      selector: 'node[kind = "sink"]',
      style: { 'background-color': '#2e7d4f' }
    },
    {
      selector: 'node[mark = "warning"]',
      style: {
        'border-width': 3,
        'border-color': warn,
        'border-style': 'dashed'
      }
    },
    {
      selector: 'node[mark = "error"]',
      style: { 'border-width': 3, 'border-color': error }
    },
    {
      selector: 'node:selected',
      style: {
        'outline-width': 3,
        'outline-offset': 3,
        'outline-color': brand
      }
    },
    {
      selector: 'edge',
      style: {
        width: 2,
        'line-color': line,
        'target-arrow-color': line,
        'target-arrow-shape': 'triangle',
        'curve-style': 'bezier'
      }
    },
    {
      selector: 'edge:selected',
      style: { width: 3, 'line-color': brand, 'target-arrow-color': brand }
    },
    {
      selector: '.eh-ghost-edge, .eh-preview',
      style: { 'line-color': brand, 'target-arrow-color': brand }
    },
    {
      selector: '.eh-target',
      style: {
        'outline-width': 3,
        'outline-offset': 3,
        'outline-color': brand
      }
    }
  ];
}
