"""`make deploy` and its relatives, with the real templates on a local AWS: first, again, broken off, changed, taken away."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import Executor
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.awsrequest import AWSResponse

from infra.deploy import hints
from infra.deploy.command import command_for, plan
from infra.deploy.deployment import Deployment, Wishes
from infra.deploy.steps import Step, people
from infra.deploy.steps.check import concurrency, staff_mail
from infra.local.engine import CREDENTIALS, REGION, ROOT, LocalAws
from tests.infra import walking
from tests.infra.packages import app_package
from tests.infra.walking import Place
from tests.race import PATIENCE
from tests.repeated import OFTEN, rounds

APART = ("address", "site", "unused")
"""Steps that do not begin and end with a write that a deployment is broken off after."""


@pytest.fixture(scope="module")
def aws(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalAws]:
    with LocalAws(mails=tmp_path_factory.mktemp("mails")) as started:
        yield started


@pytest.fixture(scope="module")
def processes(aws: LocalAws) -> Iterator[Executor]:
    with walking.processes(aws) as pool:
        yield pool


@pytest.fixture(scope="module")
def place(aws: LocalAws) -> Place:
    return Place(aws.endpoint, app_package("host"))


@pytest.fixture(scope="module")
def first(processes: Executor, place: Place) -> tuple[list[str], dict[str, Any]]:
    """What an undisturbed first deployment writes, and what it leaves."""
    return processes.submit(walking.undisturbed, place, "first").result()


def test_a_first_deployment_makes_all_that_was_asked_for(first: tuple[list[str], dict[str, Any]]) -> None:
    left = first[1]
    assert {name: stack["state"] for name, stack in left["stacks"].items()} == {
        "data": "CREATE_COMPLETE",
        "app": "CREATE_COMPLETE",
    }
    assert left["items"][0] == ["<SiteUrl>"]
    assert ["BRANCH#elbufer", "BRANCH"] in [item[:2] for item in left["items"]]
    [[name, status, attributes, groups]] = left["users"]
    assert (name, status, groups) == ("anna", "FORCE_CHANGE_PASSWORD", ["admin"])
    assert ["custom:branches", "elbufer"] in attributes
    assert left["secrets"] == {"secret": True, "origin-key": True}


def test_what_a_first_deployment_keeps_is_given_up_by_nobody_s_update(first: tuple[list[str], dict[str, Any]]) -> None:
    writes, left = first
    assert left["stacks"]["data"]["is protected"] is True
    assert writes.count("SetStackPolicy") == 1  # of the data stack: the application keeps nothing


def test_mails_to_staff_lead_to_the_address_that_the_first_deployment_made(
    first: tuple[list[str], dict[str, Any]],
) -> None:
    assert first[1]["stacks"]["data"]["parameters"]["SignInUrl"] == "<SiteUrl>/staff/"


def test_silence_of_the_schedule_rings_only_once_it_has_begun(first: tuple[list[str], dict[str, Any]]) -> None:
    """CloudFront takes longer to be made than the alarm waits."""
    writes, left = first
    assert left["stacks"]["app"]["parameters"]["SilenceRings"] == "true"
    assert writes.count("ExecuteChangeSet") == 4  # data, application, and each once more with what is known then


def test_the_alarm_is_made_without_and_keeps_ringing_in_later_deployments(processes: Executor, place: Place) -> None:
    assert processes.submit(walking.silence_rings, place, "silent").result() == ["false", "true", "true"]


def test_staff_are_not_written_to_by_a_sender_that_is_not_proven(processes: Executor, place: Place) -> None:
    told = processes.submit(walking.refused, place, {"mail_from": "termine@unproven.example", "staff_mail": "own"}).result()
    assert told.startswith(
        "Stopped at 'check': staff_mail = \"own\" needs SES to send from termine@unproven.example to anybody"
    )


def test_in_the_sandbox_staff_are_written_to_by_cognito_alone(place: Place) -> None:
    assert staff_mail(staff_stage(place, production=True)) == []
    (told,) = staff_mail(staff_stage(place, production=False))
    assert "out of the sandbox" in told


def test_an_operator_is_told_when_ses_may_write_to_staff(place: Place) -> None:
    written = [
        hints.staff_mail(staff_stage(place, sender, production))
        for sender in ("cognito", "own")
        for production in (True, False)
    ]
    assert [bool(each) for each in written] == [True, False, False, False]


def staff_stage(place: Place, sender: str = "own", production: bool = True) -> Deployment:
    """Whose sender is proven; SES is played by a hook of the SDK, since the local account is out of its sandbox."""

    def answered(model: Any, **_: Any) -> tuple[AWSResponse, dict[str, Any]]:
        told = {"GetAccount": {"ProductionAccessEnabled": production}, "GetEmailIdentity": {"VerifiedForSendingStatus": True}}
        return AWSResponse("", 200, {}, None), told[model.name]

    session = boto3.Session(region_name=REGION)
    session.events.register("before-call.sesv2", answered)
    return Deployment(place.stage("staff", staff_mail=sender), package=place.package, session=session)


def test_staff_are_written_to_by_the_proven_sender_where_the_stage_says_so(
    aws: LocalAws, processes: Executor, place: Place
) -> None:
    aws.client("sesv2").create_email_identity(EmailIdentity="own.example")
    fields = {"mail_from": "termine@own.example", "staff_mail": "own"}
    told = processes.submit(walking.mail_of_the_pool, place, "own", fields).result()
    assert told == {
        "EmailSendingAccount": "DEVELOPER",
        "SourceArn": f"arn:aws:ses:{REGION}:000000000000:identity/own.example",
        "From": "termine@own.example",
    }


@pytest.mark.chance
def test_a_deployment_interrupted_at_each_step_and_started_again_ends_in_the_same_state(
    processes: Executor, place: Place, first: tuple[list[str], dict[str, Any]]
) -> None:
    writes, undisturbed = first
    broken = {
        f"after write {number}, {writes[number - 1]}": processes.submit(
            walking.broken_off_after, place, f"broken-{number}", number
        )
        for number in (walking.worth_trying(writes) if OFTEN else walking.worth_trying_first(writes))
    }
    stopped = {
        f"before {step.name}": processes.submit(walking.stopped_before, place, f"before-{step.name}", step.name)
        for step in walking.PROVEN_APART[1:]
        if step.name in APART[: rounds(1, len(APART))]
    }
    differing = {when: left.result() for when, left in (broken | stopped).items() if left.result() != undisturbed}
    assert differing == {}
    assert len(broken) > rounds(3, 12)


@pytest.mark.chance
def test_a_change_interrupted_again_and_again_ends_in_the_same_state(processes: Executor, place: Place) -> None:
    undisturbed = processes.submit(walking.changed, place, "changed")
    breaks, left = processes.submit(walking.changed_with_breaks, place, "disturbed", rounds(3, 1)).result()
    assert left == undisturbed.result()
    assert left["forgotten"] == ["/", "/former.html", "/index.html"]
    assert breaks > rounds(1, 3)


def test_a_plan_changes_nothing_and_says_what_a_deployment_will_do(processes: Executor, place: Place) -> None:
    found = processes.submit(walking.planned, place, "planned").result()
    assert found.before_first == found.after_first == []
    assert found.before_change == found.after_change
    for text in (
        "Add     Table                              AWS::DynamoDB::Table",
        "Add     Distribution                       AWS::CloudFront::Distribution",
        "makes /terminwerk/planned/secret",
        "makes the user anna, an admin, who gets a first password by mail",
        "makes the branch elbufer, with nothing released, for anna",
        "an estimate from the template",
        "Firewall: off (waf_requests = 0); on, it costs from 8 dollars a month",
        "Warning: mail_from is termine@example.org, an example's",
    ):
        assert text in found.first
    assert "Budget" not in found.first
    assert re.search(r"Modify +Deliver", found.change)
    assert "the CDN forgets /" in found.change or "site: nothing to do" in found.change


def test_what_was_deployed_answers_as_it_should(processes: Executor, place: Place) -> None:
    assert processes.submit(walking.proven, place, "proven").result() == []


def test_a_deployment_that_answers_wrongly_says_what_is_done_what_is_expected_and_what_only_people_can_do(
    processes: Executor, place: Place
) -> None:
    told, said = processes.submit(walking.answering_wrongly, place, "wrong").result()
    assert "until what is new is known everywhere, up to two minutes" in said
    assert "What only you can do:" in said
    assert re.search(r"Site: termine\.example\.org has to lead to \S+ \(CNAME or ALIAS\)", said)
    assert told.startswith(
        "Stopped at 'smoke': All is deployed, but does not answer as it should:\n  /api/v1/health answers 502"
    )
    assert re.search(r"Until the DNS of termine\.example\.org leads to \S+ .* expected to stop here\.", told)
    assert told.endswith("All before it is done. The same command asks again.")


def test_destroying_takes_the_application_and_all_else_only_when_told_twice(processes: Executor, place: Place) -> None:
    found = processes.submit(walking.destroyed, place, "destroyed").result()
    assert found.refused == [True, True, True, True]
    assert found.kept == {"table", "pool", "site", "artifacts", "secret"}
    assert found.deployed_again == "table and secret are the same"
    assert found.left == set()
    assert "the table terminwerk-destroyed-restored: if it is a restored or former one of this stage" in found.told
    assert re.search(r"the role \S+, and API Gateway's setting", found.told)
    assert "terminwerk-destroyed-two-data-Table" not in found.told


def test_a_stage_can_go_on_with_a_table_that_was_restored(processes: Executor, place: Place) -> None:
    *found, told = processes.submit(walking.moved_to_another_table, place, "moved").result()
    assert found == ["moved-restored", "moved-restored", "its own"]
    assert "The table moved-restored, which the stage's file names, stays in any case." in told


def test_a_user_pool_that_was_replaced_is_known_to_the_api_after_the_next_deployment(processes: Executor, place: Place) -> None:
    same, other = processes.submit(walking.with_another_pool, place, "pooled").result()
    assert same == []
    assert {line.split()[0] for line in other if "AWS::ApiGateway::Deployment" in line} == {"Add", "Remove"}


def test_a_second_factor_can_be_made_compulsory_later_and_voluntary_again(processes: Executor, place: Place) -> None:
    found, refused = processes.submit(walking.with_second_factor, place, "factored").result()
    assert found == [("OPTIONAL", "OPTIONAL"), ("ON", "ON"), ("OPTIONAL", "OPTIONAL")]
    assert "Cannot turn MFA functionality ON" in refused  # so that the step before is what made it possible


def test_another_accounts_credentials_are_refused(processes: Executor, place: Place) -> None:
    told = processes.submit(walking.refused, place, {"account": "123456789012"}).result()
    assert told == (
        "Stopped at 'check': These are credentials of account 000000000000; the stage refused belongs to 123456789012\n"
        "Nothing was changed."
    )


def test_a_sender_that_the_account_knows_already_is_no_part_of_a_new_stack(
    aws: LocalAws, processes: Executor, place: Place
) -> None:
    aws.client("sesv2").create_email_identity(EmailIdentity="known@example.org")
    told = processes.submit(walking.refused, place, {"mail_from": "known@example.org", "mail_identity": "address"}).result()
    assert "SES knows known@example.org in this account already." in told


def test_a_secret_that_was_lost_is_not_made_anew_behind_customers_backs(processes: Executor, place: Place) -> None:
    told, made = processes.submit(walking.without_secret, place, "forgetful").result()
    assert "Stopped at 'secrets': /terminwerk/forgetful/secret is gone" in told
    assert made is False


def test_a_firewall_is_deleted_when_cloudfront_asks_it_no_more(processes: Executor, place: Place) -> None:
    *found, refused, left = processes.submit(walking.without_firewall, place, "walled").result()
    assert found == [[True, True], [True, False], [False, False]]
    assert (refused, left) == (2, [])


def test_all_that_stands_against_a_deployment_is_told_at_once(processes: Executor, place: Place) -> None:
    told = processes.submit(walking.refused, place, {"region": "eu-nowhere-1"}, {"admin": "a b", "branch": "b"}).result()
    assert [word in told for word in ("ADMIN must be", "A branch needs all of", "eu-nowhere-1 is no region")] == [True] * 3


@pytest.mark.parametrize(
    ("wishes", "expected"),
    [
        ({"admin": "anna"}, "There is no user anna yet. Say where the first password goes: ADMIN_MAIL=..."),
        ({"admin": "anna", "admin_mail": "anna"}, "ADMIN_MAIL must be the address of ADMIN"),
        ({"admin_mail": "anna@example.org"}, "ADMIN is missing"),
        ({"admin": "anna", "admin_mail": "a@example.org", "branch": "a b", "branch_name": "B"}, "branch.id must be"),
    ],
)
def test_a_wish_that_cannot_be_met_is_told_before_anything_is_made(
    processes: Executor, place: Place, wishes: dict[str, str], expected: str
) -> None:
    told = processes.submit(walking.refused, place, {}, wishes).result()
    assert told.startswith("Stopped at 'check'")
    assert expected in told


def test_a_table_that_is_not_there_is_told_before_anything_is_made(processes: Executor, place: Place) -> None:
    told = processes.submit(walking.refused, place, {"table": "nobodys-table"}).result()
    assert told.startswith("Stopped at 'check': There is no table nobodys-table in ")


@pytest.mark.parametrize(
    ("todo", "changes", "needed"), [(["makes it"], True, True), ([], True, False), (["asks"], False, False)]
)
def test_a_plan_knows_whether_there_is_anything_to_do(place: Place, todo: list[str], changes: bool, needed: bool) -> None:
    step = Step("its", lambda _: todo, lambda _: "", changes)
    assert plan(Deployment(place.stage("its"), package=place.package, tell=str), [step]) is needed


def test_a_plan_ends_with_the_command_as_it_was_asked_for(place: Place) -> None:
    wishes = Wishes("anna", "anna@example.org", "elbufer", "Optik O'Neill")
    d = Deployment(place.stage("prod"), wishes, package=place.package)
    asked = shlex.split(command_for(d))
    assert asked == [
        "make",
        "deploy",
        "STAGE=prod",
        "ADMIN=anna",
        "ADMIN_MAIL=anna@example.org",
        "BRANCH_ID=elbufer",
        "BRANCH_NAME=Optik O'Neill",
    ]


def test_the_limit_of_sms_is_set_once_and_only_where_one_is_asked_for(place: Place) -> None:
    """SNS is played by a hook of the SDK: the local AWS does not know the limit."""
    limits = ["1"]

    def answered(model: Any, params: Any, **_: Any) -> tuple[AWSResponse, dict[str, Any]]:
        if model.name == "SetSMSAttributes":
            limits.append(params["body"]["attributes.entry.1.value"])
        return AWSResponse("", 200, {}, None), {"attributes": {"MonthlySpendLimit": limits[-1]}}

    def deployment(dollars: int) -> Deployment:
        session = boto3.Session(region_name=REGION)
        session.events.register("before-call.sns", answered)
        return Deployment(place.stage("sms", sms_limit_usd=dollars), package=place.package, session=session)

    assert people.look_at_sms(deployment(0)) == []
    assert people.look_at_sms(deployment(20)) == ["sets the month's limit for SMS from 1 to 20 dollars"]
    people.limit_sms(deployment(20))
    people.limit_sms(deployment(20))
    assert limits == ["1", "20"]


def against(place: Place, unreserved: int, held: dict[str, int], reserves: bool = True) -> list[str]:
    """What stands against a deployment where the account has so much left, and the stage's functions hold so much of their own.
    Lambda and CloudFormation are played by a hook of the SDK: the local AWS sets no bound."""

    def answered(model: Any, params: Any, **_: Any) -> tuple[AWSResponse, dict[str, Any]]:
        outputs = [{"OutputKey": name, "OutputValue": name} for name in held]
        function = params["url_path"].split("/")[3] if model.name == "GetFunctionConcurrency" else ""
        limits = {"ConcurrentExecutions": 1000, "UnreservedConcurrentExecutions": unreserved}
        answers: dict[str, dict[str, Any]] = {
            "DescribeStacks": {"Stacks": [{"StackStatus": "CREATE_COMPLETE", "Outputs": outputs}]},
            "GetAccountSettings": {"AccountLimit": limits},
            "GetFunctionConcurrency": {"ReservedConcurrentExecutions": held.get(function, 0)},
        }
        return AWSResponse("", 200, {}, None), answers[model.name]

    session = boto3.Session(region_name=REGION)
    for service in ("lambda", "cloudformation"):
        session.events.register(f"before-call.{service}", answered)
    stage = place.stage("crowded", reserve_concurrency=reserves)
    return [*concurrency(Deployment(stage, package=place.package, session=session))]


HELD = {"DeliverFunction": 5, "SweepFunction": 1, "BouncesFunction": 2, "UsersFunction": 2}


@pytest.mark.parametrize(("unreserved", "held"), [(110, {}), (100, HELD), (990, {}), (105, HELD | {"DeliverFunction": 0})])
def test_concurrency_is_set_apart_where_enough_stays_for_all(place: Place, unreserved: int, held: dict[str, int]) -> None:
    assert against(place, unreserved, held) == []


@pytest.mark.parametrize(
    ("unreserved", "held", "left"), [(109, {}, 9), (100, {}, 0), (10, {}, 0), (104, HELD | {"DeliverFunction": 0}, 9)]
)
def test_concurrency_that_lambda_would_not_set_apart_is_told_before_anything_is_made(
    place: Place, unreserved: int, held: dict[str, int], left: int
) -> None:
    """However large the account's limit is: others of it may have set apart what there was."""
    (told,) = against(place, unreserved, held)
    assert f"{left} are left to set apart, and 10 are needed." in told


def test_where_nothing_is_set_apart_the_rest_of_the_account_does_not_matter(place: Place) -> None:
    assert against(place, 10, {}, reserves=False) == []


def test_a_firewall_and_a_certificate_come_and_go_with_the_stages_file(processes: Executor, place: Place) -> None:
    found = processes.submit(walking.with_and_without_edge, place, "edge").result()
    assert found == [("CREATE_COMPLETE", True, True), ("", False, False)]


@pytest.mark.parametrize(
    ("command", "stage", "code", "told"),
    [
        ("plan", "", 2, "make plan STAGE=prod"),
        ("deploy", "nobodys", 1, "cp infra/stages/example.toml infra/stages/nobodys.toml"),
        ("destroy", "Prod", 1, "is no name of a stage"),
    ],
)
def test_a_command_without_a_stage_says_what_to_do(command: str, stage: str, code: int, told: str) -> None:
    done = run(command, {"STAGE": stage, "AWS_ENDPOINT_URL": "http://127.0.0.1:1"})
    assert done.returncode == code
    assert told in done.stderr


def test_a_deployment_without_credentials_says_so(tmp_path: Path) -> None:
    alone = {"HOME": str(tmp_path), "PATH": os.defpath, "AWS_EC2_METADATA_DISABLED": "true", "STAGE": "example"}
    done = run("plan", alone)
    assert done.returncode == 1
    assert "There are no credentials. Set AWS_PROFILE" in done.stderr


def test_a_network_that_does_not_lead_to_aws_is_not_called_wrong_credentials() -> None:
    unreachable = CREDENTIALS | {"aws_endpoint_url": "http://127.0.0.1:1", "aws_max_attempts": "1", "stage": "example"}
    done = run("plan", {key.upper(): value for key, value in unreachable.items()})
    assert "AWS cannot be reached" in done.stderr
    assert "credentials" not in done.stderr


def test_a_profile_that_is_not_there_is_told_in_a_sentence(tmp_path: Path) -> None:
    done = run("plan", {"HOME": str(tmp_path), "AWS_PROFILE": "nobodys", "STAGE": "example"})
    assert done.returncode == 1
    assert "nobodys" in done.stderr
    assert "Traceback" not in done.stderr


def run(command: str, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    arguments = [sys.executable, "-m", "infra.deploy.command", command]
    return subprocess.run(arguments, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=PATIENCE, check=False)
