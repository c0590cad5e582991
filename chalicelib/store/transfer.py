"""A branch's items on their way from one table to another."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

import msgspec

from chalicelib.domain.settings import Settings
from chalicelib.store import audit_items as lines
from chalicelib.store import callbacks, customers, invitations, items, keys, readings
from chalicelib.store.models import (
    CallbackItem,
    ClearingItem,
    CounterItem,
    CustomerItem,
    DayItem,
    DigestItem,
    EventItem,
    IndexItem,
    InvitationItem,
    Item,
    LineItem,
    MessageItem,
    ReadingItem,
    RecountItem,
    SettingItem,
    SuppressedItem,
    UsedItem,
)
from chalicelib.store.versions import Raw, upgraded

IMPORTED = "imported"
"""Why a message has failed that was still owed when its branch was moved."""


def arrived(item: Raw, now: datetime) -> Raw:
    """As the new table keeps it: in the present form, and never so that it sends anything by itself. A message that was owed is
    among those in trouble, from where staff can send it; the old table may have sent it since. Rounds of clearing that the old
    table has finished are none here."""
    item = upgraded(item)
    if kind(item) == keys.CLEARING:
        return {name: value for name, value in item.items() if name != "finished"}
    if not is_owed(item):
        return item
    kept = {name: value for name, value in item.items() if name not in ("gsi3pk", "gsi3sk")}
    listed = {"gsi2pk": keys.trouble(item["branch"]["S"]), "gsi2sk": items.stamp(now)}
    told = {"state": "failed", "failure": IMPORTED, **listed}
    return kept | {name: {"S": value} for name, value in told.items()}


def is_owed(item: Raw) -> bool:
    """Whether it is a message that is neither sent nor given up."""
    return "gsi3pk" in item and keys.is_message(item["sk"]["S"])


def is_item(document: object) -> bool:
    """Whether it can be an item at all."""
    if not isinstance(document, dict) or not all(isinstance(value, dict) and len(value) == 1 for value in document.values()):
        return False
    return all(isinstance(document.get(name, {}).get("S"), str) for name in ("pk", "sk"))


def is_of(item: Raw, branch: str) -> bool:
    """Whether it is the branch's, in the table and in each index. Events of version 0.1 do not say whose they are: they may
    be."""
    pk, sk, named = item["pk"]["S"], item["sk"]["S"], {"S": branch}
    if keys.is_appointment(pk):
        own, owner = item.get("branch", named if sk.startswith(keys.EVENT) else None) == named, keys.appointment_of(pk)
    elif keys.is_invitation(pk):
        own, owner = item.get("branch") == named, keys.invitation_of(pk)
    else:
        own, owner = keys.owner_of(pk) == branch, branch
    due = {"S": keys.CLEARING if kind(item) == keys.CLEARING else keys.due(owner)}
    listed = all(keys.owner_of(item[name].get("S", "")) == branch for name in ("gsi1pk", "gsi2pk") if name in item)
    return own and listed and item.get("gsi3pk", due) == due


def kind(item: Raw) -> str:
    """In a word that shows nobody: `RESOURCE`, `EVENT`, `CUSTOMERS`. A customer's places in the indexes are `FOUND`."""
    pk, sk = item["pk"]["S"], item["sk"]["S"]
    if keys.is_appointment(pk) or is_setting(item):
        return keys.kind_of(sk)
    return "FOUND" if keys.is_index_of_customers(pk) else keys.kind_of(pk)


def is_setting(item: Raw) -> bool:
    return keys.kind_of(item["pk"]["S"]) == keys.BRANCH


def settings(found: Iterable[Raw]) -> Settings | None:
    """Of a branch's items of this kind, in the order in which they come."""
    return items.to_settings(map(SettingItem.from_raw_data, found))


def read(item: Raw) -> None:
    """Raises whatever reading the item raised, now or at any later time: LookupError, ValueError, TypeError, AttributeError, or
    Invalid. An event of version 0.1 says less than those of today."""
    name = kind(item)
    if name in items.SETTINGS:
        items.value(SettingItem.from_raw_data(item))
        return
    found = _READ[name](item)
    if found is not None:  # words such as a status are not looked at in daily use: only we write them
        msgspec.convert(asdict(found), type(found))


def _read_as(model: type[Item], to_value: Callable[[Any], Any]) -> Callable[[Raw], Any]:
    return lambda raw: to_value(model.from_raw_data(raw))


def _customer(item: CustomerItem) -> object:
    """None of one who was merged into another."""
    return None if item.into else customers.CUSTOMER.decode(item.body)


def _day(_: str, day: str, __: int) -> None:
    date.fromisoformat(day)


def _sum(_: object) -> None:
    """Its attributes are all of it."""


def _moment(text: str) -> None:
    datetime.fromisoformat(text)


def _turn(item: ClearingItem) -> None:
    _moment(item.gsi3sk)
    _moment(item.finished or item.gsi3sk)


_READ: dict[str, Callable[[Raw], Any]] = {
    "APPOINTMENT": lambda raw: items.to_appointment(upgraded(raw)),
    "EVENT": _read_as(EventItem, items.to_event),
    "MESSAGE": _read_as(MessageItem, items.to_message),
    keys.INVITATION: _read_as(InvitationItem, invitations.to_invitation),
    "INBOX": lambda raw: items.to_entry(raw, keys.owner_of(raw["pk"]["S"]) or ""),
    "CALLBACK": _read_as(CallbackItem, lambda item: callbacks.CALLBACK.decode(item.body)),
    "TURNED_AWAY": _read_as(CounterItem, lambda item: _moment(item.sk)),
    "READING": _read_as(ReadingItem, lambda item: readings.to_line(item, keys.owner_of(item.pk) or "")),
    "LINE": _read_as(LineItem, lambda item: lines.to_line(item, keys.owner_of(item.pk) or "")),
    "CUSTOMERS": _read_as(CustomerItem, _customer),
    "FOUND": _read_as(IndexItem, lambda item: customers.PERSON.decode(item.body)),
    "AGENDA": _read_as(DayItem, lambda item: _day(keys.resource_of(item.pk), *keys.day_and_lane(item.sk))),
    "USED": _read_as(UsedItem, lambda item: _moment(item.at)),
    "RECOUNT": _read_as(RecountItem, lambda item: _moment(item.gsi3sk)),
    "CLEARING": _read_as(ClearingItem, _turn),
    "FIGURES": lambda raw: _sum(lines.to_sum(raw)),
    "LIMIT": _read_as(CounterItem, lambda _: None),
    "SUPPRESSED": _read_as(SuppressedItem, lambda _: None),
    "DIGEST": _read_as(DigestItem, lambda _: None),
}
"""By kind: what an item holds, None where its attributes are all of it."""


def is_branch(item: Raw) -> bool:
    """Whether it is the branch's own item, without which there is no branch."""
    return item["sk"] == {"S": keys.BRANCH} and keys.kind_of(item["pk"]["S"]) == keys.BRANCH


def day_of(item: Raw) -> tuple[str, str] | None:
    """Resource and UTC day of a day's item."""
    if not keys.is_agenda(item["pk"]["S"]):
        return None
    return keys.resource_of(item["pk"]["S"]), keys.day_and_lane(item["sk"]["S"])[0]
