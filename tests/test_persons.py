"""No log of a run names a person, whichever worker wrote it and whichever has made the person up (R24, R31)."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from chalicelib.domain.tokens import Secret
from infra.local.engine import ROOT
from tests.persons import Persons

RUN = """
from chalicelib.domain.appointment import Comment

def test_it():
    {act}
"""
MAKE = 'Comment(last_name="Unverwechselbar", email="un@example.org")'
TELL = 'print("sent to Unverwechselbar")'


def test_it_is_found() -> None:
    persons = Persons()
    token = Secret("a secret for tests that is long enough").token("0" * 32, 1)
    persons.known = {"Unverwechselbar", "un.verwechselbar@example.org", "er", token}
    persons.hear("a", [("Captured log call", "WARNING sent to un.verwechselbar@example.org, er")])
    persons.hear("b", [("Captured stderr call", f"GET /manage.html#{token}")])
    persons.hear("c", [("Captured stdout call", "Unverwechselbare Zahlen"), ("Something else", "Unverwechselbar")])
    assert persons.found() == {("a", "un.verwechselbar@example.org"), ("b", token)}


@pytest.mark.parametrize("workers", [0, 2])
def test_a_run_that_logs_a_person_fails_though_another_worker_has_made_the_person_up(workers: int, tmp_path: Path) -> None:
    ran = run(tmp_path, workers, MAKE, TELL)
    assert (ran.returncode, "LEAKED: a log of test_1.py::test_it names Unverwechselbar" in ran.stdout) == (1, True), ran.stdout


def run(folder: Path, workers: int, *acts: str) -> subprocess.CompletedProcess[str]:
    """Tests in files of their own, as `make test` runs them."""
    (folder / "conftest.py").write_text("from tests.conftest import *\n")
    for number, act in enumerate(acts):
        (folder / f"test_{number}.py").write_text(RUN.format(act=act))
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-p",
        "no:cacheprovider",
        "-n",
        str(workers),
        "--rootdir",
        str(folder),
        str(folder),
    ]
    return subprocess.run(
        command,
        cwd=folder,
        env={**os.environ, "PYTHONPATH": f"{ROOT}:{os.environ.get('PYTHONPATH', '')}"},
        capture_output=True,
        text=True,
    )
