"""`make rehearse`: a whole deployment on this machine, on a local AWS that enforces the functions' policies.

It deploys a stage with an application that writes the schema's version before, uses it over HTTP through the CDN, deploys
today's application over the living data, migrates it, asks the doctor, and in the end takes a permission away, to show that it
would be noticed. 0 if all went as it should, 1 if not, telling what.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError

from chalicelib import wiring
from chalicelib.store import transfer as moving
from chalicelib.store.items import stamp
from chalicelib.store.table import Table
from chalicelib.store.versions import CURRENT, STEPS
from infra.deploy import policies
from infra.deploy.command import deploy
from infra.deploy.deployment import Deployment, Stopped, Wishes
from infra.deploy.smoke import fetch_from
from infra.deploy.stage import Stage
from infra.deploy.template import PACKAGED, ROOT, synthesise
from infra.local.engine import CREDENTIALS, REGION, LocalAws
from infra.local.outbox import Outbox
from infra.local.pool import Pool
from infra.operate import doctor, migrate
from infra.rehearse import acts
from infra.rehearse.acts import Noticed, Play, expect
from infra.rehearse.edge import Edge

STAGE = Stage(
    name="rehearsal",
    mail_from="termine@example.org",
    alarm_mail="alarm@example.org",
    second_factor="OPTIONAL",  # nobody holds an authenticator app here
    reserve_concurrency=False,
)
BRANCH, NAME, CABIN, ROBOT = "probe", "Probebetrieb", "cabin-1", "robot"
STAFF, PASSWORD = "rehearsal", "a password for this rehearsal"
WISHES = Wishes(STAFF, "rehearsal@example.org", BRANCH, NAME)
LOGGED = 30
"""Lines of each log that are shown where something went wrong."""
TAKEN_AWAY = "dynamodb:UpdateItem"
VERSIONS = Path("chalicelib", "store", "versions.py")
Item = dict[str, Any]


def main() -> int:
    started = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="terminwerk-") as scratch:
        folder = Path(scratch)
        with LocalAws(mails=folder / "mails", enforce_policies=True) as aws:
            _point_at(aws)
            try:
                rehearse(Rehearsal(aws, folder))
            except (Noticed, Stopped, ClientError) as error:
                print(f"NOT as it should be: {error}", file=sys.stderr)
                print("\n".join(logged(aws)), file=sys.stderr)
                return 1
    print(f"rehearsed in {time.monotonic() - started:.0f} s")
    return 0


class Rehearsal:
    """A local AWS, and a stage that is deployed to it."""

    def __init__(self, aws: LocalAws, folder: Path) -> None:
        self.aws, self.folder = aws, folder
        self.outbox = Outbox(folder / "mails")

    def deploy(self, root: Path) -> Deployment:
        """Deploys the application of `root`, as `make deploy` does."""
        package = synthesise(self.folder / f"build-{root.name}", "host", root)
        fetch = fetch_from(self.aws.endpoint)
        deployment = Deployment(STAGE, WISHES, package=package, tell=_tell, fetch=fetch, pause=0.2)
        deploy(deployment)
        return deployment

    def open(self, deployment: Deployment) -> Play:
        """Opens the branch that the deployment has made, as its admin does in the settings."""
        data, app = deployment.data.outputs, deployment.app.outputs
        pool = Pool(self.aws.client("cognito-idp"), data["StaffPoolId"], data["StaffClientId"])
        pool.ensure_user(STAFF, PASSWORD, ("admin", "staff"), (BRANCH,))
        site = Edge(acts.through(self.aws.endpoint, app["SiteUrl"]))
        return acts.open_branch(
            Play(site, self.outbox, BRANCH, "", CABIN, lambda: pool.sign_in(STAFF, PASSWORD)["IdToken"]), opened, ROBOT
        )

    def items(self, table: str) -> dict[tuple[str, str], Item]:
        """All that the table holds."""
        pages = self.aws.client("dynamodb").get_paginator("scan").paginate(TableName=table, ConsistentRead=True)
        return {(item["pk"]["S"], item["sk"]["S"]): item for page in pages for item in page["Items"]}

    def settled(self, table: str) -> dict[tuple[str, str], Item]:
        """The same once all mails that are due are marked as sent, which comes a moment after they have arrived."""
        deadline = time.monotonic() + acts.MAIL_SECONDS
        while time.monotonic() < deadline:
            found = self.items(table)
            if not any(_goes_now(item) for item in found.values()):
                return found
            time.sleep(0.2)
        raise Noticed(f"messages were still due after {acts.MAIL_SECONDS:.0f} s")


def rehearse(stage: Rehearsal) -> None:
    deployment = say("deploy the application as it was before", lambda: stage.deploy(application_before(stage.folder)))
    play = say("open a branch", lambda: stage.open(deployment))
    table = deployment.data.outputs["TableName"]
    soon = say("find a time within two hours", lambda: play.starts(timedelta(hours=1, minutes=35))[0])
    reminded = say("book and confirm it", lambda: acts.book_and_confirm(play, soon, "reminded@example.org"))
    first, second, third, *_ = play.starts(timedelta(days=1))
    say(f"lose the race of {acts.RACERS}", lambda: acts.lose_the_race(play, first))
    say("move by the link in the mail", lambda: acts.move_by_the_link(play, "moves@example.org"))
    say("cancel by the link in the mail", lambda: acts.cancel_by_the_link(play, second, "cancels@example.org"))
    say("get free times from the edge, and nothing else", lambda: acts.meet_the_cache(play))
    waiting = say("leave a request unanswered", lambda: play.booked(third, "waits@example.org")["id"])
    say("be reminded by the schedule", lambda: acts.be_reminded(play, "reminded@example.org"))

    before = say("see every mail marked", lambda: stage.settled(table))
    say("deploy today's application over it", lambda: stage.deploy(ROOT))
    say("find everything as it was", lambda: unchanged(before, stage.items(table)))
    say("answer the old request", lambda: play.answer(waiting, "confirmed"))
    say("find the old appointment", lambda: expect("its state", play.state(reminded), "confirmed"))
    say("book and confirm a new one", lambda: acts.book_and_confirm(play, second, "new@example.org"))
    say("migrate what is stored", lambda: migrated(stage, table))
    say("use it after that", lambda: expect("its state", play.state(waiting), "confirmed"))
    say("ask the doctor", lambda: healthy(deployment, table))
    say("notice that stream and schedule wake nobody", lambda: unwoken(stage, deployment))
    say(f"notice that {TAKEN_AWAY} was taken away", lambda: noticed(stage, deployment, play))


def say(what: str, act: Callable[[], Any]) -> Any:
    """Does it and tells how long it took."""
    started = time.monotonic()
    print(f"{what} ...", flush=True)
    done = act()
    print(f"{what}: ok ({time.monotonic() - started:.1f} s)", flush=True)
    return done


def opened(branch: dict[str, Any]) -> dict[str, Any]:
    """What the admin sets of a new branch: open day and night, so that the rehearsal does not depend on the hour, and no
    reminder is late."""
    hours = {"from": "00:00", "to": "24:00", "step": 10, "minimum_step": None}
    every_day = {"resources": [CABIN], "weekdays": list(range(1, 8)), "type": "working_time"}
    return {
        "branch": branch
        | {
            "address": "Elbuferweg 12, 20457 Hamburg",
            "phone": "+49 40 66969 120",
            "email": "praxis@example.org",
            "sender_name": NAME,
            "imprint_url": "https://example.org/impressum",
            "privacy_url": "https://example.org/datenschutz",
            "accessibility_url": "https://example.org/barrierefreiheit",
            "lead_hours": 0,
            "night_from": "00:00",
            "night_until": "00:00",
            "reminder_hours": [2],
            "reminder_gap_hours": 0,
        },
        "resources": [
            {
                "id": CABIN,
                "name": "Kabine 1",
                "kind": "place",
                "released": True,
                "capacity": 1,
                "order": 0,
                "colour": "#1f6f6b",
            }
        ],
        "availabilities": [every_day | {"hours": hours, "valid_from": None, "valid_until": None}],
        "employees": [{"id": ROBOT, "name": "Buchungsseite", "email": "", "technical": True, "active": True}],
    }


def application_before(folder: Path) -> Path:
    """Today's application, but for the schema's version that it writes and knows: the one before."""
    root = folder / "before"
    root.mkdir()
    for name in PACKAGED:
        copied = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        copied(ROOT / name, root / name)
    newest = STEPS[-1].__name__
    now = (root / VERSIONS).read_text(encoding="utf-8")
    then = now.replace(f"STEPS: tuple[Step, ...] = ({newest},)", "STEPS: tuple[Step, ...] = ()")
    if then == now:
        raise Noticed(f"{VERSIONS} does not end its steps by {newest}")
    (root / VERSIONS).write_text(then, encoding="utf-8")
    return root


def unchanged(before: dict[tuple[str, str], Item], after: dict[tuple[str, str], Item]) -> None:
    """Nothing is lost or otherwise, but for messages that were to go out later, and may have gone."""
    expect("items that are lost", sorted(set(before) - set(after)), [])
    made = [item for (pk, _), item in before.items() if pk.startswith("APPOINTMENT")]
    expect("versions of what was booked before", versions(made), {CURRENT - 1})
    changed = [key for key, item in before.items() if not moving.is_owed(item) and item != after[key]]
    expect("items that are otherwise", changed, [])


def migrated(stage: Rehearsal, table: str) -> None:
    """All items are of the present version, and otherwise as they were; a second migration finds nothing to do."""
    before = stage.settled(table)
    os.environ["TABLE"] = table
    expect("the migration", migrate.main(), 0)
    after = stage.items(table)
    expect("items that are lost", sorted(set(before) - set(after)), [])
    expect("versions", versions(after.values()), {CURRENT})
    changed = [key for key, item in before.items() if not moving.is_owed(item) and _bare(item) != _bare(after[key])]
    expect("items that are otherwise", changed, [])


def _goes_now(item: Item) -> bool:
    """Whether it is a message that is due or on its way: some wait for minutes, so that what is undone by then is not told."""
    return moving.is_owed(item) and (item["state"]["S"] != "due" or item["gsi3sk"]["S"] <= stamp(wiring.now()))


def versions(items: Iterable[Item]) -> set[int]:
    return {int(item.get("schema", {"N": "1"})["N"]) for item in items}


def _bare(item: Item) -> Item:
    return {name: value for name, value in item.items() if name != "schema"}


def healthy(deployment: Deployment, table: str) -> None:
    """But for what the local AWS cannot have: signatures of a real domain."""
    patient = doctor.Patient(STAGE, deployment.data.outputs, deployment.app.outputs)
    found = doctor.examine(patient, Table(table), deployment.fetch)
    expect("what the doctor finds", found | {"sending": []}, {key: [] for key in found})


def unwoken(stage: Rehearsal, deployment: Deployment) -> None:
    """Who switches off what wakes the functions is told of by the doctor: CloudFormation does not see it."""
    held = deployment.app.resources()
    (mapping,) = [each["PhysicalResourceId"] for each in held if each["ResourceType"] == "AWS::Lambda::EventSourceMapping"]
    (schedule,) = [each["PhysicalResourceId"] for each in held if each["LogicalResourceId"] == "SweepSweepEvent"]
    functions, events = stage.aws.client("lambda"), stage.aws.client("events")
    patient = doctor.Patient(STAGE, deployment.data.outputs, deployment.app.outputs)
    functions.update_event_source_mapping(UUID=mapping, Enabled=False)
    events.disable_rule(Name=schedule)
    found = {finding.split()[1] for finding in doctor.triggers(patient)}
    functions.update_event_source_mapping(UUID=mapping, Enabled=True)
    events.enable_rule(Name=schedule)
    expect("what the doctor finds", found, {mapping, schedule})
    expect("what it finds afterwards", [*doctor.triggers(patient)], [])


def noticed(stage: Rehearsal, deployment: Deployment, play: Play) -> None:
    """Who takes a permission from a function finds neither the doctor content nor booking possible."""
    with without_permission(stage.aws, deployment.app.outputs["ApiFunction"]):
        patient = doctor.Patient(STAGE, deployment.data.outputs, deployment.app.outputs)
        expect("what the doctor says", [*doctor.permissions(patient)], [f"api has lost {TAKEN_AWAY}"])
        try:
            acts.book_and_confirm(play, play.starts(timedelta(days=2))[0], "denied@example.org")
        except Noticed as error:
            print(f"  noticed: {error}", flush=True)
            return
    raise Noticed(f"booking works without {TAKEN_AWAY}")


@contextmanager
def without_permission(aws: LocalAws, function: str) -> Iterator[None]:
    iam = aws.client("iam")
    role = aws.client("lambda").get_function_configuration(FunctionName=function)["Role"].rpartition("/")[2]
    (name,) = iam.list_role_policies(RoleName=role)["PolicyNames"]
    document = iam.get_role_policy(RoleName=role, PolicyName=name)["PolicyDocument"]
    iam.put_role_policy(RoleName=role, PolicyName=name, PolicyDocument=json.dumps(policies.without(document, TAKEN_AWAY)))
    try:
        yield
    finally:
        iam.put_role_policy(RoleName=role, PolicyName=name, PolicyDocument=json.dumps(document))


def logged(aws: LocalAws) -> Iterator[str]:
    """What the functions have written into their logs, but for AWS's own lines."""
    logs = aws.client("logs")
    for group in logs.describe_log_groups(logGroupNamePrefix="/")["logGroups"]:
        for event in logs.filter_log_events(logGroupName=group["logGroupName"])["events"][-LOGGED:]:
            if not event["message"].startswith(("START ", "END ", "REPORT ")):
                yield f"  {group['logGroupName']}: {event['message'].rstrip()}"


def _point_at(aws: LocalAws) -> None:
    """All clients made from now on are those of the local AWS."""
    os.environ.update({key.upper(): value for key, value in CREDENTIALS.items()})
    os.environ.update(
        AWS_ENDPOINT_URL=aws.endpoint, AWS_REGION=REGION, AWS_DEFAULT_REGION=REGION, AWS_EC2_METADATA_DISABLED="true"
    )


def _tell(line: str) -> None:
    print(f"  {line}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
