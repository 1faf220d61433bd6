"""Jupyter's own tests of a kernel."""

from __future__ import annotations

from typing import Any

import jupyter_kernel_test
import pytest

pytestmark = pytest.mark.engine


@pytest.fixture(scope="class", autouse=True)
def running_engine(flink: Any) -> None:
    """The suite waits for a reply no longer than an engine takes to start on a busy machine."""
    flink()


@pytest.mark.usefixtures("running_engine")
class TestProtocol(jupyter_kernel_test.KernelTests):
    """The suite, without what the protocol leaves open and a SQL kernel has not: standard output and error, a
    pager, ``execute_result`` (rows are ``display_data``, which can be drawn anew) and clearing.

    Its failing cell must give one message only: one of the kernel's, since those of the engine bring a trace.
    """

    kernel_name = "flinksql"
    language_name = "flinksql"
    file_extension = ".sql"
    completion_samples = [  # noqa: RUF012
        {"text": "SELE", "matches": {"SELECT"}},
        {"text": "-- SELE", "matches": set()},
        {"text": "USE CATALOG def", "matches": {"default_catalog"}},
        {"text": "%flink catal", "matches": {"catalogs"}},
    ]
    # The history's test takes them; rows are no results in the protocol's sense.
    code_execute_result = [{"code": "SELECT 1 AS n"}, {"code": "SHOW CATALOGS"}]  # noqa: RUF012
    code_inspect_sample = "SELECT"
    code_history_pattern = "SELECT 1*"
    supported_history_operations = ("tail", "range", "search")
    complete_code_samples = ["SELECT 1;", "SHOW TABLES; ", "%flink status"]  # noqa: RUF012
    incomplete_code_samples = ["SELECT 1", "SELECT 'a;"]  # noqa: RUF012
    invalid_code_samples = ["%%sql"]  # noqa: RUF012
    code_generate_error = "%flink dance"
    code_display_data = [{"code": "SELECT 1 AS n", "mime": "text/html"}]  # noqa: RUF012

    test_execute_stdout = None
    test_execute_stderr = None
    test_pager = None
    test_execute_result = None
    test_clear_output = None
