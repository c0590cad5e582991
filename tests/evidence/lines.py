"""What the commands that prove something have found: one JSON line a figure, from which `make proof` makes docs/proof.md.

`SEED` replays a run, and `SHORT=1` is the version for CI, whose figures are never published.
"""

from __future__ import annotations

import json
import os
import platform
import subprocess
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
FOUND = ROOT / ".local" / "evidence"
SHORT = os.environ.get("SHORT") == "1"
SEED = int(os.environ.get("SEED") or date.today().strftime("%Y%m%d"))
"""The seed of the day, unless a run is replayed."""


class Lines:
    """The figures of one run of `make <command>`, in `.local/evidence/<command>.jsonl`. A run begins the file anew."""

    def __init__(self, command: str) -> None:
        self.command = command
        self.path = FOUND / f"{command}.jsonl"
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self.path.write_text("", encoding="utf-8")
        self.add(
            "run", 1, at=datetime.now(UTC).isoformat(timespec="seconds"), commit=_commit(), short=SHORT, seed=SEED, **_machine()
        )

    def add(self, what: str, found: float, unit: str = "", most: float | None = None, **facts: Any) -> None:
        """A figure, the most that it may be, and whatever else a reader or a chart needs (`group`, `x`, `series`, ...)."""
        line = {"command": self.command, "what": what, "found": found, "unit": unit, "most": most, **facts}
        with self.path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(line, ensure_ascii=False) + "\n")


def _commit() -> str:
    told = subprocess.run(["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=False)
    return told.stdout.strip()


def _machine() -> dict[str, Any]:
    return {
        "cores": os.cpu_count(),
        "load": round(os.getloadavg()[0], 1),
        "system": platform.platform(),
        "python": platform.python_version(),
    }
