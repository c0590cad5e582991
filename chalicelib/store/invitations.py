"""Invitations, which belong to a customer; booking by one uses it up in the appointment's own write (`Table.write`)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import UTC, datetime, time
from typing import Any

import msgspec
from pynamodb.exceptions import DoesNotExist, UpdateError
from pynamodb.expressions.update import Action
from pynamodb.transactions import TransactWrite

from chalicelib.domain.appointment import InvitationEnded
from chalicelib.domain.errors import CustomerLeaving
from chalicelib.domain.invitation import KEPT, Delivery, Invitation
from chalicelib.domain.record import Line
from chalicelib.store import audit_items as lines
from chalicelib.store import items, keys
from chalicelib.store.conditions import customer_is_there, invitation_is_open
from chalicelib.store.faults import translated
from chalicelib.store.models import CustomerItem, InvitationItem
from chalicelib.store.verdict import is_written, was_refused

INVITATION = msgspec.json.Decoder(Invitation)


class Invitations:
    """A part of `Customers`."""

    _sleep: Callable[[float], None]

    def invitation(self, invitation: str) -> Invitation | None:
        """As of now."""
        with translated():
            try:
                return to_invitation(InvitationItem.get(keys.invitation(invitation), keys.INVITATION, consistent_read=True))
            except DoesNotExist:
                return None

    def invitations(self, branch: str, customers: Iterable[str]) -> list[Invitation]:
        """Those of these customers, the latest first; may lag behind by moments. One query for each customer."""
        with translated():
            found = [
                to_invitation(item) for each in customers for item in InvitationItem.by_person.query(keys.invited(branch, each))
            ]
        return sorted(found, key=lambda each: each.made_at, reverse=True)

    def invite(self, invitation: Invitation, line: Line) -> None:
        """Writes a new one with its line of the record. Raises CustomerLeaving, so that nothing is left of who is erased."""
        item, noted = _item(invitation), lines.from_line(line, _line_key(line, invitation))
        customer = keys.customers(invitation.branch), keys.customer(invitation.customer)

        def write(transaction: TransactWrite) -> None:
            transaction.condition_check(CustomerItem, *customer, condition=customer_is_there())
            transaction.save(item)
            transaction.save(noted)

        if not is_written(write, self._sleep):
            raise CustomerLeaving

    def withdraw(self, invitation: Invitation, line: Line) -> None:
        """Raises InvitationEnded where it was used meanwhile."""
        item = InvitationItem(keys.invitation(invitation.id), keys.INVITATION)
        withdrawn: list[Action] = [InvitationItem.ended.set("withdrawn")]

        def write(transaction: TransactWrite) -> None:
            transaction.save(lines.from_line(line, _line_key(line, invitation)))
            transaction.update(item, actions=withdrawn, condition=invitation_is_open())

        if not is_written(write, self._sleep):
            raise InvitationEnded

    def delivered(self, invitation: str, delivery: Delivery, failure: str | None) -> None:
        """Notes what became of the message that carries it, unless it is erased, or known to have bounced: the provider may
        tell that before its sender has written down that it was sent."""
        item = InvitationItem(keys.invitation(invitation), keys.INVITATION)
        told: list[Action] = [InvitationItem.delivery.set(delivery)]
        told.append(InvitationItem.failure.set(failure) if failure else InvitationItem.failure.remove())
        with translated():
            try:
                item.update(told, condition=InvitationItem.pk.exists() & (InvitationItem.delivery != "bounced"))
            except UpdateError as error:
                if not was_refused(error):
                    raise

    def forget_invitations(self, branch: str, customers: Iterable[str]) -> None:
        """Removes those of customers who are erased."""
        for each in self.invitations(branch, customers):
            with translated():
                InvitationItem(keys.invitation(each.id), keys.INVITATION).delete()


def to_invitation(item: InvitationItem) -> Invitation:
    known = INVITATION.decode(item.body)
    changing: dict[str, Any] = {
        name: getattr(item, name) for name in ("ended", "appointment", "delivery", "failure") if getattr(item, name)
    }
    return replace(known, **changing)


def _item(invitation: Invitation) -> InvitationItem:
    last = datetime.combine(invitation.until, time(), UTC)
    return InvitationItem(
        keys.invitation(invitation.id),
        keys.INVITATION,
        branch=invitation.branch,
        body=msgspec.json.encode(invitation).decode(),
        delivery=invitation.delivery,
        gsi2pk=keys.invited(invitation.branch, invitation.customer),
        gsi2sk=items.stamp(invitation.made_at),
        ttl=int((last + KEPT).timestamp()),
    )


def _line_key(line: Line, invitation: Invitation) -> str:
    """Told apart from the customer's others by the invitation and the act, so that a repeat writes the same."""
    return keys.line_of_customer(line.id, items.stamp(line.at), f"{invitation.id}.{line.what}")
