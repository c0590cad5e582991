"""`make fuzz`: see the package. `BROKEN=1` breaks copies of the product on purpose, each of which must be noticed."""

from __future__ import annotations

import json
import os
import random
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from tests.evidence.fuzz.broken import BREAKAGES, Breakage, copy_of
from tests.evidence.lines import ROOT, SEED, SHORT, Lines

APP, FUZZ = (str(ROOT / ".venv" / name / "bin" / "python") for name in ("app", "fuzz"))
FEW: dict[str, dict[str, int] | None] = {"others": {"examples": 1}, "admin of both": {"examples": 2, "edges": 8}}
MANY: dict[str, dict[str, int] | None] = {
    "others": {"examples": 4},
    "nobody": {"examples": 8, "edges": 3},
    "an answered link of north": {"examples": 8, "edges": 3},
    "staff of south": {"examples": 12, "edges": 6},
    "admin of both": {"examples": 20, "edges": 1},
}
"""What is asked as whom: `asked.ask`."""
ALONE: dict[str, dict[str, int] | None] = {
    "others": None,
    "nobody": {"examples": 4},
    "an answered link of north": {"examples": 1},
    "staff of south": {"examples": 8},
}
"""Enough for what a broken copy shows."""
INPUTS = {"calendar": (400, 8_000), "mail": (400, 5_000)}
FIRST_INPUTS = 100
"""From which atheris goes on."""
TEXTS = 25, 400
TOLD = 12


def main() -> int:
    if os.environ.get("BROKEN") == "1":
        return broken()
    lines, wrong = Lines("fuzz"), [*routes(ROOT, FEW if SHORT else MANY), *texts(ROOT), *guided(ROOT)]
    for what, found in FIGURES:
        lines.add(what, found)
    lines.add("violations", len(wrong), most=0)
    for what, found in FIGURES:
        print(f"  {what:<44}{found:>10,}")
    return told(wrong)


FIGURES: list[tuple[str, int]] = []
"""What was tried, in the order in which it was."""


def routes(root: Path, plans: dict[str, Any]) -> list[str]:
    found = part(root, "routes", str(SEED), json.dumps(plans))
    FIGURES.append(("requests", sum(found["asked"].values())))
    FIGURES.append(("kinds of callers", len(found["asked"])))
    FIGURES.append(("routes that somebody was let into", len({each.partition(" as ")[0] for each in found["reached"]})))
    FIGURES.append(("answers of a 5xx", sum(count for status, count in found["answered"].items() if status >= "5")))
    return list(found["wrong"])


def texts(root: Path, examples: int = TEXTS[not SHORT]) -> list[str]:
    found = part(root, "parsers", str(SEED), str(examples))
    FIGURES.append(("parsers of text from outside", len(found["tried"])))
    FIGURES.append(("texts", sum(found["tried"].values())))
    return list(found["wrong"])


def part(root: Path, name: str, *given: str) -> dict[str, Any]:
    """What a part has found. It runs in `root`, which may be a copy that is broken on purpose."""
    with tempfile.NamedTemporaryFile() as file:
        command = [APP, "-m", f"tests.evidence.fuzz.{name}", file.name, *given]
        subprocess.run(command, cwd=root, check=True, stdout=subprocess.DEVNULL)
        found: dict[str, Any] = json.loads(Path(file.name).read_bytes())
    return found


def guided(root: Path) -> list[str]:
    """Inputs that reach new code are kept, so what was reached grows from one run to the next of the same seed only."""
    wrong = []
    for target, counts in INPUTS.items():
        with tempfile.TemporaryDirectory() as folder:
            command = [FUZZ, "-m", "tests.evidence.fuzz.guided", target, f"-seed={SEED % 2**31}", f"-runs={counts[not SHORT]}"]
            command += ["-max_len=600", "-len_control=0", f"-artifact_prefix={folder}/", folder]
            for number in range(FIRST_INPUTS):
                Path(folder, str(number)).write_bytes(random.Random(f"{SEED} {number}").randbytes(500))
            ran = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
        FIGURES.append((f"inputs: {target}", int(last(r"^#(\d+)", ran.stderr))))
        FIGURES.append((f"branches of code that they reached: {target}", int(last(r"cov: (\d+)", ran.stderr))))
        if ran.returncode:
            raised = re.search(
                r"=== Uncaught Python exception: ===\n(.*?)(?:^==|\Z)", ran.stderr + ran.stdout, re.DOTALL | re.MULTILINE
            )
            wrong.append(f"{target}: {(raised[1] if raised else ran.stderr[-1500:]).strip()[-1500:]}")
    return wrong


def last(pattern: str, text: str) -> str:
    found: list[str] = re.findall(pattern, text, re.MULTILINE)
    return found[-1] if found else "0"


def told(wrong: list[str]) -> int:
    print(f"  {'violations':<44}{len(wrong):>10}   seed {SEED}")
    for each in wrong[:TOLD]:
        print(f"    {each}")
    return 1 if wrong else 0


PARTS = {"routes": lambda root: routes(root, ALONE), "parsers": lambda root: texts(root, TEXTS[1]), "guided": guided}


def broken() -> int:
    """Each part runs on the copy that it should find broken."""
    missed = [each for each in BREAKAGES if not noticed(each)]
    print(f"  {len(BREAKAGES) - len(missed)} of {len(BREAKAGES)} copies that were broken on purpose were noticed   seed {SEED}")
    return 1 if missed else 0


def noticed(breakage: Breakage) -> bool:
    with tempfile.TemporaryDirectory(prefix="terminwerk-broken-") as folder:
        wrong = PARTS[breakage.part](copy_of(ROOT, Path(folder), breakage))
    found = [each for each in wrong if breakage.tells in each]
    print(f"  {'noticed' if found else 'MISSED':<9}{breakage.what}: {(found or wrong)[:1]}"[:240], flush=True)
    return bool(found)


if __name__ == "__main__":
    sys.exit(main())
