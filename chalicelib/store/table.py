"""The store: the table's reads and writes, in the domain's words."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from hashlib import sha256

from pynamodb.exceptions import DoesNotExist, TransactWriteError, UpdateError
from pynamodb.expressions.update import Action
from pynamodb.transactions import TransactWrite

from chalicelib.domain.agenda import Agenda, Holds, Place
from chalicelib.domain.appointment import Appointment, AppointmentExists, Change, Event, Planned, UnitsTaken
from chalicelib.domain.errors import ChangedMeanwhile, TryAgain
from chalicelib.domain.inbox import Entry
from chalicelib.domain.moments import days_between, to_text
from chalicelib.domain.outbox import Message
from chalicelib.domain.settings import Resource
from chalicelib.store import items, keys
from chalicelib.store.conditions import (
    customer_is_there,
    has_a_time,
    invitation_is_open,
    is_unchanged,
    kind_counts,
    not_made_before,
    not_used_before,
    was_not_sent,
)
from chalicelib.store.due_items import DueItems
from chalicelib.store.faults import pause, translated
from chalicelib.store.models import (
    OWN,
    AppointmentItem,
    CustomerItem,
    DayItem,
    EntryItem,
    EventItem,
    InvitationItem,
    Item,
    MessageItem,
    ProofItem,
    bind,
    first_version,
    starts_of,
)
from chalicelib.store.plan import Update, let_go, swapped, units_in, updates
from chalicelib.store.raw import BATCH, RawItem, batch, one, query
from chalicelib.store.settings_items import SettingsItems
from chalicelib.store.ticked import TickedOff
from chalicelib.store.verdict import is_undecided, is_written, raise_if_decided, was_refused

DEADLINE = 4.0
"""Seconds after which a write begins no further attempt: what waits for it has not for ever."""
DAY = ("taken", "starts")
LATEST = 12
"""Lines of the record, of about 300 bytes each: a read unit."""


class Table(SettingsItems, DueItems, TickedOff):
    """The table `name`, reached through the environment's credentials, region and endpoint. Safe to share between threads.

    `client` carries the requests (see `bind`). `sleep` and `monotonic` are time's own unless a test says otherwise.
    """

    def __init__(
        self,
        name: str,
        *,
        client: str = OWN,
        sleep: Callable[[float], None] = time.sleep,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        bind(name, client)
        super().__init__(sleep, monotonic, lambda: DEADLINE)

    def agenda(self, branch: str, resources: Sequence[Resource], first: str, last: str, kinds: Sequence[str] = ()) -> Agenda:
        """What is held on the UTC days `first` to `last`, as of now, with the counts of these `kinds`. One request: a query of
        one resource's days, a batch of several resources'; more only where a batch would have over 100 keys: then a batch for
        each hundred, or a query each."""
        with translated():
            found = {_place(raw): raw for raw in self._days(branch, resources, first, last, kinds)}
        holds = {place: frozenset(map(int, raw["taken"]["NS"])) for place, raw in found.items() if "taken" in raw}
        starts = {place[:2]: int(raw["starts"]["N"]) for place, raw in found.items() if "starts" in raw}
        of_kinds = {
            (*place[:2], kind): int(raw[name]["N"])
            for kind, name in zip(kinds, map(keys.starts_of, kinds), strict=True)
            for place, raw in found.items()
            if name in raw
        }
        return Agenda(holds, starts, of_kinds)

    def count_kind(self, branch: str, place: tuple[str, str, str], before: int | None, after: int) -> bool:
        """Sets how many appointments of a kind begin at a resource on a local day, if the day counts `before` still (None: it
        counts none). False if not."""
        resource, day, kind = place
        item = DayItem(keys.agenda(branch, resource), keys.day(day))
        with translated():
            try:
                item.update([starts_of(kind).set(after), first_version(item)], condition=kind_counts(kind, before))
            except UpdateError as error:
                if was_refused(error):
                    return False
                raise
        return True

    def write(self, change: Change) -> None:
        """Writes a change with its event and messages: all in one transaction, or nothing.

        Raises UnitsTaken, LimitReached, AlreadySent, AppointmentExists (of a new one), ChangedMeanwhile (of one that was read),
        or TryAgain if it could not be decided. A conflict with another transaction is none of these (R21), and neither is
        silence: then one look tells whether it is decided meanwhile, and if not we try again.
        """
        known = self._read(change)
        for attempt in self._attempts():
            planned = updates(change, known)
            try:
                return self._write_once(change, planned)
            except TransactWriteError as error:
                try:
                    stale = raise_if_decided(error, change, planned)
                except ChangedMeanwhile:
                    if self._was_made(change):
                        return None
                    raise
                if stale:
                    known = {**known, **stale}
                    continue
                if not is_undecided(error):
                    raise
            pause(attempt, self._sleep)
            if self._is_done(change, planned):
                return None
            known = self._read(change)
        raise TryAgain

    def appointment(self, appointment: str) -> Appointment | None:
        """As of now: one consistent read."""
        with translated():
            found = one(keys.appointment(appointment), keys.APPOINTMENT)
        return items.to_appointment(found) if found else None

    def appointments(self, branch: str, resource: str, since: int, until: int) -> list[Appointment]:
        """Those of a resource that start in `[since, until)`, in order; may lag behind by moments."""
        between = AppointmentItem.gsi1sk.between(to_text(since), to_text(until - 1))
        with translated():
            return [items.to_appointment(raw) for raw in query(keys.agenda(branch, resource), between, index="gsi1")]

    def open_requests(self, branch: str, resources: Iterable[str], since: int) -> int:
        """How many appointments that start from `since` on are proposed; may lag behind by moments. One query a resource."""
        with translated():
            return sum(
                AppointmentItem.count(
                    keys.agenda(branch, resource),
                    AppointmentItem.gsi1sk >= to_text(since),
                    AppointmentItem.status == "proposed",
                    index_name="gsi1",
                )
                for resource in resources
            )

    def planned(self, branch: str, resources: Iterable[str], since: int, until: int, *, wishes: bool = False) -> list[Planned]:
        """Those that start in `[since, until)`; may lag behind by moments. One query a resource. `wishes`: also requests that
        wait for their address and hold no time."""
        between, only = AppointmentItem.gsi1sk.between(to_text(since), to_text(until - 1)), None if wishes else has_a_time()
        with translated():
            return [
                items.to_planned(raw)
                for each in resources
                for raw in query(keys.agenda(branch, each), between, items.PLANNED, index="gsi1", only=only)
            ]

    def owing(self, branch: str, resources: Iterable[str], since: int, until: int) -> list[str]:
        """The ids of those that start in `[since, until)` and that the schedule is to look at; may lag behind by moments. One
        query a resource, which most of what is long over is left out of."""
        between = AppointmentItem.gsi1sk.between(to_text(since), to_text(until - 1))
        with translated():
            return [
                keys.appointment_of(raw["pk"]["S"])
                for each in resources
                for raw in query(keys.agenda(branch, each), between, (), index="gsi1", only=AppointmentItem.gsi3pk.exists())
            ]

    def several(self, appointments: Iterable[str]) -> dict[str, Appointment]:
        """Those that exist, by id, as of now. One request for each hundred."""
        wanted = [(keys.appointment(each), keys.APPOINTMENT) for each in dict.fromkeys(appointments)]
        with translated():
            return {each.id: each for each in map(items.to_appointment, batch(wanted))}

    def requested(self, appointment: str) -> Event | None:
        """The event that made the appointment; None once it is no longer kept."""
        with translated():
            try:
                return items.to_event(EventItem.get(keys.appointment(appointment), keys.event(1), consistent_read=True))
            except DoesNotExist:
                return None

    def history(self, appointment: str) -> tuple[list[Event], list[Message]]:
        """Events and messages of an appointment as of now, the oldest first: two queries."""
        pk = keys.appointment(appointment)
        with translated():
            events = EventItem.query(pk, EventItem.sk.startswith(keys.EVENT), consistent_read=True)
            messages = MessageItem.query(pk, MessageItem.sk.startswith(keys.MESSAGE), consistent_read=True)
            return [items.to_event(each) for each in events], [items.to_message(each) for each in messages]

    def inbox(self, branch: str, *, set_aside: bool = False) -> list[Entry]:
        """What waits for staff, as of now: one query, and another one for each megabyte of thousands. `set_aside`: also what
        was ticked off and may be had back."""
        with translated():
            only = None if set_aside else EntryItem.done_at.does_not_exist()
            waiting = query(keys.inbox(branch), None, items.ENTRY, only=only)
            return [items.to_entry(raw, branch) for raw in waiting]

    def entries(self, branch: str, entries: Iterable[str]) -> list[Entry]:
        """Those that wait still, as of now. One request."""
        with translated():
            found = batch([(keys.inbox(branch), each) for each in entries])
            return [items.to_entry(raw, branch) for raw in found if "done_at" not in raw]

    def let_go(self, before: Appointment, after: Appointment) -> None:
        """Frees the units that an appointment kept for an undo, which is no change that anybody sees: its version stays.

        Raises ChangedMeanwhile where the appointment is not as it was read, or TryAgain.
        """

        def write(transaction: TransactWrite) -> None:
            transaction.save(items.from_appointment(after), condition=is_unchanged(before))
            for each in let_go(before, after):
                transaction.update(each.item, actions=each.actions)

        if not is_written(write, self._sleep):
            raise ChangedMeanwhile

    def latest(self, branch: str, at: datetime) -> str:
        """A text that is another one once the record of that month (in UTC) has a new line, which each change of an appointment
        and of the settings writes; may lag behind by moments. One query. It is made of several lines, since a write that takes
        long may come behind a later one."""
        found = query(items.record_key(branch, at), None, (), index="gsi2", limit=LATEST, latest_first=True)
        with translated():
            lines = "".join(f"{raw['pk']['S']} {raw['sk']['S']}\n" for raw in found)
        return sha256(lines.encode()).hexdigest()[:16]

    def tick_off(self, branch: str, entry: str) -> None:
        """Removes an entry of the inbox for good, if it is still there."""
        with translated():
            EntryItem(keys.inbox(branch), entry).delete()

    def _days(self, branch: str, resources: Sequence[Resource], first: str, last: str, kinds: Sequence[str]) -> list[RawItem]:
        wanted = (*DAY, *map(keys.starts_of, kinds))
        if len(resources) > 1:
            places = [
                (keys.agenda(branch, each.id), keys.day(day, lane))
                for each in resources
                for day in days_between(first, last)
                for lane in range(each.lanes)
            ]
            if len(places) <= BATCH * len(resources):
                return batch(places, wanted)
        between = DayItem.sk.between(*keys.days(first, last))
        return [raw for each in resources for raw in query(keys.agenda(branch, each.id), between, wanted)]

    def _read(self, change: Change) -> Holds:
        """What is held where the change must swap units; mostly nothing is."""
        known: dict[Place, frozenset[int]] = {}
        with translated():
            for resource, day, lane in swapped(change):
                known[resource, day, lane] = self._held(change.after.branch, (resource, day, lane))
        return known

    def _held(self, branch: str, place: Place) -> frozenset[int]:
        resource, day, lane = place
        try:
            return units_in(DayItem.get(keys.agenda(branch, resource), keys.day(day, lane), consistent_read=True))
        except DoesNotExist:
            return frozenset()

    def _write_once(self, change: Change, planned: list[Update]) -> None:
        # The reasons of a refusal come in this order: what is checked, what is deleted, what is put, what is updated.
        condition = is_unchanged(change.before) if change.before else not_made_before()
        with TransactWrite(connection=Item._get_connection().connection) as write:
            if change.given_to:
                key = keys.customers(change.after.branch), keys.customer(change.given_to)
                write.condition_check(CustomerItem, *key, condition=customer_is_there())
            for each in planned:
                if not each.actions:
                    _check(write, each)
            for identity in change.ticked:
                write.delete(EntryItem(keys.inbox(change.after.branch), identity))
            for message in change.withdrawn:
                write.delete(MessageItem(keys.appointment(change.after.id), keys.message(*message)), condition=was_not_sent())
            write.save(items.from_appointment(change.after), condition=condition, return_values="ALL_OLD")
            write.save(items.from_event(change.event))
            for owed in change.messages:
                write.save(items.from_message(owed))
            for entry in change.entries:
                write.save(items.from_entry(entry))
            if change.proof:
                used_up = ProofItem(keys.proof(change.proof.id), keys.PROOF, ttl=int(change.proof.expires.timestamp()))
                write.save(used_up, condition=not_used_before())
            if change.invitation:
                used: list[Action] = [InvitationItem.ended.set("used"), InvitationItem.appointment.set(change.after.id)]
                invitation = InvitationItem(keys.invitation(change.invitation), keys.INVITATION)
                write.update(invitation, actions=used, condition=invitation_is_open())
            for each in planned:
                if each.actions:
                    write.update(each.item, actions=each.actions, condition=each.condition, return_values="ALL_OLD")

    def _was_made(self, change: Change) -> bool:
        """Whether the new version is ours, by an attempt that nobody answered: its event tells who made what, and when."""
        ours = items.from_event(change.event)
        with translated():
            try:
                stored = EventItem.get(ours.pk, ours.sk, consistent_read=True)
            except DoesNotExist:
                return False
        return stored.attribute_values == ours.attribute_values

    def _is_done(self, change: Change, planned: list[Update]) -> bool:
        """Whether an undecided write has been made after all; raises if somebody else has decided it meanwhile."""
        stored = self.appointment(change.after.id)
        if change.before is None and stored is not None:
            raise AppointmentExists(stored)
        if change.before is not None and stored != change.before:
            if self._was_made(change):
                return True
            raise ChangedMeanwhile
        with translated():
            for each in planned:
                if each.place and each.wanted:
                    held = self._held(change.after.branch, each.place)
                    if held & each.wanted:
                        raise UnitsTaken(Agenda({each.place: held}))
        return False


def _check(write: TransactWrite, update: Update) -> None:
    """As `condition_check`, which does not tell what stood against it."""
    write._condition_check_items.append(
        Item._get_connection().get_operation_kwargs(
            update.item.pk, update.item.sk, condition=update.condition, return_values_on_condition_failure="ALL_OLD"
        )
    )


def _place(raw: RawItem) -> Place:
    return keys.resource_of(raw["pk"]["S"]), *keys.day_and_lane(raw["sk"]["S"])
