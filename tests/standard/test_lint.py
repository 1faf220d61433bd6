"""The lint: which columns correspond to an element, what differs, and the edit that mends it."""

from __future__ import annotations

import json

import pytest

from scaleph_lab.errors import ValidationError
from scaleph_lab.platform.linting import lint_columns, lint_text
from scaleph_lab.standard.elements import checked_element, element_of
from scaleph_lab.standard.lint import Column
from scaleph_lab.standard.types import TypeName


def element(code, kind, **more):
    return checked_element(element_of(TypeName(kind), **{"code": code, "name": code.title(), **more}))


STANDARD = [
    element("STATUS", "VARCHAR", length=20, nullable=False, set="status", codes=("new", "paid")),
    element("CUST_ID", "BIGINT", nullable=False, name="Customer number"),
    element("AMOUNT", "DECIMAL", precision=12, scale=2),
    element("CREATED_AT", "TIMESTAMP", precision=3),
    element("价格", "DECIMAL", precision=10, scale=2),
]


def told(report):
    return [(each.column, each.rule, each.line, each.column_number) for each in report.findings]


def test_a_table_that_keeps_the_standard_has_no_finding():
    text = """CREATE TABLE orders (
      status VARCHAR(20) NOT NULL, custId BIGINT NOT NULL, amount NUMERIC(12, 2),
      created_at TIMESTAMP(3) WITHOUT TIME ZONE,
      `价格` DEC(10, 2) COMMENT 'a, b', other MAP<STRING, ROW<a INT, b STRING>>, proc AS PROCTIME(),
      WATERMARK FOR created_at AS created_at - INTERVAL '5' SECOND) WITH ('connector' = 'datagen');"""
    report = lint_text(text, STANDARD)
    assert report.findings == []
    assert report.corrected == text
    assert [(each.column, each.element, each.by) for each in report.columns] == [
        ("status", "STATUS", "code_loose"),
        ("custId", "CUST_ID", "code_loose"),
        ("amount", "AMOUNT", "code_loose"),
        ("created_at", "CREATED_AT", "code_loose"),
        ("价格", "价格", "code"),
    ]


def test_each_violation_has_its_rule_its_place_and_its_edit():
    text = (
        "SET 'x' = 'y';\nCREATE TEMPORARY TABLE IF NOT EXISTS shop.orders (\n"
        "  status STRING,\n  cust_id INT NOT NULL,\n  amount DECIMAL(12, 4),\n  created_at TIMESTAMP\n) WITH ();"
    )
    report = lint_text(text, STANDARD)
    assert told(report) == [
        ("status", "length", 3, 10),
        ("status", "nullable", 3, 10),
        ("cust_id", "type", 4, 11),
        ("amount", "scale", 5, 10),
        ("created_at", "precision", 6, 14),
    ]
    assert {each.table for each in report.findings} == {"shop.orders"}
    first = report.findings[0].edit
    assert text[first.start : first.end] == "STRING"
    assert first.text == "VARCHAR(20) NOT NULL"
    assert "status VARCHAR(20) NOT NULL,\n  cust_id BIGINT NOT NULL,\n  amount DECIMAL(12, 2),\n" in report.corrected
    assert report.corrected.endswith("created_at TIMESTAMP(3)\n) WITH ();")
    assert lint_text(report.corrected, STANDARD).findings == []


@pytest.mark.parametrize(
    ("column", "mended"),
    [
        ("status VARCHAR(20)", "status VARCHAR(20) NOT NULL"),
        ("status VARCHAR(20) NULL", "status VARCHAR(20) NOT NULL"),
        ("status VARCHAR(30) NOT NULL COMMENT 'NOT NULL'", "status VARCHAR(20) NOT NULL COMMENT 'NOT NULL'"),
        ("status VARCHAR", "status VARCHAR(20) NOT NULL"),
        ("status CHAR(20) METADATA FROM 'x'", "status VARCHAR(20) NOT NULL METADATA FROM 'x'"),
        ("status ARRAY<STRING>", "status VARCHAR(20) NOT NULL"),
        ("`Status` /* of it */ STRING", "`Status` /* of it */ VARCHAR(20) NOT NULL"),
        ("amount DECIMAL NOT NULL", "amount DECIMAL(12, 2) NOT NULL"),
        ("AMOUNT DOUBLE PRECISION", "AMOUNT DECIMAL(12, 2)"),
        ("cust_id BIGINT PRIMARY KEY NOT ENFORCED", "cust_id BIGINT PRIMARY KEY NOT ENFORCED"),
        ("cust_id BIGINT, PRIMARY KEY (cust_id) NOT ENFORCED", "cust_id BIGINT, PRIMARY KEY (cust_id) NOT ENFORCED"),
        ("cust_id AS a < b, status AS c > d", "cust_id AS a < b, status AS c > d"),
    ],
)
def test_a_quick_fix_mends_the_type_alone(column, mended):
    assert lint_text(f"CREATE TABLE t ({column})", STANDARD).corrected == f"CREATE TABLE t ({mended})"


def test_a_column_may_correspond_by_name_and_to_more_than_one():
    report = lint_text("CREATE TABLE t (customer_number STRING)", STANDARD)
    assert [(each.element, each.by) for each in report.columns] == [("CUST_ID", "name_loose")]
    twins = [element("cust_id", "INT"), element("CUSTID", "BIGINT")]
    report = lint_text("CREATE TABLE t (Cust_Id STRING, cust_id INT)", twins)
    assert [(each.column, each.rule, each.element) for each in report.findings] == [
        ("Cust_Id", "ambiguous", "cust_id, CUSTID")
    ]
    assert [each.column for each in report.columns] == ["cust_id"]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("SELECT * FROM orders WHERE status = 'X'", ["X"]),
        ("SELECT * FROM orders o WHERE o.status IN ('new', 'Y', 'it''s') AND 1 = 1", ["Y", "it's"]),
        ("SELECT * FROM orders WHERE a = 1 AND status NOT IN ('Z')", ["Z"]),
        ("SELECT * FROM orders WHERE status <> 'X' OR status != 'Y'", ["X", "Y"]),
        ("SELECT * FROM a JOIN b ON a.status = 'X' AND b.id = a.id", ["X"]),
        ("SELECT CASE WHEN status = 'X' THEN 1 END FROM orders", ["X"]),
        ("INSERT INTO s SELECT * FROM orders WHERE `status` = 'X'", ["X"]),
        # What may be computed, or is no comparison of the column itself.
        ("SELECT * FROM (SELECT 'X' AS status) WHERE status = 'X'", []),
        ("WITH o AS (SELECT UPPER(status) AS status FROM orders) SELECT * FROM o WHERE status = 'X'", []),
        ("SELECT * FROM orders AS o(id, status) WHERE status = 'X'", []),
        ("SELECT * FROM orders WHERE UPPER(status) = 'X'", []),
        ("SELECT * FROM orders WHERE status = 'X' || other", []),
        ("SELECT * FROM orders WHERE status >= 'X' AND 'a' || status = 'X'", []),
        ("SELECT * FROM orders WHERE status LIKE 'X%' -- status = 'X'", []),
        ("SELECT * FROM orders WHERE status = 'paid'", []),
        ("SELECT 'status = ''X''' FROM orders", []),
    ],
)
def test_literals_that_are_no_code_are_found_where_the_column_is_a_tables(query, found):
    report = lint_text(query, STANDARD)
    assert [each.rule for each in report.findings] == ["code_set"] * len(found)
    for each, text in zip(report.findings, found, strict=True):
        assert repr(text) in each.message and "new, paid" in each.message


def test_a_literal_that_differs_in_case_alone_is_mended():
    report = lint_text("SELECT * FROM orders WHERE status = 'PAID' OR status = 'gone'", STANDARD)
    assert [each.edit is not None for each in report.findings] == [True, False]
    assert report.corrected == "SELECT * FROM orders WHERE status = 'paid' OR status = 'gone'"


def test_the_columns_of_describe_have_findings_without_edits():
    report = lint_columns(
        [Column("orders", "status", "STRING"), Column("orders", "AMOUNT", "DECIMAL(12, 2)")], STANDARD
    )
    assert [(each.rule, each.line, each.edit) for each in report.findings] == [
        ("length", None, None),
        ("nullable", None, None),
    ]


def test_a_pipelines_schema_is_compared_as_far_as_seatunnels_types_go():
    fields = {"status": "string", "amount": "decimal(12, 3)", "cust_id": "string", "created_at": "timestamp"}
    document = {
        "name": "p",
        "nodes": [{"id": "n", "kind": "source", "connector": "FakeSource", "options": {"schema": {"fields": fields}}}],
    }
    report = lint_text(json.dumps(document), STANDARD)
    assert [(each.table, each.column, each.rule) for each in report.findings] == [
        ("n", "amount", "scale"),
        ("n", "cust_id", "type"),
        ("n", "created_at", "precision"),
    ]
    with pytest.raises(ValidationError, match="no pipeline"):
        lint_text('{"a": 1}', STANDARD)


@pytest.mark.parametrize(
    "text",
    ["", ";;", "CREATE TABLE", "CREATE TABLE t", "CREATE TABLE t (", "CREATE TABLE t (status",
     "CREATE TABLE t (status STRING",
     "CREATE TABLE t (,,status STRING,,)", "CREATE TABLE t (status ROW<", "SELECT * FROM t WHERE status = '", "IN ('x'",
     "CREATE TABLE t (status NOT", "= 'X'", "('X')", "CREATE TABLE a.b.c.d (status \0 STRING)"],
)  # fmt: skip
def test_what_is_half_written_is_read_as_far_as_it_goes(text):
    report = lint_text(text, STANDARD)
    assert isinstance(report.corrected, str)


def test_a_long_text_is_done_in_time():
    ddl = "CREATE TABLE t (" + ", ".join(f"c{index} STRING, status{index} INT" for index in range(2000)) + ");\n"
    query = "SELECT * FROM t WHERE status IN (" + ", ".join(f"'{index}'" for index in range(5000)) + ");\n"
    report = lint_text(ddl + query + ddl, STANDARD)
    assert len(report.findings) == 5000
