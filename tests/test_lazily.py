"""Modules that are loaded when they are first used."""

from __future__ import annotations

import sys
from pathlib import Path
from types import ModuleType

import pytest

from chalicelib import lazily

NAME = "later_than_others"


@pytest.fixture
def later(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[ModuleType, Path]:
    """A module that is imported and not loaded yet, with its file."""
    file = tmp_path / f"{NAME}.py"
    file.write_text("answer = 42\n")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, NAME, raising=False)
    with lazily.at_first_use(NAME):
        module = __import__(NAME)
    return module, file


def test_a_module_is_loaded_when_a_name_of_it_is_first_read(later: tuple[ModuleType, Path]) -> None:
    module, file = later
    file.write_text("answer = 43\n")
    assert module.answer == 43


def test_a_module_whose_loading_failed_is_loaded_anew(later: tuple[ModuleType, Path]) -> None:
    module, file = later
    file.write_text("raise MemoryError\n")
    for _ in range(2):
        with pytest.raises(MemoryError):
            module.answer  # noqa: B018 (to be read is enough)
    file.write_text("answer = 42\n")
    assert module.answer == 42
