"""No log of the whole run names a person (R24, R31). It comes last, when all others have been heard."""

from __future__ import annotations

import pytest

from chalicelib.domain.appointment import Comment
from chalicelib.domain.tokens import Secret
from tests.persons import Persons


def test_no_log_of_the_run_names_anybody_or_gives_away_a_link(persons: Persons) -> None:
    print(f"\n{len(persons.known)} names, addresses, numbers and tokens, sought in {len(persons.logged)} logs")
    assert persons.found() == set()


@pytest.fixture
def others(persons: Persons) -> Persons:
    """Who hears of the same people, and of logs of its own."""
    own_persons = Persons()
    own_persons.known = persons.known
    return own_persons


def test_it_would_be_found(others: Persons) -> None:
    Comment(last_name="Unverwechselbar", email="un.verwechselbar@example.org")
    token = Secret("a secret for tests that is long enough").token("0" * 32, 1)
    others.hear("a", [("Captured log call", "WARNING sent to un.verwechselbar@example.org")])
    others.hear("b", [("Captured stderr call", f"GET /manage.html#{token}")])
    others.hear("c", [("Captured stdout call", "Unverwechselbare Zahlen"), ("Something else", "Unverwechselbar")])
    assert others.found() == {("a", "un.verwechselbar@example.org"), ("b", token)}
