"""The functions: what each is told, what wakes it, what it may use. Laid over what Chalice says of them."""

from __future__ import annotations

import json
from collections.abc import Iterable

from infra.templates.parts import NOTHING, Part, att, log_group, ref, resource, sub, when

FUNCTIONS = {"api": "APIHandler", "deliver": "Deliver", "sweep": "Sweep", "bounces": "Bounces", "users": "Users"}
"""Name of a function's policy and log -> its logical id."""
RESERVED = {"deliver": 5, "sweep": 1, "bounces": 2, "users": 2}
"""The concurrency that a function has of its own, where any is set apart. People wait for none of these."""
SITE = when("HasDomain", sub("https://${Domain}"), "")
TABLE = {"TABLE": ref("TableName")}
PROVES = {"SECRET": ref("Secret"), "EARLIER_SECRET": ref("EarlierSecret")}
SENDS = {"SITE_URL": SITE, "MAIL_FROM": ref("MailFrom"), "CONFIGURATION_SET": ref("ConfigurationSet")}
POOL = {"USER_POOL_ISSUER": ref("StaffPoolIssuer"), "USER_POOL_CLIENT": ref("StaffClientId")}
GIVEN_UP = {"OnFailure": {"Type": "SQS", "Destination": att("DeadLetters")}}
NEW_MESSAGES = {"eventName": ["INSERT"], "dynamodb": {"Keys": {"sk": {"S": [{"prefix": "MESSAGE#"}]}}}}
SOON = {"MaximumEventAgeInSeconds": 60}
"""A sweep that is late is not made up for: the next one comes within a minute."""


def output_of(function: str) -> str:
    """The output of the application's stack that names a function."""
    return f"{function.capitalize()}Function"


def resources() -> Part:
    named = {
        "api": function("api", TABLE | PROVES | SENDS | POOL | {"USERS_FUNCTION": ref("Users")}),
        "deliver": function("deliver", TABLE | PROVES | SENDS, Events=_event("DeliverDynamodbEventSource", STREAM)),
        "sweep": function(
            "sweep",
            TABLE | PROVES | SENDS,
            EventInvokeConfig={"MaximumRetryAttempts": 0, **SOON},
            Events=_event("SweepEvent", {"RetryPolicy": {**SOON, "MaximumRetryAttempts": 1}}),
        ),
        "bounces": function(
            "bounces",
            TABLE | PROVES,
            EventInvokeConfig={
                "MaximumRetryAttempts": 2,
                "MaximumEventAgeInSeconds": 6 * 3600,
                "DestinationConfig": GIVEN_UP,
            },
            Events=_event("BouncesEvent", {"Pattern": {"detail": OF_THIS_STAGE}}),
        ),
        "users": function("users", TABLE | POOL),
    }
    kept = {"MessageRetentionPeriod": 14 * 24 * 3600, "SqsManagedSseEnabled": True}
    return {
        **{log_of(name): log_group(name) for name in named},
        **{FUNCTIONS[name]: made for name, made in named.items()},
        "DeadLetters": resource("SQS::Queue", kept, DeletionPolicy="Delete", UpdateReplacePolicy="Delete"),
    }


STREAM = {
    "Stream": ref("TableStreamArn"),
    "StartingPosition": "LATEST",
    "BatchSize": 10,
    "FilterCriteria": {"Filters": [{"Pattern": json.dumps(NEW_MESSAGES)}]},
    "FunctionResponseTypes": ["ReportBatchItemFailures"],
    "BisectBatchOnFunctionError": True,
    "MaximumRetryAttempts": 5,
    "MaximumRecordAgeInSeconds": 3600,
    "DestinationConfig": GIVEN_UP,
}
OF_THIS_STAGE = {"mail": {"tags": {"ses:configuration-set": [ref("ConfigurationSet")]}}}


def function(name: str, told: Part, **more: Part) -> Part:
    """`told` is its environment, `more` are further properties."""
    limit = {"ReservedConcurrentExecutions": when("Reserves", RESERVED[name], NOTHING)} if name in RESERVED else {}
    return {
        "Properties": {
            "Environment": {"Variables": told},
            "LoggingConfig": {
                "LogFormat": "JSON",
                "ApplicationLogLevel": "INFO",
                "SystemLogLevel": "WARN",
                "LogGroup": ref(log_of(name)),
            },
            "Tracing": None,
            **limit,
            **more,
        }
    }


def log_of(function: str) -> str:
    return f"{function.capitalize()}Log"


def _event(name: str, properties: Part) -> Part:
    """Chalice has named it and said what kind it is."""
    return {name: {"Properties": properties}}


def outputs(names: Iterable[str] = FUNCTIONS) -> Part:
    return {output_of(name): ref(FUNCTIONS[name]) for name in names}
