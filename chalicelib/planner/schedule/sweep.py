"""What the schedule does, and what looks after the stored data."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any, Protocol

from chalicelib.domain.agenda import Agenda, Holds, held_more_than_once
from chalicelib.domain.appointment import Appointment, released
from chalicelib.domain.changes import NOTHING, Obligations, OwedEntry, OwedMessage, change_of, fields_that_differ
from chalicelib.domain.errors import ChangedMeanwhile
from chalicelib.domain.inbox import entry_of, request_entry
from chalicelib.domain.limits import UNPROVED
from chalicelib.domain.moments import MOST_UNITS, UNIT, days_between, from_text
from chalicelib.domain.outbox import (
    ENOUGH,
    MOST_ATTEMPTS,
    TO_BRANCHES,
    Attempt,
    Channel,
    Due,
    Duty,
    TimeLeft,
    next_due,
)
from chalicelib.domain.owed import Reminder, Task, bared, due_of, reminders_now, task_of
from chalicelib.domain.settings import FURTHEST, MOST_COMMENT_DAYS, Resource, Settings
from chalicelib.domain.status import AHEAD, HOLDING
from chalicelib.domain.undo import freed, less
from chalicelib.planner.messages.delivery import Delivery
from chalicelib.planner.messages.notifying import Notifying, write_counted
from chalicelib.planner.schedule.counting import A_DAY, Miscounts, begun, count_anew, miscounts

if TYPE_CHECKING:
    from chalicelib.domain.tokens import Secret
    from chalicelib.planner.ports import Clock, Store


MANY = 100
"""Appointments that are read at a time."""
ANOTHER_LOOK = timedelta(minutes=15)
"""When to look again at what belongs to no branch: it is being imported, or its import was given up. Until then it keeps
nothing else waiting that is due."""


@dataclass(frozen=True)
class Comparison:
    """Units of one resource: `held` by appointments, `unowned` ones that none holds, `untaken` ones that appointments hold in
    vain, and `shared` ones that more than one holds in the same lane, which is a double booking. `miscounted`: days whose count
    of a kind is not that of the appointments."""

    held: int
    unowned: Holds
    untaken: Holds
    shared: Holds
    miscounted: Miscounts = field(default_factory=dict)

    @property
    def sound(self) -> bool:
        return not (self.unowned or self.untaken or self.shared or self.miscounted)


class Books(Protocol):
    """The two places in the store that must agree."""

    def agenda(
        self, branch: str, resources: Sequence[Resource], first: str, last: str, kinds: Sequence[str] = ()
    ) -> Agenda: ...

    def appointments(self, branch: str, resource: str, since: int, until: int) -> list[Appointment]: ...


class Notes(Protocol):
    """What messages keep of a person."""

    def forget_notes(self, appointment: str) -> None:
        """Removes what staff have written to the customer from an appointment's messages, and the provider's ids of them."""


class Sweep:
    def __init__(
        self, store: Store, notes: Notes, notifying: Notifying, now: Clock, delivery: Delivery, secret: Secret
    ) -> None:
        self._secret = secret
        self._store = store
        self._notes = notes
        self._notifying = notifying
        self._now = now
        self._delivery = delivery

    def sweep(self, time_left: TimeLeft, tell: Callable[[Due, datetime], None] | None = None) -> None:
        """Does what is due: warns of requests, lets them expire, reminds, erases, sends messages that the stream missed, and in
        the end reckons anew what depends on settings that were changed.

        Takes up no more when less than `ENOUGH` seconds are left, since a mail that went out must be marked. What fails keeps
        nothing else from being done, now or later: it waits its time and rises in the end. `tell` hears first what was found.
        """
        now = self._now()
        due = self._store.due(now)
        if tell:
            tell(due, now)
        attending, recounting = partial(self._attempt, self.attend), partial(self._attempt, partial(self.recount, time_left))
        with ExitStack() as tasks:  # calls all of them, the last first, whatever one raises
            for branch in reversed(due.recounts):
                tasks.callback(self._in_time, time_left, recounting, Duty("recount", branch))
            for key in reversed(due.messages):
                tasks.callback(self._in_time, time_left, self._deliver, key)
            for identity in reversed(due.appointments):
                tasks.callback(self._in_time, time_left, attending, Duty("appointment", identity))

    @staticmethod
    def _in_time(time_left: TimeLeft, act: Callable[[Any], None], about: Any) -> None:
        if time_left() >= ENOUGH:
            act(about)

    def _deliver(self, key: tuple[str, str]) -> None:
        try:
            self._delivery.deliver(key)
        except Exception:  # before it was claimed: else it waits by its lease
            now = self._now()
            self._store.wait(key, now + ANOTHER_LOOK, now)
            raise

    def _attempt(self, act: Callable[[str], None], duty: Duty) -> None:
        """Attempts end, as those at a message do: after the last one staff are told, or of a recount the operators, whom every
        failure is told."""
        attempt = self._store.take_up(duty, self._now())
        if attempt is None:
            return
        if attempt.number > MOST_ATTEMPTS:  # whoever tried before died of it
            self._put_aside(attempt)
            return
        try:
            act(duty.id)
        except Exception:
            self._put_aside(attempt)
            raise

    def _put_aside(self, attempt: Attempt) -> None:
        now = self._now()
        until = next_due(attempt.number, now)
        is_told = until is None and attempt.duty.kind == "appointment"
        entry = entry_of("stuck", attempt.branch, attempt.duty.id, 0, now) if is_told else None
        self._store.put_aside(attempt, until, entry)

    def recount(self, time_left: TimeLeft, branch: str) -> None:
        """Reckons anew when the schedule must look at a branch's appointments: at coming ones, whose reminders have other
        moments now, and at past ones, when what came with them is kept for a shorter time. Counts limited kinds too.

        Where time runs out it stays owed: the next sweep begins anew, and what is right by then costs no write. So it does
        where there is no such branch: perhaps it is being imported.
        """
        now, settings = self._now(), self._store.settings_now(branch)
        if settings is None:
            self._store.recount_later(branch, now, now + ANOTHER_LOOK)
            return
        owing = self._owing(settings, now)
        with ExitStack() as batches:  # one that fails keeps none of the others as it was
            for first in range(0, len(owing), MANY):
                batches.callback(self._reckon_some, time_left, owing[first : first + MANY], settings, now)
        counted = count_anew(self._store, settings, now, time_left)
        if time_left() < ENOUGH:
            self._store.recount_later(branch, now, now)
        elif not counted:
            self._store.recount_later(branch, now, now + ANOTHER_LOOK)
        else:
            self._store.recounted(branch, now)

    def _reckon_some(self, time_left: TimeLeft, some: list[str], settings: Settings, now: datetime) -> None:
        with ExitStack() as others:
            for appointment in self._store.several(some).values():
                if appointment.status in HOLDING:
                    others.callback(self._in_time, time_left, partial(self._reckon, settings=settings, now=now), appointment)

    def _owing(self, settings: Settings, now: datetime) -> list[str]:
        today, branch = int(now.timestamp()) // 60, settings.branch.id
        since, until = today - MOST_COMMENT_DAYS * 24 * 60, today + FURTHEST * 24 * 60
        resources = [each.id for each in settings.resources]
        coming = [each.id for each in self._store.planned(branch, resources, today, until) if each.status in AHEAD]
        return self._store.owing(branch, resources, since, today) + coming

    def _reckon(self, appointment: Appointment, settings: Settings, now: datetime) -> None:
        """Does nothing if somebody has changed the appointment meanwhile, and has reckoned by the settings of today."""
        due = appointment.due if appointment.kept else due_of(appointment, settings, now)
        if due != appointment.due:
            with suppress(ChangedMeanwhile):
                self._store.put_off(appointment, due)

    def attend(self, identity: str) -> None:
        """Does what an appointment owes by now, one thing at a time, in one write: the next sweep does the next.

        What the branch wants no more, or has been done by another message just now, is left out. Does nothing if somebody has
        changed the appointment meanwhile: whoever did has said anew when something is due.
        """
        appointment, now = self._store.appointment(identity), self._now()
        if appointment is None or appointment.due is None or appointment.due > now:
            return
        settings = self._store.settings(appointment.branch)
        if settings is None:
            self._look_again(appointment, now)
            return
        if appointment.kept:
            self._let_go(appointment, settings, now)
            return
        acts: dict[Task | None, Callable[[], None]] = {
            "lapse": partial(self._lapse, appointment, settings, now),
            "warn": partial(self._warn, appointment, settings, now),
            "expire": partial(self._expire, appointment, settings, now),
            "remind": partial(self._remind, appointment, settings, now),
            "erase": partial(self._erase, appointment, settings, now),
            None: partial(self._put_off, appointment, appointment, settings, now),
        }
        try:
            acts[task_of(appointment, settings, now)]()
        except ChangedMeanwhile:
            return

    def _let_go(self, appointment: Appointment, settings: Settings, now: datetime) -> None:
        """The time in which an act is undone unheard is over (R40)."""
        after = freed(appointment)
        with suppress(ChangedMeanwhile):
            self._store.let_go(appointment, replace(after, due=due_of(after, settings, now)))

    def _look_again(self, appointment: Appointment, now: datetime) -> None:
        with suppress(ChangedMeanwhile):
            self._store.put_off(appointment, now + ANOTHER_LOOK)

    def _lapse(self, appointment: Appointment, settings: Settings, now: datetime) -> None:
        """An address was not confirmed in time: what was held is free again, of which the customer is told. The link takes the
        time all the same, if it is still free (R33)."""
        after = released(appointment, "expired")
        told = Obligations((OwedMessage(kind="lapsed", caused_by="anybody"),)) if appointment.holds else NOTHING
        self._write(appointment, after, "expired", settings, now, told)

    def _warn(self, appointment: Appointment, settings: Settings, now: datetime) -> None:
        """Staff are told that a request waits (R26)."""
        after = replace(appointment, warned=True, due=None)
        self._write(appointment, after, "warned", settings, now, Obligations((OwedMessage(kind="expiring"),)))

    def _expire(self, appointment: Appointment, settings: Settings, now: datetime) -> None:
        """A request that nobody answered: its units are free then, and the customer is told (R26). It may have been made in the
        name of a stranger, and many like it: so the mail counts as the receipt did (R34)."""
        after = released(appointment, "expired")
        owed = Obligations((OwedMessage(kind="expired", caused_by="anybody"),))
        change = change_of(
            appointment,
            after,
            settings,
            now,
            what="expired",
            by="schedule",
            owed=owed,
            ticked=(request_entry(appointment.id),),
        )
        unproved = any(count[0] == UNPROVED for count in appointment.counts)
        write_counted(self._store, change, self._secret, proved=not unproved)

    def _remind(self, appointment: Appointment, settings: Settings, now: datetime) -> None:
        """By the way that the customer has chosen, if it can be used (R29). Who was told something of this appointment just now
        has been reminded by that."""
        found = reminders_now(appointment, settings, now)
        after = replace(appointment, reminded=(*appointment.reminded, *(wanted for wanted, _, _ in found)))
        if self._was_told(appointment, now - timedelta(hours=settings.branch.reminder_gap_hours)):
            self._put_off(appointment, after, settings, now)
            return
        self._write(appointment, after, "reminded", settings, now, self._reminder(after, found, settings))

    def _erase(self, appointment: Appointment, settings: Settings, now: datetime) -> None:
        erase(self._store, self._notes, appointment, settings, now)

    def _write(
        self, appointment: Appointment, after: Appointment, what: str, settings: Settings, now: datetime, owed: Obligations
    ) -> None:
        self._store.write(change_of(appointment, after, settings, now, what=what, by="schedule", owed=owed))

    def _put_off(self, appointment: Appointment, after: Appointment, settings: Settings, now: datetime) -> None:
        """Nothing is done of what was due; what comes next is reckoned from `after`."""
        self._store.put_off(appointment, due_of(after, settings, now))

    def _was_told(self, appointment: Appointment, since: datetime) -> bool:
        """Whether the customer was owed a message after that moment: as long as it is under way, it counts as well."""
        events, messages = self._store.history(appointment.id)
        told = {each.event for each in messages if each.kind not in TO_BRANCHES}
        return any(event.version in told and event.at > since for event in events)

    def _reminder(self, after: Appointment, found: list[Reminder], settings: Settings) -> Obligations:
        chosen, reach = after.comment.channel if after.comment else None, self._notifying.reach(after)
        ways = self._notifying.ways(reach, settings)
        if chosen == "phone" and "phone" in ways and not (reach and reach.in_writing):
            return Obligations(entries=(OwedEntry(kind="call_back"),))
        by_sms = chosen == "sms" and "sms" in ways and self._notifying.is_entered(after, reach, settings)
        channel: Channel = "sms" if by_sms else "email"
        until = datetime.fromtimestamp(min(last for _, _, last in found) * 60, UTC)
        return Obligations((OwedMessage(kind="reminder", channel=channel, until=until),))


def erase(store: Store, notes: Notes, appointment: Appointment, settings: Settings, now: datetime) -> None:
    """Erases what came with the request, and what staff wrote to and about who asked (R30). A visit that lies ahead is
    cancelled in the same write, and what waits for staff is ticked off in it, unless somebody has changed the appointment
    meanwhile. Where it fails on the way, all is done again. Raises as a write."""
    notes.forget_notes(appointment.id)
    ahead = appointment.status in AHEAD and appointment.start * 60 > now.timestamp()
    after = bared(released(appointment, "cancelled") if ahead else appointment)
    fields = fields_that_differ(appointment, after, "status", "comment", "name", "reason", "note")
    own = (entry for entry in store.inbox(appointment.branch, set_aside=True) if entry.appointment == appointment.id)
    waiting = [entry.id for entry in own if entry.kind != "erasure"]  # a wish about the record, for staff to decide
    change = change_of(appointment, after, settings, now, what="erased", by="schedule", fields=fields).ticking(waiting)
    store.write(change)
    for entry in waiting[len(change.ticked) :]:
        store.tick_off(appointment.branch, entry)


def compare_units(
    books: Books,
    branch: str,
    resource: Resource,
    first: str,
    last: str,
    others: list[Resource],
    kinds: Sequence[str] = (),
) -> Comparison:
    """Whether the taken units of a resource on the UTC days `first` to `last` are those of the live appointments, lane by lane.

    `others` are the branch's other resources: an appointment of theirs may hold this one as its second. On a table in use a
    booking may fall between the reads: what is found then is gone in the next comparison. The counts of `kinds` are compared as
    well.
    """
    days = set(days_between(first, last))
    start, end = from_text(f"{first}T00:00Z"), from_text(f"{last}T00:00Z") + 24 * 60
    near = max(MOST_UNITS * UNIT, A_DAY)  # how far what holds a unit of a UTC day, or begins on that local day, is from it
    found = [
        appointment
        for each in (resource, *others)
        for appointment in books.appointments(branch, each.id, start - near, end + near)
    ]
    owned: list[Holds] = [
        {place: units for place, units in appointment.occupied.items() if place[0] == resource.id and place[1] in days}
        for appointment in found
    ]
    held: dict[tuple[str, str, int], frozenset[int]] = {}
    for holds in owned:
        for place, units in holds.items():
            held[place] = held.get(place, frozenset()) | units
    agenda = books.agenda(branch, [resource], first, last, kinds)
    taken = agenda.holds
    return Comparison(
        held=sum(len(units) for units in held.values()),
        unowned=less(taken, held),
        untaken=less(held, taken),
        shared=held_more_than_once(owned),
        miscounted=miscounts(agenda, begun(each for each in found if each.day in days), resource.id, kinds),
    )
