"""Reading in pages and batches: nothing is asked for twice, nothing is left out, and no more is read than was asked for."""

from __future__ import annotations

from typing import Any

import pytest

from chalicelib.store.models import AppointmentItem, Item
from chalicelib.store.raw import BATCH, batch, one, query
from chalicelib.store.versions import CURRENT, SCHEMA


def stored(number: int, schema: int = CURRENT) -> dict[str, Any]:
    return {**key(number), SCHEMA: {"N": str(schema)}}


def key(number: int) -> dict[str, Any]:
    return {"pk": {"S": "P"}, "sk": {"S": str(number)}}


class Answers:
    """A connection that says what it is told to, and keeps what it was asked."""

    table_name = "table"

    def __init__(self, *pages: dict[str, Any]) -> None:
        self.pages = list(pages)
        self.asked: list[Any] = []

    def query(self, partition: str, **asked: Any) -> dict[str, Any]:
        self.asked.append({"partition": partition, **asked})
        return self.pages.pop(0)

    def get_item(self, pk: str, **asked: Any) -> dict[str, Any]:
        self.asked.append({"pk": pk, **asked})
        return self.pages.pop(0)

    def batch_get_item(self, keys: list[Any], **asked: Any) -> dict[str, Any]:
        self.asked.append({"keys": keys, **asked})
        return self.pages.pop(0)


@pytest.fixture
def answers(monkeypatch: pytest.MonkeyPatch) -> Answers:
    answers = Answers()
    monkeypatch.setattr(Item, "_get_connection", lambda: answers)
    return answers


def page(*numbers: int, more: bool = False) -> dict[str, Any]:
    found = {"Items": [stored(number) for number in numbers]}
    return found | ({"LastEvaluatedKey": key(numbers[-1])} if more else {})


def test_a_query_goes_on_behind_the_last_key_of_each_page(answers: Answers) -> None:
    answers.pages = [page(1, 2, more=True), page(3)]
    assert list(query("P", None)) == [stored(1), stored(2), stored(3)]
    assert [each["exclusive_start_key"] for each in answers.asked] == [None, key(2)]
    assert [each["limit"] for each in answers.asked] == [None, None]


def test_a_query_asks_for_as_many_as_are_still_missing_and_then_no_more(answers: Answers) -> None:
    answers.pages = [page(1, 2, more=True), page(3, more=True)]
    assert len(list(query("P", None, limit=3))) == 3
    assert [each["limit"] for each in answers.asked] == [3, 1]


def test_a_query_of_the_table_is_of_now_and_names_all_that_it_wants(answers: Answers) -> None:
    between, only = AppointmentItem.gsi1sk.between("a", "b"), AppointmentItem.status == "proposed"
    answers.pages = [page(1)]
    list(query("P", between, ("start",), only=only, after=key(0)))
    assert answers.asked == [
        {
            "partition": "P",
            "range_key_condition": between,
            "filter_condition": only,
            "index_name": None,
            "consistent_read": True,
            "attributes_to_get": ["pk", "sk", SCHEMA, "start"],
            "exclusive_start_key": key(0),
            "limit": None,
            "scan_index_forward": True,
        }
    ]


def test_a_query_of_an_index_cannot_be_of_now(answers: Answers) -> None:
    answers.pages = [page(1)]
    list(query("P", None, index="gsi1"))
    assert (answers.asked[0]["index_name"], answers.asked[0]["consistent_read"]) == ("gsi1", False)
    assert answers.asked[0]["attributes_to_get"] is None


def test_keys_that_are_asked_for_by_name_are_not_asked_for_twice(answers: Answers) -> None:
    """DynamoDB refuses a name that comes twice."""
    answers.pages = [page(1)]
    list(query("P", None, ("pk", "start", "pk")))
    assert answers.asked[0]["attributes_to_get"] == ["pk", "sk", SCHEMA, "start"]


def test_one_item_is_read_as_of_now_in_the_present_form(answers: Answers) -> None:
    answers.pages = [{"Item": stored(1, schema=1)}, {}]
    assert one("P", "1") == stored(1)
    assert one("P", "2") is None
    assert answers.asked[0] == {"pk": "P", "range_key": "1", "consistent_read": True}


def test_a_batch_is_asked_for_by_the_hundred_in_the_present_form(answers: Answers) -> None:
    answers.pages = [{"Responses": {"table": [stored(1, schema=1)]}}, {"Responses": {"table": [stored(2)]}}]
    places = [("P", str(number)) for number in range(BATCH + 1)]
    assert batch(places, ("start",)) == [stored(1), stored(2)]
    assert [len(each["keys"]) for each in answers.asked] == [BATCH, 1]
    assert answers.asked[1] == {
        "keys": [{"pk": "P", "sk": str(BATCH)}],
        "consistent_read": True,
        "attributes_to_get": ["pk", "sk", SCHEMA, "start"],
    }


def test_keys_that_an_answer_leaves_out_are_asked_for_with_those_that_are_left(answers: Answers) -> None:
    answers.pages = [{"Responses": {}, "UnprocessedKeys": {"table": {"Keys": [key(7)]}}}, {"Responses": {"table": [stored(7)]}}]
    assert batch([("P", "7")]) == [stored(7)]
    assert answers.asked[1]["keys"] == [{"pk": "P", "sk": "7"}]
    assert answers.asked[1]["attributes_to_get"] is None


def test_where_nothing_is_asked_for_nobody_is_asked(answers: Answers) -> None:
    assert (batch([]), answers.asked) == ([], [])
