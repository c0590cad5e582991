"""Somebody is ill: a time is closed, and each appointment in it is kept, moved to another resource or cancelled."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Literal

from chalicelib.domain.appointment import Planned
from chalicelib.domain.closings import Closed, absence_type, closing, closings, reopened
from chalicelib.domain.errors import Flaw, Invalid, NotFound, Refused
from chalicelib.domain.moments import DAY, UNIT, can_be_planned, to_local
from chalicelib.domain.offer import STRIDE
from chalicelib.domain.settings import LONGEST, ClosedBy, Settings
from chalicelib.domain.shifting import involved, room_for_all
from chalicelib.domain.status import HOLDING
from chalicelib.planner.placing import held_near
from chalicelib.planner.staff.actions import Move, ReadVersion

if TYPE_CHECKING:
    from chalicelib.planner.admin.settings import BranchSettings
    from chalicelib.planner.messages.notifying import Tell
    from chalicelib.planner.ports import Clock, Store
    from chalicelib.planner.staff.actions import Actions

LONGEST_CLOSING = 366 * DAY
ONE_DAY = timedelta(days=1)
REPEATED = timedelta(minutes=2)
"""So long after a closing the same one by the same employee is the same act, sent again."""


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What becomes of one appointment, as it was read at `version`; `resource` is where it is moved, or who comes second
    instead of the one that is closed, and `start` when it is then. None: as it is."""

    appointment: str
    does: Literal["keep", "move", "cancel"]
    version: int = 0
    resource: str | None = None
    start: int | None = None
    tell: Tell | None = None


class Closing:
    def __init__(self, store: Store, actions: Actions, branch_settings: BranchSettings, now: Clock) -> None:
        self._store = store
        self._actions = actions
        self._branch_settings = branch_settings
        self._now = now

    def affected(self, branch: str, resource: str, start: int, end: int) -> list[Planned]:
        """The live appointments that a resource has, also as the second one, within `[start, end)`, in order; none that is
        over."""
        settings = self.checked(branch, resource, start, end)
        resources = [each.id for each in settings.resources]
        around = self._store.planned(branch, resources, start - LONGEST, end + LONGEST)
        ahead = (each for each in around if each.status in HOLDING and each.end > self._minute())
        held = (each for each in ahead if resource in (each.resource, each.second))
        within = (each for each in held if each.start - each.preparation < end and start < each.end + each.follow_up)
        return sorted(within, key=lambda each: (each.start, each.id))

    def another_day(self, branch: str, end: int, planneds: Sequence[Planned], day: date | None = None) -> list[int]:
        """When these appointments could all be, in the same order, on the next day that has room for them: after `end` and
        today, and from `day` on. Empty where four weeks have none."""
        settings = self._settings(branch)
        if not planneds:
            return []
        first = max(to_local(instant, settings.zone).date() for instant in (end - 1, self._minute())) + ONE_DAY
        first = max(first, day or first)
        last = first + STRIDE - ONE_DAY
        agenda = held_near(self._store, branch, involved(settings, planneds), first, last)
        return room_for_all(settings, planneds, agenda, first, last, self._now())

    def settle(
        self, branch: str, resource: str, start: int, end: int, verdicts: Sequence[Verdict], by: str, name: str = ""
    ) -> tuple[str | None, list[tuple[Planned, str]]]:
        """Closes the time first, so that nobody books into it, then does what was said of each appointment.

        Returns the closing's id as `close` does, and the outcome of each: `kept`, `moved`, `cancelled`, `found` where nothing
        was said of it, or the code of what stood against it. Can be repeated: what is done already stays. Raises Invalid or
        NotFound, and then has done nothing.
        """
        if any(_stays(each, resource, start, end) for each in verdicts):
            raise Invalid({"answers": Flaw("closed")})
        said = {each.appointment: each for each in verdicts}
        closed = self.close(branch, resource, start, end, by, name)
        return closed, [
            (each, self._do(branch, said[each.id], each.second == resource, by) if each.id in said else "found")
            for each in self.affected(branch, resource, start, end)
        ]

    def close(self, branch: str, resource: str, start: int, end: int, by: str, name: str = "") -> str | None:
        """Adds an absence of the resource, unless it is away all that time already. Returns the id of the closing; None where
        the time was closed before. What `by` has just closed, they may have sent again, since no answer came."""
        made = ClosedBy(id=secrets.token_hex(8), name=name, by=by, made_at=self._now())
        found: str | None = None

        def add(settings: Settings) -> Settings:
            nonlocal found
            check_span(settings, resource, start, end)
            kind = absence_type(settings)
            if kind is None:
                raise Invalid({"resource": Flaw("no_absence")})
            stored = {replace(each, closing=None): each.closing for each in settings.availabilities}
            wanted = [replace(each, closing=None) for each in closing(settings, resource, start, end, kind, made)]
            marks = {stored[each] for each in wanted if each in stored}
            if len(marks) == 1 and all(each in stored for each in wanted):  # of two closings each needs all of its own
                [mark] = marks
                found = mark.id if mark and _is_repeated(mark, made) else None
                return settings
            found = made.id
            added = [replace(each, closing=made) for each in wanted]
            return replace(settings, availabilities=(*settings.availabilities, *added))

        self._branch_settings.alter(branch, add, by)
        return found

    def coming(self, branch: str) -> tuple[Settings, list[Closed]]:
        """The closings that are not over, by their beginning. Raises NotFound."""
        settings = self._settings(branch)
        return settings, closings(settings, self._minute())

    def reopen(self, branch: str, identity: str, by: str, start: int | None = None, end: int | None = None) -> None:
        """Ends a closing from `start` to `end`; None: from its beginning, to its end. Raises NotFound where there is none of
        this id, or Invalid."""
        for name, each in (("start", start), ("end", end)):
            if each is not None and (each % UNIT or not can_be_planned(each, each)):
                raise Invalid({name: Flaw("multiple", of=UNIT, unit="minutes") if each % UNIT else Flaw("not_plannable")})
        if start is not None and end is not None and end <= start:
            raise Invalid({"end": Flaw("after", field="start")})

        def take(settings: Settings) -> Settings:
            spans = [span for each in closings(settings, 0) if each.closing.id == identity for span in each.spans]
            if not spans:
                raise NotFound
            first = min(span[0] for span in spans) if start is None else start
            last = max(span[1] for span in spans) if end is None else end
            return replace(settings, availabilities=reopened(settings, identity, first, last))

        self._branch_settings.alter(branch, take, by)

    def take_back(self, branch: str, identity: str, by: str) -> None:
        """Ends a closing, if it is there still and `by` has made it. Raises NotFound where there is no such branch."""
        made = [each.closing for each in closings(self._settings(branch), 0)]
        if any((each.id, each.by) == (identity, by) for each in made):
            with suppress(NotFound):  # somebody else has reopened it meanwhile
                self.reopen(branch, identity, by)

    def _do(self, branch: str, verdict: Verdict, is_second: bool, by: str) -> str:
        seen = ReadVersion(branch, verdict.appointment, verdict.version)
        try:
            if verdict.does == "move":
                other, at = verdict.resource, verdict.start
                to = Move(start=at, second=other) if is_second else Move(start=at, resource=other)
                self._actions.move(seen, to, by, verdict.tell)
                return "moved"
            if verdict.does == "cancel":
                self._actions.answer(seen, "cancelled", by, tell=verdict.tell)
                return "cancelled"
        except Refused as refusal:
            return refusal.code
        return "kept"

    def checked(self, branch: str, resource: str, start: int, end: int) -> Settings:
        """The branch's settings. Raises NotFound, or Invalid for a time or a resource that cannot be closed."""
        settings = self._settings(branch)
        check_span(settings, resource, start, end)
        return settings

    def _settings(self, branch: str) -> Settings:
        settings = self._store.settings(branch)
        if settings is None:
            raise NotFound
        return settings

    def _minute(self) -> int:
        return int(self._now().timestamp()) // 60


def _stays(verdict: Verdict, resource: str, start: int, end: int) -> bool:
    """Whether it would be moved to what is closed."""
    if verdict.does != "move" or verdict.resource not in (None, resource):
        return False
    return verdict.start is None or start <= verdict.start < end


def check_span(settings: Settings, resource: str, start: int, end: int) -> None:
    """Raises Invalid for a time or a resource that cannot be closed."""
    if settings.resource(resource) is None:
        raise Invalid({"resource": Flaw("foreign")})
    if start % UNIT or end % UNIT:
        raise Invalid({"start" if start % UNIT else "end": Flaw("multiple", of=UNIT, unit="minutes")})
    if end <= start:
        raise Invalid({"end": Flaw("after", field="start")})
    if end - start > LONGEST_CLOSING:
        raise Invalid({"end": Flaw("longest", most=LONGEST_CLOSING, unit="minutes")})
    if not can_be_planned(start, end):
        raise Invalid({"start": Flaw("not_plannable")})


def _is_repeated(stored: ClosedBy, made: ClosedBy) -> bool:
    if stored.made_at is None or made.made_at is None:
        return False
    return (stored.by, stored.name) == (made.by, made.name) and made.made_at - stored.made_at < REPEATED
