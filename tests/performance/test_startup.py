"""What starting a function loads, from the bundle that goes to AWS. What it costs, `make bench` measures."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.performance.starting import APP, LIBRARIES, said_by, unpack

LOADED = """
from importlib.util import _LazyModule
print(*{name.partition('.')[0] for name, module in sys.modules.items() if type(module) is not _LazyModule})
"""
"""What waits for its first use is not loaded."""


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> dict[str, set[str]]:
    """The packages that a program has loaded at its end."""
    folder = tmp_path_factory.mktemp("bundle")
    unpack(folder)
    return {program: set(said_by(folder, program + LOADED).split()) for program in (APP, LIBRARIES)}


def test_starting_loads_nothing_but_the_application_and_what_its_libraries_load(loaded: dict[str, set[str]]) -> None:
    own = {each for each in loaded[APP] - loaded[LIBRARIES] - sys.stdlib_module_names if not each.startswith("_")}
    assert own == {"app", "chalicelib", "msgspec"}


@pytest.mark.parametrize("module", ["boto3", "icalendar", "jinja2", "email_validator", "holidays"])
def test_what_only_mails_and_settings_need_is_not_loaded_at_start(loaded: dict[str, set[str]], module: str) -> None:
    assert module not in loaded[APP]


DESCRIPTIONS = """
opened = []
sys.addaudithook(lambda event, given: opened.append(str(given[0])) if event == "open" else None)
import app
print(*{name.rpartition("/botocore/data/")[2] for name in opened if "/botocore/data/" in name})
"""


def test_starting_reads_no_description_of_a_service(tmp_path: Path) -> None:
    """The client of the SDK would read DynamoDB's, its rules for addresses, and all regions'."""
    unpack(tmp_path)
    assert said_by(tmp_path, DESCRIPTIONS).split() == ["partitions.json"]
