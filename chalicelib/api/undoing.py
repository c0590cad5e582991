"""What staff undo, or tell at once (R40)."""

from __future__ import annotations

from collections.abc import Sequence

from chalicelib.api import desk_views
from chalicelib.api.desk_schemas import Acted, ClosingUndoRequest, DetailView, ReopenedView, UndoRequest
from chalicelib.api.http import StaffRequest
from chalicelib.domain.appointment import Planned
from chalicelib.domain.settings import Availability
from chalicelib.planner.staff.actions import ReadVersion
from chalicelib.planner.staff.closing import Verdict
from chalicelib.planner.staff.reopening import Added

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
    zone = office.calendar.settings(branch).zone
    added = [Added(each.type, each.first, each.last, each.start, each.end) for each in body.absences]
    acted = [ReadVersion(branch, each.id, each.version) for each in body.appointments]
    return desk_views.reopened(office.reopening.undo(branch, body.resource, added, acted, request.caller.id), zone)


def of_closing(
    resource: str, added: Sequence[Availability], verdicts: Sequence[Verdict], outcomes: Sequence[tuple[Planned, str]]
) -> ClosingUndoRequest:
    """What would undo it: each act has made the version after the one that was read."""
    read = {each.appointment: each.version for each in verdicts}
    acted = [Acted(planned.id, read[planned.id] + 1) for planned, outcome in outcomes if outcome in DONE]
    return ClosingUndoRequest(resource, [desk_views.absence(each) for each in added], acted)
