"""What a branch may set (R3, R4), told with the field's name."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from chalicelib.domain.errors import Flaw, Invalid
from chalicelib.domain.settings import (
    NOBODY,
    TYPES,
    Access,
    Availability,
    AvailabilityType,
    Employee,
    Hours,
    Price,
    PublicHolidays,
    Resource,
    Template,
)
from tests.builders import absence, availability, branch, hours, settings


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"start": 541}, "start"),
        ({"end": 722}, "end"),
        ({"end": 540}, "end"),
        ({"end": 480}, "end"),
        ({"end": 1445}, "end"),
        ({"start": -5}, "end"),
        ({"step": 7}, "step"),
        ({"step": 0}, "step"),
        ({"step": 505}, "step"),
        ({"minimum_step": 4}, "minimum_step"),
        ({"minimum_step": -5}, "minimum_step"),
    ],
)
def test_hours_off_the_grid_are_refused_with_the_field_s_name(fields: dict[str, Any], field: str) -> None:
    """R3."""
    with pytest.raises(Invalid) as refusal:
        Hours(**{"start": 540, "end": 720, "step": 30} | fields)
    assert list(refusal.value.fields) == [field]


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"duration": 0}, "duration"),
        ({"duration": 32}, "duration"),
        ({"preparation": 3}, "preparation"),
        ({"follow_up": -5}, "follow_up"),
        ({"duration": 480, "preparation": 15, "follow_up": 10}, "duration"),
    ],
)
def test_a_template_that_cannot_be_is_refused_with_the_field_s_name(fields: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as refusal:
        Template(**{"id": "test", "name": {"de": "Hörtest"}, "duration": 30, **fields})
    assert list(refusal.value.fields) == [field]


@pytest.mark.parametrize("cents", [-1, 1_000_001])
def test_a_price_is_nothing_up_to_ten_thousand(cents: int) -> None:
    with pytest.raises(Invalid) as refusal:
        Price(cents=cents, currency="EUR")
    assert refusal.value.flaws == {"cents": Flaw("range", least=0, most=1_000_000)}
    assert (Price(cents=0, currency="EUR").cents, Price(cents=1_000_000, currency="CHF").cents) == (0, 1_000_000)


def test_an_appointment_may_be_500_minutes_long_with_its_buffers() -> None:
    """R3."""
    assert Template(id="long", name={}, duration=450, preparation=20, follow_up=30).duration == 450


def test_weekdays_are_1_to_7() -> None:
    with pytest.raises(Invalid):
        Availability(resources=("cabin-1",), weekdays=frozenset({0}), hours=hours("09:00-12:00"))


def test_a_zone_that_does_not_exist_is_refused() -> None:
    with pytest.raises(Invalid) as refusal:
        branch(zone="Europe/Hamburg")
    assert list(refusal.value.fields) == ["zone"]


def test_customers_see_released_resources_in_the_branch_s_order() -> None:
    branch_settings = settings(
        resources=(
            Resource(id="b", name="B", released=True, order=2),
            Resource(id="a", name="A", released=True, order=1),
            Resource(id="c", name="C"),
        )
    )
    assert [resource.id for resource in branch_settings.released] == ["a", "b"]


@pytest.mark.parametrize(
    ("fields", "flaws"),
    [
        ({"lead_hours": -1, "lock_minutes": 241}, {"lead_hours": ("range", 17544), "lock_minutes": ("range", 240)}),
        ({"most_open_requests": 0}, {"most_open_requests": ("range", 1_000_000)}),
        ({"reminder_hours": (2, 48)}, {"reminder_hours": ("descending", None)}),
        ({"reminder_hours": (337,)}, {"reminder_hours": ("range", 336)}),
        ({"sms_countries": ("Austria",)}, {"sms_countries": ("countries", None)}),
        ({"name": "a\nBcc: b@example.org"}, {"name": ("one_line", None)}),
        ({"languages": ()}, {"languages": ("not_empty", None)}),
    ],
)
def test_every_wrong_field_of_a_branch_is_refused_by_its_own_rule(
    fields: dict[str, Any], flaws: dict[str, tuple[str, int | None]]
) -> None:
    with pytest.raises(Invalid) as refusal:
        branch(**fields)
    assert {name: (flaw.code, flaw.facts.get("most")) for name, flaw in refusal.value.flaws.items()} == flaws


def test_a_text_that_was_longer_once_stays_readable() -> None:
    assert branch(address="x" * 201).address == "x" * 201


CABINS = tuple(
    Resource(id=each, name=each, released=each != "c", order=order) for each, order in (("b", 1), ("a", 1), ("c", 0), ("d", 0))
)
NAMES = {"de": "x"}


def test_resources_that_are_released_come_in_the_branchs_order() -> None:
    assert [each.id for each in settings(resources=CABINS).released] == ["d", "a", "b"]


def test_a_resource_shows_the_templates_that_are_its_own_and_online() -> None:
    kinds = (
        Template(id="b", name=NAMES, duration=30, resources=("a",), order=1),
        Template(id="a", name=NAMES, duration=30, resources=("a",), order=1),
        Template(id="c", name=NAMES, duration=30, resources=("a",), order=0),
        Template(id="desk", name=NAMES, duration=30, resources=("a",), shown="staff"),
        Template(id="other", name=NAMES, duration=30, resources=("b",)),
    )
    shown = settings(resources=CABINS, templates=kinds)
    assert [each.id for each in shown.shown_on("a")] == ["c", "a", "b"]
    assert (shown.template("a"), shown.template("x"), shown.template(None)) == (kinds[1], None, None)


def test_things_are_found_by_their_ids() -> None:
    anna, access = Employee(id="anna", name="Anna"), Access(alias="elbe-a")
    found = settings(resources=CABINS, employees=(Employee(id="ben", name="Ben"), anna), accesses=(access,))
    assert (found.resource("a"), found.resource("x")) == (CABINS[1], None)
    assert (found.employee("anna"), found.employee("x")) == (anna, None)
    assert (found.access("elbe-a"), found.access("elbe-b")) == (access, None)


REVOKED = datetime(2026, 11, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("access", "employee", "good"),
    [
        ({}, {}, True),
        ({"revoked_at": REVOKED}, {}, False),
        ({"employee": "web"}, {"account": True}, True),
        ({"employee": "web"}, {"account": False}, False),
        ({"employee": "web"}, {"account": True, "active": False}, False),
        ({"employee": "web", "revoked_at": REVOKED}, {"account": True}, False),
        ({"employee": "gone"}, {"account": True}, False),
    ],
)
def test_an_access_is_good_while_whom_it_acts_as_has_an_account(
    access: dict[str, Any], employee: dict[str, Any], good: bool
) -> None:
    acting = Employee(id="web", name="Web", technical=True, **employee)
    assert settings(employees=(acting,)).is_good(Access(alias="elbe-a", **access)) is good


def test_who_did_something_is_told_by_name() -> None:
    known = settings(employees=(Employee(id="ben", name="Ben"), Employee(id="anna", name="Anna", subject="s-1")))
    told = [known.name_of(each) for each in ("s-1", "customer", "schedule", "s-2")]
    assert told == ["Anna", "customer", "schedule", NOBODY]


def test_hours_are_those_of_the_types_that_have_the_effect() -> None:
    work, other, away = availability("08:00-12:00"), availability("08:00-12:00", resources=("b",)), absence("12:00-13:00")
    found = settings(work, other, away, types=(*TYPES, AvailabilityType(id="note", name=NAMES, effect="neither")))
    assert (found.hours("cabin-1", "opens"), found.hours("cabin-1", "closes")) == ([work], [away])


def test_a_branch_says_who_sends_where_it_is_and_how_to_reach_it() -> None:
    here = branch(sender_name="", name="Praxis", phone="040 123", email="info@xn--hrgerte-5wa8m.de")
    assert (here.sender, replace(here, sender_name="Hörakustik").sender) == ("Praxis", "Hörakustik")
    assert (here.country, branch(public_holidays=PublicHolidays(country="AT")).country) == ("DE", "AT")
    assert here.contact["phone_link"] == "+4940123"
    assert list(here.contact) == ["name", "phone", "phone_link", "email", "email_shown"]
    assert (here.contact["name"], here.contact["phone"], here.contact["email"]) == ("Praxis", "040 123", here.email)


@pytest.mark.parametrize(("after", "warning", "wrong"), [(12, 12, True), (13, 12, False), (13, 0, True), (None, 12, False)])
def test_a_request_expires_after_its_warning(after: int | None, warning: int, wrong: bool) -> None:
    """R26."""
    if not wrong:
        branch(expire_after_hours=after, expire_warning_hours=warning)
        return
    with pytest.raises(Invalid) as refusal:
        branch(expire_after_hours=after, expire_warning_hours=warning)
    assert refusal.value.flaws == {"expire_after_hours": Flaw("after", field="expire_warning_hours")}


def test_working_time_always_opens() -> None:
    with pytest.raises(Invalid) as refusal:
        branch(types=(replace(TYPES[0], effect="neither"), TYPES[1]))
    assert refusal.value.flaws == {"types": Flaw("fixed_types")}


@pytest.mark.parametrize("name", ["user", "subject"])
def test_a_technical_employee_never_signs_in(name: str) -> None:
    with pytest.raises(Invalid) as refusal:
        Employee(id="web", name="Web", technical=True, **{name: "x"})  # type: ignore[arg-type]  # both are texts
    assert refusal.value.flaws == {"technical": Flaw("never_signs_in")}
    assert Employee(id="anna", name="Anna", user="x", subject="y").user == "x"


def test_hours_end_after_they_begin() -> None:
    with pytest.raises(Invalid) as refusal:
        hours("12:00-12:00")
    assert refusal.value.flaws == {"end": Flaw("after", field="start")}
    assert hours("00:00-24:00").end == 1440
