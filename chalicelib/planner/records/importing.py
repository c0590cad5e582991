"""Customers from another program: each row is one write, and nobody is made twice, however often a file is imported."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Literal, Protocol

from chalicelib.domain.customer import Customer
from chalicelib.domain.errors import ChangedMeanwhile, Flaws, Invalid, NotFound
from chalicelib.domain.people import Book, Person, is_same, listed_under
from chalicelib.planner.records.customers import CustomerFields, Register

if TYPE_CHECKING:
    from chalicelib.domain.tokens import Secret
    from chalicelib.planner.ports import Store

LOOKED_AT = 100
"""Namesakes who are compared with a row."""
ID_LENGTH = 32

Wanted = CustomerFields | Invalid
"""What a row says of a customer, or why it says nothing that can be kept."""


class Records(Protocol):
    """Where customers are kept and found."""

    def customer(self, branch: str, customer: str) -> Customer | None: ...

    def found(self, branch: str, book: Book, key: str, limit: int, *, exactly: bool = False) -> list[Person]: ...


@dataclass(frozen=True)
class Outcome:
    """What became of a row. `present`: a customer was made of it before, or is the same person."""

    done: Literal["created", "present", "refused"]
    flaws: Flaws = field(default_factory=dict)


class Importing:
    def __init__(self, register: Register, records: Records, store: Store, secret: Secret) -> None:
        self._register = register
        self._records = records
        self._store = store
        self._secret = secret

    def flaws(self, branch: str, rows: Sequence[Wanted]) -> list[Flaws]:
        """What is wrong with each row; nothing is written."""
        return [self._flaws(branch, each) for each in rows]

    def write(self, branch: str, rows: Sequence[Wanted], anyway: bool, by: str) -> list[Outcome]:
        """Makes a customer of each row. `anyway`: also of whom the branch has already, unless an import has made that very row.

        Raises NotFound or TryAgain; the rows before are written then, and are present for whoever repeats it.
        """
        return [self._write(branch, each, anyway, by) for each in rows]

    def _flaws(self, branch: str, wanted: Wanted) -> Flaws:
        if isinstance(wanted, Invalid):
            return wanted.flaws
        try:
            self._register.check(branch, wanted)
        except Invalid as error:
            return error.flaws
        return {}

    def _write(self, branch: str, wanted: Wanted, anyway: bool, by: str) -> Outcome:
        flaws = self._flaws(branch, wanted)
        if flaws or isinstance(wanted, Invalid):
            return Outcome("refused", flaws)
        ids = self._ids(branch, wanted)
        if any(self._records.customer(branch, each) for each in ids) or (not anyway and self._is_known(branch, wanted)):
            return Outcome("present")
        try:
            self._register.add(branch, ids[0], wanted, "imported", by)
        except ChangedMeanwhile:
            return Outcome("present")
        return Outcome("created")

    def _ids(self, branch: str, wanted: CustomerFields) -> list[str]:
        """From what the row says, by a keyed hash: an id stands in addresses and logs, so nobody may guess who it is. The
        first is for a new customer; the second, by an earlier secret, is known still."""
        said = {name: value for name, value in asdict(wanted).items() if value}
        content = json.dumps(["import", branch, said], sort_keys=True, default=str).encode()
        return [each[:ID_LENGTH] for each in self._secret.fingerprints(content)]

    def _is_known(self, branch: str, wanted: CustomerFields) -> bool:
        settings = self._store.settings(branch)
        if settings is None:
            raise NotFound
        namesakes = self._records.found(branch, "name", listed_under(wanted.person), LOOKED_AT, exactly=True)
        return any(is_same(wanted.person, each, settings.branch.home) for each in namesakes)
