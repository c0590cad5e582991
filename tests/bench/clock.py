"""Times of this process's own work, in milliseconds."""

from __future__ import annotations

import time
from collections.abc import Callable


def cpu_ms(act: Callable[[], object]) -> float:
    """Milliseconds of this thread's CPU."""
    start = time.thread_time_ns()
    act()
    return (time.thread_time_ns() - start) / 1e6


def least(act: Callable[[], object], runs: int) -> float:
    return min(cpu_ms(act) for _ in range(runs))
