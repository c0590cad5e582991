"""The routes of the planner."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

import msgspec
from chalice.app import Response

from chalicelib.api import fields
from chalicelib.api.http import answer
from chalicelib.api.staff import EVERYONE, StaffRoutes
from chalicelib.domain.errors import Flaw, Invalid
from chalicelib.domain.moments import on_the_minute
from chalicelib.domain.record import Reading
from chalicelib.domain.staff import Caller, UserPool

if TYPE_CHECKING:
    from chalicelib.api import desk_schemas
    from chalicelib.domain.outbox import Reader
    from chalicelib.planner.messages.notifying import Tell
    from chalicelib.planner.records.readings import Readings
    from chalicelib.planner.staff.closing import Verdict
    from chalicelib.planner.staff.office import Office

ENTRIES = 50
"""Entries of the inbox that one answer has unless more or fewer are asked for."""
LARGEST_CLOSING = 128 * 1024
"""Bytes: 200 appointments, each with words to its customer."""


class DeskRoutes(StaffRoutes):
    """`office` has the use cases; it is asked for when the first request needs it, as are views and schemas."""

    def __init__(
        self,
        pool: Callable[[], UserPool],
        now: Callable[[], datetime],
        readings: Callable[[], Readings],
        office: Callable[[], Office],
    ) -> None:
        super().__init__(__name__, pool, now, readings)
        self._office = office
        self.of_branch(EVERYONE, "GET", "planner", self.days, Reading("list", id="planner"))
        self.of_branch(EVERYONE, "GET", "inbox", self.inbox, Reading("list", id="inbox"))
        self.of_branch(EVERYONE, "POST", "inbox/{entry}/done", self.tick_off, Reading("list", id="inbox"))
        self.of_branch(EVERYONE, "GET", "free", self.free)
        self.of_branch(EVERYONE, "POST", "appointments", self.book)
        self.of_branch(EVERYONE, "GET", "appointments/{appointment}", self.detail, Reading("appointment"))
        self.of_branch(EVERYONE, "POST", "appointments/{appointment}/status", self.answer)
        self.of_branch(EVERYONE, "POST", "appointments/{appointment}/move", self.move)
        self.of_branch(EVERYONE, "POST", "appointments/{appointment}/customer", self.match)
        self.of_branch(EVERYONE, "POST", "appointments/{appointment}/tell", self.tell)
        self.of_branch(EVERYONE, "POST", "appointments/{appointment}/message", self.preview, Reading("appointment"))
        self.of_branch(EVERYONE, "POST", "appointments/{appointment}/void-link", self.void_link)
        self.of_branch(EVERYONE, "POST", "closings", self.close, Reading("list", id="closing"))
        self.of_branch(EVERYONE, "POST", "requests/decline", self.decline)
        self.of_branch(EVERYONE, "GET", "requests/turned-away", self.turned_away)

    def days(self, _: Caller, branch: str) -> Response:
        from chalicelib.api import desk_views

        shown = self._office().calendar.days(branch, self.query_date("from"), self.query_number("days", 7))
        return answer(desk_views.days(shown))

    def inbox(self, _: Caller, branch: str) -> Response:
        from chalicelib.api import desk_views

        return answer(desk_views.inbox(self._office().calendar.inbox(branch, *self._page())))

    def tick_off(self, _: Caller, branch: str, entry: str) -> Response:
        from chalicelib.api import desk_views

        return answer(desk_views.inbox(self._office().calendar.tick_off(branch, entry, *self._page())))

    def _page(self) -> tuple[str | None, int]:
        """Behind what the answer begins, and how many entries it has at most."""
        return self.query("after"), self.query_number("limit", ENTRIES)

    def free(self, _: Caller, branch: str) -> Response:
        from chalicelib.api import desk_views
        from chalicelib.planner.staff.calendar import FreeTimeSearch

        search = FreeTimeSearch(
            resources=[each for each in (self.query("resources") or "").split(",") if each],
            template=self.query("template"),
            minutes=self.query_number("minutes", 0) or None,
            first=self.query_date("from"),
            weekdays=_weekdays(self.query("weekdays")),
            count=self.query_number("count", 10),
            everything=self.query("all") == "1",
        )
        settings, times = self._office().calendar.free(branch, search)
        return answer(desk_views.free(times, settings.zone))

    def detail(self, caller: Caller, branch: str, appointment: str) -> Response:
        from chalicelib.api import desk_views

        customer, write_to = self.query("customer"), _reader(self.query("write_to"))
        shown = self._office().calendar.detail(branch, appointment, customer=customer, write_to=write_to)
        if customer:
            self.note(caller, branch, Reading("customer"), customer)
        return answer(desk_views.detail(shown))

    def book(self, caller: Caller, branch: str) -> Response:
        from chalicelib.api import desk_schemas, desk_views
        from chalicelib.planner.staff.creating import NewAppointment

        body = self.body(desk_schemas.BookRequest)
        wanted = NewAppointment(
            type=body.type,
            resource=body.resource,
            start=on_the_minute(body.start),
            second=body.second,
            template=body.template,
            minutes=body.minutes,
            customer=body.customer,
            title=_said(fields.line, "title", body.title),
            language=body.language,
            times=body.repeat.times if body.repeat else 1,
            weeks=body.repeat.weeks if body.repeat else 1,
            tell=_tell(body.tell),
        )
        office = self._office()
        zone = office.calendar.settings(branch).zone
        if body.dry:
            return answer(desk_views.made(office.creating.look(branch, wanted), zone))
        key = self.header("Idempotency-Key")
        return answer(
            desk_views.made(office.creating.book(branch, key, wanted, msgspec.json.encode(body), caller.id), zone), 201
        )

    def answer(self, caller: Caller, branch: str, appointment: str) -> Response:
        from chalicelib.api import desk_schemas
        from chalicelib.planner.staff.actions import ReadVersion

        body = self.body(desk_schemas.AnswerRequest)
        self._office().actions.answer(
            ReadVersion(branch, appointment, body.version),
            body.status,
            caller.id,
            customer=body.customer,
            write_to=body.write_to,
            reason=_said(fields.text, "reason", body.reason),
            tell=_tell(body.tell),
        )
        if body.customer:
            self.note(caller, branch, Reading("customer"), body.customer)
        return self._detail(branch, appointment)

    def move(self, caller: Caller, branch: str, appointment: str) -> Response:
        from chalicelib.api import desk_schemas
        from chalicelib.planner.staff.actions import Move, ReadVersion

        body = self.body(desk_schemas.MoveRequest)
        to = Move(start=_instant(body.start), end=_instant(body.end), resource=body.resource, second=body.second)
        self._office().actions.move(ReadVersion(branch, appointment, body.version), to, caller.id, _tell(body.tell))
        return self._detail(branch, appointment)

    def match(self, caller: Caller, branch: str, appointment: str) -> Response:
        from chalicelib.api import desk_schemas
        from chalicelib.planner.staff.actions import ReadVersion

        body = self.body(desk_schemas.MatchRequest)
        self._office().actions.match(ReadVersion(branch, appointment, body.version), body.customer, caller.id, body.write_to)
        if body.customer:
            self.note(caller, branch, Reading("customer"), body.customer)
        return self._detail(branch, appointment)

    def void_link(self, caller: Caller, branch: str, appointment: str) -> Response:
        from chalicelib.api import desk_schemas
        from chalicelib.planner.staff.actions import ReadVersion

        body = self.body(desk_schemas.VoidLinkRequest)
        self._office().actions.void_link(ReadVersion(branch, appointment, body.version), caller.id)
        return self._detail(branch, appointment)

    def tell(self, caller: Caller, branch: str, appointment: str) -> Response:
        from chalicelib.api import desk_schemas
        from chalicelib.planner.messages.notifying import Tell
        from chalicelib.planner.staff.actions import ReadVersion

        body = self.body(desk_schemas.TellRequest)
        tell = Tell(body.tell.channel, _said(fields.text, "tell.note", body.tell.note))
        self._office().actions.tell(ReadVersion(branch, appointment, body.version), tell, caller.id)
        return self._detail(branch, appointment)

    def preview(self, caller: Caller, branch: str, appointment: str) -> Response:
        from chalicelib.api import desk_schemas, desk_views
        from chalicelib.planner.messages.notifying import Tell
        from chalicelib.planner.staff.actions import Move, ReadVersion

        body = self.body(desk_schemas.MessagePreviewRequest)
        office = self._office()
        message = office.actions.preview(
            ReadVersion(branch, appointment, 0),
            body.what,
            Tell(body.channel, _said(fields.text, "note", body.note)),
            office.compose(),
            Move(start=_instant(body.start), end=_instant(body.end), resource=body.resource),
            _said(fields.text, "reason", body.reason),
            customer=body.customer,
            write_to=body.write_to,
        )
        if body.customer:
            self.note(caller, branch, Reading("customer"), body.customer)
        return answer(desk_views.preview(message))

    def close(self, caller: Caller, branch: str) -> Response:
        from chalicelib.api import desk_schemas, desk_views

        body = self.body(desk_schemas.ClosingRequest, LARGEST_CLOSING)
        office = self._office()
        zone = office.calendar.settings(branch).zone
        where = (branch, body.resource, on_the_minute(body.start), on_the_minute(body.end))
        if body.answers is None:
            found = office.closing.affected(*where)
            return answer(desk_views.closing([(each, "found") for each in found], zone, closed=False))
        outcomes = office.closing.settle(*where, [_verdict(each) for each in body.answers], caller.id)
        return answer(desk_views.closing(outcomes, zone, closed=True))

    def decline(self, caller: Caller, branch: str) -> Response:
        from chalicelib.api import desk_schemas, desk_views
        from chalicelib.planner.staff.waves import Wave

        body = self.body(desk_schemas.WaveRequest)
        wave, waves = Wave(alias=body.alias, since=body.since, until=body.until, tell=body.tell), self._office().waves
        return answer(desk_views.wave(waves.look(branch, wave) if body.dry else waves.decline(branch, wave, caller.id)))

    def turned_away(self, _: Caller, branch: str) -> Response:
        from chalicelib.api import desk_views

        return answer(desk_views.turned_away(self._office().calendar.turned_away(branch)))

    def _detail(self, branch: str, appointment: str) -> Response:
        """The appointment as it stands after what was done."""
        from chalicelib.api import desk_views

        return answer(desk_views.detail(self._office().calendar.detail(branch, appointment)))


def _said(clean: Callable[[str, str | None, dict[str, Flaw]], str | None], name: str, value: str | None) -> str | None:
    """What staff typed, cleaned. Raises Invalid with the field's name."""
    wrong: dict[str, Flaw] = {}
    cleaned = clean(name, value, wrong)
    if wrong:
        raise Invalid(wrong)
    return cleaned


def _reader(text: str | None) -> Reader | None:
    readers: dict[str | None, Reader | None] = {None: None, "requester": "requester", "customer": "customer"}
    if text not in readers:
        raise Invalid({"write_to": Flaw("choice")})
    return readers[text]


def _instant(moment: datetime | None) -> int | None:
    return None if moment is None else on_the_minute(moment)


def _weekdays(text: str | None) -> frozenset[int]:
    """`1,2`: Monday and Tuesday; all where nothing is said."""
    days = frozenset((text or "1,2,3,4,5,6,7").split(","))
    if not days <= set("1234567"):
        raise Invalid({"weekdays": Flaw("weekdays")})
    return frozenset(map(int, days))


def _tell(tell: desk_schemas.Tell | None) -> Tell | None:
    from chalicelib.planner.messages.notifying import Tell

    return Tell(tell.channel, _said(fields.text, "tell.note", tell.note)) if tell else None


def _verdict(said: desk_schemas.Keep | desk_schemas.Away | desk_schemas.Off) -> Verdict:
    from chalicelib.api import desk_schemas
    from chalicelib.planner.staff.closing import Verdict

    match said:
        case desk_schemas.Away():
            return Verdict(
                appointment=said.id, does="move", version=said.version, resource=said.resource, tell=_tell(said.tell)
            )
        case desk_schemas.Off():
            return Verdict(appointment=said.id, does="cancel", version=said.version, tell=_tell(said.tell))
    return Verdict(appointment=said.id, does="keep")
