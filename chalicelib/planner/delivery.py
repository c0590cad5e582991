"""Sending what is owed: woken by the table's stream, and by a schedule for what the stream missed."""

from __future__ import annotations

from dataclasses import replace

from chalicelib.domain.appointment import Appointment
from chalicelib.domain.customer import Reach, reach_of
from chalicelib.domain.mail import SendLater, SendNever
from chalicelib.domain.outbox import MOST_ATTEMPTS, TO_BRANCHES, Message, next_due
from chalicelib.domain.settings import Settings
from chalicelib.planner.ports import Clock, Compose, Customers, Send, Store


class Delivery:
    """A message is claimed before it is sent and settled after: two senders never hold the same one at a time."""

    def __init__(self, store: Store, customers: Customers, now: Clock, compose: Compose, send: Send) -> None:
        self._store = store
        self._customers = customers
        self._now = now
        self._compose = compose
        self._send = send

    def deliver(self, key: tuple[str, str]) -> None:
        """Sends the message unless somebody else has, or is about to. A failure that may pass makes it due later."""
        message = self._store.claim(key, self._now())
        if message is None:
            return
        if message.attempts > MOST_ATTEMPTS:  # whoever tried before died of it
            self._store.settle(replace(message, state="failed", failure="attempts"))
        else:
            self._store.settle(self._attempt(message))

    def _attempt(self, message: Message) -> Message:
        appointment = self._store.appointment(message.appointment)
        settings = self._store.settings(message.branch)
        if appointment is None or settings is None:
            return replace(message, state="failed", failure="gone")
        to_branch = message.kind in TO_BRANCHES
        open_requests = self._open_requests(settings) if to_branch else 0
        to = None if to_branch else self._reach(appointment)
        try:
            provider_id = self._send(self._compose(message, appointment, settings, to, open_requests))
        except SendNever as refusal:
            return replace(message, state="failed", failure=refusal.reason)
        except SendLater as delay:
            due = next_due(message.attempts, self._now())
            if due is None:
                return replace(message, state="failed", failure=delay.reason)
            return replace(message, state="due", due=due, failure=delay.reason)
        return replace(message, state="sent", provider_id=provider_id, failure=None)

    def _open_requests(self, settings: Settings) -> int:
        resources = [resource.id for resource in settings.resources]
        return self._store.open_requests(settings.branch.id, resources, since=int(self._now().timestamp()) // 60)

    def _reach(self, its: Appointment) -> Reach | None:
        """As of now: a mistyped address that staff have mended is used from the next attempt on."""
        customer = self._customers.customer(its.branch, its.customer) if its.customer else None
        return reach_of(its.comment, customer)
