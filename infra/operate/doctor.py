"""`make doctor STAGE=prod`: inspects a deployed stage and reports faults; with MEND=1 it mends the units and makes tasks due
again that the schedule has given up.

Without MEND=1 it only reads. It exits with 0 if all is well, 1 at a fault, 2 if it could not look. It prints ids and numbers,
no person.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.domain.errors import Refused
from chalicelib.domain.settings import Settings
from chalicelib.domain.trouble import Problem, SenderState
from chalicelib.messages import numbers
from chalicelib.messages.health import SesHealth
from chalicelib.planner.schedule.consistency import mend
from chalicelib.planner.schedule.sweep import compare_units
from chalicelib.store import items
from chalicelib.store.clearing import Clearings
from chalicelib.store.maintenance import Whole
from chalicelib.store.table import Table
from infra.deploy import place, policies, smoke, stage
from infra.operate.drift import Note, drifted

LATE = timedelta(minutes=15)
"""What is due for that long should have been done: the schedule comes once a minute, and a mail is tried again after some."""
UNCLEARED = timedelta(days=2)
"""A round begins each day. One that has not ended by then has 288,000 appointments to look at, or fails."""
SITE_SECONDS = 5.0
"""For an answer of a site that has long been known, by its domain and then by the CDN's own name: ten at most for nothing."""
KNOWN_SITE: smoke.Fetch = partial(smoke.fetch, timeout=SITE_SECONDS)
MANUAL = "docs/operations.md"
SOUND_STACKS = ("CREATE_COMPLETE", "UPDATE_COMPLETE", "IMPORT_COMPLETE", "UPDATE_ROLLBACK_COMPLETE")
SOUND_ALARMS = ("OK", "INSUFFICIENT_DATA")
"""Without traffic there is no data, which is no trouble."""
AWAKE = ("Creating", "Enabling", "Enabled", "Updating")
"""States of an event source mapping that is on, or will be in a moment."""
MAIL_EVENTS = {"BOUNCE", "COMPLAINT"}
"""What SES has to tell of mails."""
Finding = str
"""A fault, but for a Note."""


@dataclass(frozen=True)
class Patient:
    """A deployed stage, and what its stacks say of themselves."""

    stage: stage.Stage
    data: dict[str, str]
    app: dict[str, str]

    @property
    def stacks(self) -> list[str]:
        return [self.stage.data_stack, self.stage.app_stack]


def main() -> int:
    if not os.environ.get("STAGE"):
        print("Say which: make doctor STAGE=prod", file=sys.stderr)
        return 2
    table = Table(place.find().table)
    described = stage.read(os.environ["STAGE"])
    api = boto3.client("cloudformation")
    patient = Patient(described, place.outputs(api, described.data_stack), place.outputs(api, described.app_stack))
    if not patient.app:
        print(f"The application of {described.name} is not deployed. Run: make deploy STAGE={described.name}", file=sys.stderr)
        return 2
    return 1 if any(examine(patient, table, mending=os.environ.get("MEND") == "1").values()) else 0


def examine(
    patient: Patient, table: Table, fetch: smoke.Fetch = KNOWN_SITE, *, mending: bool = False
) -> dict[str, list[Finding]]:
    """Prints what each look found, and gives the faults back by the look's name."""
    looks: dict[str, Callable[[], Iterable[Finding]]] = {
        "stacks": partial(stacks, patient),
        "drift": partial(drift, patient),
        "triggers": partial(triggers, patient),
        "alarms": partial(alarms, patient),
        "permissions": partial(permissions, patient),
        "sending": partial(sending, patient),
        "mail and schedule": partial(silence, patient),
        "dead letters": partial(dead_letters, patient),
        "what is due": partial(overdue, table),
        "given up": partial(given_up, Whole(), mending=mending),
        "units": lambda: units(table, Whole().branches(), mending=mending),
        "old appointments": lambda: clearing(table, Whole().branches(), mending=mending),
        "SMS": lambda: texts(Whole().branches()),
        "site": partial(smoke.findings, patient.app, fetch, SITE_SECONDS),
    }
    return {name: _told(name, look) for name, look in looks.items()}


def _told(name: str, look: Callable[[], Iterable[Finding]]) -> list[Finding]:
    try:
        found = [*look()]
    except (ClientError, BotoCoreError, Refused, TimeoutError) as error:
        found = [f"could not be looked at: {error}"]
    faults = [finding for finding in found if not isinstance(finding, Note)]
    print(f"{name}: {'well' if not faults else ''}".rstrip())
    for finding in found:
        print(f"  {finding}")
    return faults


def stacks(patient: Patient) -> Iterator[Finding]:
    api = boto3.client("cloudformation")
    for name in patient.stacks:
        status = api.describe_stacks(StackName=name)["Stacks"][0]["StackStatus"]
        if status not in SOUND_STACKS:
            yield f"{name} is {status}: run make deploy STAGE={patient.stage.name}, which repairs what it can"


def drift(patient: Patient) -> Iterator[Finding]:
    """What was changed by hand since it was deployed, and as notes what CloudFormation takes for that."""
    for name in patient.stacks:
        yield from drifted(name)


def triggers(patient: Patient) -> Iterator[Finding]:
    """Whether what wakes the functions is on: CloudFormation compares no event source mapping, and of a rule not its state."""
    pages = boto3.client("cloudformation").get_paginator("list_stack_resources").paginate(StackName=patient.stage.app_stack)
    looks = {"AWS::Lambda::EventSourceMapping": _mapping, "AWS::Events::Rule": _rule, "AWS::SES::ConfigurationSet": _mails}
    for each in (each for page in pages for each in page["StackResourceSummaries"] if each["ResourceType"] in looks):
        for why in looks[each["ResourceType"]](each["PhysicalResourceId"]):
            yield f"{each['LogicalResourceId']} {each['PhysicalResourceId']} {why} ({MANUAL}#a-trigger-is-off)"


def _mapping(identity: str) -> Iterator[str]:
    """What keeps the table's stream from waking its function."""
    api = boto3.client("lambda")
    try:
        found = api.get_event_source_mapping(UUID=identity)
    except api.exceptions.ResourceNotFoundException:
        yield "is gone: no new message wakes its function"
        return
    if found["State"] not in AWAKE:
        yield f"is {found['State'].lower()}: no new message wakes its function"
    if (result := found.get("LastProcessingResult", "")).startswith("PROBLEM"):
        yield f"cannot do its work: {result}"
    table = found["EventSourceArn"].split("/")[1]
    if boto3.client("dynamodb").describe_table(TableName=table)["Table"].get("LatestStreamArn") != found["EventSourceArn"]:
        yield f"reads a stream that {table} writes no more"


def _rule(name: str) -> Iterator[str]:
    """What keeps a rule from waking its function."""
    api = boto3.client("events")
    try:
        state = api.describe_rule(Name=name)["State"]
    except api.exceptions.ResourceNotFoundException:
        yield "is gone: nothing wakes its function"
        return
    if not state.startswith("ENABLED"):
        yield f"is {state.lower()}: nothing wakes its function"
    if not api.list_targets_by_rule(Rule=name)["Targets"]:
        yield "wakes nobody: its target was taken away"


def _mails(name: str) -> Iterator[str]:
    """What keeps SES from telling what became of mails."""
    api = boto3.client("sesv2")
    try:
        found = api.get_configuration_set_event_destinations(ConfigurationSetName=name).get("EventDestinations", ())
    except api.exceptions.NotFoundException:
        yield "is gone: no mail can be sent"
        return
    told = {
        kind for each in found if each["Enabled"] and "EventBridgeDestination" in each for kind in each["MatchingEventTypes"]
    }
    if missing := MAIL_EVENTS - told:
        yield f"tells nobody of {' and '.join(sorted(missing)).lower()}: such addresses are written to again"


def alarms(patient: Patient) -> Iterator[Finding]:
    """Alarms that ring, and whether anybody hears them."""
    pages = boto3.client("cloudwatch").get_paginator("describe_alarms").paginate(AlarmNamePrefix=patient.stage.app_stack)
    found = [alarm for page in pages for alarm in page["MetricAlarms"]]
    if not found:
        yield "there is no alarm at all"
    for alarm in found:
        if alarm["StateValue"] not in SOUND_ALARMS:
            yield f"{alarm['AlarmName']} rings: {alarm.get('StateReason', '')}".rstrip(": ")
        if not alarm.get("ActionsEnabled", True):
            yield f"{alarm['AlarmName']} is switched off"
    heard = boto3.client("sns").list_subscriptions_by_topic(TopicArn=patient.app["AlarmTopic"])["Subscriptions"]
    if not any(each["SubscriptionArn"].startswith("arn:") for each in heard):
        yield f"nobody hears alarms: {patient.stage.alarm_mail} has not followed the link in AWS's mail yet"


def permissions(patient: Patient) -> Iterator[Finding]:
    """Whether each function may do what its file in `.chalice/policies` says, and no more."""
    iam, functions = boto3.client("iam"), boto3.client("lambda")
    for name, output in policies.FUNCTIONS.items():
        role = functions.get_function_configuration(FunctionName=patient.app[output])["Role"].rpartition("/")[2]
        asked, granted = policies.asked_by(name), policies.granted_to(iam, role)
        yield from (f"{name} has lost {action}" for action in sorted(asked - granted))
        yield from (f"{name} may also do {action}" for action in sorted(granted - asked))


def sending(patient: Patient) -> Iterator[Finding]:
    state = SesHealth(patient.stage.mail_from)()
    yield from (f"mail from {state.address}: {advice(problem, state)}" for problem in state.problems)


def advice(problem: Problem, state: SenderState) -> str:
    """What stands against sending and what to do about it, in a sentence."""
    match problem:
        case "unknown":
            return f"SES does not tell all of it. May these credentials read SES? ({MANUAL}#what-you-need)"
        case "not_verified":
            return (
                "SES does not take this sender for yours yet. Set the DNS records or follow the link that make deploy tells of "
                f"({MANUAL}#the-senders-proof)"
            )
        case "paused":
            return f"SES sends nothing for this account: somebody has stopped it, or SES itself ({MANUAL}#a-bounce-storm)"
        case "sandbox":
            return f"SES writes to proven addresses only. Ask AWS for production access ({MANUAL}#leaving-the-ses-sandbox)"
        case "no_dkim":
            where = "Amazon SES, Identities, shows the DKIM records that its DNS lacks"
            return f"mails go out without the domain's signature. {where} ({MANUAL}#the-senders-proof)"
        case "at_risk":
            return f"SES has put the account under review. Answer it, and stop what bounces ({MANUAL}#a-bounce-storm)"
        case "quota":
            return f"{state.sent} of the {state.quota} mails of a day are gone. Ask for more (docs/scale.md#mails-after-a-rush)"


def texts(branches: Iterable[Settings]) -> Iterator[Finding]:
    """Branches whose SMS do not arrive, unless the account names a registered sender."""
    asking = {settings.branch.id: settings.branch.country for settings in branches if settings.branch.most_sms_a_month}
    concerned = {branch: country for branch, country in asking.items() if country in numbers.REGISTERED}
    if concerned and not boto3.client("sns").get_sms_attributes(attributes=["DefaultSenderID"])["attributes"].get(
        "DefaultSenderID"
    ):
        for branch, country in sorted(concerned.items()):
            yield f"{branch} is in {country}, where SMS go out under a registered sender ID only ({MANUAL}#sms-elsewhere)"


def silence(patient: Patient) -> Iterator[Finding]:
    """What was silenced for a restore and never told to speak again."""
    api = boto3.client("lambda")
    for function, what in (("DeliverFunction", "mail"), ("SweepFunction", "the schedule")):
        reserved = api.get_function_concurrency(FunctionName=patient.app[function])
        if reserved.get("ReservedConcurrentExecutions") == 0:
            yield f"{what} is switched off: {patient.app[function]} has concurrency 0, as for a restore ({MANUAL}#restore)"


def dead_letters(patient: Patient) -> Iterator[Finding]:
    """What functions could not do after several attempts. The sweep does what the stream left, so none is lost by it."""
    wanted = {"QueueUrl": patient.app["DeadLetters"], "AttributeNames": ["ApproximateNumberOfMessages"]}
    number = int(boto3.client("sqs").get_queue_attributes(**wanted)["Attributes"]["ApproximateNumberOfMessages"])
    if number:
        yield f"{number} in the queue of dead letters"


def overdue(table: Table) -> Iterator[Finding]:
    """Messages that have not gone out, and requests, reminders and erasures that nobody has looked after."""
    due = table.due(datetime.now(UTC) - LATE)
    if due.messages:
        yield f"{len(due.messages)} messages are due for more than {LATE.seconds // 60} minutes: {_some(due.messages)}"
    if due.appointments:
        yield f"{len(due.appointments)} appointments owe something for as long: {_some(due.appointments)}"


def given_up(whole: Whole, *, mending: bool) -> Iterator[Finding]:
    """What the schedule has tried for 32 hours in vain. Mending makes it due again, so its cause is to be mended first."""
    for item in whole.given_up():
        if mending:
            whole.begin_anew(item)
        else:
            yield f"{item['pk']['S']} failed {item['attempts']['N']} times; mend its cause, then make it due by MEND=1"


def _some(found: Iterable[Any]) -> str:
    """Ids alone: the first three."""
    texts = [" ".join(each) if isinstance(each, tuple) else str(each) for each in found]
    return ", ".join(texts[:3]) + (", ..." if len(texts) > 3 else "")


def units(table: Table, branches: Iterable[Settings], *, mending: bool) -> Iterator[Finding]:
    """Whether the branches' taken units are those of its live appointments. Mends them first where that is asked for."""
    today = datetime.now(UTC).date()
    for settings in branches:
        first, last = today.isoformat(), (today + timedelta(days=settings.furthest + 1)).isoformat()
        if mending:
            print(f"  {settings.branch.id}: {mend(table, Whole(), settings, first, last)}")
        yield from _unsound(table, settings, first, last)


def clearing(table: Table, branches: Iterable[Settings], *, mending: bool) -> Iterator[Finding]:
    """Branches whose old appointments do not leave. Mending lets the schedule look after them."""
    for branch in (settings.branch.id for settings in branches):
        since = Clearings().unfinished_since(branch)
        if since is None and mending:
            table.begin_clearing(branch)
        elif since is None:
            yield f"{branch}: the schedule lets no old appointments leave; MEND=1, or make clearing, begins with it"
        elif items.NEVER < since < datetime.now(UTC) - UNCLEARED:
            yield f"{branch}: no round for old appointments has ended since {since:%Y-%m-%d} ({MANUAL}#reading-logs)"


def _unsound(table: Table, settings: Settings, first: str, last: str) -> Iterator[Finding]:
    for resource in settings.resources:
        others = [other for other in settings.resources if other is not resource]
        compared = compare_units(table, settings.branch.id, resource, first, last, others, settings.limited_kinds)
        if not compared.sound:
            numbers = {name: sum(map(len, getattr(compared, name).values())) for name in ("unowned", "untaken", "shared")}
            told = [f"{number} {name} units" for name, number in numbers.items() if number]
            told += [f"{len(compared.miscounted)} wrong counts of kinds"] if compared.miscounted else []
            yield f"{settings.branch.id} {resource.id}: {', '.join(told)} (make units STAGE=... BRANCH={settings.branch.id})"


if __name__ == "__main__":
    sys.exit(main())
