"""Executes the demonstration's notebook without a browser and takes its DataFrames out."""

from __future__ import annotations

import pickle
import tempfile
from pathlib import Path
from typing import Any

from scaleph_lab.demo import notebook_path
from scaleph_lab.demo.checks import FRAMES
from scaleph_lab.errors import EngineError

__all__ = ["execute_notebook"]

CELL_SECONDS = 900


def execute_notebook(target: Path) -> dict[str, Any]:
    """Runs all cells, writes the executed notebook to ``target`` and returns its DataFrames by name.

    A cell that is tagged ``raises-exception`` must raise. Raises `EngineError` that names the cell that failed.
    """
    import nbformat
    from nbclient import NotebookClient
    from nbclient.exceptions import CellExecutionError

    notebook = nbformat.read(notebook_path(), as_version=4)
    with tempfile.TemporaryDirectory(prefix="scaleph-demo-") as folder:
        dump = Path(folder) / "frames.pickle"
        code = f"import pickle; pickle.dump(({', '.join(FRAMES)}), open({str(dump)!r}, 'wb'))"
        notebook.cells.append(nbformat.v4.new_code_cell(code))
        try:
            NotebookClient(
                notebook,
                timeout=CELL_SECONDS,
                resources={"metadata": {"path": folder}},
                # The kernel's own advice on transports is not for the reader of a demonstration.
                extra_arguments=["--IPKernelApp.log_level=ERROR"],
            ).execute()
        except CellExecutionError as error:
            raise EngineError(
                f"The notebook failed: {error.evalue or error.ename}", hint=str(error)[-1500:], path=str(target)
            ) from error
        # The kernel that wrote it is ours, a moment ago.
        frames = pickle.loads(dump.read_bytes())  # noqa: S301
    notebook.cells.pop()
    _check_deliberate_error(notebook, target)
    nbformat.write(notebook, target)
    return dict(zip(FRAMES, frames, strict=True))


def _check_deliberate_error(notebook: Any, target: Path) -> None:
    for cell in notebook.cells:
        if "raises-exception" in cell.metadata.get("tags", []):
            kinds = {output.output_type for output in cell.outputs}
            if "error" not in kinds:
                raise EngineError("The cell with the deliberate error did not fail.", path=str(target))
