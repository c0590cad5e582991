"""What every change of an appointment has, whoever makes it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.domain.appointment import Proof, released
from chalicelib.domain.changes import Obligations, OwedEntry, OwedMessage, change_of, fields_that_differ, withholding
from tests.builders import NOW, appointment, settings


def test_a_change_has_the_next_version_in_all_that_it_writes() -> None:
    before = appointment(version=3)
    owed = Obligations((OwedMessage(kind="told"),), (OwedEntry(kind="call_back"),))
    change = change_of(before, before, settings(), NOW, what="told", by="staff-1", owed=owed)
    assert (change.after.version, change.event.version, change.messages[0].event) == (4, 4, 4)
    assert change.entries[0].id.endswith("-4")


def test_a_new_appointment_has_its_first_version() -> None:
    assert change_of(None, appointment(), settings(), NOW, what="booked", by="staff-1").after.version == 1


def test_a_change_says_when_the_schedule_looks_at_the_appointment_next() -> None:
    before, branch = appointment(), settings()
    change = change_of(before, released(before, "cancelled"), branch, NOW, what="cancelled", by="customer")
    assert change.after.due == NOW + timedelta(days=7)


@pytest.mark.parametrize(("by", "most"), [("customer", 4), ("staff-1", None), ("schedule", None)])
def test_only_customers_are_held_to_the_limit_of_a_day(by: str, most: int | None) -> None:
    change = change_of(None, appointment(), settings(most_appointments_a_day=4), NOW, what="booked", by=by)
    assert change.most_a_day == most


@pytest.mark.parametrize(("customer", "given_to"), [("c-1", None), ("c-2", "c-2"), (None, None)])
def test_a_change_names_the_customer_whom_it_newly_stands_for(customer: str | None, given_to: str | None) -> None:
    before = appointment(customer="c-1")
    change = change_of(before, replace(before, customer=customer), settings(), NOW, what="matched", by="staff-1")
    assert change.given_to == given_to


def test_a_message_is_in_the_language_of_its_reader_and_due_at_once_unless_it_says_when() -> None:
    later = NOW + timedelta(minutes=5)
    owed = Obligations((OwedMessage(kind="receipt"), OwedMessage(kind="notice", due=later)))
    change = change_of(
        None, appointment(language="en"), settings(languages=("de", "en")), NOW, what="requested", by="customer", owed=owed
    )
    assert [(each.language, each.due) for each in change.messages] == [("en", NOW), ("de", later)]


def test_words_of_the_staff_are_erased_also_where_nothing_else_is_kept() -> None:
    booked = appointment(
        comment=None, fingerprint="", customer="c-1", name="Meyer, Anna", type="appointment", status="confirmed"
    )
    noted = Obligations((OwedMessage(kind="confirmed", note="Bitte nüchtern kommen"),))
    dues = [
        change_of(None, booked, settings(), NOW, what="booked", by="staff-1", owed=owed).after.due
        for owed in (Obligations((OwedMessage(kind="confirmed"),)), noted)
    ]
    assert dues[0] is None
    assert dues[1] is not None


def test_a_change_carries_all_that_it_was_given() -> None:
    given: dict[str, Any] = {
        "ticked": ("request-1",),
        "charged": (("day", "erika", "2026-11-23"),),
        "most": {("day", "erika", "2026-11-23"): 6},
        "proof": Proof("p", NOW),
    }
    change = change_of(None, appointment(), settings(comment_days=44), NOW, what="booked", by="customer", **given)
    assert {name: getattr(change, name) for name in given} == given
    assert change.kept_days == 44


def test_the_event_names_the_fields_and_is_kept_as_long_as_the_branch_keeps_its_record() -> None:
    change = change_of(
        None, appointment(), settings(record_months=17), NOW, what="moved", by="staff-1", fields=("start", "end")
    )
    assert (change.event.fields, change.event.months) == (("start", "end"), 17)


def test_words_of_the_staff_are_noted_wherever_they_stand() -> None:
    noted, plain = OwedMessage(kind="told", note="Bitte nüchtern"), OwedMessage(kind="confirmed")
    assert Obligations((noted, plain)).noted
    assert Obligations((), (OwedEntry(kind="call_back", note="ruft an"), OwedEntry(kind="call_back"))).noted
    assert not Obligations((plain,), (OwedEntry(kind="call_back"),)).noted


def test_an_entry_tells_whether_the_wish_was_proved() -> None:
    assert OwedEntry(kind="erasure", proved=True).of(appointment(), NOW).proved
    assert not OwedEntry(kind="erasure").of(appointment(), NOW).proved


def test_fields_that_differ_are_told_and_no_others() -> None:
    before = appointment()
    assert fields_that_differ(before, replace(before, status="confirmed", start=1), "start", "end", "status") == (
        "start", "status"
    )  # fmt: skip


@pytest.mark.parametrize(("status", "told"), [("proposed", True), ("confirmed", True), ("cancelled", False)])
def test_what_nobody_knows_who_causes_is_withheld_and_staff_are_told_where_the_customer_is_expected(
    status: Any, told: bool
) -> None:
    """R34."""
    owed = Obligations(
        (OwedMessage(kind="moved", caused_by="anybody"), OwedMessage(kind="notice")), (OwedEntry(kind="request"),)
    )
    after = appointment(status=status, moves_told_at=NOW)
    change = withholding(change_of(None, after, settings(), NOW, what="moved", by="customer", owed=owed))
    assert [each.state for each in change.messages] == ["withheld", "due"]
    assert [each.kind for each in change.entries] == ["request", "withheld"][: 1 + told]
    assert change.after.moves_told_at is None
