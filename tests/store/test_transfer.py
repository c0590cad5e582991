"""What is an item, and whose it is, as a file says that came from elsewhere."""

from __future__ import annotations

import pytest

from chalicelib.store.transfer import is_item, is_of

KEY = {"pk": {"S": "APPOINTMENT#a-1"}, "sk": {"S": "APPOINTMENT"}}
EVENT = {**KEY, "sk": {"S": "EVENT#000001"}}


def test_a_key_and_values_with_one_type_each_are_an_item() -> None:
    assert is_item({**KEY, "used": {"N": "1"}, "body": {"S": "{}"}})


@pytest.mark.parametrize(
    "document",
    [
        "pk",
        [KEY],
        {},
        {"pk": KEY["pk"]},
        {"sk": KEY["sk"]},
        {**KEY, "sk": {"N": "1"}},
        {**KEY, "sk": {"S": 1}},
        {**KEY, "name": "N"},
        {**KEY, "name": {}},
        {**KEY, "name": {"S": "n", "N": "1"}},
    ],
)
def test_anything_else_is_none(document: object) -> None:
    assert not is_item(document)


def test_an_event_alone_may_leave_open_whose_it_is() -> None:
    """As version 0.1 wrote them."""
    assert (is_of(EVENT, "north"), is_of(KEY, "north")) == (True, False)


@pytest.mark.parametrize("item", [KEY, EVENT])
def test_what_names_a_branch_is_that_branch_s_alone(item: dict[str, dict[str, str]]) -> None:
    named = {**item, "branch": {"S": "north"}}
    assert (is_of(named, "north"), is_of(named, "south")) == (True, False)


@pytest.mark.parametrize("index", ["gsi1pk", "gsi2pk"])
@pytest.mark.parametrize("place", [{"S": "AGENDA#south#cabin-1"}, {"S": "AGENDA"}, {"N": "1"}])
def test_what_shows_elsewhere_in_an_index_is_not_the_branch_s(index: str, place: dict[str, str]) -> None:
    assert not is_of({**KEY, "branch": {"S": "north"}, index: place}, "north")
