"""Kind, name and note are changed after booking, on a real engine; what a record says of its customer follows it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.domain.appointment import Series
from chalicelib.domain.errors import ChangedMeanwhile, Invalid, NotForThisResource, NotFound, SlotTaken
from chalicelib.domain.owed import may_leave
from chalicelib.domain.settings import Template
from chalicelib.planner.messages.notifying import Tell
from chalicelib.planner.records.customers import CustomerFields, Register
from chalicelib.planner.schedule.sweep import erase
from chalicelib.planner.staff.actions import Details, Move
from chalicelib.store.customers import Customers
from infra.local.engine import Engine
from tests.builders import NOW, seen
from tests.planner.practice import ADVICE, CABINS, STAFF, Practice

SHORT = Template(id="short", name={"de": "Kurz"}, duration=15, resources=("cabin-1",))
FITTING = Template(
    id="fitting", name={"de": "Anpassung"}, duration=60, preparation=5, resources=("cabin-1",), second=("cabin-2", "group")
)
NOTE = "Schwester holt sie ab.\nKarte fehlt."


@pytest.fixture
def practice(engine: Engine) -> Practice:
    return Practice(templates=(ADVICE, SHORT, FITTING), resources=CABINS)


def starts(practice: Practice, *kinds: str) -> list[int]:
    """How many appointments of each kind the day of all tests counts in the first cabin."""
    counts = practice.table.agenda(practice.branch, [CABINS[0]], "2026-11-24", "2026-11-24", kinds)
    return [counts.kinds.get(("cabin-1", "2026-11-24", each), 0) for each in kinds]


def test_another_kind_takes_its_length_buffers_and_second_resource_and_is_counted_as_itself(practice: Practice) -> None:
    [one] = practice.book("2026-11-24T08:00", template="advice", minutes=None)
    before = practice.read(one.id)
    after = practice.actions.edit(seen(before), Details(template="fitting", second="group"), STAFF)
    assert after == practice.read(one.id)
    assert (after.start, after.resource, after.end - after.start) == (before.start, before.resource, 60)
    assert (after.template, after.second, after.preparation, after.follow_up) == ("fitting", "group", 5, 0)
    assert starts(practice, "advice", "fitting") == [0, 1]
    back = practice.actions.edit(seen(after), Details(template="advice"), STAFF)
    assert (back.second, back.holds) == (None, before.holds)
    assert starts(practice, "advice", "fitting") == [1, 0]
    assert practice.is_sound()


def test_another_kind_whose_time_is_taken_is_refused_and_changes_nothing(practice: Practice) -> None:
    """Behind it by its length, and beside it by its second resource."""
    [one] = practice.book("2026-11-24T08:00", template="short", minutes=None)
    before, units = practice.read(one.id), practice.held()
    practice.book("2026-11-24T08:45", resource="cabin-2")
    with pytest.raises(SlotTaken):
        practice.actions.edit(seen(before), Details(template="fitting", second="cabin-2"), STAFF)
    assert (practice.read(one.id), practice.held()) == (before, units)
    practice.book("2026-11-24T08:45")
    with pytest.raises(SlotTaken):
        practice.actions.edit(seen(before), Details(template="advice"), STAFF)
    assert practice.read(one.id) == before
    assert (starts(practice, "short", "advice", "fitting"), practice.is_sound()) == ([1, 0, 0], True)


def test_name_and_note_are_changed_and_the_history_tells_names_of_fields_alone(practice: Practice) -> None:
    [one] = practice.book("2026-11-24T08:00", note="alt", template="advice", minutes=None)
    appointment = practice.actions.move(seen(practice.read(one.id)), Move(end=practice.read(one.id).end + 30), STAFF)
    to = Details(template="advice", title="Berta", note=NOTE, on_paper=True)
    after = practice.actions.edit(seen(appointment), to, STAFF)
    assert (after.name, after.note, after.on_paper) == ("Berta", NOTE, True)
    assert (after.end, after.holds) == (appointment.end, appointment.holds), "the same kind keeps a length of the staff's own"
    line = practice.history(appointment)[-1]
    assert (line.what, line.by, line.fields) == ("edited", STAFF, ("name", "note", "on_paper"))
    assert practice.messages(appointment) == []
    again = practice.actions.edit(seen(after), to, STAFF)
    assert again == after, "nothing differs, so nothing is written"
    assert practice.actions.edit(seen(after), Details(note=""), STAFF).note is None


def test_the_customer_hears_of_another_kind_only_where_staff_say_so(practice: Practice) -> None:
    customer = practice.customer()
    [one] = practice.book("2026-11-24T08:00", customer=customer.id, template="advice", minutes=None)
    after = practice.actions.edit(seen(practice.read(one.id)), Details(template="short"), STAFF)
    assert practice.messages(after) == []
    practice.actions.edit(seen(after), Details(template="advice"), STAFF, Tell("email"))
    assert [(each.kind, each.channel, each.note) for each in practice.messages(after)] == [("told", "email", None)]


@pytest.mark.parametrize(
    ("of", "to", "field"),
    [
        ({}, Details(template="other"), "template"),
        ({"type": "blocked"}, Details(template="short"), "template"),
        ({"type": "blocked"}, Details(title=""), None),
        ({}, Details(title=""), "title"),
        ({"customer": True}, Details(title="Berta"), "title"),
        ({"cancelled": True}, Details(template="short"), "status"),
        ({"cancelled": True}, Details(note=NOTE), None),
        ({"resource": "cabin-2"}, Details(template="short"), "resource"),
        ({}, Details(template="fitting", second="cabin-1"), "second"),
    ],
)
def test_a_change_that_does_not_fit_is_refused_by_its_field(
    practice: Practice, of: dict[str, Any], to: Details, field: str | None
) -> None:
    cancelled, given = of.get("cancelled"), {name: value for name, value in of.items() if name != "cancelled"}
    if "customer" in given:
        given["customer"] = practice.customer().id
    [one] = practice.book("2026-11-24T08:00", **given)
    if cancelled:
        practice.actions.answer(practice.seen(practice.read(one.id)), "cancelled", STAFF)
    before = practice.read(one.id)
    if field is None:
        assert practice.actions.edit(seen(before), to, STAFF).version == before.version + 1
        return
    with pytest.raises((Invalid, NotForThisResource)) as refused:
        practice.actions.edit(seen(before), to, STAFF)
    assert list(refused.value.details()["fields"]) == [field]  # type: ignore[call-overload]  # both tell by field
    assert practice.read(one.id) == before


def test_whoever_read_an_older_version_changes_nothing(practice: Practice) -> None:
    appointment = practice.request()
    practice.actions.edit(seen(appointment), Details(note="eins"), STAFF)
    with pytest.raises(ChangedMeanwhile):
        practice.actions.edit(seen(appointment), Details(note="zwei"), "staff-2")
    with pytest.raises(NotFound):
        practice.actions.edit(replace(practice.seen(appointment), branch=Practice().branch), Details(note="drei"), STAFF)
    assert practice.read(appointment).note == "eins"


@pytest.mark.parametrize("kind", ["appointment", "blocked"])
def test_a_note_is_erased_by_its_clock_and_one_written_long_after_the_visit_within_days(practice: Practice, kind: str) -> None:
    [one] = practice.book("2026-11-24T08:00", type=kind, title="Umbau", note=NOTE)
    appointment = practice.read(one.id)
    assert appointment.due is not None
    practice.now = appointment.due
    erase(practice.table, Customers(), appointment, practice.settings, practice.now)
    left = practice.read(one.id)
    assert (left.note, left.due, left.name) == (None, None, "Umbau" if kind == "blocked" else "")
    late = practice.actions.edit(seen(left), Details(note=NOTE), STAFF)
    assert late.due == practice.now + timedelta(days=7)
    assert not may_leave(late, late.end + 10**6)


def test_a_hint_follows_the_record_to_every_appointment_and_goes_with_it(practice: Practice) -> None:
    customer = practice.customer(hint="hört links nichts")
    [one] = practice.book("2026-11-24T08:00", customer=customer.id)
    asked = practice.actions.match(seen(practice.request("2026-11-25T08:00")), customer.id, STAFF)
    shown = practice.calendar.days(practice.branch, NOW.date(), 7).appointments
    assert [each.hint for each in shown] == ["hört links nichts"] * 2
    register = Register(practice.table, Customers(), practice.clock)
    register.edit(practice.branch, customer.id, 1, CustomerFields(last_name="Meyer", hint="laut sprechen"), STAFF)
    assert {practice.read(each).hint for each in (one.id, asked.id)} == {"laut sprechen"}
    assert practice.actions.match(practice.seen(asked), None, STAFF).hint is None
    practice.now = NOW + timedelta(days=10)
    register.erase(practice.branch, customer.id, 2, STAFF)
    assert (practice.read(one.id).hint, practice.read(one.id).name) == (None, "")


def test_a_series_is_known_by_each_of_its_appointments_also_where_one_has_moved_away(practice: Practice) -> None:
    practice.book("2026-12-01T08:00")
    ids = [each.id for each in practice.book("2026-11-24T08:00", times=4)]
    assert [practice.read(each).series for each in ids if each] == [Series(ids[0], number, 4) for number in (1, 3, 4)]
    practice.actions.move(practice.seen(practice.read(ids[2])), Move(resource="group"), STAFF)
    _, together = practice.calendar.series(practice.branch, ids[3])
    assert [each.id for each in together] == [ids[0], ids[2], ids[3]]
    alone = practice.request("2026-11-27T08:00")
    assert [each.id for each in practice.calendar.series(practice.branch, alone.id)[1]] == [alone.id]
    with pytest.raises(NotFound):
        practice.calendar.series(Practice().branch, ids[0])
