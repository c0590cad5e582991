"""Lines of the record, and sums, between items and values; none of the hot path needs them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

import msgspec

from chalicelib.domain.record import Line
from chalicelib.domain.sums import WeekSum
from chalicelib.store import items, keys
from chalicelib.store.models import LineItem, RecordItem


def from_line(line: Line, sk: str) -> LineItem:
    """`sk` tells it from every other line."""
    return LineItem(
        keys.line(line.branch),
        sk,
        kind=line.kind,
        id=line.id,
        what=line.what,
        by=line.by,
        fields=msgspec.json.encode(line.fields).decode(),
        gsi2pk=items.record_key(line.branch, line.at),
        gsi2sk=items.stamp(line.at),
        ttl=items.kept_until(line.at, line.months),
    )


def to_line(item: LineItem | RecordItem, branch: str) -> Line:
    """Of a line of its own, or of an appointment's event."""
    return Line(
        branch=branch,
        kind=item.kind or "appointment",  # type: ignore[arg-type]  # written by us alone
        id=item.id or keys.appointment_of(item.pk),
        what=item.what,
        by=item.by,
        at=datetime.fromisoformat(item.gsi2sk),
        fields=items.NAMES.decode(item.fields),
    )


def to_sum(raw: Mapping[str, Mapping[str, Any]]) -> WeekSum:
    """From an item as it comes over the wire: a model knows no attributes whose names are data."""
    week, resource = keys.week_and_resource(raw["sk"]["S"])
    numbers = {name: int(value["N"]) for attribute, value in raw.items() if (name := keys.named_number(attribute))}
    blocked = frozenset(map(keys.blocked_time, raw.get("blocked", {}).get("SS", ())))
    return WeekSum(week=date.fromisoformat(week), resource=resource, numbers=numbers, blocked=blocked)
