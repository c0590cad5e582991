"""What staff look at: the planner's days, one appointment with its history, the inbox, free times."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

from chalicelib.domain.appointment import Appointment, Event, Planned
from chalicelib.domain.callbacks import Callback, callback_of
from chalicelib.domain.customer import Customer, reach_of
from chalicelib.domain.errors import Flaw, Invalid, NotFound
from chalicelib.domain.inbox import Entry
from chalicelib.domain.intervals import Interval
from chalicelib.domain.moments import has_begun, to_utc
from chalicelib.domain.offer import ONE_DAY
from chalicelib.domain.opening import Closure, closures, open_time
from chalicelib.domain.outbox import Message, Reader
from chalicelib.domain.settings import LONGEST, Settings
from chalicelib.domain.status import ONCE_BEGUN, TRANSITIONS, Status
from chalicelib.planner.admin.holidays import holiday_names
from chalicelib.planner.messages.notifying import Notifying, Way
from chalicelib.planner.staff.actions import stands_for
from chalicelib.planner.staff.free import FreeTimes, FreeTimeSearch, find

if TYPE_CHECKING:
    from chalicelib.planner.ports import Callbacks, Clock, Customers, Store

MOST_DAYS = 42
MOST_ENTRIES = 100
"""Entries of the inbox that one answer has at most."""


@dataclass(frozen=True)
class ShownHours:
    """When a resource works or, with the `closure`, is closed; in instants. No time is both."""

    resource: str
    span: Interval
    closure: Closure | None = None


@dataclass(frozen=True)
class PlannerDays:
    settings: Settings
    first: date
    days: int
    appointments: list[Planned]
    hours: list[ShownHours]


@dataclass(frozen=True)
class Detail:
    """One appointment with all that belongs to it, the oldest event and message first. `begun`: its start is past."""

    appointment: Appointment
    settings: Settings
    customer: Customer | None
    reachable: list[Way]
    history: list[Event]
    messages: list[Message]
    begun: bool

    @property
    def may(self) -> list[Status]:
        """In the order in which a page offers them. Whether somebody came is not asked before the start, nor of a request that
        nobody has answered, nor of time that stands for nobody."""
        order: tuple[Status, ...] = ("confirmed", "declined", "done", "no_show", "cancelled")
        status = self.appointment.status
        hidden = ONCE_BEGUN if not self.begun or status == "proposed" or self.appointment.type == "blocked" else frozenset()
        return [each for each in order if each in TRANSITIONS[status] - hidden]


@dataclass(frozen=True)
class Waiting:
    """An entry of the inbox with what it is about; `overdue` as R26 flags it. `phone` is where to call."""

    entry: Entry
    appointment: Appointment | None
    overdue: bool
    phone: str | None
    callback: Callback | None = None


@dataclass(frozen=True)
class Inbox:
    """Entries in order, the oldest first. `count` is how many wait in all, `next` where the following ones begin. `latest` is
    another text once something in the planner or the settings may have changed."""

    settings: Settings
    waiting: list[Waiting]
    count: int
    next: str | None
    latest: str


class Calendar:
    def __init__(self, store: Store, customers: Customers, callbacks: Callbacks, notifying: Notifying, now: Clock) -> None:
        self._store = store
        self._customers = customers
        self._callbacks = callbacks
        self._notifying = notifying
        self._now = now

    def days(self, branch: str, first: date | None, days: int) -> PlannerDays:
        """What touches the local days: one query a resource. Raises Invalid or NotFound."""
        settings = self.settings(branch)
        first = first or self._now().astimezone(settings.zone).date()
        if not 1 <= days <= MOST_DAYS:
            raise Invalid({"days": Flaw("range", least=1, most=MOST_DAYS)})
        if not 2000 <= first.year <= 2999:
            raise Invalid({"from": Flaw("not_plannable")})
        last = first + timedelta(days=days - 1)
        start, end = to_utc(first, 0, settings.zone), to_utc(last + ONE_DAY, 0, settings.zone)
        resources = [each.id for each in settings.resources]
        found = self._store.planned(branch, resources, start - LONGEST, end + LONGEST)
        shown = [each for each in found if each.start - each.preparation < end and start < each.end + each.follow_up]
        return PlannerDays(settings, first, days, shown, self._hours(settings, first, last))

    def detail(self, branch: str, appointment: str, *, customer: str | None = None, write_to: Reader | None = None) -> Detail:
        """All of one appointment; where a `customer` is said, as it would be if it were matched with this one. Raises NotFound,
        also for one of another branch, or Invalid."""
        booked = self._booked(branch, appointment)
        known = customer or booked.customer
        person = self._customers.customer(branch, known) if known else None
        if customer:
            if person is None:
                raise Invalid({"customer": Flaw("foreign")})
            booked = stands_for(booked, person, write_to)
        history, messages = self._store.history(booked.id)
        settings = self.settings(branch)
        ways = self._notifying.ways(reach_of(booked.comment, person, booked.reader), settings)
        return Detail(booked, settings, person, ways, history, messages, has_begun(booked.start, self._now()))

    def series(self, branch: str, appointment: str) -> tuple[Settings, list[Appointment]]:
        """The appointments that were made together with one, itself too, in order of time; alone where there are none. Two
        requests. Raises NotFound, also for one of another branch."""
        booked = self._booked(branch, appointment)
        together = self._store.several(booked.series.members) if booked.series else {booked.id: booked}
        return self.settings(branch), sorted(together.values(), key=lambda each: each.start)

    def inbox(self, branch: str, after: str | None, limit: int) -> Inbox:
        """The first `limit` of what waits for staff behind `after`, which an earlier answer has told as its `next`: one query,
        one at the record, and where anything waits, a look at what it is about. Raises Invalid or NotFound."""
        _check_limit(limit)
        behind = _place_in_inbox(after) if after else None
        entries = sorted(self._store.inbox(branch), key=_order)
        left = [each for each in entries if behind is None or _order(each) > behind]
        shown = left[:limit]
        about = self._store.several(each.appointment for each in shown if each.appointment)
        callbacks = self._callbacks.several(branch, [each for entry in shown if (each := callback_of(entry.id))])
        return Inbox(
            settings=self.settings(branch),
            waiting=[self._waiting(entry, about, callbacks.get(callback_of(entry.id) or "")) for entry in shown],
            count=len(entries),
            next="{}.{}".format(*_order(shown[-1])) if len(left) > limit else None,
            latest=self._store.latest(branch, self._now()),
        )

    def tick_off(self, branch: str, entry: str, after: str | None, limit: int) -> Inbox:
        """Removes an entry, with what is kept of who wanted to be called back, and gives what is left as `inbox` does; one that
        is gone is no mistake. For an hour it can be had back."""
        _check_limit(limit)
        self._store.set_aside(branch, entry, self._now())
        return self.inbox(branch, after, limit)

    def bring_back(self, branch: str, entry: str, after: str | None, limit: int) -> Inbox:
        """Lets an entry wait again that was ticked off (R40), and gives what waits as `inbox` does. Raises NotFound where it is
        gone for good."""
        _check_limit(limit)
        if not self._store.bring_back(branch, entry):
            raise NotFound
        return self.inbox(branch, after, limit)

    def turned_away(self, branch: str) -> Mapping[str, int]:
        """How many online requests were turned away, at least, on each of the last 7 local days that had any. Raises
        NotFound."""
        first = self._now().astimezone(self.settings(branch).zone).date() - timedelta(days=6)
        return self._store.turned_away(branch, first.isoformat())

    def free(self, branch: str, search: FreeTimeSearch) -> FreeTimes:
        """The next free times up to the horizon. Raises Invalid, NotForThisResource or NotFound."""
        return find(self._store, self.settings(branch), search, self._now())

    def settings(self, branch: str) -> Settings:
        settings = self._store.settings(branch)
        if settings is None:
            raise NotFound
        return settings

    def _booked(self, branch: str, appointment: str) -> Appointment:
        booked = self._store.appointment(appointment)
        if booked is None or booked.branch != branch:
            raise NotFound
        return booked

    def _waiting(self, entry: Entry, about: Mapping[str, Appointment], callback: Callback | None) -> Waiting:
        appointment = about.get(entry.appointment)
        if appointment is None:
            return Waiting(entry, None, overdue=False, phone=callback.phone if callback else None, callback=callback)
        now = int(self._now().timestamp()) // 60
        phone = appointment.comment.phone if appointment.comment and appointment.reader == "requester" else None
        if entry.kind == "call_back" and appointment.reader == "customer" and appointment.customer:
            customer = self._customers.customer(appointment.branch, appointment.customer)
            phone = customer.phone if customer else None
        return Waiting(
            entry, appointment, appointment.status == "proposed" and (appointment.warned or appointment.start <= now), phone
        )

    def _hours(self, settings: Settings, first: date, last: date) -> list[ShownHours]:
        found: list[ShownHours] = []
        start, end = to_utc(first, 0, settings.zone), to_utc(last + ONE_DAY, 0, settings.zone)
        names = holiday_names(settings, first, last)
        for resource in settings.resources:
            showns = [ShownHours(resource.id, span) for span in open_time(settings, resource.id, first, last)]
            showns += [ShownHours(resource.id, each.span, each) for each in closures(settings, resource.id, first, last, names)]
            found += [
                replace(each, span=(max(each.span[0], start), min(each.span[1], end)))
                for each in showns
                if each.span[0] < end and start < each.span[1]
            ]
        return found


def _order(entry: Entry) -> tuple[int, str]:
    """In the inbox: by milliseconds since 1970, and of one moment by id."""
    return round(entry.at.timestamp() * 1000), entry.id


def _check_limit(limit: int) -> None:
    """Raises Invalid."""
    if not 1 <= limit <= MOST_ENTRIES:
        raise Invalid({"limit": Flaw("range", least=1, most=MOST_ENTRIES)})


def _place_in_inbox(text: str) -> tuple[int, str]:
    """Raises Invalid."""
    found = re.fullmatch(r"(\d{1,15})\.([\w-]{1,100})", text, re.ASCII)
    if found is None:
        raise Invalid({"after": Flaw("page")})
    return int(found[1]), found[2]
