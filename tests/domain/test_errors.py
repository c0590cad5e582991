"""What can be wrong with a field: every code is in the table, is raised somewhere, and is told with its facts."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from chalicelib.domain import errors
from chalicelib.domain.errors import CODES, UNITS, Flaw, Invalid, at, facts_of
from chalicelib.domain.slots import Slot

SOURCES = Path(__file__).resolve().parents[2] / "chalicelib"


def calls(*names: str) -> Iterator[tuple[str, ast.Call]]:
    """Every call of something with one of the names, with where it stands."""
    for path in SOURCES.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in names:
                yield f"{path.name}:{node.lineno}", node


def flaws() -> Iterator[tuple[str, str, set[str]]]:
    """Where it stands, its code, and its facts as far as they are named there."""
    for where, call in calls("Flaw"):
        if call.args and isinstance(call.args[0], ast.Constant):
            yield where, str(call.args[0].value), {each.arg or "unit" for each in call.keywords}


def test_every_code_that_is_raised_is_in_the_table_with_exactly_its_facts() -> None:
    wrong = [
        (where, code)
        for where, code, facts in flaws()
        if code not in CODES or not facts_of(code) - {"unit"} <= facts <= facts_of(code)
    ]
    assert wrong == []


def test_every_code_of_the_table_is_raised_by_something() -> None:
    raised = defaultdict(list)
    for where, code, _ in flaws():
        raised[code].append(where)
    assert set(CODES) - set(raised) == set()


def test_a_flaw_is_made_with_a_code_that_stands_there() -> None:
    """So that the two tests above see all of them. Others are copies, or what another function of ours has refused."""
    unsaid = {
        where.partition(":")[0] for where, call in calls("Flaw") if not (call.args and isinstance(call.args[0], ast.Constant))
    }
    assert unsaid == {"accounts.py", "errors.py"}


def test_every_unit_is_one_that_the_pages_know() -> None:
    of_flaws = {each.value for _, call in calls("Flaw") for each in call.keywords if each.arg == "unit"}
    of_numbers = {call.args[2] for _, call in calls("Between") if len(call.args) > 2}
    assert {ast.literal_eval(each) for each in of_flaws | of_numbers} == set(UNITS)


def test_no_refusal_names_a_field_with_a_sentence() -> None:
    texts = [
        where
        for where, call in calls("Invalid", "NotForThisResource")
        for argument in call.args[:1]
        for value in (argument.values if isinstance(argument, ast.Dict) else [])
        if isinstance(value, ast.Constant | ast.JoinedStr)
    ]
    assert texts == []


@pytest.mark.parametrize(
    ("flaw", "sentence"),
    [
        (Flaw("range", least=0, most=168, unit="hours"), "must be 0 to 168 hours"),
        (Flaw("range", least=1, most=20), "must be 1 to 20"),
        (Flaw("multiple", of=5, unit="minutes"), "must be a multiple of 5 minutes"),
        (Flaw("held", count=3), "is less than the 3 that appointments hold at once"),
        (Flaw("placeholder", name="first_name"), "must not hold the placeholder first_name"),
    ],
)
def test_a_flaw_reads_as_a_sentence_with_its_facts(flaw: Flaw, sentence: str) -> None:
    assert str(flaw) == sentence


def test_a_refusal_tells_each_field_as_a_sentence_and_as_a_code_with_facts() -> None:
    refusal = Invalid({"branch.lead_hours": Flaw("range", least=0, most=9), "email": Flaw("email_character", character="ö")})
    assert refusal.details() == {
        "fields": {
            "branch.lead_hours": "must be 0 to 9",
            "email": 'has "ö" before the @, where only letters from a to z, digits and signs can stand',
        },
        "codes": {
            "branch.lead_hours": {"code": "range", "least": 0, "most": 9},
            "email": {"code": "email_character", "character": "ö"},
        },
        "characters": {"email": "ö"},
    }


def test_a_path_goes_before_what_is_wrong_below_it_and_names_are_those_of_the_wire() -> None:
    with pytest.raises(Invalid) as refusal, at("availabilities[1]"), at("hours", start="from", end="to"):
        raise Invalid({"end": Flaw("after", field="start"), "": Flaw("type"), "[2]": Flaw("unknown")})
    assert refusal.value.flaws == {
        "availabilities[1].hours.to": Flaw("after", field="from"),
        "availabilities[1].hours": Flaw("type"),
        "availabilities[1].hours[2]": Flaw("unknown"),
    }


CONTACT = {"phone": "+49 40 1"}


@pytest.mark.parametrize(
    ("kind", "given", "details"),
    [
        (errors.Refused, (), {}),
        (errors.Invalid, ({"a": Flaw("required")},), {"fields": {"a": "is required"}, "codes": {"a": {"code": "required"}}}),
        (errors.Unauthorized, (), {}),
        (errors.Unauthorized, (None, CONTACT), {"contact": CONTACT}),
        (errors.NotReleased, (CONTACT,), {"contact": CONTACT, "text": None}),
        (errors.NotReleased, (CONTACT, "Bitte anrufen"), {"contact": CONTACT, "text": "Bitte anrufen"}),
        (errors.PastCutOff, (CONTACT,), {"contact": CONTACT}),
        (errors.TooManyRequests, (CONTACT,), {"contact": CONTACT}),
        (errors.ReadOtherwise, (3,), {"count": 3}),
        (errors.SlotTaken, (), {}),
    ],
)
def test_a_refusal_tells_its_details_and_says_its_own_message(kind: Any, given: Any, details: dict[str, object]) -> None:
    refusal = kind(*given)
    assert refusal.details() == details
    assert str(refusal) == kind.message


def test_a_resource_without_the_kind_is_told_as_a_field() -> None:
    refusal = errors.NotForThisResource({"resource": Flaw("unknown")})
    assert (str(refusal), refusal.fields) == (errors.NotForThisResource.message, {"resource": "is not known"})
    assert refusal.details() == {"fields": refusal.fields, "codes": {"resource": {"code": "unknown"}}}


def test_a_taken_slot_keeps_the_nearest_ones() -> None:
    free = [Slot(1, 2, True), Slot(3, 4, True)]
    assert errors.SlotTaken(free).alternatives == tuple(free)


def test_other_words_take_the_place_of_the_usual_ones() -> None:
    assert str(errors.Unauthorized("Please sign in.")) == "Please sign in."


@pytest.mark.parametrize(
    ("path", "field", "moved"),
    [("", "a", "a"), ("hours", "", "hours"), ("hours", "[0]", "hours[0]"), ("hours", "end", "hours.end"), ("", "[0]", "[0]")],
)
def test_a_field_is_told_below_what_it_belongs_to(path: str, field: str, moved: str) -> None:
    assert list(errors.moved({field: Flaw("required")}, path)) == [moved]
