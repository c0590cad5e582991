"""A customer: the practice's own record of a person, made by staff only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from chalicelib.domain.comment import Comment, full_name
from chalicelib.domain.outbox import Reader
from chalicelib.domain.record import Line


@dataclass(frozen=True, kw_only=True)
class Customer:
    """`note` stands in the record; `hint` is a line that staff see wherever an appointment of the customer's is. `birth_date`
    tells namesakes apart. `erasure_asked_at`: when the customer asked to be erased, which staff decide (R30);
    `erasure_proved`: by a link that was mailed to the record's address. `absorbed`: the ids of those who turned out to be the
    same person and were merged into this customer."""

    id: str
    branch: str
    last_name: str
    made_at: datetime
    first_name: str | None = None
    email: str | None = None
    phone: str | None = None
    language: str | None = None
    in_writing: bool = False
    note: str | None = None
    birth_date: date | None = None
    hint: str | None = None
    erasure_asked_at: datetime | None = None
    erasure_proved: bool = False
    absorbed: tuple[str, ...] = ()
    version: int = 1

    @property
    def name(self) -> str:
        """As the planner shows it."""
        return full_name(self.last_name, self.first_name)


@dataclass(frozen=True, kw_only=True)
class Revision:
    """One write: the records as they were read, what becomes of them (None: they are gone), and its line of the record.

    Nobody before: a new customer. Two before: the one whose id is another than `after`'s is merged into it.
    """

    before: tuple[Customer, ...] = ()
    after: Customer | None
    line: Line


@dataclass(frozen=True)
class Reach:
    """How a person can be told: what is missing cannot be used."""

    email: str | None
    phone: str | None
    last_name: str
    first_name: str | None
    in_writing: bool


def reach_of(comment: Comment | None, customer: Customer | None, reader: Reader) -> Reach | None:
    """How the reader can be told, and never by what only the other gave: whoever asked in a stranger's name would be told of
    the record, and the customer of what a stranger typed (R34)."""
    person = comment if reader == "requester" else customer
    if person is None:
        return None
    return Reach(
        email=person.email,
        phone=person.phone,
        last_name=person.last_name,
        first_name=person.first_name,
        in_writing=person.in_writing,
    )
