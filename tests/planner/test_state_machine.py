"""Requests, answers, moves, expiries and changes of settings in any order, on a real engine: after each the books agree.

What is expected comes from the appointments alone, unit by unit, and knows nothing of lanes (R14, R15, R18, R19, R22, R23).
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck
from hypothesis import settings as bounded
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    invariant,
    multiple,
    precondition,
    rule,
    run_state_machine_as_test,
)

from chalicelib.domain.agenda import Agenda
from chalicelib.domain.appointment import Appointment
from chalicelib.domain.comment import Comment
from chalicelib.domain.errors import (
    ChangedMeanwhile,
    IdempotencyKeyReused,
    Invalid,
    NotForThisResource,
    NotOffered,
    NotStarted,
    Refused,
    SlotTaken,
    TooManyRequests,
)
from chalicelib.domain.limits import A_DAY, OPEN
from chalicelib.domain.moments import UNIT, Units, from_text, has_begun, to_local, units_of
from chalicelib.domain.offer import Offer
from chalicelib.domain.settings import MOST_LANES, Availability, Resource, Settings, Template
from chalicelib.domain.slots import Slot
from chalicelib.domain.status import HOLDING, ONCE_BEGUN, TRANSITIONS, Status
from chalicelib.planner.customer.booking import Booked
from chalicelib.planner.customer.taking import RequestFields
from chalicelib.planner.messages.delivery import Delivery
from chalicelib.planner.schedule.sweep import compare_units
from chalicelib.planner.staff.actions import Move
from chalicelib.store import keys
from chalicelib.store.addresses import Addresses
from chalicelib.store.models import CounterItem
from chalicelib.store.table import Table
from infra.local.engine import Engine
from tests.builders import (
    NOW,
    SECRET,
    WORKED,
    Nobody,
    actions,
    appointment,
    at,
    availability,
    booking_of,
    made,
    new_branch_id,
    policy,
    seen,
    settings,
    sweep,
)
from tests.conftest import TABLE
from tests.repeated import OFTEN, rounds

EXAMPLES, STEPS = rounds(few=5, many=30), 25
FIRST, LAST = "2026-11-22", "2026-11-27"
"""The UTC days that everything happens on: Sunday to Friday."""
LATEST = NOW + timedelta(days=2)
"""Where the clock stops."""

PLACES, PERSONS = ("cabin-1", "cabin-2", "group"), ("person-1", "person-2")
ADDRESSES = ("erika@example.org", "max@example.org")
CHOICES, ADDRESS = st.integers(0, 2), st.sampled_from(ADDRESSES)
STATUSES: tuple[Status, ...] = ("confirmed", "declined", "cancelled", "done", "no_show")
NIGHT, MORNING, LONG, LATE = "00:15-02:15", "08:00-09:30", "08:00-10:00", "23:00-24:00"
"""Berlin: the first spans the midnight of UTC, the last one reaches the branch's."""
ALL = PLACES + PERSONS
HOURS: tuple[tuple[Availability, ...], ...] = (
    (availability(NIGHT, resources=ALL), availability(MORNING, resources=ALL)),
    (availability(MORNING, minimum_step=15, resources=ALL),),
    (availability(LONG, step=45, minimum_step=10, resources=ALL), availability(LONG, step=30, resources=("cabin-1", "group"))),
    (availability(LATE, resources=ALL), availability("00:00-01:30", resources=ALL)),
    (availability(MORNING, resources=PLACES), availability("08:30-10:00", resources=("person-2",))),
)
TEMPLATES = ("check", "test", "both")
BUFFERS = ((0, 0), (10, 5), (0, 30))
SECONDS = ((), ("person-1",), ("person-1", "person-2"), ("person-2", "cabin-2"))


Change = Callable[[Settings], Settings]


def hours(chosen: tuple[Availability, ...]) -> Change:
    return lambda settings: replace(settings, availabilities=chosen)


def lead_time(lead: int) -> Change:
    return lambda settings: replace(settings, branch=replace(settings.branch, lead_hours=lead))


def limit(name: str, most: int | None) -> Change:
    return lambda settings: replace(settings, branch=replace(settings.branch, **{name: most}))  # type: ignore[arg-type]  # limits all


def more_capacity(resource: str) -> Change:
    def more(place: Resource) -> Resource:
        return replace(place, capacity=min(place.capacity + 1, 3)) if place.id == resource else place

    return lambda settings: replace(settings, resources=tuple(more(each) for each in settings.resources))


def more_standby(resource: str) -> Change:
    def more(place: Resource) -> Resource:
        return replace(place, standby=min(place.standby + 1, 2)) if place.id == resource else place

    return lambda settings: replace(settings, resources=tuple(more(each) for each in settings.resources))


def needs(template: str, buffers: tuple[int, int], second: tuple[str, ...]) -> Change:
    def changed(kind: Template) -> Template:
        return replace(kind, preparation=buffers[0], follow_up=buffers[1], second=second) if kind.id == template else kind

    return lambda settings: replace(settings, templates=tuple(changed(each) for each in settings.templates))


LIMITS = ("most_open_requests", "most_requests_a_day", "most_appointments_a_day")
CHANGES: st.SearchStrategy[Change] = st.one_of(
    st.builds(hours, st.sampled_from(HOURS)),
    st.builds(lead_time, st.sampled_from((0, 2, 20))),
    st.builds(limit, st.sampled_from(LIMITS), st.sampled_from((None, 1, 4))),
    st.builds(more_capacity, st.sampled_from(ALL)),
    st.builds(more_standby, st.sampled_from(ALL)),
    st.builds(needs, st.sampled_from(TEMPLATES), st.sampled_from(BUFFERS), st.sampled_from(SECONDS)),
)


def template(identity: str, duration: int, **fields: Any) -> Template:
    return Template(id=identity, name={"de": identity, "en": identity}, duration=duration, **fields)


def beginning(branch: str) -> Settings:
    """Two cabins that show three templates, a group that shows none, and two persons that no customer may choose."""
    places = [Resource(id=name, name=name, released=True, order=number) for number, name in enumerate(PLACES)]
    persons = [Resource(id=name, name=name, kind="person", order=number) for number, name in enumerate(PERSONS)]
    return settings(
        *HOURS[0],
        id=branch,
        horizon_days=1,
        most_open_requests=3,
        most_requests_a_day=6,
        most_appointments_a_day=5,
        expire_after_hours=5,
        expire_warning_hours=3,
        resources=(places[0], replace(places[1], standby=1), replace(places[2], capacity=2, standby=1), *persons),
        templates=(
            template("check", 30, resources=PLACES[:2]),
            template("test", 45, resources=PLACES[:2], preparation=10, follow_up=5),
            template("both", 30, resources=PLACES[:2], second=PERSONS, starts_as="confirmed"),
        ),
    )


@dataclass(frozen=True)
class Sent:
    """A request that was answered, with its answer."""

    key: str
    wanted: RequestFields
    body: bytes
    answer: Appointment


@dataclass(frozen=True)
class Snapshot:
    """All that is stored of a branch, read once."""

    holds: Agenda = field(default_factory=Agenda)
    listed: tuple[Appointment, ...] = ()
    counters: Counter[tuple[str, ...]] = field(default_factory=Counter)

    def agenda(self, branch: str, resources: Sequence[Resource], first: str, last: str, kinds: Sequence[str] = ()) -> Agenda:
        ids = {each.id for each in resources}
        return Agenda({place: units for place, units in self.holds.holds.items() if place[0] in ids})

    def appointments(self, branch: str, resource: str, since: int, until: int) -> list[Appointment]:
        return [each for each in self.listed if each.resource == resource and since <= each.start < until]

    def crowd(self, resource: str, but: str | None = None, lanes: int = MOST_LANES) -> Counter[tuple[str, int]]:
        """How many appointments hold each unit of a resource, in the first `lanes`."""
        return Counter(
            (day, unit)
            for appointment in self.listed
            if appointment.id != but
            for (held, day, lane), units in appointment.holds.items()
            if held == resource and lane < lanes
            for unit in units
        )

    def has_room(self, resource: Resource, wanted: Units, but: str | None = None, most: int | None = None) -> bool:
        """For customers: whether fewer than the capacity, or `most`, hold each unit, stand-by ones too (R36)."""
        crowd = self.crowd(resource.id, but)
        return all(crowd[day, unit] < (most or resource.capacity) for day, units in wanted.items() for unit in units)

    def has_regular_room(self, resource: Resource, appointment: Appointment) -> bool:
        """For staff who ask for no stand-by: stand-by ones are as if they were not there, but its own stays its own."""
        crowd = self.crowd(resource.id, appointment.id, resource.capacity)
        own = self.crowd(resource.id) - self.crowd(resource.id, appointment.id)
        own -= self.crowd(resource.id, None, resource.capacity) - crowd
        return all(
            crowd[day, unit] < resource.capacity or own[day, unit] for day, units in appointment.units.items() for unit in units
        )


class Practice(RuleBasedStateMachine):
    """A branch of its own, whose settings, customers and staff do anything that they may."""

    sent = Bundle("sent")

    def __init__(self, table: Table, done: Counter[str]) -> None:
        super().__init__()
        self.done = done
        self.table = table
        self.now = NOW
        self.settings = beginning(new_branch_id())
        self.branch = self.settings.branch.id
        table.replace_settings(self.settings)
        self.booking = booking_of(table, self.clock)
        self.actions = actions(table, self.clock)
        self.sweep = sweep(table, self.clock, Delivery(table, Nobody(), self.clock, never, never, policy(self.clock)))
        self.addresses = {address: SECRET.address(address) for address in ADDRESSES}
        for address in ADDRESSES:  # what has not proved itself has no limit of its own
            Addresses().prove(self.branch, SECRET.mailbox(address), NOW)
        self.alias = self.settings.accesses[0].alias
        self.number = 0
        self.steps = 0
        self.asked = Counter[tuple[str, ...]]()
        self.books = Snapshot()

    def clock(self) -> datetime:
        return self.now

    @initialize(target=sent)
    def begin(self) -> Any:
        """Somebody is in each cabin."""
        return multiple(*(self.ask(self.offer(place, 0), from_text("2026-11-23T07:30Z"), ADDRESSES[0]) for place in PLACES[:2]))

    # What customers do.

    @rule(target=sent, resource=st.sampled_from(PLACES), choice=CHOICES, pick=st.integers(0, 400), address=ADDRESS)
    def ask_for_any_time(self, resource: str, choice: int, pick: int, address: str) -> Any:
        """Mostly one that is listed, free or taken."""
        offer = self.offer(resource, choice)
        starts = [slot.start for day in self.week(offer).values() for slot in day]
        listed = starts and pick % 4
        return self.ask(offer, starts[pick % len(starts)] if listed else at("2026-11-23T05:00") + UNIT * pick, address)

    @rule(target=sent, resource=st.sampled_from(PLACES), choice=CHOICES, address=ADDRESS, count=st.integers(1, 4))
    def ask_for_the_first_free(self, resource: str, choice: int, address: str, count: int) -> Any:
        """One after the other, each with the same list in hand: the later ones find it taken, but for their capacity."""
        offer = self.offer(resource, choice)
        first = next((slot.start for day in self.week(offer).values() for slot in day if slot.free), None)
        if first is None:
            return multiple()
        sent = []
        for _ in range(count):
            sent.append(self.ask(offer, first, address))
            self.the_books_agree()
        return multiple(*(each for each in sent if isinstance(each, Sent)))

    def ask(self, offer: Offer, start: int, address: str) -> Any:
        """The list tells what must come of it."""
        slot = next((slot for day in self.days(offer).values() for slot in day if slot.start == start), None)
        limited = slot is not None and slot.free and self.is_at_a_limit(offer, address)
        expected: tuple[type[Refused], ...] = (SlotTaken,) if slot else (SlotTaken, NotOffered, TooManyRequests)
        try:
            sent = self.send(offer, start, address)
        except Refused as error:
            refused = error
        else:
            assert slot == Slot(sent.answer.start, sent.answer.end, True)
            assert not limited
            self.done["booked"] += 1
            return sent
        self.done[refused.code] += 1
        assert limited or not (slot and slot.free)
        assert isinstance(refused, TooManyRequests if limited else expected)
        if isinstance(refused, SlotTaken):
            self.check_alternatives(offer, refused)
        return multiple()

    @rule(own_sent=sent)
    def ask_again(self, own_sent: Sent) -> None:
        """The same request with the same key: the first answer, whatever has become of it since. Another one: refused."""
        again = self.booking.request(self.alias, own_sent.key, own_sent.wanted, own_sent.body, WORKED).appointment
        first = own_sent.answer
        assert (again.id, again.start, again.end, again.status) == (first.id, first.start, first.end, first.status)

        with pytest.raises(IdempotencyKeyReused):
            self.booking.request(self.alias, own_sent.key, own_sent.wanted, own_sent.body + b"more", WORKED)

    # What staff do.

    @rule(own_sent=sent, pick=st.integers(0, 12), standby=st.booleans())
    def answer(self, own_sent: Sent, pick: int, standby: bool) -> None:
        """Mostly as the table of states allows; never by whoever has read an older version."""
        before = self.read(own_sent)
        statuses = sorted(STATUSES if pick > 10 else TRANSITIONS[before.status] - {"expired"})
        status = statuses[pick % len(statuses)]
        room = before.status in HOLDING or self.has_room(before, standby)
        with pytest.raises(ChangedMeanwhile):
            self.actions.answer(replace(seen(before), version=before.version - 1), status, "staff")
        if status not in TRANSITIONS[before.status]:
            with pytest.raises(Invalid):
                self.actions.answer(seen(before), status, "staff")
        elif status in ONCE_BEGUN and not has_begun(before.start, self.now):
            with pytest.raises(NotStarted):
                self.actions.answer(seen(before), status, "staff")
            self.done["not begun"] += 1
        elif not room:
            with pytest.raises(SlotTaken):
                self.actions.answer(seen(before), status, "staff", standby=standby)
            self.done["not had again"] += 1
        else:
            assert self.actions.answer(seen(before), status, "staff", standby=standby) == self.read(own_sent)
            assert self.read(own_sent).status == status
            self.done[status if before.status in HOLDING else f"{status} again"] += 1

    @rule(
        own_sent=sent,
        resource=st.sampled_from((None, *PLACES)),
        by=st.sampled_from((-30, -15, -5, 0, 5, 15, 30, 60, 1380, 1440)),
        standby=st.booleans(),
    )
    def move(self, own_sent: Sent, resource: str | None, by: int, standby: bool) -> None:
        """Inside and outside opening hours, onto its own units and over midnights: staff may."""
        self.move_to(own_sent, resource, self.read(own_sent).start + by, standby)

    @rule(own_sent=sent, other=sent, by=st.sampled_from((-60, -35, -30, 0, 15, 30, 45)), standby=st.booleans())
    def move_near(self, own_sent: Sent, other: Sent, by: int, standby: bool) -> None:
        near = self.read(other)
        self.move_to(own_sent, near.resource, near.start + by, standby)

    def carriers(self, appointment: Appointment) -> tuple[str, ...]:
        """The resources that carry its kind."""
        known = self.settings.template(appointment.template or "")
        return known.resources if known else PLACES

    def move_to(self, sent: Sent, resource: str | None, start: int, standby: bool) -> None:
        before = self.read(sent)
        after = replace(before, start=start, end=start + before.end - before.start, resource=resource or before.resource)
        if not from_text(f"{FIRST}T04:00Z") <= start < from_text(f"{LAST}T20:00Z"):
            return
        try:
            moved = self.actions.move(seen(before), Move(start=start, resource=resource, standby=standby), "staff")
        except Invalid:
            assert before.status not in HOLDING
        except NotForThisResource:
            assert after.resource not in self.carriers(before)
            self.done["not carried"] += 1
        except NotStarted:
            assert before.status in ONCE_BEGUN
            assert not has_begun(start, self.now)
        except SlotTaken as refusal:
            assert not self.has_room(after, standby)
            told = refusal.standby
            assert told == self.has_room(after, standby=True)
            self.done["not moved"] += 1
        else:
            assert self.has_room(after, standby)
            self.done["stood by"] += self.settings.stands_by(moved.lanes)
            assert moved == self.read(sent)
            assert (moved.start, moved.resource, moved.status) == (start, after.resource, before.status)
            self.done["moved"] += 1

    # What the schedule does.

    @precondition(lambda self: self.now < LATEST)
    @rule(hours=st.sampled_from((1, 3)))
    def let_time_pass(self, hours: int) -> None:
        """All requests are looked at: those that were long unanswered are warned of or, if they have been, expire (R26)."""
        self.now += timedelta(hours=hours)
        for before in self.books.listed:
            owed = before.status == "proposed" and before.due is not None and before.due <= self.now
            self.sweep.attend(before.id)
            after = self.table.appointment(before.id) if owed else before
            assert after
            if owed and before.warned:
                assert (after.status, after.holds, after.counts) == ("expired", {}, ())
                self.done["expired"] += 1
            elif owed:
                assert (after.status, after.warned, after.holds) == ("proposed", True, before.holds)

    # What the branch does.

    @rule(change=CHANGES)
    def change_the_settings(self, change: Change) -> None:
        self.settings = replace(change(self.settings), version=self.settings.version + 1)
        self.table.replace_settings(self.settings)
        self.done["settings changed"] += 1

    # What holds after each of them.

    @invariant()
    def the_books_agree(self) -> None:
        self.books = self.snapshot()
        agenda, lanes = self.books.holds, {each.id: each.lanes for each in self.settings.resources}
        for resource in self.settings.resources:
            others = [each for each in self.settings.resources if each != resource]
            assert compare_units(self.books, self.branch, resource, FIRST, LAST, others).sound
            assert max(self.books.crowd(resource.id).values(), default=0) <= resource.lanes
        assert all(lane < lanes[resource] for resource, _, lane in agenda.holds)
        for listed in self.books.listed:
            check_holds(listed)
            assert listed.day == to_local(listed.start, self.settings.zone).date().isoformat()
        live = [appointment for appointment in self.books.listed if appointment.status in HOLDING]
        starts = Counter((appointment.resource, appointment.day) for appointment in live)
        assert {key: count for key, count in agenda.starts.items() if count} == starts
        assert self.books.counters == self.asked + Counter(
            count for appointment in live for count in appointment.counts if count[0] == OPEN
        )
        assert all(
            appointment.status == "proposed" for appointment in live if any(count[0] == OPEN for count in appointment.counts)
        )

    @invariant()
    def the_list_and_the_acceptance_agree(self) -> None:
        """Every start that the list shows free is accepted, with the same end, and no other one near it. By turns."""
        resource, self.steps = PLACES[self.steps % 3], self.steps + 1
        for choice in range(len(self.settings.shown_on(resource)) or 1):
            offer = self.offer(resource, choice)
            listed = [slot for day in self.days(offer).values() for slot in day]
            free = {slot.start: slot for slot in listed if slot.free}
            if not (offer.template and offer.template.second):
                assert all(slot.free == self.books.has_room(offer.resource, units_around(offer, slot)) for slot in listed)
            around = {slot.start + step for slot in listed for step in (-15, 0, 5)}
            assert {start: slot for start in around if (slot := accepted(offer, start, self.books.holds))} == free

    # How it is looked at.

    def snapshot(self) -> Snapshot:
        agenda = self.table.agenda(self.branch, self.settings.resources, FIRST, LAST)
        since, until = from_text(f"{FIRST}T00:00Z"), from_text(f"{LAST}T23:00Z")
        listed = [appointment for name in PLACES for appointment in self.table.appointments(self.branch, name, since, until)]
        days = [f"2026-11-{day}" for day in range(22, 28)]
        counts = [count for each in self.addresses.values() for count in ((OPEN, each), *((A_DAY, each, day) for day in days))]
        by_key = {keys.counter(self.branch, count): count for count in counts}
        found = CounterItem.batch_get([(pk, keys.COUNTER) for pk in by_key], consistent_read=True)
        return Snapshot(agenda, tuple(listed), Counter({by_key[item.pk]: int(item.used) for item in found if item.used}))

    def offer(self, resource: str, choice: int) -> Offer:
        place = self.settings.resource(resource)
        assert place
        shown = self.settings.shown_on(resource)
        return Offer(self.settings, place, shown[choice % len(shown)] if shown else None, self.now)

    def days(self, offer: Offer) -> dict[Any, list[Slot]]:
        return offer.days(offer.today, offer.last_day, self.books.holds)

    def week(self, offer: Offer) -> dict[Any, list[Slot]]:
        """As customers are shown it; it must be what the books say."""
        template = offer.template.id if offer.template else None
        days = dict(self.booking.week(self.alias, offer.resource.id, template, None, 2).days)
        assert days == self.days(offer)
        return days

    def send(self, offer: Offer, start: int, address: str) -> Sent:
        self.number += 1
        key = f"key-{self.number:016}"
        wanted = RequestFields(
            resource=offer.resource.id,
            start=datetime.fromtimestamp(start * 60, NOW.tzinfo),
            comment=Comment(last_name="Mustermann", email=address),
            template=offer.template.id if offer.template else None,
        )
        body = json.dumps([offer.resource.id, start, address]).encode()
        booked: Booked = self.booking.request(self.alias, key, wanted, body, WORKED)
        if self.settings.branch.most_requests_a_day:
            self.asked[A_DAY, self.addresses[address], offer.today.isoformat()] += 1  # whatever becomes of it
        return Sent(key, wanted, body, booked.appointment)

    def is_at_a_limit(self, offer: Offer, address: str) -> bool:
        branch, known = self.settings.branch, self.addresses[address]
        used = self.books.counters
        waits = offer.template is None or offer.template.starts_as == "proposed"
        too_many_open = waits and branch.most_open_requests and used[OPEN, known] >= branch.most_open_requests
        today = (A_DAY, known, offer.today.isoformat())
        return bool(too_many_open or (branch.most_requests_a_day and used[today] >= branch.most_requests_a_day))

    def check_alternatives(self, offer: Offer, refusal: SlotTaken) -> None:
        listed = [slot for day in self.days(offer).values() for slot in day if slot.free]
        assert set(refusal.alternatives) <= set(listed)
        assert len(refusal.alternatives) == min(5, len(listed))

    def has_room(self, appointment: Appointment, standby: bool) -> bool:
        """Whether its units are free of others at its resource and, where its template needs one, at a second one, for staff
        who ask for a stand-by place or not."""
        resource = self.settings.resource(appointment.resource)
        [second] = [each.second for each in self.settings.templates if each.id == appointment.template] or [()]
        able = [each for each in self.settings.resources if each.id in second and each != resource]
        assert resource
        room = [
            self.books.has_room(each, appointment.units, appointment.id, each.lanes)
            if standby
            else self.books.has_regular_room(each, appointment)
            for each in (resource, *able)
        ]
        return room[0] and (not able or any(room[1:]))

    def read(self, sent: Sent) -> Appointment:
        appointment = self.table.appointment(sent.answer.id)
        assert appointment
        return appointment


def units_around(offer: Offer, slot: Slot) -> Units:
    return units_of(slot.start - offer.demand.preparation, slot.end + offer.demand.follow_up)


def accepted(offer: Offer, start: int, agenda: Agenda) -> Slot | None:
    try:
        slot = offer.choose(start, agenda)
        offer.lay(slot, agenda)
    except Refused:
        return None
    return slot


def check_holds(appointment: Appointment) -> None:
    """Its units once at each of its resources if it is live, none otherwise."""
    held = Counter((resource, day, unit) for (resource, day, _), units in appointment.holds.items() for unit in units)
    resources = (
        [appointment.resource, *([appointment.second] if appointment.second else [])] if appointment.status in HOLDING else []
    )
    own = units_of(appointment.start - appointment.preparation, appointment.end + appointment.follow_up)
    assert held == Counter((resource, day, unit) for resource in resources for day, units in own.items() for unit in units)
    assert appointment.start % UNIT == 0


def never(*_: Any, **__: Any) -> Any:
    raise AssertionError("no mail is sent here")


@pytest.fixture
def table(engine: Engine) -> Table:
    return Table(TABLE)


@pytest.mark.chance
def test_whatever_customers_staff_and_branch_do_the_books_agree(table: Table) -> None:
    done = Counter[str]()
    run_state_machine_as_test(
        lambda: Practice(table, done),  # type: ignore[arg-type]  # any that makes one will do
        settings=bounded(
            max_examples=EXAMPLES,
            stateful_step_count=STEPS,
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
        ),
    )
    print(f"\n{EXAMPLES} branches of {STEPS} steps: {dict(done.most_common())}")
    assert done.keys() >= {"booked", "slot_taken", "moved", "settings changed"} or not OFTEN


def test_a_move_off_the_grid_is_refused(table: Table) -> None:
    """Its units would not be those of its time (R3)."""
    booked = appointment(branch=new_branch_id())
    table.replace_settings(settings(availability(MORNING), id=booked.branch))
    table.write(made(booked))
    with pytest.raises(Invalid) as refused:
        actions(table, lambda: NOW).move(seen(booked), Move(start=booked.start + 63), "staff")
    assert set(refused.value.fields) == {"start"}
    assert table.appointment(booked.id) == booked
