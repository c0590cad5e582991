"""The load: what one practice and its customers ask, at a fixed rate, in an order that a seed gives."""

from __future__ import annotations

import json
import random
import secrets
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from tests.builders import availability, new_address
from tests.site_of_tests import Answer, Site, TestBranch, token_of

ACTS = {"slots": 38, "planner": 12, "inbox": 16, "book": 20, "answer": 8, "search": 4, "own": 2}
"""Of a hundred requests."""
HELD = 40
"""Appointments at a time. With more of them an answer would have more to show, and take longer for good reason."""
WEEKS = 8


@dataclass
class Load:
    """`taken` are seconds by act of the window at hand, `answered` all answers by status. `links` are by appointment;
    `cancelled` are appointments that stand in the inbox."""

    site: Site
    branch: TestBranch
    token: str
    chance: random.Random
    taken: list[float] = field(default_factory=list)
    answered: Counter[int] = field(default_factory=Counter)
    done: Counter[str] = field(default_factory=Counter)
    starts: list[str] = field(default_factory=list)
    links: dict[str, str] = field(default_factory=dict)
    waiting: list[str] = field(default_factory=list)
    cancelled: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    def act(self) -> None:
        """One request, and what it needs before it."""
        name = self.chance.choices([*ACTS], [*ACTS.values()])[0]
        if name == "book" and len(self.links) >= HELD:
            name = "cancel"
        acts: dict[str, Callable[[], Answer]] = {
            "slots": self._slots,
            "planner": lambda: self._staff("GET", f"planner?from={self._day()}"),
            "inbox": self._inbox,
            "book": self._book,
            "cancel": self._cancel,
            "answer": self._answer,
            "search": lambda: self._staff("POST", "search", {"text": "Muster"}),
            "own": self._own,
        }
        started = time.perf_counter()
        try:
            self.answered[acts[name]().status] += 1
        except AssertionError as error:  # it is not what the description says
            self.wrong.append(str(error)[:200])
        self.taken.append(time.perf_counter() - started)
        self.done[name] += 1

    def _day(self) -> str:
        return self.chance.choice(self.starts)[:10]

    def _slots(self) -> Answer:
        path = f"/api/v1/access/{self.branch.alias}/slots?resource={self.branch.resource}"
        return self.site.get(f"{path}&from={self._day()}" if self.starts else f"{path}&days=31")

    def learn(self) -> None:
        """All starts of the coming weeks."""
        for _ in range(WEEKS // 4):
            after = f"&from={self.starts[-1][:10]}" if self.starts else ""
            days = self.site.slots(self.branch, f"&days=31{after}")["days"]
            self.starts += [slot["start"] for day in days for slot in day["slots"]]
        self.starts = sorted(set(self.starts), key=datetime.fromisoformat)

    def fill(self) -> None:
        """Before the clock runs: the practice has what it will have, and each module has been imported."""
        while len(self.links) < HELD:
            self.act()

    def _book(self) -> Answer:
        body = {"start": self.chance.choice(self.starts), "last_name": "Mustermann", "email": new_address()}
        answer = self.site.request(self.branch, {"resource": self.branch.resource, **body})
        if answer.status == 201:
            self.links[answer.json["id"]] = token_of(answer.json["manage_url"])
            self.waiting.append(answer.json["id"])
        return answer

    def _own(self) -> Answer:
        if not self.links:
            return self._book()
        return self.site.get("/api/v1/appointment", **{"Appointment-Token": self.chance.choice([*self.links.values()])})

    def _cancel(self) -> Answer:
        identity = self.chance.choice([*self.links])
        link = self.links.pop(identity)
        self.cancelled.append(identity)
        return self.site.send("POST", "/api/v1/appointment/cancel", b"{}", {"Appointment-Token": link, **JSON})

    def _inbox(self) -> Answer:
        """Staff look at it, and tick off what customers have cancelled, which would stand there for good."""
        if not self.cancelled:
            return self._staff("GET", "inbox")
        return self._staff("POST", f"inbox/request-{self.cancelled.pop()}/done")

    def _answer(self) -> Answer:
        if not self.waiting:
            return self._book()
        identity = self.waiting.pop(self.chance.randrange(len(self.waiting)))
        if identity not in self.links:
            return self._inbox()
        status = self.chance.choice(("confirmed", "confirmed", "declined"))
        return self._staff("POST", f"appointments/{identity}/status", {"version": 1, "status": status})

    def _staff(self, method: str, path: str, body: Any = None) -> Answer:
        content = None if body is None else json.dumps(body).encode()
        headers = {"Authorization": f"Bearer {self.token}", "Idempotency-Key": secrets.token_hex(16), **JSON}
        return self.site.send(method, f"/api/v1/staff/branches/{self.branch.id}/{path}", content, headers)


JSON = {"Content-Type": "application/json"}


def practice(site: Site) -> TestBranch:
    """Open ten hours a day in steps of five minutes, with room for eight at once."""
    made = site.branch(availability("08:00-18:00", step=5), horizon_days=60)
    settings = made.settings
    cabin = type(settings.resources[0])(**vars(settings.resources[0]) | {"capacity": 8})
    whole = type(settings)(**{name: getattr(settings, name) for name in FIELDS} | {"resources": (cabin,)})
    site.change(whole)
    return TestBranch(whole)


FIELDS = ("branch", "availabilities", "templates", "accesses", "exceptions", "employees", "texts")
