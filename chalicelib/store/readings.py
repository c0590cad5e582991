"""Who looked at whose data, an item for each user, thing and hour; none of the hot path needs it."""

from __future__ import annotations

import base64
import binascii
import time
from collections.abc import Sequence
from datetime import datetime

from chalicelib.domain.record import Line
from chalicelib.store import items, keys
from chalicelib.store.audit import NOT_A_PLACE
from chalicelib.store.faults import translated
from chalicelib.store.models import ReadingItem
from chalicelib.store.raw import query

LONGEST_KEY = 1024
"""Bytes of a sort key."""


class Readings:
    """Of the table that `Table` has bound. Any call may raise TryAgain."""

    def put(self, line: Line) -> None:
        """`at` is the beginning of an hour; the same line again changes nothing. One write."""
        item = ReadingItem(
            keys.readings(line.branch),
            keys.reading(line.at.strftime("%Y-%m-%dT%H"), line.by, line.kind, line.id, line.what),
            kind=line.kind,
            id=line.id,
            what=line.what,
            by=line.by,
            at=items.stamp(line.at),
            ttl=items.kept_until(line.at, line.months),
        )
        with translated():
            item.save()

    def record(self, branch: str, month: str, limit: int, before: str | None = None) -> tuple[list[Line], str | None]:
        """Lines of a month (`2026-11`, in UTC), the latest first, and what asks for those before them: None at the end. One
        query. Raises Invalid for a `before` that is none."""
        pk = keys.readings(branch)
        start = {"pk": {"S": pk}, "sk": {"S": _place(before, month)}} if before else None
        with translated():
            found = ReadingItem.query(
                pk,
                ReadingItem.sk.startswith(month),
                consistent_read=True,
                scan_index_forward=False,
                limit=limit,
                last_evaluated_key=start,
            )
            page = [to_line(item, branch) for item in found if item.ttl > time.time()]  # the table forgets some days late
        after = found.last_evaluated_key
        return page, base64.urlsafe_b64encode(after["sk"]["S"].encode()).rstrip(b"=").decode() if after else None

    def first_month(self, branch: str, months: Sequence[str]) -> str | None:
        """The first of these months, the earliest first, that has a line, or a later one. One query."""
        if not months:
            return None
        with translated():
            found = next(query(keys.readings(branch), ReadingItem.sk >= months[0], (), limit=1), None)
        return found["sk"]["S"][: len(months[0])] if found else None


def to_line(item: ReadingItem, branch: str) -> Line:
    return Line(
        branch=branch,
        kind=item.kind,  # type: ignore[arg-type]  # written by us alone
        id=item.id,
        what=item.what,
        by=item.by,
        at=datetime.fromisoformat(item.at),
    )


def _place(token: str, month: str) -> str:
    try:
        sk = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)).decode()
    except (binascii.Error, ValueError):
        raise NOT_A_PLACE from None
    if not sk.startswith(month) or len(sk.encode()) > LONGEST_KEY:
        raise NOT_A_PLACE
    return sk
