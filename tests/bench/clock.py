"""Times of this process's own work, each beside a fixed piece of work that is done in turn with it.

Other work on a machine, a slower one, or one that saves power costs both alike. So a figure is told three ways: in milliseconds
as they were, as so many times the fixed work, and as milliseconds of the machine on which that takes `QUIET_MS`.

Standard library only: processes of other versions of the project measure by it too.
"""

from __future__ import annotations

import gc
import json
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

QUIET_MS = 0.5
"""What the fixed work takes on the machine of the budgets (2 cores, Python 3.13) while nothing else runs there."""
GIVEN = {f"appointment-{n}": {"start": 29_000_000 + 5 * n, "holds": list(range(n, n + 6)), "name": "Käthe"} for n in range(60)}


def fixed_work() -> int:
    """What handlers do: sums of integers, look-ups, sets, JSON written and read."""
    total, found = 0, {}
    for number in range(3000):
        total = (total * 31 + number) % 1_000_003
        found[total] = number
    read = json.loads(json.dumps(GIVEN))
    held = {unit for each in read.values() for unit in each["holds"]}
    return total + len(found) + len(held)


def cpu_ms(act: Callable[[], object]) -> float:
    """Milliseconds of this thread's CPU."""
    start = time.thread_time_ns()
    act()
    return (time.thread_time_ns() - start) / 1e6


@dataclass(frozen=True)
class Cost:
    """Milliseconds of CPU, and those of the fixed work beside it."""

    ms: float
    fixed_ms: float

    @property
    def ratio(self) -> float:
        """To the fixed work."""
        return self.ms / self.fixed_ms

    @property
    def quiet_ms(self) -> float:
        return self.ratio * QUIET_MS


def least(act: Callable[[], object], runs: int) -> Cost:
    """The least of so many runs: what disturbs only ever adds."""
    return leasts([act], runs)[0]


def leasts(acts: Sequence[Callable[[], object]], runs: int) -> list[Cost]:
    """That of each, all in turn."""
    gc.collect()
    fixed, best = float("inf"), [float("inf")] * len(acts)
    for _ in range(runs):
        fixed = min(fixed, cpu_ms(fixed_work))
        best = [min(known, cpu_ms(act)) for known, act in zip(best, acts, strict=True)]
    return [Cost(each, min(fixed, cpu_ms(fixed_work))) for each in best]
