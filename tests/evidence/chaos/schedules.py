"""Random schedules: several act at once, and between any two requests to the store another one may go on, meet a fault, or find
that the clock has jumped. One seed, one schedule, to the request."""

from __future__ import annotations

import random
import threading
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

from botocore.awsrequest import AWSResponse

from chalicelib.domain.tokens import appointment_id
from tests.evidence.chaos.faults import AT_THE_PROVIDER, FAULTS, PROVIDERS_FAULTS, WRITES, Fault, client
from tests.evidence.chaos.steps import AGAIN, delivered_wrongly, later, quiet
from tests.evidence.race.acts import A_REQUEST, ACTS, Moment
from tests.evidence.race.door import Answer, Call
from tests.evidence.race.practice import DAY, Practice, Target, delivered, staff
from tests.evidence.race.rounds import Attempt, told_wrongly

ACTORS, EACH = 4, 3
A_FAULT, A_JUMP = 0.04, 0.03
"""How often a step meets a fault, and the clock jumps before one, of 1."""
JUMPS = tuple(timedelta(seconds=each) for each in (-90, -1, 1, 45, 150, 3600, 86_400))
SELDOM = ("sweep", "migrate", "bring_in", "mend_units")
"""They take a hundred steps each; one schedule in eight has one of them."""
LOST, REPEATED = 0.2, 0.3
"""What the stream does to messages, of 1."""


@dataclass(frozen=True)
class Line:
    """One line of the history. `said` is what was heard, or which fault was met."""

    step: int
    actor: int
    what: str
    act: str
    said: str = ""

    def __str__(self) -> str:
        return f"{self.step:5} {self.actor} {self.what:7} {self.act:26} {self.said}"


@dataclass
class Actor:
    """A client, and the process that serves it, in a thread of its own that moves when it is told."""

    number: int
    act: Callable[[Actor], None]
    go: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))
    fault: Fault | None = None
    dead: Fault | None = None
    left: int = 0
    """So many of the next steps meet what it is dead of."""
    serves: str = ""
    ended: bool = False


class Schedule:
    """The steps of some actors, one at a time, in an order that the seed draws."""

    def __init__(self, practice: Practice, seed: str, *, faults: bool = True, of: Sequence[str] = ()) -> None:
        """`of` are the acts that are drawn from; all, if none is named."""
        self.practice, self.seed = quiet(practice), seed
        self.chance = random.Random(seed)
        self.history: list[Line] = []
        self.attempts: list[Attempt] = []
        self.violations: list[str] = []
        self.steps, self.faults, self.repeats = 0, Counter[str](), False
        self._faulty, self._of = faults, list(of)
        self._parked = threading.Semaphore(0)
        self._actors: dict[int, Actor] = {}
        self._numbers = iter(range(1, 10_000))
        self._seen: dict[str, int] = {}
        self._booked: list[tuple[str, str, str]] = []
        self._released = False

    # The baton.

    def run(self) -> list[str]:
        """What is wrong in the end."""
        self.practice.as_made()
        many = self._of or [name for name in ACTS if name not in SELDOM]
        plans = [[self.chance.choice(many) for _ in range(EACH)] for _ in range(ACTORS)]
        if not self._of and self.chance.random() < 1 / 8:
            plans[0] = [self.chance.choice(SELDOM)]
        chances = [random.Random(f"{self.seed}.{number}") for number in range(ACTORS)]
        actors = [
            Actor(number, lambda actor, plan=plan: self._acts(actor, plan, chances[actor.number]))  # type: ignore[misc]
            for number, plan in enumerate(plans)
        ]
        events, provider = client().meta.events, self.practice.door.provider
        events.register("before-send.dynamodb", self._step)
        provider.before, provider.after = self._at_the_provider("before"), self._at_the_provider("after")
        try:
            self._conduct(actors)
        finally:
            events.unregister("before-send.dynamodb", self._step)
            provider.before = provider.after = lambda: None
        self._end()
        return self.violations

    def _conduct(self, actors: list[Actor]) -> None:
        threads = [threading.Thread(target=self._live, args=(actor,)) for actor in actors]
        for thread in threads:
            thread.start()
            self._parked.acquire()  # until it waits for its turn, one after the other
        while left := [actor for actor in actors if not actor.ended]:
            self.chance.choice(left).go.release()
            self._parked.acquire()
        for thread in threads:
            thread.join()

    def _live(self, actor: Actor) -> None:
        self._actors[threading.get_ident()] = actor
        self._wait(actor)
        try:
            actor.act(actor)
        except Exception as error:  # noqa: BLE001 (told in the end)
            self.violations.append(f"the actor of {actor.serves} ended: {type(error).__name__} {error}")
        actor.ended = True
        self._parked.release()

    def _wait(self, actor: Actor) -> None:
        self._parked.release()
        actor.go.acquire()

    def _step(self, request: Any, event_name: str, **_: Any) -> AWSResponse | None:
        operation = event_name.rpartition(".")[2]
        return self._met(request, operation, [each for each in FAULTS if operation in WRITES or not each.writes_only])

    def _at_the_provider(self, hook: str) -> Callable[[], None]:
        may = [fault for fault, at in PROVIDERS_FAULTS if at == hook]

        def step() -> None:
            self._met(SimpleNamespace(url=""), AT_THE_PROVIDER, may)

        return step

    def _met(self, request: Any, operation: str, may: list[Fault]) -> AWSResponse | None:
        actor = self._actors.get(threading.get_ident())
        if actor is None:
            return None
        if actor.dead is None:
            self._wait(actor)
            self.steps += 1
            self._jump(actor)
            if self._faulty and self.chance.random() < A_FAULT:
                fault = self.chance.choice(may)
                self.faults[fault.name] += 1
                self.repeats |= fault.repeats
                self._note(actor, "fault", f"{operation}: {fault.name}")
                actor.left = fault.times - 1
                actor.dead = fault if actor.left else None
                return fault.meet(request, operation)
            return None
        fault = actor.dead
        if operation == AT_THE_PROVIDER and fault in FAULTS:
            return None
        actor.left -= 1
        actor.dead = fault if actor.left else None
        return fault.meet(request, operation)

    def _jump(self, actor: Actor) -> None:
        clock = self.practice.door.clock
        if self._faulty and self.chance.random() < A_JUMP:
            by = self.chance.choice(JUMPS)
            clock.jump(by)
            self.faults["the clock jumps"] += 1
            self._note(actor, "clock", str(by))

    def _note(self, actor: Actor, what: str, said: str = "") -> None:
        self.history.append(Line(self.steps, actor.number, what, actor.serves, said))

    # What the actors do.

    def _acts(self, actor: Actor, plan: list[str], chance: random.Random) -> None:
        for name in plan:
            actor.serves, actor.dead = name, None
            moment = Moment(self.practice, chance, next(self._numbers), lambda target: self._read(actor, target))
            call = ACTS[name].call(moment)
            actor.serves = name
            answer = self._asked(actor, call)
            for _ in range(AGAIN if ACTS[name].repeats and chance.random() < 0.7 else 0):
                if not answer.is_unknown:
                    break
                actor.dead = None
                answer = self._asked(actor, call)
            self.attempts.append(Attempt(ACTS[name], call, answer))
            self._learn(name, call, answer)

    def _asked(self, actor: Actor, call: Call) -> Answer:
        self._note(actor, "invoke", call.path)
        self._released |= actor.serves == "decline_a_wave"
        answer = self.practice.door.ask(call)
        what = "info" if answer.is_unknown else "ok" if answer.is_done else "fail"
        self._note(actor, what, answer.code or str(answer.status))
        return answer

    def _read(self, actor: Actor, name: str) -> Target:
        """As it is now, which must be no older than whatever anybody was told before."""
        target, actor.serves = self.practice.targets[name], f"read {name}"
        since = dict(self._seen)
        answer = self._asked(actor, staff("GET", f"appointments/{target.id}"))
        actor.dead = None
        if not answer.is_done:
            return target
        version = int(answer.json["appointment"]["version"])
        if version < since.get(target.id, 0):
            self.violations.append(f"a read after a write sees it: {name} in version {version}, {since[target.id]} was told")
        self._seen[target.id] = max(version, self._seen.get(target.id, 0))
        self._look_at_times(actor)
        return replace(target, version=version)

    def _look_at_times(self, actor: Actor) -> None:
        """A start that somebody was told is theirs is free for nobody who looks after that."""
        booked = list(self._booked)
        if not booked:
            return
        alias, where = self.practice.alias, booked[-1][1]
        path = f"/v1/access/{alias}/slots?resource={where}&template=short&from={DAY}&days=1"
        answer = self._asked(actor, Call("GET", path))
        actor.dead = None
        if not answer.is_done or self._released:
            return
        free = {slot["start"] for day in answer.json["days"] for slot in day["slots"] if slot["state"] == "free"}
        for identity, resource, start in booked:
            if resource == where and start in free:
                self.violations.append(f"a start that is booked is not offered: {identity}")

    def _learn(self, name: str, call: Call, answer: Answer) -> None:
        if not answer.is_done or not isinstance(answer.json, dict):
            return
        if isinstance(found := answer.json.get("appointment"), dict) and "version" in found:
            self._seen[found["id"]] = max(int(found["version"]), self._seen.get(found["id"], 0))
        taken_alone = call.body and call.body.get("resource") not in ("group", "any")
        if ACTS[name].of == A_REQUEST and name != "book_to_confirm_first" and taken_alone:
            self._booked.append((answer.json["id"], call.body["resource"], call.body["start"]))

    # How it ends.

    def _end(self) -> None:
        """The stream tells of what was put, with its faults; the schedule runs; then all that was told is held against what is
        stored."""
        door = self.practice.door
        door.forget()
        put = sorted(
            (each["pk"]["S"], each["sk"]["S"]) for each in door.stored() if "gsi3pk" in each and "MESSAGE#" in each["sk"]["S"]
        )
        told = [each for each in put if self.chance.random() >= LOST]
        told += [each for each in told if self.chance.random() < REPEATED]
        self.chance.shuffle(told)
        for key in told:
            delivered(key)
        self.faults["the stream lost a record"] += len(put) - len(set(told))
        self.faults["the stream repeated a record"] += len(told) - len(set(told))
        books = later(self.practice)
        unknown = {
            appointment_id(self.practice.alias, each.call.headers["Idempotency-Key"])
            for each in self.attempts
            if each.act.of == A_REQUEST and each.answer.is_unknown
        }
        wrong = [
            *books.violations(),
            *told_wrongly(self.practice, self.attempts, books, unknown),
            *delivered_wrongly(self.practice, books, FAULTS[-1] if self.repeats else None),
        ]
        self.violations += wrong
