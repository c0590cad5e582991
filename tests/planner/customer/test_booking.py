"""What customers are shown and what is taken for them (R4, R9, R18, R20, R22), with a store written out small.

The real store's conditions are tested at the store.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from chalicelib.domain.agenda import Agenda
from chalicelib.domain.appointment import Appointment, AppointmentExists, Change, Event, UnitsTaken
from chalicelib.domain.comment import Comment
from chalicelib.domain.errors import IdempotencyKeyReused, Invalid, Refused, SlotTaken, TooSoon
from chalicelib.domain.intervals import Interval, merged
from chalicelib.domain.limits import MOST_MAILS_PROVED, Standing
from chalicelib.domain.moments import to_local, to_utc
from chalicelib.domain.offer import nearest
from chalicelib.domain.settings import ABSENCE, WORKING_TIME, Availability, Resource, Settings, Template
from chalicelib.domain.slots import Slot
from chalicelib.domain.tokens import Mailbox
from chalicelib.planner.customer.booking import MOST_DAYS, Booked, Booking, Week, listed
from chalicelib.planner.customer.taking import ALTERNATIVES, RequestFields
from chalicelib.planner.ports import Addresses, Store
from tests.builders import MONDAY, NOW, SECRET, WORKED, Worked, absence, agenda, at, availability, offer, settings, shown

ONE_DAY = timedelta(days=1)
NEXT_MONDAY = MONDAY + 7 * ONE_DAY
PERSON = Comment(last_name="Mustermann", email="erika@example.org")


class Shelf:
    """What a branch has set and what is held; it lets a write through where nothing wanted is held, and keeps it."""

    def __init__(self, settings: Settings, taken: Agenda) -> None:
        self.branch_settings = settings
        self.taken = taken
        self.written: list[Change] = []

    def settings(self, branch: str) -> Settings | None:
        return self.branch_settings if branch == self.branch_settings.branch.id else None

    def agenda(self, branch: str, resources: Sequence[Resource], first: str, last: str, kinds: Sequence[str] = ()) -> Agenda:
        wanted = {each.id for each in resources}
        holds = {place: held for place, held in self.taken.holds.items() if place[0] in wanted and first <= place[1] <= last}
        return Agenda(holds, self.taken.starts)

    def write(self, change: Change) -> None:
        for earlier in self.written:
            if earlier.after.id == change.after.id:
                raise AppointmentExists(earlier.after)
        held = self.taken.holds
        lost = {place: held[place] for place, units in change.after.holds.items() if units & held.get(place, frozenset())}
        if lost:
            raise UnitsTaken(Agenda(lost))
        self.written.append(change)

    def appointment(self, appointment: str) -> Appointment | None:
        return next((each.after for each in self.written if each.after.id == appointment), None)

    def requested(self, appointment: str) -> Event:
        return next(each.event for each in self.written if each.event.appointment == appointment)


class Known:
    """Addresses that have all proved themselves."""

    def standing(self, branch: str, mailbox: Mailbox, now: datetime) -> Standing:
        return Standing(proved=True)


class Shop:
    """A branch that customers come to. `now` may be moved."""

    def __init__(self, settings: Settings, *taken: Interval, now: datetime = NOW) -> None:
        self.now = now
        self.shelf = Shelf(settings, agenda(*taken))
        self.booking = Booking(cast(Store, self.shelf), cast(Addresses, Known()), Worked, lambda: self.now, SECRET)

    @property
    def alias(self) -> str:
        return self.shelf.branch_settings.accesses[0].alias

    @property
    def template(self) -> str | None:
        return next((each.id for each in self.shelf.branch_settings.templates), None)

    def week(self, first: date, days: int = MOST_DAYS) -> Week:
        return self.booking.week(self.alias, "cabin-1", self.template, first, days)

    def free(self, first: date, days: int = MOST_DAYS) -> list[Slot]:
        return [slot for listed in self.week(first, days).days.values() for slot in listed if slot.free]

    def request(self, start: int, key: str | None = None, **fields: Any) -> Booked:
        wanted = RequestFields(
            **{
                "resource": "cabin-1",
                "template": self.template,
                "start": datetime.fromtimestamp(start * 60, UTC),
                "comment": PERSON,
            }
            | fields
        )
        return self.booking.request(self.alias, key or secrets.token_hex(16), wanted, repr(wanted).encode(), WORKED)

    def alternatives(self, start: int) -> list[Slot]:
        with pytest.raises(SlotTaken) as lost:
            self.request(start)
        return list(lost.value.alternatives)


def local(settings: Settings, instants: Iterable[int]) -> list[str]:
    """`Tu 23:30` on the branch's clock."""
    return [to_local(instant, settings.zone).strftime("%a %H:%M") for instant in instants]


JOINED = (
    availability("00:05-24:00", step=60, minimum_step=5, weekdays=frozenset({1})),
    availability("00:00-20:00", step=60, minimum_step=5, weekdays=frozenset({2})),
)


@pytest.mark.parametrize("zone", ["Europe/Berlin", "Pacific/Auckland", "America/New_York"])
def test_a_grid_that_a_booking_moved_the_day_before_is_one_grid_whatever_day_is_asked(zone: str) -> None:
    """Windows joined over midnight (R4), with a minimum step (R9); what is listed can be booked (R18)."""
    branch_settings = settings(*JOINED, zone=zone)
    begin = to_utc(NEXT_MONDAY, 5, branch_settings.zone)
    shop = Shop(branch_settings, (begin, begin + 40))
    both = shop.week(NEXT_MONDAY, 2).days
    tuesday = shop.week(NEXT_MONDAY + ONE_DAY, 1).days[NEXT_MONDAY + ONE_DAY]
    assert local(branch_settings, [slot.start for slot in tuesday])[:2] == ["Tue 00:45", "Tue 01:45"]
    assert tuesday == both[NEXT_MONDAY + ONE_DAY]
    assert shop.week(NEXT_MONDAY, 1).days[NEXT_MONDAY] == both[NEXT_MONDAY]
    assert shop.request(tuesday[0].start).appointment.start == tuesday[0].start


ZONES = (
    "UTC",
    "Europe/Berlin",
    "America/New_York",
    "America/St_Johns",
    "Asia/Kolkata",
    "Australia/Lord_Howe",
    "Pacific/Auckland",
    "Pacific/Kiritimati",
    "Pacific/Pago_Pago",
)
MOMENTS = (
    NOW,
    datetime(2027, 3, 12, 23, 30, tzinfo=UTC),  # America's clocks go forward on the 14th
    datetime(2027, 3, 26, 11, 0, tzinfo=UTC),  # Europe's on the 28th
    datetime(2027, 4, 2, 4, 59, 30, tzinfo=UTC),  # Australia's and New Zealand's go back on the 4th
    datetime(2027, 10, 29, 12, 0, tzinfo=UTC),  # Europe's on the 31st
)
HORIZON = 4
DAYS = (frozenset(range(1, 8)), frozenset({1, 3, 5, 7}), frozenset({2, 4, 6}))
STEPS = ((60, 5), (45, 20), (30, 15), (60, None), (95, None), (480, 15))
OPEN = ("00:00-20:00", "00:05-24:00", "16:00-24:00", "00:00-24:00", "08:00-18:00", "00:00-02:30")
CLOSED = ("23:10-24:00", "00:00-00:40", "12:00-13:00")


@st.composite
def rules(draw: st.DrawFn, spans: tuple[str, ...], kind: str) -> Availability:
    """Hours that often meet at midnight."""
    step, minimum_step = draw(st.sampled_from(STEPS))
    return availability(draw(st.sampled_from(spans)), step, minimum_step, type=kind, weekdays=draw(st.sampled_from(DAYS)))


@st.composite
def shops(draw: st.DrawFn) -> Shop:
    """With and without a minimum step and a template, something taken, some time off, in any zone."""
    opened = draw(st.lists(rules(OPEN, WORKING_TIME), min_size=2, max_size=3))
    closed = draw(st.lists(rules(CLOSED, ABSENCE), max_size=1))
    template = Template(id="test", name={}, duration=50, preparation=10, follow_up=15, resources=("cabin-1",))
    now = draw(st.sampled_from(MOMENTS))
    midnight = int(now.replace(hour=0, minute=0, second=0).timestamp()) // 60
    units = st.tuples(st.integers(0, (HORIZON + 1) * 288), st.integers(1, 40))
    taken = [(midnight + 5 * start, midnight + 5 * (start + length)) for start, length in draw(st.lists(units, min_size=5))]
    branch_settings = settings(
        *opened,
        *closed,
        zone=draw(st.sampled_from(ZONES)),
        templates=draw(st.sampled_from([(), (template,)])),
        lead_hours=draw(st.sampled_from([0, 0, 30])),
        horizon_days=HORIZON,
    )
    return Shop(branch_settings, *merged(taken), now=now)


@hypothesis_settings(max_examples=120)
@given(shops(), st.integers(0, HORIZON), st.lists(st.integers(0, 2 * 288), max_size=25))
def test_what_the_list_shows_is_accepted_and_nothing_else(shop: Shop, offset: int, units: list[int]) -> None:
    """In every zone, over its clock changes and over midnight; the list is one, whatever `from` is (R18)."""
    settings = shop.shelf.branch_settings
    first = shop.now.astimezone(settings.zone).date() + offset * ONE_DAY
    whole = shop.week(first - ONE_DAY, 4).days
    listed = shop.week(first, 1).days[first]
    assert listed == whole[first]
    for slot in listed:
        if slot.free:
            made = shop.request(slot.start).appointment
            assert (made.start, made.end) == (slot.start, slot.end)
        else:
            with pytest.raises(SlotTaken):
                shop.request(slot.start)
    offered = {slot.start for day in whole.values() for slot in day if slot.free}
    midnight = to_utc(first, 0, settings.zone)
    for start in {midnight + 5 * unit - 720 for unit in units} - offered:
        with pytest.raises(Refused):
            shop.request(start)


@hypothesis_settings(max_examples=150)
@given(shops(), st.integers(0, HORIZON))
def test_the_alternatives_are_those_of_a_full_look(shop: Shop, offset: int) -> None:
    """The nearest of the free times from three days before to seven after, however little losing has told (R20)."""
    settings = shop.shelf.branch_settings
    day = shop.now.astimezone(settings.zone).date() + offset * ONE_DAY
    taken = [slot.start for slot in shop.week(day, 1).days[day] if not slot.free]
    first = max(day - 3 * ONE_DAY, shop.now.astimezone(settings.zone).date())
    around = shop.free(first, (day - first).days + 8)
    for start in taken[:4]:
        assert shop.alternatives(start) == nearest(around, start, ALTERNATIVES)


def test_where_the_zone_s_evening_is_the_next_utc_day_what_else_is_taken_is_no_alternative() -> None:
    """19:00 in New York is midnight UTC: losing it tells nothing of 18:45 (R20)."""
    branch_settings = settings(availability("08:00-23:00", step=15), zone="America/New_York")
    taken = to_utc(NEXT_MONDAY, 19 * 60, branch_settings.zone)
    shop = Shop(branch_settings, (taken - 30, taken + 15))
    found = local(branch_settings, [each.start for each in shop.alternatives(taken)])
    assert found == ["Mon 19:15", "Mon 19:30", "Mon 18:15", "Mon 19:45", "Mon 18:00"]


def test_the_alternatives_go_over_midnight() -> None:
    branch_settings = settings(availability("20:00-24:00"), availability("00:00-02:00"))
    taken = to_utc(NEXT_MONDAY, 23 * 60 + 30, branch_settings.zone)
    found = local(branch_settings, [each.start for each in Shop(branch_settings, (taken, taken + 30)).alternatives(taken)])
    assert found == ["Mon 23:00", "Tue 00:00", "Mon 22:30", "Tue 00:30", "Mon 22:00"]


def test_an_alternative_s_buffers_are_looked_at_too_where_they_reach_into_another_utc_day() -> None:
    prepared = Template(id="test", name={}, duration=30, preparation=30, resources=("cabin-1",))
    branch_settings = settings(availability("00:00-06:00"), templates=(prepared,), zone="UTC")
    taken = at("2026-12-01T01:00")
    shop = Shop(branch_settings, (taken - 90, taken - 60), (taken, taken + 30))
    found = local(branch_settings, [each.start for each in shop.alternatives(taken)])
    assert found == ["Tue 00:30", "Tue 02:00", "Tue 02:30", "Tue 03:00", "Tue 03:30"]


def test_where_the_days_around_have_too_few_the_alternatives_are_sought_further() -> None:
    branch_settings = settings(availability("09:00-11:00", weekdays=frozenset({1})), zone="UTC")
    taken = at("2026-11-30T09:30")
    found = local(branch_settings, [each.start for each in Shop(branch_settings, (taken, taken + 30)).alternatives(taken)])
    assert found == ["Mon 09:00", "Mon 10:00", "Mon 10:30", "Mon 09:00", "Mon 09:30"]


def test_losing_one_start_costs_no_look_where_its_day_has_five_others() -> None:
    branch_settings = settings(availability("08:00-18:00"))
    taken = to_utc(NEXT_MONDAY, 12 * 60, branch_settings.zone)
    shop = Shop(branch_settings, (taken, taken + 30))
    shop.shelf.agenda = None  # type: ignore[method-assign, assignment]  # a look would fail
    assert len(shop.alternatives(taken)) == ALTERNATIVES


MOVED = availability("09:00-12:00", step=30, minimum_step=15)
HEARING_TEST = Template(id="test", name={}, duration=45, resources=("cabin-1",))


def moved(*more: Any) -> Shop:
    """UTC; 45 minutes on a grid that bookings move; 09:00 is taken, and then what was offered behind it: 09:45."""
    taken = at("2026-11-30T09:00")
    return Shop(settings(MOVED, *more, templates=(HEARING_TEST,), zone="UTC"), (taken, taken + 45), (taken + 45, taken + 90))


def test_whoever_saw_a_start_that_a_booking_moved_away_is_late_and_not_wrong() -> None:
    """09:45 is on no plain grid and gone for good; it is taken, with the nearest free times (R20)."""
    found = moved().alternatives(at("2026-11-30T09:45"))
    assert [shown(each.start) for each in found][:2] == ["2026-11-30T10:30", "2026-11-30T11:00"]
    assert len(found) == ALTERNATIVES


@pytest.mark.parametrize("clock", ["09:50", "08:45", "11:30", "12:00"])
def test_a_start_that_no_booking_could_have_brought_is_never_offered(clock: str) -> None:
    with pytest.raises(Refused) as refusal:
        moved().request(at(f"2026-11-30T{clock}"))
    assert refusal.value.code == "outside_availability"


def test_a_start_in_an_absence_is_never_offered_even_where_bookings_move_the_grid() -> None:
    with pytest.raises(Refused) as refusal:
        moved(absence("10:30-11:15")).request(at("2026-11-30T10:45"))
    assert refusal.value.code == "outside_availability"


def test_a_start_off_the_plain_grid_is_never_offered_where_nothing_is_taken() -> None:
    shop = Shop(settings(MOVED, templates=(HEARING_TEST,), zone="UTC"))
    with pytest.raises(Refused) as refusal:
        shop.request(at("2026-11-30T09:45"))
    assert refusal.value.code == "outside_availability"


@pytest.mark.parametrize("wanted", ["theirs", "office", "unknown", None])
def test_only_what_the_resource_shows_can_be_chosen(wanted: str | None) -> None:
    """Not another resource's template, none that only staff use, none that is gone (R24)."""
    theirs = replace(HEARING_TEST, id="theirs", resources=("cabin-2",))
    shop = Shop(settings(MOVED, templates=(HEARING_TEST, theirs, replace(HEARING_TEST, id="office", shown="staff"))))
    with pytest.raises(Invalid) as refusal:
        shop.request(at("2026-11-30T09:00"), template=wanted)
    assert list(refusal.value.fields) == ["template"]


KEY = "k" * 20
EIGHT = at("2026-11-24T08:00")


def test_the_same_request_hours_later_gets_the_first_answer_though_its_time_is_past() -> None:
    """Also after the client lost the answer (R22)."""
    shop = Shop(settings(availability("08:00-18:00")))
    first = shop.request(EIGHT, KEY)
    shop.now += timedelta(hours=40)
    assert shop.request(EIGHT, KEY) == first
    assert len(shop.shelf.written) == 1
    with pytest.raises(TooSoon):
        shop.request(EIGHT)


def test_the_same_key_for_another_time_is_refused_though_that_is_past_too() -> None:
    shop = Shop(settings(availability("08:00-18:00")))
    shop.request(EIGHT, KEY)
    shop.now += timedelta(hours=40)
    with pytest.raises(IdempotencyKeyReused):
        shop.request(EIGHT + 30, KEY)


def test_the_receipt_is_owed_in_the_customer_s_language_and_the_notice_in_the_branch_s() -> None:
    shop = Shop(settings(availability("08:00-18:00"), languages=("de", "en")))
    shop.request(EIGHT, language="en")
    assert [(each.kind, each.language) for each in shop.shelf.written[0].messages] == [("receipt", "en"), ("notice", "de")]


def test_a_customer_who_names_no_language_is_answered_in_the_branch_s_first() -> None:
    shop = Shop(settings(availability("08:00-18:00"), languages=("en", "de")))
    shop.request(EIGHT)
    assert {each.language for each in shop.shelf.written[0].messages} == {"en"}


def test_a_request_counts_towards_the_limits_without_keeping_the_address() -> None:
    shop = Shop(settings(availability("08:00-18:00"), most_open_requests=3, most_requests_a_day=5))
    shop.request(EIGHT)
    [change] = shop.shelf.written
    limits = {count[0]: most for count, most in change.most.items()}
    assert limits == {"open": 3, "day": 5, "mails": MOST_MAILS_PROVED}
    assert [count[0] for count in change.after.counts] == ["open"]
    assert {count[0] for count in change.charged} == {"day", "mails"}
    assert "erika" not in repr(change.most)


def test_what_is_confirmed_at_once_is_no_open_request() -> None:
    shop = Shop(settings(availability("08:00-18:00"), templates=(replace(HEARING_TEST, starts_as="confirmed"),)))
    shop.request(EIGHT)
    assert {count[0] for count in shop.shelf.written[0].most} == {"day", "mails"}


def test_the_day_of_a_request_is_the_branch_s() -> None:
    """A limit of requests a day begins anew at the branch's midnight."""
    shop = Shop(
        settings(availability("08:00-18:00"), zone="Pacific/Auckland", most_requests_a_day=1, most_open_requests=None),
        now=datetime(2026, 11, 23, 11, 30, tzinfo=UTC),
    )
    shop.request(to_utc(NEXT_MONDAY, 600, shop.shelf.branch_settings.zone))
    [day] = [count[2] for count in shop.shelf.written[0].most if count[0] == "day"]
    assert day == "2026-11-24"


def test_the_next_free_time_is_sought_in_parts_that_grow() -> None:
    offered = offer(settings(availability("09:00-10:00"), horizon_days=366))
    asked: list[int] = []

    def all_taken(first: date, last: date) -> Agenda:
        asked.append((last - first).days + 1)
        return agenda(span(first, last))

    assert listed(offered, offered.today, offered.today, all_taken).next_free is None
    assert asked[:5] == [1, 7, 14, 28, 56]
    assert sum(asked) == (offered.last_day - offered.today).days + 1


def test_the_search_for_the_next_free_time_ends_with_the_part_that_has_one() -> None:
    offered = offer(settings(availability("09:00-10:00"), horizon_days=366))
    asked: list[date] = []

    def the_first_day_taken(first: date, last: date) -> Agenda:
        asked.append(first)
        return agenda(span(offered.today, offered.today))

    free = listed(offered, offered.today, offered.today, the_first_day_taken).next_free
    assert free == to_utc(offered.today + timedelta(days=1), 540, offered.settings.zone)
    assert len(asked) == 2


def test_a_start_before_or_behind_what_is_taken_is_the_next_free_one() -> None:
    """A window that is taken but for its last hour has a free start."""
    offered = offer(settings(availability("09:00-12:00", step=60)))
    day = offered.today + timedelta(days=1)
    start = to_utc(day, 540, offered.settings.zone)
    assert offered.next_free(day, day, agenda((start, start + 120))) == start + 120
    assert offered.next_free(day, day, agenda((start + 60, start + 180))) == start
    assert offered.next_free(day, day, agenda((start + 60, start + 180)), own=start) is None
    assert offered.next_free(day, day, agenda((start, start + 180))) is None


def span(first: date, last: date) -> tuple[int, int]:
    zone = settings().zone
    return to_utc(first, 0, zone), to_utc(last + timedelta(days=1), 0, zone)
