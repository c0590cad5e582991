"""Lines of the record between items and values; none of the hot path needs them."""

from __future__ import annotations

from datetime import datetime

import msgspec

from chalicelib.domain.record import Line
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
