"""A closing is taken back: the time is open again, and each appointment stands as before (R40)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from chalicelib.domain.appointment import Appointment
from chalicelib.domain.errors import Flaw, Invalid, Refused
from chalicelib.domain.settings import Availability, Settings
from chalicelib.planner.staff.actions import ReadVersion

if TYPE_CHECKING:
    from chalicelib.planner.admin.settings import BranchSettings
    from chalicelib.planner.staff.actions import Actions
    from chalicelib.planner.staff.undoing import Undoing


@dataclass(frozen=True)
class Added:
    """An absence of a resource that a closing added: its type, first and last date, and minutes of the wall."""

    type: str
    first: date | None
    last: date | None
    start: int
    end: int


def added_by(absence: Availability) -> Added:
    hours = absence.hours
    return Added(absence.type, absence.valid_from, absence.valid_until, hours.start, hours.end)


class Reopening:
    def __init__(self, setup: BranchSettings, actions: Actions, undoing: Undoing) -> None:
        self._setup = setup
        self._actions = actions
        self._undoing = undoing

    def undo(
        self, branch: str, resource: str, added: Sequence[Added], acted: Sequence[ReadVersion], by: str
    ) -> list[tuple[Appointment, str]]:
        """Removes the absences that the closing added, then undoes what it did with each appointment, as its version tells.

        The outcome of each: `undone`, or the code of what stood against it. Can be repeated. Raises NotFound or Invalid, and
        then has done nothing, or TryAgain.
        """
        there = [self._actions.appointment(branch, each.appointment) for each in acted]

        def reopened(settings: Settings) -> Settings:
            if settings.resource(resource) is None:
                raise Invalid({"resource": Flaw("foreign")})
            return _without(settings, resource, added)

        self._setup.alter(branch, reopened, by)
        return [(one, self._undo(seen, by)) for one, seen in zip(there, acted, strict=True)]

    def _undo(self, seen: ReadVersion, by: str) -> str:
        try:
            self._undoing.undo(seen, by)
        except Refused as refusal:
            return refusal.code
        return "undone"


def _without(settings: Settings, resource: str, added: Sequence[Added]) -> Settings:
    """Of two that are alike one stays; what somebody else has changed or removed is left alone."""
    left = list(settings.availabilities)
    for each in added:
        found = next((one for one in left if one.resources == (resource,) and added_by(one) == each), None)
        if found:
            left.remove(found)
    return replace(settings, availabilities=tuple(left))
