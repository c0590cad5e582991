"""The table in the template, and that the local run's and the tests' table is made from it."""

from typing import Any

import pytest

from infra.templates import data


@pytest.fixture
def table() -> dict[str, Any]:
    made: dict[str, Any] = data.template()["Resources"]["Table"]
    return made


def test_the_table_survives_its_stack(table: dict[str, Any]) -> None:
    assert (table["DeletionPolicy"], table["UpdateReplacePolicy"]) == ("RetainExceptOnCreate", "Retain")
    assert table["Properties"]["DeletionProtectionEnabled"] is True
    assert table["Properties"]["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}
    assert table["Properties"]["SSESpecification"] == {"SSEEnabled": True}


def test_the_table_costs_nothing_while_nobody_books(table: dict[str, Any]) -> None:
    assert table["Properties"]["BillingMode"] == "PAY_PER_REQUEST"


def test_the_stream_carries_what_the_sender_needs(table: dict[str, Any]) -> None:
    assert table["Properties"]["StreamSpecification"] == {"StreamViewType": "NEW_IMAGE"}
    assert table["Properties"]["TimeToLiveSpecification"] == {"AttributeName": "ttl", "Enabled": True}


def test_all_three_indexes_are_there_from_the_first_template_on(table: dict[str, Any]) -> None:
    names = [index["IndexName"] for index in table["Properties"]["GlobalSecondaryIndexes"]]
    assert names == ["gsi1", "gsi2", "gsi3"]


def test_every_key_is_defined_once(table: dict[str, Any]) -> None:
    shape = table["Properties"]
    defined = [each["AttributeName"] for each in shape["AttributeDefinitions"]]
    schemas = [shape["KeySchema"], *(index["KeySchema"] for index in shape["GlobalSecondaryIndexes"])]
    assert sorted(defined) == sorted(key["AttributeName"] for schema in schemas for key in schema)
