"""Between items of the table and values of the domain."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any

import msgspec

from chalicelib.domain.agenda import Holds
from chalicelib.domain.appointment import Appointment, Comment, Count, Event
from chalicelib.domain.moments import from_text, to_text
from chalicelib.domain.outbox import Message
from chalicelib.domain.settings import Access, Availability, Branch, DateException, Resource, Settings, Template
from chalicelib.store import keys
from chalicelib.store.models import AppointmentItem, EventItem, MessageItem, SettingItem

SETTINGS: dict[str, type] = {
    "BRANCH": Branch,
    "RESOURCE": Resource,
    "TEMPLATE": Template,
    "AVAILABILITY": Availability,
    "EXCEPTION": DateException,
    "ACCESS": Access,
}
_DECODERS: dict[str, msgspec.json.Decoder[Any]] = {kind: msgspec.json.Decoder(each) for kind, each in SETTINGS.items()}
_COMMENT = msgspec.json.Decoder(Comment)
_HOLDS = msgspec.json.Decoder(list[tuple[str, str, int, frozenset[int]]])
_COUNTS = msgspec.json.Decoder(tuple[Count, ...])


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
        yield _setting(settings, keys.setting("AVAILABILITY", f"{number:05}"), availability)
    for exception in settings.exceptions:
        yield _setting(settings, keys.setting("EXCEPTION", exception.resource, exception.day.isoformat()), exception)
    for access in settings.accesses:
        yield _setting(settings, keys.setting("ACCESS", access.alias), access)


def to_settings(items: Iterable[SettingItem]) -> Settings | None:
    """None where there is no branch."""
    found: dict[str, list[Any]] = {kind: [] for kind in SETTINGS}
    version = 0
    for item in items:
        kind = keys.kind_of(item.sk)
        found[kind].append(_DECODERS[kind].decode(item.body))
        version = int(item.version or version)
    if not found["BRANCH"]:
        return None
    return Settings(
        branch=found["BRANCH"][0],
        resources=tuple(found["RESOURCE"]),
        templates=tuple(found["TEMPLATE"]),
        availabilities=tuple(found["AVAILABILITY"]),
        exceptions=tuple(found["EXCEPTION"]),
        accesses=tuple(found["ACCESS"]),
        version=version,
    )


def from_appointment(appointment: Appointment) -> AppointmentItem:
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
        holds=_holds_text(appointment.holds),
        counts=msgspec.json.encode(appointment.counts).decode(),
        warned=appointment.warned,
        comment=msgspec.json.encode(appointment.comment).decode(),
        language=appointment.language,
        fingerprint=appointment.fingerprint,
        made_at=stamp(appointment.made_at),
        version=appointment.version,
        token_version=appointment.token_version,
        gsi1pk=keys.agenda(appointment.branch, appointment.resource),
        gsi1sk=to_text(appointment.start),
        gsi3pk=keys.due(appointment.id) if appointment.due else None,
        gsi3sk=stamp(appointment.due) if appointment.due else None,
    )


def to_appointment(item: AppointmentItem) -> Appointment:
    return Appointment(
        id=keys.appointment_of(item.pk),
        branch=item.branch,
        resource=item.resource,
        alias=item.alias,
        template=item.template,
        start=from_text(item.start),
        end=from_text(item.end),
        day=item.day,
        second=item.second,
        preparation=int(item.preparation),
        follow_up=int(item.follow_up),
        status=item.status,  # type: ignore[arg-type]  # written by us alone
        holds={(resource, day, lane): units for resource, day, lane, units in _HOLDS.decode(item.holds)},
        counts=_COUNTS.decode(item.counts),
        due=datetime.fromisoformat(item.gsi3sk) if item.gsi3sk else None,
        warned=bool(item.warned),
        comment=_COMMENT.decode(item.comment),
        language=item.language,
        fingerprint=item.fingerprint,
        made_at=datetime.fromisoformat(item.made_at),
        version=int(item.version),
        token_version=int(item.token_version),
    )


def from_event(event: Event) -> EventItem:
    return EventItem(
        keys.appointment(event.appointment),
        keys.event(event.version),
        what=event.what,
        by=event.by,
        at=stamp(event.at),
        start=to_text(event.start),
        end=to_text(event.end),
        status=event.status,
    )


def to_event(item: EventItem) -> Event:
    return Event(
        appointment=keys.appointment_of(item.pk),
        version=keys.version_of(item.sk),
        what=item.what,
        by=item.by,
        at=datetime.fromisoformat(item.at),
        start=from_text(item.start),
        end=from_text(item.end),
        status=item.status,  # type: ignore[arg-type]  # written by us alone
    )


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
        state=message.state,
        attempts=message.attempts,
        gsi3pk=keys.due(message.appointment),
        gsi3sk=stamp(message.due),
    )


def to_message(item: MessageItem) -> Message:
    """Of an item that is still in the index of what is due."""
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
        due=datetime.fromisoformat(item.gsi3sk),
        state=item.state,  # type: ignore[arg-type]
        attempts=int(item.attempts),
        provider_id=item.provider_id,
        failure=item.failure,
    )


def _holds_text(holds: Holds) -> str:
    rows = [(resource, day, lane, sorted(units)) for (resource, day, lane), units in sorted(holds.items())]
    return msgspec.json.encode(rows).decode()


def _setting(settings: Settings, sk: str, value: object, version: int | None = None) -> SettingItem:
    body = msgspec.json.encode(value).decode()
    return SettingItem(keys.branch(settings.branch.id), sk, body=body, version=version)
