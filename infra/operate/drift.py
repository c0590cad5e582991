"""Changes by hand since a stack was deployed, and differences that CloudFormation takes for such changes.

Some of its comparisons permanently report a difference where nothing was changed. They are notes: the service itself denies
the difference, or it alters nothing that runs. Everything else is a fault.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from typing import Any

import boto3
from botocore.exceptions import ClientError

SECONDS = 300.0
LOG_POLICY = "AmazonAPIGatewayPushToCloudWatchLogs"
Drift = dict[str, Any]


class Note(str):
    """What is told and is no fault."""


def drifted(stack: str) -> Iterator[str]:
    """A sentence for each resource that differs from its template. Raises TimeoutError where it cannot be found out."""
    api = boto3.client("cloudformation")
    _detect(api, stack)
    for drift in _drifts(api, stack):
        yield from _told(stack, drift)


def _told(stack: str, drift: Drift) -> Iterator[str]:
    paths = sorted(difference["PropertyPath"] for difference in drift.get("PropertyDifferences", ()))
    echoes = {name: reason for name in sorted(set(map(_name, paths))) if (reason := _echo(drift, name))}
    where = f"{stack} {drift['LogicalResourceId']}"
    changed = [path for path in paths if _name(path) not in echoes]
    if changed or not paths:
        yield f"{where} {drift['StackResourceDriftStatus'].lower()} {', '.join(changed)}".rstrip()
    yield from (Note(f"note: {where} is said to differ in {name}, and does not matter: {echoes[name]}") for name in echoes)


def _name(path: str) -> str:
    """Of the property, whose path is as in `/BucketEncryption/ServerSideEncryptionConfiguration/0`."""
    return path.split("/")[1]


def _echo(drift: Drift, name: str) -> str:
    """Why a difference of this property is none; "" where it is one, or may be."""
    expected, actual = (json.loads(drift.get(f"{side}Properties") or "{}").get(name) for side in ("Expected", "Actual"))
    physical = drift.get("PhysicalResourceId", "")
    match drift["ResourceType"], name:
        case _, "Tags":
            return "tags alter nothing that runs"
        case "AWS::S3::Bucket", "BucketEncryption" if _algorithms(expected) == _encryption(physical):
            return "S3 itself says that it is encrypted as the template says"
        case "AWS::S3::Bucket", "OwnershipControls" if _owners(expected) == _ownership(physical):
            return "S3 itself says that objects belong to whom the template says"
        case "AWS::Cognito::UserPoolClient", _ if _is_reordered(expected, actual):
            return "it is the same list in another order"
        case "AWS::ApiGateway::Account", "CloudWatchRoleArn" if isinstance(actual, str) and _writes_logs(actual):
            return "another stage of this region has set its own role, which writes the access logs of all"
    return ""


def _algorithms(expected: Any) -> list[str]:
    rules = (expected or {}).get("ServerSideEncryptionConfiguration", ())
    return [rule["ServerSideEncryptionByDefault"]["SSEAlgorithm"] for rule in rules]


def _encryption(bucket: str) -> list[str]:
    try:
        found = boto3.client("s3").get_bucket_encryption(Bucket=bucket)["ServerSideEncryptionConfiguration"]["Rules"]
    except ClientError:
        return []
    return [rule["ApplyServerSideEncryptionByDefault"]["SSEAlgorithm"] for rule in found]


def _owners(expected: Any) -> list[str]:
    return [rule["ObjectOwnership"] for rule in (expected or {}).get("Rules", ())]


def _ownership(bucket: str) -> list[str]:
    try:
        found = boto3.client("s3").get_bucket_ownership_controls(Bucket=bucket)["OwnershipControls"]["Rules"]
    except ClientError:
        return []
    return [rule["ObjectOwnership"] for rule in found]


def _is_reordered(expected: Any, actual: Any) -> bool:
    return isinstance(expected, list) and isinstance(actual, list) and sorted(expected) == sorted(actual)


def _writes_logs(role: str) -> bool:
    """Whether API Gateway can write logs by it: one that is gone, or has lost its policy, makes a silent gateway."""
    try:
        found = boto3.client("iam").list_attached_role_policies(RoleName=role.rpartition("/")[2])["AttachedPolicies"]
    except ClientError:
        return False
    return LOG_POLICY in {each["PolicyName"] for each in found}


def _drifts(api: Any, stack: str) -> Iterator[Drift]:
    """Page by page, by hand: the SDK does not know that this comes in pages."""
    asked: dict[str, Any] = {"StackName": stack, "StackResourceDriftStatusFilters": ["MODIFIED", "DELETED"]}
    while True:
        page = api.describe_stack_resource_drifts(**asked)
        yield from page["StackResourceDrifts"]
        if "NextToken" not in page:
            return
        asked["NextToken"] = page["NextToken"]


def _detect(api: Any, stack: str) -> None:
    detection = api.detect_stack_drift(StackName=stack)["StackDriftDetectionId"]
    deadline = time.monotonic() + SECONDS
    while time.monotonic() < deadline:
        status = api.describe_stack_drift_detection_status(StackDriftDetectionId=detection)
        if status["DetectionStatus"] == "DETECTION_COMPLETE":
            return
        if status["DetectionStatus"] == "DETECTION_FAILED":
            raise TimeoutError(status.get("DetectionStatusReason", "the detection failed"))
        time.sleep(1)
    raise TimeoutError(f"the detection took more than {SECONDS:.0f} s")
