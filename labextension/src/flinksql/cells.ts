import type { ICellModel } from '@jupyterlab/cells';
import type { CellList, NotebookPanel } from '@jupyterlab/notebook';
import { DisposableDelegate, type IDisposable } from '@lumino/disposable';

/** The MIME type of Flink SQL, as the editors' languages know it. */
export const FLINK_SQL_MIME = 'text/x-flinksql';

/** What a cell's model and an editor's have in common. */
interface ITypedText {
  mimeType: string;
  sharedModel: { getSource(): string };
}

const MAGIC = /^%%flinksql(?=\s|$)/;

/**
 * Gives the code cells of a notebook that start with `%%flinksql` the type of Flink SQL, and gives
 * them back the type of the notebook's language when they no longer do.
 *
 * The notebook sets its own type on every cell when a cell is inserted or the kernel changes, so the
 * type is looked at after each change of the source *and* of the type itself.
 */
export function followCells(panel: NotebookPanel): IDisposable {
  const notebook = panel.content;
  const followed = new Set<ICellModel>();
  let cells: CellList | null = null;

  const review = (cell: ITypedText): void => {
    if (MAGIC.test(cell.sharedModel.getSource())) {
      cell.mimeType = FLINK_SQL_MIME;
    } else if (cell.mimeType === FLINK_SQL_MIME) {
      cell.mimeType = notebook.codeMimetype;
    }
  };

  const release = (cell: ICellModel): void => {
    followed.delete(cell);
    cell.contentChanged.disconnect(review);
    cell.mimeTypeChanged.disconnect(review);
  };

  const followAll = (): void => {
    const current = new Set<ICellModel>(cells ?? []);
    for (const cell of followed) {
      if (!current.has(cell)) {
        release(cell);
      }
    }
    for (const cell of current) {
      if (cell.type === 'code' && !followed.has(cell)) {
        followed.add(cell);
        cell.contentChanged.connect(review);
        cell.mimeTypeChanged.connect(review);
        review(cell);
      }
    }
  };

  const followModel = (): void => {
    cells?.changed.disconnect(followAll);
    cells = notebook.model?.cells ?? null;
    cells?.changed.connect(followAll);
    followAll();
  };

  notebook.modelChanged.connect(followModel);
  followModel();

  return new DisposableDelegate(() => {
    notebook.modelChanged.disconnect(followModel);
    cells?.changed.disconnect(followAll);
    followed.forEach(release);
  });
}
