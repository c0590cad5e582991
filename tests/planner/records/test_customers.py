"""What staff do with customers, on a real engine: their appointments follow, and nothing is left half done (R25, R30)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from chalicelib.domain.appointment import Appointment, Change
from chalicelib.domain.comment import Comment
from chalicelib.domain.customer import Customer, Revision
from chalicelib.domain.errors import ChangedMeanwhile, CustomerLeaving, Invalid, NotFound, TryAgain
from chalicelib.domain.inbox import MOST_TICKED, entry_of
from chalicelib.domain.people import Person, folded
from chalicelib.domain.record import Line
from chalicelib.domain.tokens import Secret
from chalicelib.planner.admin.settings import BranchSettings
from chalicelib.planner.records.customers import MOST_ABSORBED, MOST_LISTED, CustomerFields, Register
from chalicelib.planner.records.search import Search
from chalicelib.planner.staff.actions import Move
from chalicelib.planner.staff.creating import NewAppointment
from chalicelib.planner.staff.office import Office
from chalicelib.store import keys
from chalicelib.store.callbacks import Callbacks
from chalicelib.store.customers import LOOKS, Customers
from chalicelib.store.models import IndexItem
from chalicelib.store.table import Table
from infra.local.engine import Engine
from tests.builders import NOW, actions, appointment, at, availability, made, message, new_branch_id, seen, settings
from tests.conftest import TABLE
from tests.faults import counted
from tests.planner.messages.test_delivery import plain
from tests.store.test_change import meanwhile

BEFORE, AFTER = NOW - timedelta(days=1), datetime(2026, 12, 1, tzinfo=UTC)
"""Before and after the appointments of these tests."""


class Failing(Table):
    """A store that fails once so many appointments were written."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.left: int | None = None

    def write(self, change: Change) -> None:
        if self.left == 0:
            raise TryAgain
        if self.left is not None:
            self.left -= 1
        super().write(change)


@pytest.fixture(scope="module")
def table(engine: Engine) -> Failing:
    return Failing(TABLE)


@pytest.fixture
def branch(table: Failing) -> str:
    table.left = None
    branch_settings = settings(availability("08:00-18:00"), id=new_branch_id())
    table.replace_settings(branch_settings)
    return branch_settings.branch.id


def register(table: Table, now: datetime = BEFORE) -> Register:
    return Register(table, Customers(), lambda: now)


def given(**fields: Any) -> CustomerFields:
    return CustomerFields(**{"last_name": "Meyer", "first_name": "Anna"} | fields)


def create(table: Table, branch: str, **fields: Any) -> Customer:
    return register(table).create(branch, given(**fields), "u-1")


def booked(table: Table, customer: Customer | None, branch: str, hour: int = 8, **fields: Any) -> Appointment:
    """An appointment of the customer on Tuesday."""
    start = fields.pop("start", at(f"2026-11-24T{hour:02}:00"))
    person = {"customer": customer.id, "name": customer.name} if customer else {"name": "Mustermann"}
    booking = appointment(branch=branch, start=start, end=start + 30, **person | fields)
    table.write(made(booking))
    return booking


def now_of(table: Table, appointment: Appointment) -> Appointment:
    found = table.appointment(appointment.id)
    assert found
    return found


def test_a_new_customer_is_kept_with_a_line_of_the_record(table: Table, branch: str) -> None:
    customer = create(table, branch, email="anna@example.org")
    file = register(table).file(branch, customer.id)
    assert file.customer == customer
    assert [(each.what, each.by, each.fields) for each in file.history] == [
        ("made", "u-1", ("last_name", "first_name", "email"))
    ]


def test_a_language_that_the_branch_does_not_speak_is_refused(table: Table, branch: str) -> None:
    with pytest.raises(Invalid) as refusal:
        create(table, branch, language="fr")
    assert list(refusal.value.fields) == ["language"]


def test_the_record_names_the_fields_that_changed(table: Table, branch: str) -> None:
    customer = create(table, branch)
    register(table, now=NOW).edit(branch, customer.id, 1, given(first_name="Annika", note="VIP"), "u-2")
    last = register(table).file(branch, customer.id).history[0]
    assert (last.what, last.by, last.fields) == ("edited", "u-2", ("first_name", "note"))


def test_saving_what_is_the_same_changes_nothing(table: Table, branch: str) -> None:
    customer = create(table, branch)
    assert register(table).edit(branch, customer.id, 1, given(), "u-1") == customer


def test_who_edits_an_old_version_is_told(table: Table, branch: str) -> None:
    customer = create(table, branch)
    register(table).edit(branch, customer.id, 1, given(first_name="Annika"), "u-1")
    with pytest.raises(ChangedMeanwhile):
        register(table).edit(branch, customer.id, 1, given(first_name="Anja"), "u-1")


def test_a_new_name_is_that_of_past_and_coming_appointments_too(table: Table, branch: str) -> None:
    customer = create(table, branch)
    bookings = [booked(table, customer, branch, 8), booked(table, customer, branch, 12), booked(table, None, branch, 14)]
    register(table, now=NOW).edit(branch, customer.id, 1, given(last_name="Schulz"), "u-1")
    assert [now_of(table, each).name for each in bookings] == ["Schulz, Anna", "Schulz, Anna", "Mustermann"]
    events, _ = table.history(bookings[0].id)
    assert (events[-1].what, events[-1].by, events[-1].fields) == ("matched", "u-1", ("name",))


def test_saving_again_ends_what_a_failure_has_cut_short(table: Failing, branch: str) -> None:
    customer = create(table, branch)
    bookings = [booked(table, customer, branch, 8), booked(table, customer, branch, 12)]
    table.left = 1
    with pytest.raises(TryAgain):
        register(table).edit(branch, customer.id, 1, given(last_name="Schulz"), "u-1")
    table.left = None
    register(table).edit(branch, customer.id, 2, given(last_name="Schulz"), "u-1")
    assert {now_of(table, each).name for each in bookings} == {"Schulz, Anna"}


def test_a_merge_takes_over_what_is_missing_and_all_appointments(table: Table, branch: str) -> None:
    kept = create(table, branch, first_name=None, email="anna@example.org", note="eins")
    gone = create(table, branch, phone="040 123", email="other@example.org", note="zwei", in_writing=True)
    booking = booked(table, gone, branch)
    after = register(table).merge(branch, kept.id, 1, gone.id, 1, "u-1")
    assert (after.first_name, after.email, after.phone, after.note) == ("Anna", "anna@example.org", "040 123", "eins\nzwei")
    assert after.in_writing
    moved = now_of(table, booking)
    assert (moved.customer, moved.name) == (kept.id, "Meyer, Anna")
    file = register(table).file(branch, kept.id)
    assert [each.id for each in file.appointments] == [booking.id]
    assert sorted(each.what for each in file.history) == ["made", "made", "merged"]


def test_a_merge_that_failed_on_the_way_loses_nothing_and_is_ended_by_another(table: Failing, branch: str) -> None:
    kept, gone = create(table, branch), create(table, branch, last_name="Maier")
    bookings = [booked(table, gone, branch, 8), booked(table, gone, branch, 12)]
    table.left = 1
    with pytest.raises(TryAgain):
        register(table).merge(branch, kept.id, 1, gone.id, 1, "u-1")
    assert len(register(table).file(branch, gone.id).appointments) == 2
    table.left = None
    register(table).merge(branch, kept.id, 1, gone.id, 1, "u-1")
    assert {now_of(table, each).customer for each in bookings} == {kept.id}


def test_whoever_was_merged_twice_still_leads_to_who_is_left(table: Table, branch: str) -> None:
    first, second, third = (create(table, branch) for _ in range(3))
    register(table).merge(branch, second.id, 1, first.id, 1, "u-1")
    register(table).merge(branch, third.id, 1, second.id, 2, "u-1")
    booking = booked(table, first, branch)  # by somebody who had looked before
    file = register(table).file(branch, first.id)
    assert (file.customer.id, [each.id for each in file.appointments]) == (third.id, [booking.id])


def test_a_merge_with_itself_with_nobody_or_with_another_branch_is_refused(table: Table, branch: str) -> None:
    customer = create(table, branch)
    elsewhere = settings(id=new_branch_id())
    table.replace_settings(elsewhere)
    stranger = create(table, elsewhere.branch.id)
    for other in (customer.id, "nobody", stranger.id):
        with pytest.raises(Invalid) as refusal:
            register(table).merge(branch, customer.id, 1, other, 1, "u-1")
        assert list(refusal.value.fields) == ["other"]


@pytest.mark.parametrize("versions", [(2, 1), (1, 2)])
def test_a_merge_of_what_has_changed_meanwhile_is_refused(table: Table, branch: str, versions: tuple[int, int]) -> None:
    kept, gone = create(table, branch), create(table, branch)
    with pytest.raises(ChangedMeanwhile):
        register(table).merge(branch, kept.id, versions[0], gone.id, versions[1], "u-1")


def test_an_edit_that_failed_on_the_way_is_brought_to_an_end_by_saving_the_same_again(table: Failing, branch: str) -> None:
    customer = create(table, branch)
    booking = booked(table, customer, branch)
    table.left = 0
    with pytest.raises(TryAgain):
        register(table).edit(branch, customer.id, 1, given(first_name="Annika"), "u-1")
    table.left = None
    assert register(table).edit(branch, customer.id, 1, given(first_name="Annika"), "u-1").version == 2
    assert now_of(table, booking).name == "Meyer, Annika"


def test_nobody_is_erased_while_an_appointment_lies_ahead(table: Table, branch: str) -> None:
    customer = create(table, branch)
    booked(table, customer, branch)
    with pytest.raises(Invalid):
        register(table).erase(branch, customer.id, 1, "u-1")
    assert register(table).file(branch, customer.id).customer == customer


def test_erasing_leaves_the_anonymous_appointment_and_nothing_of_the_person(table: Table, branch: str) -> None:
    customer = create(table, branch)
    booking = booked(table, customer, branch, status="confirmed", reason="zu spät", counts=(("day", "hash", "2026-11-23"),))
    table.write(_with_note_and_entry(now_of(table, booking)))
    register(table, now=AFTER).erase(branch, customer.id, 1, "u-1")
    with pytest.raises(NotFound):
        register(table).file(branch, customer.id)
    left = now_of(table, booking)
    assert (left.customer, left.name, left.comment, left.reason, left.counts) == (None, "", None, None, ())
    assert left.fingerprint == ""
    assert (left.start, left.resource, left.status) == (booking.start, booking.resource, "confirmed")
    assert left.token_version == booking.token_version + 1
    events, messages = table.history(booking.id)
    assert (events[-1].what, events[-1].fields) == ("erased", ("customer", "name", "comment", "reason", "note", "hint"))
    assert {each.note for each in messages} == {None}
    assert table.inbox(branch) == []
    assert Customers().unmatched(branch, 0, 10) == []


def _with_note_and_entry(appointment: Appointment) -> Change:
    after = replace(appointment, version=appointment.version + 1)
    told = replace(message(after, kind="told"), note="Bitte nüchtern kommen")
    entry = entry_of("call_back", appointment.branch, appointment.id, after.version, NOW, "ruft ab 18 Uhr zurück")
    return replace(made(after, told), before=appointment, entries=(entry,))


def test_erasing_that_failed_on_the_way_can_be_done_again(table: Failing, branch: str) -> None:
    customer = create(table, branch)
    bookings = [booked(table, customer, branch, 8), booked(table, customer, branch, 12)]
    table.left = 1
    with pytest.raises(TryAgain):
        register(table, now=AFTER).erase(branch, customer.id, 1, "u-1")
    assert register(table).file(branch, customer.id).customer == customer
    table.left = None
    register(table, now=AFTER).erase(branch, customer.id, 1, "u-1")
    assert {now_of(table, each).comment for each in bookings} == {None}


def test_an_appointment_that_the_erased_customer_gets_meanwhile_keeps_who_comes(table: Table, branch: str) -> None:
    customer = create(table, branch)
    late = list[Appointment]()

    class Meanwhile(Customers):
        def write(self, revision: Revision) -> None:
            late.append(booked(table, customer, branch))
            super().write(revision)

    Register(table, Meanwhile(), lambda: BEFORE).erase(branch, customer.id, 1, "u-1")
    left = now_of(table, late[0])
    assert (left.customer, left.name, left.comment) == (None, "Meyer, Anna", late[0].comment)


def test_what_waits_of_an_appointment_that_lies_ahead_after_all_goes_on_waiting(table: Failing, branch: str) -> None:
    customer = create(table, branch)
    booking = booked(table, customer, branch, status="confirmed")
    table.write(_with_note_and_entry(now_of(table, booking)))

    def put_off() -> None:
        later = AFTER + timedelta(days=9)
        actions(table, lambda: AFTER).move(seen(now_of(table, booking)), Move(start=int(later.timestamp()) // 60), "staff-1")

    with meanwhile(put_off):
        register(table, now=AFTER).erase(branch, customer.id, 1, "u-1")
    assert now_of(table, booking).name == "Meyer, Anna"
    assert [entry.kind for entry in table.inbox(branch)] == ["call_back"]


def test_all_that_waits_of_an_erased_customer_s_appointment_is_ticked_off_however_much_it_is(
    table: Failing, branch: str
) -> None:
    customer = create(table, branch)
    booking = booked(table, customer, branch, status="confirmed")
    for _ in range(MOST_TICKED + 3):
        table.write(_with_note_and_entry(now_of(table, booking)))
    register(table, now=AFTER).erase(branch, customer.id, 1, "u-1")
    assert table.inbox(branch) == []


def test_an_export_has_all_that_is_kept_of_the_person(table: Table, branch: str) -> None:
    customer = create(table, branch)
    booking = booked(table, customer, branch)
    export = register(table).export(branch, customer.id)
    [exported] = export.visits
    assert export.file.customer == customer
    assert exported.appointment == booking
    assert [each.what for each in exported.events] == ["requested"]
    assert [each.kind for each in exported.messages] == ["notice", "receipt"]


def test_customers_of_another_branch_are_not_found(table: Table, branch: str) -> None:
    other = settings(id=new_branch_id())
    table.replace_settings(other)
    customer = create(table, branch)
    for act in (register(table).file, register(table).export):
        with pytest.raises(NotFound):
            act(other.branch.id, customer.id)
    with pytest.raises(NotFound):
        register(table).edit(other.branch.id, customer.id, 1, given(), "u-1")
    with pytest.raises(NotFound):
        register(table).erase(other.branch.id, customer.id, 1, "u-1")


# Finding -------------------------------------------------------------------------------------------------------------------


def search(table: Table) -> Search:
    return Search(table, Customers(), lambda: BEFORE)


def comment(**fields: Any) -> Comment:
    return Comment(**{"last_name": "Meyer", "first_name": "Anna", "email": "anna@example.org"} | fields)


@pytest.mark.parametrize("typed", ["m", "mey", "MEYER, An", "anna mey", "maier", "anna@ex", "040-12", "+49 40 123"])
def test_one_search_finds_by_name_sound_address_and_number(table: Table, branch: str, typed: str) -> None:
    customer = create(table, branch, email="anna@example.org", phone="040 12345")
    create(table, branch, last_name="Schulz", first_name="Uwe")
    assert [each.id for each in search(table).search(branch, typed).customers] == [customer.id]


@pytest.mark.parametrize("typed", ["", " ", "#", "04", "-", "x" * 100])
def test_a_search_for_nothing_finds_nothing(table: Table, branch: str, typed: str) -> None:
    create(table, branch)
    found = search(table).search(branch, typed)
    assert (found.customers, found.appointments, found.requests) == ([], [], [])


def test_each_is_found_once_and_at_most_twenty_are(table: Table, branch: str) -> None:
    for number in range(22):
        create(table, branch, last_name=f"Meyer {number}")
    found = search(table).search(branch, "meyer").customers
    assert len(found) == len({each.id for each in found}) == 20


def test_a_search_gives_the_coming_appointments_of_who_is_found(table: Table, branch: str) -> None:
    customer = create(table, branch)
    coming = booked(table, customer, branch)
    booked(table, customer, branch, start=at("2026-11-20T08:00"))
    assert [each.id for each in search(table).search(branch, "meyer").appointments] == [coming.id]


@pytest.mark.parametrize("typed", ["huber", "berta h", "hub bert", "lena", "lena@", "0170"])
def test_a_search_finds_unmatched_requests_by_who_asked_and_for_whom(table: Table, branch: str, typed: str) -> None:
    asked = comment(last_name="Huber", first_name="Lena", email="lena@example.org", phone="0170 1", visitor_first_name="Berta")
    appointment = booked(table, None, branch, comment=asked)
    booked(table, None, branch, 10)
    assert [each.id for each in search(table).search(branch, typed).requests] == [appointment.id]


def test_likely_customers_are_offered_for_a_request(table: Table, branch: str) -> None:
    customer = create(table, branch, last_name="Maier", email="anna@example.org")
    create(table, branch, last_name="Schulz", first_name="Uwe")
    booking = booked(table, None, branch, comment=comment())
    [match] = search(table).matches(branch, booking.id)[0]
    assert (match.person.id, match.because) == (customer.id, ("email", "name"))


def test_for_a_daughter_who_books_for_her_mother_the_mother_comes_first(table: Table, branch: str) -> None:
    daughter = create(table, branch, email="anna@example.org")
    mother = create(table, branch, first_name="Hildegard")
    booking = booked(table, None, branch, comment=comment(visitor_first_name="Hildegard", visitor_last_name="Meyer"))
    assert [each.person.id for each in search(table).matches(branch, booking.id)[0]] == [mother.id, daughter.id]


def test_a_relative_with_the_same_address_and_number_hides_nobody_whose_name_is_mistyped(table: Table, branch: str) -> None:
    reach = {"email": "anna@example.org", "phone": "040 1234567"}
    relative = create(table, branch, **reach)
    meant = create(table, branch, first_name="Tilm")
    booking = booked(table, None, branch, comment=comment(last_name="Meyer", first_name="Tim", **reach))
    assert {each.person.id for each in search(table).matches(branch, booking.id)[0]} == {relative.id, meant.id}


ABROAD = [
    ("Europe/Vienna", "0664 123 45 67", "+43 664 123 45 67"),
    ("Europe/Vienna", "0043 (0)664 123 45 67", "0664/1234567"),
    ("Europe/Zurich", "079 123 45 67", "+41 79 123 45 67"),
    ("Europe/Rome", "06 6982 1234", "+39 06 6982 1234"),
    ("Europe/Budapest", "06 30 123 4567", "+36 30 123 4567"),
    ("America/New_York", "(212) 555-0100", "+1 212 555 0100"),
    ("Europe/Berlin", "0170 1234567", "+49 170 1234567"),
    ("Europe/Vienna", "+49 170 1234567", "0049 170 1234567"),
]


@pytest.mark.parametrize(("zone", "one", "other"), ABROAD + [(zone, other, one) for zone, one, other in ABROAD])
def test_a_number_is_read_as_at_home_in_the_branch_s_country(table: Table, zone: str, one: str, other: str) -> None:
    """Recognised in a request, found by what the telephone shows, whichever of the two is in the record."""
    branch_settings = settings(zone=zone, id=new_branch_id())
    table.replace_settings(branch_settings)
    branch = branch_settings.branch.id
    customer = create(table, branch, phone=one)
    booking = booked(table, None, branch, comment=comment(email="other@example.org", phone=other))
    [match] = search(table).matches(branch, booking.id)[0]
    assert (match.person.id, match.because) == (customer.id, ("phone", "name"))
    for typed in (other, other[:-2], one):
        assert [each.id for each in search(table).search(branch, typed).customers] == [customer.id]
        assert [each.id for each in search(table).search(branch, typed).requests] == [booking.id]


def test_a_number_of_another_country_is_another_number(table: Table) -> None:
    branch_settings = settings(zone="Europe/Vienna", id=new_branch_id())
    table.replace_settings(branch_settings)
    german = create(table, branch_settings.branch.id, phone="+49 664 1234567")
    assert search(table).search(branch_settings.branch.id, "0664 1234567").customers == []
    assert [each.id for each in search(table).search(branch_settings.branch.id, "+49 664 12").customers] == [german.id]


def test_a_stranger_matches_nobody(table: Table, branch: str) -> None:
    create(table, branch)
    stranger = booked(table, None, branch, comment=comment(last_name="Kowalski", first_name="Piotr", email="pk@example.org"))
    assert search(table).matches(branch, stranger.id)[0] == []


def test_an_appointment_of_another_branch_has_no_matches_here(table: Table, branch: str) -> None:
    with pytest.raises(NotFound):
        search(table).matches("elsewhere", booked(table, None, branch).id)


def test_no_more_are_merged_into_one_than_can_be_erased_at_once(table: Table, branch: str) -> None:
    words = "Anna Berta Cäsar Dora"
    customer = create(table, branch, last_name=words, first_name=words[::-1], email="a@example.org", phone="040 1")
    full = replace(customer, absorbed=tuple(f"{number:032x}" for number in range(MOST_ABSORBED)), version=2)
    line = Line(branch=branch, kind="customer", id=customer.id, what="merged", by="u-1", at=NOW)
    Customers().write(Revision(before=(customer,), after=full, line=line))
    with pytest.raises(Invalid) as refusal:
        register(table).merge(branch, customer.id, 2, create(table, branch).id, 1, "u-1")
    assert list(refusal.value.fields) == ["other"]
    register(table).erase(branch, customer.id, 2, "u-1")
    with pytest.raises(NotFound):
        register(table).file(branch, customer.id)


def office_of(table: Table, records: Customers) -> Office:
    settings_of = BranchSettings(table, lambda: NOW)
    return Office(
        table, records, Callbacks(), settings_of, Secret("s" * 32), lambda: NOW, lambda: plain, lambda phone, found: phone
    )


class Interrupted(Customers):
    """Whose records cannot be written."""

    def write(self, revision: Revision) -> None:
        raise TryAgain


def test_who_is_about_to_be_erased_is_given_no_appointment_until_the_record_is_saved(table: Table, branch: str) -> None:
    customer, request = create(table, branch), booked(table, None, branch)
    office = office_of(table, Customers())
    with pytest.raises(TryAgain):
        Register(table, Interrupted(), lambda: AFTER).erase(branch, customer.id, 1, "u-1")
    with pytest.raises(CustomerLeaving):
        office.actions.match(seen(request), customer.id, "u-1")
    register(table).edit(branch, customer.id, 1, given(), "u-1")
    assert office.actions.match(seen(request), customer.id, "u-1").customer == customer.id


class Erasing(Customers):
    """Whoever is read is erased before anything is done with it."""

    def __init__(self, table: Table) -> None:
        super().__init__()
        self._table = table

    def customer(self, branch: str, customer: str) -> Customer | None:
        found = super().customer(branch, customer)
        if found:
            Register(self._table, Customers(), lambda: AFTER).erase(branch, found.id, found.version, "u-2")
        return found


def test_who_is_erased_in_the_same_moment_is_given_no_appointment(table: Table, branch: str) -> None:
    request = booked(table, None, branch)
    office = office_of(table, Erasing(table))
    for does in (
        lambda who: office.actions.answer(seen(request), "confirmed", "u-1", customer=who),
        lambda who: office.actions.match(seen(request), who, "u-1"),
        lambda who: office.creating.book(
            branch,
            "0123456789abcdef",
            NewAppointment(type="appointment", resource="cabin-1", start=at("2026-11-24T14:00"), minutes=30, customer=who),
            b"",
            "u-1",
        ),
    ):
        customer = create(table, branch)
        with pytest.raises(ChangedMeanwhile):
            does(customer.id)
    assert now_of(table, request) == request
    [day] = table.agenda(branch, [settings().resources[0]], "2026-11-24", "2026-11-24").holds.values()
    assert len(day) == 6, "nothing but the request is held"


def test_a_list_has_each_customer_once_by_last_name_in_pages_that_miss_nobody(table: Table, branch: str) -> None:
    given = [("Zeller", "Anna"), ("Anna", "Bert"), ("von der Aue", "Uwe"), ("Lang", None), ("Otto", "Otto")]
    given += [(f"Meyer {number:02}", "Anna") for number in range(MOST_LISTED)]
    for last, first in given:
        create(table, branch, last_name=last, first_name=first)
    found, after = list[str](), None
    for _ in range(4):
        with counted() as requests:
            page, after, _ = register(table).listed(branch, after)
        assert len(requests.operations) <= LOOKS + 1  # and the settings
        assert len(page) <= MOST_LISTED
        found += [each.last_name for each in page]
        if after is None:
            break
    assert after is None
    assert found == sorted([last for last, _ in given], key=folded)


@pytest.mark.parametrize("after", ["x", "ÿ", "eHh4" * 600])
def test_a_list_goes_on_from_the_end_of_a_page_only(table: Table, branch: str, after: str) -> None:
    with pytest.raises(Invalid):
        register(table).listed(branch, after)


def test_a_number_is_found_by_its_last_digits_and_so_is_who_was_entered_before(table: Table, branch: str) -> None:
    customer = create(table, branch, phone="040 1234567")
    create(table, branch, last_name="Schulz", phone="040 7654321")
    for typed in ("1234567", "34567", "123 45 67", "0401234567"):
        assert [each.id for each in search(table).search(branch, typed).customers] == [customer.id], typed
    assert search(table).search(branch, "567").customers == []
    IndexItem(keys.found_by(branch, "ending"), keys.found("765432104", customer.id)).delete()
    assert search(table).search(branch, "1234567").customers == []
    assert [Customers().complete_index(customer) for _ in range(2)] == [True, False]
    assert [each.id for each in search(table).search(branch, "1234567").customers] == [customer.id]


def test_who_was_erased_meanwhile_is_put_into_no_index(table: Table, branch: str) -> None:
    customer = create(table, branch, phone="040 1234567")
    register(table, now=AFTER).erase(branch, customer.id, 1, "u-1")
    assert not Customers().complete_index(customer)
    assert search(table).search(branch, "1234567").customers == []


def test_who_may_be_there_already_is_told_before_a_customer_is_made(table: Table, branch: str) -> None:
    born = date(1950, 5, 17)
    customer = create(table, branch, birth_date=born)
    for person, found in (
        (Person(last_name="Maier", first_name="Anna"), [customer.id]),
        (Person(last_name="Meyer", first_name="Anna", birth_date=born), [customer.id]),
        (Person(last_name="Meyer", first_name="Anna", birth_date=date(1988, 1, 2)), []),
        (Person(last_name="Kowalski", first_name="Piotr"), []),
    ):
        assert [each.person.id for each in search(table).alike(branch, person)[0]] == found


def test_a_birth_date_goes_with_the_record_and_is_of_the_past(table: Table, branch: str) -> None:
    customer = create(table, branch, birth_date=date(1950, 5, 17))
    assert search(table).search(branch, "meyer").customers[0].birth_date == date(1950, 5, 17)
    for wrong in (date(1899, 12, 31), date(2026, 12, 1)):
        with pytest.raises(Invalid) as refusal:
            register(table).edit(branch, customer.id, 1, given(birth_date=wrong), "u-1")
        assert list(refusal.value.fields) == ["birth_date"]
    other = create(table, branch)
    merged = register(table).merge(branch, other.id, 1, customer.id, 1, "u-1")
    assert merged.birth_date == date(1950, 5, 17)
