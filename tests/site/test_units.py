"""What is arithmetic in the pages' scripts, by Node's own test runner: each of its tests counts as one here."""

import re
import subprocess
import xml.etree.ElementTree as ElementTree
from functools import cache
from pathlib import Path

import pytest

from tests.site.helpers import ROOT

MODULES = sorted((ROOT / "tests" / "site" / "units").glob("*.test.mjs"))
NAMED = re.compile(r'^test\("([^"]+)"', re.MULTILINE)
NAMES = [(module, name) for module in MODULES for name in NAMED.findall(module.read_text(encoding="utf-8"))]


@cache
def outcomes(module: Path) -> dict[str, str]:
    """The name of each test that ran, with what it says of a failure."""
    done = subprocess.run(["node", "--test", "--test-reporter=junit", module], capture_output=True, text=True, cwd=ROOT)
    cases = ElementTree.fromstring(done.stdout).iter("testcase")
    return {case.attrib["name"]: "".join(failure.text or "" for failure in case.iter("failure")) for case in cases}


@pytest.mark.parametrize(("module", "name"), NAMES, ids=[f"{module.stem}: {name}" for module, name in NAMES])
def test_of_a_script(module: Path, name: str) -> None:
    assert outcomes(module).get(name, "did not run") == ""


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.stem)
def test_every_test_of_a_script_is_counted(module: Path) -> None:
    assert set(outcomes(module)) == {name for of, name in NAMES if of == module}
