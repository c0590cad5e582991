"""`make soak`: see the package."""

from __future__ import annotations

import os
import random
import sys
import tempfile
import time
from contextlib import ExitStack
from dataclasses import astuple, dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import fmean, median, quantiles
from typing import Any

from chalicelib.planner.schedule.sweep import compare_units
from chalicelib.store.maintenance import Whole
from chalicelib.store.table import Table
from chalicelib.store.transfer import is_owed
from infra.local.engine import LocalAws
from tests.bundle import unpacked_bundle
from tests.conftest import LIMITS, SENDER, TABLE, renew_table
from tests.evidence.lines import SEED, SHORT, Lines
from tests.evidence.soak.broken import BREAKAGES, copy_of
from tests.evidence.soak.flat import Growth, growth, judged_part
from tests.evidence.soak.load import Load, practice
from tests.infra.packages import PACKAGES, can_package
from tests.race import PATIENCE
from tests.site_of_tests import Site, running_site

RATE = 5.0
"""Requests a second: a tenth of what one function answers on two cores."""
SECONDS = 45.0 if SHORT else 60.0 * float(os.environ.get("MINUTES") or 30)
WINDOWS = 20
TO_LET_GO = 60.0
MEMORY, WORK, TIME = "memory", "work of a request", "99th percentile"
MOST = {MEMORY: 0.05, WORK: 0.2, TIME: 0.5}
"""By how much each may be certain to grow over a run, as a share."""
UNITS = {MEMORY: "MiB", WORK: "calibrations", TIME: "calibrations"}
READS, COUNTS = 4, 80_000
"""Of a calibration: it takes about as long as a request, so that a busy machine holds up both alike."""
MIB = 1024 * 1024


@dataclass(frozen=True)
class Taken:
    """Seconds: those of the clock, and those of the processor."""

    time: float
    work: float


@dataclass
class Seen:
    """`lines` are points by window, at its last second."""

    lines: dict[str, list[tuple[float, float]]] = field(default_factory=lambda: {what: [] for what in MOST})
    calibrations: list[Taken] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    answered: dict[int, int] = field(default_factory=dict)
    done: dict[str, int] = field(default_factory=dict)

    @property
    def growths(self) -> dict[str, Growth]:
        return {what: growth(line) for what, line in self.lines.items()}


def main() -> int:
    if not can_package():
        print("The bundle needs the Python that Lambda runs: 3.13.", file=sys.stderr)
        return 1
    with tempfile.TemporaryDirectory(prefix="terminwerk-soak-") as folder:
        os.environ[PACKAGES] = folder
        return broken() if os.environ.get("BROKEN") == "1" else soaked()


def soaked() -> int:
    lines, seen = Lines("soak"), soak(unpacked_bundle(), SECONDS)
    wrong = judged(seen)
    lines.add("requests", sum(seen.answered.values()))
    lines.add("answers of a 5xx", sum(count for status, count in seen.answered.items() if status >= 500), most=0)
    lines.add("violations", len(wrong), most=0)
    for what, found in seen.growths.items():
        lines.add(f"growth of the {what}, as the line has it", round(100 * found.share, 1), "%", group=what)
        lines.add(f"growth of the {what}, at least", round(100 * found.least, 1), "%", 100 * MOST[what], group=what)
        for second, value in seen.lines[what]:
            lines.add(what, round(value, 2), UNITS[what], group=what, series=what, of="seconds", x=round(second))
    tell(seen, wrong)
    return 1 if wrong else 0


def soak(bundle: Path, seconds: float) -> Seen:
    with ExitStack() as running:
        folder = Path(running.enter_context(tempfile.TemporaryDirectory(prefix="terminwerk-soak-")))
        engine = running.enter_context(LocalAws(mails=folder / "mails"))
        os.environ["AWS_ENDPOINT_URL"] = engine.endpoint
        for place, name in LIMITS:
            setattr(place, name, PATIENCE)
        database = engine.client("dynamodb")
        renew_table(database, TABLE)
        log = running.enter_context((folder / "log").open("w"))
        kept = os.dup(1)
        running.callback(os.dup2, kept, 1)
        sys.stdout.flush()
        os.dup2(log.fileno(), 1)  # the functions, which are to start, write a line for each request
        site = running.enter_context(running_site(engine, SENDER, bundle))
        running.enter_context(site.delivering(engine.client("dynamodbstreams"), TABLE))
        branch = practice(site)
        load = Load(site, branch, site.token(["staff"], [branch.id]), random.Random(SEED))
        load.learn()
        load.fill()
        load.taken.clear()
        seen = Seen()
        _run(load, database, seconds, seen)
        seen.answered, seen.done = dict(load.answered), dict(load.done)
        seen.wrong += load.wrong
        seen.wrong += left_over(site, branch.id)
        return seen


def _run(load: Load, database: Any, seconds: float, seen: Seen) -> None:
    """One request after the other, each at its moment, until the last window is full."""
    started = time.monotonic()
    number, window, worked = 0, 1, work()
    calibrated: list[Taken] = []
    while window <= WINDOWS:
        now = time.monotonic() - started
        if now >= seconds * window / WINDOWS:
            seen.lines[MEMORY].append((now, largest() / MIB))
            worked, before = work(), worked
            seen.lines[WORK].append((now, (worked - before) / len(load.taken) / fmean(each.work for each in calibrated)))
            seen.lines[TIME].append((now, slowest(load.taken) / slowest([each.time for each in calibrated])))
            seen.calibrations += calibrated
            load.taken.clear()
            calibrated.clear()
            window += 1
            continue
        time.sleep(max(0.0, number / RATE - now))
        load.act()
        calibrated.append(calibrate(database))
        number += 1


def slowest(times: list[float]) -> float:
    """The 99th percentile."""
    return quantiles(times, n=100, method="inclusive")[-1]


def calibrate(database: Any) -> Taken:
    """What a request consists of, always the same: some reads, and some counting."""
    started, worked = time.perf_counter(), time.thread_time()
    for _ in range(READS):
        database.get_item(TableName=TABLE, Key={"pk": {"S": "nothing"}, "sk": {"S": "nothing"}})
    sum(each * each for each in range(COUNTS))
    return Taken(time.perf_counter() - started, time.thread_time() - worked)


def largest() -> float:
    """Bytes that the largest environment of a function has for itself."""
    return max(map(resident, environments()), default=0.0)


def work() -> float:
    """Seconds of the processor that the functions have used so far."""
    return sum(map(processor, environments()))


def environments() -> list[int]:
    """Those of the functions are children of our children."""
    return [pid for parent in children(os.getpid()) for pid in children(parent)]


def children(pid: int) -> list[int]:
    told: list[int] = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        told += map(int, task.read_text().split())
    return told


def resident(pid: int) -> float:
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except FileNotFoundError:
        return 0.0
    return next((int(line.split()[1]) * 1024.0 for line in status.splitlines() if line.startswith("RssAnon:")), 0.0)


def processor(pid: int) -> float:
    try:
        return int(Path(f"/proc/{pid}/schedstat").read_text().split()[0]) / 1e9
    except FileNotFoundError:
        return 0.0


def left_over(site: Site, branch: str) -> list[str]:
    """What should not be there when all has been delivered and swept."""
    wrong = []
    deadline = time.monotonic() + TO_LET_GO
    while (owed := owing()) and time.monotonic() < deadline:
        site.sweep()
        time.sleep(1)
    if owed:
        wrong.append(f"{owed} messages are owed after the sweep")
    today = datetime.now(UTC).date()
    first, last = today.isoformat(), (today + timedelta(days=70)).isoformat()
    table = Table(TABLE)
    settings = table.settings_now(branch)
    assert settings is not None
    for resource in settings.resources:
        if not compare_units(table, branch, resource, first, last, []).sound:
            wrong.append(f"the taken units of {resource.id} are not those of its appointments")
    return wrong


def owing() -> int:
    """Messages that wait, and should have gone out by now."""
    now = datetime.now(UTC).isoformat()
    items = (item for page in Whole().pages() for item in page.items)
    return sum(is_owed(item) and item["gsi3sk"]["S"] <= now for item in items)


def judged(seen: Seen) -> list[str]:
    wrong = list(seen.wrong)
    for what, found in seen.growths.items():
        if found.least > MOST[what]:
            wrong.append(f"{what} grows by {found.share:.0%} in the run, at least {found.least:.0%}; {MOST[what]:.0%} may be")
    if failed := {status: count for status, count in seen.answered.items() if status >= 500}:
        wrong.append(f"answers of a 5xx: {failed}")
    return wrong


def tell(seen: Seen, wrong: list[str]) -> None:
    print(f"  {sum(seen.answered.values()):,} requests, {RATE:g} a second: {seen.done}")
    for what, found in seen.growths.items():
        (_, first), *_, (_, last) = judged_part(seen.lines[what])
        print(
            f"  {what}: {first:.2f} {UNITS[what]} after the warm-up, {last:.2f} at the end, growth {found.share:+.1%}, "
            f"at least {found.least:+.1%}; {MOST[what]:.0%} may be"
        )
    taken, worked = (median(each) * 1000 for each in zip(*map(astuple, seen.calibrations), strict=True))
    print(f"  a calibration: {taken:.1f} ms, {worked:.1f} of them of the processor")
    print(f"  violations: {len(wrong)}   seed {SEED}")
    for each in wrong:
        print(f"    {each}")


def broken() -> int:
    missed = 0
    for breakage in BREAKAGES:
        with tempfile.TemporaryDirectory(prefix="terminwerk-broken-") as folder:
            copy = copy_of(unpacked_bundle(), Path(folder), breakage)
            wrong = judged(soak(copy, 60.0))
        found = [each for each in wrong if breakage.tells in each]
        missed += not found
        print(f"  {'noticed' if found else 'MISSED':<9}{breakage.what}: {found or wrong}")
    print(f"  {len(BREAKAGES) - missed} of {len(BREAKAGES)} copies that were broken on purpose were noticed   seed {SEED}")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
