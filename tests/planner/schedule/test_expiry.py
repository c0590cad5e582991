"""A request that nobody answers (R26), on a real engine."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from chalicelib.domain.appointment import Appointment
from chalicelib.planner.messages.delivery import Delivery
from chalicelib.store.models import EventItem, MessageItem
from chalicelib.store.table import Table
from infra.local.engine import Engine
from tests.builders import NOW, Nobody, actions, appointment, made, new_branch_id, policy, seen, settings, sweep
from tests.conftest import TABLE
from tests.planner.messages.test_delivery import Clock, Provider, plain


class Practice:
    """A branch whose requests expire after 48 hours, with a warning 12 hours before, and one request."""

    def __init__(self, **fields: Any) -> None:
        self.table = Table(TABLE, sleep=lambda seconds: None)
        self.clock = Clock(NOW)
        branch_settings = settings(id=new_branch_id(), **{"expire_after_hours": 48, "expire_warning_hours": 12} | fields)
        self.table.replace_settings(branch_settings)
        self.request = appointment(branch=branch_settings.branch.id, due=NOW + timedelta(hours=36))
        self.table.write(made(self.request))
        delivery = Delivery(self.table, Nobody(), self.clock, plain, Provider(), policy(self.clock))
        self.sweep = sweep(self.table, self.clock, delivery)

    def after(self, hours: float) -> Appointment:
        """The request when the schedule has looked at it at that time."""
        self.clock.now = NOW + timedelta(hours=hours)
        self.sweep.attend(self.request.id)
        stored = self.table.appointment(self.request.id)
        assert stored is not None
        return stored

    @property
    def taken(self) -> object:
        return self.table.agenda(self.request.branch, [settings().resources[0]], "2026-11-24", "2026-11-24").holds

    def owed(self) -> set[str]:
        return {
            item.kind for item in MessageItem.query(f"APPOINTMENT#{self.request.id}", MessageItem.sk.startswith("MESSAGE#"))
        }


@pytest.fixture
def practice(engine: Engine) -> Practice:
    return Practice()


def test_before_the_warning_nothing_happens(practice: Practice) -> None:
    assert practice.after(35.9) == practice.request


def test_staff_are_warned_first_and_the_units_stay_taken(practice: Practice) -> None:
    warned = practice.after(36)
    assert (warned.status, warned.warned, warned.due) == ("proposed", True, NOW + timedelta(hours=48))
    assert practice.taken == practice.request.holds
    assert "expiring" in practice.owed()


def test_then_it_expires_the_units_are_free_and_the_customer_is_told(practice: Practice) -> None:
    practice.after(36)
    expired = practice.after(48)
    assert (expired.status, expired.holds) == ("expired", {})
    assert practice.taken == {}
    assert "expired" in practice.owed()
    history = EventItem.query(f"APPOINTMENT#{practice.request.id}", EventItem.sk.startswith("EVENT#"))
    assert [(event.what, event.by) for event in history] == [
        ("requested", "customer"),
        ("warned", "schedule"),
        ("expired", "schedule"),
    ]


def test_a_late_schedule_still_leaves_staff_the_time_of_the_warning(practice: Practice) -> None:
    assert practice.after(100).due == NOW + timedelta(hours=112)
    assert practice.after(111.9).status == "proposed"
    assert practice.after(112).status == "expired"


def test_what_was_answered_meanwhile_does_not_expire(practice: Practice) -> None:
    warned = practice.after(36)
    actions(practice.table, practice.clock).answer(seen(warned), "confirmed", "staff-1")
    assert practice.after(48).status == "confirmed"


def test_the_sweep_finds_what_is_due(engine: Engine) -> None:
    practice, long_ago = Practice(), NOW - timedelta(days=3000)
    booked = appointment(
        branch=practice.request.branch, start=practice.request.end, end=practice.request.end + 30, due=long_ago
    )
    practice.table.write(made(booked))
    assert booked.id in practice.table.due(long_ago).appointments


def test_where_expiry_is_off_a_request_stays_proposed_past_its_start(engine: Engine) -> None:
    practice = Practice(expire_after_hours=None)
    booked = appointment(branch=practice.request.branch, start=practice.request.end, end=practice.request.end + 30)
    practice.table.write(made(booked))
    practice.clock.now = NOW + timedelta(days=365)
    practice.sweep.attend(booked.id)
    assert practice.table.appointment(booked.id) == booked


def test_what_the_schedule_does_is_recorded_for_as_long_as_the_branch_says(engine: Engine) -> None:
    practice = Practice(record_months=2)
    practice.after(36)
    practice.after(48)
    events = EventItem.query(f"APPOINTMENT#{practice.request.id}", EventItem.sk.startswith("EVENT#"))
    kept = {each.what: timedelta(seconds=each.ttl - datetime.fromisoformat(each.at).timestamp()) for each in events}
    assert timedelta(days=61) < kept["warned"] < timedelta(days=64)
    assert timedelta(days=61) < kept["expired"] < timedelta(days=64)
