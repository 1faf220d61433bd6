"""Files of the standard: CSV in UTF-8 and Excel's xlsx, read into rows of text with their numbers, and written.

What a file may hold is limited, so that one that was made to harm costs no more than a large one: 32 MiB, 200,000
rows, and as xlsx 128 MiB unpacked.
"""

from __future__ import annotations

import csv
import datetime
import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

from scaleph_lab.errors import PlatformError, ValidationError

__all__ = ["COLUMNS", "KINDS", "Row", "Sheet", "read_file", "write_csv", "write_xlsx"]

COLUMNS: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "systems": (("code", "name"), ("contact", "remark")),
    "sets": (("code", "name"), ("remark",)),
    "values": (("set", "code", "value"), ("set_name", "system", "standard", "order", "remark")),
    "elements": (
        ("code", "name", "type"),
        ("length", "precision", "scale", "nullable", "default", "low", "high", "set", "remark"),
    ),
    "mappings": (("set", "code", "mapped_code"), ("system", "mapped_system", "remark")),
}
"""For each kind the columns that it must have and those that it may have, in the order in which they are needed."""
KINDS = tuple(COLUMNS)

MOST_BYTES = 32 * 1024 * 1024
MOST_ROWS = 200_000
_MOST_UNPACKED = 128 * 1024 * 1024
_MOST_PARTS = 1000
_MOST_COLUMNS = 32
_LONGEST_CELL = 32_767
_FORMULA = "a formula: give its value"
_NUMBER = re.compile(r"[-+]?\d+(\.\d+)?")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_UNSAFE = ("=", "+", "-", "@", "\t", "\r", "'")


@dataclass(frozen=True)
class Row:
    """A row of a file: its number as a spreadsheet counts, and its texts by column, without the empty ones' quotes."""

    number: int
    cells: Mapping[str, str]
    problem: tuple[str, str] | None = None
    """A column, and why its cell cannot be taken."""


@dataclass(frozen=True)
class Sheet:
    """The rows of one kind."""

    kind: str
    columns: tuple[str, ...]
    rows: Sequence[Row]


def read_file(data: bytes, name: str, kind: str = "") -> list[Sheet]:
    """The sheets of a file, in the order in which they depend on each other.

    `kind` says what it holds; without it the sheet's title, the file's name or the head do. Raises `ValidationError`
    for a file that cannot be taken at all, `PlatformError` where the reader of xlsx is not installed.
    """
    if len(data) > MOST_BYTES:
        raise _refused(f"The file has {len(data):,} bytes, and {MOST_BYTES:,} are the most.", "Import it in parts.")
    if kind and kind not in COLUMNS:
        raise ValidationError(f"There is no kind {kind!r}.", hint=f"There are {', '.join(KINDS)}.", path="kind")
    tables = _read_xlsx(data) if data.startswith(b"PK\x03\x04") else [(PurePath(name).stem, _read_csv(data))]
    sheets = [_sheet(title, rows, kind if len(tables) == 1 else "") for title, rows in tables]
    kinds = [sheet.kind for sheet in sheets]
    if len(set(kinds)) < len(kinds):
        raise _refused(f"Two sheets of the file hold {next(each for each in kinds if kinds.count(each) > 1)}.")
    return sorted(sheets, key=lambda sheet: KINDS.index(sheet.kind))


def write_csv(kind: str, rows: Iterable[Mapping[str, Any]]) -> bytes:
    """Rows of one kind as CSV. A text that a spreadsheet would take for a formula has an apostrophe before it."""
    file = io.StringIO(newline="")
    columns = [*COLUMNS[kind][0], *COLUMNS[kind][1]]
    writer = csv.writer(file)
    writer.writerow(columns)
    for row in rows:
        writer.writerow([_safe(_text(row.get(column))) for column in columns])
    # The mark tells Excel that it is UTF-8.
    return file.getvalue().encode("utf-8-sig")


def write_xlsx(sheets: Mapping[str, Iterable[Mapping[str, Any]]]) -> bytes:
    """Sheets by their kinds as xlsx; each cell is a text. Raises `ValidationError`, `PlatformError`."""
    openpyxl = _openpyxl()
    from openpyxl.cell import WriteOnlyCell

    texts = {kind: [_texts(kind, row) for row in rows] for kind, rows in sheets.items()}
    book = openpyxl.Workbook(write_only=True)
    for kind, rows in texts.items():
        sheet = book.create_sheet(kind)
        sheet.freeze_panes = "A2"
        sheet.append([*COLUMNS[kind][0], *COLUMNS[kind][1]])
        for row in rows:
            cells = [WriteOnlyCell(sheet, text or None) for text in row]
            for cell in cells:
                if cell.value is not None:
                    # Not a formula, whatever it begins with.
                    cell.data_type = "s"
            sheet.append(cells)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


Cells = tuple[int, Sequence[str], tuple[int, str] | None]
"""A row's number, its texts, and where one of them cannot be taken, and why."""


def _sheet(title: str, rows: Iterator[Cells], kind: str) -> Sheet:
    _, head, _ = next(rows, (1, (), None))
    columns = tuple(each.strip().lower().replace(" ", "_") for each in head)
    while columns and not columns[-1]:
        columns = columns[:-1]
    kind = kind or _kind(title, columns)
    required, optional = COLUMNS[kind]
    missing = [each for each in required if each not in columns]
    unknown = [each or "(empty)" for each in columns if each not in (*required, *optional)]
    twice = [each for each in columns if columns.count(each) > 1]
    for wrong, what in ((missing, "lacks"), (unknown, "has, unknown here,"), (twice, "has twice")):
        if wrong:
            raise _refused(
                f"The head of {title or 'the file'} {what} {', '.join(dict.fromkeys(wrong))}.",
                f"The columns of {kind} are {', '.join(required)}, and at will {', '.join(optional)}.",
            )
    return Sheet(kind, columns, [_row(columns, *cells) for cells in rows if any(map(str.strip, cells[1]))])


def _row(columns: Sequence[str], number: int, texts: Sequence[str], problem: tuple[int, str] | None) -> Row:
    cells = {column: texts[index] if index < len(texts) else "" for index, column in enumerate(columns)}
    if problem is None and any(texts[len(columns) :]):
        return Row(number, cells, ("", f"the row has {len(texts)} cells, and the head {len(columns)}"))
    if problem is None:
        return Row(number, cells)
    column = columns[problem[0]] if problem[0] < len(columns) else ""
    return Row(number, cells, (column, problem[1]))


def _kind(title: str, columns: Sequence[str]) -> str:
    if title.lower() in COLUMNS:
        return title.lower()
    given = set(columns)
    fits = [kind for kind, (must, may) in COLUMNS.items() if set(must) <= given <= {*must, *may}]
    if len(fits) == 1:
        return fits[0]
    if not fits:
        raise _refused(
            f"The head of {title or 'the file'} is that of no kind: {', '.join(columns[:12]) or 'it is empty'}.",
            "; ".join(f"{kind}: {', '.join(must)}" for kind, (must, _) in COLUMNS.items()),
        )
    raise ValidationError(f"The head may be that of {' or '.join(fits)}.", hint="Say which by the kind.", path="kind")


def _read_csv(data: bytes) -> Iterator[Cells]:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise _refused(f"Line {line} of the file is not UTF-8.", "Save it as CSV UTF-8, or as xlsx.") from None
    if "\0" in text:
        raise _refused("The file is neither xlsx nor CSV in UTF-8.", "Save it as CSV UTF-8, or as xlsx.")
    head = text[: text.find("\n")] if "\n" in text else text
    # A comma, or what Excel writes where the comma is in numbers.
    separator = max(",;\t", key=head.count)
    return _csv_rows(text, separator)


def _csv_rows(text: str, separator: str) -> Iterator[Cells]:
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    number = 0
    try:
        for number, row in enumerate(rows, 1):
            if number > MOST_ROWS + 1:
                raise _too_many()
            formula = next((index for index, cell in enumerate(row) if cell.startswith("=")), None)
            yield (
                number,
                [cell[1:] if cell.startswith("'") else cell for cell in row],
                (None if formula is None else (formula, _FORMULA)),
            )
    except csv.Error as error:
        raise _refused(f"Row {number + 1} is no CSV: {error}.") from None


def _read_xlsx(data: bytes) -> list[tuple[str, Iterator[Cells]]]:
    _check_archive(data)
    openpyxl = _openpyxl()
    try:
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=False, keep_links=False)
        sheets = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
    except Exception as error:  # noqa: BLE001  openpyxl raises whatever its many readers do
        raise _refused(f"The file is no workbook that can be read: {type(error).__name__}.") from None
    tables = [(sheet.title, list(_xlsx_rows(sheet))) for sheet in sheets]
    tables = [(title, rows) for title, rows in tables if rows]
    if not tables:
        raise _refused("The workbook is empty.", "Its first row names the columns.")
    return [(title, iter(rows)) for title, rows in tables]


def _xlsx_rows(sheet: Any) -> Iterator[Cells]:
    try:
        # A sheet may claim a million rows and have three.
        sheet.reset_dimensions()
        taken = 0
        for number, row in enumerate(sheet.iter_rows(max_col=_MOST_COLUMNS), 1):
            filled = [(index, cell) for index, cell in enumerate(row) if cell.value is not None]
            if not filled:
                continue
            taken += 1
            if taken > MOST_ROWS + 1:
                raise _too_many()
            texts = [""] * (filled[-1][0] + 1)
            for index, cell in filled:
                texts[index] = _cell(cell.value)
            problems = ((index, _problem(cell)) for index, cell in filled)
            yield number, texts, next(((index, why) for index, why in problems if why), None)
    except ValidationError:
        raise
    except Exception as error:  # noqa: BLE001  see above
        raise _refused(f"The sheet {sheet.title} cannot be read: {type(error).__name__}.") from None


def _problem(cell: Any) -> str:
    if cell.data_type == "f":
        return _FORMULA
    return f"an error of Excel: {cell.value}" if cell.data_type == "e" else ""


def _cell(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, datetime.datetime):
        return value.isoformat(" ") if value.time() != datetime.time() else value.date().isoformat()
    if isinstance(value, (datetime.date, datetime.time)):
        return value.isoformat()
    return "" if value is None else str(value)[: _LONGEST_CELL + 1]


def _check_archive(data: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        raise _refused(f"The file is no workbook that can be read: {error}.") from None
    unpacked = sum(part.file_size for part in parts)
    if unpacked > _MOST_UNPACKED or len(parts) > _MOST_PARTS:
        raise _refused(
            f"The workbook has {unpacked:,} bytes unpacked in {len(parts):,} parts, "
            f"and {_MOST_UNPACKED:,} in {_MOST_PARTS:,} are the most.",
            "Import it in parts, or as CSV.",
        )


def _texts(kind: str, row: Mapping[str, Any]) -> list[str]:
    """The cells of a row. Raises `ValidationError` for what no workbook can hold."""
    columns = [*COLUMNS[kind][0], *COLUMNS[kind][1]]
    texts = [_text(row.get(column)) for column in columns]
    for column, text in zip(columns, texts, strict=True):
        if _CONTROL.search(text):
            raise ValidationError(
                f"A text of {column} has control characters, which Excel cannot hold.",
                hint="Export it as CSV.",
                path="format",
            )
    return texts


def _openpyxl() -> Any:
    try:
        import openpyxl
    except ModuleNotFoundError as error:
        raise PlatformError(
            "Excel's files need a package that is not installed.",
            hint="pip install 'scaleph-lab[excel]', or take CSV.",
            path="format",
        ) from error
    return openpyxl


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else "" if value is None else str(value)


def _safe(text: str) -> str:
    return f"'{text}" if text.startswith(_UNSAFE) and not _NUMBER.fullmatch(text) else text


def _too_many() -> ValidationError:
    return _refused(f"The file has more than {MOST_ROWS:,} rows.", "Import it in parts.")


def _refused(message: str, hint: str = "") -> ValidationError:
    return ValidationError(message, hint=hint, path="file")
