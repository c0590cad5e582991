"""Who asks, who comes, and how they can be told (R25, R34)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from chalicelib.domain.accounts import Account
from chalicelib.domain.callbacks import callback_of, entry_for, ring_entry
from chalicelib.domain.comment import Comment
from chalicelib.domain.customer import Customer, Reach, reach_of
from chalicelib.domain.outbox import Reader
from tests.builders import NOW, callback

ASKED = Comment(last_name="Meyer", first_name="Anna", email="anna@example.org", phone="040 1", in_writing=True)
KNOWN = Customer(id="c", branch="elbe", last_name="Mayer", made_at=NOW, email="record@example.org")


@pytest.mark.parametrize(
    ("visitor", "name"),
    [
        ({}, "Meyer, Anna"),
        ({"visitor_first_name": "Max"}, "Meyer, Max"),
        ({"visitor_last_name": "Schulz"}, "Schulz"),
        ({"visitor_last_name": "Schulz", "visitor_first_name": "Max"}, "Schulz, Max"),
    ],
)
def test_an_appointment_is_for_the_visitor_where_there_is_one(visitor: dict[str, str], name: str) -> None:
    """R25."""
    given: dict[str, Any] = {"last_name": "Meyer", "first_name": "Anna", "email": "a@example.org"} | visitor
    assert Comment(**given).name == name


def test_a_customer_without_a_first_name_is_called_by_the_last_one() -> None:
    assert KNOWN.name == "Mayer"


@pytest.mark.parametrize(
    ("reader", "reach"),
    [
        ("requester", Reach("anna@example.org", "040 1", "Meyer", "Anna", True)),
        ("customer", Reach("record@example.org", None, "Mayer", None, False)),
    ],
)
def test_a_reader_is_told_by_what_that_reader_gave(reader: Reader, reach: Reach) -> None:
    """R34."""
    assert reach_of(ASKED, KNOWN, reader) == reach


def test_who_is_not_there_is_not_told() -> None:
    assert reach_of(None, KNOWN, "requester") is None
    assert reach_of(ASKED, None, "customer") is None


def test_an_entry_leads_to_the_wish_to_be_called_and_names_nobody() -> None:
    wish = callback("elbe", at=NOW + timedelta(hours=1))
    entry = entry_for(wish)
    assert callback_of(entry.id) == wish.id
    assert (entry.branch, entry.kind, entry.appointment, entry.at) == ("elbe", "ring", "", wish.at)
    assert callback_of("request-1") is None
    assert ring_entry("1") != "1"


@pytest.mark.parametrize("change", [{"groups": frozenset({"staff"})}, {"branches": ("elbe",)}, {"enabled": False}])
def test_an_account_that_may_something_else_has_another_version(change: dict[str, Any]) -> None:
    given: dict[str, Any] = {"user": "anna", "subject": "s", "email": "", "groups": frozenset({"admin", "staff"})}
    account = Account(**given, branches=("elbe", "alster"))
    assert Account(**{**given, "branches": ("elbe", "alster"), **change}).version != account.version
    assert Account(**given, branches=("alster", "elbe"), status="reset").version == account.version
    assert len(account.version) == 16
