"""The store of customers: the records of persons, the index by which they are found, and what is theirs."""

from __future__ import annotations

import base64
import binascii
import time
from collections.abc import Callable, Iterable, Iterator
from typing import Any
from uuid import uuid4

import msgspec
from pynamodb.exceptions import DoesNotExist, TransactWriteError
from pynamodb.expressions.update import Action
from pynamodb.transactions import TransactWrite

from chalicelib.domain.appointment import Planned
from chalicelib.domain.comment import Comment
from chalicelib.domain.customer import Customer, Revision
from chalicelib.domain.errors import ChangedMeanwhile, Flaw, Invalid, TryAgain
from chalicelib.domain.moments import to_text
from chalicelib.domain.people import LONGEST_KEY, Book, Person, keys_of, listed_under, person_of
from chalicelib.domain.record import Line
from chalicelib.store import audit_items as lines
from chalicelib.store import items, keys
from chalicelib.store.conditions import customer_is_unchanged, not_a_customer_before
from chalicelib.store.faults import ATTEMPTS, pause, translated
from chalicelib.store.invitations import Invitations
from chalicelib.store.models import AppointmentItem, CustomerItem, IndexItem, Item, LineItem, MessageItem
from chalicelib.store.raw import RawItem, batch, query
from chalicelib.store.verdict import is_undecided, was_refused

LOOKS, LOOKED_AT = 3, 200
"""Queries of one page of the list, and keys that each reads."""
MERGES = 8
"""How long a chain of customers who were merged into one another is followed."""
LONGEST_PLACE = 1024
"""Bytes of a sort key."""
NOT_A_PLACE = Invalid({"after": Flaw("page")})
LONGEST_ID = 64
"""Characters: what is longer is nobody's id, and too long for a key."""
CUSTOMER = msgspec.json.Decoder(Customer)
PERSON = msgspec.json.Decoder(Person)


class Customers(Invitations):
    """Of the table that `Table` has bound, whose connection they share. Safe to share between threads.

    `sleep` is time's own unless a test says otherwise.
    """

    def __init__(self, *, sleep: Callable[[float], None] = time.sleep) -> None:
        self._sleep = sleep

    def customer(self, branch: str, customer: str) -> Customer | None:
        """As of now: one consistent read, and one more for each time that the customer was merged into another, who then
        answers instead."""
        if len(customer) > LONGEST_ID:
            return None
        for _ in range(MERGES):
            item = self._get(CustomerItem, keys.customers(branch), keys.customer(customer))
            if item is None or item.body:
                return CUSTOMER.decode(item.body) if item else None
            customer = item.into
        return None

    def found(self, branch: str, book: Book, key: str, limit: int, *, exactly: bool = False) -> list[Person]:
        """The first `limit` who are found in a book by the beginning of a key, or by a whole one, in the key's order; as of
        now, one query. Somebody may be among them under several keys. A key counts as far as the index keeps one."""
        key = key[:LONGEST_KEY]
        with translated():
            beginning = IndexItem.sk.startswith(keys.exactly(key) if exactly else key)
            found = query(keys.found_by(branch, book), beginning, ("body",), limit=limit)
            return [PERSON.decode(raw["body"]["S"]) for raw in found]

    def listed(self, branch: str, after: str | None, most: int) -> tuple[list[Person], str | None]:
        """At most so many customers by last name, and what asks for those behind them; None at the end. As of now. At most
        three queries: each customer stands in the index under other keys too, so there may be few, or none, and yet a next."""
        pk, found = keys.found_by(branch, "name"), list[Person]()
        last: RawItem | None = {"pk": {"S": pk}, "sk": {"S": _place(after)}} if after else None
        for _ in range(LOOKS):
            with translated():
                looked = list(query(pk, None, ("body",), limit=LOOKED_AT, after=last))
            for last in looked:
                person = PERSON.decode(last["body"]["S"])
                if last["sk"]["S"] == keys.found(listed_under(person), person.id):
                    found.append(person)
                if len(found) == most:
                    return found, _token(last)
            if len(looked) < LOOKED_AT or last is None:
                return found, None
        return found, _token(last) if last else None

    def complete_index(self, customer: Customer) -> bool:
        """Writes where the customer is to be found and is not yet, because an older version wrote the record; nothing where
        it has changed since it was read. Whether something was missing: one read, and one transaction where it was."""
        index = {(item.pk, item.sk): item for item in _index(customer)}
        with translated():
            known = {(raw["pk"]["S"], raw["sk"]["S"]) for raw in batch(list(index), ())}
        missing = [item for place, item in index.items() if place not in known]
        if missing:
            try:
                with TransactWrite(connection=Item._get_connection().connection) as write:
                    pk, sk = keys.customers(customer.branch), keys.customer(customer.id)
                    write.condition_check(CustomerItem, pk, sk, condition=customer_is_unchanged(customer))
                    for item in missing:
                        write.save(item)
            except TransactWriteError as error:
                if not was_refused(error) and not is_undecided(error):
                    raise
                return False
        return bool(missing)

    def write(self, revision: Revision) -> None:
        """Writes a revision with its index and its line of the record: all in one transaction, or nothing.

        Raises ChangedMeanwhile, or TryAgain if it could not be decided. Where nobody answered, the line tells whether it was
        done.
        """
        line = _line(revision.line)
        self._decided(lambda: self._write_once(revision, line), lambda: self._get(LineItem, line.pk, line.sk) is not None)

    def keep_free(self, customer: Customer) -> None:
        """From now on no appointment becomes the customer's, until the record is written again. Raises as `write`."""
        self._decided(lambda: self._mark_leaving(customer), lambda: False)

    def is_kept_free(self, customer: Customer) -> bool:
        """Whether `keep_free` still holds, as of now: one request."""
        item = self._get(CustomerItem, keys.customers(customer.branch), keys.customer(customer.id))
        return item is not None and bool(item.leaving)

    def appointments(self, branch: str, customers: Iterable[str], since: int | None = None) -> list[Planned]:
        """Those of these customers, or those of them that start from `since` on, the earliest first; may lag behind by moments.

        One query for each customer.
        """
        between = None if since is None else AppointmentItem.gsi2sk >= to_text(since)
        with translated():
            found = [
                items.to_planned(raw)
                for each in customers
                for raw in query(keys.of_customer(branch, each), between, items.PLANNED, index="gsi2")
            ]
        return sorted(found, key=lambda each: (each.start, each.id))

    def unmatched(self, branch: str, since: int, limit: int) -> list[tuple[Planned, Comment]]:
        """The first `limit` requests of nobody yet that start from `since` on, with what came with them; may lag behind by
        moments. One query."""
        between = AppointmentItem.gsi2sk >= to_text(since)
        with translated():
            return [
                (items.to_planned(raw), items.to_comment(raw["comment"]["S"]))
                for raw in query(keys.unmatched(branch), between, (*items.PLANNED, "comment"), index="gsi2", limit=limit)
            ]

    def history(self, branch: str, customers: Iterable[str]) -> list[Line]:
        """What was done with the records of these customers, the latest first. One query for each."""
        with translated():
            found = [
                lines.to_line(item, branch)
                for customer in customers
                for item in LineItem.query(
                    keys.line(branch), LineItem.sk.startswith(keys.lines_of_customer(customer)), consistent_read=True
                )
            ]
        return sorted(found, key=lambda each: each.at, reverse=True)

    def forget_notes(self, appointment: str) -> None:
        """Removes what staff have written to the customer from an appointment's messages, and the provider's ids of them, by
        which the provider's own logs could be asked whom they went to."""
        with translated():
            for item in MessageItem.query(
                keys.appointment(appointment), MessageItem.sk.startswith(keys.MESSAGE), consistent_read=True
            ):
                if item.note or item.provider_id:
                    item.update(actions=[MessageItem.note.remove(), MessageItem.provider_id.remove()])

    def _get(self, model: type[Any], pk: str, sk: str) -> Any:
        with translated():
            try:
                return model.get(pk, sk, consistent_read=True)
            except DoesNotExist:
                return None

    def _decided(self, write: Callable[[], None], was_done: Callable[[], bool]) -> None:
        """Writes again while that was not decided. `was_done` tells whether a write that nobody answered was made."""
        for attempt in range(ATTEMPTS):
            try:
                return write()
            except TransactWriteError as error:
                if was_done():
                    return None
                if was_refused(error):
                    raise ChangedMeanwhile from None
                if not is_undecided(error):
                    raise
            pause(attempt, self._sleep)
        raise TryAgain

    def _mark_leaving(self, customer: Customer) -> None:
        pk, marked = keys.customers(customer.branch), list[Action]((CustomerItem.leaving.set(True),))
        with TransactWrite(connection=Item._get_connection().connection) as write:
            write.update(_item(customer), actions=marked, condition=customer_is_unchanged(customer))
            for absorbed in customer.absorbed:
                write.update(CustomerItem(pk, keys.customer(absorbed)), actions=marked)

    def _write_once(self, revision: Revision, line: LineItem) -> None:
        after = revision.after
        new = {(item.pk, item.sk): item for item in _index(after)} if after else {}
        old = {(item.pk, item.sk): item for each in revision.before for item in _index(each)}
        known = {each.id for each in revision.before}
        with TransactWrite(connection=Item._get_connection().connection) as write:
            for place, item in old.items():
                if place not in new:
                    write.delete(item)
            for before in revision.before:
                condition = customer_is_unchanged(before)
                if after and before.id == after.id:
                    write.save(_item(after), condition=condition)
                elif after:
                    write.save(_merged(before, after), condition=condition)
                else:
                    write.delete(_item(before), condition=condition)
                    for absorbed in before.absorbed:
                        write.delete(CustomerItem(keys.customers(before.branch), keys.customer(absorbed)))
            if after and after.id not in known:
                write.save(_item(after), condition=not_a_customer_before())
            for item in new.values():
                write.save(item)
            write.save(line)


def customer_in(raw: RawItem) -> Customer | None:
    """The customer whose record an item is; None of any other item."""
    pk, sk = raw["pk"]["S"], raw["sk"]["S"]
    is_record = sk.startswith(keys.customer("")) and pk.startswith(keys.customers("")) and not keys.is_index_of_customers(pk)
    return CUSTOMER.decode(raw["body"]["S"]) if is_record and "body" in raw else None


def items_of(customer: Customer) -> list[Item]:
    """All that stands for a customer: the record, and where it is found."""
    return [_item(customer), *_index(customer)]


def _item(customer: Customer) -> CustomerItem:
    body = msgspec.json.encode(customer).decode()
    return CustomerItem(keys.customers(customer.branch), keys.customer(customer.id), body=body, version=customer.version)


def _merged(customer: Customer, into: Customer) -> CustomerItem:
    """What is left of a customer who was merged into another: nothing of the person."""
    return CustomerItem(keys.customers(customer.branch), keys.customer(customer.id), into=into.id)


def _index(customer: Customer) -> Iterator[IndexItem]:
    person = person_of(customer)
    body = msgspec.json.encode(person).decode()
    for book, key in sorted(keys_of(person)):
        yield IndexItem(keys.found_by(customer.branch, book), keys.found(key, customer.id), body=body)


def _token(place: RawItem) -> str:
    """Where a page ended. It holds a name, so it belongs into a body, never into an address."""
    return base64.urlsafe_b64encode(place["sk"]["S"].encode()).decode()


def _place(token: str) -> str:
    try:
        sk = base64.urlsafe_b64decode(token).decode()
    except (binascii.Error, ValueError):
        raise NOT_A_PLACE from None
    if not 0 < len(sk.encode()) <= LONGEST_PLACE:
        raise NOT_A_PLACE
    return sk


def _line(line: Line) -> LineItem:
    return lines.from_line(line, keys.line_of_customer(line.id, items.stamp(line.at), uuid4().hex))
