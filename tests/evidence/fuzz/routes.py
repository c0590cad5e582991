"""The routes part of `make fuzz`: the local run, two branches, and schemathesis in a process of its own that asks."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from infra.local.engine import LocalAws
from tests.conftest import LIMITS, SENDER, TABLE, renew_table
from tests.evidence.fuzz.world import World, world
from tests.race import PATIENCE
from tests.site_of_tests import running_site

PYTHON = Path(".venv", "fuzz", "bin", "python")


def run(seed: int, plans: dict[str, Any]) -> dict[str, Any]:
    """What `asked.main` found, and what stands in the log of the functions that should not."""
    with ExitStack() as running:
        folder = Path(running.enter_context(tempfile.TemporaryDirectory(prefix="terminwerk-fuzz-")))
        engine = running.enter_context(LocalAws(mails=folder / "mails"))
        os.environ["AWS_ENDPOINT_URL"] = engine.endpoint
        for place, name in LIMITS:
            setattr(place, name, PATIENCE)
        renew_table(engine.client("dynamodb"), TABLE)
        site = running.enter_context(running_site(engine, SENDER))
        running.enter_context(site.delivering(engine.client("dynamodbstreams"), TABLE))
        made = world(site, seed)
        log = running.enter_context((folder / "log").open("w+b"))
        sys.stdout.flush()
        kept = os.dup(1), os.dup(2)
        os.dup2(log.fileno(), 1)
        os.dup2(log.fileno(), 2)
        try:
            asked = subprocess.run(
                [PYTHON, "-m", "tests.evidence.fuzz.asked"],
                input=json.dumps({"world": json.loads(made.told()), "plans": plans}).encode(),
                stdout=subprocess.PIPE,
                stderr=kept[1],
                check=True,
            )
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            os.dup2(kept[0], 1)
            os.dup2(kept[1], 2)
        found: dict[str, Any] = json.loads(asked.stdout)
        found["wrong"] += in_log((folder / "log").read_text(errors="replace"), made)
        return found


def in_log(text: str, made: World) -> list[str]:
    return [f"the log names {each[:12]}..." for each in made.secrets if len(each) > 4 and each.lower() in text.lower()]


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(json.dumps(run(int(sys.argv[2]), json.loads(sys.argv[3]))), encoding="utf-8")
