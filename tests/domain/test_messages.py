"""What is owed to readers: when it is tried again, what is wrong with it, and what stands against sending."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from chalicelib.domain import inbox, limits, links
from chalicelib.domain.errors import NotFound
from chalicelib.domain.mail import SendLater, SendNever, Unreachable
from chalicelib.domain.outbox import BACKOFF, Due, digest_at, next_due
from chalicelib.domain.trouble import SenderState, name_of, named, still_holds
from chalicelib.domain.work import CALM_STEPS, MOST_STEPS, steps
from tests.builders import NOW, appointment, message

SITE = "https://termine.example.org"


def test_a_message_is_named_by_event_kind_and_channel() -> None:
    told = message(appointment(), kind="moved", event=3, channel="sms")
    assert name_of(told).id == "3.moved.sms"
    assert named("3.moved.sms") == name_of(told)
    assert named("3.moved.email").channel == "email"


@pytest.mark.parametrize("name", ["", "3.moved", "x.moved.email", "3.moved.post", "3.moved.email.", "1234567.moved.email"])
def test_what_names_no_message_is_not_found(name: str) -> None:
    with pytest.raises(NotFound):
        named(name)


@pytest.mark.parametrize("change", [{"start": 1}, {"end": 1}, {"status": "cancelled"}])
def test_what_a_customer_was_told_holds_until_the_appointment_is_another(change: dict[str, Any]) -> None:
    booked = appointment()
    told = message(booked, kind="confirmed")
    assert still_holds(told, booked)
    assert not still_holds(told, replace(booked, **change))
    assert still_holds(message(booked, kind="notice"), replace(booked, **change))


GOOD = SenderState(address="a@example.org", verified=True, signed=True, production=True, sending=True, healthy=True, quota=100)


@pytest.mark.parametrize(
    ("state", "problems"),
    [
        ({}, []),
        ({"verified": None}, ["unknown"]),
        ({"production": None}, ["unknown"]),
        ({"verified": False, "signed": False}, ["not_verified"]),
        ({"sending": False}, ["paused"]),
        ({"production": False}, ["sandbox"]),
        ({"signed": False}, ["no_dkim"]),
        ({"healthy": False}, ["at_risk"]),
        ({"sent": 89}, []),
        ({"sent": 90}, ["quota"]),
        ({"quota": 0}, []),
        ({"quota": None, "sent": 90}, []),
        ({"quota": 1, "sent": 1}, ["quota"]),
        ({"signed": None, "sending": None, "healthy": None}, []),
        ({"sending": False, "production": False, "signed": False}, ["paused", "sandbox", "no_dkim"]),
    ],
)
def test_what_stands_against_sending_is_told_the_worst_first(state: dict[str, Any], problems: list[str]) -> None:
    assert replace(GOOD, **state).problems == problems


def test_a_message_is_tried_again_after_each_pause_and_then_given_up() -> None:
    assert next_due(1, NOW) == NOW + timedelta(minutes=BACKOFF[0])
    assert next_due(2, NOW) == NOW + timedelta(minutes=BACKOFF[1])
    assert next_due(len(BACKOFF), NOW) == NOW + timedelta(minutes=BACKOFF[-1])
    assert next_due(len(BACKOFF) + 1, NOW) is None


def test_a_digest_goes_out_on_the_next_morning_once_the_request_is_written() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    at_seven = datetime(2026, 11, 24, 6, 0, tzinfo=UTC)
    assert digest_at(at_seven - timedelta(minutes=1), berlin) == at_seven
    assert digest_at(at_seven - timedelta(seconds=59), berlin) == at_seven + timedelta(days=1)


@pytest.mark.parametrize(("since", "late"), [(None, 0), (NOW - timedelta(seconds=90), 90)])
def test_what_waits_is_as_late_as_its_oldest(since: datetime | None, late: int) -> None:
    assert Due([], [], [], since=since).late(NOW) == late


@pytest.mark.parametrize(
    ("state", "failure", "trouble"),
    [("due", None, False), ("failed", "rejected", True), ("withheld", None, True), ("failed", "gone", False)],
)
def test_trouble_is_what_staff_can_still_mend(state: Any, failure: str | None, trouble: bool) -> None:
    assert replace(message(appointment()), state=state, failure=failure).in_trouble is trouble


@pytest.mark.parametrize(
    ("kind", "cause", "gathered"), [("moved", "anybody", True), ("moved", "practice", False), ("told", "anybody", False)]
)
def test_moves_by_customers_are_gathered(kind: Any, cause: Any, gathered: bool) -> None:
    """R34."""
    assert message(appointment(), kind=kind, caused_by=cause).is_gathered is gathered


def test_a_message_to_nobody_is_never_sent() -> None:
    assert Unreachable().reason == "unreachable"
    assert str(SendLater("throttled")) == SendLater("throttled").reason == "throttled"
    assert str(SendNever("rejected")) == SendNever("rejected").reason == "rejected"


@pytest.mark.parametrize(
    ("requests", "bound", "proved"),
    [
        (0, 100, CALM_STEPS),
        (25, 100, CALM_STEPS),
        (26, 100, 21_067),
        (40, 100, 36_000),
        (100, 100, MOST_STEPS),
        (500, 100, MOST_STEPS),
        (0, 0, CALM_STEPS),
        (1, 0, MOST_STEPS),
    ],
)
def test_work_grows_from_a_quarter_of_the_bound_to_the_bound(requests: int, bound: int, proved: int) -> None:
    assert steps(requests, bound) == proved


def test_the_shares_of_a_bound_are_the_bound_and_even() -> None:
    assert [limits.share(12, shard) for shard in range(limits.SHARDS)] == [3, 3, 2, 2, 2]
    assert [limits.share(3, shard) for shard in range(limits.SHARDS)] == [1, 1, 1, 0, 0]


def test_a_request_tries_every_shard_from_its_own_on() -> None:
    assert limits.shards_from("00000017f" + "0" * 23) == [3, 4, 0, 1, 2]


def test_counters_of_a_day_and_an_hour_are_named_in_utc() -> None:
    late = datetime.fromisoformat("2026-11-24T00:30+01:00")
    assert limits.hour_of(late) == "2026-11-23T23"
    assert limits.mails("erika", late) == ("mails", "erika", "2026-11-23")


def test_no_two_counters_share_a_name() -> None:
    day, hour = NOW.date(), limits.hour_of(NOW)
    found = [
        limits.unproved(1),
        limits.unproved_in(NOW, 1),
        limits.unconfirmed_in(NOW, 1),
        limits.unproved_on(day, 1),
        limits.rings_in(NOW, 1),
        limits.open_of("1"),
        limits.made_on("1", day),
        limits.held(1),
        limits.held_on("1", day),
        limits.mails("1", NOW),
    ]
    assert len(set(found)) == len(found)
    assert found[1][1:] == found[2][1:] == found[4][1:] == (hour, "1")
    assert found[3][1:] == (day.isoformat(), "1")
    assert found[6][1:] == found[8][1:] == ("1", day.isoformat())


def test_once_answered_a_request_counts_by_day_and_hour_alone() -> None:
    counts = [limits.unproved(1), limits.held(1), limits.open_of("a"), limits.made_on("a", NOW.date())]
    assert limits.once_answered(counts) == (limits.made_on("a", NOW.date()),)


def test_who_has_proved_the_address_may_have_more_mails() -> None:
    assert (limits.most_mails(proved=False), limits.most_mails(proved=True)) == (6, 30)
    assert limits.mails_an_hour(100) == 260


@pytest.mark.parametrize(
    ("link", "given", "address"),
    [
        (links.booking_url, ("elbe-a", "cabin-1"), "/?a=elbe-a&r=cabin-1"),
        (links.page_url, ("elbe-a",), "/?a=elbe-a"),
        (links.calendar_url, ("t",), "/api/v1/calendar/t.ics"),
        (links.manage_url, ("t",), "/manage.html#t"),
        (links.manage_url, ("t", "elbe-a"), "/manage.html#t&a=elbe-a"),
        (links.stop_url, ("t", "elbe-a"), "/manage.html?stop#t&a=elbe-a"),
        (links.disown_url, ("t", "elbe-a"), "/manage.html?disown#t&a=elbe-a"),
        (links.planner_url, ("1",), "/staff/index.html#1"),
        (links.inbox_url, (), "/staff/index.html#inbox"),
        (links.messages_url, (), "/staff/messages.html"),
    ],
)
def test_a_link_leads_to_its_page_and_keeps_the_token_from_the_server(link: Any, given: tuple[str, ...], address: str) -> None:
    assert link(SITE, *given) == SITE + address


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        ("request", "request-1"),
        ("moved", "request-1"),
        ("cancelled_late", "request-1"),
        ("withheld", "withheld-1"),
        ("stuck", "stuck-1"),
        ("call_back", "call_back-1-7"),
    ],
)
def test_an_entry_is_one_with_those_whose_place_it_takes(kind: Any, name: str) -> None:
    entry = inbox.entry_of(kind, "elbe", "1", 7, NOW, "ruft an", proved=True)
    assert entry.id == name
    assert (entry.branch, entry.kind, entry.appointment, entry.at) == ("elbe", kind, "1", NOW)
    assert (entry.note, entry.proved) == ("ruft an", True)


def test_an_answer_ticks_off_the_request_and_what_was_withheld() -> None:
    assert inbox.answered_entries("1") == ("request-1", "withheld-1")
