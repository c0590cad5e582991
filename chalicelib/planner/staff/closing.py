"""Somebody is ill: a time is closed, and each appointment in it is kept, moved to another resource or cancelled."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Literal

from chalicelib.domain.appointment import Planned
from chalicelib.domain.errors import ChangedMeanwhile, Flaw, Invalid, NotFound, Refused, TryAgain
from chalicelib.domain.moments import DAY, UNIT, can_be_planned, to_local
from chalicelib.domain.settings import ABSENCE, LONGEST, Availability, Hours, Settings
from chalicelib.domain.status import HOLDING
from chalicelib.planner.staff.actions import Move, ReadVersion

if TYPE_CHECKING:
    from chalicelib.planner.admin.settings import BranchSettings
    from chalicelib.planner.messages.notifying import Tell
    from chalicelib.planner.ports import Store
    from chalicelib.planner.staff.actions import Actions

LONGEST_CLOSING = 366 * DAY
ROUNDS = 5


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What becomes of one appointment, as it was read at `version`; `resource` is where it is moved, or who comes second
    instead of the one that is closed."""

    appointment: str
    does: Literal["keep", "move", "cancel"]
    version: int = 0
    resource: str | None = None
    tell: Tell | None = None


class Closing:
    def __init__(self, store: Store, actions: Actions, branch_settings: BranchSettings) -> None:
        self._store = store
        self._actions = actions
        self._branch_settings = branch_settings

    def affected(self, branch: str, resource: str, start: int, end: int) -> list[Planned]:
        """The live appointments that a resource has, also as the second one, within `[start, end)`, in order."""
        settings = self.checked(branch, resource, start, end)
        resources = [each.id for each in settings.resources]
        around = self._store.planned(branch, resources, start - LONGEST, end + LONGEST)
        held = (each for each in around if each.status in HOLDING and resource in (each.resource, each.second))
        within = (each for each in held if each.start - each.preparation < end and start < each.end + each.follow_up)
        return sorted(within, key=lambda each: (each.start, each.id))

    def settle(
        self, branch: str, resource: str, start: int, end: int, verdicts: Sequence[Verdict], by: str
    ) -> tuple[list[Availability], list[tuple[Planned, str]]]:
        """Closes the time first, so that nobody books into it, then does what was said of each appointment.

        Returns the absences that it added, and the outcome of each appointment: `kept`, `moved`, `cancelled`, `found` where
        nothing was said of it, or the code of what stood against it. Can be repeated: what is done already stays. Raises
        Invalid or NotFound, and then has done nothing.
        """
        if any(each.does == "move" and each.resource == resource for each in verdicts):
            raise Invalid({"answers": Flaw("closed")})
        said = {each.appointment: each for each in verdicts}
        added = self.close(branch, resource, start, end, by)
        return added, [
            (each, self._do(branch, said[each.id], each.second == resource, by) if each.id in said else "found")
            for each in self.affected(branch, resource, start, end)
        ]

    def close(self, branch: str, resource: str, start: int, end: int, by: str) -> list[Availability]:
        """Adds absences of the resource, unless it is away all that time already; returns those that it added."""
        for _ in range(ROUNDS):
            settings = self.checked(branch, resource, start, end)
            absence = next((each.id for each in settings.branch.types if each.effect == "closes"), None)
            if absence is None:
                raise Invalid({"resource": Flaw("no_absence")})
            kind = ABSENCE if any(each.id == ABSENCE for each in settings.branch.types) else absence
            added = [each for each in _absences(settings, resource, kind, start, end) if each not in settings.availabilities]
            if not added:
                return []
            try:
                self._branch_settings.change(
                    branch, settings.version, {"availabilities": (*settings.availabilities, *added)}, by
                )
            except ChangedMeanwhile:
                continue
            return added
        raise TryAgain

    def _do(self, branch: str, verdict: Verdict, is_second: bool, by: str) -> str:
        seen = ReadVersion(branch, verdict.appointment, verdict.version)
        try:
            if verdict.does == "move":
                to = Move(second=verdict.resource) if is_second else Move(resource=verdict.resource)
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
        settings = self._store.settings(branch)
        if settings is None:
            raise NotFound
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
        return settings


def _absences(settings: Settings, resource: str, kind: str, start: int, end: int) -> Iterator[Availability]:
    """One day in part, or a first day, whole days, and a last one."""
    first, last = to_local(start, settings.zone), to_local(end, settings.zone)
    begins, ends = first.hour * 60 + first.minute, last.hour * 60 + last.minute
    if first.date() == last.date():
        yield _away(resource, kind, first.date(), first.date(), begins, ends)
        return
    if begins:
        yield _away(resource, kind, first.date(), first.date(), begins, DAY)
    whole = first.date() + timedelta(days=1 if begins else 0), last.date() - timedelta(days=1)
    if whole[0] <= whole[1]:
        yield _away(resource, kind, *whole, 0, DAY)
    if ends:
        yield _away(resource, kind, last.date(), last.date(), 0, ends)


def _away(resource: str, kind: str, first: date, last: date, start: int, end: int) -> Availability:
    return Availability(
        resources=(resource,),
        weekdays=frozenset(range(1, 8)),
        hours=Hours(start=start, end=end, step=UNIT),
        type=kind,
        valid_from=first,
        valid_until=last,
    )
