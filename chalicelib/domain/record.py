"""The record of a branch: who changed what and when, by names of fields, never by what stood in them; and who looked at whose
data."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from chalicelib.domain.settings import KEPT_MONTHS

Subject = Literal["appointment", "customer", "setting", "list"]


@dataclass(frozen=True, kw_only=True)
class Line:
    """`id` is that of the appointment, the customer or the setting (`resources/cabin-1`), or names a list (`planner`); `by`
    as in an event."""

    branch: str
    kind: Subject
    id: str
    what: str
    by: str
    at: datetime
    fields: tuple[str, ...] = ()
    months: int = KEPT_MONTHS


@dataclass(frozen=True)
class Mentioned:
    """What a line is about, as it is by now: the name of an appointment or a customer, empty where it is erased; when an
    appointment starts, and whether it is blocked time."""

    name: str
    start: int | None = None
    blocked: bool = False


@dataclass(frozen=True)
class Reading:
    """What an answer to staff shows: the data of one person, by an appointment or a customer, or a list of many (`id`)."""

    kind: Literal["appointment", "customer", "list"]
    what: Literal["viewed", "compared", "exported"] = "viewed"
    id: str | None = None
