"""What would be missed first where a template loses or mistakes something: alarms, firewall rules, roles, the ways of events.

Each is held by what else is in the templates, since a name alone proves nothing: an alarm on a dimension that nobody fills is
silent.
The last test takes properties away at random and counts what nobody notices.
"""

from __future__ import annotations

import copy
import inspect
import itertools
import json
import random
import sys
from collections.abc import Callable, Iterator
from functools import partial
from types import SimpleNamespace
from typing import Any, NamedTuple

import pytest

from infra.deploy.policies import asked_by
from infra.templates.app import over_chalice
from infra.templates.parts import Template
from tests.infra.deploy import test_template
from tests.infra.deploy.test_template import FUNCTIONS, of_type, properties
from tests.infra.local import test_pool, test_table

# ---- alarms


class Alarm(NamedTuple):
    namespace: Any
    metric: str
    dimensions: dict[str, Any]
    statistic: str
    threshold: float
    seconds: int
    """Of a period."""
    periods: tuple[int, int] = (1, 1)
    """How many must be so, of how many."""
    missing: Any = "notBreaching"


OURS = {"Fn::Sub": "Terminwerk/${Stage}"}
ERRORS = {
    f"{name}Errors": Alarm("AWS/Lambda", "Errors", {"FunctionName": {"Ref": function}}, "Sum", 1, 300)
    for name, function in (("Api", "APIHandler"), ("Deliver", "Deliver"), ("Bounces", "Bounces"), ("Users", "Users"))
}
API = {"ApiName": {"Fn::Sub": "terminwerk-${Stage}"}, "Stage": "api"}
DEAD_LETTERS = {"QueueName": {"Fn::GetAtt": ["DeadLetters", "QueueName"]}}
ALARMS = ERRORS | {
    "SweepErrors": Alarm("AWS/Lambda", "Errors", {"FunctionName": {"Ref": "Sweep"}}, "Sum", 1, 300, (2, 3)),
    "Throttles": Alarm("AWS/Lambda", "Throttles", {}, "Sum", 10, 300),
    "ServerErrors": Alarm("AWS/ApiGateway", "5XXError", API, "Sum", 3, 300),
    "StreamAge": Alarm("AWS/Lambda", "IteratorAge", {"FunctionName": {"Ref": "Deliver"}}, "Maximum", 300_000, 300),
    "DeadLettersWaiting": Alarm("AWS/SQS", "ApproximateNumberOfMessagesVisible", DEAD_LETTERS, "Maximum", 1, 300),
    "Unsent": Alarm(OURS, "Unsent", {}, "Sum", 3, 900),
    "SweepLate": Alarm(OURS, "Late", {}, "Maximum", 900, 300, (3, 3), {"Fn::If": ["SilenceRings", "breaching", "missing"]}),
    "BounceRate": Alarm("AWS/SES", "Reputation.BounceRate", {}, "Maximum", 0.03, 3600),
    "ComplaintRate": Alarm("AWS/SES", "Reputation.ComplaintRate", {}, "Maximum", 0.0008, 3600),
}


def test_each_alarm_watches_what_it_is_named_after_and_rings_where_the_manual_says(app: Template) -> None:
    assert {name: read(found) for name, found in of_type(app, "AWS::CloudWatch::Alarm").items()} == ALARMS


def read(entries: dict[str, Any]) -> Alarm:
    periods = entries["EvaluationPeriods"]
    return Alarm(
        entries["Namespace"],
        entries["MetricName"],
        {each["Name"]: each["Value"] for each in entries.get("Dimensions", ())},
        entries["Statistic"],
        entries["Threshold"],
        entries["Period"],
        (entries.get("DatapointsToAlarm", periods), periods),
        entries["TreatMissingData"],
    )


def test_each_alarm_rings_from_its_threshold_on_and_tells_its_beginning_and_its_end(app: Template) -> None:
    for found in of_type(app, "AWS::CloudWatch::Alarm").values():
        assert found["ComparisonOperator"] == "GreaterThanOrEqualToThreshold"
        assert found["AlarmActions"] == found["OKActions"] == [{"Ref": "AlarmTopic"}]
        assert found["AlarmDescription"]
        assert found.get("ActionsEnabled", True)


def test_what_alarms_watch_is_in_the_template(app: Template) -> None:
    """A function, a queue, and the API by the name and the stage that it has."""
    api = properties(app, "RestAPI")
    for found in of_type(app, "AWS::CloudWatch::Alarm").values():
        for dimension in found.get("Dimensions", ()):
            match dimension:
                case {"Name": "FunctionName", "Value": {"Ref": function}}:
                    assert app["Resources"][function]["Type"] == "AWS::Serverless::Function"
                case {"Name": "QueueName", "Value": {"Fn::GetAtt": [queue, "QueueName"]}}:
                    assert app["Resources"][queue]["Type"] == "AWS::SQS::Queue"
                case {"Name": "ApiName", "Value": name}:
                    assert name == api["Name"] == api["DefinitionBody"]["info"]["title"]
                case {"Name": "Stage", "Value": stage}:
                    assert stage == api["StageName"]
                case _:
                    pytest.fail(f"nobody fills {dimension}")


def test_each_metric_of_ours_is_read_from_the_log_of_the_function_that_writes_it(app: Template) -> None:
    writers = {"Late": "Sweep", "Unsent": "Sweep", "ColdStarts": "APIHandler", "TriedAgain": "APIHandler"}
    filters = of_type(app, "AWS::Logs::MetricFilter").values()
    made = [(found["LogGroupName"], each) for found in filters for each in found["MetricTransformations"]]
    logs = {metric: properties(app, function)["LoggingConfig"]["LogGroup"] for metric, function in writers.items()}
    assert {each["MetricName"]: log for log, each in made} == logs
    assert {found.metric for found in ALARMS.values() if found.namespace == OURS} <= logs.keys()
    assert [each["MetricNamespace"] for _, each in made] == [OURS] * len(writers)


def test_alarms_reach_the_mailbox_that_the_stage_names(app: Template) -> None:
    topic = {"Ref": "AlarmTopic"}
    heard = properties(app, "AlarmSubscription")
    assert heard == {"TopicArn": topic, "Protocol": "email", "Endpoint": {"Ref": "AlarmMail"}}
    policy = properties(app, "AlarmTopicPolicy")
    (statement,) = policy["PolicyDocument"]["Statement"]
    assert policy["Topics"] == [topic]
    assert (statement["Effect"], statement["Principal"]) == ("Allow", {"Service": "cloudwatch.amazonaws.com"})
    assert (statement["Action"], statement["Resource"]) == ("sns:Publish", topic)
    assert statement["Condition"] == {"StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}}


def test_a_budget_tells_the_same_mailbox_when_four_fifths_are_spent_or_all_is_foreseen(app: Template) -> None:
    found = properties(app, "Budget")
    limit = found["Budget"]
    assert (limit["BudgetType"], limit["TimeUnit"]) == ("COST", "MONTHLY")
    assert limit["BudgetLimit"] == {"Amount": {"Ref": "BudgetUsd"}, "Unit": "USD"}
    told = [(each["Notification"], each["Subscribers"]) for each in found["NotificationsWithSubscribers"]]
    of = {"ComparisonOperator": "GREATER_THAN", "ThresholdType": "PERCENTAGE"}
    heard = [{"SubscriptionType": "EMAIL", "Address": {"Ref": "AlarmMail"}}]
    assert told == [
        (of | {"NotificationType": "ACTUAL", "Threshold": 80}, heard),
        (of | {"NotificationType": "FORECASTED", "Threshold": 100}, heard),
    ]


# ---- the firewall


def rules(edge: Template) -> dict[str, dict[str, Any]]:
    return {rule["Name"]: rule for rule in properties(edge, "WebAcl")["Rules"]}


def test_each_rule_of_the_firewall_blocks_single_addresses_beyond_its_limit_in_five_minutes(edge: Template) -> None:
    found = properties(edge, "WebAcl")
    assert found["Scope"] == "CLOUDFRONT"
    assert found["DefaultAction"] == {"Allow": {}}
    assert {name: rule["Action"] for name, rule in rules(edge).items()} == {
        "bookings": {"Block": {}},
        "requests": {"Block": {}},
    }
    limits = {name: rule["Statement"]["RateBasedStatement"] for name, rule in rules(edge).items()}
    assert {name: each["Limit"] for name, each in limits.items()} == {
        "bookings": 100,
        "requests": {"Ref": "WafRequests"},
    }
    assert {(each["AggregateKeyType"], each["EvaluationWindowSec"]) for each in limits.values()} == {("IP", 300)}
    assert "ScopeDownStatement" not in limits["requests"]
    assert sorted(rule["Priority"] for rule in rules(edge).values()) == [0, 1]


def test_the_rule_of_bookings_meets_every_post_of_customers_and_none_of_the_staff(app: Template, edge: Template) -> None:
    """Signing out is the staff's, and asks nothing of the database."""
    scope = rules(edge)["bookings"]["Statement"]["RateBasedStatement"]["ScopeDownStatement"]["AndStatement"]["Statements"]
    method, either = scope[0]["ByteMatchStatement"], scope[1]["OrStatement"]["Statements"]
    paths = [each["ByteMatchStatement"] for each in either]
    assert (method["FieldToMatch"], method["PositionalConstraint"]) == ({"Method": {}}, "EXACTLY")
    assert all((each["FieldToMatch"], each["PositionalConstraint"]) == ({"UriPath": {}}, "STARTS_WITH") for each in paths)
    assert method["TextTransformations"] == [{"Priority": 0, "Type": "NONE"}]
    asked = {f"/api{where}" for (where, verb) in test_template.methods(app) if verb == method["SearchString"].lower()}
    met = {where for where in asked if where.startswith(tuple(each["SearchString"] for each in paths))}
    assert len(met) >= 8
    assert met == {where for where in asked if not where.startswith("/api/v1/staff/")} - {"/api/v1/sign-out"}


def test_the_firewall_tells_how_often_each_rule_blocks(edge: Template) -> None:
    found = properties(edge, "WebAcl")
    views = [found["VisibilityConfig"], *(rule["VisibilityConfig"] for rule in found["Rules"])]
    assert [view["CloudWatchMetricsEnabled"] for view in views] == [True] * 3
    assert len({view["MetricName"]["Fn::Sub"] for view in views}) == 3


# ---- roles


def trusted(role: dict[str, Any]) -> list[tuple[str, Any, str]]:
    document = role["AssumeRolePolicyDocument"]
    assert document["Version"] == "2012-10-17"
    return [(each["Effect"], each["Principal"], each["Action"]) for each in document["Statement"]]


def test_each_role_is_of_one_service_and_has_one_policy(app: Template, data: Template) -> None:
    """A function's is its file, which another test compares; the gateway's is AWS's own for its logs."""
    of_functions = {properties(app, name)["Role"]["Fn::GetAtt"][0]: policy for name, policy in FUNCTIONS.items()}
    roles = of_type(app, "AWS::IAM::Role")
    assert roles.keys() == of_functions.keys()
    for name, role in roles.items():
        assert trusted(role) == [("Allow", {"Service": "lambda.amazonaws.com"}, "sts:AssumeRole")]
        (policy,) = role["Policies"]
        allowed = [each for each in policy["PolicyDocument"]["Statement"] if each["Effect"] == "Allow"]
        assert asked_by(of_functions[name]) == {action for each in allowed for action in listed(each["Action"])}
    ((name, role),) = of_type(data, "AWS::IAM::Role").items()
    assert name == "AccessLogRole"
    assert trusted(role) == [("Allow", {"Service": "apigateway.amazonaws.com"}, "sts:AssumeRole")]
    (arn,) = role["ManagedPolicyArns"]
    assert arn["Fn::Sub"].endswith(":iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs")
    assert "Policies" not in role


def listed(actions: str | list[str]) -> list[str]:
    return [actions] if isinstance(actions, str) else actions


def test_the_gateway_writes_its_access_log_by_that_role(data: Template) -> None:
    assert properties(data, "AccessLogAccount") == {"CloudWatchRoleArn": {"Fn::GetAtt": ["AccessLogRole", "Arn"]}}


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_function_writes_no_log_but_its_own(app: Template, function: str) -> None:
    log = properties(app, function)["LoggingConfig"]["LogGroup"]["Ref"]
    (policy,) = properties(app, properties(app, function)["Role"]["Fn::GetAtt"][0])["Policies"]
    (statement,) = [each for each in policy["PolicyDocument"]["Statement"] if "logs:PutLogEvents" in each["Action"]]
    assert statement["Resource"] == {"Fn::GetAtt": [log, "Arn"]}


def test_what_names_no_resource_is_allowed_on_all_of_them(app: Template) -> None:
    """An action that AWS checks against no single resource, allowed on one, is allowed on none."""
    nameless = {"dynamodb:ListStreams", "ses:GetAccount", "cloudwatch:GetMetricStatistics"}
    for role in of_type(app, "AWS::IAM::Role").values():
        for statement in role["Policies"][0]["PolicyDocument"]["Statement"]:
            if nameless & set(listed(statement["Action"])):
                assert statement["Resource"] == "*"


# ---- the ways of events


def test_what_ses_tells_of_mails_of_this_stage_goes_to_the_bus_that_its_rule_listens_to(app: Template) -> None:
    found, rule = properties(app, "MailEvents"), properties(app, "Bounces")["Events"]["BouncesEvent"]
    told = found["EventDestination"]
    assert found["ConfigurationSetName"] == {"Ref": "ConfigurationSet"}
    assert told["Enabled"] is True
    bus = told["EventBridgeDestination"]["EventBusArn"]["Fn::Sub"]
    assert bus.endswith(":event-bus/default")
    assert "EventBusName" not in rule["Properties"]
    assert properties(app, "ConfigurationSet")["SendingOptions"] == {"SendingEnabled": True}
    assert properties(app, "ConfigurationSet")["ReputationOptions"] == {"ReputationMetricsEnabled": True}


def test_addresses_are_suppressed_by_their_branch_alone_and_not_for_all_by_ses(app: Template) -> None:
    assert properties(app, "ConfigurationSet")["SuppressionOptions"] == {"SuppressedReasons": []}


@pytest.mark.parametrize("function", ["Deliver", "Sweep", "Bounces"])
def test_what_wakes_a_function_is_not_made_switched_off(app: Template, function: str) -> None:
    (event,) = properties(app, function)["Events"].values()
    assert event["Properties"].get("Enabled", True) is True
    assert event["Properties"].get("State", "ENABLED") == "ENABLED"


# ---- what functions are told


TABLE, SECRET = {"TABLE": {"Ref": "TableName"}}, {"SECRET": {"Ref": "Secret"}}
SENDS = {
    "SITE_URL": {"Fn::If": ["HasDomain", {"Fn::Sub": "https://${Domain}"}, ""]},
    "MAIL_FROM": {"Ref": "MailFrom"},
    "CONFIGURATION_SET": {"Ref": "ConfigurationSet"},
}
POOL = {"USER_POOL_ISSUER": {"Ref": "StaffPoolIssuer"}, "USER_POOL_CLIENT": {"Ref": "StaffClientId"}}
TOLD: dict[str, dict[str, Any]] = {
    "APIHandler": TABLE | SECRET | SENDS | POOL | {"USERS_FUNCTION": {"Ref": "Users"}},
    "Deliver": TABLE | SECRET | SENDS,
    "Sweep": TABLE | SECRET | SENDS,
    "Bounces": TABLE | SECRET,
    "Users": TABLE | POOL,
}


@pytest.mark.parametrize("function", FUNCTIONS)
def test_each_name_that_a_function_reads_means_what_it_says(app: Template, function: str) -> None:
    assert properties(app, function)["Environment"]["Variables"].items() >= TOLD[function].items()


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_function_logs_what_the_application_tells_from_info_on(app: Template, function: str) -> None:
    assert properties(app, function)["LoggingConfig"]["ApplicationLogLevel"] == "INFO"


def test_where_nothing_is_set_apart_functions_have_no_limit_of_their_own(app: Template) -> None:
    limits = [found.get("ReservedConcurrentExecutions") for found in of_type(app, "AWS::Serverless::Function").values()]
    assert {json.dumps(limit["Fn::If"][2]) for limit in limits if limit} == {'{"Ref": "AWS::NoValue"}'}


def test_what_an_event_could_not_do_is_tried_again_as_long_as_it_makes_sense(app: Template) -> None:
    """A sweep comes every minute anyway; word of a bounce comes once."""
    assert properties(app, "Sweep")["EventInvokeConfig"] == {"MaximumRetryAttempts": 0, "MaximumEventAgeInSeconds": 60}
    schedule = properties(app, "Sweep")["Events"]["SweepEvent"]["Properties"]
    assert schedule["RetryPolicy"] == {"MaximumEventAgeInSeconds": 60, "MaximumRetryAttempts": 1}
    bounces = properties(app, "Bounces")["EventInvokeConfig"]
    assert (bounces["MaximumRetryAttempts"], bounces["MaximumEventAgeInSeconds"]) == (2, 6 * 3600)
    source = properties(app, "Deliver")["Events"]["DeliverDynamodbEventSource"]["Properties"]
    assert (source["StartingPosition"], source["BatchSize"]) == ("LATEST", 10)
    assert source["DestinationConfig"]["OnFailure"]["Type"] == bounces["DestinationConfig"]["OnFailure"]["Type"] == "SQS"


# ---- the gateway


def test_whatever_the_gateway_answers_by_itself_is_guessed_at_by_no_browser(app: Template) -> None:
    told = test_template.gateway_responses(app)
    assert {each["responseParameters"]["gatewayresponse.header.X-Content-Type-Options"] for each in told.values()} == {
        "'nosniff'"
    }
    assert all(set(each["responseTemplates"]) == {"application/json"} for each in told.values())


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        ("UNAUTHORIZED", "401"),
        ("EXPIRED_TOKEN", "401"),
        ("ACCESS_DENIED", "403"),
        ("INVALID_API_KEY", "403"),
        ("MISSING_AUTHENTICATION_TOKEN", "404"),
        ("RESOURCE_NOT_FOUND", "404"),
        ("REQUEST_TOO_LARGE", "413"),
        ("UNSUPPORTED_MEDIA_TYPE", "415"),
        ("THROTTLED", "429"),
        ("QUOTA_EXCEEDED", "429"),
        ("INTEGRATION_FAILURE", "503"),
        ("INTEGRATION_TIMEOUT", "503"),
    ],
)
def test_each_kind_of_refusal_has_its_status_and_says_when_to_ask_again(app: Template, kind: str, status: str) -> None:
    told = test_template.gateway_responses(app)[kind]
    assert told["statusCode"] == status
    after = told["responseParameters"].get("gatewayresponse.header.Retry-After")
    assert after == ("'2'" if status in ("429", "503") else None)


def test_the_key_of_cloudfront_is_good_for_the_stage_of_this_api(app: Template) -> None:
    assert properties(app, "OriginApiKey")["Enabled"] is True
    assert properties(app, "OriginPlan")["ApiStages"] == [{"ApiId": {"Ref": "RestAPI"}, "Stage": "api"}]
    found = properties(app, "OriginPlanKey")
    assert (found["KeyType"], found["UsagePlanId"]) == ("API_KEY", {"Ref": "OriginPlan"})


def test_what_the_gateway_sends_is_compressed_from_a_kilobyte_on(app: Template) -> None:
    assert properties(app, "RestAPI")["MinimumCompressionSize"] == 1024


def test_the_gateway_logs_accesses_alone(app: Template) -> None:
    (settings,) = properties(app, "RestAPI")["MethodSettings"]
    assert settings["MetricsEnabled"] is False
    assert properties(app, "AccessLog")["LogGroupName"] == {"Fn::Sub": "/terminwerk/${Stage}/access"}
    assert properties(app, "AccessLog")["RetentionInDays"] == {"Ref": "LogDays"}


# ---- CloudFront, the site's files and its name


READS, ALL = {"GET", "HEAD"}, {"GET", "HEAD", "OPTIONS", "PUT", "PATCH", "POST", "DELETE"}
OPTIMISED = "658327ea-f89d-4fab-a63d-7e88639e58f6"
"""AWS's own cache policy for files: CachingOptimized."""
HTTPS = {"api": "https-only", "site": "redirect-to-https"}


@pytest.mark.parametrize(
    ("path", "origin", "methods"),
    [
        ("/", "site", READS),
        ("/index.html", "site", READS),
        ("/v/1/app.js", "site", READS),
        ("/manage.html", "site", READS),
        ("/staff", "site", READS),
        ("/staff/index.html", "site", READS),
        ("/api/v1/access/elbufer-x/slots", "api", READS),
        ("/api/v1/access/elbufer-x/days", "api", READS),
        ("/api/v1/access/elbufer-x/appointments", "api", ALL),
        ("/api/v1/staff/me", "api", ALL),
    ],
)
def test_each_path_leads_where_it_belongs_over_https_alone(app: Template, path: str, origin: str, methods: set[str]) -> None:
    found = test_template.behaviour(app, path)
    assert (found["TargetOriginId"], found["ViewerProtocolPolicy"]) == (origin, HTTPS[origin])
    assert set(found["AllowedMethods"]) == methods
    if origin == "site":
        assert found["CachePolicyId"] == OPTIMISED
    else:
        assert found["OriginRequestPolicyId"] == "b689b0a8-53d0-40ab-baf2-68738e2966ac"  # all but the host
        assert found["ResponseHeadersPolicyId"] == {"Ref": "ApiHeaders"}


def test_cloudfront_fetches_from_the_bucket_as_itself_and_from_the_api_by_https(app: Template) -> None:
    origins = {each["Id"]: each for each in test_template.distribution(app)["Origins"]}
    site, api = origins["site"], origins["api"]
    assert site["DomainName"] == {"Fn::Sub": "${SiteBucket}.s3.${AWS::Region}.${AWS::URLSuffix}"}
    assert site["OriginAccessControlId"] == {"Fn::GetAtt": ["SiteAccess", "Id"]}
    assert site["S3OriginConfig"] == {"OriginAccessIdentity": ""}
    access = properties(app, "SiteAccess")["OriginAccessControlConfig"]
    assert (access["OriginAccessControlOriginType"], access["SigningBehavior"]) == ("s3", "always")
    assert access["SigningProtocol"] == "sigv4"
    assert api["DomainName"] == {"Fn::Sub": "${RestAPI}.execute-api.${AWS::Region}.${AWS::URLSuffix}"}
    asked = api["CustomOriginConfig"]
    assert (asked["OriginProtocolPolicy"], asked["OriginSSLProtocols"]) == ("https-only", ["TLSv1.2"])
    assert asked["OriginReadTimeout"] > 29  # as long as the gateway may take


@pytest.mark.parametrize("path", ["/staff", "/staff/", "/staff/index.html"])
def test_the_planner_s_addresses_are_completed_before_they_are_looked_up(app: Template, path: str) -> None:
    (found,) = test_template.behaviour(app, path)["FunctionAssociations"]
    assert found == {"EventType": "viewer-request", "FunctionARN": {"Fn::GetAtt": ["StaffAddress", "FunctionARN"]}}
    function = properties(app, "StaffAddress")
    assert function["AutoPublish"] is True
    assert function["FunctionConfig"]["Runtime"].startswith("cloudfront-js-")
    assert "function handler(event)" in function["FunctionCode"]


def test_the_distribution_is_on_begins_at_the_booking_page_and_asks_the_firewall_where_there_is_one(app: Template) -> None:
    found = test_template.distribution(app)
    assert (found["Enabled"], found["DefaultRootObject"], found["PriceClass"]) == (True, "index.html", "PriceClass_100")
    nothing = {"Ref": "AWS::NoValue"}
    assert found["WebACLId"] == {"Fn::If": ["HasWebAcl", {"Ref": "WebAclArn"}, nothing]}
    assert found["Aliases"] == {"Fn::If": ["HasDomain", [{"Ref": "Domain"}], nothing]}
    certificate = found["ViewerCertificate"]["Fn::If"][1]
    assert (certificate["AcmCertificateArn"], certificate["SslSupportMethod"]) == ({"Ref": "CertificateArn"}, "sni-only")


def test_free_times_are_cached_compressed_too(app: Template) -> None:
    key = properties(app, "SlotsCache")["CachePolicyConfig"]["ParametersInCacheKeyAndForwardedToOrigin"]
    assert key["EnableAcceptEncodingGzip"] is key["EnableAcceptEncodingBrotli"] is True
    assert key["QueryStringsConfig"]["QueryStringBehavior"] == "whitelist"


@pytest.mark.parametrize("kind", ["A", "AAAA"])
def test_a_domain_leads_to_the_distribution(app: Template, kind: str) -> None:
    found = properties(app, f"Domain{kind}")
    assert (found["HostedZoneId"], found["Name"], found["Type"]) == ({"Ref": "HostedZone"}, {"Ref": "Domain"}, kind)
    of_cloudfront = "Z2FDTNDATAQYW2"
    assert found["AliasTarget"] == {"DNSName": {"Fn::GetAtt": ["Distribution", "DomainName"]}, "HostedZoneId": of_cloudfront}


def test_the_certificate_is_the_domain_s_and_proved_by_its_zone(edge: Template) -> None:
    found = properties(edge, "Certificate")
    assert (found["DomainName"], found["ValidationMethod"]) == ({"Ref": "Domain"}, "DNS")
    assert found["DomainValidationOptions"] == [{"DomainName": {"Ref": "Domain"}, "HostedZoneId": {"Ref": "HostedZone"}}]


def test_what_a_bucket_s_policy_says_holds_for_the_bucket_and_all_that_lies_in_it(app: Template, data: Template) -> None:
    site, artifacts = properties(app, "SiteBucketPolicy"), properties(data, "ArtifactBucketPolicy")
    assert (site["Bucket"], artifacts["Bucket"]) == ({"Ref": "SiteBucket"}, {"Ref": "ArtifactBucket"})
    statements = [*site["PolicyDocument"]["Statement"], *artifacts["PolicyDocument"]["Statement"]]
    assert [len(each["Resource"]) for each in statements] == [2] * 3
    assert all(json.dumps(each["Resource"][1]).endswith('/*"}') for each in statements)
    assert [(each["Principal"], each["Action"]) for each in statements if each["Effect"] == "Deny"] == [("*", "s3:*")] * 2
    assert {found["PolicyDocument"]["Version"] for found in (site, artifacts)} == {"2012-10-17"}


# ---- what is kept


@pytest.mark.parametrize("bucket", ["SiteBucket", "ArtifactBucket"])
def test_a_bucket_s_settings_are_all_there(data: Template, bucket: str) -> None:
    found = properties(data, bucket)
    (encryption,) = found["BucketEncryption"]["ServerSideEncryptionConfiguration"]
    assert encryption == {"ServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}
    assert found["OwnershipControls"] == {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]}
    assert len(found["PublicAccessBlockConfiguration"]) == 4
    replaced, deleted = found["LifecycleConfiguration"]["Rules"]
    assert (replaced["Status"], deleted["Status"]) == ("Enabled", "Enabled")
    assert replaced["AbortIncompleteMultipartUpload"] == {"DaysAfterInitiation": 7}
    assert deleted["ExpiredObjectDeleteMarker"] is True


def test_groups_have_the_names_that_the_application_reads(data: Template) -> None:
    groups = of_type(data, "AWS::Cognito::UserPoolGroup").values()
    assert {each["GroupName"] for each in groups} == {"admin", "staff"}
    assert [each["UserPoolId"] for each in groups] == [{"Ref": "StaffPool"}] * 2


def test_users_are_invited_by_mail_in_both_languages_and_come_back_by_mail(data: Template) -> None:
    found = properties(data, "StaffPool")
    invited, code = found["AdminCreateUserConfig"]["InviteMessageTemplate"], found["VerificationMessageTemplate"]
    assert [each["EmailSubject"]["Fn::Sub"].count(" / ") for each in (invited, code)] == [1, 1]
    told = invited["EmailMessage"]["Fn::Sub"]
    assert [told.count(each) for each in ("{username}", "{####}", 'href="${SignInUrl}"')] == [2, 2, 2]
    assert code["EmailMessage"]["Fn::Sub"].count("{####}") == 2
    assert code["DefaultEmailOption"] == "CONFIRM_WITH_CODE"
    assert found["AccountRecoverySetting"] == {"RecoveryMechanisms": [{"Name": "verified_email", "Priority": 1}]}
    assert found["AutoVerifiedAttributes"] == ["email"]
    assert found["UserAttributeUpdateSettings"] == {"AttributesRequireVerificationBeforeUpdate": ["email"]}
    assert found["Policies"]["PasswordPolicy"]["TemporaryPasswordValidityDays"] == 7


def test_length_alone_makes_a_password_good(data: Template) -> None:
    """AWS asks for all kinds of characters where a template does not say that it shall not."""
    policy = properties(data, "StaffPool")["Policies"]["PasswordPolicy"]
    assert [policy[f"Require{kind}"] for kind in ("Lowercase", "Uppercase", "Numbers", "Symbols")] == [False] * 4


def test_a_user_has_an_address_and_branches(data: Template) -> None:
    email, branches = properties(data, "StaffPool")["Schema"]
    assert email == {"Name": "email", "AttributeDataType": "String", "Mutable": True, "Required": False}
    assert branches["AttributeDataType"] == "String"
    assert branches["StringAttributeConstraints"]["MinLength"] == "0"


def test_the_pages_sign_in_by_their_own_client(data: Template) -> None:
    found = properties(data, "StaffClient")
    assert (found["UserPoolId"], found["SupportedIdentityProviders"]) == ({"Ref": "StaffPool"}, ["COGNITO"])
    assert set(found["ReadAttributes"]) == {"email", "email_verified", "custom:branches"}
    assert found["RefreshTokenValidity"] == 12


def test_each_key_of_the_table_is_a_text_that_is_parted_and_sorted_by(data: Template) -> None:
    found = properties(data, "Table")
    assert {each["AttributeType"] for each in found["AttributeDefinitions"]} == {"S"}
    keys = {"": found["KeySchema"]} | {each["IndexName"]: each["KeySchema"] for each in found["GlobalSecondaryIndexes"]}
    for index, schema in keys.items():
        assert [(key["AttributeName"], key["KeyType"]) for key in schema] == [(f"{index}pk", "HASH"), (f"{index}sk", "RANGE")]
    assert [each["Projection"] for each in found["GlobalSecondaryIndexes"]] == [{"ProjectionType": "ALL"}] * 3


def test_the_sender_is_what_the_stage_says(data: Template) -> None:
    assert properties(data, "SenderDomain")["EmailIdentity"] == {"Ref": "MailDomain"}
    assert properties(data, "SenderAddress") == {"EmailIdentity": {"Ref": "MailFrom"}}


# ---- and what none of all this notices

SEED, TAKEN, MOST_UNNOTICED = 20261126, 200, 0.1
FOR_PEOPLE = {"AlarmDescription", "Comment", "Description", "DisplayName", "Sid"}
"""What tells people something and nothing depends on."""
Place = tuple[str | int, ...]
Check = Callable[[], object]
Harm = Callable[[Any, str | int], None]
"""Does harm to what is named so within an object or a list."""


def taken_away(within: Any, name: str | int) -> None:
    del within[name]


def altered(within: Any, name: str | int) -> None:
    """Otherwise by as little as can be. Raises TypeError where it is no single value."""
    match within[name]:
        case bool(value):
            within[name] = not value
        case str(value):
            within[name] = f"{value}x"
        case int(value) | float(value):
            within[name] = value + 1
        case _:
            raise TypeError


@pytest.mark.parametrize("harm", [taken_away, altered])
def test_of_properties_that_are_taken_away_or_altered_at_random_hardly_one_goes_unnoticed(
    app: Template, data: Template, edge: Template, harm: Harm, capsys: pytest.CaptureFixture[str]
) -> None:
    """By what looks at templates alone; the linters, the local AWS and AWS itself look as well, and are not counted here."""
    templates, ours = {"app": app, "data": data, "edge": edge}, {"app": over_chalice(), "data": data, "edge": edge}
    assert all(is_sound(templates, name) for name in templates)
    every = [(name, place) for name, template in ours.items() for place in _places(template)]
    places = [where for where in every if harmed(templates, *where, harm)]
    taken = random.Random(SEED).sample(places, TAKEN)
    missed = [where for where in taken if is_sound(harmed(templates, *where, harm), where[0])]
    with capsys.disabled():
        print(f"\nOf {TAKEN} properties {harm.__name__.replace('_', ' ')}, of {len(places)}, {len(missed)} go unnoticed.")
    assert len(missed) <= MOST_UNNOTICED * TAKEN, "\n".join(map(str, missed))


def harmed(templates: dict[str, Template], of: str, place: Place, harm: Harm) -> dict[str, Template]:
    """Empty where this harm cannot be done there."""
    *above, last = place
    whole: Any = copy.copy(templates[of])
    within = whole
    for name in above:  # only what is harmed is copied: the rest is the same in all templates
        within[name] = within = copy.copy(within[name])
    try:
        harm(within, last)
    except TypeError:
        return {}
    return templates | {of: whole}


def _places(template: Template) -> Iterator[Place]:
    """Of everything that a template's resources say of themselves, and of what they say within it."""
    for name, resource in template["Resources"].items():
        for place in _within(resource.get("Properties", {})):
            yield ("Resources", name, "Properties", *place)


def _within(value: Any) -> Iterator[Place]:
    """Not of what is within a reference or a function of CloudFormation's: half of one is no template at all."""
    if isinstance(value, dict) and any(name == "Ref" or name.startswith("Fn::") for name in value):
        return
    named = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, inner in named:
        if inner is not None and name not in FOR_PEOPLE:  # what is null takes something away
            yield (name,)
            yield from ((name, *place) for place in _within(inner))


def is_sound(templates: dict[str, Template], looked_at: str) -> bool:
    """By the tests that look at one of the templates, be it beside others."""
    return all(map(_passes, _checks(templates, looked_at)))


def _passes(check: Check) -> bool:
    try:
        check()
    except (AssertionError, LookupError, TypeError, ValueError, AttributeError, pytest.fail.Exception):
        return False
    return True


PARTS = {"data": {"data", "template", "table", "pool", "client"}}
"""What fixtures are called that give a template, or a part of it, beside its own name."""


def _checks(templates: dict[str, Template], looked_at: str) -> Iterator[Check]:
    """The tests that look at this template, and at nothing but templates, with these in place of their fixtures."""
    data = templates["data"]
    values: dict[str, Any] = templates | {
        "template": data,
        "table": data["Resources"]["Table"],
        "pool": data["Resources"]["StaffPool"]["Properties"],
        "client": data["Resources"]["StaffClient"]["Properties"],
        "request": SimpleNamespace(getfixturevalue=templates.__getitem__),
    }
    looking = PARTS.get(looked_at, {looked_at}) | {"request"}
    for module in (sys.modules[__name__], test_template, test_pool, test_table):
        for name, test in vars(module).items():
            if name.startswith("test_") and callable(test) and looking & (wanted := _arguments(test)):
                for given in _given(test):
                    if wanted <= values.keys() | given.keys():
                        yield partial(test, **{key: given.get(key, values.get(key)) for key in wanted})


def _arguments(test: Any) -> set[str]:
    return set(inspect.signature(test).parameters)


def _given(test: Any) -> Iterator[dict[str, Any]]:
    """What `parametrize` gives, once for each case."""
    marks = [mark for mark in getattr(test, "pytestmark", ()) if mark.name == "parametrize"]
    for case in itertools.product(*(mark.args[1] for mark in marks)):
        given: dict[str, Any] = {}
        for mark, value in zip(marks, case, strict=True):
            names = [mark.args[0]] if isinstance(mark.args[0], str) else mark.args[0]
            given |= dict(zip(names, [value] if len(names) == 1 else value, strict=True))
        yield given
