"""The shapes that several resources share, each written once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

Template = dict[str, Any]
Part = dict[str, Any]
NOTHING: Part = {"Ref": "AWS::NoValue"}
"""Takes its property away."""


def ref(name: str) -> Part:
    return {"Ref": name}


def sub(text: str) -> Part:
    return {"Fn::Sub": text}


def att(name: str, which: str = "Arn") -> Part:
    return {"Fn::GetAtt": [name, which]}


def when(condition: str, one: Any, other: Any = NOTHING) -> Part:
    return {"Fn::If": [condition, one, other]}


def is_set(parameter: str, unset: str | int = "") -> Part:
    """A condition: the parameter says anything."""
    return {"Fn::Not": [{"Fn::Equals": [ref(parameter), unset]}]}


def parameter(description: str, default: str | None = None, **more: Any) -> Part:
    """Of texts; without a default, every stack has to be told it."""
    return {"Type": "String", **({} if default is None else {"Default": default}), **more, "Description": description}


def number(description: str, default: int, **more: Any) -> Part:
    return {"Type": "Number", "Default": default, **more, "Description": description}


def outputs(values: Mapping[str, Any]) -> Part:
    return {name: {"Value": value} for name, value in values.items()}


def resource(kind: str, properties: Mapping[str, Any], **more: Any) -> Part:
    """`kind` without the `AWS::` before it; `more` is beside the properties, as a condition is."""
    return {"Type": f"AWS::{kind}", **more, "Properties": dict(properties)}


def policy(*statements: Part) -> Part:
    return {"Version": "2012-10-17", "Statement": [*statements]}


def trust(service: str) -> Part:
    """The service may act in a role."""
    return policy({"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"})


def only_by_tls(resources: list[Part], **but: str) -> Part:
    """A statement of a bucket's policy. `but` are further conditions by which a request is denied."""
    insecure = {"Bool": {"aws:SecureTransport": "false", **{f"aws:{name}": value for name, value in but.items()}}}
    denied = {"Effect": "Deny", "Principal": "*", "Action": "s3:*"}
    return {"Sid": "OnlyByTls", **denied, "Resource": resources, "Condition": insecure}


def bucket() -> Part:
    """Private, encrypted, and with its former versions for 90 days."""
    encrypted = {"ServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}
    private = ("BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets")
    replaced = {
        "Id": "forget-what-was-replaced",
        "Status": "Enabled",
        "NoncurrentVersionExpiration": {"NoncurrentDays": 90},
        "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 7},
    }
    deleted = {"Id": "forget-what-was-deleted", "Status": "Enabled", "ExpiredObjectDeleteMarker": True}
    return resource(
        "S3::Bucket",
        {
            "BucketEncryption": {"ServerSideEncryptionConfiguration": [encrypted]},
            "OwnershipControls": {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]},
            "PublicAccessBlockConfiguration": dict.fromkeys(private, True),
            "VersioningConfiguration": {"Status": "Enabled"},
            "LifecycleConfiguration": {"Rules": [replaced, deleted]},
        },
    )


def log_group(name: str) -> Part:
    """Goes with its stack; `name` is its last part."""
    named = {"LogGroupName": sub(f"/terminwerk/${{Stage}}/{name}"), "RetentionInDays": ref("LogDays")}
    return resource("Logs::LogGroup", named, DeletionPolicy="Delete", UpdateReplacePolicy="Delete")


def metric(log: str, pattern: str, name: str, value: str) -> Part:
    """A metric of the stage, read from the lines of a log that the pattern meets."""
    made = {"MetricNamespace": OWN_METRICS, "MetricName": name, "MetricValue": value}
    return resource("Logs::MetricFilter", {"LogGroupName": ref(log), "FilterPattern": pattern, "MetricTransformations": [made]})


OWN_METRICS = sub("Terminwerk/${Stage}")


def alarm(
    description: str,
    namespace: str | Part,
    metric: str,
    threshold: float,
    *,
    of: Mapping[str, Any] | None = None,
    statistic: str = "Sum",
    seconds: int = 300,
    periods: int = 1,
    breaching: int | None = None,
    missing: Any = "notBreaching",
) -> Part:
    """Rings from the threshold on and tells its end too. `of` are the dimensions of the metric, `seconds` is a period. Of the
    `periods`, `breaching` must be so; None: all of them.
    """
    told = [ref("AlarmTopic")]
    watched = {"Dimensions": dimensions(of)} if of else {}
    return resource(
        "CloudWatch::Alarm",
        {
            "AlarmDescription": description,
            "Namespace": namespace,
            "MetricName": metric,
            "Statistic": statistic,
            "Period": seconds,
            "Threshold": threshold,
            **watched,
            "EvaluationPeriods": periods,
            **({} if breaching is None else {"DatapointsToAlarm": breaching}),
            "TreatMissingData": missing,
            "ComparisonOperator": "GreaterThanOrEqualToThreshold",
            "AlarmActions": told,
            "OKActions": told,
        },
    )


def dimensions(of: Mapping[str, Any]) -> list[Part]:
    return [{"Name": name, "Value": value} for name, value in of.items()]


def merged(theirs: Any, ours: Any) -> Any:
    """`ours` laid over `theirs`, object by object, as a merge patch (RFC 7396): ours wins, None takes away."""
    if not isinstance(ours, dict):
        return ours
    whole = dict(theirs) if isinstance(theirs, dict) else {}
    for name, value in ours.items():
        if value is None:
            whole.pop(name, None)
        else:
            whole[name] = merged(whole.get(name), value)
    return whole


def united(parts: Iterable[Part]) -> Part:
    """All resources of several parts. Raises ValueError where two have one name."""
    whole: Part = {}
    for part in parts:
        if twice := whole.keys() & part.keys():
            raise ValueError(f"named twice: {', '.join(sorted(twice))}")
        whole |= part
    return whole
