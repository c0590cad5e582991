"""`make chaos`."""

from __future__ import annotations

import os
import sys
import time
from collections import Counter

from tests.evidence.chaos.faults import without_pauses
from tests.evidence.chaos.outage import day_without_mail
from tests.evidence.chaos.schedules import Schedule
from tests.evidence.chaos.steps import Found, shows, tried
from tests.evidence.lines import SEED, SHORT, Lines
from tests.evidence.race.acts import ACTS
from tests.evidence.race.broken import BROKEN, Breakage
from tests.evidence.race.door import Clock, opened
from tests.evidence.race.practice import NOW, Practice, made

MOST, MOST_OF_CI = 24, 1
"""Faults that each act meets, drawn by the seed where there are more."""
SECONDS_OF_STEPS, SECONDS_OF_CI = 600, 25
"""After which no further act begins to be disturbed; those that were left out are told."""
SCHEDULES, SECONDS_OF_SCHEDULES = 400, 200
"""As many schedules, or as there is time for."""
SHOWN = 20


def main() -> int:
    if os.environ.get("PYTHONHASHSEED") != "0":  # in what order a set is walked through is part of a schedule
        os.execve(sys.executable, [sys.executable, "-m", "tests.evidence.chaos"], {**os.environ, "PYTHONHASHSEED": "0"})
    without_pauses()
    with opened("local-aws", Clock(NOW)) as door:
        practice = made(door)
        if os.environ.get("BROKEN") == "1":
            return broken(practice)
        if os.environ.get("SCHEDULE"):
            return shown(practice, int(os.environ["SCHEDULE"]))
        return whole(practice)


def whole(practice: Practice) -> int:
    lines, begun = Lines("chaos"), time.monotonic()
    print(f"seed {SEED}")
    found, left = disturbed(practice)
    faults = sum(found.faults.values())
    print(f"steps: {found.acts} acts with {found.steps} steps met {faults} faults in {time.monotonic() - begun:.0f} s")
    for told, count in found.told.most_common(8):
        print(f"  {count:5} {told}")
    lines.add("acts", found.acts, "acts", group="steps", left=left)
    lines.add("steps", found.steps, "steps", group="steps")
    lines.add("faults injected", faults, "faults", group="steps")
    for name, count in sorted(found.faults.items()):
        lines.add("faults injected", count, "faults", group="faults at steps", x=name)
    violations = _told(lines, "steps", found.violations)
    begun, met, steps = time.monotonic(), Counter[str](), 0
    end, numbers = begun + (SECONDS_OF_CI if SHORT else SECONDS_OF_SCHEDULES), 0
    wrong: list[str] = []
    for number in range(SCHEDULES):
        if time.monotonic() > end:
            break
        numbers += 1
        schedule = Schedule(practice, f"{SEED}.{number}")
        wrong += [f"SEED={SEED} SCHEDULE={number}: {each}" for each in schedule.run()]
        steps, met = steps + schedule.steps, met + schedule.faults
    print(f"schedules: {numbers} of {steps} steps met {met.total()} faults in {time.monotonic() - begun:.0f} s")
    lines.add("schedules", numbers, "schedules", group="schedules")
    lines.add("steps", steps, "steps", group="schedules")
    for name, count in sorted(met.items()):
        lines.add("faults injected", count, "faults", group="faults in schedules", x=name)
    violations += _told(lines, "schedules", wrong)
    owed, wrong = day_without_mail(practice, SEED)
    print(f"a day without a provider: {owed} messages were owed when it came back")
    lines.add("messages owed after a day without a provider", owed, "messages", group="outage")
    return 1 if violations + _told(lines, "outage", wrong) or not owed else 0


def disturbed(practice: Practice) -> tuple[Found, list[str]]:
    """What came of it, and the acts for which there was no time."""
    found, end = Found(), time.monotonic() + (SECONDS_OF_CI if SHORT else SECONDS_OF_STEPS)
    names = sorted(ACTS, key=lambda name: hash((SEED, name)))
    for number, name in enumerate(names):
        if time.monotonic() > end:
            return found, names[number:]
        found += tried(practice, [name], SEED, MOST_OF_CI if SHORT else MOST)
    return found, []


def _told(lines: Lines, group: str, violations: list[str]) -> int:
    lines.add("violations", len(violations), "violations", 0, group=group)
    for each in violations[:SHOWN]:
        print(f"  {each}")
    return len(violations)


def shown(practice: Practice, number: int) -> int:
    schedule = Schedule(practice, f"{SEED}.{number}")
    violations = schedule.run()
    print(*schedule.history, *violations, sep="\n")
    return 1 if violations else 0


def broken(practice: Practice) -> int:
    missed = 0
    for each in (one for one in BROKEN if one.by == "chaos"):
        seen = notices(practice, each)
        missed += not seen
        print(f"{'noticed' if seen else 'NOT NOTICED':12}{each.name}", flush=True)
    return 1 if missed else 0


def notices(practice: Practice, breakage: Breakage) -> bool:
    """Whether a fault at a step of its acts, or a schedule of those alone, shows it."""
    with breakage.broken():
        if not breakage.together and any(shows(practice, name, SEED) for name in breakage.acts):
            return True
        return any(Schedule(practice, f"{SEED}.{number}", of=breakage.acts).run() for number in range(40))


if __name__ == "__main__":
    sys.exit(main())
