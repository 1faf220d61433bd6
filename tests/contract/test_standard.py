"""The data standard, in process and over REST, on SQLite and on PostgreSQL."""

from __future__ import annotations

import pytest

from scaleph_lab.catalog.documents.action import ActionListing
from scaleph_lab.catalog.documents.standard import (
    ElementChanges,
    ElementListing,
    MappingListing,
    NewElement,
    NewMapping,
    NewReferenceSet,
    NewValue,
    ReferenceSetChanges,
    SystemChanges,
    TranslationRequest,
    ValueChanges,
    ValueListing,
)
from scaleph_lab.errors import ConflictError, NotFoundError, ValidationError


def element(code="STATUS", **more):
    return NewElement(**{"code": code, "name": code.title(), "type": "VARCHAR", "length": 20, **more})


def test_an_element_is_made_read_changed_and_deleted(platform, standard):
    made = standard.elements.create(element(nullable=False, default="new", remark="of an order"))
    assert (made.version, made.sql, made.default, made.set) == (1, "VARCHAR(20) NOT NULL", "new", None)
    assert standard.elements.get("STATUS") == standard.elements.get(made.id) == made
    changed = standard.elements.update("STATUS", ElementChanges(length=30, default=None), 1)
    assert (changed.sql, changed.default, changed.remark, changed.version) == (
        "VARCHAR(30) NOT NULL",
        None,
        "of an order",
        2,
    )
    with pytest.raises(ConflictError, match=r"data element \(default, length\): it has version 2, and you have 1"):
        standard.elements.update("STATUS", ElementChanges(remark="x"), 1)
    with pytest.raises(ConflictError, match="a data element 'STATUS' already"):
        standard.elements.create(element())
    standard.elements.delete("STATUS", 2)
    with pytest.raises(NotFoundError, match="no data element 'STATUS'"):
        standard.elements.get("STATUS")
    log = platform.actions.list(ActionListing(search=made.id)).items
    assert [(each.resource, each.verb) for each in log] == [
        ("standard", "delete"),
        ("standard", "write"),
        ("standard", "create"),
    ]


def test_another_type_takes_its_own_parameters(standard):
    standard.elements.create(element("AMOUNT"))
    changed = standard.elements.update("AMOUNT", ElementChanges(type="DECIMAL", precision=12, scale=2, low="0"), 1)
    assert (changed.sql, changed.length, changed.low) == ("DECIMAL(12, 2)", None, "0")
    assert standard.elements.update("AMOUNT", ElementChanges(type="TIMESTAMP", low=None), 2).sql == "TIMESTAMP(6)"


@pytest.mark.parametrize(
    ("fields", "path"),
    [
        ({"type": "INT", "length": None, "precision": 5}, "precision"),
        ({"length": 0}, "length"),
        ({"length": None}, "length"),
        ({"type": "STRING"}, "length"),
        ({"type": "DECIMAL", "length": None, "precision": 39}, "precision"),
        ({"type": "DECIMAL", "length": None, "precision": 5, "scale": 6}, "scale"),
        ({"type": "BIGINT", "length": None, "scale": 1}, "scale"),
        ({"type": "INT", "length": None, "low": "9", "high": "1"}, "low"),
        ({"type": "DATE", "length": None, "low": "2024-02-30"}, "low"),
        ({"type": "INT", "length": None, "high": "3000000000"}, "high"),
        ({"low": "a"}, "low"),
        ({"default": "x" * 21}, "default"),
        ({"type": "TINYINT", "length": None, "default": "1.5"}, "default"),
        ({"type": "INT", "length": None, "low": "1", "default": "0"}, "default"),
        ({"type": "DOUBLE", "length": None, "default": "NaN"}, "default"),
        ({"type": "DATE", "length": None, "set": "gender"}, "set"),
        ({"set": "gender", "default": "X"}, "default"),
        ({"set": "gender", "default": "1"}, "default"),
    ],
)
def test_what_an_element_cannot_be_is_refused_at_its_field(gender, fields, path):
    with pytest.raises(ValidationError) as refused:
        gender.elements.create(element(**fields))
    assert refused.value.path == path
    assert gender.elements.list().items == []


def test_a_list_goes_by_search_type_set_and_pages(gender):
    gender.elements.create(element("SEX", set="gender", name="Sex of a customer"))
    gender.elements.create(element("客户编号", name="客户编号", type="BIGINT", length=None))
    gender.elements.create(element("STATUS"))
    assert [each.code for each in gender.elements.list().items] == ["SEX", "STATUS", "客户编号"]
    assert [each.code for each in gender.elements.list(ElementListing(search="customer")).items] == ["SEX"]
    assert [each.code for each in gender.elements.list(ElementListing(type="BIGINT")).items] == ["客户编号"]
    found = gender.elements.list(ElementListing(set="gender")).items
    assert [(each.code, each.set) for each in found] == [("SEX", "gender")]
    first = gender.elements.list(ElementListing(limit=2, sort="-code"))
    second = gender.elements.list(ElementListing(limit=2, sort="-code", cursor=first.next_cursor))
    assert [each.code for each in [*first.items, *second.items]] == ["客户编号", "STATUS", "SEX"]
    with pytest.raises(NotFoundError, match="no reference data set 'nothing'"):
        gender.elements.list(ElementListing(set="nothing"))


def test_values_belong_to_a_set_and_a_system(gender):
    listed = gender.values.list(ValueListing(set="gender", sort="code")).items
    assert [(each.system, each.code, each.standard) for each in listed] == [
        ("crm", "1", False),
        ("crm", "2", False),
        (None, "F", True),
        (None, "M", True),
        ("erp", "male", False),
    ]
    assert [each.code for each in gender.values.list(ValueListing(system="erp")).items] == ["male"]
    assert [each.code for each in gender.values.list(ValueListing(standard=True)).items] == ["M", "F"]
    assert gender.values.get("gender//M").value == "male"
    assert gender.values.get("gender/crm/1").system == "crm"
    changed = gender.values.update("gender/crm/1", ValueChanges(value="man", order=3), 1)
    assert (changed.value, changed.order, changed.system, changed.standard) == ("man", 3, "crm", False)
    with pytest.raises(ConflictError, match="a value '1' already in crm"):
        gender.values.create(NewValue(set="gender", system="crm", code="1", value="again"))
    with pytest.raises(ConflictError, match="a value 'M' already in the standard"):
        gender.values.create(NewValue(set="gender", code="M", value="again"))
    with pytest.raises(ConflictError, match="'M' already"):
        # A system's value may be the standard's, but then no other of that code.
        gender.values.create(NewValue(set="gender", system="erp", code="M", value="again", standard=True))
    with pytest.raises(ValidationError, match="no system is the standard's own"):
        gender.values.create(NewValue(set="gender", code="X", value="x", standard=False))
    with pytest.raises(NotFoundError) as refused:
        gender.values.create(NewValue(set="gender", system="sap", code="X", value="x"))
    assert refused.value.path == "system"


def test_a_code_is_translated_over_its_mappings(gender):
    found = gender.values.translate(TranslationRequest(set="gender", system="crm", code="1"))
    assert [each.code for each in found.standard] == ["M"]
    assert [(each.system, each.code) for each in found.others] == [("erp", "male")]
    alone = gender.values.translate(TranslationRequest(set="gender", system="crm", code="2"))
    assert (alone.standard, alone.others) == ([], [])
    with pytest.raises(NotFoundError, match="no value '3' of crm"):
        gender.values.translate(TranslationRequest(set="gender", system="crm", code="3"))


def test_a_mapping_is_there_once_and_between_two_systems(gender):
    with pytest.raises(ConflictError, match="are mapped already"):
        gender.mappings.create(NewMapping(set="gender", code="M", mapped_system="crm", mapped_code="1"))
    with pytest.raises(ValidationError, match="Both values belong to crm"):
        gender.mappings.create(NewMapping(set="gender", system="crm", code="1", mapped_system="crm", mapped_code="2"))
    with pytest.raises(NotFoundError) as refused:
        gender.mappings.create(NewMapping(set="gender", code="M", mapped_system="crm", mapped_code="9"))
    assert refused.value.path == "mapped_code"
    found = gender.mappings.list(MappingListing(set="gender", search="erp")).items
    assert found == [] or found[0].mapped_system == "erp"
    assert len(gender.mappings.list(MappingListing(search="mal")).items) == 2


def test_what_something_hangs_on_is_not_deleted_and_says_what(gender):
    gender.elements.create(element("SEX", set="gender", default="F"))
    with pytest.raises(ConflictError, match=r"set gender hang 1 data element \(SEX\); 5 values \(1, 2, F, M, male\)"):
        gender.sets.delete("gender", 1)
    with pytest.raises(ConflictError, match=r"system crm hang 2 values \(1, 2\)"):
        gender.systems.delete("crm", 1)
    with pytest.raises(ConflictError, match=r"value M hang 2 mappings \((crm: 1, erp: male|erp: male, crm: 1)\)"):
        gender.values.delete("gender//M", 1)
    with pytest.raises(ConflictError, match=r"value F hang 1 data element \(SEX\) as default"):
        gender.values.delete("gender//F", 1)
    with pytest.raises(ConflictError, match=r"F is the default of 1 data element"):
        gender.values.update("gender//F", ValueChanges(code="W"), 1)
    gender.values.update("gender//F", ValueChanges(value="woman"), 1)


def test_a_code_that_an_element_of_its_set_does_not_take_is_refused(gender):
    gender.elements.create(element("SEX", set="gender", type="CHAR", length=1))
    with pytest.raises(ValidationError, match="SEX has this set, and does not take the code") as refused:
        gender.values.create(NewValue(set="gender", code="unknown", value="unknown"))
    assert refused.value.path == "code"
    gender.values.create(NewValue(set="gender", system="erp", code="unknown", value="unknown"))
    with pytest.raises(ValidationError, match="Codes of the set gender do not fit INT: M, F"):
        gender.elements.create(element("SEX2", set="gender", type="INT", length=None))


def test_a_set_and_a_system_are_renamed_and_what_hangs_on_them_follows(gender):
    gender.elements.create(element("SEX", set="gender"))
    gender.sets.update("gender", ReferenceSetChanges(code="sex"), 1)
    gender.systems.update("crm", SystemChanges(code="sales", contact=""), 1)
    assert gender.elements.get("SEX").set == "sex"
    assert gender.values.get("sex/sales/1").value == "male"
    assert gender.systems.get("sales").contact == ""


def test_odd_texts_come_back_as_they_are(standard):
    odd = "'; DROP TABLE x; -- \"%_\\ 🛒 价格"
    standard.sets.create(NewReferenceSet(code="odd", name=odd))
    standard.values.create(NewValue(set="odd", code=odd, value=odd))
    assert standard.values.get(f"odd//{odd}").value == odd
    standard.elements.create(element(name=odd, length=100, default=f" {odd} "))
    assert standard.elements.get("STATUS").default == f" {odd} "
    with pytest.raises(NotFoundError):
        standard.elements.get("\0")
