"""Sending what is owed: woken by the table's stream, and by a schedule for what the stream missed."""

from __future__ import annotations

from dataclasses import replace

from chalicelib.domain.outbox import MOST_ATTEMPTS, TO_CUSTOMERS, Message, SendLater, SendNever, next_due
from chalicelib.planner.ports import Clock, Compose, Send, Store


class Delivery:
    """A message is claimed before it is sent and settled after: two senders never hold the same one at a time."""

    def __init__(self, store: Store, now: Clock, compose: Compose, send: Send) -> None:
        self._store = store
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
        open_requests = 0
        if message.kind not in TO_CUSTOMERS:
            resources = [resource.id for resource in settings.resources]
            open_requests = self._store.open_requests(message.branch, resources, since=int(self._now().timestamp()) // 60)
        try:
            provider_id = self._send(self._compose(message, appointment, settings, open_requests))
        except SendNever as refusal:
            return replace(message, state="failed", failure=refusal.reason)
        except SendLater as delay:
            due = next_due(message.attempts, self._now())
            if due is None:
                return replace(message, state="failed", failure=delay.reason)
            return replace(message, state="due", due=due, failure=delay.reason)
        return replace(message, state="sent", provider_id=provider_id, failure=None)
