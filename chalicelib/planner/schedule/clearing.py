"""Appointments that nobody needs any more leave the table; figures keep their sums (R30)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Literal, Protocol

from chalicelib.domain.appointment import Appointment
from chalicelib.domain.moments import to_text
from chalicelib.domain.outbox import ENOUGH, TimeLeft
from chalicelib.domain.owed import leaving_until, may_leave
from chalicelib.domain.settings import Settings
from chalicelib.domain.sums import WeekSum, counted, sum_of

if TYPE_CHECKING:
    from chalicelib.planner.ports import Clock, Store

MANY = 100
"""Appointments, or days, that one run looks at."""
BRANCHES = 25
"""Branches that one run begins with at most."""
AGAIN = timedelta(days=1)
"""After a round: most that is ready by then is a day's appointments."""
ANOTHER_LOOK = timedelta(minutes=15)
"""After what failed, and where there is no such branch: perhaps it is being imported."""

Place = tuple[str, int, str]
Outcome = Literal["goes_on", "finished", "not_due"]
"""Of a round, after a portion of it. It is not due where somebody else has its turn, or has finished it."""


class Round(Protocol):
    """A branch's turn: how far it has come, and the resources that earlier rounds have known."""

    @property
    def branch(self) -> str: ...
    @property
    def place(self) -> Place | None: ...
    @property
    def resources(self) -> frozenset[str]: ...


class Rows(Protocol):
    """Where the appointments lie. Any call may raise TryAgain."""

    def due(self, now: datetime, most: int) -> list[str]:
        """Branches whose turn it is, the one that has waited longest first."""

    def take_up(self, branch: str, now: datetime, until: datetime) -> Round | None:
        """Begins or continues a branch's turn, which nobody else does until then; None if it is not due."""

    def go_on(
        self, branch: str, due: datetime, place: Place | None, resources: Iterable[str], finished: datetime | None = None
    ) -> None:
        """The branch has its next turn at `due`, from this place on; None: from the beginning. `finished` is when a round has
        come to its end by this."""

    def past(self, branch: str, resource: str, until: int, after: Place | None, most: int) -> list[Appointment]:
        """Appointments that started before `until` and that the schedule is not to look at, those after a place first."""

    def recorded(self, appointments: Sequence[Appointment], now: datetime) -> set[str]:
        """The ids of those whose last line of history is still kept."""

    def leave(self, appointment: Appointment, added: WeekSum, now: datetime) -> bool:
        """Removes an appointment with all that is its own, frees what it held, and adds it to the sum of its week. False
        where nothing of this was done."""

    def empty_days(self, branch: str, resource: str, before: str, most: int) -> Iterator[str]:
        """Days before a UTC day on which nothing is held."""

    def remove_day(self, branch: str, resource: str, day: str) -> bool:
        """If nothing is held on it still."""


@dataclass
class Cleared:
    """What has left, and how much was looked at for it."""

    appointments: int = 0
    days: int = 0
    looked_at: int = 0


class Clearing:
    def __init__(self, store: Store, rows: Rows, now: Clock) -> None:
        self._store = store
        self._rows = rows
        self._now = now

    def run(self, time_left: TimeLeft) -> Cleared:
        """Gives branches their turn, at most `MANY` appointments and days in all: the next run goes on there."""
        cleared, now = Cleared(), self._now()
        for branch in self._rows.due(now, BRANCHES):
            if time_left() < ENOUGH or cleared.looked_at >= MANY:
                break
            self.clear(branch, cleared)
        return cleared

    def clear(self, branch: str, cleared: Cleared) -> Outcome:
        """A portion of a branch.

        What fails comes again in a while, and until then keeps no other branch waiting.
        """
        now = self._now()
        turn = self._rows.take_up(branch, now, now + ANOTHER_LOOK)
        settings = self._store.settings(branch) if turn else None
        if turn is None or settings is None:
            return "not_due"
        resources = turn.resources | {each.id for each in settings.resources}
        place = self._portion(settings, sorted(resources), turn.place, cleared, now)
        new = resources - turn.resources
        if place:
            self._rows.go_on(branch, now, place, new)
            return "goes_on"
        self._rows.go_on(branch, now + AGAIN, None, new, now)
        return "finished"

    def _portion(
        self, settings: Settings, resources: list[str], place: Place | None, cleared: Cleared, now: datetime
    ) -> Place | None:
        """Where it stopped; None at the end."""
        until = leaving_until(settings.branch, now)
        for resource in resources:
            if place and resource < place[0]:
                continue
            after = place if place and resource == place[0] else None
            place = self._of_resource(settings, resource, until, after, cleared, now)
            if cleared.looked_at >= MANY:
                return place
        return None

    def _of_resource(
        self, settings: Settings, resource: str, until: int, after: Place | None, cleared: Cleared, now: datetime
    ) -> Place:
        """Up to where it was looked at; days come once all appointments have."""
        branch, room = settings.branch.id, MANY - cleared.looked_at
        found = self._rows.past(branch, resource, until, after, room)
        cleared.looked_at += len(found)
        cleared.appointments += sum(self._leave(found, settings, until, now))
        if len(found) < room:
            days = list(self._rows.empty_days(branch, resource, to_text(until)[:10], room - len(found)))
            cleared.looked_at += len(days)
            cleared.days += sum(self._rows.remove_day(branch, resource, day) for day in days)
        if found:
            return resource, found[-1].start, found[-1].id
        return after or (resource, 0, "")

    def _leave(self, found: list[Appointment], settings: Settings, until: int, now: datetime) -> Iterator[bool]:
        """Of each that has nothing open whether it has left."""
        ready = [each for each in found if may_leave(each, until)]
        recorded = self._rows.recorded(ready, now)
        ready = [each for each in ready if each.id not in recorded]
        waiting = {entry.appointment for entry in self._store.inbox(settings.branch.id)} if ready else set()
        for each in ready:
            if each.id not in waiting:
                yield self._rows.leave(each, sum_of(counted(each), settings), now)
