"""`make race`."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from functools import partial

from chalicelib.domain.errors import TryAgain
from tests.evidence.lines import ROOT, SEED, SHORT, Lines
from tests.evidence.race import rival
from tests.evidence.race.broken import BROKEN
from tests.evidence.race.rounds import Tally, unnoticed

ENOUGH = 10_000
"""Attempts on each engine."""
AGAIN = 0.01
"""Of the attempts so many, of 1, may be told that nothing was changed and that they may try again."""
ALONE = str(ROOT / "infra" / "local" / "isolated.sh")


def raced(engine: str, isolated: bool) -> Tally:
    """In a process of its own, whose modules and network are the engine's. Raises CalledProcessError."""
    command = [*([ALONE] if isolated else []), sys.executable, "-X", "faulthandler", "-m", "tests.evidence.race.rounds"]
    done = subprocess.run([*command, engine, str(SEED)], cwd=ROOT, stdout=subprocess.PIPE, check=True)
    return Tally(**json.loads(done.stdout))


RACES: dict[str, Callable[[], Tally]] = {
    "local-aws": partial(raced, "local-aws", isolated=False),
    "dynamodb-local": partial(raced, "dynamodb-local", isolated=True),
    "rival": rival.race,
}


def main() -> int:
    if os.environ.get("BROKEN") == "1":
        return missed([each.name for each in BROKEN if each.by == "race"], unnoticed(SEED))
    lines, wrong = Lines("race"), 0
    print(f"seed {SEED}\n{'':20}{'attempts':>9}{'booked':>8}{'double':>8}{'refused':>9}{'failed':>8}{'pairs':>7}{'seconds':>9}")
    for name in (os.environ["ENGINE"],) if os.environ.get("ENGINE") else RACES:
        begun = time.monotonic()
        tally = RACES[name]()
        seconds = round(time.monotonic() - begun)
        refused = sum(tally.refused.values())
        numbers = f"{tally.attempts:9}{tally.booked:8}{tally.double:8}{refused:9}{tally.failed:8}{tally.pairs:7}{seconds:9}"
        print(f"{tally.engine:20}{numbers}", flush=True)
        told(lines, tally, refused, seconds)
        if name != "rival":
            too_few = 0 if SHORT else max(0, ENOUGH - tally.attempts)
            too_often = tally.refused.get(TryAgain.code, 0) > tally.attempts * AGAIN
            wrong += len(tally.violations) + tally.failed + too_few + too_often
            for each in tally.violations[:20]:
                print(f"  {each}")
    return 1 if wrong else 0


def told(lines: Lines, tally: Tally, refused: int, seconds: int) -> None:
    ours = tally.engine != "django-appointment"
    none = 0 if ours else None
    for what, found, unit, most in (
        ("attempts", tally.attempts, "attempts", None),
        ("booked", tally.booked, "bookings", None),
        ("double", tally.double, "bookings", none),
        ("refused", refused, "answers", None),
        ("failed", tally.failed, "answers", none),
        ("pairs that met", tally.pairs, "pairs", None),
        ("violations", len(tally.violations), "violations", none),
        ("seconds", seconds, "s", None),
    ):
        if ours or what not in ("pairs that met", "violations"):
            lines.add(what, found, unit, most, group="races", series=tally.engine)
    for code, number in sorted(tally.refused.items()):
        if ours:
            lines.add("refused", number, "answers", group="refusals", series=tally.engine, x=code)
    for act, (attempts, done, clean, failed) in sorted(tally.by_act.items()):
        lines.add(
            "done", done, "answers", group="acts", series=tally.engine, x=act, attempts=attempts, refused=clean, failed=failed
        )


def missed(all_of_them: list[str], names: list[str]) -> int:
    for each in all_of_them:
        print(f"{'NOT NOTICED' if each in names else 'noticed':12}{each}")
    return 1 if names else 0


if __name__ == "__main__":
    sys.exit(main())
