"""Settings of the deployment: what new code finds while AWS has changed the code and not yet the environment."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from chalicelib import config

OF_THE_FIRST_VERSION = {"TABLE": "terminwerk", "SECRET": "s" * 32, "MAIL_FROM": "termine@example.org"}
"""What every function that needs it has been told ever since."""


def test_code_runs_with_the_environment_of_the_version_before(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lambda changes code and environment one after the other: for seconds the new code reads the old environment."""
    monkeypatch.setattr("os.environ", OF_THE_FIRST_VERSION)
    found = config.read()
    assert (found.table, found.secret, found.mail_from) == tuple(OF_THE_FIRST_VERSION.values())


def test_only_the_table_has_no_default() -> None:
    tree = ast.parse(Path(config.__file__).read_text(encoding="utf-8"))
    read = [node for node in ast.walk(tree) if isinstance(node, ast.Subscript) and ast.unparse(node.value) == "os.environ"]
    assert {ast.unparse(node.slice) for node in read} == {"'TABLE'"}
