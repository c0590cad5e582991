"""Stored items carry the version of their form, and those of the one before are understood."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import boto3
import msgspec
import pytest

from chalicelib.domain.appointment import Proof
from chalicelib.domain.moments import units_of
from chalicelib.domain.record import Line
from chalicelib.domain.settings import Template
from chalicelib.store import items, keys
from chalicelib.store.callbacks import Callbacks
from chalicelib.store.deployment import Deployment
from chalicelib.store.message_log import MessageLog
from chalicelib.store.models import MessageItem, MigrationItem, SettingItem
from chalicelib.store.raw import query
from chalicelib.store.readings import Readings
from chalicelib.store.table import Table
from chalicelib.store.versions import CURRENT, SCHEMA, upgraded
from tests.builders import NOW, appointment, availability, callback, entered, made, message, new_branch_id, settings
from tests.conftest import TABLE

MESSAGE = {"pk": {"S": "APPOINTMENT#a"}, "sk": {"S": "MESSAGE#000001#receipt#email"}, "state": {"S": "failed"}}
LISTED = {"gsi2pk": {"S": "TROUBLE#elbe"}, "gsi2sk": {"S": "2026-11-24T08:30:00.000+00:00"}}


def client() -> Any:
    return boto3.client("dynamodb")


def stored(pk: str, sk: str) -> dict[str, Any]:
    """As it lies in the table."""
    key = {"pk": {"S": pk}, "sk": {"S": sk}}
    item: dict[str, Any] = client().get_item(TableName=TABLE, Key=key, ConsistentRead=True)["Item"]
    return item


def all_of(branch: str) -> list[dict[str, Any]]:
    pages = client().get_paginator("scan").paginate(TableName=TABLE, ConsistentRead=True)
    items: list[dict[str, Any]] = [item for page in pages for item in page["Items"]]
    return [item for item in items if branch in item["pk"]["S"].split("#") or item.get("branch") == {"S": branch}]


def forget_version(pk: str, sk: str) -> None:
    """As the code wrote it before there were versions."""
    client().update_item(
        TableName=TABLE,
        Key={"pk": {"S": pk}, "sk": {"S": sk}},
        UpdateExpression="REMOVE #s",
        ExpressionAttributeNames={"#s": SCHEMA},
    )


@pytest.mark.parametrize("failure", ["gone", "erased", "too_late"])
def test_a_message_that_nobody_waits_for_is_no_longer_listed_as_trouble(failure: str) -> None:
    before = {**MESSAGE, **LISTED, "failure": {"S": failure}}
    assert upgraded(before) == {**MESSAGE, "failure": {"S": failure}, SCHEMA: {"N": str(CURRENT)}}


def test_a_message_that_did_not_reach_its_reader_stays_listed() -> None:
    before = {**MESSAGE, **LISTED, "failure": {"S": "rejected"}}
    assert upgraded(before) == {**before, SCHEMA: {"N": str(CURRENT)}}


def test_an_item_that_is_no_message_gets_the_number_alone() -> None:
    entries = {"pk": {"S": "INBOX#elbe"}, "sk": {"S": "request#a"}, "failure": {"S": "gone"}, **LISTED}
    assert upgraded(entries) == {**entries, SCHEMA: {"N": str(CURRENT)}}


def test_a_part_of_an_item_is_read_too() -> None:
    assert upgraded({"branch": {"S": "elbe"}}) == {"branch": {"S": "elbe"}, SCHEMA: {"N": str(CURRENT)}}


def test_an_item_of_the_present_version_is_left_alone() -> None:
    before = {**MESSAGE, **LISTED, "failure": {"S": "gone"}, SCHEMA: {"N": str(CURRENT)}}
    assert upgraded(before) is before


def test_an_item_of_a_later_version_is_left_alone() -> None:
    before = {**MESSAGE, **LISTED, "failure": {"S": "gone"}, SCHEMA: {"N": str(CURRENT + 1)}}
    assert upgraded(before) is before


def test_every_item_of_a_booking_carries_the_version(table: Table) -> None:
    """Days and counters too, which are never written as a whole."""
    booked = appointment(branch=new_branch_id(), counts=(("day", "hash", "2026-11-24"),))
    table.replace_settings(settings(availability("08:00-18:00"), id=booked.branch))
    table.mark_used(booked.branch, booked.alias, NOW)
    table.write(replace(made(booked, most={booked.counts[0]: 3}), entries=(entered(booked),)))
    MessageLog().count_sms(booked.branch, "2026-11", 1, 10, NOW)
    MessageLog().suppress(booked.branch, "hash", "bounced", NOW)
    MessageLog().digest(booked.branch, "2026-11-24", booked.id, NOW)
    Callbacks().put(callback(booked.branch), Proof(new_branch_id(), NOW), ("rings_hour", "2026-11-23T06", "0"), 1)
    table.count_turned_away(booked.branch, "2026-11-23", 3, NOW)
    Readings().put(Line(branch=booked.branch, kind="list", id="planner", what="viewed", by="staff-1", at=NOW))
    found = all_of(booked.branch)
    assert {item["pk"]["S"].partition("#")[0] for item in found} == {
        "BRANCH", "USED", "AGENDA", "LIMIT", "SUPPRESSED", "DIGEST", "APPOINTMENT", "INBOX", "CALLBACK",
        "TURNED_AWAY", "READING", "CLEARING",
    }  # fmt: skip
    assert [item for item in found if item.get(SCHEMA) != {"N": str(CURRENT)}] == []


def test_a_change_of_a_part_leaves_the_version_that_the_whole_was_written_in(table: Table) -> None:
    booked = appointment(branch=new_branch_id())
    owed = message(booked)
    table.write(made(booked, owed))
    key = f"APPOINTMENT#{booked.id}", "MESSAGE#000001#receipt#email"
    forget_version(*key)
    claimed = table.claim(key, NOW)
    assert claimed is not None
    table.settle(replace(claimed, state="sent", provider_id="1"))
    assert SCHEMA not in stored(*key)


def test_a_taken_day_of_an_older_version_takes_further_units(table: Table) -> None:
    booked = appointment(branch=new_branch_id())
    later = appointment(branch=booked.branch, start=booked.end, end=booked.end + 30)
    table.write(made(booked))
    forget_version(f"AGENDA#{booked.branch}#cabin-1", "2026-11-24#0")
    table.write(made(later))
    held = units_of(booked.start, later.end)["2026-11-24"]
    assert {int(unit) for unit in stored(f"AGENDA#{booked.branch}#cabin-1", "2026-11-24#0")["taken"]["NS"]} == held


def test_an_appointment_of_an_older_version_is_read_and_changed(table: Table) -> None:
    booked = appointment(branch=new_branch_id())
    table.write(made(booked))
    forget_version(f"APPOINTMENT#{booked.id}", "APPOINTMENT")
    assert table.appointment(booked.id) == booked
    table.put_off(booked, NOW + timedelta(days=1))
    assert table.appointment(booked.id) == replace(booked, due=NOW + timedelta(days=1))


def test_what_a_list_reads_of_items_is_in_the_present_form(table: Table) -> None:
    booked = appointment(branch=new_branch_id())
    table.write(made(booked))
    forget_version(f"APPOINTMENT#{booked.id}", "APPOINTMENT")
    [raw] = query(f"AGENDA#{booked.branch}#cabin-1", None, ("start",), index="gsi1")
    assert raw[SCHEMA] == {"N": str(CURRENT)}


def test_what_a_claim_gives_back_is_in_the_present_form(table: Table) -> None:
    booked = appointment(branch=new_branch_id())
    table.write(made(booked, message(booked)))
    key = f"APPOINTMENT#{booked.id}", "MESSAGE#000001#receipt#email"
    forget_version(*key)
    item = MessageItem(*key)
    item.update([MessageItem.failure.set("gone"), MessageItem.gsi2pk.set("TROUBLE#x"), MessageItem.gsi2sk.set("x")])
    assert "gsi2pk" not in item.attribute_values
    assert item.schema == CURRENT


def test_the_address_of_the_site_is_kept_without_a_slash_at_the_end(table: Table) -> None:
    Deployment().put_site_url("https://termine.example.org/")
    assert Deployment().site_url() == "https://termine.example.org"


def test_it_is_kept_how_far_a_migration_to_the_present_version_has_come(table: Table) -> None:
    deployment, after = Deployment(), {"pk": {"S": "BRANCH#elbe"}, "sk": {"S": "BRANCH"}}
    assert deployment.migrated() is None
    deployment.put_migrated(after)
    assert deployment.migrated() == after
    MigrationItem(keys.DEPLOYMENT, keys.MIGRATION).update([MigrationItem.to.set(CURRENT - 1)])
    assert deployment.migrated() is None
    deployment.put_migrated(None)
    assert deployment.migrated() is None


@pytest.mark.parametrize(("online", "shown"), [(True, "online"), (False, "staff"), (None, "online")])
def test_a_template_that_was_not_online_is_shown_to_staff(online: bool | None, shown: str) -> None:
    body = {"id": "test", "name": {}, "duration": 30} | ({} if online is None else {"online": online})
    before = {"pk": {"S": "BRANCH#elbe"}, "sk": {"S": "TEMPLATE#test"}, SCHEMA: {"N": "2"}}
    after = upgraded({**before, "body": {"S": msgspec.json.encode(body).decode()}})
    assert items.value(SettingItem.from_raw_data(after)).shown == shown
    branch = upgraded({**before, "sk": {"S": "BRANCH"}, "body": {"S": "{}"}})
    assert branch["body"] == {"S": "{}"}


@pytest.mark.parametrize(("shown", "online"), [("online", True), ("invited", False), ("staff", False)])
def test_the_code_before_reads_where_a_template_is_shown(shown: Any, online: bool) -> None:
    kind = Template(id="test", name={}, duration=30, shown=shown)
    found = next(each for each in items.from_settings(settings(templates=(kind,))) if each.sk == "TEMPLATE#test")
    assert msgspec.json.decode(found.body)["online"] is online
    assert items.value(found) == kind
