"""A process that has everything imported, and that each mutant is forked from. One engine serves all of them in turn.

Code is broken in memory, by giving the functions that live in the process other code: nothing is imported anew. Only what
stands outside of functions needs a process that has not imported the module yet.
"""

from __future__ import annotations

import ast
import gc
import os
import pickle
import resource
import signal
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from importlib.util import spec_from_loader
from pathlib import Path
from types import CodeType, FunctionType
from typing import Any, Self

import hypothesis
import pytest
from _pytest.runner import runtestprotocol

from infra.local.engine import LocalAws
from tests.evidence.lines import ROOT

MONITORING: Any = getattr(sys, "monitoring", None)
"""Python 3.11 has none."""
OPTIONS = [
    "-qq",
    "--no-summary",
    "-W",
    "ignore::pytest.PytestAssertRewriteWarning",
    "--tb=native",
    "-m",
    "not long and not race",
]
BUNDLE = "[bundle"
SURVIVED, ENDED, UNABLE = "survived", "the test that did not end", "not made"
PATIENCE, TIMES = 2.0, 12.0
"""CPU seconds that a test may take, and how many times what it takes on whole code. Five times that while it waits."""
SLOW = 2.0
"""Seconds. A test that takes longer on whole code is shown to no mutant: it tries often what hangs on chance, or waits."""
MEMORY = 4 << 30
FURTHER = 60
"""Tests of other rooms that a mutant is shown to at most: each writes to the engine."""

Source = str | ast.Module


class Kept(LocalAws):
    """One local AWS for all processes: none of them starts or ends it, but the first."""

    one: Kept | None = None

    def __new__(cls, *given: Any, **named: Any) -> Self:
        if cls.one is None:
            cls.one = super().__new__(cls)
        return cls.one  # type: ignore[return-value]  # there is no other kind

    def __init__(self, state: Path | None = None, mails: Path | None = None, enforce_policies: bool = False) -> None:
        if not hasattr(self, "port"):
            super().__init__(state, mails, enforce_policies)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        pass


def in_child(act: Callable[[], Any], otherwise: Any = None) -> Any:
    """What `act` returns in a process of its own; `otherwise` where that process was ended. Raises RuntimeError for what it
    raises."""
    reading, writing = os.pipe()
    sys.stdout.flush()
    child = os.fork()
    if not child:
        os.close(reading)
        try:
            with os.fdopen(writing, "wb") as told:
                try:
                    found = True, act()
                except BaseException as error:  # noqa: BLE001 (whatever it is, no child may go on as its parent)
                    found = False, f"{type(error).__name__}: {error}"
                pickle.dump(found, told)
        finally:
            os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as told:
        said = told.read()
    os.waitpid(child, 0)
    try:
        went_well, found = pickle.loads(said)
    except (EOFError, pickle.UnpicklingError):
        return otherwise
    if not went_well:
        raise RuntimeError(found)
    return found


@dataclass
class Covered:
    """What the tests run on whole code: the lines of each by file, and its seconds; `failed` are those that fail even so."""

    lines: dict[int, dict[str, set[int]]] = field(default_factory=dict)
    seconds: dict[int, float] = field(default_factory=dict)
    failed: list[str] = field(default_factory=list)


class Warm:
    """The tests that pytest has collected, and the functions of the files that are broken."""

    def __init__(self, session: pytest.Session, files: Sequence[str]) -> None:
        self.items = session.items
        self.files = files
        for file in files:
            import_module(file.removesuffix(".py").replace("/", "."))
        gc.unfreeze()
        self._live: dict[str, dict[tuple[str, int], list[FunctionType]]] = {
            str(ROOT / file): defaultdict(list) for file in files
        }
        for each in gc.get_objects():
            if isinstance(each, FunctionType) and each.__code__.co_filename in self._live:
                self._live[each.__code__.co_filename][_key(each.__code__)].append(each)
        gc.freeze()
        self.covered = Covered()
        self._noticed: dict[str, list[int]] = defaultdict(list)

    def cover(self) -> None:
        """Runs all tests on whole code, which `tests_of` needs."""
        self.covered = in_child(self._cover)

    def named(self, name: str) -> list[int]:
        """A test's cases."""
        return [number for number, item in enumerate(self.items) if item.nodeid.partition("[")[0] == name]

    def tests_of(self, file: str, lines: Sequence[int]) -> list[int]:
        """The tests that run any of the lines: those of the file's own room, and of others the FURTHER most particular ones.

        File by file, since what a file sets up is set up once, and the own room first.
        """
        asked = set(lines)
        quick = {test: ran for test, ran in self.covered.lines.items() if self.covered.seconds[test] < SLOW}
        found = [test for test, ran in quick.items() if not asked.isdisjoint(ran.get(file, ()))]
        room = f"tests/{file.split('/')[1]}/"
        near = [test for test in found if self.items[test].nodeid.startswith(room)]
        far = [test for test in found if not self.items[test].nodeid.startswith(room)]
        of_file: dict[str, list[int]] = {}
        for test in [*near, *sorted(far, key=self._ran)[:FURTHER]]:
            of_file.setdefault(self.items[test].nodeid.partition("::")[0], []).append(test)
        ordered = sorted(of_file.items(), key=lambda each: (not each[0].startswith(room), len(each[1])))
        return [test for _, tests in ordered for test in sorted(tests, key=self._ran)]

    def _ran(self, test: int) -> int:
        """How many lines, which is how particular it is, and the same in each run."""
        return sum(map(len, self.covered.lines[test].values()))

    def verdict(self, file: str, source: Source, tests: list[int], kin: str = "") -> str:
        """The name of the test that notices, SURVIVED, ENDED, or UNABLE where no function in memory can be given it. Tests
        that have noticed others of `kin` come first."""
        first = [test for test in self._noticed[kin] if test in tests]
        order = first + [test for test in tests if test not in first]
        found = in_child(lambda: self._run(file, source, order), otherwise=ENDED) if order else SURVIVED
        if isinstance(found, int):
            known = self._noticed[kin]
            if found in known:
                known.remove(found)
            known.insert(0, found)
            return str(self.items[found].nodeid)
        return str(found)

    def _run(self, file: str, source: Source, tests: list[int]) -> int | str:
        try:
            self.put(file, source)
        except ValueError:
            return UNABLE
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        for test, following in zip(tests, [*tests[1:], None], strict=True):
            limit = PATIENCE + TIMES * self.covered.seconds.get(test, 10)
            signal.setitimer(signal.ITIMER_PROF, limit)
            signal.setitimer(signal.ITIMER_REAL, 5 * limit)
            reports = runtestprotocol(
                self.items[test], log=False, nextitem=None if following is None else self.items[following]
            )
            if any(each.failed for each in reports):
                return test
        return SURVIVED

    def failing(self, tests: list[int]) -> list[str]:
        """Those of the tests that fail on whole code."""

        def run() -> list[str]:
            found = []
            for test, following in zip(tests, [*tests[1:], None], strict=True):
                after = None if following is None else self.items[following]
                if any(each.failed for each in runtestprotocol(self.items[test], log=False, nextitem=after)):
                    found.append(self.items[test].nodeid)
            return found

        return list(in_child(run, otherwise=["a test that ends its process"]))

    def put(self, file: str, source: Source) -> None:
        """From now on the file's functions do what the source says."""
        live = self._live[str(ROOT / file)]
        for code in _functions(compile(source, str(ROOT / file), "exec", dont_inherit=True)):
            for each in live[_key(code)]:
                each.__code__ = code

    def _cover(self) -> Covered:
        """Runs all tests, and hears which lines of the files each of them runs, what its fixtures run included."""
        covered, ran = Covered(), set[tuple[str, int]]()
        line, tool = MONITORING.events.LINE, MONITORING.COVERAGE_ID

        def hear(code: CodeType, number: int) -> Any:
            ran.add((code.co_filename, number))
            return MONITORING.DISABLE  # until the next test

        MONITORING.use_tool_id(tool, "mutants")
        MONITORING.register_callback(tool, line, hear)
        for live in self._live.values():
            for each in {nested for found in live.values() for one in found for nested in _nested(one.__code__)}:
                MONITORING.set_local_events(tool, each, line)
        shared: dict[str, set[tuple[str, int]]] = defaultdict(set)
        of_test: dict[int, set[tuple[str, int]]] = {}
        for number, (item, following) in enumerate(zip(self.items, [*self.items[1:], None], strict=True)):
            MONITORING.restart_events()
            ran.clear()
            begun = time.monotonic()
            before = len(shared)
            reports = runtestprotocol(item, log=False, nextitem=following)
            covered.seconds[number] = time.monotonic() - begun
            of_test[number] = set(ran)
            if len(shared) == before and item.nodeid.partition("::")[0] not in shared:
                shared[item.nodeid.partition("::")[0]] = set(ran)  # the first of a file sets up what the others use
            covered.failed += [f"{item.nodeid}: {each.longreprtext[-2000:]}" for each in reports if each.failed]
            if all(each.outcome == "passed" for each in reports):
                covered.lines[number] = {}
        for number in covered.lines:
            for path, at in of_test[number] | shared[self.items[number].nodeid.partition("::")[0]]:
                covered.lines[number].setdefault(str(Path(path).relative_to(ROOT)), set()).add(at)
        return covered


def warmed(tests: Sequence[str], files: Sequence[str], work: Callable[[Warm], Any]) -> Any:
    """What `work` makes of the collected tests, in a process of its own."""

    class Collected:
        found: Any = None

        def pytest_collection(self) -> None:
            _settle()

        @pytest.hookimpl(trylast=True)
        def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
            items[:] = [item for item in items if BUNDLE not in item.nodeid]  # its processes are not broken

        @pytest.hookimpl(tryfirst=True)
        def pytest_runtestloop(self, session: pytest.Session) -> bool:
            self.found = work(Warm(session, files))
            return True

    def run() -> Any:
        collected = Collected()
        code = pytest.main([*OPTIONS, *tests], plugins=[collected])
        assert code in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED), code
        return collected.found

    return in_child(run)


def verdict_anew(file: str, source: str, test: str) -> str:
    """As `Warm.verdict`, where the change is outside of functions: everything of ours is imported anew."""

    class Noticing:
        failed = False

        def pytest_collection(self) -> None:
            _settle()

        def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
            self.failed |= report.failed

    def run() -> str:
        sys.meta_path.insert(0, _Broken(file, source))
        signal.setitimer(signal.ITIMER_REAL, 120)
        noticing = Noticing()
        code = pytest.main([*OPTIONS, test], plugins=[noticing])
        assert code != pytest.ExitCode.NO_TESTS_COLLECTED, test
        return test if noticing.failed or code != pytest.ExitCode.OK else SURVIVED

    return str(in_child(run, otherwise=ENDED))


class _Broken(MetaPathFinder, Loader):
    def __init__(self, file: str, source: str) -> None:
        self.name = file.removesuffix(".py").replace("/", ".")
        self.path = str(ROOT / file)
        self.source = source

    def find_spec(self, fullname: str, path: object, target: object = None) -> ModuleSpec | None:
        return spec_from_loader(fullname, self, origin=self.path) if fullname == self.name else None

    def exec_module(self, module: Any) -> None:
        module.__file__ = self.path
        exec(compile(self.source, self.path, "exec", dont_inherit=True), module.__dict__)


def _settle() -> None:
    """The engine that runs serves all; Hypothesis looks for a counterexample, always the same ones, and for no smaller one."""
    import_module("tests.conftest").LocalAws = Kept  # type: ignore[attr-defined]
    phases = (hypothesis.Phase.explicit, hypothesis.Phase.generate)
    hypothesis.settings.register_profile("mutants", deadline=None, database=None, derandomize=True, phases=phases)
    hypothesis.settings.load_profile("mutants")


def _key(code: CodeType) -> tuple[str, int]:
    return code.co_qualname, code.co_firstlineno


def _nested(code: CodeType) -> Iterator[CodeType]:
    yield code
    for each in code.co_consts:
        if isinstance(each, CodeType):
            yield from _nested(each)


def _functions(code: CodeType) -> list[CodeType]:
    """Those of a module that its name and line tell apart."""
    found: dict[tuple[str, int], list[CodeType]] = defaultdict(list)
    for each in _nested(code):
        found[_key(each)].append(each)
    return [codes[0] for codes in found.values() if len(codes) == 1]
