"""A closing is taken back: the time is open again, and each appointment stands as before (R40)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from chalicelib.domain.appointment import Appointment
from chalicelib.domain.errors import Refused
from chalicelib.planner.staff.actions import ReadVersion

if TYPE_CHECKING:
    from chalicelib.planner.staff.actions import Actions
    from chalicelib.planner.staff.closing import Closing
    from chalicelib.planner.staff.undoing import Undoing


class Reopening:
    def __init__(self, closing: Closing, actions: Actions, undoing: Undoing) -> None:
        self._closing = closing
        self._actions = actions
        self._undoing = undoing

    def undo(self, branch: str, closing: str | None, acted: Sequence[ReadVersion], by: str) -> list[tuple[Appointment, str]]:
        """Reopens the closing, if `by` has made it, then undoes what was done in it with each appointment, as its version
        tells.

        The outcome of each: `undone`, or the code of what stood against it. Can be repeated. Raises NotFound, and then has done
        nothing, or TryAgain.
        """
        there = [self._actions.appointment(branch, each.appointment) for each in acted]
        if closing:
            self._closing.take_back(branch, closing, by)
        return [(one, self._undo(seen, by)) for one, seen in zip(there, acted, strict=True)]

    def _undo(self, seen: ReadVersion, by: str) -> str:
        try:
            self._undoing.undo(seen, by)
        except Refused as refusal:
            return refusal.code
        return "undone"
