"""The data standard: who may do what, files that are large or made to harm, and an import that is killed."""

from __future__ import annotations

import io
import signal
import subprocess
import sys
import time
import zipfile
from concurrent.futures import ThreadPoolExecutor

import openpyxl
import pytest

from scaleph_lab.access.policy import BUILT_IN_ROLES, Actor, Grant, GrantedRoles, SoleOwner
from scaleph_lab.catalog.database import Database
from scaleph_lab.catalog.documents.standard import ElementChanges, ElementListing, NewElement
from scaleph_lab.catalog.documents.standard_files import ExportRequest, ImportRequest
from scaleph_lab.catalog.services.actions import Actions
from scaleph_lab.catalog.services.standard import Elements
from scaleph_lab.catalog.services.standard_files import StandardFiles
from scaleph_lab.errors import ConflictError, ForbiddenError, ValidationError
from scaleph_lab.standard import files

ADA = Actor("ada", "test")
IMPORTING = """
import sys
from scaleph_lab.access.policy import Actor, SoleOwner
from scaleph_lab.catalog.database import Database
from scaleph_lab.catalog.documents.standard_files import ImportRequest
from scaleph_lab.catalog.services import standard_files
keep = standard_files.StandardFiles._keep
def slowly(self, session, planned):
    keep(self, session, planned)
    print("written", flush=True)
    sys.stdin.read()
standard_files.StandardFiles._keep = slowly
rows = "".join(f"E{i},Element {i},INT\\n" for i in range(3000))
service = standard_files.StandardFiles(Database(sys.argv[1]), Actor("eve", "test"), SoleOwner())
service.import_file(("code,name,type\\n" + rows).encode(), ImportRequest(name="elements.csv"))
"""


def element(code):
    return NewElement(code=code, name=code, type="INT")


VERBS = {
    "read": lambda elements, files: elements.get("A"),
    "create": lambda elements, files: elements.create(element("B")),
    "write": lambda elements, files: elements.update("A", ElementChanges(remark="x"), 1),
    "delete": lambda elements, files: elements.delete("A", 1),
}


@pytest.mark.parametrize("place", ["platform", "project"])
@pytest.mark.parametrize("role", BUILT_IN_ROLES)
@pytest.mark.parametrize("verb", VERBS)
def test_the_standard_is_read_from_any_project_and_changed_on_the_platform_alone(database, projects, role, verb, place):
    from scaleph_lab.catalog.documents.project import NewProject

    Elements(database, ADA).create(element("A"))
    own = projects.create(NewProject(code="own", name="own")).id
    policy = GrantedRoles([Grant("eve", role, own if place == "project" else None)])
    eve = Actor("eve", "test")
    rights = {f"{right.verb}" for right in BUILT_IN_ROLES[role] if right.resource in {"*", "standard"}}
    call = lambda: VERBS[verb](Elements(database, eve, policy), StandardFiles(database, eve, policy))  # noqa: E731
    if verb in rights and (place == "platform" or verb == "read"):
        call()
        return
    with pytest.raises(ForbiddenError, match=f"eve lacks the right to {verb} standard"):
        call()


def test_who_may_change_but_not_create_imports_changes_alone(database):
    Elements(database, ADA).create(element("A"))
    policy = GrantedRoles([Grant("eve", "developer")])
    mine = StandardFiles(database, Actor("eve", "test"), policy)
    assert mine.import_file(b"code,name,type\nA,B,INT\n", ImportRequest()).changed == 1
    with pytest.raises(ForbiddenError, match="lacks the right to create standard"):
        mine.import_file(b"code,name,type\nA,C,INT\nB,B,INT\n", ImportRequest())
    assert Elements(database, ADA).get("A").name == "B"
    stranger = StandardFiles(database, Actor("eve", "test"), GrantedRoles([]))
    with pytest.raises(ForbiddenError):
        stranger.import_file(b"", ImportRequest())
    with pytest.raises(ForbiddenError):
        stranger.export(ExportRequest(kind="elements"))


def test_an_import_that_is_killed_before_its_end_leaves_nothing(database, catalog_url):
    process = subprocess.Popen(
        [sys.executable, "-c", IMPORTING, catalog_url], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert process.stdout.readline() == b"written\n", "it was not in the middle"
    during = Elements(database, ADA, SoleOwner()).list(ElementListing()).items
    process.send_signal(signal.SIGKILL)
    process.wait(20)
    process.stdin.close()
    process.stdout.close()
    assert during == []
    assert Elements(database, ADA, SoleOwner()).list().items == []
    assert Actions(database, ADA, SoleOwner()).list().items == []
    done = StandardFiles(database, ADA, SoleOwner()).import_file(b"code,name,type\nE1,E,INT\n", ImportRequest())
    assert done.created == 1


def test_imports_and_writers_at_once_lose_nothing(database):
    service, elements = StandardFiles(database, ADA), Elements(database, ADA)
    service.import_file(b"set,set_name,code,value\ns,S,1,one\n", ImportRequest(kind="values"))
    rows = "".join(f"E{index},Element,INT,s\n" for index in range(40))
    service.import_file(f"code,name,type,set\n{rows}".encode(), ImportRequest())

    def import_all(number: int) -> int:
        text = "code,name,type,remark\n" + "".join(f"E{index},Element,INT,{number}\n" for index in range(40))
        return service.import_file(text.encode(), ImportRequest()).changed

    def change(number: int) -> int:
        done = 0
        for index in range(number, 40, 4):
            while True:
                before = elements.get(f"E{index}")
                try:
                    elements.update(before.id, ElementChanges(high="9", set="s"), before.version)
                except ConflictError:
                    # An import was quicker.
                    continue
                done += 1
                break
        return done

    with ThreadPoolExecutor(8) as pool:
        imports = [pool.submit(import_all, number) for number in range(3)]
        writers = [pool.submit(change, number) for number in range(4)]
        assert [each.result() for each in writers] == [10] * 4
        changed = sum(each.result() for each in imports)
    found = elements.list(ElementListing(limit=200)).items
    assert sum(each.version - 1 for each in found) == changed + 40
    assert {each.high for each in found} == {"9"} and len({each.remark for each in found}) == 1


def test_a_hundred_thousand_rows_are_taken_in_time(tmp_path):
    database = Database(f"sqlite:///{tmp_path / 'catalog.sqlite'}")
    rows = "".join(f"E{index},Element {index},VARCHAR,{index % 90 + 1}\n" for index in range(100_000))
    told = []
    service = StandardFiles(database, ADA)
    begun = time.monotonic()
    report = service.import_file(
        f"code,name,type,length\n{rows}".encode(), ImportRequest(), lambda done, total: told.append((done, total))
    )
    assert (report.applied, report.created) == (True, 100_000)
    assert time.monotonic() - begun < 60
    assert len(told) >= 100 and told == sorted(told)
    assert Elements(database, ADA).get("E99999").sql == "VARCHAR(10)"
    database.close()


def test_files_beyond_the_limits_are_refused_with_words(database, monkeypatch):
    service = StandardFiles(database, ADA)
    begun = time.monotonic()
    with pytest.raises(ValidationError, match="60,000,000 bytes, and 33,554,432 are the most"):
        service.import_file(bytes(60_000_000), ImportRequest())
    monkeypatch.setattr(files, "MOST_ROWS", 10)
    with pytest.raises(ValidationError, match="more than 10 rows"):
        service.import_file(b"code,name,type\n" + b"A,A,INT\n" * 11, ImportRequest())
    assert time.monotonic() - begun < 10


def test_a_bomb_in_a_workbook_is_not_unpacked(database):
    file = io.BytesIO()
    with (
        zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as part,
    ):
        for _ in range(200):
            part.write(bytes(1_000_000))
    begun = time.monotonic()
    with pytest.raises(ValidationError, match="200,000,000 bytes unpacked"):
        StandardFiles(database, ADA).import_file(file.getvalue(), ImportRequest(name="bomb.xlsx"))
    assert time.monotonic() - begun < 5


def test_a_sheet_that_claims_a_million_rows_is_read_for_those_it_has(database):
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["code", "name", "type"])
    sheet.append(["A", "=1+1", "INT"])
    sheet["A1048576"] = None
    sheet["C3"] = "INT"
    file = io.BytesIO()
    book.save(file)
    report = StandardFiles(database, ADA).import_file(file.getvalue(), ImportRequest(kind="elements"))
    assert [(each.row, each.field, each.reason.split(":")[0]) for each in report.rows] == [
        (2, "name", "The cell is a formula"),
        (3, "code", "The cell is empty."),
    ]


def test_a_workbook_of_many_rows_is_read_in_time():
    rows = [{"code": f"E{index}", "name": "x", "type": "INT", "nullable": True} for index in range(20_000)]
    data = files.write_xlsx({"elements": rows})
    begun = time.monotonic()
    (sheet,) = files.read_file(data, "book.xlsx")
    assert (len(sheet.rows), sheet.rows[-1].number) == (20_000, 20_001)
    assert time.monotonic() - begun < 20
