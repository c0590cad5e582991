"""Builds store, senders and clock once and hands them to the use cases: the only module that knows every adapter.

Looking at free times and booking are built at start; all else is loaded when it is first used. What sends mail alone costs
more start-up time than all the rest.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING

from chalicelib import config, lazily
from chalicelib.domain import links
from chalicelib.domain.staff import UserPool
from chalicelib.domain.tokens import Secret
from chalicelib.planner.customer.booking import Booked, Booking
from chalicelib.store.addresses import Addresses
from chalicelib.store.table import Table

with lazily.at_first_use():
    from chalicelib import proofs as altcha
    from chalicelib.messages import calendar, feed, health, numbers, send
    from chalicelib.messages import compose as composing
    from chalicelib.planner.admin import accesses as admin_accesses
    from chalicelib.planner.admin import administration as admin
    from chalicelib.planner.admin import preview as admin_preview
    from chalicelib.planner.admin import settings as admin_settings
    from chalicelib.planner.admin import users as admin_users
    from chalicelib.planner.admin import wording
    from chalicelib.planner.customer import callbacks as customer_callbacks
    from chalicelib.planner.customer import correction as customer_correction
    from chalicelib.planner.customer import invited as customer_invited
    from chalicelib.planner.customer import manage, turned_away
    from chalicelib.planner.messages import bounces as messages_bounces
    from chalicelib.planner.messages import delivery as messages_delivery
    from chalicelib.planner.messages import notifying, policy, trouble
    from chalicelib.planner.records import back_office as records
    from chalicelib.planner.records import readings as records_readings
    from chalicelib.planner.schedule import clearing as schedule_clearing
    from chalicelib.planner.schedule import sweep
    from chalicelib.planner.staff import inviting as staff_inviting
    from chalicelib.planner.staff import office as staff_office
    from chalicelib.store import accounts, audit, deployment, locks, message_log, tally
    from chalicelib.store import callbacks as stored_callbacks
    from chalicelib.store import clearing as stored_clearing
    from chalicelib.store import customers as stored_customers
    from chalicelib.store import readings as stored_readings

if TYPE_CHECKING:
    from chalicelib.domain.appointment import Appointment
    from chalicelib.domain.customer import Reach
    from chalicelib.domain.invitation import Invitation
    from chalicelib.domain.mail import Attachment, Mail, Sms
    from chalicelib.domain.outbox import Message
    from chalicelib.domain.settings import Settings
    from chalicelib.domain.trouble import SenderState


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
    return Table(settings_of_deployment().table, client=settings_of_deployment().store_client)


def asked() -> tally.DatabaseUse:
    """What this thread asked of the database since it was told last."""
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
def proofs() -> altcha.Altcha:
    return altcha.Altcha(secret().proving)


@cache
def visit() -> manage.OwnAppointment:
    return manage.OwnAppointment(
        store(), addresses(), customers(), notifying.Notifying(customers(), mobile), booking(), secret(), now
    )


@cache
def correction() -> customer_correction.Correction:
    return customer_correction.Correction(store(), addresses(), secret(), now)


@cache
def invited() -> customer_invited.Invited:
    return customer_invited.Invited(store(), customers(), addresses(), notifying.Notifying(customers(), mobile), secret(), now)


@cache
def inviting() -> staff_inviting.Inviting:
    return staff_inviting.Inviting(
        store(), customers(), notifying.Notifying(customers(), mobile), compose_invitation, sender(), guard(), now
    )


def compose_invitation(invitation: Invitation, settings: Settings, to: Reach) -> Mail | Sms:
    return composer().invitation(invitation, settings, to)


def invitation_url(invitation: str) -> str:
    """The link of an invitation, by its id."""
    return links.invitation_url(site_url(), secret().invitation(invitation))


@cache
def sender() -> send.Sender:
    return send.Sender(mailer(), send.SnsSender())


@cache
def delivery() -> messages_delivery.Delivery:
    return messages_delivery.Delivery(store(), customers(), now, compose, sender(), guard())


def compose(message: Message, appointment: Appointment, settings: Settings, to: Reach | None, open_requests: int) -> Mail | Sms:
    """Asks where the site is when there is something to write: the schedule runs before the first deployment has come to its
    end."""
    return composer()(message, appointment, settings, to, open_requests)


@cache
def mailer() -> send.SesSender:
    return send.SesSender(settings_of_deployment().mail_from, settings_of_deployment().configuration_set)


@cache
def outbox() -> message_log.MessageLog:
    store()  # binds the models to the table
    return message_log.MessageLog()


@cache
def guard() -> policy.SendingPolicy:
    return policy.SendingPolicy(outbox(), addresses(), secret(), now, settings_of_deployment().most_unproved_mails_an_hour)


@cache
def bounces() -> messages_bounces.Bounces:
    return messages_bounces.Bounces(outbox(), customers(), secret(), now)


@cache
def correspondence() -> trouble.MessageTrouble:
    return trouble.MessageTrouble(store(), customers(), outbox(), guard(), now, sender_state, trial, send_mail)


def sender_state() -> SenderState:
    """What SES says of our sender."""
    return health.SesHealth(settings_of_deployment().mail_from)()


def trial(settings: Settings, to: str, identity: str) -> Mail:
    """The mail that tells nothing but that mail arrives."""
    return composer().trial(settings, to, identity)


def send_mail(mail: Mail) -> str:
    """Hands it to SES: looking at messages needs none of what sends them."""
    return mailer()(mail)


@cache
def upkeep() -> sweep.Sweep:
    return sweep.Sweep(store(), customers(), notifying.Notifying(customers(), mobile), now, delivery(), secret())


@cache
def clearing() -> schedule_clearing.Clearing:
    return schedule_clearing.Clearing(store(), stored_clearing.Clearings(), now)


@cache
def preview() -> admin_preview.Preview:
    return admin_preview.Preview(store(), now)


@cache
def setup() -> admin_settings.BranchSettings:
    return admin_settings.BranchSettings(store(), now)


@cache
def customers() -> stored_customers.Customers:
    store()  # binds the models to the table
    return stored_customers.Customers()


@cache
def callbacks() -> stored_callbacks.Callbacks:
    store()  # binds the models to the table
    return stored_callbacks.Callbacks()


@cache
def call_me() -> customer_callbacks.CallMe:
    return customer_callbacks.CallMe(callbacks(), booking(), proofs, turned_away.TurnedAway(store(), now), secret(), now)


@cache
def back_office() -> records.BackOffice:
    return records.BackOffice(store(), customers(), audit.Books(), stored_readings.Readings(), welcome, secret(), now)


@cache
def readings() -> records_readings.Readings:
    return records_readings.Readings(store(), stored_readings.Readings(), now)


def welcome(branch: str, email: str) -> None:
    """Staff have entered an address."""
    addresses().lift(branch, secret().mailbox(email))


@cache
def composer() -> composing.Composer:
    return composing.Composer(site_url(), secret(), now)


@cache
def previewer() -> composing.Composer:
    """For messages that are only shown: their links open nothing, so that nobody acts in a customer's place."""
    return composing.Composer(site_url(), Secret("the links of a preview open nothing"), now)


@cache
def office() -> staff_office.Office:
    delay = timedelta(seconds=settings_of_deployment().undo_seconds)
    return staff_office.Office(store(), customers(), callbacks(), setup(), secret(), now, previewer, mobile, delay)


@cache
def accesses() -> admin_accesses.Accesses:
    return admin_accesses.Accesses(store(), setup(), secret(), now)


@cache
def users() -> admin_users.Users:
    """What the function of its own does."""
    return admin_users.Users(store(), accounts.Pool(user_pool()), locks.Locks(), now)


@cache
def administration() -> admin.Administration:
    function = settings_of_deployment().users_function
    run = accounts.UsersFunction(function) if function else users()
    return admin.Administration(setup(), accesses(), run, secret(), site_url(), wording.Wording(store(), now, composer))


def calendar_feed(token: str) -> str:
    """What a calendar's address gives."""
    busy = accesses().busy(token)
    return feed.feed(busy.settings, busy.resource, busy.appointments, site_url(), now())


def mobile(phone: str | None, settings: Settings) -> str | None:
    """A telephone number as an SMS needs it; None where none reaches it."""
    return numbers.mobile(phone, settings)


def calendar_file(booked: Booked) -> Attachment:
    """The appointment as an ICS file."""
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
    store()  # binds the models to the table
    found = deployment.Deployment().site_url()
    if not found:
        raise SiteUnknown("Neither SITE_URL nor the table says where the pages are: the deployment has not come to its end.")
    return found
