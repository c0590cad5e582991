"""States, tokens and ids (R19, R22)."""

from __future__ import annotations

from typing import Any, get_args

import pytest

from chalicelib.domain.agenda import Agenda
from chalicelib.domain.appointment import AppointmentExists, Change, LimitReached, UnitsTaken, event_of, message_of, released
from chalicelib.domain.errors import Invalid
from chalicelib.domain.status import HOLDING, TRANSITIONS, Status
from chalicelib.domain.tokens import Secret, appointment_id, appointment_of
from tests.builders import NOW, appointment, at

KEY = "k" * 16


def test_the_table_of_states_knows_every_state() -> None:
    assert set(TRANSITIONS) == set(get_args(Status))


def test_proposed_confirmed_done_and_no_show_hold_their_units() -> None:
    """R19."""
    assert {"proposed", "confirmed", "done", "no_show"} == HOLDING


def test_what_was_released_comes_back_as_confirmed_only() -> None:
    assert all(TRANSITIONS[status] == {"confirmed"} for status in ("declined", "cancelled", "expired"))


def test_done_and_no_show_lead_to_each_other_and_back_to_confirmed() -> None:
    assert TRANSITIONS["done"] == {"no_show", "confirmed"}
    assert TRANSITIONS["no_show"] == {"done", "confirmed"}


def test_an_appointment_holds_the_units_of_its_buffers_too() -> None:
    booked = appointment(start=at("2026-11-24T08:00"), end=at("2026-11-24T08:10"), preparation=5, follow_up=10)
    assert booked.units == {"2026-11-24": {95, 96, 97, 98, 99}}


def test_the_same_key_under_another_alias_is_another_appointment() -> None:
    """R22."""
    assert appointment_id("a-1", KEY) == appointment_id("a-1", KEY) != appointment_id("a-2", KEY)


@pytest.mark.parametrize("key", ["", "k" * 15, "k" * 65, "k" * 15 + "ä", "k" * 16 + "\n", "k k" * 6])
def test_a_key_of_another_form_is_refused(key: str) -> None:
    with pytest.raises(Invalid) as refusal:
        appointment_id("a-1", key)
    assert list(refusal.value.fields) == ["Idempotency-Key"]


def test_a_token_fits_its_appointment_and_version_only() -> None:
    secret = Secret("s" * 32)
    identity, other = "a" * 32, "b" * 32
    token = secret.token(identity, 1)
    assert appointment_of(token) == identity
    assert secret.fits(token, identity, 1)
    assert not secret.fits(token, identity, 2)
    assert not secret.fits(token, other, 1)
    assert not Secret("t" * 32).fits(token, identity, 1)
    assert not secret.fits(f"{identity}.ä", identity, 1)


@pytest.mark.parametrize("token", ["", ".", "a1.x", "A" * 32 + ".x", "a" * 3000 + ".x"])
def test_a_token_that_cannot_be_one_speaks_of_no_appointment(token: str) -> None:
    assert appointment_of(token) is None


@pytest.mark.parametrize(
    ("customer", "asked", "write_to", "reader"),
    [
        ("c-1", True, "customer", "customer"),
        ("c-1", True, "requester", "requester"),
        (None, True, "customer", "requester"),
        ("c-1", False, "requester", "customer"),
    ],
)
def test_messages_go_to_whom_staff_chose_where_there_are_both(
    customer: str | None, asked: bool, write_to: Any, reader: str
) -> None:
    booked = appointment(customer=customer, write_to=write_to, **({} if asked else {"comment": None}))
    assert booked.reader == reader
    assert message_of(booked, "confirmed", "de", NOW).reader == reader
    assert message_of(booked, "notice", "de", NOW).reader is None


def test_what_is_released_holds_no_unit_and_no_count_and_owes_nothing() -> None:
    """R19."""
    after = released(appointment(counts=(("open", "erika"),), due=NOW), "cancelled")
    assert (after.status, after.holds, after.counts, after.due) == ("cancelled", {}, (), None)


def test_the_line_of_history_tells_fields_and_how_long_it_is_kept() -> None:
    event = event_of(appointment(), "moved", "staff-1", NOW, ("start",), 24)
    assert (event.fields, event.months) == (("start",), 24)
    assert (event.start, event.end) == (appointment().start, appointment().end)


def test_a_message_tells_all_that_it_was_owed_with() -> None:
    after = appointment()
    told = message_of(after, "moved", "en", NOW, "sms", "Bitte nüchtern", NOW, "anybody")
    assert (told.channel, told.note, told.until, told.caused_by, told.language) == (
        "sms", "Bitte nüchtern", NOW, "anybody", "en"
    )  # fmt: skip
    assert (told.resource, told.start, told.end, told.status) == (after.resource, after.start, after.end, after.status)


@pytest.mark.parametrize(("waiting", "ticked", "again"), [(50, 50, False), (51, 50, True)])
def test_what_one_write_cannot_tick_off_is_looked_at_again(waiting: int, ticked: int, again: bool) -> None:
    booked = appointment()
    change = Change(before=None, after=booked, event=event_of(booked, "erased", "schedule", NOW))
    after = change.ticking([f"stuck-{number}" for number in range(waiting)])
    assert after.ticked == tuple(f"stuck-{number}" for number in range(ticked))
    assert after.after.due == (NOW if again else None)


@pytest.mark.parametrize(
    "error", [UnitsTaken(Agenda()), LimitReached(frozenset({("open", "erika")})), AppointmentExists(appointment())]
)
def test_what_the_store_refuses_names_nobody_in_a_log(error: Exception) -> None:
    assert str(type(error)(*vars(error).values())) == ""
    assert list(vars(type(error)(*vars(error).values())).values()) == list(vars(error).values()) != []
