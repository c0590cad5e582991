"""Who may import whom. Every other arrow is a mistake."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
ALLOWED = {
    "app": {"api", "wiring"},
    "wiring": {"planner", "store", "messages", "proofs", "config", "domain", "lazily"},
    "lazily": set(),
    "config": set(),
    "api": {"planner", "domain", "lazily"},
    "planner": {"domain"},
    "store": {"domain"},
    "messages": {"domain"},
    "proofs": {"domain"},
    "domain": set(),
}
"""Room -> the rooms that it may import, beside itself."""
ALLOWED_WITHIN = {
    "chalicelib/planner": {
        "customer": {"messages"},
        "staff": {"messages", "admin"},
        "records": set(),
        "admin": set(),
        "messages": set(),
        "schedule": {"messages"},
    },
    "infra": {
        "templates": set(),
        "site": set(),
        "local": {"site", "templates"},
        "deploy": {"local", "site", "templates"},
        "operate": {"local", "deploy"},
        "scale": set(),
        "rehearse": {"local", "deploy", "operate", "scale", "site", "templates"},
    },
}
"""The same of the rooms in a part of the house. What lies beside them is shared by all, and imports none of them."""


def modules() -> list[Path]:
    return [ROOT / "app.py", *sorted((ROOT / "chalicelib").rglob("*.py"))]


@cache
def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def room_of(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return parts[1] if parts[0] == "chalicelib" and len(parts) > 1 else parts[0]


def imports(path: Path) -> Iterator[str]:
    """Dotted names, wherever in the module they are imported."""
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: imports say the whole name"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def rooms_imported(path: Path) -> set[str]:
    names = (name.split(".") for name in imports(path))
    return {name[1] for name in names if name[0] == "chalicelib"}


def test_a_module_imports_only_what_its_room_may() -> None:
    rooms = {path: room_of(path) for path in modules()}
    wrong = {
        str(path.relative_to(ROOT)): more
        for path, room in rooms.items()
        if room != "__init__" and (more := rooms_imported(path) - {room} - ALLOWED[room])
    }
    assert wrong == {}


@pytest.mark.parametrize("part", ALLOWED_WITHIN)
def test_a_part_of_the_house_keeps_the_arrows_of_its_rooms(part: str) -> None:
    folder, allowed = ROOT / part, ALLOWED_WITHIN[part]
    whole = part.split("/")
    wrong = {}
    for path in folder.rglob("*.py"):
        inside = path.relative_to(folder).parts
        room = inside[0] if len(inside) > 1 else None
        names = (name.split(".") for name in imports(path))
        imported = {name[len(whole)] for name in names if name[: len(whole)] == whole and len(name) > len(whole)} & set(allowed)
        if more := imported - {room} - (allowed[room] if room else set()):
            wrong[str(path.relative_to(ROOT))] = more
    assert wrong == {}
    assert {path.parent.name for path in folder.glob("*/*.py")} - {"stages", "lint"} == set(allowed)


def test_no_function_of_the_api_or_of_the_wiring_imports() -> None:
    """What is put off is put off by `lazily`, and a route's modules by `dispatch.named`."""
    own = [path for path in modules() if room_of(path) in ("app", "api", "wiring", "lazily")]
    importing = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in own
        for function in ast.walk(parsed(path))
        if isinstance(function, ast.FunctionDef)
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]
    assert importing == []
    naming = {path.name for path in own if any(name.startswith("importlib") for name in imports(path))}
    assert naming == {"dispatch.py", "lazily.py"}


def test_the_rules_import_the_standard_library_only() -> None:
    own = {"chalicelib", *sys.stdlib_module_names}
    outside = {
        path.stem: more
        for path in (ROOT / "chalicelib" / "domain").glob("*.py")
        if (more := {name.split(".")[0] for name in imports(path)} - own)
    }
    assert outside == {}


def test_only_config_reads_the_environment() -> None:
    reading = {
        room_of(path) for path in modules() if any(name == "os" or name.startswith("os.environ") for name in imports(path))
    }
    assert reading == {"config"}


BROAD = {"Exception", "BaseException", "None"}


def test_only_the_log_catches_whatever_it_is() -> None:
    """It says why. Everywhere else a handler names what it expects, and the rest rises, be it after something was noted."""
    broad = [str(path.relative_to(ROOT)) for path in modules() for node in ast.walk(parsed(path)) if _catches_all(node)]
    assert broad == ["chalicelib/api/logs.py"]


def _catches_all(node: ast.AST) -> bool:
    if not isinstance(node, ast.ExceptHandler) or ast.unparse(node.body[-1]) == "raise":
        return False
    return bool(BROAD & set(re.findall(r"\w+", ast.unparse(node.type) if node.type else "None")))


WRITES = {"save", "delete", "update", "batch_write", "put_item", "delete_item", "batch_write_item"}


def test_whatever_writes_settings_gives_the_branch_another_version() -> None:
    """Or other processes would not see it: they ask for the branch's own item alone. `write_once` does it for all; a new branch
    is prepared, and brought in, before anybody can read it; and what is held back or moved is no setting of a branch that is
    there."""
    found = {
        f"{path.stem}.{node.name}"
        for path in modules()
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.FunctionDef) and _writes(node) and _knows_settings(node)
    }
    assert found == {
        "settings_write.write_once",
        "settings_items._prepared",
        "maintenance.put",
        "maintenance.put_new",
    }


def _writes(node: ast.AST) -> bool:
    calls = (each.func for each in ast.walk(node) if isinstance(each, ast.Call))
    return any(isinstance(call, ast.Attribute) and call.attr in WRITES for call in calls)


def _knows_settings(node: ast.AST) -> bool:
    """By its model, by what a saving has of it, or as any item by its key."""
    text = ast.unparse(node)
    return any(name in text for name in ("SettingItem", "self.branch, condition", ".put_item(", "batch_write_item("))


def test_only_keys_knows_how_a_key_is_built() -> None:
    knowing = [path.name for path in (ROOT / "chalicelib" / "store").glob("*.py") if any("#" in text for text in _texts(path))]
    assert knowing == ["keys.py"]


def _texts(path: Path) -> set[str]:
    """Without docstrings."""
    tree = parsed(path)
    texts = {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    documented = (node for node in ast.walk(tree) if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef))
    return texts - {text for node in documented if (text := ast.get_docstring(node, clean=False))}


SAYING_NOTHING = {"its"}


def test_no_name_is_a_pronoun() -> None:
    """A name is a noun of the glossary."""
    own = [path for folder in ("chalicelib", "infra", "tests") for path in (ROOT / folder).rglob("*.py")]
    found = {str(path.relative_to(ROOT)): more for path in own if (more := SAYING_NOTHING & set(_bound(path)))}
    assert found == {}


def _bound(path: Path) -> Iterator[str]:
    for node in ast.walk(parsed(path)):
        match node:
            case ast.Name(id=name, ctx=ast.Store()) | ast.arg(arg=name) | ast.Attribute(attr=name, ctx=ast.Store()):
                yield name.lstrip("_")
            case ast.FunctionDef(name=name):
                yield name.lstrip("_")
            case _:
                pass


LAZY = {
    "chalicelib/messages/compose.py: chalicelib.messages.numbers",
    "chalicelib/planner/admin/holidays.py: holidays",
    "chalicelib/store/accounts.py: boto3",
}
"""What is imported where it is needed: packages that take longer to load than a function may take to start. All else that a
start does without is imported late by `wiring` and by the routes."""


def test_only_slow_packages_are_imported_inside_functions() -> None:
    rooms = ("domain", "planner", "store", "messages")
    late = {
        f"{path.relative_to(ROOT)}: {inner.module if isinstance(inner, ast.ImportFrom) else inner.names[0].name}"
        for room in rooms
        for path in (ROOT / "chalicelib" / room).rglob("*.py")
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.FunctionDef)
        for inner in ast.walk(node)
        if isinstance(inner, ast.Import | ast.ImportFrom)
    }
    assert late == LAZY


def test_whatever_repeats_a_race_is_repeated_often_by_make_prove() -> None:
    unmarked = [
        f"{path.relative_to(ROOT)}: {test.name}"
        for path in sorted((ROOT / "tests").rglob("test_*.py"))
        for test in parsed(path).body
        if isinstance(test, ast.FunctionDef)
        and test.name.startswith("test_")
        and {"rounds", "OFTEN"} & {node.id for node in ast.walk(test) if isinstance(node, ast.Name)}
        and not any("chance" in ast.unparse(each) for each in test.decorator_list)
    ]
    assert unmarked == []


SECRET = re.compile(r"(token|secret|fingerprint|signature|mailbox|digest)s?", re.ASCII)


def test_no_secret_is_compared_in_a_time_that_tells_how_much_of_it_is_right() -> None:
    """`is_one_of` of domain/tokens.py compares: neither `==` nor `in` does."""
    compared = [
        f"{path.relative_to(ROOT)}: {ast.unparse(node)}"
        for path in modules()
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.Compare)
        and any(isinstance(each, ast.Eq | ast.NotEq | ast.In | ast.NotIn) for each in node.ops)
        and not any(isinstance(each, ast.Constant) for each in (node.left, *node.comparators))
        and any(SECRET.fullmatch(name.rpartition("_")[2].lower()) for name in _names(node))
    ]
    assert compared == []


def _names(node: ast.Compare) -> Iterator[str]:
    """The last names of what is compared: `its.fingerprint`, `secret.token(...)`."""
    for side in (node.left, *node.comparators):
        named = side.func if isinstance(side, ast.Call) else side
        if isinstance(named, ast.Attribute):
            yield named.attr
        elif isinstance(named, ast.Name):
            yield named.id
