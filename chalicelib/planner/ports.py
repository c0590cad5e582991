"""What the use cases ask of the outside. The adapters in `store` and `messages` answer it; `wiring` brings them together."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Protocol

from chalicelib.domain.accounts import Account
from chalicelib.domain.agenda import Agenda
from chalicelib.domain.appointment import Appointment, Change, Event, Planned, Proof
from chalicelib.domain.callbacks import Callback
from chalicelib.domain.customer import Customer, Reach
from chalicelib.domain.inbox import Entry
from chalicelib.domain.invitation import Delivery, Invitation
from chalicelib.domain.limits import Count, Standing
from chalicelib.domain.mail import Mail, Sms
from chalicelib.domain.outbox import Attempt, Due, Duty, Message
from chalicelib.domain.record import Line
from chalicelib.domain.settings import Resource, Settings
from chalicelib.domain.staff import Group
from chalicelib.domain.tokens import Mailbox
from chalicelib.domain.work import Challenge

Clock = Callable[[], datetime]
"""Now, aware."""


Mobile = Callable[["str | None", Settings], "str | None"]
"""A telephone number as an SMS needs it; None where none reaches it."""


class Store(Protocol):
    """Any call may raise TryAgain when the database throttles, conflicts or keeps silent beyond all attempts."""

    def settings(self, branch: str) -> Settings | None:
        """What the branch has set; may be 5 seconds old."""

    def agenda(self, branch: str, resources: Sequence[Resource], first: str, last: str, kinds: Sequence[str] = ()) -> Agenda:
        """What is held on the UTC days `first` to `last` (ISO dates), as of now, with the counts of these `kinds`."""

    def count_kind(self, branch: str, place: tuple[str, str, str], before: int | None, after: int) -> bool:
        """Sets how many appointments of a kind begin at a resource on a day, if `before` is counted still (None: nothing is).
        False if not."""

    def write(self, change: Change) -> None:
        """Writes all of a change, or nothing and raises UnitsTaken, LimitReached, AlreadySent, AppointmentExists or
        ChangedMeanwhile."""

    def appointment(self, appointment: str) -> Appointment | None:
        """As of now."""

    def requested(self, appointment: str) -> Event | None:
        """The event that made an appointment; None once it is no longer kept."""

    def open_requests(self, branch: str, resources: Iterable[str], since: int) -> int:
        """How many appointments from `since` (instant) on are proposed; may lag behind by moments."""

    def claim(self, message: tuple[str, str], now: datetime) -> Message | None:
        """Marks a due message as sending, with a lease; None if another has it, it is not due, or it is done."""

    def unsent_before(self, message: tuple[str, str]) -> list[Message]:
        """Messages to the customer that the appointment owed before this one and that are neither sent nor given up, the oldest
        first, as of now; none before a message to the branch."""

    def wait(self, message: tuple[str, str], until: datetime, now: datetime) -> None:
        """Makes a message that is due wait, which is no attempt."""

    def settle(self, message: Message, entry: Entry | None = None) -> None:
        """Writes the outcome of an attempt, with what staff shall look at, unless somebody else has claimed the message since
        or the provider has told of it meanwhile."""

    def due(self, now: datetime) -> Due:
        """Messages whose time or lease is up, appointments that something is owed to, and branches to be reckoned anew."""

    def recounted(self, branch: str, begun: datetime) -> None:
        """A branch's coming appointments have been reckoned anew, by the settings as they were at `begun`; what was asked for
        since then stays owed."""

    def recount_later(self, branch: str, begun: datetime, due: datetime) -> None:
        """A branch is to be reckoned anew from `due` on only, unless somebody has asked for it since `begun`."""

    def take_up(self, duty: Duty, now: datetime) -> Attempt | None:
        """Begins an attempt at what is due, until its lease ends; None if another has it, or it is not due."""

    def put_aside(self, attempt: Attempt, until: datetime | None, entry: Entry | None = None) -> None:
        """An attempt has failed: the next one begins at `until`, or none does, and `entry` tells staff so."""

    def put_off(self, appointment: Appointment, due: datetime | None) -> None:
        """Sets when an appointment is looked at next, and nothing else. Raises ChangedMeanwhile."""

    def settings_now(self, branch: str) -> Settings | None:
        """What the branch has set, as of now and of one moment."""

    def replace_settings(self, settings: Settings, recount: datetime | None = None) -> Settings:
        """Writes all that a branch has set. From `recount` on the branch is due to have its appointments reckoned anew."""

    def change_settings(self, before: Settings, after: Settings, line: Line, recount: datetime | None = None) -> None:
        """Writes what differs, with the record's line, in one step. Raises ChangedMeanwhile unless `before` is what is stored,
        or Invalid where it is more than one step can take. `recount` as above."""

    def used(self, branch: str) -> Mapping[str, datetime]:
        """When each access was last used, by alias, right to the hour."""

    def mark_used(self, branch: str, alias: str, at: datetime) -> None:
        """Notes that an access was used. Failing is not told: nothing depends on it."""

    def count_turned_away(self, branch: str, day: str, count: int, at: datetime) -> None:
        """Adds to how many online requests a branch has turned away on a local day. Failing is not told."""

    def turned_away(self, branch: str, first: str) -> Mapping[str, int]:
        """How many that were on each local day from `first` on; days without any are left out."""

    def appointments(self, branch: str, resource: str, since: int, until: int) -> list[Appointment]:
        """Those of a resource that start in `[since, until)`; may lag behind by moments."""

    def planned(self, branch: str, resources: Iterable[str], since: int, until: int, *, wishes: bool = False) -> list[Planned]:
        """Those that start in `[since, until)`; may lag behind by moments. One query a resource. `wishes`: also requests that
        wait for their address and hold no time."""

    def owing(self, branch: str, resources: Iterable[str], since: int, until: int) -> list[str]:
        """The ids of those that start in `[since, until)` and that the schedule is to look at; may lag behind by moments. One
        query a resource."""

    def history(self, appointment: str) -> tuple[list[Event], list[Message]]:
        """Events and messages of an appointment as of now, the oldest first."""

    def inbox(self, branch: str, *, set_aside: bool = False) -> list[Entry]:
        """What waits for staff, as of now. `set_aside`: also what was ticked off and may be had back."""

    def latest(self, branch: str, at: datetime) -> str:
        """A text that is another one once the record of that month (in UTC) has a new line, which each change of an appointment
        and of the settings writes; may lag behind by moments."""

    def entries(self, branch: str, entries: Iterable[str]) -> list[Entry]:
        """Those of the inbox that wait still, as of now."""

    def let_go(self, before: Appointment, after: Appointment) -> None:
        """Frees the units that an appointment kept for an undo, and nothing else. Raises ChangedMeanwhile."""

    def tick_off(self, branch: str, entry: str) -> None:
        """Removes an entry of the inbox for good, if it is still there."""

    def set_aside(self, branch: str, entry: str, now: datetime) -> None:
        """Ticks an entry off, with who wants to be called back, so that it can be had back for a while."""

    def bring_back(self, branch: str, entry: str) -> bool:
        """Lets an entry wait again that was ticked off. False where it is gone for good."""

    def several(self, appointments: Iterable[str]) -> dict[str, Appointment]:
        """Those that exist, by id, as of now."""


class Addresses(Protocol):
    """What is known of e-mail addresses over the deployment. Any call may raise TryAgain."""

    def standing(self, branch: str, mailbox: Mailbox, now: datetime) -> Standing:
        """What is known of an address, as of now."""

    def prove(self, branch: str, mailbox: Mailbox, now: datetime) -> None:
        """A link from one of its mails was used: it has proved itself, and takes part online again."""

    def stop(self, branch: str, mailbox: Mailbox, now: datetime) -> None:
        """Its owner wants no online act with it in the branch."""

    def lift(self, branch: str, mailbox: Mailbox) -> None:
        """It may take part online again."""

    def requests(self, branch: str, hour: datetime) -> int:
        """How many requests of unproved addresses the branch has had in an hour of UTC."""


class Proofs(Protocol):
    """Work that a request proves (R33)."""

    def challenge(self, alias: str, steps: int, now: datetime) -> Challenge:
        """For one booking by an alias."""

    def read(self, alias: str, proof: str | None, now: datetime) -> Proof | None:
        """The proof, if it is right, the alias's, and still good; whether it is used up only the write tells."""


class Customers(Protocol):
    def customer(self, branch: str, customer: str) -> Customer | None:
        """As of now."""


class Invitations(Customers, Protocol):
    """Invitations, and the customers whom they are for. Any call may raise TryAgain."""

    def invitation(self, invitation: str) -> Invitation | None:
        """As of now."""

    def invite(self, invitation: Invitation, line: Line) -> None:
        """Writes a new one with its line of the record. Raises CustomerLeaving."""

    def withdraw(self, invitation: Invitation, line: Line) -> None:
        """Raises InvitationEnded where it was used meanwhile."""

    def delivered(self, invitation: str, delivery: Delivery, failure: str | None) -> None:
        """Notes what became of the message that carries it, unless it is erased."""


class Callbacks(Protocol):
    """Wishes to be called back. Any call may raise TryAgain."""

    def callback(self, branch: str, callback: str) -> Callback | None:
        """As of now."""

    def several(self, branch: str, callbacks: Sequence[str]) -> Mapping[str, Callback]:
        """Those that are still there, by id, at most a hundred."""

    def put(self, callback: Callback, proof: Proof, count: Count, most: int) -> Callback:
        """Writes it with its entry of the inbox, unless there is one of its id; the one that is there. Uses the proof up and
        raises the counter, or raises ProofUsed or LimitReached."""


class Locks(Protocol):
    def held(self, account: str, now: datetime) -> AbstractContextManager[None]:
        """Holds an account, by its id, for a block. Raises ChangedMeanwhile where somebody else does, or TryAgain."""


class Accounts(Protocol):
    """Accounts of the user pool. Any call may raise TryAgain."""

    def of_token(self, access_token: str) -> Account | None:
        """Whose access token it is, as of now; None for one that is not good, or not good any more."""

    def account(self, user: str) -> Account | None:
        """As of now."""

    def branches(self) -> Mapping[str, tuple[str, ...]]:
        """Those of every user, by name."""

    def invite(self, user: str, email: str, branches: tuple[str, ...]) -> bool:
        """Makes an account, whose first password is sent to the address. False if the name is taken."""

    def grant(self, user: str, groups: frozenset[Group]) -> None:
        """Adds the user to groups."""

    def change(self, before: Account, after: Account) -> None:
        """Sets groups, branches, and whether it is enabled; who is disabled is signed out everywhere."""


class Compose(Protocol):
    def __call__(
        self, message: Message, appointment: Appointment, settings: Settings, to: Reach | None, open_requests: int
    ) -> Mail | Sms:
        """The message as its reader will see it; `to` is the customer, whom a message to the branch needs not. Pure.

        Raises SendNever, with the reason `unreachable` where there is nobody to send it to, `too_long`, or `not_composed`.
        """


class Send(Protocol):
    def __call__(self, message: Mail | Sms) -> str:
        """Hands the message to the provider; returns the provider's id. Raises SendLater or SendNever."""
