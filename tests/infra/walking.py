"""Deployments to a local AWS in processes of their own, broken off where a test says, and what they leave.

In processes of their own, because the table's models are bound once in each: the tests' own table must stay theirs.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import re
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count, groupby
from types import SimpleNamespace
from typing import Any, cast

import boto3
from botocore.awsrequest import AWSResponse

from infra.deploy.command import deploy, deploy_and_tell, plan
from infra.deploy.deployment import Deployment, Stopped, Wishes
from infra.deploy.destroy import destroy
from infra.deploy.smoke import Answer, fetch_from
from infra.deploy.stage import EDGE_REGION, Stage
from infra.deploy.steps import STEPS, stacks
from infra.deploy.template import Package
from infra.local.engine import CREDENTIALS, REGION, LocalAws
from tests.descriptions import read_once

READING = ("Get", "List", "Describe", "Head", "Lookup")
WISHES = Wishes("anna", "anna@example.org", "elbufer", "Hörakustik Elbufer")
PROVEN_APART = [step for step in STEPS if step.name != "smoke"]


class BrokenOff(Exception):
    """As a process that is killed, or a line that is cut after a request was sent."""


@dataclass
class Watched:
    """A session of boto3 that keeps what it wrote, and breaks off after so many writes: AWS has them, nobody hears of it."""

    stop_after: int | None = None
    writes: list[str] = field(default_factory=list)

    def session(self) -> boto3.Session:
        session = boto3.Session(region_name=REGION)
        session.events.register("after-call", self._after)
        return session

    def _after(self, model: Any, **_: Any) -> None:
        if not model.name.startswith(READING):
            self.writes.append(model.name)
            if len(self.writes) == self.stop_after:
                raise BrokenOff(f"after {self.stop_after} writes")


@dataclass(frozen=True)
class Place:
    """What every process needs to know."""

    endpoint: str
    package: Package

    def stage(self, name: str, **fields: Any) -> Stage:
        given = {"mail_from": "termine@example.org", "alarm_mail": "technik@example.org", "mail_identity": "existing"}
        return Stage(name=name, **given | fields)

    def deployment(self, stage: Stage, watched: Watched | None = None, tell: Callable[[str], object] = str) -> Deployment:
        return Deployment(
            stage,
            WISHES,
            platform="host",
            package=self.package,
            tell=tell,
            fetch=fetch_from(self.endpoint),
            session=(watched or Watched()).session(),
            pause=0.05,
        )


def _enter(endpoint: str) -> None:
    read_once()
    os.environ.update({key.upper(): value for key, value in CREDENTIALS.items()})
    os.environ.update(AWS_ENDPOINT_URL=endpoint, AWS_REGION=REGION, AWS_DEFAULT_REGION=REGION)


@contextmanager
def processes(aws: LocalAws) -> Iterator[ProcessPoolExecutor]:
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(2, mp_context=spawn, initializer=_enter, initargs=(aws.endpoint,)) as pool:
        yield pool


def undisturbed(place: Place, name: str) -> tuple[list[str], dict[str, Any]]:
    """What a first deployment writes, and what it leaves."""
    watched = Watched()
    d = place.deployment(place.stage(name), watched)
    deploy(d, PROVEN_APART)
    return [*watched.writes], taken_away(d)


def broken_off_after(place: Place, name: str, writes: int) -> dict[str, Any]:
    """What is left by a first deployment that is broken off, and by a second one that is not."""
    try:
        deploy(place.deployment(place.stage(name), Watched(writes)), PROVEN_APART)
    except BrokenOff:
        again = place.deployment(place.stage(name))
        deploy(again, PROVEN_APART)
        return taken_away(again)
    raise AssertionError(f"it made fewer than {writes} writes")


def stopped_before(place: Place, name: str, step: str) -> dict[str, Any]:
    """As above, broken off between two steps."""
    deploy(place.deployment(place.stage(name)), PROVEN_APART[: _place_of(step)])
    again = place.deployment(place.stage(name))
    deploy(again, PROVEN_APART)
    return taken_away(again)


def _place_of(step: str) -> int:
    return [each.name for each in PROVEN_APART].index(step)


def worth_trying(writes: list[str]) -> list[int]:
    """After how many writes to break off: after each, and of many alike the first, one in the middle and the last."""
    return sorted({place for run in _alike(writes) for place in (run[0], run[len(run) // 2], run[-1])})


def worth_trying_first(writes: list[str]) -> list[int]:
    """A few of these: a stack that is only reviewed, one that nobody waits for, one of two secrets, half of the site, a user
    without a group."""
    begun = [writes.index(name) + 1 for name in ("CreateChangeSet", "ExecuteChangeSet", "PutParameter", "AdminCreateUser")]
    longest = max(_alike(writes), key=len)
    return [*begun, longest[len(longest) // 2]]


def _alike(writes: list[str]) -> list[list[int]]:
    """The places of writes that follow each other and are alike."""
    return [[place for place, _ in run] for _, run in groupby(enumerate(writes, 1), key=lambda each: each[1])]


def taken_away(d: Deployment) -> dict[str, Any]:
    """What there is, and then nothing any more, so that no schedule of it runs on beside the tests."""
    found = described(d)
    destroy(d)
    return found


def described(d: Deployment) -> dict[str, Any]:
    """Everything that a deployment makes, with the names that AWS chose replaced by what they stand for."""
    stacks = {"data": _stack(d, d.data), "app": _stack(d, d.app)}
    found = {"stacks": stacks, "items": _items(d), "users": _users(d), "secrets": _secrets(d), **_buckets(d)}
    found["forgotten"] = _forgotten(d)
    text = json.dumps(found, sort_keys=True, default=str)
    chosen = {**d.data.outputs, **d.app.outputs}
    for name, value in sorted(chosen.items(), key=lambda each: -len(each[1])):
        text = text.replace(value, f"<{name}>")
    text = re.sub(r"\b(RestAPIDeployment)[0-9a-f]{10}\b", r"\1", text)  # named after the user pool too, whose name AWS chose
    named: dict[str, Any] = json.loads(re.sub(rf"\b{d.stage.name}\b", "<stage>", text))
    return named


def _stack(d: Deployment, stack: Any) -> dict[str, Any]:
    sets = d.client("cloudformation").list_change_sets(StackName=stack.name)["Summaries"]
    return {
        "is protected": stack.is_protected(),
        "state": stack.state.replace("UPDATE", "CREATE"),
        "parameters": stack.parameters,
        "outputs": sorted(stack.outputs),
        "resources": sorted((each["LogicalResourceId"], each["ResourceType"]) for each in stack.resources()),
        "left over": [each["ChangeSetName"] for each in sets if each["ExecutionStatus"] == "AVAILABLE"],
    }


ALIAS = re.compile(r"(?<=-)[0-9a-f]{20}$")
"""What nobody guesses of an access."""


def _items(d: Deployment) -> list[list[str]]:
    """Keys and names of attributes: what is in them has times and ids of its own."""
    found = d.client("dynamodb").scan(TableName=d.data.outputs["TableName"], ConsistentRead=True)["Items"]
    urls = [item["url"]["S"] for item in found if "url" in item]
    return [urls, *sorted([item["pk"]["S"], ALIAS.sub("<alias>", item["sk"]["S"]), *sorted(item)] for item in found)]


def _users(d: Deployment) -> list[Any]:
    api, pool = d.client("cognito-idp"), d.data.outputs["StaffPoolId"]
    return [
        [
            user["Username"],
            user["UserStatus"],
            sorted((each["Name"], each["Value"]) for each in user["Attributes"] if each["Name"] != "sub"),
            [
                each["GroupName"]
                for each in api.admin_list_groups_for_user(UserPoolId=pool, Username=user["Username"])["Groups"]
            ],
        ]
        for user in api.list_users(UserPoolId=pool)["Users"]
    ]


def _secrets(d: Deployment) -> dict[str, bool]:
    """Whether each is where the functions and the gateway look for it."""
    function = d.client("lambda").get_function_configuration(FunctionName=d.app.outputs["ApiFunction"])
    pages = d.client("apigateway").get_paginator("get_api_keys").paginate(includeValues=True)
    keys = [each for page in pages for each in page["items"]]
    return {
        "secret": function["Environment"]["Variables"]["SECRET"] == d.secret("secret"),
        "origin-key": d.secret("origin-key") in [each["value"] for each in keys],
    }


def _forgotten(d: Deployment) -> list[str]:
    """The addresses that the CDN was told to forget."""
    api, identity = d.client("cloudfront"), d.app.outputs["DistributionId"]
    told = api.list_invalidations(DistributionId=identity)["InvalidationList"].get("Items", ())
    batches = [
        api.get_invalidation(DistributionId=identity, Id=each["Id"])["Invalidation"]["InvalidationBatch"] for each in told
    ]
    return sorted({path for batch in batches for path in batch["Paths"]["Items"]})


SAYS_WHERE_IT_IS = frozenset({".well-known/security.txt"})
"""What is another text in each stage."""


def _buckets(d: Deployment) -> dict[str, list[str]]:
    """What lies in them, with its content."""
    return {
        name: [
            f"{each['Key']} {'' if each['Key'] in SAYS_WHERE_IT_IS else each['ETag']}"
            for page in d.client("s3").get_paginator("list_objects_v2").paginate(Bucket=d.data.outputs[name])
            for each in page.get("Contents", ())
            if not each["Key"].startswith("template/")  # it names the bucket, so it has a name of its own in each stage
        ]
        for name in ("SiteBucket", "ArtifactBucket")
    }


def changed(place: Place, name: str) -> dict[str, Any]:
    """What a change of a stage leaves that nothing disturbs."""
    _age(_deployed(place, name))
    return taken_away(_deployed(place, name, **CHANGE))


def changed_with_breaks(place: Place, name: str, more: int) -> tuple[int, dict[str, Any]]:
    """The same, broken off after one write, then after so many `more` than that, and so on until it is through; and how often
    it was."""
    _age(_deployed(place, name))
    for breaks in count():
        d = place.deployment(place.stage(name, **CHANGE), Watched(1 + breaks * more))
        try:
            deploy(d, PROVEN_APART)
        except BrokenOff:
            continue
        return breaks, taken_away(place.deployment(d.stage))
    raise AssertionError("it never ends")


def mail_of_the_pool(place: Place, name: str, fields: dict[str, Any]) -> dict[str, str]:
    """How the pool of a stage writes to staff."""
    d = place.deployment(place.stage(name, **fields))
    deploy(d, PROVEN_APART[: _place_of("edge")])
    pool = d.data.outputs["StaffPoolId"]
    found: dict[str, str] = d.client("cognito-idp").describe_user_pool(UserPoolId=pool)["UserPool"]["EmailConfiguration"]
    destroy(d, name, d.data.outputs["TableName"])
    return found


def silence_rings(place: Place, name: str) -> list[str]:
    """What the application's stack is told when it is made, at the end, and by a second deployment as soon as it is changed."""
    found: list[str] = []
    for last in ("address", "smoke", "address"):
        d = place.deployment(place.stage(name, **CHANGE if found else {}))
        deploy(d, PROVEN_APART[: _place_of(last)] if last != "smoke" else PROVEN_APART)
        found.append(d.app.parameters["SilenceRings"])
    destroy(d)
    return found


def without_secret(place: Place, name: str) -> tuple[str, bool]:
    """What a deployment says that misses the secret of a living application, and whether it has made another one."""
    d = _deployed(place, name)
    d.client("ssm").delete_parameter(Name=d.stage.secret_name("secret"))
    try:
        deploy(d, PROVEN_APART)
    except Stopped as stopped:
        return str(stopped), bool(d.secret("secret"))
    finally:
        destroy(d)
    return "", bool(d.secret("secret"))


def without_firewall(place: Place, name: str) -> tuple[Any, ...]:
    """Whether there is a firewall, and whether the application asks it: with one, while it is given up, and afterwards; how
    often AWS refused to delete it, and which firewalls are left."""
    zone = place.deployment(place.stage(name)).client("route53").create_hosted_zone(Name="example.org", CallerReference=name)
    domain = {"domain": "termine.example.org", "hosted_zone": zone["HostedZone"]["Id"].rpartition("/")[2]}
    seen = [_walled(_deployed(place, name, waf_requests=500, **domain))]
    d = place.deployment(place.stage(name, **domain))
    deploy(d, PROVEN_APART[: _place_of("unused")])
    seen.append(_walled(d))
    said: list[str] = []
    d = place.deployment(d.stage, _asked_still(2), said.append)
    deploy(d, PROVEN_APART)
    seen.append(_walled(d))
    left = d.client("wafv2", EDGE_REGION).list_web_acls(Scope="CLOUDFRONT")["WebACLs"]
    taken_away(d)
    return *seen, len([line for line in said if "still asks the firewall" in line]), left


def _asked_still(times: int) -> Watched:
    """A session in which CloudFront's use of a firewall goes on for so many tries: the local AWS knows of none."""

    class Asked(Watched):
        def session(self) -> boto3.Session:
            session = super().session()
            session.events.register("before-call.wafv2.DeleteWebACL", self._refused)
            return session

        def _refused(self, **_: Any) -> tuple[AWSResponse, dict[str, Any]] | None:
            nonlocal times
            times -= 1
            if times < 0:
                return None
            error = {"Code": "WAFAssociatedItemException", "Message": "it is associated with another resource"}
            return AWSResponse("", 400, {}, None), {"Error": error, "ResponseMetadata": {}}

    return Asked()


def _walled(d: Deployment) -> list[bool]:
    return ["WebAclArn" in d.edge.outputs, bool(d.app.parameters["WebAclArn"])]


CHANGE = {"log_days": 60, "api_rate": 60}


def _deployed(place: Place, name: str, **fields: Any) -> Deployment:
    d = place.deployment(place.stage(name, **fields))
    deploy(d, PROVEN_APART)
    return d


def _age(d: Deployment) -> None:
    """The site as an older version left it: one page otherwise, one that is gone since."""
    bucket = d.data.outputs["SiteBucket"]
    for key in ("index.html", "former.html"):
        d.client("s3").put_object(Bucket=bucket, Key=key, Body=b"<p>of before</p>")


@dataclass
class Plans:
    """What plans said, and what there was before and after each."""

    before_first: list[Any]
    first: str
    after_first: list[Any]
    before_change: list[Any]
    change: str
    after_change: list[Any]


def planned(place: Place, name: str) -> Plans:
    said: list[str] = []
    d = place.deployment(place.stage(name), tell=said.append)
    before_first = _everything(d)
    plan(d)
    first, after_first = "\n".join(said), _everything(d)
    _age(_deployed(place, name))
    said.clear()
    d = place.deployment(place.stage(name, **CHANGE), tell=said.append)
    before_change = _everything(d)
    plan(d)
    found = Plans(before_first, first, after_first, before_change, "\n".join(said), _everything(d))
    destroy(d)
    return found


def _everything(d: Deployment) -> list[Any]:
    """Nothing where nothing is: neither stacks nor secrets nor anything in a bucket."""
    stacks = d.client("cloudformation").list_stacks()["StackSummaries"]
    ours = [each for each in stacks if d.stage.name in each["StackName"] and each["StackStatus"] != "DELETE_COMPLETE"]
    secrets = [each["Name"] for each in d.client("ssm").describe_parameters()["Parameters"] if d.stage.name in each["Name"]]
    found = [str(each) for each in ours] + secrets
    return [*found, described(d)] if d.app.outputs else found


def proven(place: Place, name: str) -> list[str]:
    d = place.deployment(place.stage(name))
    try:
        deploy(d)
    except Stopped as stopped:
        return str(stopped).splitlines()
    finally:
        destroy(d)
    return []


ELSEWHERE = {
    "domain": "termine.example.org",
    "certificate_arn": f"arn:aws:acm:us-east-1:000000000000:certificate/{'0' * 8}-0000-0000-0000-{'0' * 12}",
}
"""A domain whose DNS is not in Route 53."""


def answering_wrongly(place: Place, name: str) -> tuple[str, str]:
    """What stops a deployment that answers wrongly, and what it said before."""
    said: list[str] = []
    d = place.deployment(_deployed(place, name, **ELSEWHERE).stage, tell=said.append)
    d.fetch, d.patience = lambda _: Answer(502, {}, b""), 0
    try:
        deploy_and_tell(d, STEPS[-1:])
    except Stopped as stopped:
        return str(stopped), "\n".join(said)
    finally:
        destroy(d)
    return "", ""


@dataclass
class Destroyed:
    refused: list[bool]
    kept: set[str]
    deployed_again: str
    left: set[str]
    told: str


def destroyed(place: Place, name: str) -> Destroyed:
    d = _deployed(place, name)
    entries, secret = d.data.outputs, d.secret("secret")
    (key,) = {each["PhysicalResourceId"] for each in d.data.resources() if each["ResourceType"] == "AWS::ApiGateway::ApiKey"}
    assert key in _keys(d)
    given = ((name, ""), (name, "another-table"), ("prod", entries["TableName"]), ("", entries["TableName"]))
    refused = [_is_refused(d, *each) for each in given]
    assert d.app.state
    destroy(d)
    kept = _kept(d, entries)
    again = _deployed(place, name).data.outputs["TableName"] == entries["TableName"] and d.secret("secret") == secret
    for other in (f"terminwerk-{name}-restored", f"terminwerk-{name}-two-data-Table-1"):
        _make_table(d, other)
    said: list[str] = []
    destroy(place.deployment(d.stage, tell=said.append), name, entries["TableName"])
    left = _kept(d, entries) | _stacks(d) | ({"key"} if key in _keys(d) else set())
    return Destroyed(refused, kept, "table and secret are the same" if again else "", left, "\n".join(said))


def _make_table(d: Deployment, name: str) -> None:
    key = {"AttributeName": "pk"}
    d.client("dynamodb").create_table(
        TableName=name,
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[key | {"AttributeType": "S"}],
        KeySchema=[key | {"KeyType": "HASH"}],
    )


def _is_refused(d: Deployment, data: str, sure: str) -> bool:
    try:
        destroy(d, data, sure)
    except Stopped:
        return True
    return False


def _kept(d: Deployment, entries: dict[str, str]) -> set[str]:
    buckets = {each["Name"] for each in d.client("s3").list_buckets()["Buckets"]}
    pools = {each["Id"] for each in d.client("cognito-idp").list_user_pools(MaxResults=60)["UserPools"]}
    found = {
        "table": entries["TableName"] in d.client("dynamodb").list_tables()["TableNames"],
        "pool": entries["StaffPoolId"] in pools,
        "site": entries["SiteBucket"] in buckets,
        "artifacts": entries["ArtifactBucket"] in buckets,
        "secret": bool(d.secret("secret")),
    }
    return {name for name, is_there in found.items() if is_there}


def _keys(d: Deployment) -> set[str]:
    return {each["id"] for each in d.client("apigateway").get_api_keys(limit=500)["items"]}


def _stacks(d: Deployment) -> set[str]:
    return {stack.name for stack in (d.data, d.app, d.edge) if stack.state}


def refused(place: Place, fields: dict[str, Any], wishes: dict[str, Any] | None = None) -> str:
    d = place.deployment(place.stage("refused", **fields))
    d.wishes = Wishes(**(wishes or {}))
    try:
        deploy(d)
    except Stopped as stopped:
        return str(stopped)
    return ""


def moved_to_another_table(place: Place, name: str) -> tuple[str, str, str, str]:
    """Which table the functions use after a deployment that names a restored one: its name, that of its stream, and the site's
    address in it; and what taking the application away says."""
    d = _deployed(place, name)
    own = d.data.outputs["TableName"]
    shape = d.client("dynamodb").describe_table(TableName=own)["Table"]
    named = ("AttributeDefinitions", "KeySchema")
    d.client("dynamodb").create_table(
        TableName=f"{name}-restored",
        BillingMode="PAY_PER_REQUEST",
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"},
        GlobalSecondaryIndexes=[
            {key: each[key] for key in ("IndexName", "KeySchema", "Projection")} for each in shape["GlobalSecondaryIndexes"]
        ],
        **{key: shape[key] for key in named},
    )
    d = _deployed(place, name, table=f"{name}-restored")
    functions = d.client("lambda")
    environment = functions.get_function_configuration(FunctionName=d.app.outputs["ApiFunction"])["Environment"]["Variables"]
    (source,) = functions.list_event_source_mappings(FunctionName=d.app.outputs["DeliverFunction"])["EventSourceMappings"]
    item = d.client("dynamodb").get_item(TableName=f"{name}-restored", Key={"pk": {"S": "DEPLOYMENT"}, "sk": {"S": "SITE"}})
    url = item["Item"]["url"]["S"] == d.app.outputs["SiteUrl"]
    said: list[str] = []
    destroy(place.deployment(d.stage, tell=said.append))
    return environment["TABLE"], source["EventSourceArn"].split("/")[1], "its own" if url else "another", "\n".join(said)


def with_another_pool(place: Place, name: str) -> tuple[list[str], list[str]]:
    """What a plan says of the deployed API: as it is, and once the data stack tells of another user pool."""
    d = _deployed(place, name)
    same = stacks.look_at_app(d)
    pool = d.client("cognito-idp").create_user_pool(PoolName=f"{name}-other")["UserPool"]
    told = d.data.outputs | {"StaffPoolId": pool["Id"], "StaffPoolArn": pool["Arn"]}
    d.data = cast(Any, SimpleNamespace(outputs=told))
    other = stacks.look_at_app(d)
    destroy(place.deployment(d.stage))
    return same, other


def with_second_factor(place: Place, name: str) -> tuple[list[tuple[str, str]], str]:
    """The second factor of a pool and of its stack: at first, compulsory later, and left to each again; and why the stack alone
    could not make it compulsory."""
    found = []
    for wanted in ("OPTIONAL", "ON", "OPTIONAL"):
        d = _deployed(place, name, second_factor=wanted)
        pool = d.client("cognito-idp").get_user_pool_mfa_config(UserPoolId=d.data.outputs["StaffPoolId"])
        found.append((pool["MfaConfiguration"], d.data.parameters["SecondFactor"]))
    d = place.deployment(place.stage(name, second_factor="ON"))
    try:
        deploy(d, [step for step in STEPS if step.name == "data"])
    except Stopped as stopped:
        return found, str(stopped)
    finally:
        destroy(d)
    return found, ""


def with_and_without_edge(place: Place, name: str) -> list[tuple[str, bool, bool]]:
    """With a domain and a firewall, and without again: the state of the stack in the other region, and whether the
    application has a certificate and a firewall of it."""
    zones, found = boto3.client("route53"), []
    zone = zones.create_hosted_zone(Name="example.org", CallerReference=name)["HostedZone"]["Id"].rpartition("/")[2]
    for fields in ({"domain": "termine.example.org", "hosted_zone": zone, "waf_requests": 2000}, {}):
        d = _deployed(place, name, **fields)
        entries = d.app.parameters
        found.append((d.edge.state, bool(entries["CertificateArn"]), bool(entries["WebAclArn"])))
    destroy(d)
    return found
