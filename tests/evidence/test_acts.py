"""The harness of `make race` and `make chaos` knows everything that writes."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from collections.abc import Iterator

import pytest

from chalicelib.api.routes import ROUTES
from tests.bundle import TRIGGERED
from tests.evidence.lines import ROOT
from tests.evidence.race.acts import ACTS
from tests.evidence.race.broken import BROKEN

STORE = ROOT / "chalicelib" / "store"
WRITING = {"save", "delete", "update", "update_item", "put_item", "batch_write_item", "batch_write"}
"""By which items are written, be it with a condition or in a transaction."""
NOT_BY_ACTS = {
    "maintenance.py Whole.begin_anew": "the doctor's, for what the schedule has given up",
    "maintenance.py Whole.put_right": "where units are not those of the appointments",
    "maintenance.py Whole._was_brought_up": "on a table of an earlier version",
    "customers.py Customers.complete_index": "on a table of an earlier version",
    "deployment.py Deployment.put_site_url": "the deployment's",
    "due_items.py DueItems.put_aside": "where a task of the schedule fails by a mistake",
    "due_items.py DueItems.recount_later": "where there is no branch, or no time left",
    "settings_items.py SettingsItems._prepared": "makes a branch, before anybody knows it",
    "settings_items.py SettingsItems.begin_clearing": "makes a branch's turn, where it has none",
    "clearing.py Clearings.take_up": "raced in tests/store/test_clearing_race.py, as all of clearing",
    "clearing.py Clearings.go_on": "of clearing",
    "clearing.py Clearings.leave": "of clearing",
    "clearing.py Clearings.remove_day": "of clearing",
    "settings_items.py SettingsItems.count_turned_away": "a figure, of which some may be lost",
    "message_log.py MessageLog.suppress": "writes whatever is there",
}
"""What writes and has no act, and why."""


def test_every_route_that_is_no_get_has_an_act() -> None:
    routes = {f"{route.method} {route.path}" for route in ROUTES if route.method != "GET"}
    assert routes - {act.of for act in ACTS.values()} == set()


def test_every_function_that_aws_wakes_has_an_act() -> None:
    assert set(TRIGGERED) - {act.of for act in ACTS.values()} == set()


def test_every_breakage_is_met_by_acts_that_there_are() -> None:
    assert {name for each in BROKEN for name in each.acts} <= ACTS.keys()
    assert len({each.name for each in BROKEN}) == len(BROKEN) >= 10


@pytest.mark.long
def test_every_function_of_the_store_that_writes_is_called_by_an_act() -> None:
    command = [sys.executable, "-m", "tests.evidence.race.written"]  # a process of its own: it puts its own clock into ours
    called = json.loads(subprocess.run(command, cwd=ROOT, capture_output=True, check=True).stdout)
    assert set(writers()) - set(called) == NOT_BY_ACTS.keys()


def writers() -> Iterator[str]:
    """The functions of the store that contain a write, as `table.py Table.write`."""
    for path in STORE.glob("*.py"):
        if path.name == "accounts.py":  # asks the user pool
            continue
        tree = ast.parse(path.read_text(encoding="utf-8"))
        owners: list[ast.Module | ast.ClassDef] = [tree, *(node for node in tree.body if isinstance(node, ast.ClassDef))]
        for owner in owners:
            of = f"{owner.name}." if isinstance(owner, ast.ClassDef) else ""
            for node in owner.body:
                if isinstance(node, ast.FunctionDef) and any(map(_is_a_write, ast.walk(node))):
                    yield f"{path.name} {of}{node.name}"


def _is_a_write(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in WRITING
