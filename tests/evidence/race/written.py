"""Which functions of the store the acts call: `python -m tests.evidence.race.written` prints them as JSON."""

from __future__ import annotations

import json
import random
import sys
from pathlib import Path
from types import FrameType

from tests.evidence.chaos.faults import without_pauses
from tests.evidence.chaos.steps import later, tried
from tests.evidence.lines import ROOT
from tests.evidence.race.acts import ACTS, Moment
from tests.evidence.race.door import Clock, opened
from tests.evidence.race.practice import NOW, made

STORE = str(ROOT / "chalicelib" / "store")
TOGETHER = (
    ("ask_to_be_called", "tick_off_the_call"),
    ("change_reminders", "sweep"),
    ("tell_by_sms", "deliver"),
    ("close_time", "book", "deliver", "deliver", "deliver", "deliver", "deliver", "deliver", "deliver", "deliver"),
    ("revoke_access", "book"),
)
"""Acts of which one makes what the next one writes."""


def called() -> set[str]:
    """As `table.py Table.write`."""
    found = set[str]()

    def seen(frame: FrameType, event: str, _: object) -> None:
        code = frame.f_code
        if event == "call" and code.co_filename.startswith(STORE):
            found.add(f"{Path(code.co_filename).name} {code.co_qualname}")

    without_pauses()
    with opened("local-aws", Clock(NOW)) as door:
        practice = made(door)
        sys.setprofile(seen)
        try:
            for names in [*((name,) for name in ACTS), *TOGETHER]:
                practice.as_made()
                for number, name in enumerate(names):
                    door.ask(ACTS[name].call(Moment(practice, random.Random(number), number)))
                if names in TOGETHER:
                    later(practice)
            tried(practice, ["sweep"], 1, 8)
        finally:
            sys.setprofile(None)
    return found


if __name__ == "__main__":
    json.dump(sorted(called()), sys.stdout)
