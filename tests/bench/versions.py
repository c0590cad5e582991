"""This version of the project and an earlier one, each in a process of its own, on one table and one network that is replayed.

The earlier one is the last before the work on speed, or `BASE=<commit>`; its files come from git into .local/build.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tarfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

from tests.bench.clock import Cost, cpu_ms, fixed_work
from tests.evidence.lines import ROOT, SHORT
from tests.performance.starting import said_by

BEFORE = "7d8f9bb"
BASE = os.environ.get("BASE") or BEFORE
"""Before days were read raw, the store had a client of its own, and the next free start was sought in parts."""
BUILD = ROOT / ".local" / "build"
TURNS, RUNS = (4, 5) if SHORT else (16, 25)
BUNDLED = """
import sys, tempfile, zipfile
from pathlib import Path
from infra.deploy.template import synthesise
with tempfile.TemporaryDirectory() as scratch:
    with zipfile.ZipFile(synthesise(Path(scratch), platform="host").bundle) as packed:
        packed.extractall(sys.argv[1])
"""


@dataclass(frozen=True)
class Answered:
    """What a handler has answered, and what it asked of the database when it was warm."""

    status: int
    body: str
    requests: int
    units: float


class Version:
    """A running process of a version."""

    def __init__(self, folder: Path, process: subprocess.Popen[str]) -> None:
        self.folder = folder
        self._process = process

    def learn(self, case: str, event: dict[str, Any], *, accepting: bool = False) -> Answered:
        """`accepting`: each write is answered as done."""
        return Answered(**self._ask({"do": "learn", "case": case, "event": event, "accepting": accepting}))

    def turn(self, case: str, runs: int = RUNS) -> Cost:
        return Cost(**self._ask({"do": "turn", "case": case, "runs": runs}))

    def memory(self, cases: list[str], count: int, looks: int) -> list[tuple[int, int]]:
        """Bytes held after so many requests of these cases in turn: (requests, bytes)."""
        return [(x, y) for x, y in self._ask({"do": "memory", "cases": cases, "count": count, "looks": looks})]

    def _ask(self, question: dict[str, Any]) -> Any:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(question) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError(f"the version in {self.folder} ended")
        return json.loads(line)


@contextmanager
def running(folder: Path) -> Iterator[Version]:
    """With the environment of this process: its table, engine and pool."""
    command = [sys.executable, "-m", "tests.bench.turns", str(folder)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT) as process:
        try:
            yield Version(folder, process)
        finally:
            assert process.stdin is not None
            process.stdin.close()
            process.wait(60)


def earlier() -> Path:
    """The files of the earlier version. Raises CalledProcessError where git does not have it, as in a shallow clone."""
    commit = subprocess.run(["git", "rev-parse", "--short", f"{BASE}^{{commit}}"], cwd=ROOT, capture_output=True, check=True)
    folder = BUILD / f"earlier-{commit.stdout.decode().strip()}"
    if not (folder / ".made").exists():
        packed = subprocess.run(["git", "archive", BASE], cwd=ROOT, capture_output=True, check=True).stdout
        with tarfile.open(fileobj=BytesIO(packed)) as files:
            files.extractall(folder, filter="data")
        (folder / ".made").touch()
    return folder


def bundle_of(folder: Path) -> Path:
    """The earlier version's bundle, unpacked beside it. Raises CalledProcessError."""
    target = folder.with_name(f"{folder.name}-bundle")
    if not (target / "app.py").exists():
        subprocess.run([sys.executable, "-c", BUNDLED, str(target)], cwd=folder, check=True)
    return target


@dataclass(frozen=True)
class Pair:
    """This version and the earlier one."""

    now: Version
    before: Version

    def compare(self, case: str, event: dict[str, Any], *, accepting: bool = False) -> tuple[Cost, Cost, Answered, Answered]:
        """What each takes (the least of all turns), and answers."""
        said, told = (each.learn(case, event, accepting=accepting) for each in (self.now, self.before))
        rounds = [(self.now.turn(case), self.before.turn(case)) for _ in range(TURNS)]
        ours, theirs = (least_of(column) for column in zip(*rounds, strict=True))
        return ours, theirs, said, told


def least_of(costs: Iterable[Cost]) -> Cost:
    known = list(costs)
    return Cost(min(each.ms for each in known), min(each.fixed_ms for each in known))


@contextmanager
def pair() -> Iterator[Pair]:
    with ExitStack() as running_both:
        yield Pair(*(running_both.enter_context(running(folder)) for folder in (ROOT, earlier())))


SPENT = "\nimport time\nprint(time.process_time() * 1000)"


def starts(programs: Sequence[tuple[Path, str]], runs: int) -> list[Cost]:
    """What fresh processes take, each with the bundle in a folder and a program, in turn."""
    rounds: list[list[Cost]] = []
    for _ in range(runs):
        fixed = cpu_ms(fixed_work)
        rounds.append([Cost(float(said_by(folder, program + SPENT)), fixed) for folder, program in programs])
    return [least_of(column) for column in zip(*rounds, strict=True)]
