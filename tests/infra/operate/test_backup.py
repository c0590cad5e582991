"""`make export` and `make import`: a branch goes to a file and into another table, and nothing of it is lost."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import stat
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

import pytest

from chalicelib.domain.appointment import Appointment, Proof
from chalicelib.domain.customer import Customer, Revision
from chalicelib.domain.outbox import Message
from chalicelib.domain.record import Line
from chalicelib.domain.sums import counted, sum_of
from chalicelib.store import keys
from chalicelib.store import transfer as moving
from chalicelib.store.callbacks import Callbacks
from chalicelib.store.clearing import Clearings
from chalicelib.store.customers import Customers
from chalicelib.store.maintenance import Whole
from chalicelib.store.message_log import MessageLog
from chalicelib.store.models import ClearingItem, DayItem, MessageItem, bind
from chalicelib.store.readings import Readings
from chalicelib.store.table import Table
from chalicelib.store.versions import CURRENT, SCHEMA
from infra.local.engine import Engine
from infra.local.table import create_table
from infra.operate import backup
from tests.builders import (
    NOW,
    appointment,
    at,
    availability,
    callback,
    entered,
    in_lane,
    made,
    message,
    new_branch_id,
    settings,
    words,
)
from tests.infra.tables import Item, everything, own_table
from tests.site_of_tests import Site

ORIGIN = "origin"
LATER = datetime(2099, 1, 1, tzinfo=UTC)
"""When everything here is due, so that nobody sends it meanwhile."""


@dataclass
class Move:
    """A branch, the file that it goes by, and the engine."""

    engine: Engine
    branch: str
    file: Path
    table: Table

    def items(self, name: str = ORIGIN) -> dict[tuple[str, str], Item]:
        """Those of the branch."""
        identity = self.branch
        found = everything(self.engine, name)
        mine = {key[0] for key, item in found.items() if item.get("branch") == {"S": identity}}
        return {key: item for key, item in found.items() if identity in key[0].split("#") or key[0] in mine}

    def export(self) -> int:
        os.environ["BRANCH"] = self.branch
        return backup.main(["export"])


@contextmanager
def elsewhere(move: Move) -> Iterator[Table]:
    """The table of another stage."""
    with own_table(move.engine, "elsewhere") as table:
        yield table


@pytest.fixture
def move(engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Move]:
    """Everything that a branch can have: a customer, days of two resources of which one is gone, a message that was sent and
    others that were not, limits, and who is not written to."""
    monkeypatch.setenv("FILE", str(tmp_path / "branch.jsonl"))
    monkeypatch.setenv("BRANCH", "")
    with own_table(engine, ORIGIN) as table:
        branch = new_branch_id()
        _fill(table, branch)
        yield Move(engine, branch, tmp_path / "branch.jsonl", table)


@pytest.fixture(scope="module")
def exported(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, str]:
    """A branch with all that it can have, and the file that it was exported to."""
    file = tmp_path_factory.mktemp("exported") / "branch.jsonl"
    with pytest.MonkeyPatch.context() as patched, own_table(engine, ORIGIN) as table:
        patched.setenv("FILE", str(file))
        patched.setenv("BRANCH", branch := new_branch_id())
        _fill(table, branch)
        assert backup.main(["export"]) == 0
    return branch, file.read_text()


@pytest.fixture(scope="module")
def empty(engine: Engine) -> Iterator[str]:
    """The table of a stage without branches."""
    client = engine.client("dynamodb")
    create_table(client, "empty")
    yield "empty"
    client.delete_table(TableName="empty")


@pytest.fixture
def arrived(
    engine: Engine, exported: tuple[str, str], tmp_path: Path, empty: str, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Move]:
    """An exported file at a stage without branches."""
    branch, text = exported
    file = tmp_path / "branch.jsonl"
    file.write_text(text)
    for name, value in {"FILE": str(file), "BRANCH": "", "TABLE": empty}.items():
        monkeypatch.setenv(name, value)
    yield Move(engine, branch, file, Table(empty, sleep=lambda seconds: None))
    monkeypatch.undo()
    bind(os.environ["TABLE"])


def _fill(table: Table, branch: str) -> None:
    table.replace_settings(settings(availability("08:00-18:00"), id=branch, texts=(words("Guten Tag {{ name }}"),)))
    table.mark_used(branch, f"{branch}-window", NOW)
    _customer(branch)
    first = appointment(branch=branch, counts=(("day", "hash", "2026-11-24"),))
    table.write(replace(made(first, *_owed(first), most={first.counts[0]: 3}), entries=(entered(first),)))
    second = _elsewhere_too(branch)
    table.write(made(second, *_owed(second)))
    _sent(table, first.id)
    MessageLog().suppress(branch, "hash", "bounced", NOW)
    Callbacks().put(callback(branch), Proof(new_branch_id(), LATER), ("rings_hour", "2026-11-23T06", "0"), 1)
    table.count_turned_away(branch, "2026-11-23", 3, NOW)
    Readings().put(Line(branch=branch, kind="list", id="planner", what="viewed", by="staff-1", at=NOW))
    _left(table, branch, "2016-11-22T08:00", template="advice")
    _left(table, branch, "2016-11-22T09:00", type="blocked", second="gone")


def _left(table: Table, branch: str, start: str, **fields: Any) -> None:
    """What has left is in the sum of its week."""
    old = appointment(
        branch=branch, start=at(start), end=at(start) + 30, status="confirmed", comment=None, fingerprint="", **fields
    )
    table.write(made(old))
    for item in MessageItem.query(keys.appointment(old.id), MessageItem.sk.startswith(keys.MESSAGE)):
        item.update([MessageItem.gsi3pk.remove(), MessageItem.gsi3sk.remove()])
    assert Clearings().leave(old, sum_of(counted(old), settings()), LATER)


def _customer(branch: str) -> None:
    customer = Customer(id="c1", branch=branch, made_at=NOW, last_name="Müller", email="anna@example.org")
    line = Line(branch=branch, kind="customer", id=customer.id, what="made", by="staff-1", at=NOW)
    Customers().write(Revision(after=customer, line=line))


def _owed(appointment: Appointment) -> tuple[Message, ...]:
    return message(appointment, due=LATER), message(appointment, kind="notice", due=LATER)


def _elsewhere_too(branch: str) -> Appointment:
    """An appointment at a resource that the branch does not have any more."""
    booked = appointment(branch=branch, resource="gone")
    return replace(booked, holds=in_lane(0, "gone", booked.units), due=LATER)


def _sent(table: Table, appointment: str) -> None:
    claimed = table.claim((f"APPOINTMENT#{appointment}", "MESSAGE#000001#receipt#email"), LATER)
    assert claimed is not None
    table.settle(replace(claimed, state="sent", provider_id="1"))


def without_what_is_owed(items: dict[tuple[str, str], Item]) -> dict[tuple[str, str], Item]:
    return {
        key: item
        for key, item in items.items()
        if item.get("failure") != {"S": "imported"} and not (key[1].startswith("MESSAGE#") and "gsi3pk" in item)
    }


def test_a_branch_arrives_with_every_item_but_what_was_owed(move: Move) -> None:
    before = move.items()
    assert move.export() == 0
    with elsewhere(move):
        assert backup.main(["import"]) == 0
        after = move.items("elsewhere")
    assert after.keys() == before.keys()
    assert without_what_is_owed(after) == without_what_is_owed(before)
    kinds = {key[0].partition("#")[0] for key in before}
    assert kinds == {
        "BRANCH", "USED", "AGENDA", "LIMIT", "SUPPRESSED", "APPOINTMENT", "INBOX", "CUSTOMERS", "LINE", "CALLBACK",
        "TURNED_AWAY", "READING", "CLEARING", "FIGURES",
    }  # fmt: skip


def test_the_planner_shows_the_same_week_over_http(
    served_site: Site, engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = served_site  # whose messages nobody delivers: models are bound to one table at a time
    branch = site.branch()
    day = (datetime.now(UTC) + timedelta(days=1)).date()
    for hour in (9, 11):
        site.book(branch, f"{day}T{hour:02}:00:00+00:00")
    week = f"/api/v1/staff/branches/{branch.id}/planner?from={day}&days=7"
    signed_in = {"Authorization": f"Bearer {site.token(('staff',), [branch.id])}"}
    before = site.get(week, **signed_in).json
    monkeypatch.setenv("FILE", str(tmp_path / "branch.jsonl"))
    monkeypatch.setenv("BRANCH", branch.id)
    assert backup.main(["export"]) == 0
    with own_table(engine, "elsewhere"):
        assert backup.main(["import"]) == 0
        assert site.get(week, **signed_in).json == before
    assert len(before["appointments"]) == 2


def test_nothing_of_another_branch_is_in_the_file(move: Move) -> None:
    other = replace(move, branch=f"{move.branch}x")
    move.table.replace_settings(settings(id=other.branch))
    move.table.write(made(appointment(branch=other.branch)))
    move.export()
    assert other.branch not in move.file.read_text()


def test_what_was_owed_is_listed_as_not_sent_and_goes_out_when_staff_say_so(move: Move) -> None:
    move.export()
    with elsewhere(move) as table:
        backup.main(["import"])
        troubles = MessageLog().troubles(move.branch, datetime.now(UTC) - timedelta(days=1), 10)
        assert {(each.kind, each.state, each.failure) for each in troubles} == {
            ("notice", "failed", "imported"),
            ("receipt", "failed", "imported"),
        }
        assert table.due(LATER).messages == []
        notice = troubles[0]
        assert MessageLog().again(notice, LATER, "none")
        assert len(table.due(LATER).messages) == 1


def test_what_was_sent_is_not_owed_again(move: Move) -> None:
    move.export()
    with elsewhere(move):
        backup.main(["import"])
        states = [each.state for each in _messages(move) if (each.event, each.kind, each.provider_id) == (1, "receipt", "1")]
    assert states == ["sent"]


def _messages(move: Move) -> list[Message]:
    found = {key[0].partition("#")[2] for key in move.items("elsewhere") if key[1] == "APPOINTMENT"}
    return [each for one in found for each in Table("elsewhere").history(one)[1]]


def test_what_an_appointment_owes_stays_due(move: Move) -> None:
    move.export()
    with elsewhere(move) as table:
        backup.main(["import"])
        assert len(table.due(LATER).appointments) == 1


def test_units_and_appointments_are_compared_also_of_resources_that_are_gone(
    move: Move, capsys: pytest.CaptureFixture[str]
) -> None:
    move.export()
    with elsewhere(move):
        capsys.readouterr()
        assert backup.main(["import"]) == 0
    told = capsys.readouterr().out
    assert "cabin-1: 6 units held by appointments, sound\ngone: 6 units held by appointments, sound\n" in told
    assert "3 messages were still owed." in told


def test_a_branch_that_came_unsound_is_told_and_ends_in_failure(move: Move, capsys: pytest.CaptureFixture[str]) -> None:
    DayItem(f"AGENDA#{move.branch}#gone", "2026-11-24#0").update([DayItem.taken.add({1})])
    move.export()
    with elsewhere(move):
        assert backup.main(["import"]) == 1
    assert "unowned 2026-11-24 lane 0: [1]" in capsys.readouterr().out


def test_a_branch_that_is_there_already_is_left_as_it_is(move: Move, capsys: pytest.CaptureFixture[str]) -> None:
    move.export()
    before = move.items()
    assert backup.main(["import"]) == 2
    assert "Nothing was changed" in capsys.readouterr().err
    assert move.items() == before


def test_only_the_owner_can_read_the_file(move: Move) -> None:
    move.export()
    assert stat.S_IMODE(move.file.stat().st_mode) == 0o600


def test_a_file_that_is_there_is_not_overwritten(move: Move, capsys: pytest.CaptureFixture[str]) -> None:
    move.file.write_text("mine")
    assert move.export() == 2
    assert move.file.read_text() == "mine"


def test_a_branch_that_does_not_exist_leaves_no_file(move: Move) -> None:
    assert replace(move, branch=f"{move.branch}x").export() == 2
    assert list(move.file.parent.iterdir()) == []


def lines(move: Move) -> list[str]:
    return move.file.read_text().splitlines(keepends=True)


def refused(move: Move, capsys: pytest.CaptureFixture[str]) -> str:
    """Why an import is refused; nothing has been written."""
    assert backup.main(["import"]) == 2
    assert everything(move.engine, os.environ["TABLE"]) == {}
    return capsys.readouterr().err


@pytest.mark.parametrize("kept", [0, 1, 5, -1])
def test_a_file_that_was_cut_off_is_refused(arrived: Move, kept: int, capsys: pytest.CaptureFixture[str]) -> None:
    arrived.file.write_text("".join(lines(arrived)[:kept]))
    assert "is not whole" in refused(arrived, capsys)


def test_a_file_that_was_altered_is_refused(arrived: Move, capsys: pytest.CaptureFixture[str]) -> None:
    arrived.file.write_text(arrived.file.read_text().replace("Müller", "Muller"))
    assert "was altered" in refused(arrived, capsys)


@pytest.mark.parametrize(
    "header",
    [
        {"a": 1},
        [],
        {"format": backup.FORMAT, "edition": None, "schema": 1, "branch": "elbe"},
        {"format": backup.FORMAT, "edition": 1, "schema": 1},
    ],
)
def test_a_file_of_something_else_is_refused(arrived: Move, header: Any, capsys: pytest.CaptureFixture[str]) -> None:
    arrived.file.write_text(f'{json.dumps(header)}\n{{"b": 2}}\n')
    assert "no export of a branch" in refused(arrived, capsys)


def rewritten(move: Move, *more: Any, without: str = "no line has this") -> None:
    """The file with further lines, or without some, and with a checksum that is right."""
    content = [line for line in lines(move)[:-1] if without not in line] + [json.dumps(each) + "\n" for each in more]
    end = {"items": len(content) - 1, "sha256": hashlib.sha256("".join(content).encode()).hexdigest()}
    move.file.write_text("".join([*content, json.dumps(end) + "\n"]))


@pytest.mark.parametrize("pk", ["DEPLOYMENT", "BRANCH#another", "AGENDA#another#cabin-1", "APPOINTMENT#1"])
def test_a_file_with_items_of_somebody_else_is_refused(arrived: Move, pk: str, capsys: pytest.CaptureFixture[str]) -> None:
    rewritten(arrived, {"pk": {"S": pk}, "sk": {"S": "SITE"}, "branch": {"S": "another"}})
    assert "items that are not of" in refused(arrived, capsys)


@pytest.mark.parametrize(
    "listed",
    [{"gsi1pk": {"S": "AGENDA#another#cabin-1"}}, {"gsi2pk": {"S": "TROUBLE#another"}}, {"gsi3pk": {"S": "DUE#99"}}],
    ids=["in its planner", "in its troubles", "among what is due"],
)
def test_a_file_that_would_show_in_another_branch_is_refused(
    arrived: Move, listed: dict[str, Any], capsys: pytest.CaptureFixture[str]
) -> None:
    rewritten(arrived, {"pk": {"S": "APPOINTMENT#1"}, "sk": {"S": "APPOINTMENT"}, "branch": {"S": arrived.branch}} | listed)
    assert "items that are not of" in refused(arrived, capsys)


def test_an_appointment_of_another_branch_is_not_overwritten(move: Move, capsys: pytest.CaptureFixture[str]) -> None:
    move.export()
    with elsewhere(move) as table:
        booked = appointment(branch=f"{move.branch}x")
        table.write(made(booked))
        before = everything(move.engine, "elsewhere")
        rewritten(move, {"pk": {"S": f"APPOINTMENT#{booked.id}"}, "sk": {"S": "APPOINTMENT"}, "branch": {"S": move.branch}})
        assert backup.main(["import"]) == 2
        assert everything(move.engine, "elsewhere") == before
    assert "another branch's here" in capsys.readouterr().err


@pytest.mark.parametrize("document", [None, [], {}, {"pk": {"S": "BRANCH#b"}}, {"pk": {"S": 1}, "sk": {"S": "x"}}, {"pk": "x"}])
def test_a_file_with_lines_that_are_no_items_is_refused(
    arrived: Move, document: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    rewritten(arrived, document)
    assert "is no export of a branch" in refused(arrived, capsys)


def test_a_file_without_the_branch_itself_is_refused(arrived: Move, capsys: pytest.CaptureFixture[str]) -> None:
    rewritten(arrived, without='"sk":{"S":"BRANCH"}')
    assert "is no export of a branch" in refused(arrived, capsys)


def altered(move: Move, kind: str, alter: Callable[[Any], Any]) -> int:
    """The file with the first item of a kind altered, and a checksum that is right; the number of its line."""
    content = lines(move)
    number, item = next(
        (number, json.loads(line))
        for number, line in enumerate(content[1:-1], start=2)
        if moving.kind(json.loads(line)) == kind
    )
    content[number - 1] = json.dumps(alter(item)) + "\n"
    move.file.write_text("".join(content))
    rewritten(move)
    return number


def setting(**fields: Any) -> Callable[[Any], Any]:
    """Alters what a setting's item holds."""
    return lambda item: item | {"body": {"S": json.dumps(json.loads(item["body"]["S"]) | fields)}}


SVG = base64.b64encode(b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>').decode()


@pytest.mark.parametrize(
    ("kind", "alter", "why"),
    [
        ("BRANCH", setting(imprint_url="javascript:alert(1)"), "branch.imprint_url must be an address"),
        ("BRANCH", setting(logo=f"data:image/svg+xml;base64,{SVG}"), "branch.logo must be a PNG, JPEG or WebP image"),
        ("BRANCH", setting(most_sms_a_month=None), "most_sms_a_month is not what this version reads"),
        ("BRANCH", setting(lead_hours=None), "lead_hours is not what this version reads"),
        ("BRANCH", setting(most_open_requests=0), "most_open_requests must be 1 to 1000000 requests"),
        ("BRANCH", setting(accent_colour="red;background:url(//evil.example)"), "branch.accent_colour must be a colour"),
        ("BRANCH", setting(phone="040\nBcc: x"), "phone must be one line"),
        ("BRANCH", setting(zone="Europe/Nowhere"), "zone is not a time zone"),
        ("BRANCH", setting(public_holidays={"country": "__init__"}), "branch.public_holidays.country"),
        ("BRANCH", setting(languages=["a" * 9]), "branch.languages"),
        ("BRANCH", lambda item: item | {"body": {"S": "Erika Mustermann"}}, "is nothing that this version reads"),
        ("RESOURCE", setting(name=""), "resources[0].name is required"),
        ("RESOURCE", setting(id="cabin 1"), "resources[0].id must be"),
        ("AVAILABILITY", setting(resources=["nowhere"]), "availabilities[0].resources is not known"),
        ("AVAILABILITY", setting(weekdays=[9]), "weekdays must be days 1 to 7"),
        ("ACCESS", setting(alias="another-window"), "accesses[0].alias must be the branch's id"),
        ("TEXT", setting(text="{{ config }}"), "texts[0].text must not hold the placeholder config"),
        ("TEXT", setting(text="{% for each in branch %}"), "texts[0].text must have braces around placeholders only"),
        ("APPOINTMENT", lambda item: item | {"status": {"S": "Erika"}}, "status is not what this version reads"),
        ("APPOINTMENT", lambda item: item | {"comment": {"S": '{"last_name": 5}'}}, "last_name is not what this version reads"),
        ("APPOINTMENT", lambda item: item | {"start": {"S": "Erika"}}, "is nothing that this version reads"),
        ("APPOINTMENT", lambda item: item | {"version": {"S": "1"}}, "is nothing that this version reads"),
        ("EVENT", lambda item: item | {"at": {"S": "Erika"}}, "is nothing that this version reads"),
        ("MESSAGE", lambda item: item | {"channel": {"S": "pigeon"}}, "channel is not what this version reads"),
        ("INBOX", lambda item: item | {"kind": {"S": "Erika"}}, "kind is not what this version reads"),
        ("CUSTOMERS", lambda item: item | {"body": {"S": '{"last_name": "Erika"}'}}, "is nothing that this version reads"),
        ("FOUND", lambda item: item | {"body": {"S": "[]"}}, "is nothing that this version reads"),
        ("CALLBACK", lambda item: item | {"body": {"S": '{"name": "Erika"}'}}, "is nothing that this version reads"),
        ("TURNED_AWAY", lambda item: item | {"used": {"S": "Erika"}}, "is nothing that this version reads"),
        ("READING", lambda item: item | {"at": {"S": "Erika"}}, "is nothing that this version reads"),
        ("LINE", lambda item: item | {"gsi2sk": {"S": "Erika"}}, "is nothing that this version reads"),
        ("AGENDA", lambda item: item | {"sk": {"S": "Erika#0"}}, "is nothing that this version reads"),
        ("USED", lambda item: item | {"at": {"S": "Erika"}}, "is nothing that this version reads"),
        ("LIMIT", lambda item: item | {"used": {"N": "Erika"}}, "is nothing that this version reads"),
        ("SUPPRESSED", lambda item: item | {"ttl": {"S": "Erika"}}, "is nothing that this version reads"),
    ],
    ids=lambda each: each if isinstance(each, str) else "",
)
def test_a_line_that_could_not_have_been_saved_is_named_and_nothing_is_written(
    arrived: Move, kind: str, alter: Callable[[Any], Any], why: str, capsys: pytest.CaptureFixture[str]
) -> None:
    number = altered(arrived, kind, alter)
    told = refused(arrived, capsys)
    assert f"Line {number}, {kind}: " in told
    assert why in told
    assert not [name for name in ("Erika", "Müller", "anna@example.org", "pigeon") if name in told]


def test_an_item_of_a_kind_that_nobody_knows_is_refused(arrived: Move, capsys: pytest.CaptureFixture[str]) -> None:
    rewritten(arrived, {"pk": {"S": f"PLUGIN#{arrived.branch}"}, "sk": {"S": "x"}})
    assert "PLUGIN: is nothing that this version reads" in refused(arrived, capsys)


def test_a_file_of_a_later_version_is_refused(arrived: Move, capsys: pytest.CaptureFixture[str]) -> None:
    header = json.loads(lines(arrived)[0]) | {"schema": CURRENT + 1}
    arrived.file.write_text("".join([json.dumps(header) + "\n", *lines(arrived)[1:]]))
    assert "by a later version" in refused(arrived, capsys)


def test_items_of_an_older_version_arrive_in_the_present_form(move: Move) -> None:
    client = move.engine.client("dynamodb")
    for item in move.items().values():
        client.put_item(TableName=ORIGIN, Item={name: value for name, value in item.items() if name != SCHEMA})
    move.export()
    with elsewhere(move):
        backup.main(["import"])
        assert {item[SCHEMA]["N"] for item in everything(move.engine, "elsewhere").values()} == {str(CURRENT)}


class Interrupted(Whole):
    """A command that ends on the way, after so many batches."""

    def __init__(self, batches: int) -> None:
        super().__init__(sleep=lambda seconds: None)
        self._batches = batches

    def put(self, batch: Sequence[Item]) -> None:
        if not self._batches:
            raise KeyboardInterrupt
        self._batches -= 1
        super().put(batch)

    def put_new(self, item: Item) -> bool:
        raise KeyboardInterrupt


class BrokenOff(Whole):
    def of_branch(self, branch: str) -> Iterator[Item]:
        yield from islice(super().of_branch(branch), 3)
        raise KeyboardInterrupt


def test_an_export_that_was_interrupted_leaves_nothing_behind(move: Move) -> None:
    with pytest.raises(KeyboardInterrupt):
        backup.export(BrokenOff(), move.table, move.branch, move.file)
    assert list(move.file.parent.iterdir()) == []


class Leaving(Whole):
    """While it is read an old appointment leaves."""

    def __init__(self, table: Table) -> None:
        super().__init__()
        self.table = table

    def of_branch(self, branch: str) -> Iterator[Item]:
        _left(self.table, branch, "2016-11-24T08:00")
        yield from super().of_branch(branch)


def test_an_export_during_which_an_appointment_leaves_is_none(move: Move) -> None:
    """The file would have it twice: as a row, and in the sum of its week."""
    with pytest.raises(backup.Unusable, match="Repeat the same command"):
        backup.export(Leaving(move.table), move.table, move.branch, move.file)
    assert list(move.file.parent.iterdir()) == []
    assert move.export() == 0


def test_a_branch_of_a_file_without_it_is_looked_after_from_then_on(move: Move) -> None:
    ClearingItem(keys.clearing(move.branch), keys.CLEARING).delete()
    move.export()
    with elsewhere(move):
        assert backup.main(["import"]) == 0
        assert Clearings().next_look(move.branch) is not None


@pytest.mark.parametrize("batches", [0, 1, 2, 1000], ids=["at once", "after one batch", "after two", "before the last item"])
def test_an_import_that_was_interrupted_is_no_branch_and_can_be_repeated(move: Move, batches: int) -> None:
    for hour in range(20):
        start = appointment().start + 60 * (hour + 10)
        booked = appointment(branch=move.branch, start=start, end=start + 30)
        move.table.write(made(booked, *_owed(booked)))
    before = move.items()
    move.export()
    with elsewhere(move) as table:
        with pytest.raises(KeyboardInterrupt):
            backup.bring_in(Interrupted(batches), table, backup.opened(move.file), NOW)
        assert len(everything(move.engine, "elsewhere")) == min(25 * batches, len(before) - 1)
        assert table.settings_now(move.branch) is None
        assert backup.main(["import"]) == 0
        after = move.items("elsewhere")
    assert after.keys() == before.keys()
    assert without_what_is_owed(after) == without_what_is_owed(before)


def test_what_an_import_of_another_file_has_left_is_not_mixed_with_this_one(
    move: Move, capsys: pytest.CaptureFixture[str]
) -> None:
    move.export()
    with elsewhere(move) as table:
        booked = appointment(branch=move.branch)
        table.write(made(booked, *_owed(booked)))
        before = everything(move.engine, "elsewhere")
        assert backup.main(["import"]) == 2
        assert everything(move.engine, "elsewhere") == before
    assert "import the file they came from" in capsys.readouterr().err


def test_a_database_that_does_not_answer_is_told(
    move: Move, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
    silent = Table(ORIGIN)
    assert backup.carried_out(lambda file: backup.export(Whole(), silent, move.branch, file), move.file) == 2
    assert "Repeat the same command" in capsys.readouterr().err
    assert not move.file.exists()


@pytest.mark.parametrize("missing", ["FILE", "BRANCH"])
def test_a_command_that_is_not_complete_is_told_what_is_missing(
    move: Move, missing: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("BRANCH", move.branch)
    monkeypatch.delenv(missing)
    assert backup.main(["export"]) == 2
    assert f"{missing}=" in capsys.readouterr().err


def test_a_file_in_a_folder_that_is_not_there_is_told(
    move: Move, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("FILE", str(move.file.parent / "nowhere" / "branch.jsonl"))
    assert move.export() == 2
    assert capsys.readouterr().err == f"There is no folder {move.file.parent / 'nowhere'}.\n"


def test_a_folder_cannot_be_imported(move: Move, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("FILE", str(move.file.parent))
    assert backup.main(["import"]) == 2
    assert "cannot be read" in capsys.readouterr().err
