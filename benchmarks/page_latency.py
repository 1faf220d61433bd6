"""How soon a streamed row is on the page, and what a fast stream does to the page, in a real browser.

Latency: a source whose rows carry the time at which they were made (``PROCTIME``), ten a second; the time between
that and the frame in which the grid was painted with the row. Load: a stream of so many rows a second; the longest
gap between two frames, and the heap after a collection, in the first and the last minute.

Both run JupyterLab, a kernel, an engine and Chromium on this machine, with one clock.
"""

from __future__ import annotations

import argparse
import json
import os
import secrets
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import nbformat
import psutil
from playwright.sync_api import CDPSession, Page, sync_playwright

from scaleph_lab.engines import get_engine
from scaleph_lab.engines.supervisor import free_port
from scaleph_lab.settings import reload_settings

LATENCY = """%%flinksql
SET 'table.local-time-zone' = 'UTC';
CREATE TEMPORARY TABLE made (id BIGINT, at_time AS PROCTIME()) WITH ('connector' = 'datagen', 'rows-per-second' = '10');
SELECT id, at_time FROM made"""
LOAD = """%%flinksql
CREATE TEMPORARY TABLE fast (
  id BIGINT, name STRING, price DECIMAL(10, 2), weight DOUBLE, at_time AS LOCALTIMESTAMP
) WITH (
  'connector' = 'datagen', 'rows-per-second' = '{rate}', 'fields.name.length' = '12'
);
SELECT * FROM fast"""
# The grid's own model emits when it has the rows; the canvas is painted before the second frame after that.
OBSERVE = """() => {
  const found = [];
  const walk = widget => {
    if (widget.hasClass?.('jp-scaleph-grid')) { found.push(widget); }
    if (widget.layout) { for (const child of widget.layout) { walk(child); } }
  };
  walk(window.jupyterapp.shell.currentWidget);
  const { model } = found.at(-1).table;
  const seen = new Set();
  window.latencies = [];
  let waiting = [];
  model.changed.connect(() => {
    for (const row of model.rows.slice(-50)) {
      if (!seen.has(row.slot)) {
        seen.add(row.slot);
        waiting.push(Date.parse(row.cells[1].replace(' ', 'T') + 'Z'));
      }
    }
    if (waiting.length) {
      const made = waiting;
      waiting = [];
      requestAnimationFrame(() => setTimeout(() => {
        for (const at of made) { window.latencies.push(Date.now() - at); }
      }));
    }
  });
}"""
FRAMES = """() => {
  window.gaps = [];
  let last = performance.now();
  const step = now => { window.gaps.push(now - last); last = now; requestAnimationFrame(step); };
  requestAnimationFrame(step);
}"""


def main() -> None:
    """Prints what was measured, as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=300, help="rows whose latency is measured")
    parser.add_argument("--rate", type=int, default=10_000, help="rows a second of the load")
    parser.add_argument("--seconds", type=int, default=600, help="how long the load runs")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        os.environ["SCALEPH_LAB_STATE_DIR"] = f"{folder}/state"
        reload_settings()
        engine = get_engine("flink-1.20")
        engine.ensure()
        try:
            with notebook(Path(folder), [LATENCY, LOAD.format(rate=options.rate)]) as page:
                figures = latency(page, options.rows) | load(page, options.seconds)
        finally:
            engine.stop()
    print(json.dumps(figures, indent=2))


def latency(page: Page, rows: int) -> dict[str, float]:
    """Milliseconds from the making of a row to the frame that shows it."""
    run(page, 1)
    page.wait_for_timeout(3000)
    page.evaluate(OBSERVE)
    page.wait_for_timeout(2000)
    page.evaluate("window.latencies = []")
    page.wait_for_function("rows => window.latencies.length >= rows", arg=rows, timeout=rows * 1000)
    found = sorted(page.evaluate("window.latencies"))
    stop(page)
    return {
        "latency: rows": len(found),
        "latency: median, ms": statistics.median(found),
        "latency: 95th percentile, ms (promised: 300 or less)": found[int(len(found) * 0.95)],
        "latency: longest, ms": found[-1],
    }


def load(page: Page, seconds: int) -> dict[str, float]:
    """The page below a fast stream."""
    kernel = next(
        process
        for process in psutil.process_iter(["cmdline"])
        if "ipykernel_launcher" in " ".join(process.info["cmdline"] or []) and process.ppid() == page_server(page)
    )
    run(page, 2)
    page.wait_for_timeout(10_000)
    devtools = page.context.new_cdp_session(page)
    page.evaluate(FRAMES)
    heap, resident = [heap_of(devtools)], [kernel.memory_info().rss]
    begun, used = time.monotonic(), sum(kernel.cpu_times()[:2])
    while time.monotonic() - begun < seconds:
        page.wait_for_timeout(5000)
        heap.append(heap_of(devtools))
        resident.append(kernel.memory_info().rss)
    cpu = (sum(kernel.cpu_times()[:2]) - used) / (time.monotonic() - begun)
    gaps = sorted(page.evaluate("window.gaps"))
    facts = page.locator(".jp-scaleph-result-facts").last.inner_text()
    stop(page)
    print(facts, file=sys.stderr)
    return {
        "load: seconds": seconds,
        "load: frames a second": len(gaps) / (time.monotonic() - begun),
        "load: 99th percentile of the gaps between frames, ms": gaps[int(len(gaps) * 0.99)],
        "load: longest gap between frames, ms": gaps[-1],
        "load: heap of the page at the start, MB": statistics.median(heap[:6]) / 1e6,
        "load: heap of the page at the end, MB": statistics.median(heap[-6:]) / 1e6,
        "load: memory of the kernel at the start, MB": statistics.median(resident[:6]) / 1e6,
        "load: memory of the kernel at the end, MB": statistics.median(resident[-6:]) / 1e6,
        "load: CPU of the kernel, cores": cpu,
    }


def heap_of(devtools: CDPSession) -> int:
    """Bytes of live JavaScript objects."""
    devtools.send("HeapProfiler.collectGarbage")
    return int(devtools.send("Runtime.getHeapUsage")["usedSize"])


def page_server(page: Page) -> int:
    """The process of the Jupyter server that the page talks to."""
    return int(page.evaluate("window.serverProcess"))


def run(page: Page, index: int) -> None:
    """Runs a cell and waits for its grid."""
    page.locator(f'.jp-Cell[data-windowed-list-index="{index}"] .cm-content').click()
    page.keyboard.press("Control+Enter")
    page.locator(f'.jp-Cell[data-windowed-list-index="{index}"] .jp-scaleph-grid').wait_for(timeout=60_000)


def stop(page: Page) -> None:
    """Stops what runs, by the button of the grid."""
    page.get_by_role("button", name="Stop", exact=True).last.click()
    page.get_by_role("status").filter(has_text="Canceled").last.wait_for(timeout=30_000)


@contextmanager
def notebook(folder: Path, cells: list[str]) -> Iterator[Page]:
    """A notebook in JupyterLab in Chromium, with the extension loaded."""
    root, port, token = folder / "notebooks", free_port(), secrets.token_hex(16)
    root.mkdir()
    content = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_code_cell(source) for source in ["%load_ext scaleph_lab", *cells]],
        metadata={"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}},
    )
    nbformat.write(content, root / "bench.ipynb")
    arguments = [
        *("--no-browser", "--allow-root", "--expose-app-in-browser", f"--ServerApp.port={port}"),
        *(f"--IdentityProvider.token={token}", f"--ServerApp.root_dir={root}"),
    ]
    environment = {**os.environ, "JUPYTER_CONFIG_DIR": f"{folder}/config", "JUPYTERLAB_WORKSPACES_DIR": f"{folder}/w"}
    command = [sys.executable, "-m", "jupyterlab", *arguments]
    with (
        subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server,
        sync_playwright() as playwright,
    ):
        try:
            url = f"http://127.0.0.1:{port}/"
            wait_for(f"{url}api/status?token={token}")
            found = os.environ.get("SCALEPH_BROWSER") or shutil.which("chromium") or shutil.which("google-chrome")
            browser = playwright.chromium.launch(executable_path=found, args=["--no-sandbox", "--disable-gpu"])
            page = browser.new_page(viewport={"width": 1440, "height": 900})
            page.goto(f"{url}lab/tree/bench.ipynb?token={token}")
            page.evaluate("id => { window.serverProcess = id; }", server.pid)
            page.wait_for_function(
                "() => window.jupyterapp?.shell.currentWidget?.sessionContext?.session?.kernel?.status === 'idle'",
                timeout=60_000,
            )
            page.locator(".jp-Cell .cm-content").first.click()
            page.keyboard.press("Control+Enter")
            page.wait_for_timeout(3000)
            yield page
            browser.close()
        finally:
            server.terminate()


def wait_for(url: str) -> None:
    """Returns when the server answers."""
    for _ in range(300):
        try:
            with urllib.request.urlopen(url):
                return
        except OSError:
            time.sleep(0.2)
    raise SystemExit("JupyterLab does not answer.")


if __name__ == "__main__":
    main()
