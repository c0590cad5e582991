"""Builds store, senders and clock once and hands them to the use cases: the only module that knows every adapter.

Looking at free times and booking are built at start; all else is imported when it is first asked for. What sends mail alone
costs more start-up time than all the rest.
"""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING

from chalicelib import config
from chalicelib.domain.staff import UserPool
from chalicelib.domain.tokens import Secret
from chalicelib.planner.customer.booking import Booked, Booking
from chalicelib.store.addresses import Addresses
from chalicelib.store.table import Table

if TYPE_CHECKING:
    from chalicelib.domain.appointment import Appointment
    from chalicelib.domain.customer import Reach
    from chalicelib.domain.mail import Attachment, Mail, Sms
    from chalicelib.domain.outbox import Message
    from chalicelib.domain.settings import Settings
    from chalicelib.domain.trouble import SenderState
    from chalicelib.messages.compose import Composer
    from chalicelib.messages.send import SesSender
    from chalicelib.planner.admin.accesses import Accesses
    from chalicelib.planner.admin.administration import Administration
    from chalicelib.planner.admin.preview import Preview
    from chalicelib.planner.admin.settings import BranchSettings
    from chalicelib.planner.admin.users import Users
    from chalicelib.planner.customer.callbacks import CallMe
    from chalicelib.planner.customer.correction import Correction
    from chalicelib.planner.customer.manage import OwnAppointment
    from chalicelib.planner.messages.bounces import Bounces
    from chalicelib.planner.messages.delivery import Delivery
    from chalicelib.planner.messages.policy import SendingPolicy
    from chalicelib.planner.messages.trouble import MessageTrouble
    from chalicelib.planner.records.back_office import BackOffice
    from chalicelib.planner.records.readings import Readings
    from chalicelib.planner.schedule.sweep import Sweep
    from chalicelib.planner.staff.office import Office
    from chalicelib.proofs import Altcha
    from chalicelib.store.callbacks import Callbacks
    from chalicelib.store.customers import Customers
    from chalicelib.store.message_log import MessageLog
    from chalicelib.store.tally import DatabaseUse


class SecretUnknown(Exception):
    """SECRET is not set."""


class SiteUnknown(Exception):
    """Nothing says yet where the pages are, so no link can be written."""


def now() -> datetime:
    return datetime.now(UTC)


@cache
def settings_of_deployment() -> config.Config:
    return config.read()


@cache
def store() -> Table:
    return Table(settings_of_deployment().table)


def asked() -> DatabaseUse:
    """What this thread asked of the database since it was told last."""
    from chalicelib.store import tally

    return tally.asked()


@cache
def secret() -> Secret:
    """Raises SecretUnknown in a function that was given none: proofs made without it could be made by anybody."""
    if not settings_of_deployment().secret:
        raise SecretUnknown
    return Secret(settings_of_deployment().secret, settings_of_deployment().earlier_secret)


@cache
def booking() -> Booking:
    return Booking(store(), addresses(), proofs, now, secret())


@cache
def addresses() -> Addresses:
    store()  # binds the models to the table
    return Addresses()


@cache
def proofs() -> Altcha:
    from chalicelib.proofs import Altcha

    return Altcha(secret().proving)


@cache
def visit() -> OwnAppointment:
    from chalicelib.planner.customer.manage import OwnAppointment
    from chalicelib.planner.messages.notifying import Notifying

    return OwnAppointment(store(), addresses(), customers(), Notifying(customers(), mobile), booking(), secret(), now)


@cache
def correction() -> Correction:
    from chalicelib.planner.customer.correction import Correction

    return Correction(store(), addresses(), secret(), now)


@cache
def delivery() -> Delivery:
    from chalicelib.messages.send import Sender, SnsSender
    from chalicelib.planner.messages.delivery import Delivery

    sender = Sender(mailer(), SnsSender())
    return Delivery(store(), customers(), now, compose, sender, guard())


def compose(message: Message, appointment: Appointment, settings: Settings, to: Reach | None, open_requests: int) -> Mail | Sms:
    """Asks where the site is when there is something to write: the schedule runs before the first deployment has come to its
    end."""
    return composer()(message, appointment, settings, to, open_requests)


@cache
def mailer() -> SesSender:
    from chalicelib.messages.send import SesSender

    return SesSender(settings_of_deployment().mail_from, settings_of_deployment().configuration_set)


@cache
def outbox() -> MessageLog:
    from chalicelib.store.message_log import MessageLog

    store()  # binds the models to the table
    return MessageLog()


@cache
def guard() -> SendingPolicy:
    from chalicelib.planner.messages.policy import SendingPolicy

    return SendingPolicy(outbox(), addresses(), secret(), now, settings_of_deployment().most_unproved_mails_an_hour)


@cache
def bounces() -> Bounces:
    from chalicelib.planner.messages.bounces import Bounces

    return Bounces(outbox(), secret(), now)


@cache
def correspondence() -> MessageTrouble:
    from chalicelib.planner.messages.trouble import MessageTrouble

    return MessageTrouble(store(), customers(), outbox(), guard(), now, sender_state, trial, send_mail)


def sender_state() -> SenderState:
    """What SES says of our sender."""
    from chalicelib.messages.health import SesHealth

    return SesHealth(settings_of_deployment().mail_from)()


def trial(settings: Settings, to: str, identity: str) -> Mail:
    """The mail that tells nothing but that mail arrives."""
    return composer().trial(settings, to, identity)


def send_mail(mail: Mail) -> str:
    """Hands it to SES: looking at messages needs none of what sends them."""
    return mailer()(mail)


@cache
def upkeep() -> Sweep:
    from chalicelib.planner.messages.notifying import Notifying
    from chalicelib.planner.schedule.sweep import Sweep

    return Sweep(store(), customers(), Notifying(customers(), mobile), now, delivery(), secret())


@cache
def preview() -> Preview:
    from chalicelib.planner.admin.preview import Preview

    return Preview(store(), now)


@cache
def setup() -> BranchSettings:
    from chalicelib.planner.admin.settings import BranchSettings

    return BranchSettings(store(), now)


@cache
def customers() -> Customers:
    from chalicelib.store.customers import Customers

    store()  # binds the models to the table
    return Customers()


@cache
def callbacks() -> Callbacks:
    from chalicelib.store.callbacks import Callbacks

    store()  # binds the models to the table
    return Callbacks()


@cache
def call_me() -> CallMe:
    from chalicelib.planner.customer.callbacks import CallMe
    from chalicelib.planner.customer.turned_away import TurnedAway

    return CallMe(callbacks(), booking(), proofs, TurnedAway(store(), now), secret(), now)


@cache
def back_office() -> BackOffice:
    from chalicelib.planner.records.back_office import BackOffice
    from chalicelib.store.audit import Books
    from chalicelib.store.readings import Readings

    return BackOffice(store(), customers(), Books(), Readings(), welcome, now)


@cache
def readings() -> Readings:
    from chalicelib.planner.records.readings import Readings
    from chalicelib.store import readings as stored

    return Readings(store(), stored.Readings(), now)


def welcome(branch: str, email: str) -> None:
    """Staff have entered an address."""
    addresses().lift(branch, secret().mailbox(email))


@cache
def composer() -> Composer:
    from chalicelib.messages.compose import Composer

    return Composer(site_url(), secret(), now)


@cache
def previewer() -> Composer:
    """For messages that are only shown: their links open nothing, so that nobody acts in a customer's place."""
    from chalicelib.messages.compose import Composer

    return Composer(site_url(), Secret("the links of a preview open nothing"), now)


@cache
def office() -> Office:
    from chalicelib.planner.staff.office import Office

    return Office(store(), customers(), callbacks(), setup(), secret(), now, previewer, mobile)


@cache
def accesses() -> Accesses:
    from chalicelib.planner.admin.accesses import Accesses

    return Accesses(store(), setup(), secret(), now)


@cache
def users() -> Users:
    """What the function of its own does."""
    from chalicelib.planner.admin.users import Users
    from chalicelib.store.accounts import Pool
    from chalicelib.store.locks import Locks

    return Users(store(), Pool(user_pool()), Locks(), now)


@cache
def administration() -> Administration:
    from chalicelib.planner.admin.administration import Administration
    from chalicelib.planner.admin.wording import Wording
    from chalicelib.store.accounts import UsersFunction

    function = settings_of_deployment().users_function
    run = UsersFunction(function) if function else users()
    return Administration(setup(), accesses(), run, secret(), site_url(), Wording(store(), now, composer))


def calendar_feed(token: str) -> str:
    """What a calendar's address gives."""
    from chalicelib.messages.feed import feed

    busy = accesses().busy(token)
    return feed(busy.settings, busy.resource, busy.appointments, now())


def mobile(phone: str | None, settings: Settings) -> str | None:
    """A telephone number as an SMS needs it; None where none reaches it."""
    from chalicelib.messages import numbers

    return numbers.mobile(phone, settings)


def calendar_file(booked: Booked) -> Attachment:
    """The appointment as an ICS file."""
    from chalicelib.messages import calendar

    return calendar.calendar_file(booked.appointment, booked.settings, booked.appointment.language, now())


def sign_in() -> tuple[str, str]:
    """Where staff sign in, and the client that their tokens are made for."""
    deployment = settings_of_deployment()
    return deployment.sign_in_url, deployment.user_pool_client


def user_pool() -> UserPool:
    deployment = settings_of_deployment()
    return UserPool(deployment.user_pool_issuer, deployment.user_pool_client)


def site_url() -> str:
    """Where customers find the pages. Raises SiteUnknown."""
    return settings_of_deployment().site_url or stored_site_url()


@cache
def stored_site_url() -> str:
    """Read once in a process, when something first needs it; what is missing is asked for again."""
    from chalicelib.store.deployment import Deployment

    store()  # binds the models to the table
    found = Deployment().site_url()
    if not found:
        raise SiteUnknown("Neither SITE_URL nor the table says where the pages are: the deployment has not come to its end.")
    return found
