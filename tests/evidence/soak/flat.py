"""Whether a series is flat, by the line through it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from statistics import fmean

WARM_UP = 0.2
"""The share of a run that is not judged: what is kept for good is read then."""
CERTAIN = 1.96
"""Standard errors on each side, for 95 of 100."""


@dataclass(frozen=True)
class Growth:
    """Over all of the judged run, as a share of its mean: as the line has it, and the least that the scatter leaves certain."""

    share: float
    least: float


def judged_part(series: Sequence[tuple[float, float]]) -> Sequence[tuple[float, float]]:
    return series[int(len(series) * WARM_UP) :]


def growth(series: Sequence[tuple[float, float]]) -> Growth:
    """Of points in time and value, in order. Raises ValueError where there are too few to judge."""
    judged = judged_part(series)
    if len(judged) < 5:
        raise ValueError(f"{len(judged)} windows cannot be judged")
    times, values = [time for time, _ in judged], [value for _, value in judged]
    middle, mean = fmean(times), fmean(values)
    spread = sum((time - middle) ** 2 for time in times)
    slope = sum((time - middle) * (value - mean) for time, value in judged) / spread
    left = sum((value - mean - slope * (time - middle)) ** 2 for time, value in judged)
    error = sqrt(left / (len(judged) - 2) / spread)
    span = times[-1] - times[0]
    return Growth(slope * span / mean, (slope - CERTAIN * error) * span / mean)
