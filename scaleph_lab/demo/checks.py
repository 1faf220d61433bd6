"""What pandas finds in the same files: the demonstration's results are compared with it."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from scaleph_lab.demo import FLIGHTS, DemoFiles
from scaleph_lab.pipelines import PipelineOutcome

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["FRAMES", "Check", "check_notebook", "check_pipeline"]

FRAMES = ("delays", "busiest", "days", "top_five")
"""The notebook's variables that are compared."""
_TOLERANCE = 1e-9


@dataclass(frozen=True)
class Check:
    """One comparison."""

    what: str
    ok: bool
    detail: str


def check_pipeline(outcome: PipelineOutcome, files: DemoFiles) -> list[Check]:
    """The pipeline's own counts and the rows that stand in its two sinks, against the file."""
    flights = _flights(files)
    connection = sqlite3.connect(files.out / "flights.sqlite")
    try:
        rows, departed, delay = connection.execute(
            "SELECT COUNT(*), COUNT(dep_delay), SUM(dep_delay) FROM flights"
        ).fetchone()
    finally:
        connection.close()
    written = sum(_lines(path) for path in (files.out / "csv").glob("*.csv"))
    sums = (int(flights.dep_delay.count()), int(flights.dep_delay.sum()))
    return [
        Check("rows read", outcome.read == FLIGHTS == len(flights), f"{outcome.read:,} of {len(flights):,}"),
        Check("rows in SQLite", rows == FLIGHTS, f"{rows:,}"),
        Check("delays in SQLite", (departed, delay) == sums, f"{departed:,} departures, {delay:,} minutes"),
        Check("rows in the CSV files", written == FLIGHTS, f"{written:,}"),
    ]


def check_notebook(frames: dict[str, Any], files: DemoFiles) -> list[Check]:
    """The notebook's DataFrames, against pandas on the same files."""
    expected = _expected(files)
    return [_compare(name, frames[name], expected[name]) for name in FRAMES]


def _expected(files: DemoFiles) -> dict[str, pd.DataFrame]:
    import pandas as pd

    flights = _flights(files)
    airlines = pd.read_csv(files.data / "airlines.csv", keep_default_na=False)
    flights["window_start"] = pd.to_datetime(flights.time_hour).dt.tz_localize(None).dt.floor("D")
    named = flights.merge(airlines, on="carrier")
    delays = flights.groupby("carrier", as_index=False).agg(
        flights=("carrier", "size"), departed=("dep_delay", "count"), mean_delay=("dep_delay", "mean")
    )
    busiest = named.groupby("name", as_index=False).agg(flights=("name", "size"), miles=("distance", "sum"))
    days = flights.groupby("window_start", as_index=False).agg(
        flights=("carrier", "size"), mean_delay=("dep_delay", "mean")
    )
    january = flights[flights.time_hour < "2013-02-01"]
    places = january.groupby("dest", as_index=False).agg(flights=("dest", "size"))
    top_five = places.sort_values(["flights", "dest"], ascending=[False, True]).head(5)
    top_five.insert(0, "place", range(1, 6))
    return {
        "delays": delays,
        "busiest": busiest.sort_values(["flights", "name"], ascending=[False, True]).head(5),
        "days": days,
        "top_five": top_five,
    }


def _compare(name: str, found: pd.DataFrame, expected: pd.DataFrame) -> Check:
    key = expected.columns[0]
    left = found.sort_values(key).reset_index(drop=True)
    right = expected.sort_values(key).reset_index(drop=True)
    if list(left.columns) != list(right.columns) or len(left) != len(right):
        shapes = f"{left.shape} {list(left.columns)} instead of {right.shape} {list(right.columns)}"
        return Check(name, ok=False, detail=shapes)
    for column in right.columns:
        if not _same(left[column], right[column]):
            return Check(name, ok=False, detail=f"the column {column} differs")
    return Check(name, ok=True, detail=f"{len(right)} rows equal pandas'")


def _same(left: pd.Series[Any], right: pd.Series[Any]) -> bool:
    if right.dtype.kind == "f":
        return bool(((left.astype(float) - right).abs() <= _TOLERANCE * right.abs().clip(lower=1)).all())
    return [str(value) for value in left] == [str(value) for value in right]


def _flights(files: DemoFiles) -> pd.DataFrame:
    import pandas as pd

    return pd.read_csv(files.data / "flights.csv", na_values=["NA"], keep_default_na=False)


def _lines(path: Any) -> int:
    # SeaTunnel's CSV ends without a line break.
    text = path.read_bytes()
    return int(text.count(b"\n")) + (1 if text and not text.endswith(b"\n") else 0)
