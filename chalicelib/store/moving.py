"""A branch's items on their way from one table to another."""

from __future__ import annotations

from datetime import datetime

from chalicelib.store import items, keys
from chalicelib.store.versions import Raw, upgraded

IMPORTED = "imported"
"""Why a message has failed that was still owed when its branch was moved."""


def arrived(item: Raw, now: datetime) -> Raw:
    """As the new table keeps it: in the present form, and never so that it sends anything by itself. A message that was owed is
    among those in trouble, from where staff can send it; the old table may have sent it since."""
    item = upgraded(item)
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
    pk, sk, its = item["pk"]["S"], item["sk"]["S"], {"S": branch}
    if keys.is_appointment(pk):
        own, owner = item.get("branch", its if sk.startswith(keys.EVENT) else None) == its, keys.appointment_of(pk)
    else:
        own, owner = keys.owner_of(pk) == branch, branch
    listed = all(keys.owner_of(item[name].get("S", "")) == branch for name in ("gsi1pk", "gsi2pk") if name in item)
    return own and listed and item.get("gsi3pk", {"S": keys.due(owner)}) == {"S": keys.due(owner)}


def is_branch(item: Raw) -> bool:
    """Whether it is the branch's own item, without which there is no branch."""
    return item["sk"] == {"S": keys.BRANCH} and keys.kind_of(item["pk"]["S"]) == keys.BRANCH


def day_of(item: Raw) -> tuple[str, str] | None:
    """Resource and UTC day of a day's item."""
    if not keys.is_agenda(item["pk"]["S"]):
        return None
    return keys.resource_of(item["pk"]["S"]), keys.day_and_lane(item["sk"]["S"])[0]
