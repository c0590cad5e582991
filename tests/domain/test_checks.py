"""What must hold between a branch's settings: each mistake is told with the path of its field."""

from __future__ import annotations

import base64
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from chalicelib.domain.checks import BEFORE_RELEASE, LINKS, check, missing
from chalicelib.domain.errors import Flaw, Invalid
from chalicelib.domain.settings import TYPES, Access, DateException, Employee, Option, Resource, Settings, Template
from tests.builders import PICTURE, SIDE, TINNITUS, availability, branch, settings, words

CABINS = (Resource(id="cabin-1", name="1"), Resource(id="anna", name="Anna"))
DAY = date(2026, 11, 24)
GERMAN = {"de": "x"}


def wrong(checked: Settings, before: Settings | None = None) -> dict[str, str]:
    """Codes of what is refused, by path."""
    try:
        check(checked, before)
    except Invalid as refusal:
        return {path: flaw.code for path, flaw in refusal.flaws.items()} or {"": "nothing"}
    return {}


def with_parts(**parts: Any) -> Settings:
    return settings(**{"resources": CABINS} | parts)


def template(name: str = "test", **fields: Any) -> Template:
    given: dict[str, Any] = {"id": name, "name": GERMAN, "duration": 30, "resources": ("cabin-1",)} | fields
    return Template(**given)


def access(alias: str = "elbe-window", **fields: Any) -> Access:
    return Access(alias=alias, **fields)


def picture(kind: str, content: bytes) -> str:
    return f"data:image/{kind};base64,{base64.b64encode(content).decode()}"


def test_what_is_right_passes() -> None:
    assert wrong(with_parts(templates=(template(second=("anna",)),), texts=(words("Bis bald"),))) == {}


def test_questions_speak_the_branch_s_first_language() -> None:
    asked = replace(SIDE, purpose={"en": "To be prepared"}, options=(SIDE.options[0], Option(id="r", label={"de": ""})))
    path = "templates[0].questions[1]"
    assert wrong(with_parts(templates=(template(questions=(TINNITUS, asked)),))) == {
        f"{path}.purpose.de": "required",
        f"{path}.options[1].label.de": "required",
    }


@pytest.mark.parametrize("name", LINKS)
@pytest.mark.parametrize("link", ["http://a.example", "javascript:alert(1)", "https://a.example@evil.example", "https://a b"])
def test_a_link_is_one_that_a_page_may_show(name: str, link: str) -> None:
    fields: dict[str, Any] = {name: link}
    assert wrong(settings(**fields)) == {f"branch.{name}": "url"}


@pytest.mark.parametrize("link", ["", "https://a.example", "https://a.example/b?c=d#e"])
def test_a_link_may_be_left_out_where_nothing_is_released(link: str) -> None:
    assert wrong(with_parts(imprint_url=link)) == {}


def test_what_was_wrong_before_stops_no_other_change() -> None:
    before = with_parts(imprint_url="http://a.example", logo="data:x")
    assert wrong(replace(before, texts=(words("Bis bald"),)), before) == {}
    assert wrong(with_parts(imprint_url="http://b.example", logo="data:x"), before) == {"branch.imprint_url": "url"}
    assert wrong(with_parts(imprint_url="http://a.example", logo="data:y"), before) == {"branch.logo": "image"}


@pytest.mark.parametrize(
    ("logo", "passes"),
    [
        (picture("png", PICTURE), True),
        (picture("jpeg", b"\xff\xd8\xff rest"), True),
        (picture("webp", b"RIFF rest"), True),
        (picture("jpeg", PICTURE), False),
        (picture("svg+xml", b"<svg/>"), False),
        ("data:image/png;base64,AAA", False),
        ("https://a.example/logo.png", False),
    ],
)
def test_a_logo_is_the_picture_that_it_says(logo: str, passes: bool) -> None:
    assert wrong(settings(logo=logo)) == ({} if passes else {"branch.logo": "image"})


def test_a_branch_keeps_the_type_that_closes() -> None:
    assert wrong(with_parts(types=TYPES[:1])) == {"types": "fixed_types"}
    opening = (TYPES[0], replace(TYPES[1], effect="neither"))
    assert wrong(with_parts(types=opening)) == {"types": "fixed_types"}


@pytest.mark.parametrize("name", BEFORE_RELEASE)
def test_nothing_is_released_before_all_is_there_that_customers_need(name: str) -> None:
    assert missing(branch(**{name: " "})) == [name]
    assert missing(branch()) == []
    fields: dict[str, Any] = {name: ""}
    assert wrong(settings(**fields)) == {f"branch.{name}": "before_release"}
    assert wrong(with_parts(**fields)) == {}


@pytest.mark.parametrize(
    ("parts", "path"),
    [
        ({"types": (*TYPES, replace(TYPES[1], id="mit leer"))}, "types[2].id"),
        ({"resources": (*CABINS, Resource(id="mit leer", name="x"))}, "resources[2].id"),
        ({"templates": (template(), template("mit leer"))}, "templates[1].id"),
        ({"employees": (Employee(id="mit leer", name="x"),)}, "employees[0].id"),
    ],
)
def test_a_name_of_a_thing_has_its_form(parts: dict[str, Any], path: str) -> None:
    assert list(wrong(with_parts(**parts))) == [path]


def test_no_new_resource_is_called_any_and_one_that_is_stops_no_other_change() -> None:
    named = with_parts(resources=(*CABINS, Resource(id="any", name="Any")))
    assert wrong(named) == wrong(named, before=with_parts()) == {"resources[2].id": "reserved"}
    assert wrong(replace(named, templates=(template(),)), before=named) == {}


@pytest.mark.parametrize(
    ("parts", "path"),
    [
        ({"types": (*TYPES, TYPES[0])}, "types[2].id"),
        ({"resources": (*CABINS, CABINS[0])}, "resources[2].id"),
        ({"templates": (template(), template())}, "templates[1].id"),
        ({"employees": (Employee(id="a", name="x"), Employee(id="a", name="y"))}, "employees[1].id"),
        ({"accesses": (access(), access())}, "accesses[1].id"),
        ({"exceptions": (DateException(resource="anna", day=DAY),) * 2}, "exceptions[1].date"),
        ({"texts": (words("Bis bald"), words("Bis dann"))}, "texts[1].kind"),
    ],
)
def test_nothing_is_there_twice(parts: dict[str, Any], path: str) -> None:
    assert wrong(with_parts(**parts)) == {path: "twice"}


@pytest.mark.parametrize(
    ("parts", "path", "code"),
    [
        ({"templates": (template(), template("b", resources=("gone",)))}, "templates[1].resources", "unknown"),
        ({"templates": (template(second=("gone",)),)}, "templates[0].second", "unknown"),
        ({"templates": (template(second=("anna", "cabin-1")),)}, "templates[0].second[1]", "first_resource"),
        ({"exceptions": (DateException(resource="gone", day=DAY),)}, "exceptions[0].resource", "unknown"),
        ({"accesses": (access(kind="calendar", resource="gone"),)}, "accesses[0].resource", "unknown"),
        ({"accesses": (access(employee="gone"),)}, "accesses[0].employee", "not_technical"),
        ({"texts": (words("{{ nothing }}"),)}, "texts[0].text", "placeholder"),
    ],
)
def test_what_is_spoken_of_is_there(parts: dict[str, Any], path: str, code: str) -> None:
    assert wrong(with_parts(**parts)) == {path: code}


def test_an_availability_speaks_of_what_is_there() -> None:
    gone, strange = availability("09:00-12:00", resources=("gone",)), availability("09:00-12:00", type="gone")
    assert wrong(settings(availability("09:00-12:00"), gone, strange, resources=CABINS)) == {
        "availabilities[1].resources": "unknown",
        "availabilities[2].type": "unknown",
    }


def test_an_availability_may_end_on_the_day_on_which_it_begins_and_not_before() -> None:
    one_day = availability("09:00-12:00", valid_from=DAY, valid_until=DAY)
    ended = availability("09:00-12:00", valid_from=DAY, valid_until=date(2026, 11, 23))
    half = availability("09:00-12:00", valid_from=DAY), availability("09:00-12:00", valid_until=DAY)
    with pytest.raises(Invalid) as refusal:
        check(settings(one_day, ended, *half, resources=CABINS))
    assert refusal.value.flaws == {"availabilities[1].valid_until": Flaw("not_before", field="valid_from")}
    check(settings(one_day, *half, resources=CABINS))


@pytest.mark.parametrize("alias", ["other-window", "elbe-mit leer", "elbe", "elbe-"])
def test_an_alias_is_the_branchs_own(alias: str) -> None:
    assert wrong(with_parts(accesses=(access(alias),)))["accesses[0].alias"] == "alias"


def test_an_access_acts_as_a_technical_employee() -> None:
    employees = Employee(id="web", name="Web", technical=True), Employee(id="anna", name="Anna")
    found = wrong(with_parts(employees=employees, accesses=(access(employee="web"), access("elbe-b", employee="anna"))))
    assert found == {"accesses[1].employee": "not_technical"}


def test_a_revoked_access_may_speak_of_what_is_gone() -> None:
    revoked = access(kind="calendar", employee="gone", resource="gone", revoked_at=datetime(2026, 11, 1, tzinfo=UTC))
    assert wrong(with_parts(accesses=(revoked, access("elbe-b", kind="calendar", resource="anna")))) == {}
