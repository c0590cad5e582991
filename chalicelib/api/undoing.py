"""What staff undo, or tell at once (R40)."""

from __future__ import annotations

from collections.abc import Sequence

from chalicelib.api import desk_views
from chalicelib.api.desk_schemas import Acted, ClosingUndoRequest, DetailView, ReopenedView, UndoRequest
from chalicelib.api.http import StaffRequest
from chalicelib.domain.appointment import Planned
from chalicelib.planner.staff.actions import ReadVersion
from chalicelib.planner.staff.closing import Verdict

DONE = ("moved", "cancelled")
"""Outcomes of a closing that changed an appointment."""


def undo_act(request: StaffRequest, branch: str, appointment: str, body: UndoRequest) -> DetailView:
    office = request.use_cases.office()
    office.undoing.undo(ReadVersion(branch, appointment, body.version), request.caller.id)
    return desk_views.detail(office.calendar.detail(branch, appointment))


def send_now(request: StaffRequest, branch: str, appointment: str, body: UndoRequest) -> DetailView:
    office = request.use_cases.office()
    office.undoing.send_now(ReadVersion(branch, appointment, body.version), request.caller.id)
    return desk_views.detail(office.calendar.detail(branch, appointment))


def undo_closing(request: StaffRequest, branch: str, body: ClosingUndoRequest) -> ReopenedView:
    office = request.use_cases.office()
    settings = office.calendar.settings(branch)
    acted = [ReadVersion(branch, each.id, each.version) for each in body.appointments]
    return desk_views.reopened(office.reopening.undo(branch, body.closing, acted, request.caller.id), settings)


def of_closing(closing: str | None, verdicts: Sequence[Verdict], outcomes: Sequence[tuple[Planned, str]]) -> ClosingUndoRequest:
    """What would undo it: each act has made the version after the one that was read."""
    read = {each.appointment: each.version for each in verdicts}
    acted = [Acted(planned.id, read[planned.id] + 1) for planned, outcome in outcomes if outcome in DONE]
    return ClosingUndoRequest(closing, acted)
