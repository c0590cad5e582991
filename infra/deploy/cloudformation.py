"""A CloudFormation stack that is changed by change sets, and brought back into a state that can be changed.

    stack = Stack(boto3.client("cloudformation"), "terminwerk-prod-data", print)
    stack.apply(Template(body="..."), {"MailFrom": "termine@example.org"})

Whoever is interrupted at any point can begin again with the same call.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from botocore.exceptions import ClientError

CAPABILITIES = ["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"]
NAMED = "terminwerk-"
"""How our change sets' names begin."""
KEPT = ("AWS::Cognito::UserPool", "AWS::DynamoDB::Table", "AWS::S3::Bucket", "AWS::SES::EmailIdentity")
"""What holds something that no deployment can make anew."""
GONE = ("DELETE_COMPLETE", "DELETE_SKIPPED", "CREATE_FAILED")
"""States of what a stack names, but holds no more."""
NOTHING_TO_CHANGE = ("didn't contain changes", "No updates are to be performed")
PASSING = (
    "does not have required permissions configured",  # API Gateway, of a role that was made a moment ago
    "your resource is being used by another resource",  # a firewall, while the end of the distribution that asked it spreads
)
"""Reasons of failures that pass by themselves within minutes: what failed so is tried again."""
TRIES = 10
PAUSE = 5.0
PAUSES_BETWEEN_TRIES = 12
TELL_EVERY = 60.0
SLOW_TO_TELL = 6
"""How often a stack may be read as it was before it was deleted."""
LONGEST_WAIT = 90 * 60.0
"""Seconds. A distribution takes minutes, a certificate as long as DNS does."""

Done = TypeVar("Done")


class StackError(Exception):
    """What went wrong with a stack, as the operator reads it."""

    @property
    def passes(self) -> bool:
        """Whether the same again may succeed in a minute."""
        return any(reason in str(self) for reason in PASSING)


@dataclass(frozen=True)
class Template:
    """Its text, or where it lies in S3: above 51,200 bytes it must."""

    body: str = ""
    url: str = ""

    @property
    def given(self) -> dict[str, str]:
        return {"TemplateURL": self.url} if self.url else {"TemplateBody": self.body}


@dataclass(frozen=True)
class Change:
    action: str
    logical: str
    kind: str
    replacement: str = ""

    @property
    def loses(self) -> bool:
        """Whether something that cannot be made anew is, or may be, given up."""
        return self.kind in KEPT and (self.action == "Remove" or self.replacement in ("True", "Conditional"))

    def __str__(self) -> str:
        """That it may be replaced is told of what is kept alone: of all else CloudFormation says so at every second change."""
        doubtful = "may be replaced" if self.kind in KEPT else ""
        replaced = {"True": "is replaced", "Conditional": doubtful}.get(self.replacement, "")
        return f"{self.action:<7} {self.logical:<34} {self.kind:<42} {replaced}".rstrip()


@dataclass(frozen=True)
class ChangeSet:
    id: str
    changes: tuple[Change, ...]


class Stack:
    """`api` is CloudFormation's client in the stack's region; `tell` gets each change, and a line now and then while something
    takes long; `kept` are the types of what no repair may delete, and no update may give up."""

    def __init__(
        self, api: Any, name: str, tell: Callable[[str], object], pause: float = PAUSE, kept: Collection[str] = KEPT
    ) -> None:
        self.name = name
        self._api, self._tell, self._pause, self._kept = api, tell, pause, kept

    @property
    def state(self) -> str:
        """Its status; "" where there is none."""
        return str(self._described().get("StackStatus", ""))

    @property
    def outputs(self) -> dict[str, str]:
        return {each["OutputKey"]: each["OutputValue"] for each in self._described().get("Outputs", ())}

    @property
    def parameters(self) -> dict[str, str]:
        return {each["ParameterKey"]: each["ParameterValue"] for each in self._described().get("Parameters", ())}

    def resources(self) -> list[dict[str, str]]:
        """What it holds: logical and physical ids, types and states."""
        if not self.state:
            return []
        pages = self._api.get_paginator("list_stack_resources").paginate(StackName=self.name)
        return [each for page in pages for each in page["StackResourceSummaries"]]

    def ailment(self) -> str:
        """What a run that broke off left, and what `settle` does about it; "" where all is well."""
        state = self.state
        if state == "REVIEW_IN_PROGRESS":
            return "only reviewed so far: goes on"
        if state.endswith("_IN_PROGRESS"):
            return f"{state}: waits for its end"
        if state == "UPDATE_ROLLBACK_FAILED":
            return f"{state}: rolls back what is left"
        if state in ("ROLLBACK_COMPLETE", "ROLLBACK_FAILED", "CREATE_FAILED", "DELETE_FAILED"):
            return f"{state}: deletes it and makes it anew"
        return ""

    def apply(self, template: Template, parameters: Mapping[str, str], replace: Collection[str] = ()) -> int:
        """Makes it so, and tells each change; how many there were. Refuses to give up what cannot be made anew, unless
        `replace` names it, and has the stack's policy refuse it to everybody else. Raises StackError, of what passes by itself
        only when it has not passed."""
        return self._until_it_passes(lambda: self._apply(template, parameters, replace))

    def _apply(self, template: Template, parameters: Mapping[str, str], replace: Collection[str]) -> int:
        if ailment := self.ailment():
            self._tell(f"{self.name} is {ailment}")
        self.settle()
        planned = self.plan(template, parameters)
        if planned is None:
            self.protect()
            return 0
        for change in planned.changes:
            self._tell(str(change))
        given_up = [each.logical for each in planned.changes if each.loses]
        if lost := [name for name in given_up if name not in replace]:
            self.drop(planned.id)
            raise StackError(
                f"This would give up {', '.join(lost)} with all that it holds. Nothing was changed. Where that is meant, after "
                f"an export: REPLACE={','.join(lost)}"
            )
        if given_up:
            self.protect(but=given_up)
        try:
            self.execute(planned)
        except StackError:
            if given_up:
                self.protect()
            raise
        self.protect()
        return len(planned.changes)

    def protect(self, but: Collection[str] = ()) -> None:
        """Sets the policy by which nobody, in the console either, replaces or removes what cannot be made anew, `but` for these
        logical ids. AWS asks it at updates only: a change set takes no policy of its own, and no policy forbids to delete a
        stack."""
        if not self.is_protected(but):
            self._api.set_stack_policy(StackName=self.name, StackPolicyBody=json.dumps(self._wanted_policy(but)))

    def is_protected(self, but: Collection[str] = ()) -> bool:
        """Whether the policy is as `protect` sets it. A stack that keeps nothing needs none."""
        told = self._api.get_stack_policy(StackName=self.name).get("StackPolicyBody")
        if not told:
            return not self._holds()
        return bool(json.loads(told) == self._wanted_policy(but))

    def _wanted_policy(self, but: Collection[str]) -> dict[str, Any]:
        names = sorted(each["LogicalResourceId"] for each in self._holds() if each["LogicalResourceId"] not in but)
        allowed = {"Effect": "Allow", "Principal": "*", "Action": "Update:*", "Resource": "*"}
        denied = {
            "Effect": "Deny",
            "Principal": "*",
            "Action": ["Update:Replace", "Update:Delete"],
            "Resource": [f"LogicalResourceId/{name}" for name in names],
        }
        return {"Statement": [allowed, denied] if names else [allowed]}

    def _holds(self) -> list[dict[str, str]]:
        """What is there of the kinds that are kept."""
        return [each for each in self.resources() if each["ResourceType"] in self._kept and each["ResourceStatus"] not in GONE]

    def _until_it_passes(self, act: Callable[[], Done]) -> Done:
        for _ in range(TRIES - 1):
            try:
                return act()
            except StackError as error:
                if not error.passes:
                    raise
                self._tell(f"{error}. That passes by itself: waits and tries again")
                time.sleep(self._pause * PAUSES_BETWEEN_TRIES)
        return act()

    def settle(self) -> None:
        """Brings it into a state in which it can be made or changed. Raises StackError if something kept stands in the way."""
        state = self._settled()
        if state == "UPDATE_ROLLBACK_FAILED":
            self._api.continue_update_rollback(StackName=self.name)
            state = self._settled()
            if state != "UPDATE_ROLLBACK_COMPLETE":
                raise StackError(f"{self.name} is {state} after another try: {self._reason()}")
        if state in ("ROLLBACK_COMPLETE", "ROLLBACK_FAILED", "CREATE_FAILED", "DELETE_FAILED"):
            self._refuse_if_kept(state)
            self.delete()
        self._drop_all()

    def plan(self, template: Template, parameters: Mapping[str, str]) -> ChangeSet | None:
        """The change set that would make it so; None where nothing is to change. A new stack exists from now on, in review."""
        name = f"{NAMED}{time.time_ns()}"
        made = self._api.create_change_set(
            StackName=self.name,
            ChangeSetName=name,
            ChangeSetType="CREATE" if self.state in ("", "REVIEW_IN_PROGRESS") else "UPDATE",
            Capabilities=CAPABILITIES,
            Parameters=[{"ParameterKey": key, "ParameterValue": value} for key, value in sorted(parameters.items())],
            Tags=[{"Key": "application", "Value": "terminwerk"}, {"Key": "stack", "Value": self.name}],
            **template.given,
        )
        identity = str(made["Id"])
        state, reason = self._examined(identity)
        if state == "FAILED":
            is_needless = any(text in reason for text in NOTHING_TO_CHANGE)
            told = "" if is_needless else self._invalid(ChangeSetName=identity)
            self.drop(identity)
            if is_needless:
                return None
            raise StackError(f"{self.name} cannot be changed so: {told or reason}")
        return ChangeSet(identity, tuple(self._changes(identity)))

    def execute(self, planned: ChangeSet) -> None:
        """Does what was planned and returns when it is done. Raises StackError with the reason of the first failure."""
        self._api.execute_change_set(ChangeSetName=planned.id, StackName=self.name)
        state = self._settled(planned.id)
        if state not in ("CREATE_COMPLETE", "UPDATE_COMPLETE"):
            raise StackError(f"{self.name} is {state}: {self._reason()}")

    def drop(self, change_set: str) -> None:
        self._api.delete_change_set(ChangeSetName=change_set, StackName=self.name)

    def withdraw(self) -> None:
        """Takes away a stack that was only reviewed, and nothing else."""
        if self.state == "REVIEW_IN_PROGRESS":
            self.delete()

    def delete(self) -> None:
        """Returns when it is gone; what its template keeps stays. Raises StackError with the reason where that fails and does
        not pass by itself."""
        self._until_it_passes(self._delete)

    def _delete(self) -> None:
        before = self.state
        if not before:
            return
        self._api.delete_stack(StackName=self.name)
        for _ in range(SLOW_TO_TELL):
            if self.state != before:
                break
            time.sleep(self._pause)
        if state := self._settled():
            raise StackError(f"{self.name} is {state}: {self._reason()}")

    def _described(self) -> dict[str, Any]:
        try:
            found: dict[str, Any] = self._api.describe_stacks(StackName=self.name)["Stacks"][0]
        except ClientError as error:
            if "does not exist" in str(error):
                return {}
            raise
        return {} if found["StackStatus"] == "DELETE_COMPLETE" else found

    def _settled(self, executed: str = "") -> str:
        """Its state once nothing is in progress any more, of a change set that was `executed` or at all."""
        begun = told = time.monotonic()
        while self._is_moving(state := self.state, executed):
            if time.monotonic() - begun > LONGEST_WAIT:
                raise StackError(f"{self.name} is {state} for too long. Look at it in the console; then repeat the command.")
            if time.monotonic() - told > TELL_EVERY:
                told = time.monotonic()
                self._tell(f"{state}: {self._progress()}")
            time.sleep(self._pause)
        return state

    def _is_moving(self, state: str, executed: str) -> bool:
        """The stack alone does not tell: it may still be read as it was before. One that is in review waits for nothing."""
        if state.endswith("_IN_PROGRESS") and state != "REVIEW_IN_PROGRESS":
            return True
        return bool(executed) and self._execution(executed) in ("AVAILABLE", "EXECUTE_IN_PROGRESS")

    def _execution(self, change_set: str) -> str:
        try:
            found = self._api.describe_change_set(ChangeSetName=change_set, StackName=self.name)
        except self._api.exceptions.ChangeSetNotFoundException:
            return ""
        return str(found["ExecutionStatus"])

    def _progress(self) -> str:
        states = {each["LogicalResourceId"]: each["ResourceStatus"] for each in self.resources()}
        waiting = sorted(name for name, state in states.items() if state.endswith("_IN_PROGRESS"))
        return f"{len(states) - len(waiting)} of {len(states)}, waiting for {', '.join(waiting[:3]) or 'the next ones'}"

    def _refuse_if_kept(self, state: str) -> None:
        if kept := self._holds():
            names = ", ".join(f"{each['LogicalResourceId']} ({each.get('PhysicalResourceId', '')})" for each in kept)
            raise StackError(f"{self.name} is {state} and holds {names}. Nothing was deleted: see docs/operations.md.")

    def _examined(self, identity: str) -> tuple[str, str]:
        """A change set's state and reason once CloudFormation has looked at it."""
        while True:
            found = self._api.describe_change_set(ChangeSetName=identity, StackName=self.name)
            if found["Status"] in ("CREATE_COMPLETE", "FAILED"):
                return found["Status"], found.get("StatusReason", "")
            time.sleep(min(self._pause, 2.0))

    def _changes(self, identity: str) -> Iterator[Change]:
        pages = self._api.get_paginator("describe_change_set").paginate(ChangeSetName=identity, StackName=self.name)
        for each in (each["ResourceChange"] for page in pages for each in page["Changes"]):
            yield Change(each["Action"], each["LogicalResourceId"], each["ResourceType"], each.get("Replacement", ""))

    def _drop_all(self) -> None:
        """Change sets that earlier runs left. Those of others are not ours to delete."""
        if not self.state:
            return
        pages = self._api.get_paginator("list_change_sets").paginate(StackName=self.name)
        for each in (each for page in pages for each in page["Summaries"] if each["ChangeSetName"].startswith(NAMED)):
            if each["ExecutionStatus"] in ("AVAILABLE", "UNAVAILABLE", "OBSOLETE"):
                self.drop(each["ChangeSetId"])

    def _reason(self) -> str:
        """Of the first failure of the last operation; what was cancelled because of it does not count."""
        failures = []
        for event in self._events():
            status, reason = event["ResourceStatus"], event.get("ResourceStatusReason", "")
            if status.endswith("_FAILED") and "cancelled" not in reason:
                failures.append(f"{event['LogicalResourceId']} {status}: {reason}")
            if event["LogicalResourceId"] == self.name and reason == "User Initiated":
                break
        if failures and "DescribeEvents" in failures[-1]:
            return self._invalid(StackName=self.name) or failures[-1]
        return failures[-1] if failures else "its events do not say why"

    def _invalid(self, **asked: str) -> str:
        """What the last validation of a change set or of the stack has against single resources. "" where it says nothing, or
        these credentials may not ask: the reason that is known then must do."""
        try:
            pages = self._api.get_paginator("describe_events").paginate(**asked, Filters={"FailedEvents": True})
            found = [event for page in pages for event in page["OperationEvents"]]
        except ClientError:
            return ""
        found.sort(key=lambda event: event["Timestamp"])
        told = [
            _objection(event) for event in found if event.get("OperationId") == found[-1].get("OperationId") and _why(event)
        ]
        return "; ".join(dict.fromkeys(told))

    def _events(self) -> Iterator[dict[str, Any]]:
        """Newest first."""
        for page in self._api.get_paginator("describe_stack_events").paginate(StackName=self.name):
            yield from page["StackEvents"]


def _objection(event: Mapping[str, Any]) -> str:
    """As in `Table (AWS::DynamoDB::Table) /Resources/Table/Properties/KeySchema: #: required key [KeySchema] not found`."""
    where = " ".join(
        filter(None, (event.get("LogicalResourceId"), f"({event.get('ResourceType')})", event.get("ValidationPath")))
    )
    return f"{where}: {_why(event)}"


def _why(event: Mapping[str, Any]) -> str:
    """Of a resource; "" of the operation as a whole, which only counts them."""
    return str(event.get("ValidationStatusReason") or event.get("HookStatusReason") or "")
