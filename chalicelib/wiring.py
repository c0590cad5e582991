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
from chalicelib.planner.booking import Booked, Booking
from chalicelib.store.table import Table

if TYPE_CHECKING:
    from chalicelib.planner.delivery import Delivery
    from chalicelib.planner.preview import Preview
    from chalicelib.planner.setup import Setup
    from chalicelib.planner.upkeep import Upkeep


def now() -> datetime:
    return datetime.now(UTC)


@cache
def settings_of_deployment() -> config.Config:
    return config.read()


@cache
def store() -> Table:
    return Table(settings_of_deployment().table)


@cache
def secret() -> Secret:
    return Secret(settings_of_deployment().secret)


@cache
def booking() -> Booking:
    return Booking(store(), now, secret())


@cache
def delivery() -> Delivery:
    from chalicelib.messages.compose import Composer
    from chalicelib.messages.send import SesSender
    from chalicelib.planner.delivery import Delivery

    deployment = settings_of_deployment()
    return Delivery(store(), now, Composer(deployment.site_url, secret()), SesSender(deployment.mail_from))


@cache
def upkeep() -> Upkeep:
    from chalicelib.planner.upkeep import Upkeep

    return Upkeep(store(), now, delivery())


@cache
def preview() -> Preview:
    from chalicelib.planner.preview import Preview

    return Preview(store(), now)


@cache
def setup() -> Setup:
    from chalicelib.planner.setup import Setup

    return Setup(store(), now)


def calendar_file(booked: Booked) -> str:
    """The appointment as an ICS file."""
    from chalicelib.messages import calendar

    return calendar.calendar_file(booked.appointment, booked.settings)


def user_pool() -> UserPool:
    deployment = settings_of_deployment()
    return UserPool(deployment.user_pool_issuer, deployment.user_pool_client)


def site_url() -> str:
    return settings_of_deployment().site_url
