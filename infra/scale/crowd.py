"""A flash crowd on one branch, played second by second: the experience of 100,000 people who want the same few times.

Discrete events on one clock, the standard library alone, a fixed seed. The patience of a write is the store's own
(`store/faults.py`, `store/table.py`); every other duration is an assumption that
`infra/scale/report.py` prints beside the result.
"""

from __future__ import annotations

import heapq
import math
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random

from chalicelib.domain.limits import SHARDS
from chalicelib.store.faults import ATTEMPTS, FIRST_PAUSE, LONGEST_PAUSE
from chalicelib.store.table import DEADLINE

Start = tuple[int, int, int]
"""Resource, day, number of the start in its day."""
ROUTES = {"access": "access", "week": "slots", "fresh week": "slots", "challenge": "challenge", "booking": "booking"}
"""What people ask for, and the route that answers it."""


@dataclass(frozen=True, kw_only=True)
class Crowd:
    """Who comes, what there is, and what stands between. Seconds."""

    title: str
    people: int = 100_000
    span: float = 600.0
    """All arrive within it, ever fewer of them: by `e^(-t / fading)`."""
    fading: float = 120.0
    resources: int = 1
    lanes: int = 20
    days: int = 5
    starts: int = 24
    rate: float = 50.0
    burst: float = 100.0
    """The throttle of each route: requests a second, and how many at once."""
    instances: int = 1000
    """Functions that Lambda runs at a time."""
    edges: int = 8
    kept: float = 3.0
    """How long an edge keeps a week of slots."""
    look: float = 0.012
    book: float = 0.025
    start_up: float = 0.7
    read: float = 0.005
    transaction: float = 0.025
    writes: int = 250
    """Transactions a second that one resource's days bear: 1,000 units of a partition, two items of two units each."""
    patience: int = 5
    """How often somebody tries again who was told that there is too much to do."""
    second_choices: int = 3
    shards: int = SHARDS
    """Counters of the branch's bounds; each request meets the others of one of them."""
    seed: int = 20261123

    @property
    def places(self) -> int:
        return self.resources * self.days * self.starts * self.lanes


@dataclass(slots=True)
class Person:
    resource: int
    edge: int
    left: int
    choices: int
    wants: Start = (0, 0, 0)
    lane: int = 0
    shard: int = 0
    proved: bool = False
    attempt: int = 0
    since: float = 0.0
    was_told: bool = False


@dataclass
class Outcome:
    """What was counted. `last_place` is when the last place was taken; None if some were left."""

    counts: Counter[str] = field(default_factory=Counter)
    seconds: Counter[int] = field(default_factory=Counter)
    transactions: Counter[tuple[int, int]] = field(default_factory=Counter)
    most_at_once: int = 0
    first_place: float | None = None
    last_place: float | None = None


class Throttle:
    """A token bucket, as API Gateway's."""

    def __init__(self, rate: float, burst: float) -> None:
        self._rate, self._burst, self._tokens, self._at = rate, burst, burst, 0.0

    def lets(self, at: float) -> bool:
        self._tokens = min(self._burst, self._tokens + (at - self._at) * self._rate)
        self._at = at
        if self._tokens < 1:
            return False
        self._tokens -= 1
        return True


class Functions:
    """Lambda's: each serves one request at a time; one more is started where none is idle."""

    def __init__(self, most: int, start_up: float) -> None:
        self._most, self._start_up = most, start_up
        self._ends: list[float] = []
        self.running = 0

    def serve(self, at: float, seconds: float) -> float | None:
        """When it has served; None where no more may run."""
        while self._ends and self._ends[0] <= at:
            heapq.heappop(self._ends)
        if len(self._ends) >= self._most:
            return None
        if len(self._ends) >= self.running:
            self.running += 1
            seconds += self._start_up
        heapq.heappush(self._ends, at + seconds)
        return at + seconds


class Play:
    """One run. Each step of a person is an event that schedules the next one."""

    def __init__(self, crowd: Crowd) -> None:
        self._crowd = crowd
        self._chance = Random(crowd.seed).random
        self._events: defaultdict[int, list[tuple[float, int, Callable[[float, Person], None], Person]]] = defaultdict(list)
        self._number = 0
        self._throttles = {route: Throttle(crowd.rate, crowd.burst) for route in ROUTES.values()}
        self._functions = Functions(crowd.instances, crowd.start_up)
        self._free = [[(r, d, s) for d in range(crowd.days) for s in range(crowd.starts)] for r in range(crowd.resources)]
        self._taken: dict[Start, int] = {start: 0 for free in self._free for start in free}
        self._nearest: dict[tuple[int, int], list[Start]] = {}
        self._partitions = [Throttle(crowd.writes, crowd.writes) for _ in range(crowd.resources)]
        self._held_until: dict[tuple[int, int], float] = {}
        self._shards_until = [0.0] * crowd.shards
        self._kept: dict[tuple[int, int], tuple[float, list[Start]]] = {}
        self._outcome = Outcome()

    def run(self) -> Outcome:
        for _ in range(self._crowd.people):
            person = Person(self._below(self._crowd.resources), self._below(self._crowd.edges), *self._patience())
            self._at(self._arrival(), self._arrive, person)
        second = 0
        while self._events:
            events = self._events[second]
            while events:
                at, _, step, person = heapq.heappop(events)
                step(at, person)
            del self._events[second]
            second += 1
        self._outcome.most_at_once = self._functions.running
        return self._outcome

    def _patience(self) -> tuple[int, int]:
        return self._crowd.patience, self._crowd.second_choices

    def _arrival(self) -> float:
        """Ever fewer people, none after the span."""
        whole = 1 - math.exp(-self._crowd.span / self._crowd.fading)
        return -self._crowd.fading * math.log(1 - self._chance() * whole)

    def _arrive(self, at: float, person: Person) -> None:
        """The page asks for the practice and for the week, together."""
        self._count("visits", at)
        weeks = self._week(at, person) if self._ask("access", at, self._crowd.look) else None
        if weeks is None:
            self._again(at, person, self._arrive, "turned away before they saw a time")
        elif weeks:
            self._choose(at + self._between(20, 90), person, weeks)
        else:
            self._outcome.counts["saw that all is taken"] += 1

    def _week(self, at: float, person: Person) -> list[Start] | None:
        """What an edge keeps, be it seconds old; else what the API answers. None where it does not."""
        key = (person.edge, person.resource)
        until, kept = self._kept.get(key, (0.0, []))
        if at < until:
            self._outcome.counts["weeks from the edge"] += 1
            return kept
        if not self._ask("week", at, self._crowd.look):
            return None
        found = self._free[person.resource]
        self._kept[key] = at + self._crowd.kept, found
        return found

    def _choose(self, at: float, person: Person, offered: list[Start]) -> None:
        """Early times are liked better."""
        person.wants = offered[int(len(offered) * self._chance() ** 1.5)]
        self._at(at, self._book, person)

    def _book(self, at: float, person: Person) -> None:
        """A proof stays good until a booking uses it up."""
        person.proved = person.proved or self._ask("challenge", at, self._crowd.look)
        if not (person.proved and self._ask("booking", at, self._crowd.book + self._crowd.transaction)):
            self._again(at, person, self._book, "turned away with a time chosen")
            return
        person.lane, person.attempt, person.since = self._taken[person.wants], 0, at
        person.shard = self._below(self._crowd.shards)
        self._at(at + self._crowd.read, self._write, person)

    def _write(self, at: float, person: Person) -> None:
        """One transaction. Whoever meets another on the day's item, or on a counter of the bounds, waits a moment, looks, and
        tries again (R21)."""
        resource, day, _ = person.wants
        if person.lane >= self._crowd.lanes:
            self._lose(at, person)
            return
        self._outcome.transactions[int(at), resource] += 1
        throttled = not self._partitions[resource].lets(at)
        self._outcome.counts["writes throttled"] += throttled
        held_until = max(self._held_until.get((resource, day), 0.0), self._shards_until[person.shard])
        if throttled or at < held_until:
            self._meet(at, person)
            return
        self._held_until[resource, day] = self._shards_until[person.shard] = at + self._crowd.transaction
        self._at(at + self._crowd.transaction, self._decide, person)

    def _meet(self, at: float, person: Person) -> None:
        self._outcome.counts["writes tried again"] += 1
        person.attempt += 1
        if person.attempt >= ATTEMPTS or at - person.since > DEADLINE:
            self._outcome.counts["answers 503"] += 1
            self._again(at, person, self._book, "gave up after 503")
            return
        waited = self._chance() * min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** (person.attempt - 1)) + self._crowd.read
        if person.lane < self._taken[person.wants]:  # the look tells of the lane that it wanted, and of no other
            person.lane, person.attempt = person.lane + 1, 0
        self._at(at + waited, self._write, person)

    def _decide(self, at: float, person: Person) -> None:
        """The condition decides: the lane was free, or the refusal tells that it is not."""
        if person.lane < self._taken[person.wants]:
            person.lane, person.attempt = person.lane + 1, 0
            self._write(at, person)
            return
        self._take(person.wants)
        self._outcome.counts["booked"] += 1
        self._outcome.first_place = self._outcome.first_place or at
        if self._outcome.counts["booked"] == self._crowd.places:
            self._outcome.last_place = at
        self._ask("fresh week", at, self._crowd.look)

    def _take(self, start: Start) -> None:
        """Edges go on to show the free starts that they keep, so a new list takes the place of the old one."""
        self._taken[start] += 1
        if self._taken[start] == self._crowd.lanes:
            resource = start[0]
            self._free[resource] = [each for each in self._free[resource] if each != start]
            self._nearest = {near: found for near, found in self._nearest.items() if near[0] != resource}

    def _near(self, start: Start) -> list[Start]:
        """The free ones of its resource, those of the nearest days first."""
        resource, day, _ = start
        if (resource, day) not in self._nearest:
            by_distance = sorted(self._free[resource], key=lambda each: abs(each[1] - day))
            self._nearest[resource, day] = by_distance[:5]
        return self._nearest[resource, day]

    def _lose(self, at: float, person: Person) -> None:
        """409 with the nearest free times, and a fresh week."""
        self._outcome.counts["answers 409"] += 1
        self._outcome.counts["people told that it was taken"] += not person.was_told
        person.was_told = True
        self._ask("fresh week", at, self._crowd.look)
        nearest = self._near(person.wants)
        if not nearest or not person.choices:
            self._outcome.counts["told that it was taken, and left"] += 1
            return
        person.choices -= 1
        self._choose(at + self._between(5, 20), person, nearest)

    def _ask(self, kind: str, at: float, seconds: float) -> bool:
        """Whether the API answers: the route's throttle lets it through, and a function is there for it."""
        self._count(kind, at)
        if not self._throttles[ROUTES[kind]].lets(at):
            self._outcome.counts["answers 429"] += 1
            return False
        if self._functions.serve(at, seconds) is None:
            self._outcome.counts["no function free"] += 1
            return False
        return True

    def _count(self, kind: str, at: float) -> None:
        self._outcome.counts[kind] += 1
        if kind != "visits":
            self._outcome.seconds[int(at)] += 1

    def _again(self, at: float, person: Person, step: Callable[[float, Person], None], otherwise: str) -> None:
        if not person.left:
            self._outcome.counts[otherwise] += 1
            return
        person.left -= 1
        self._at(at + self._between(5, 20), step, person)

    def _between(self, low: float, high: float) -> float:
        return low + (high - low) * self._chance()

    def _below(self, number: int) -> int:
        return int(self._chance() * number)

    def _at(self, at: float, step: Callable[[float, Person], None], person: Person) -> None:
        """Each second has a heap of its own: the next event is found among few."""
        self._number += 1
        heapq.heappush(self._events[int(at)], (at, self._number, step, person))
