"""Secrets that this process has seen stay out of its logs, whoever writes them."""

from __future__ import annotations

import logging
import threading
import traceback
from typing import Any

__all__ = ["hide_in_logs"]

_SHORTEST = 4
"""Characters; what is shorter stands in too many words to be taken out of them."""

_hidden: dict[str, str] = {}
_guard = threading.Lock()


def hide_in_logs(value: str, name: str) -> None:
    """From now on each record of `logging` in this process has the secret's reference in its place.

    Records of libraries too: a driver that quotes its connection string in an error would else be heard by all who may
    read the server's log. Secrets of less than four characters are not found.
    """
    if len(value) < _SHORTEST or value in _hidden:
        return
    with _guard:
        if not _hidden:
            logging.setLogRecordFactory(_hiding(logging.getLogRecordFactory()))
        _hidden[value] = f"{{{{secret:{name}}}}}"


def _hiding(make: Any) -> Any:
    """A factory of records that hides in what `make` has made."""

    def hiding(*args: Any, **kwargs: Any) -> logging.LogRecord:
        record: logging.LogRecord = make(*args, **kwargs)
        _hide_message(record)
        _hide_trace(record)
        return record

    return hiding


def _hide_message(record: logging.LogRecord) -> None:
    try:
        text = record.getMessage()
    except Exception:  # noqa: BLE001
        # Its writer has made a mistake, of which the handler will tell them.
        text = str(record.msg)
    clean = _cleaned(text)
    if clean != text:
        record.msg, record.args = clean, ()


def _hide_trace(record: logging.LogRecord) -> None:
    if not record.exc_info or record.exc_info[0] is None:
        return
    text = "".join(traceback.format_exception(*record.exc_info))
    clean = _cleaned(text)
    if clean != text:
        # A formatter shows the text that is there already, and would else make it anew.
        record.exc_info, record.exc_text = None, clean.rstrip("\n")


def _cleaned(text: str) -> str:
    # The longest first: one secret may hold another.
    for value in sorted(_hidden, key=len, reverse=True):
        text = text.replace(value, _hidden[value])
    return text
