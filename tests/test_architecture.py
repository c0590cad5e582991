"""Who may import whom. Every other arrow is a mistake."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
ALLOWED = {
    "app": {"api", "wiring"},
    "wiring": {"planner", "store", "messages", "proofs", "config", "domain"},
    "config": set(),
    "api": {"planner", "domain"},
    "planner": {"domain"},
    "store": {"domain"},
    "messages": {"domain"},
    "proofs": {"domain"},
    "domain": set(),
}
"""Room -> the rooms that it may import, beside itself."""


def modules() -> list[Path]:
    return [ROOT / "app.py", *sorted((ROOT / "chalicelib").rglob("*.py"))]


def room_of(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return parts[1] if parts[0] == "chalicelib" and len(parts) > 1 else parts[0]


def imports(path: Path) -> Iterator[str]:
    """Dotted names, wherever in the module they are imported."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: imports say the whole name"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def rooms_imported(path: Path) -> set[str]:
    names = (name.split(".") for name in imports(path))
    return {name[1] for name in names if name[0] == "chalicelib"}


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(ROOT)))
def test_a_module_imports_only_what_its_room_may(path: Path) -> None:
    room = room_of(path)
    if room != "__init__":
        assert rooms_imported(path) - {room} <= ALLOWED[room]


@pytest.mark.parametrize("path", sorted((ROOT / "chalicelib" / "domain").glob("*.py")), ids=lambda path: path.stem)
def test_the_rules_import_the_standard_library_only(path: Path) -> None:
    outside = {name.split(".")[0] for name in imports(path)} - {"chalicelib", *sys.stdlib_module_names}
    assert outside == set()


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(ROOT)))
def test_only_config_reads_the_environment(path: Path) -> None:
    if room_of(path) != "config":
        assert not {name for name in imports(path) if name == "os" or name.startswith("os.environ")}


BROAD = {"Exception", "BaseException", "None"}


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(ROOT)))
def test_only_the_log_catches_whatever_it_is(path: Path) -> None:
    """It says why. Everywhere else a handler names what it expects, and the rest rises, be it after something was noted."""
    handlers = [node for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.ExceptHandler)]
    handlers = [node for node in handlers if ast.unparse(node.body[-1]) != "raise"]
    broad = [node for node in handlers if BROAD & set(re.findall(r"\w+", ast.unparse(node.type) if node.type else "None"))]
    assert len(broad) == (path == ROOT / "chalicelib" / "api" / "logs.py")


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(ROOT)))
def test_only_keys_knows_how_a_key_is_built(path: Path) -> None:
    if path.name != "keys.py" and room_of(path) == "store":
        tree = ast.parse(path.read_text(encoding="utf-8"))
        texts = {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)}
        docstrings = {
            ast.get_docstring(node, clean=False)
            for node in ast.walk(tree)
            if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
        }
        assert not {text for text in texts - docstrings if "#" in text}


SECRET = re.compile(r"(token|secret|fingerprint|signature|mailbox|digest)s?", re.ASCII)


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(ROOT)))
def test_no_secret_is_compared_in_a_time_that_tells_how_much_of_it_is_right(path: Path) -> None:
    """`is_one_of` of domain/tokens.py compares: neither `==` nor `in` does."""
    compared = [
        ast.unparse(node)
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Compare)
        and any(isinstance(each, ast.Eq | ast.NotEq | ast.In | ast.NotIn) for each in node.ops)
        and not any(isinstance(each, ast.Constant) for each in (node.left, *node.comparators))
        and any(SECRET.fullmatch(name.rpartition("_")[2].lower()) for name in _names(node))
    ]
    assert compared == []


def _names(node: ast.Compare) -> Iterator[str]:
    """The last names of what is compared: `its.fingerprint`, `secret.token(...)`."""
    for side in (node.left, *node.comparators):
        its = side.func if isinstance(side, ast.Call) else side
        if isinstance(its, ast.Attribute):
            yield its.attr
        elif isinstance(its, ast.Name):
            yield its.id
