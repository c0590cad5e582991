"""Who opens a booking page uses its access, which is noted now and then; who looks at times or books is not held up by it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from chalicelib.domain.comment import Comment
from chalicelib.domain.errors import UnknownAccess
from chalicelib.domain.settings import Settings
from chalicelib.planner.customer.taking import RequestFields
from chalicelib.store import keys
from chalicelib.store.models import MessageItem
from chalicelib.store.table import Table
from infra.local.engine import Engine
from tests.builders import NOW, WORKED, availability, booking_of, new_branch_id, settings
from tests.conftest import TABLE
from tests.faults import counted


class Clock:
    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture(scope="module")
def table(engine: Engine) -> Table:
    return Table(TABLE)


def opened(table: Table, **fields: Any) -> Settings:
    branch_settings = settings(availability("09:00-12:00"), **{"id": new_branch_id()} | fields)
    table.replace_settings(branch_settings)
    return branch_settings


def wanted() -> RequestFields:
    start = (NOW + timedelta(days=1)).replace(hour=8)
    return RequestFields(resource="cabin-1", start=start, comment=Comment(last_name="Mustermann", email="erika@example.org"))


def test_opening_a_page_is_noted_once_an_hour(table: Table) -> None:
    settings, clock = opened(table), Clock()
    alias, booking = settings.accesses[0].alias, booking_of(table, clock)
    for minutes, writes in ((0, ["PutItem"]), (1, []), (59, []), (60, ["PutItem"])):
        clock.now = NOW + timedelta(minutes=minutes)
        table.settings(settings.branch.id)
        with counted() as requests:
            booking.open(alias)
        assert [each for each in requests.operations if each != "Query"] == writes
    assert table.used(settings.branch.id) == {alias: NOW + timedelta(hours=1)}


def test_looking_at_times_and_booking_notes_nothing(table: Table) -> None:
    settings = opened(table)
    alias, booking = settings.accesses[0].alias, booking_of(table, Clock())
    booking.week(alias, "cabin-1", None, None, 7)
    booking.request(alias, "a-key-of-16-signs", wanted(), b"", WORKED)
    assert table.used(settings.branch.id) == {}


def test_an_access_that_does_not_exist_is_not_noted(table: Table) -> None:
    settings = opened(table)
    with pytest.raises(UnknownAccess):
        booking_of(table, Clock()).open(f"{settings.branch.id}-nothing")
    assert table.used(settings.branch.id) == {}


@pytest.mark.parametrize(("notices", "kinds"), [("each", {"receipt", "notice"}), ("none", {"receipt"})])
def test_a_branch_that_wants_no_notices_gets_none(table: Table, notices: str, kinds: set[str]) -> None:
    settings = opened(table, notices=notices)
    booked = booking_of(table, Clock()).request(settings.accesses[0].alias, "a-key-of-16-signs", wanted(), b"", WORKED)
    owed = MessageItem.query(keys.appointment(booked.appointment.id), MessageItem.sk.startswith(keys.MESSAGE))
    assert {each.kind for each in owed} == kinds
