"""What is an item, and whose it is, as a file says that came from elsewhere."""

from __future__ import annotations

import pytest

from chalicelib.store.transfer import arrived, is_item, is_of, read
from chalicelib.store.versions import upgraded
from tests.builders import NOW

KEY = {"pk": {"S": "APPOINTMENT#a-1"}, "sk": {"S": "APPOINTMENT"}}
EVENT = {**KEY, "sk": {"S": "EVENT#000001"}}
MOMENT = {"S": "2026-11-01T08:00:00.000+00:00"}
CLEARING = {"pk": {"S": "CLEARING#north"}, "sk": {"S": "CLEARING"}, "gsi3pk": {"S": "CLEARING"}, "gsi3sk": MOMENT}


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


def test_a_round_that_another_table_has_finished_is_none_of_this_one() -> None:
    assert arrived({**CLEARING, "finished": MOMENT}, NOW) == upgraded(CLEARING)


@pytest.mark.parametrize("name", ["gsi3sk", "finished"])
def test_a_round_that_has_no_moment_where_one_belongs_cannot_be_read(name: str) -> None:
    read({**CLEARING, "finished": MOMENT})
    with pytest.raises(ValueError, match="yesterday"):
        read({**CLEARING, name: {"S": "yesterday"}})
