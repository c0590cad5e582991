"""`python -m tests.bench.turns FOLDER`: a version of the project in a process of its own, which answers events when told to.

Questions and answers are lines of JSON. Two such processes take turns, so that whatever else the machine does costs both alike.
"""

from __future__ import annotations

import gc
import importlib
import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.bench.clock import least
from tests.performance.replay import Replay

PAGE = os.sysconf("SC_PAGE_SIZE")


def resident() -> int:
    """Bytes of memory that this process holds."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * PAGE


class Version:
    def __init__(self, replay: Replay) -> None:
        self._replay = replay
        self._app: Callable[..., Any] = importlib.import_module("app").app
        self._events: dict[str, tuple[dict[str, Any], bool]] = {}

    def learn(self, case: str, event: dict[str, Any], accepting: bool) -> dict[str, Any]:
        """Answers it twice: the second time is what a warm function asks of the database."""
        self._events[case] = event, accepting
        answer = self._call(case)
        again = self._call(case)
        asked = self._replay.asked
        if again["statusCode"] != answer["statusCode"]:
            answer = again
        return {"status": answer["statusCode"], "body": answer["body"], "requests": asked.requests, "units": asked.units}

    def turn(self, case: str, runs: int) -> dict[str, float]:
        """The least of so many runs, and of the fixed work beside them."""
        cost = least(lambda: self._call(case), runs)
        return {"ms": cost.ms, "fixed_ms": cost.fixed_ms}

    def memory(self, cases: list[str], count: int, looks: int) -> list[list[int]]:
        """Bytes held after so and so many requests of these cases in turn."""
        found = []
        for number in range(count):
            if number % (count // looks) == 0:
                found.append([number, resident()])
            self._call(cases[number % len(cases)])
        return [*found, [count, resident()]]

    def _call(self, case: str) -> Any:
        event, self._replay.accepting = self._events[case]
        self._replay.begin(case)
        return self._app(event, None)


def main(folder: str) -> None:
    told_to, sys.stdout = sys.stdout, sys.stderr  # where a handler's log goes from now on
    sys.path[:] = [folder, *(each for each in sys.path if each not in ("", str(Path.cwd())))]
    for name in [each for each in sys.modules if each == "tests" or each.startswith("tests.")]:
        del sys.modules[name]  # what is ours has been imported; whatever comes is that version's own
    os.chdir(folder)
    importlib.import_module("chalicelib.wiring").store()
    with Replay().plugged() as replay:
        version = Version(replay)
        gc.collect()
        gc.freeze()
        for line in sys.stdin:
            question = json.loads(line)
            found = getattr(version, question.pop("do"))(**question)
            print(json.dumps(found), file=told_to, flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
