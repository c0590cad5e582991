"""Sending what is owed: woken by the table's stream, and by a schedule for what the stream missed."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from chalicelib.domain.appointment import Appointment
from chalicelib.domain.customer import Reach, reach_of
from chalicelib.domain.inbox import Waiting, entry_of
from chalicelib.domain.mail import SendLater, SendNever, Withheld
from chalicelib.domain.outbox import MOST_ATTEMPTS, TO_BRANCHES, TOO_LATE, TROUBLE, Message, next_due
from chalicelib.domain.owed import is_too_late
from chalicelib.domain.settings import Settings
from chalicelib.domain.status import WANTED
from chalicelib.planner.messages.policy import SendingPolicy
from chalicelib.planner.ports import Clock, Compose, Customers, Send, Store


class Delivery:
    """A message is claimed before it is sent and settled after: two senders never hold the same one at a time."""

    def __init__(
        self, store: Store, customers: Customers, now: Clock, compose: Compose, send: Send, policy: SendingPolicy
    ) -> None:
        self._store = store
        self._customers = customers
        self._now = now
        self._compose = compose
        self._send = send
        self._policy = policy

    def deliver(self, key: tuple[str, str]) -> None:
        """Sends the message unless somebody else has, or is about to. A failure that may pass makes it due later.

        What the appointment owes its customer goes out in order: one that is not yet done keeps the later ones waiting.
        """
        now = self._now()
        message = self._store.claim(key, now) if self._is_next(key, now) else None
        if message is None:
            return
        if message.attempts > MOST_ATTEMPTS:  # whoever tried before died of it
            self._settle(replace(message, state="failed", failure="attempts"))
        else:
            self._attempt(message)

    def _is_next(self, key: tuple[str, str], now: datetime) -> bool:
        before = self._store.unsent_before(key)
        if before:
            self._store.wait(key, max(each.due for each in before), now)
        return not before

    def _settle(self, message: Message, appointment: Appointment | None = None) -> None:
        """Of what has failed for good staff are told, where a customer waits for it. Of what is withheld they are not, once the
        appointment is over: who makes and cancels many must not fill the inbox."""
        if message.state not in TROUBLE:
            self._store.settle(message)
            return
        now = self._now()
        is_over = message.state == "withheld" and appointment is not None and appointment.status not in WANTED
        missed = message.kind not in TO_BRANCHES and message.in_trouble and not is_over
        kind: Waiting = "withheld" if message.state == "withheld" else "bounced"
        entry = entry_of(kind, message.branch, message.appointment, message.event, now) if missed else None
        self._store.settle(replace(message, due=now), entry)

    def _attempt(self, message: Message) -> None:
        appointment = self._store.appointment(message.appointment)
        settings = self._store.settings(message.branch)
        if appointment is None or settings is None:
            self._settle(replace(message, state="failed", failure="gone"))
        elif is_too_late(message, appointment, self._now()) and not self._policy.may_speak_for_others(message, settings):
            self._settle(replace(message, state="failed", failure=TOO_LATE))
        elif (told := self._policy.told_by_another(message, appointment, settings)) is not None:
            self._settle(told)
        else:
            outcome = self._try(message, appointment, settings)
            try:
                self._policy.note(outcome, appointment, settings)
            finally:  # whether or not the others of the day can be told: what went out must not go out again
                self._settle(outcome, appointment)

    def _try(self, message: Message, appointment: Appointment, settings: Settings) -> Message:
        to_branch = message.kind in TO_BRANCHES
        open_requests = self._open_requests(settings) if to_branch else 0
        to = None if to_branch else self._reach(message, appointment)
        if to is None and not to_branch:
            return replace(message, state="failed", failure="erased")
        try:
            composed = self._compose(message, appointment, settings, to, open_requests)
            with self._policy.allowing(message, composed, settings):
                provider_id = self._send(composed)
        except Withheld as refusal:
            return replace(message, state="withheld", failure=refusal.reason)
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

    def _reach(self, message: Message, appointment: Appointment) -> Reach | None:
        """As of now: a mistyped address of the record that staff have mended is used from the next attempt on."""
        known = appointment.customer
        customer = self._customers.customer(appointment.branch, known) if known else None
        return reach_of(appointment.comment, customer, message.reader or appointment.reader)
