"""Runs the judges' programs. One that is absent is an error, never a reason to skip."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

from tests.evidence.lines import ROOT

HERE = Path(__file__).parent
BIN = ROOT / ".venv" / "judged" / "bin"
PACKAGES = HERE / "node_modules"


def said(*command: str | Path, told: str = "", ends: tuple[int, ...] = (0, 1), at: Path = ROOT) -> str:
    """What a program writes, started in the folder `at`. It may end with one of `ends`: most tell a finding by 1."""
    done = subprocess.run(list(map(str, command)), input=told, capture_output=True, text=True, cwd=at, check=False)
    complaint = (done.stderr or done.stdout)[-2000:]
    assert done.returncode in ends, f"{command[0]} ended with {done.returncode}:\n{complaint}"
    return done.stdout


def by_node(tool: str, told: Any) -> Any:
    """What a tool of ours beside this file answers, as JSON."""
    return json.loads(said("node", HERE / "tools" / f"{tool}.mjs", told=json.dumps(told), ends=(0,)))


def version_of(package: str, of: Path = PACKAGES) -> str:
    """Of a package of npm."""
    found: str = json.loads((of / package / "package.json").read_text(encoding="utf-8"))["version"]
    return found
