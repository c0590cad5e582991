"""`make plan`, `make deploy`, `make destroy`: a stage on AWS, by steps that can be repeated at any point after any failure.

STAGE names the stage. ADMIN and ADMIN_MAIL ask for a first admin, BRANCH_ID and BRANCH_NAME for a first branch of that admin.
REPLACE names kept resources, comma between, that may be replaced. DATA and SURE are for `destroy` (infra/deploy/destroy.py).
"""

from __future__ import annotations

import os
import shlex
import sys
import time
from collections.abc import Iterable

from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.domain.errors import TryAgain
from infra.deploy import access
from infra.deploy.cloudformation import StackError
from infra.deploy.deployment import Deployment, Stopped, Unproven, Wishes
from infra.deploy.destroy import destroy
from infra.deploy.hints import hints
from infra.deploy.stage import Mistakes, read
from infra.deploy.steps import STEPS, Step
from infra.deploy.steps.check import check_account
from infra.deploy.template import PackagingError

COMMANDS = ("plan", "deploy", "destroy")
FAILURES = (Stopped, StackError, PackagingError, TryAgain, ClientError, BotoCoreError)
"""What may go wrong on the way and is told in a sentence."""


def deploy(d: Deployment, steps: Iterable[Step] = STEPS) -> None:
    """Runs the steps and tells of each in a line. Raises Stopped, naming the step that could not be done."""
    for step in steps:
        started = time.monotonic()
        d.tell(f"{step.name} ...")
        try:
            done = step.run(d)
        except FAILURES as error:
            raise _stopped(step, error) from error
        d.tell(f"{step.name}: {done} ({time.monotonic() - started:.0f} s)")


def _stopped(step: Step, error: Exception) -> Stopped:
    if isinstance(error, Unproven):
        return Unproven(f"Stopped at {step.name!r}: {error}\nAll before it is done. The same command asks again.")
    onwards = "Nothing was changed." if step.name == "check" else "The same command goes on from there."
    return Stopped(f"Stopped at {step.name!r}: {error}\n{onwards}")


def plan(d: Deployment, steps: Iterable[Step] = STEPS) -> bool:
    """Tells what each step would do, and gives back whether there is anything to do. What it makes to find that out, it takes
    away again."""
    is_needed = False
    for step in steps:
        try:
            todo = step.look(d)
        except FAILURES as error:
            raise Stopped(f"Stopped at {step.name!r}: {error}") from error
        d.tell(f"{step.name}: {'' if todo else 'nothing to do'}".rstrip())
        for line in todo:
            d.tell(f"    {line}")
        is_needed = is_needed or (step.changes and bool(todo))
    return is_needed


def main(command: str) -> int:
    """0 if it is done, 1 if something stands against it, 2 if the command is not complete, 130 if it was interrupted."""
    name = os.environ.get("STAGE", "")
    if not name or command not in COMMANDS:
        print(f"Say which stage: make {command} STAGE=prod, which is infra/stages/prod.toml", file=sys.stderr)
        return 2
    try:
        _run(command, Deployment(read(name), _wishes(), tell=_tell))
    except (Mistakes, *FAILURES) as error:
        print(access.sentence(error) if isinstance(error, (ClientError, BotoCoreError)) else error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("Interrupted. What AWS has begun goes on there; the same command waits for it and goes on.", file=sys.stderr)
        return 130
    return 0


def _run(command: str, d: Deployment) -> None:
    if command == "plan":
        is_needed = plan(d)
        d.tell(f"Nothing was changed. To do it: {command_for(d)}" if is_needed else "Nothing to do.")
    elif command == "destroy":
        check_account(d)
        destroy(d, os.environ.get("DATA", ""), os.environ.get("SURE", ""))
    else:
        deploy_and_tell(d)


def deploy_and_tell(d: Deployment, steps: Iterable[Step] = STEPS) -> None:
    """Also what is left to do, and that also where the last step finds it to be undone."""
    try:
        deploy(d, steps)
    except Unproven:
        _tell_hints(d)
        raise
    d.tell(f"\n{d.stage.name} is at {d.app.outputs['SiteUrl']}, and its staff at {d.app.outputs['SiteUrl']}/staff/")
    _tell_hints(d)


def _tell_hints(d: Deployment) -> None:
    if found := hints(d):
        d.tell("\n".join(["", "What only you can do:", *(f"  {hint}" for hint in found), ""]))


def command_for(d: Deployment) -> str:
    """That does what is planned, with all that was asked for."""
    wishes = d.wishes
    asked = {
        "STAGE": d.stage.name,
        "ADMIN": wishes.admin,
        "ADMIN_MAIL": wishes.admin_mail,
        "BRANCH_ID": wishes.branch,
        "BRANCH_NAME": wishes.branch_name,
        "REPLACE": ",".join(wishes.replace),
    }
    return " ".join(["make deploy", *(f"{name}={shlex.quote(value)}" for name, value in asked.items() if value)])


def _wishes() -> Wishes:
    said = os.environ.get
    replaced = tuple(filter(None, said("REPLACE", "").split(",")))
    return Wishes(said("ADMIN", ""), said("ADMIN_MAIL", ""), said("BRANCH_ID", ""), said("BRANCH_NAME", ""), replaced)


def _tell(line: str) -> None:
    print(line, flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
