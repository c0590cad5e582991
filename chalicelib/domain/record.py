"""The record of a branch: who changed what and when, by names of fields, never by what stood in them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from chalicelib.domain.settings import KEPT_MONTHS

Subject = Literal["appointment", "customer", "setting"]


@dataclass(frozen=True, kw_only=True)
class Line:
    """`id` is that of the appointment, the customer or the setting (`resources/cabin-1`); `by` as in an event."""

    branch: str
    kind: Subject
    id: str
    what: str
    by: str
    at: datetime
    fields: tuple[str, ...] = ()
    months: int = KEPT_MONTHS
