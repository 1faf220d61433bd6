"""A secret that a process has read is in none of its log records."""

from __future__ import annotations

import io
import logging

import pytest

from scaleph_lab.access import redaction
from scaleph_lab.access.redaction import hide_in_logs
from scaleph_lab.access.secrets import find_secret
from scaleph_lab.settings import reload_settings


@pytest.fixture
def log(monkeypatch):
    """What a handler of some library writes."""
    before = logging.getLogRecordFactory()
    monkeypatch.setattr(redaction, "_hidden", {})
    sink = io.StringIO()
    handler = logging.StreamHandler(sink)
    handler.setFormatter(logging.Formatter("%(levelname)s %(message)s"))
    logger = logging.getLogger("some.library")
    logger.addHandler(handler)
    yield logger, sink
    logger.removeHandler(handler)
    logging.setLogRecordFactory(before)


def test_it_is_hidden_in_messages_arguments_and_traces(log):
    logger, sink = log
    hide_in_logs("canary-pa55", "db")
    logger.warning("connect %s as %s", "postgresql://me:canary-pa55@db/lab", {"password": "canary-pa55"})
    try:
        raise OSError("no route to me:canary-pa55@db")
    except OSError:
        logger.exception("failed")
    text = sink.getvalue()
    assert "canary" not in text
    # Twice in the message, in the source line of the trace, and in the error.
    assert text.count("{{secret:db}}") == 4
    assert "OSError: no route to me:{{secret:db}}@db" in text


def test_a_secret_that_is_looked_up_is_hidden_from_then_on(log, monkeypatch):
    logger, sink = log
    monkeypatch.setenv("SCALEPH_SECRET_REDACTED", "canary-looked-up")
    reload_settings()
    assert find_secret("redacted") == "canary-looked-up"
    logger.error("canary-looked-up")
    assert sink.getvalue() == "ERROR {{secret:redacted}}\n"


def test_other_records_stay_as_they_are(log):
    logger, sink = log
    hide_in_logs("canary-pa55", "db")
    hide_in_logs("in", "short")
    logger.warning("%d rows in %s", 3, "orders")
    mistake = logging.getLogRecordFactory()("x", logging.WARNING, "f", 1, "a mistake: %d", ("no number",), None)
    assert (mistake.msg, mistake.args) == ("a mistake: %d", ("no number",))
    assert sink.getvalue().startswith("WARNING 3 rows in orders\n")


def test_the_longer_secret_is_hidden_whole(log):
    logger, sink = log
    hide_in_logs("canary", "short")
    hide_in_logs("canary-and-more", "long")
    logger.warning("canary-and-more, canary")
    assert sink.getvalue() == "WARNING {{secret:long}}, {{secret:short}}\n"
