"""Between items of the table and values of the domain."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

import msgspec

from chalicelib.domain.agenda import Holds
from chalicelib.domain.appointment import Appointment, Event, Planned, Series
from chalicelib.domain.comment import Comment
from chalicelib.domain.inbox import Entry
from chalicelib.domain.limits import Count
from chalicelib.domain.moments import LONGEST_MONTH, from_text, to_text
from chalicelib.domain.outbox import Due, Message
from chalicelib.domain.settings import Access, Availability, Branch, DateException, Employee, Resource, Settings, Template, Text
from chalicelib.domain.undo import Undo
from chalicelib.store import keys
from chalicelib.store.models import AppointmentItem, ClearingItem, EntryItem, EventItem, MessageItem, RecountItem, SettingItem
from chalicelib.store.raw import RawItem

SETTINGS: dict[str, type] = {
    "BRANCH": Branch,
    "RESOURCE": Resource,
    "TEMPLATE": Template,
    keys.AVAILABILITY: Availability,
    "EXCEPTION": DateException,
    "EMPLOYEE": Employee,
    "ACCESS": Access,
    "TEXT": Text,
}
_DECODERS: dict[str, msgspec.json.Decoder[Any]] = {kind: msgspec.json.Decoder(each) for kind, each in SETTINGS.items()}
_COMMENT = msgspec.json.Decoder(Comment)
_HOLDS = msgspec.json.Decoder(list[tuple[str, str, int, frozenset[int]]])
_LANES = msgspec.json.Decoder(list[tuple[str, str, int, msgspec.Raw]])
"""Holds without their units, which the planner does not draw."""
NAMES = msgspec.json.Decoder(tuple[str, ...])
_COUNTS = msgspec.json.Decoder(tuple[Count, ...])
_SERIES = msgspec.json.Decoder(Series)
_UNDO = msgspec.json.Decoder(Undo)
_REMINDED = msgspec.json.Decoder(tuple[int, ...])


NO_HOLDS = "[]"
"""What stands in an appointment's item that holds no unit."""
NEVER = datetime.min.replace(tzinfo=UTC)


def stamp(moment: datetime) -> str:
    """`2026-11-24T08:30:00.000+00:00`: sorts as the moments do."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds")


def from_settings(settings: Settings) -> Iterator[SettingItem]:
    """The branch's own item first."""
    yield _setting(settings, keys.BRANCH, settings.branch, version=settings.version)
    for resource in settings.resources:
        yield _setting(settings, keys.setting("RESOURCE", resource.id), resource)
    for template in settings.templates:
        yield _setting(settings, keys.setting("TEMPLATE", template.id), template)
    for number, availability in enumerate(settings.availabilities):
        yield _setting(settings, keys.availability(number), availability)
    for exception in settings.exceptions:
        yield _setting(settings, keys.setting("EXCEPTION", exception.resource, exception.day.isoformat()), exception)
    for employee in settings.employees:
        yield _setting(settings, keys.setting("EMPLOYEE", employee.id), employee)
    for access in settings.accesses:
        yield _setting(settings, keys.setting("ACCESS", access.alias), access)
    for text in settings.texts:
        yield _setting(settings, keys.setting("TEXT", *text.place), text)


def to_settings(items: Iterable[SettingItem]) -> Settings | None:
    """None where there is no branch."""
    found: dict[str, list[Any]] = {kind: [] for kind in SETTINGS}
    version = 0
    for item in items:
        kind = keys.kind_of(item.sk)
        found[kind].append(value(item))
        version = int(item.version or version)
    if not found["BRANCH"]:
        return None
    return Settings(
        branch=found["BRANCH"][0],
        resources=tuple(found["RESOURCE"]),
        templates=tuple(found["TEMPLATE"]),
        availabilities=tuple(found["AVAILABILITY"]),
        exceptions=tuple(found["EXCEPTION"]),
        employees=tuple(found["EMPLOYEE"]),
        accesses=tuple(found["ACCESS"]),
        texts=tuple(found["TEXT"]),
        version=version,
    )


def value(item: SettingItem) -> Any:
    """The one thing that a setting's item holds; whatever an older version left out has its default."""
    return _DECODERS[keys.kind_of(item.sk)].decode(item.body)


def recount(branch: str, due: datetime) -> RecountItem:
    return RecountItem(keys.recount(branch), keys.RECOUNT, gsi3pk=keys.due(branch), gsi3sk=stamp(due))


def clearing(branch: str) -> ClearingItem:
    """Due at once: the first round says when the next one is."""
    return ClearingItem(keys.clearing(branch), keys.CLEARING, gsi3pk=keys.CLEARING, gsi3sk=stamp(NEVER))


def from_appointment(appointment: Appointment) -> AppointmentItem:
    person = _person_key(appointment)
    return AppointmentItem(
        keys.appointment(appointment.id),
        keys.APPOINTMENT,
        branch=appointment.branch,
        resource=appointment.resource,
        alias=appointment.alias,
        template=appointment.template,
        start=to_text(appointment.start),
        end=to_text(appointment.end),
        day=appointment.day,
        second=appointment.second,
        preparation=appointment.preparation,
        follow_up=appointment.follow_up,
        status=appointment.status,
        holds=holds_text(appointment.holds),
        counts=msgspec.json.encode(appointment.counts).decode(),
        warned=appointment.warned,
        reminded=msgspec.json.encode(appointment.reminded).decode() if appointment.reminded else None,
        confirm_until=_stamped(appointment.confirm_until),
        disowned_at=_stamped(appointment.disowned_at),
        moves_told_at=_stamped(appointment.moves_told_at),
        undo=msgspec.json.encode(appointment.undo).decode() if appointment.undo else None,
        kept=holds_text(appointment.kept) if appointment.kept else None,
        comment=msgspec.json.encode(appointment.comment).decode() if appointment.comment else None,
        type=appointment.type,
        name=appointment.name,
        customer=appointment.customer,
        write_to=appointment.write_to,
        reason=appointment.reason,
        note=appointment.note,
        on_paper=appointment.on_paper or None,
        hint=appointment.hint,
        series=msgspec.json.encode(appointment.series).decode() if appointment.series else None,
        language=appointment.language,
        fingerprint=appointment.fingerprint,
        made_at=stamp(appointment.made_at),
        version=appointment.version,
        token_version=appointment.token_version,
        gsi1pk=keys.agenda(appointment.branch, appointment.resource),
        gsi1sk=to_text(appointment.start),
        gsi2pk=person,
        gsi2sk=to_text(appointment.start) if person else None,
        gsi3pk=keys.due(appointment.id) if appointment.due else None,
        gsi3sk=_stamped(appointment.due),
    )


def to_appointment(raw: RawItem) -> Appointment:
    """From an item as it comes over the wire, in the present form: a model of 42 attributes costs more than all else."""
    return Appointment(
        id=keys.appointment_of(raw["pk"]["S"]),
        branch=raw["branch"]["S"],
        resource=raw["resource"]["S"],
        alias=raw["alias"]["S"],
        template=_text(raw, "template"),
        start=from_text(raw["start"]["S"]),
        end=from_text(raw["end"]["S"]),
        day=raw["day"]["S"],
        second=_text(raw, "second"),
        preparation=int(raw["preparation"]["N"]),
        follow_up=int(raw["follow_up"]["N"]),
        status=raw["status"]["S"],
        holds=holds_of(raw),
        counts=_COUNTS.decode(raw["counts"]["S"]),
        due=_moment(_text(raw, "due") or _text(raw, "gsi3sk")),
        warned=raw.get("warned", {}).get("BOOL", False),
        reminded=_REMINDED.decode(reminded) if (reminded := _text(raw, "reminded")) else (),
        confirm_until=_moment(_text(raw, "confirm_until")),
        disowned_at=_moment(_text(raw, "disowned_at")),
        moves_told_at=_moment(_text(raw, "moves_told_at")),
        undo=_UNDO.decode(undo) if (undo := _text(raw, "undo")) else None,
        kept=_to_holds(kept) if (kept := _text(raw, "kept")) else {},
        comment=_COMMENT.decode(comment) if (comment := _text(raw, "comment")) else None,
        type=_text(raw, "type") or "request",  # type: ignore[arg-type]  # written by us alone; version 0.1 did not
        name=_text(raw, "name") or "",
        customer=_text(raw, "customer"),
        write_to=_text(raw, "write_to") or "requester",  # type: ignore[arg-type]  # written by us alone
        reason=_text(raw, "reason"),
        note=_text(raw, "note"),
        on_paper=raw.get("on_paper", {}).get("BOOL", False),
        hint=_text(raw, "hint"),
        series=_SERIES.decode(series) if (series := _text(raw, "series")) else None,
        language=raw["language"]["S"],
        fingerprint=raw["fingerprint"]["S"],
        made_at=datetime.fromisoformat(raw["made_at"]["S"]),
        version=int(raw["version"]["N"]),
        token_version=int(raw["token_version"]["N"]),
    )


def holds_of(raw: RawItem) -> Holds:
    return _to_holds(raw["holds"]["S"])


PLANNED = (
    "pk", "version", "type", "status", "resource", "second", "template", "start", "end", "preparation", "follow_up", "name",
    "customer", "note", "on_paper", "hint", "series", "holds",
)  # fmt: skip
"""The attributes of an appointment that the planner draws."""


def to_planned(raw: RawItem) -> Planned:
    """From an item as it comes over the wire: a model for each of 400 costs more than all else."""
    return Planned(
        id=keys.appointment_of(raw["pk"]["S"]),
        version=int(raw["version"]["N"]),
        type=_text(raw, "type") or "request",  # type: ignore[arg-type]  # version 0.1 wrote neither type nor name
        status=raw["status"]["S"],
        resource=raw["resource"]["S"],
        second=_text(raw, "second"),
        template=_text(raw, "template"),
        start=from_text(raw["start"]["S"]),
        end=from_text(raw["end"]["S"]),
        preparation=int(raw["preparation"]["N"]),
        follow_up=int(raw["follow_up"]["N"]),
        name=_text(raw, "name") or "",
        customer=_text(raw, "customer"),
        note=_text(raw, "note"),
        on_paper=raw.get("on_paper", {}).get("BOOL", False),
        hint=_text(raw, "hint"),
        series=_SERIES.decode(series) if (series := _text(raw, "series")) else None,
        lanes=frozenset((resource, lane) for resource, _, lane, _ in _LANES.decode(raw["holds"]["S"])),
    )


OWED = ("pk", "sk", "gsi3sk", "attempts")
"""The attributes by which the schedule knows what is owed."""


def to_due(owed: Sequence[RawItem]) -> Due:
    """From items as they come over the wire."""
    found = [(raw["pk"]["S"], raw["sk"]["S"]) for raw in owed]
    return Due(
        messages=[key for key in found if key[1] not in (keys.APPOINTMENT, keys.RECOUNT)],
        appointments=[keys.appointment_of(pk) for pk, sk in found if sk == keys.APPOINTMENT],
        recounts=[keys.branch_to_recount(pk) for pk, sk in found if sk == keys.RECOUNT],
        unsent=sum(keys.is_message(raw["sk"]["S"]) and int(raw.get("attempts", {}).get("N", 0)) > 0 for raw in owed),
        since=min((datetime.fromisoformat(raw["gsi3sk"]["S"]) for raw in owed), default=None),
    )


def to_comment(text: str) -> Comment:
    return _COMMENT.decode(text)


def _text(raw: RawItem, name: str) -> str | None:
    value = raw.get(name)
    return value["S"] if value else None


def _person_key(appointment: Appointment) -> str | None:
    """Where the second index has an appointment: at its customer, or among the requests of nobody yet."""
    if appointment.customer:
        return keys.of_customer(appointment.branch, appointment.customer)
    return keys.unmatched(appointment.branch) if appointment.comment else None


def from_event(event: Event) -> EventItem:
    return EventItem(
        keys.appointment(event.appointment),
        keys.event(event.version),
        branch=event.branch,
        what=event.what,
        by=event.by,
        at=stamp(event.at),
        start=to_text(event.start),
        end=to_text(event.end),
        status=event.status,
        fields=msgspec.json.encode(event.fields).decode(),
        resource=event.resource,
        gsi2pk=record_key(event.branch, event.at),
        gsi2sk=stamp(event.at),
        ttl=kept_until(event.at, event.months),
    )


def to_event(item: EventItem) -> Event:
    return Event(
        appointment=keys.appointment_of(item.pk),
        branch=item.branch or "",
        version=keys.version_of(item.sk),
        what=item.what,
        by=item.by,
        at=datetime.fromisoformat(item.at),
        start=from_text(item.start),
        end=from_text(item.end),
        status=item.status,  # type: ignore[arg-type]  # written by us alone
        fields=NAMES.decode(item.fields or "[]"),
        resource=item.resource,
    )


def from_entry(entry: Entry) -> EntryItem:
    return EntryItem(
        keys.inbox(entry.branch),
        entry.id,
        kind=entry.kind,
        appointment=entry.appointment,
        at=stamp(entry.at),
        note=entry.note,
        proved=entry.proved or None,
    )


ENTRY = ("kind", "appointment", "at", "note", "proved")
"""The attributes of an entry beside its key."""


def to_entry(raw: RawItem, branch: str) -> Entry:
    """From an item as it comes over the wire: a flood of requests leaves thousands."""
    return Entry(
        id=raw["sk"]["S"],
        branch=branch,
        kind=raw["kind"]["S"],
        appointment=raw["appointment"]["S"],
        at=datetime.fromisoformat(raw["at"]["S"]),
        note=_text(raw, "note"),
        proved=raw.get("proved", {}).get("BOOL", False),
    )


def record_key(branch: str, at: datetime) -> str:
    return keys.record(branch, stamp(at)[:7])


def kept_until(at: datetime, months: int) -> int:
    return int((at + months * LONGEST_MONTH).timestamp())


def from_message(message: Message) -> MessageItem:
    return MessageItem(
        keys.appointment(message.appointment),
        keys.message(message.event, message.kind, message.channel),
        event=message.event,
        kind=message.kind,
        channel=message.channel,
        branch=message.branch,
        resource=message.resource,
        start=to_text(message.start),
        end=to_text(message.end),
        status=message.status,
        language=message.language,
        note=message.note,
        reader=message.reader,
        until=_stamped(message.until),
        state=message.state,
        attempts=message.attempts,
        caused_by=message.caused_by,
        gsi2pk=keys.trouble(message.branch) if message.in_trouble else None,
        gsi2sk=stamp(message.due) if message.in_trouble else None,
        gsi3pk=None if message.in_trouble else keys.due(message.appointment),
        gsi3sk=None if message.in_trouble else stamp(message.due),
    )


def to_message(item: MessageItem) -> Message:
    """`due` of one that was sent is the first moment of all."""
    when = item.gsi3sk or item.gsi2sk
    return Message(
        appointment=keys.appointment_of(item.pk),
        event=int(item.event),
        kind=item.kind,  # type: ignore[arg-type]  # written by us alone, as all below
        channel=item.channel,  # type: ignore[arg-type]
        branch=item.branch,
        resource=item.resource,
        start=from_text(item.start),
        end=from_text(item.end),
        status=item.status,  # type: ignore[arg-type]
        language=item.language,
        due=datetime.fromisoformat(when) if when else NEVER,
        note=item.note,
        reader=item.reader,  # type: ignore[arg-type]
        until=_moment(item.until),
        state=item.state,  # type: ignore[arg-type]
        attempts=int(item.attempts),
        provider_id=item.provider_id,
        failure=item.failure,
        caused_by=item.caused_by or "practice",  # type: ignore[arg-type]
    )


def _stamped(moment: datetime | None) -> str | None:
    return stamp(moment) if moment else None


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _to_holds(text: str) -> Holds:
    return {(resource, day, lane): units for resource, day, lane, units in _HOLDS.decode(text)}


def holds_text(holds: Holds) -> str:
    rows = [(resource, day, lane, sorted(units)) for (resource, day, lane), units in sorted(holds.items())]
    return msgspec.json.encode(rows).decode()


def _setting(settings: Settings, sk: str, value: object, version: int | None = None) -> SettingItem:
    body = msgspec.json.encode(_readable(value)).decode()
    return SettingItem(keys.branch(settings.branch.id), sk, body=body, version=version)


def _readable(value: object) -> object:
    """As the code before reads it too: it knows by `online` where a template is shown, and shows one without that to all."""
    return {**msgspec.to_builtins(value), "online": value.shown == "online"} if isinstance(value, Template) else value
