"""How a cost grows with what there is: a straight line through its points on paper that is logarithmic both ways."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import log

from tests.bench.clock import Cost
from tests.bench.conftest import Note
from tests.bench.versions import Answered

MOST = 1.1
"""From this exponent on, growth is more than in proportion: twice as much would cost more than 2.14 times."""


@dataclass(frozen=True)
class Point:
    """What so much of a thing costs a request."""

    x: int
    cost: Cost
    requests: float
    units: float = 0.0


def exponent(points: Sequence[tuple[float, float]]) -> float:
    """1 where y grows in proportion to x, 0 where it stays: the slope over all points or, if that is steeper and of three
    points or more, over the upper half, since what is small is mostly what every request costs. Points where either is 0 have
    no place on such paper."""
    placed = sorted((log(x), log(y)) for x, y in points if x > 0 and y > 0)
    upper = placed[len(placed) // 2 :]
    return max(_slope(placed), _slope(upper)) if len(upper) >= 3 else _slope(placed)


def _slope(placed: Sequence[tuple[float, float]]) -> float:
    """Of the line with the least squares."""
    if len(placed) < 2:
        return 0.0
    mean_x, mean_y = (sum(column) / len(placed) for column in zip(*placed, strict=True))
    slope: float = sum((x - mean_x) * (y - mean_y) for x, y in placed) / sum((x - mean_x) ** 2 for x, _ in placed)
    return slope


def grown(note: Note, what: str, of: str, points: Sequence[Point], reason: str = "") -> None:
    """Notes each point, and the exponents of CPU, requests and read units. `reason` says why one may be more than in
    proportion."""
    for each in points:
        more = {"requests": each.requests, "units": each.units}
        note.cpu(f"{what}, {each.x:,} {of}", each.cost, group="growth", series=what, x=each.x, of=of, **more)
    columns = {
        "CPU": [each.cost.quiet_ms for each in points],
        "requests": [each.requests for each in points],
        "read units": [each.units for each in points],
    }
    for name, column in columns.items():
        found = exponent([(each.x, y) for each, y in zip(points, column, strict=True)])
        told = f"superlinear: {reason or 'without a reason'}" if found > MOST else ""
        note(
            f"{what} by {of}: exponent of {name}",
            found,
            MOST,
            "",
            group="exponents",
            series=what,
            of=of,
            reason=reason,
            more=told,
        )


def point(x: int, cost: Cost, answered: Answered) -> Point:
    return Point(x, cost, answered.requests, answered.units)
