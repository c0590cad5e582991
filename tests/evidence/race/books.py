"""What must hold of the table whatever has happened, read from its items as they are stored."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from functools import cached_property
from itertools import pairwise
from typing import Any

from chalicelib.domain.agenda import Place, held_more_than_once
from chalicelib.domain.appointment import Appointment, Event
from chalicelib.domain.callbacks import ring_entry
from chalicelib.domain.limits import OPEN, Count
from chalicelib.domain.moments import units_of
from chalicelib.domain.outbox import Message
from chalicelib.domain.status import HOLDING, TRANSITIONS
from chalicelib.store import customers, items, keys
from chalicelib.store.models import CustomerItem, EventItem, MessageItem
from chalicelib.store.versions import upgraded
from tests.evidence.race.practice import BRANCH, LIMITS

Raw = dict[str, Any]
NOTHING = frozenset[str]()
MADE, WAITS = frozenset({"receipt", "notice"}), frozenset({"confirm"})
OWES: dict[str, tuple[frozenset[str], ...]] = {
    "requested": (MADE, WAITS),
    "booked": (MADE,),
    "address_confirmed": (MADE,),
    "owned": (MADE, NOTHING),
    "address_corrected": (frozenset({"receipt"}),),
    "moved": (frozenset({"moved"}),),
    "cancelled": (frozenset({"cancelled"}), NOTHING),  # nothing where the erasure of the request follows
    "expired": (frozenset({"expired"}), frozenset({"lapsed"}), NOTHING),
    "warned": (frozenset({"expiring"}),),
    "reminded": (frozenset({"reminder"}),),
    "told": (frozenset({"told"}),),
}
"""The kinds of messages that an event owes if customer or schedule made it, and that "told" owes whoever did; others owe none.
Staff choose whether the customer is told: of theirs, one message or none."""
STANDS_AGAIN, AGAIN = frozenset({"owned", "address_confirmed"}), frozenset({"proposed", "confirmed"})
"""By its owner a request may stand again that was cancelled or has expired."""


class Books:
    """`violations` names each rule that is broken, with the appointment or place where it is."""

    def __init__(self, stored: list[Raw]) -> None:
        self._stored = stored
        self._by_place = {(each["pk"]["S"], each["sk"]["S"]): each for each in stored}

    def violations(self) -> list[str]:
        return [f"{rule.__name__.removeprefix('_')}: {found}" for rule in RULES for found in rule(self)]

    @cached_property
    def appointments(self) -> dict[str, Appointment]:
        found = (items.to_appointment(upgraded(each)) for each in self._of(keys.APPOINTMENT))
        return {each.id: each for each in found}

    @cached_property
    def events(self) -> dict[str, list[Event]]:
        found = defaultdict[str, list[Event]](list)
        for raw in self._of("EVENT"):
            event = items.to_event(EventItem.from_raw_data(raw))
            found[event.appointment].append(event)
        return {each: sorted(events, key=lambda event: event.version) for each, events in found.items()}

    @cached_property
    def messages(self) -> list[Message]:
        return [items.to_message(MessageItem.from_raw_data(each)) for each in self._of("MESSAGE")]

    @cached_property
    def settings(self) -> dict[str, Raw]:
        return self._partition(keys.branch(BRANCH))

    @property
    def settings_version(self) -> int:
        return int(self.settings[keys.BRANCH]["version"]["N"])

    @cached_property
    def _days(self) -> dict[Place, Raw]:
        found = ((each["pk"]["S"], each["sk"]["S"], each) for each in self._stored)
        return {(keys.resource_of(pk), *keys.day_and_lane(sk)): each for pk, sk, each in found if keys.is_agenda(pk)}

    def _of(self, kind: str) -> Iterator[Raw]:
        """Of appointments, by the first part of the sort key."""
        for each in self._stored:
            if keys.is_appointment(each["pk"]["S"]) and keys.kind_of(each["sk"]["S"]) == kind:
                yield each

    def _partition(self, pk: str) -> dict[str, Raw]:
        return {sk: each for (found, sk), each in self._by_place.items() if found == pk}

    # The rules.

    def _no_unit_is_held_twice(self) -> Iterator[str]:
        for place, units in held_more_than_once(
            [held for each in self.appointments.values() for held in (each.holds, each.kept)]
        ).items():
            yield f"{place} {sorted(units)}"

    def _units_are_those_of_the_appointments(self) -> Iterator[str]:
        owned = defaultdict[Place, frozenset[int]](frozenset)
        for each in self.appointments.values():
            for place, units in (*each.holds.items(), *each.kept.items()):
                owned[place] |= units
        for place in {*owned, *self._days}:
            taken = frozenset(map(int, self._days.get(place, {}).get("taken", {}).get("NS", ())))
            if taken != owned[place]:
                yield f"{place} {sorted(taken ^ owned[place])}"

    def _an_appointment_holds_its_units(self) -> Iterator[str]:
        for each in self.appointments.values():
            own = units_of(each.start - each.preparation, each.end + each.follow_up)
            resources = [each.resource, *([each.second] if each.second else [])]
            wanted = Counter((where, day, unit) for where in resources for day, units in own.items() for unit in units)
            held = Counter((where, day, unit) for (where, day, _), units in each.holds.items() for unit in units)
            if held != (wanted if each.status in HOLDING or (each.status == "unconfirmed" and held) else Counter()):
                yield f"{each.id} {each.status}"

    def _a_day_counts_its_appointments(self) -> Iterator[str]:
        """All, and of each kind."""
        wanted = Counter[tuple[Place, str]]()
        for each in self.appointments.values():
            names = ["starts", *([keys.starts_of(each.template)] if each.template else [])]
            wanted.update(((each.resource, each.day, 0), name) for name in names if each.holds)
        counted = {
            (place, name): int(value["N"])
            for place, raw in self._days.items()
            for name, value in raw.items()
            if name.startswith("starts")
        }
        yield from (f"{each}" for each in {*wanted, *counted} if counted.get(each, 0) != wanted[each])

    def _counters_are_those_of_open_requests(self) -> Iterator[str]:
        wanted = Counter[Count](
            count for each in self.appointments.values() if each.branch == BRANCH for count in each.counts if count[0] == OPEN
        )
        open_ones = {pk: each for (pk, _), each in self._by_place.items() if pk.startswith(f"LIMIT#{BRANCH}#{OPEN}#")}
        counted = {pk: int(each["used"]["N"]) for pk, each in open_ones.items()}
        expected = {keys.counter(BRANCH, count): number for count, number in wanted.items()}
        for pk in {*counted, *expected}:
            if counted.get(pk, 0) != expected.get(pk, 0):
                yield f"{counted.get(pk, 0)} instead of {expected.get(pk, 0)}"

    def _no_limit_is_passed(self) -> Iterator[str]:
        counted = Counter(count for each in self.appointments.values() for count in each.counts if count[0] == OPEN)
        most = LIMITS["most_open_requests"]
        yield from (f"{number} instead of {most}" for number in counted.values() if number > most)
        by_day = defaultdict[tuple[str, str], list[Appointment]](list)
        for each in self.appointments.values():
            if each.holds:
                by_day[each.resource, each.day].append(each)
        for day, found in by_day.items():
            by_customers = all(event.by == "customer" for each in found for event in self.events.get(each.id, ()))
            if by_customers and len(found) > LIMITS["most_appointments_a_day"]:
                yield f"{day} {len(found)}"

    def _history_is_whole(self) -> Iterator[str]:
        for identity, each in self.appointments.items():
            events = self.events.get(identity, [])
            if [event.version for event in events] != list(range(1, each.version + 1)):
                yield f"{identity} has the version {each.version} and events {[event.version for event in events]}"
            elif (events[-1].status, events[-1].start, events[-1].end) != (each.status, each.start, each.end):
                yield f"{identity} is not as its last event says"
        yield from (f"{identity} is not there" for identity in self.events.keys() - self.appointments.keys())

    def _states_follow_the_table(self) -> Iterator[str]:
        for identity, events in self.events.items():
            for number, (before, after) in enumerate(pairwise(events)):
                if after.what == "undone" and after.status in {each.status for each in events[:number]}:
                    continue
                allowed = {before.status, *TRANSITIONS[before.status]} | (AGAIN if after.what in STANDS_AGAIN else NOTHING)
                if after.status not in allowed:
                    yield f"{identity} {before.status} -> {after.status}"

    def _each_act_owes_its_messages(self) -> Iterator[str]:
        owed = defaultdict[tuple[str, int], list[str]](list)
        for message in self.messages:
            owed[message.appointment, message.event].append(message.kind)
        for identity, events in self.events.items():
            bare = not self.appointments[identity].fingerprint if identity in self.appointments else True
            for before, event in zip([None, *events], events, strict=False):
                kinds = owed.pop((identity, event.version), [])
                if not _may_owe(before, event, kinds, bare=bare):
                    yield f"{identity}.{event.version} {event.what} by {event.by} owes {sorted(kinds)}"
        yield from (f"{identity}.{version} has no event and owes {kinds}" for (identity, version), kinds in owed.items())

    def _each_change_of_settings_has_its_line(self) -> Iterator[str]:
        version = self.settings_version
        lines = sorted(int(sk.split("#")[1]) for sk in self._partition(keys.line(BRANCH)) if sk.startswith("SETTINGS#"))
        if lines != list(range(2, version + 1)):
            yield f"version {version}, lines {lines}"

    def _customers_are_found_by_what_they_are(self) -> Iterator[str]:
        found = {pk_sk for pk_sk in self._by_place if keys.is_index_of_customers(pk_sk[0])}
        wanted: set[tuple[str, str]] = set()
        for raw in self._partition(keys.customers(BRANCH)).values():
            item = CustomerItem.from_raw_data(raw)
            if item.body:
                wanted |= {(each.pk, each.sk) for each in customers.items_of(customers.CUSTOMER.decode(item.body))[1:]}
        yield from (f"{pk} is there in vain" for pk, _ in found - wanted)
        yield from (f"{pk} is missing" for pk, _ in wanted - found)

    def _each_version_of_a_customer_has_its_line(self) -> Iterator[str]:
        lines = self._partition(keys.line(BRANCH))
        for raw in self._partition(keys.customers(BRANCH)).values():
            item = CustomerItem.from_raw_data(raw)
            if item.body:
                customer = customers.CUSTOMER.decode(item.body)
                own = sum(sk.startswith(keys.lines_of_customer(customer.id)) for sk in lines)
                if own < customer.version:
                    yield f"{customer.id} has the version {customer.version} and {own} lines"

    def _appointments_are_of_customers_who_exist(self) -> Iterator[str]:
        records = self._partition(keys.customers(BRANCH))
        for each in self.appointments.values():
            known, seen = each.customer, set[str]()
            while known:
                seen.add(known)
                raw = records.get(keys.customer(known))
                known = raw.get("into", {}).get("S") if raw else None
                if raw is None or known in seen:
                    yield f"{each.id}"
                    break

    def _an_invitation_is_good_for_one_appointment(self) -> Iterator[str]:
        invitations = [each for each in self._stored if keys.is_invitation(each["pk"]["S"])]
        named = {each["appointment"]["S"] for each in invitations if each.get("ended", {}).get("S") == "used"}
        firsts = {identity: events[0] for identity, events in self.events.items()}
        yield from named ^ {each for each, first in firsts.items() if (first.what, first.by) == ("booked", "customer")}

    def _what_waits_is_about_something(self) -> Iterator[str]:
        entries = self._partition(keys.inbox(BRANCH))
        for sk, raw in entries.items():
            if raw["kind"]["S"] != "ring" and raw["appointment"]["S"] not in self.appointments:
                yield sk
        rings = {sk for sk, raw in entries.items() if raw["kind"]["S"] == "ring"}
        yield from sorted(rings ^ {ring_entry(each) for each in self._partition(keys.callbacks(BRANCH))})

    def _what_is_owed_is_due(self) -> Iterator[str]:
        """A message that is not done is in the index of what is due, and one that is done is not."""
        for raw in self._of("MESSAGE"):
            if (raw["state"]["S"] in ("due", "sending")) != ("gsi3pk" in raw and "gsi3sk" in raw):
                yield f"{raw['pk']['S']} {raw['sk']['S']} {raw['state']['S']}"


RULES: tuple[Callable[[Books], Iterator[str]], ...] = (
    Books._no_unit_is_held_twice,
    Books._units_are_those_of_the_appointments,
    Books._an_appointment_holds_its_units,
    Books._a_day_counts_its_appointments,
    Books._counters_are_those_of_open_requests,
    Books._no_limit_is_passed,
    Books._history_is_whole,
    Books._states_follow_the_table,
    Books._each_act_owes_its_messages,
    Books._each_change_of_settings_has_its_line,
    Books._customers_are_found_by_what_they_are,
    Books._each_version_of_a_customer_has_its_line,
    Books._appointments_are_of_customers_who_exist,
    Books._an_invitation_is_good_for_one_appointment,
    Books._what_waits_is_about_something,
    Books._what_is_owed_is_due,
)


def _may_owe(before: Event | None, event: Event, kinds: list[str], *, bare: bool) -> bool:
    """`bare`: what came with the appointment is erased, and who then cannot be written to is owed nothing."""
    if event.what != "told" and event.by not in ("customer", "schedule"):
        return len(kinds) <= 1
    if not kinds and bare:
        return True
    if event.what == "cancelled" and before and before.status == "unconfirmed":
        return not kinds
    return frozenset(kinds) in OWES.get(event.what, (NOTHING,))
