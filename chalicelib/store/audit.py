"""What is read over long times: the record of a branch, and its appointments as figures need them."""

from __future__ import annotations

import base64
import binascii
import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date

import msgspec
from pynamodb.exceptions import QueryError

from chalicelib.domain.customer import Customer
from chalicelib.domain.errors import Flaw, Invalid
from chalicelib.domain.moments import from_text, to_text
from chalicelib.domain.record import Line, Mentioned, Subject
from chalicelib.domain.sums import CountedAppointment, WeekSum, minutes_by_lane
from chalicelib.store import audit_items as lines
from chalicelib.store import keys
from chalicelib.store.faults import code_of, translated
from chalicelib.store.items import holds_of
from chalicelib.store.models import AppointmentItem, RecordItem, SumItem
from chalicelib.store.raw import RawItem, batch, query

COUNTED = ("resource", "second", "start", "end", "preparation", "follow_up", "type", "status", "made_at", "template", "holds")
_PLACE = msgspec.json.Decoder(tuple[str, str, str])
_CUSTOMER = msgspec.json.Decoder(Customer)
NAMED: tuple[Subject, ...] = ("appointment", "customer")
MENTIONED = ("branch", "type", "name", "start", "body")
FEW = 25
"""Sums that are read at a time to find the first."""
NOT_A_PLACE = Invalid({"before": Flaw("page")})


class Books:
    """Of the table that `Table` has bound."""

    def record(self, branch: str, month: str, limit: int, before: str | None = None) -> tuple[list[Line], str | None]:
        """Lines of a month (`2026-11`, in UTC), the latest first, and what asks for those before them: None at the end.

        May lag behind by moments. One query. Raises Invalid for a `before` that is none.
        """
        start = _start(keys.record(branch, month), before) if before else None
        found = RecordItem.query(
            keys.record(branch, month), index_name="gsi2", scan_index_forward=False, limit=limit, last_evaluated_key=start
        )
        try:
            with translated():
                page = [lines.to_line(item, branch) for item in found if item.ttl > time.time()]
        except QueryError as error:
            if start and code_of(error) == "ValidationException":
                raise NOT_A_PLACE from None
            raise
        after = found.last_evaluated_key
        return page, _token(after) if after else None

    def first_month(self, branch: str, months: Sequence[str]) -> str | None:
        """The first of these months that has a line; may lag behind by moments. One query for each up to that one."""
        with translated():
            return next(
                (each for each in months if any(query(keys.record(branch, each), None, (), index="gsi2", limit=1))), None
            )

    def mentioned(self, branch: str, things: Collection[tuple[Subject, str]]) -> Mapping[tuple[Subject, str], Mentioned]:
        """The appointments and customers of the branch among these that are still there, as of now; of somebody merged into
        another nothing is left. One request for each hundred."""
        places = {_place(branch, kind, identity): (kind, identity) for kind, identity in things if kind in NAMED}
        with translated():
            found = batch(list(places), MENTIONED) if places else []
        named = ((places[raw["pk"]["S"], raw["sk"]["S"]], _mentioned(raw, branch)) for raw in found)
        return {thing: mentioned for thing, mentioned in named if mentioned}

    def counted(self, branch: str, resource: str, since: int, until: int) -> Iterator[CountedAppointment]:
        """Appointments of a resource that start in `[since, until)`; may lag behind by moments. One query."""
        between = AppointmentItem.gsi1sk.between(to_text(since), to_text(until - 1))
        with translated():
            yield from map(_counted, query(keys.agenda(branch, resource), between, COUNTED, index="gsi1"))

    def first(self, branch: str, resource: str) -> int | None:
        """The start of a resource's earliest appointment; None where it has none. One query."""
        with translated():
            found = next(query(keys.agenda(branch, resource), None, ("start",), index="gsi1", limit=1), None)
        return from_text(found["start"]["S"]) if found else None

    def sums(self, branch: str, first: date, last: date) -> list[WeekSum]:
        """Of appointments that have left, in the weeks from `first` to `last`, both Mondays; as of now. One query."""
        between = SumItem.sk.between(*keys.weeks(first.isoformat(), last.isoformat()))
        with translated():
            return [lines.to_sum(raw) for raw in query(keys.sums(branch), between, None)]

    def first_sum(self, branch: str, resources: Collection[str]) -> date | None:
        """The earliest week of which there is a sum of one of these resources. Mostly one query; more where the earliest ones
        are all of resources that are gone."""
        after = keys.BEFORE_ALL_WEEKS
        with translated():
            while found := [raw["sk"]["S"] for raw in query(keys.sums(branch), SumItem.sk > after, (), limit=FEW)]:
                weeks = [week for week, resource in map(keys.week_and_resource, found) if resource in resources]
                if weeks:
                    return date.fromisoformat(weeks[0])
                after = found[-1]
        return None


def _place(branch: str, kind: Subject, identity: str) -> tuple[str, str]:
    if kind == "customer":
        return keys.customers(branch), keys.customer(identity)
    return keys.appointment(identity), keys.APPOINTMENT


def _mentioned(raw: RawItem, branch: str) -> Mentioned | None:
    if "start" not in raw:
        return Mentioned(_CUSTOMER.decode(raw["body"]["S"]).name) if "body" in raw else None
    if raw["branch"]["S"] != branch:
        return None
    blocked = raw.get("type", {}).get("S") == "blocked"
    return Mentioned(raw.get("name", {}).get("S", ""), from_text(raw["start"]["S"]), blocked)


def _counted(raw: RawItem) -> CountedAppointment:
    return CountedAppointment(
        resource=raw["resource"]["S"],
        second=raw.get("second", {}).get("S"),
        start=from_text(raw["start"]["S"]),
        end=from_text(raw["end"]["S"]),
        preparation=int(raw["preparation"]["N"]),
        follow_up=int(raw["follow_up"]["N"]),
        type=raw.get("type", {}).get("S", "request"),  # version 0.1 wrote none
        status=raw["status"]["S"],
        made_at=from_text(raw["made_at"]["S"]),
        template=raw.get("template", {}).get("S"),
        lanes=minutes_by_lane(holds_of(raw)),
    )


def _token(place: RawItem) -> str:
    """Where a page ended, for the next request's address."""
    text = msgspec.json.encode([place[name]["S"] for name in ("gsi2sk", "pk", "sk")])
    return base64.urlsafe_b64encode(text).rstrip(b"=").decode()


def _start(partition: str, token: str) -> dict[str, dict[str, str]]:
    try:
        at, pk, sk = _PLACE.decode(base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)))
    except (msgspec.DecodeError, binascii.Error, ValueError):
        raise NOT_A_PLACE from None
    named = {"gsi2pk": partition, "gsi2sk": at, "pk": pk, "sk": sk}
    return {name: {"S": value} for name, value in named.items()}
