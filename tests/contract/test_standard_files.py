"""The data standard as files, linted texts and enumerations: in process and over REST, on SQLite and on PostgreSQL."""

from __future__ import annotations

import io

import openpyxl
import pytest

from scaleph_lab.catalog.documents.action import ActionListing
from scaleph_lab.catalog.documents.standard import NewElement, NewReferenceSet, NewValue
from scaleph_lab.catalog.documents.standard_files import ExportRequest, ImportRequest
from scaleph_lab.errors import NotFoundError, ValidationError

ELEMENTS = """code,name,type,length,precision,scale,nullable,default,low,high,set,remark
STATUS,Status,VARCHAR,20,,,no,,,,gender,of an order
AMOUNT,Amount,"DECIMAL(10, 2)",,,,yes,0.50,0,,,
"""


def told(report):
    return [(each.row, each.key, each.result, each.field) for each in report.rows]


def imported(standard, text, name="elements.csv", **how):
    data = text.encode() if isinstance(text, str) else text
    return standard.import_file(data, ImportRequest(name=name, **how))


def test_a_file_is_tried_taken_and_taken_again(gender):
    tried = imported(gender, ELEMENTS, dry_run=True)
    assert (tried.applied, tried.dry_run, tried.created) == (False, True, 2)
    assert gender.elements.list().items == []
    first = imported(gender, ELEMENTS)
    assert (first.applied, told(first)) == (True, [(2, "STATUS", "created", ""), (3, "AMOUNT", "created", "")])
    amount = gender.elements.get("AMOUNT")
    assert (amount.sql, amount.default, amount.low, amount.version) == ("DECIMAL(10, 2)", "0.50", "0", 1)
    assert gender.elements.get("STATUS").sql == "VARCHAR(20) NOT NULL"
    again = imported(gender, ELEMENTS)
    assert (again.unchanged, again.created, again.changed) == (2, 0, 0)
    # Columns that are not there stay.
    report = imported(gender, "code;name;type;length\nSTATUS;State;VARCHAR;30\nAMOUNT;Amount;INT;\n", kind="elements")
    assert [(each.result, each.changed) for each in report.rows] == [
        ("changed", ["name", "length"]),
        ("refused", []),
    ]
    assert report.rows[1].field == "default" and not report.applied
    assert gender.elements.get("STATUS").version == 1
    report = imported(gender, "code,name,type,length\nSTATUS,State,VARCHAR,30\nAMOUNT,Amount,INT,\n", partial=True)
    assert (report.applied, report.changed, report.refused) == (True, 1, 1)
    status = gender.elements.get("STATUS")
    assert (status.version, status.length, status.set, status.remark) == (2, 30, "gender", "of an order")


def test_a_change_by_a_file_is_logged_as_any_other(platform, gender):
    imported(gender, ELEMENTS)
    imported(gender, ELEMENTS.replace("of an order", "of orders"))
    log = platform.actions.list(ActionListing(search=gender.elements.get("STATUS").id)).items
    assert (log[0].verb, log[0].version, log[0].changed) == ("write", 2, ["remark"])
    assert (log[1].verb, log[1].version) == ("create", 1) and "set" in log[1].changed


@pytest.mark.parametrize(
    ("row", "field", "reason"),
    [
        ("A,A,VARCHAR,0,,,,,,,,", "length", "1 to"),
        ("A,A,VARCHAR,many,,,,,,,,", "length", "integer"),
        ("A,A,INT,,5,,,,,,,", "precision", "has no precision"),
        ("A,A,INT,,,,,,9,1,,", "low", "above the high"),
        ("A,A,TEXT,,,,,,,,,", "type", "no type of a data element"),
        ('A,A,"DECIMAL(5,2)",,6,,,,,,,', "precision", "The type says 5"),
        ("A,A,VARCHAR,9,,,perhaps,,,,,", "nullable", "boolean"),
        ("A,A,VARCHAR,9,,,,X,,,gender,", "default", "no value of the set gender"),
        ("A,A,VARCHAR,9,,,,,,,nothing,", "set", "no reference data set 'nothing'"),
        ("A,,VARCHAR,9,,,,,,,,", "name", "empty"),
        ("9,A,VARCHAR,9,,,,,,,,", "code", "pattern"),
        ("A,=1+1,VARCHAR,9,,,,,,,,", "name", "a formula"),
        ("A,A,VARCHAR,9,,,,,,,,,,extra", "", "14 cells"),
        ("STATUS,A,VARCHAR,9,,,,,,,,", "code", "Row 2 has it already"),
    ],
)
def test_a_row_that_cannot_be_says_why_and_nothing_is_taken(gender, row, field, reason):
    report = imported(gender, ELEMENTS + row + "\n")
    refused = [each for each in report.rows if each.result == "refused"]
    assert [(each.row, each.field) for each in refused] == [(4, field)]
    assert reason in refused[0].reason
    assert (report.applied, gender.elements.list().items) == (False, [])


def test_all_of_a_standard_goes_out_and_comes_back(gender):
    imported(gender, ELEMENTS)
    gender.values.create(NewValue(set="gender", code="=1+1", value="@formula", remark="-x"))
    before = gender.export(ExportRequest(format="xlsx"))
    parts = {kind: gender.export(ExportRequest(kind=kind)) for kind in ("values", "elements", "mappings", "systems")}
    assert b"'=1+1,'@formula" in parts["values"], "Excel would take it for a formula"
    book = openpyxl.load_workbook(io.BytesIO(before))
    assert book.sheetnames == ["systems", "sets", "values", "elements", "mappings"]
    assert [cell.data_type for row in book["values"] for cell in row if cell.value == "=1+1"] == ["s"]
    again = imported(gender, before, "all.xlsx")
    assert (again.created, again.changed, again.refused) == (0, 0, 0)
    assert again.unchanged == 2 + 1 + 6 + 2 + 2
    for kind, data in parts.items():
        report = imported(gender, data, f"{kind}.csv")
        assert (report.applied, report.unchanged) == (True, len(report.rows)), kind


def test_a_workbook_brings_systems_sets_values_elements_and_mappings_at_once(standard):
    book = openpyxl.Workbook()
    sheets = {
        "elements": [["code", "name", "type", "length", "set"], ["SEX", "Sex", "char", 1, "sex"]],
        "mappings": [["set", "code", "mapped_system", "mapped_code"], ["sex", "M", "crm", 1.0]],
        "values": [["Set", "Set name", "System", "Code", "Value"], ["sex", "Sex", None, "M", "male"],
                   ["sex", None, "crm", 1, "male"]],
        "systems": [["code", "name"], ["crm", "CRM"]],
    }  # fmt: skip
    book.remove(book.active)
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    file = io.BytesIO()
    book.save(file)
    report = imported(standard, file.getvalue(), "book.xlsx")
    assert [(each.kind, each.result) for each in report.rows] == [
        ("systems", "created"),
        ("values", "created"),
        ("values", "created"),
        ("elements", "created"),
        ("mappings", "created"),
    ]
    assert standard.elements.get("SEX").sql == "CHAR(1)"
    assert standard.values.get("sex/crm/1").value == "male"
    assert standard.sets.get("sex").name == "Sex"


def test_a_value_that_is_used_keeps_what_is_used_of_it(gender):
    gender.elements.create(NewElement(code="SEX", name="Sex", type="CHAR", length=1, set="gender"))
    text = "set,system,code,value\ngender,,unknown,unknown\ngender,erp,unknown,unknown\ngender,sap,1,one\nnone,,1,one\n"
    report = imported(gender, text, "values.csv")
    assert [(each.result, each.field) for each in report.rows] == [
        ("refused", "code"),
        ("created", ""),
        ("refused", "system"),
        ("refused", "set"),
    ]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "no kind"),
        (b"\xff\xfec\0o\0d\0e\0", "not UTF-8"),
        ("code,name,type\nÄ,ä,INT".encode("latin-1"), "Line 2 of the file is not UTF-8"),
        (b"code,colour\nA,red\n", "no kind: code, colour"),
        (b"\x89PNG\r\n\x1a\n\0\0", "not UTF-8"),
        (b"PK\x03\x04broken", "no workbook"),
        (b'code,name,type\n"A,A,INT\n', "no CSV"),
    ],
)
def test_a_file_that_cannot_be_taken_at_all_says_so(standard, data, words):
    with pytest.raises(ValidationError, match=words) as refused:
        standard.import_file(data, ImportRequest(name="file"))
    assert refused.value.path == "file"


def test_a_head_that_may_be_that_of_two_kinds_asks_for_the_kind(standard):
    text = b"code,name,remark\ncrm,CRM,\n"
    with pytest.raises(ValidationError, match="systems or sets"):
        standard.import_file(text, ImportRequest(name="x.csv"))
    assert standard.import_file(text, ImportRequest(name="x.csv", kind="sets")).applied
    assert standard.sets.get("crm").name == "CRM"
    with pytest.raises(ValidationError, match="lacks type") as refused:
        standard.import_file(text, ImportRequest(name="x.csv", kind="elements"))
    assert "at will length" in str(refused.value)
    with pytest.raises(ValidationError, match="A CSV holds one kind"):
        standard.export(ExportRequest())


def test_a_text_is_linted_by_the_standard_there_is(gender):
    imported(gender, ELEMENTS)
    report = gender.lint("CREATE TABLE t (status STRING);\nSELECT * FROM t WHERE status = 'X'")
    assert [(each.rule, each.line) for each in report.findings] == [("length", 1), ("nullable", 1), ("code_set", 2)]
    assert report.corrected.startswith("CREATE TABLE t (status VARCHAR(20) NOT NULL);")
    found = {each.code: each for each in gender.facts()}
    assert found["STATUS"].codes == ("M", "F")
    assert found["AMOUNT"].codes is None


def test_an_odd_character_that_excel_cannot_hold_is_said(standard):
    standard.sets.create(NewReferenceSet(code="odd", name="odd\x01"))
    with pytest.raises(ValidationError, match="control characters"):
        standard.export(ExportRequest(format="xlsx"))


def test_the_enumerations_are_read_in_both_languages(platform):
    found = platform.dictionaries.get("verb", "zh")
    assert (found.label, found.items[0].value, found.items[0].label) == ("权限操作", "read", "查看")
    listed = {each.code: each for each in platform.dictionaries.list().items}
    assert listed["verb"].items[0].label == "Read"
    assert {each.value for each in listed["datasource_type"].items} >= {"kafka", "postgresql"}
    with pytest.raises(NotFoundError, match="no dictionary 'nothing'"):
        platform.dictionaries.get("nothing")
