"""`make migrate` brings stored items to the present version, beside live writes, and can be stopped and repeated."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from typing import IO

import pytest

from chalicelib.domain.appointment import Appointment, Change
from chalicelib.domain.customer import Customer
from chalicelib.store import keys
from chalicelib.store.customers import Customers, items_of
from chalicelib.store.deployment import Deployment
from chalicelib.store.maintenance import Whole
from chalicelib.store.models import IndexItem
from chalicelib.store.table import Table
from chalicelib.store.versions import CURRENT, SCHEMA
from infra.local.engine import ROOT, Engine
from infra.operate import migrate
from tests.builders import appointment, at, event, made, message, new_branch_id, settings
from tests.infra.tables import Item, everything, own_table
from tests.repeated import OFTEN, rounds

NAME = "migrated"
LISTED = {"gsi2pk": {"S": "TROUBLE#elbe"}, "gsi2sk": {"S": "2026-11-24T08:30:00.000+00:00"}}
LATER = datetime(2099, 1, 1, tzinfo=UTC)
"""When everything here is due, so that nobody sends it meanwhile."""
BETWEEN = 0 if OFTEN else 0.05
"""Seconds between two changes of one person: without them the engine is at work for these alone."""
COMMAND = [sys.executable, "-m", "infra.operate.migrate"]


@pytest.fixture
def table(engine: Engine) -> Iterator[Table]:
    with own_table(engine, NAME) as table:
        yield table


def bookings(table: Table, branch: str, count: int) -> list[Appointment]:
    """Five items each, and some days."""
    first = at("2026-11-24T08:00")
    starts = [first + 1440 * (number // 20) + 30 * (number % 20) for number in range(count)]
    appointments = [appointment(branch=branch, start=start, end=start + 30) for start in starts]
    for each in appointments:
        table.write(made(each, message(each, due=LATER), message(each, kind="notice", due=LATER)))
    return appointments


def grown_old(engine: Engine) -> dict[tuple[str, str], Item]:
    """Makes all items what they were before there were versions, with a message that nobody waits for; gives them all."""
    client = engine.client("dynamodb")
    aged = everything(engine, NAME)
    key, first = next((key, item) for key, item in aged.items() if key[1].startswith("MESSAGE#"))
    aged[key] = {**first, **LISTED, "state": {"S": "failed"}, "failure": {"S": "too_late"}}
    for item in aged.values():
        item.pop(SCHEMA)
        client.put_item(TableName=NAME, Item=item)
    return aged


def run(**environment: str) -> str:
    """What it tells, at the end."""
    done = subprocess.run(COMMAND, cwd=ROOT, env={**os.environ, "RATE": "0", **environment}, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip().splitlines()[-1]


def stopped() -> str:
    """What a run tells that Ctrl-C ends after its first page."""
    environment = {**os.environ, "RATE": "100"}
    with subprocess.Popen(COMMAND, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True) as process:
        said: IO[str] = process.stdout  # type: ignore[assignment]  # it is a pipe
        assert said.readline().startswith("page 1: ")
        process.send_signal(signal.SIGINT)
        told = said.read().strip().splitlines()[-1]
        assert process.wait() == 130
    return told


def without_version(items: dict[tuple[str, str], Item], branch: str) -> dict[tuple[str, str], Item]:
    entries = {key: item for key, item in items.items() if item.get("branch") == {"S": branch} or branch in key[0]}
    return {
        key: {name: value for name, value in item.items() if name not in (SCHEMA, *LISTED)} for key, item in entries.items()
    }


def work(table: Table, appointments: list[Appointment], done: threading.Event) -> list[Appointment]:
    """Somebody changes appointments all the time; as they are in the end."""
    while not done.wait(BETWEEN):
        for place, before in enumerate(appointments):
            appointments[place] = after = replace(before, warned=not before.warned, version=before.version + 1)
            owed = message(after, kind="told", due=LATER)
            table.write(Change(before=before, after=after, event=event(after), messages=(owed,)))
    return appointments


@pytest.mark.chance
def test_old_items_are_brought_up_beside_live_writes_and_over_an_interruption(table: Table, engine: Engine) -> None:
    resting, busy = new_branch_id(), new_branch_id()
    count = rounds(15, 60)
    bookings(table, resting, count)
    worked_on = bookings(table, busy, count)
    before = grown_old(engine)
    done = threading.Event()
    with ThreadPoolExecutor(3) as pool:
        people = [pool.submit(work, table, worked_on[third::3], done) for third in range(3)]
        try:
            assert stopped().startswith("Stopped: ")
            run()
        finally:
            done.set()
    changed = [each for person in people for each in person.result()]
    after = everything(engine, NAME)
    assert len(before) > 8 * count > 100
    assert without_version(after, resting) == without_version(before, resting)
    assert table.several(each.id for each in changed) == {each.id: each for each in changed}
    assert {item[SCHEMA]["N"] for item in after.values()} == {str(CURRENT)}
    assert not [item for item in after.values() if item.get("failure") and item.get("gsi2pk")]


def test_a_second_run_changes_nothing(table: Table, engine: Engine) -> None:
    """Also of a customer who was not to be found by the last digits of the number, and is then."""
    bookings(table, new_branch_id(), 3)
    customer = Customer(id="anna", branch=new_branch_id(), last_name="Meyer", phone="040 1234567", made_at=LATER)
    for item in items_of(customer):
        item.save()
    IndexItem(keys.found_by(customer.branch, "ending"), keys.found("765432104", "anna")).delete()
    grown_old(engine)
    run()
    first = everything(engine, NAME)
    assert run().startswith("At the end: 0 changed")
    assert everything(engine, NAME) == first
    assert [each.id for each in Customers().found(customer.branch, "ending", "76543", 2)] == ["anna"]


def test_what_was_stopped_goes_on_where_it_was(table: Table, engine: Engine) -> None:
    bookings(table, new_branch_id(), 25)
    count = len(grown_old(engine))
    stopped()
    last = run()
    changed = int(last.removeprefix("At the end: ").partition(" ")[0])
    assert changed == count - 100


def test_a_dry_run_counts_and_changes_nothing(table: Table, engine: Engine) -> None:
    bookings(table, new_branch_id(), 2)
    before = grown_old(engine)
    assert run(DRY="1") == f"To change: {len(before)}; of version {CURRENT} or later: 0."
    assert everything(engine, NAME) == before


def test_a_database_that_answers_no_more_is_told(
    table: Table, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
    Table(NAME)
    assert migrate.to_the_end(migrate.Migration(Whole(), Deployment(), Customers())) == 1
    assert "The same command goes on." in capsys.readouterr().out


@pytest.mark.parametrize("rate", ["abc", "-5", "1.5", "²"])
def test_what_is_no_rate_is_told(rate: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("RATE", rate)
    assert migrate.main() == 2
    assert "RATE must be" in capsys.readouterr().err


def test_a_message_that_is_sent_again_meanwhile_stays_listed_as_it_is_then(table: Table, engine: Engine) -> None:
    """What the migration would change has changed: it is looked at anew."""
    [appointment] = bookings(table, new_branch_id(), 1)
    key = f"APPOINTMENT#{appointment.id}", "MESSAGE#000001#receipt#email"
    old = grown_old(engine)[key] | LISTED | {"failure": {"S": "gone"}}
    meanwhile = old | {"failure": {"S": "rejected"}, "gsi2sk": {"S": "2026-11-25T00:00:00.000+00:00"}}
    engine.client("dynamodb").put_item(TableName=NAME, Item=meanwhile)
    assert Whole(sleep=lambda seconds: None).bring_up(old) == "changed"
    assert everything(engine, NAME)[key] == meanwhile | {SCHEMA: {"N": str(CURRENT)}}


def test_an_item_that_is_deleted_meanwhile_stays_deleted(table: Table, engine: Engine) -> None:
    gone = {"pk": {"S": "INBOX#elbe"}, "sk": {"S": "request"}}
    assert Whole(sleep=lambda seconds: None).bring_up(gone) == "gone"
    assert everything(engine, NAME) == {}


def test_an_item_that_somebody_else_has_brought_up_is_left_alone(table: Table, engine: Engine) -> None:
    table.replace_settings(settings(id=new_branch_id()))
    before = everything(engine, NAME)
    [branch] = [item for key, item in before.items() if key[1] == "BRANCH"]
    old = {name: value for name, value in branch.items() if name != SCHEMA}
    assert Whole(sleep=lambda seconds: None).bring_up(old) == "already"
    assert everything(engine, NAME) == before


def test_an_item_of_a_later_version_is_left_alone(table: Table, engine: Engine) -> None:
    """It was written before the deployment was rolled back."""
    booked = replace(appointment(), branch=new_branch_id())
    table.write(made(booked))
    later = {key: {**item, SCHEMA: {"N": str(CURRENT + 1)}} for key, item in everything(engine, NAME).items()}
    for item in later.values():
        engine.client("dynamodb").put_item(TableName=NAME, Item=item)
    assert table.appointment(booked.id) == booked
    assert run().startswith("At the end: 0 changed")
    assert everything(engine, NAME) == later
