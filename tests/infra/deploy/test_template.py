"""What CloudFormation gets says what the design says: by the synthesised templates alone, without any AWS."""

from __future__ import annotations

import fnmatch
import io
import json
import logging
import posixpath
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import unquote

import pytest
from chalice.app import Response

from chalicelib.api import events, logs
from chalicelib.api.http import RETRY_AFTER
from chalicelib.domain.outbox import Due
from chalicelib.store.tally import DatabaseUse
from infra.deploy.template import Package, key_of, text_of
from infra.local.engine import ROOT
from infra.local.site import cdn_headers
from infra.scale import report as scale
from infra.templates import edge as edge_stack
from infra.templates.parts import Template, merged
from tests.infra.expanding import expanded, named
from tests.infra.packages import app_package

FUNCTIONS = {"APIHandler": "api", "Deliver": "deliver", "Sweep": "sweep", "Bounces": "bounces", "Users": "users"}
"""Logical id -> the name of its policy and log."""


def properties(template: Template, name: str) -> Any:
    return template["Resources"][name]["Properties"]


def of_type(template: Template, kind: str) -> dict[str, Any]:
    return {name: each["Properties"] for name, each in template["Resources"].items() if each["Type"] == kind}


# ---- what is kept, beside the table (test_table.py) and the user pool (test_pool.py)


def test_all_that_is_kept_outlives_its_stack_unless_it_was_never_finished(data: Template) -> None:
    policies = {(each["DeletionPolicy"], each["UpdateReplacePolicy"]) for each in data["Resources"].values()}
    assert policies == {("RetainExceptOnCreate", "Retain")}


def test_what_is_protected_from_deletion_is_made_after_all_that_may_stop_the_stack(data: Template) -> None:
    """A new stack that fails takes back what it has made, but AWS lets it take back no table and no pool that is protected.
    (The pool waits for the sender by a tag: what is made on a condition can be named in no DependsOn.)"""
    names = set(data["Resources"])
    protected = {name for name in names if {"DeletionProtection", "DeletionProtectionEnabled"} & properties(data, name).keys()}
    of_the_pool = {name for name in names if "UserPoolId" in properties(data, name)}
    assert protected == {"StaffPool", "Table"}
    assert waits_for(data, "StaffPool") == names - protected - of_the_pool
    assert waits_for(data, "Table") == names - {"Table"}


def waits_for(template: Template, name: str) -> set[str]:
    """All that is made before a resource."""
    told = template["Resources"][name]
    first = {*told.get("DependsOn", [])} | {
        other for other in template["Resources"] if f'"{other}"' in json.dumps(told["Properties"])
    }
    return first.union(*(waits_for(template, each) for each in first))


def test_an_account_that_never_had_api_gateway_has_something_of_it_before_it_gets_a_role_for_logs(data: Template) -> None:
    first = waits_for(data, "AccessLogAccount")
    kinds = {data["Resources"][name]["Type"] for name in first}
    assert "AWS::ApiGateway::ApiKey" in kinds
    assert properties(data, "GatewayOpener")["Enabled"] is False


def test_a_role_for_logs_has_time_to_spread_before_api_gateway_is_told_of_it(data: Template) -> None:
    """Buckets take half a minute, and the role waits for nothing."""
    assert not waits_for(data, "AccessLogRole")
    assert waits_for(data, "AccessLogAccount") >= {"AccessLogRole", "SiteBucket", "ArtifactBucketPolicy"}


@pytest.mark.parametrize("bucket", ["SiteBucket", "ArtifactBucket"])
def test_a_bucket_is_private_encrypted_and_forgets_only_what_was_replaced(data: Template, bucket: str) -> None:
    found = properties(data, bucket)
    assert set(found["PublicAccessBlockConfiguration"].values()) == {True}
    assert found["BucketEncryption"]
    assert found["VersioningConfiguration"] == {"Status": "Enabled"}
    rules = found["LifecycleConfiguration"]["Rules"]
    assert not any("ExpirationInDays" in rule for rule in rules)
    assert any(rule.get("NoncurrentVersionExpiration") == {"NoncurrentDays": 90} for rule in rules)


@pytest.mark.parametrize(("template", "policy"), [("data", "ArtifactBucketPolicy"), ("app", "SiteBucketPolicy")])
def test_buckets_are_reached_by_tls_only(request: pytest.FixtureRequest, template: str, policy: str) -> None:
    statements = properties(request.getfixturevalue(template), policy)["PolicyDocument"]["Statement"]
    denied = [each for each in statements if each["Effect"] == "Deny"]
    assert [each["Condition"]["Bool"]["aws:SecureTransport"] for each in denied] == ["false"]


def test_stacks_hand_values_over_as_parameters_and_export_nothing(app: Template, data: Template) -> None:
    assert not [output for template in (app, data) for output in template["Outputs"].values() if "Export" in output]


def test_mails_are_signed_by_the_domain(data: Template) -> None:
    sender = properties(data, "SenderDomain")
    assert sender["DkimAttributes"] == {"SigningEnabled": True}
    assert sender["DkimSigningAttributes"] == {"NextSigningKeyLength": "RSA_2048_BIT"}


# ---- functions


def test_there_are_five_functions(app: Template) -> None:
    assert set(of_type(app, "AWS::Serverless::Function")) == set(FUNCTIONS)


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_function_runs_on_arm_with_python_3_13_and_logs_json_of_its_own(app: Template, function: str) -> None:
    found = properties(app, function)
    assert (found["Architectures"], found["Runtime"]) == (["arm64"], "python3.13")
    log = found["LoggingConfig"]["LogGroup"]["Ref"]
    assert found["LoggingConfig"]["LogFormat"] == "JSON"
    assert properties(app, log) == {
        "LogGroupName": {"Fn::Sub": f"/terminwerk/${{Stage}}/{FUNCTIONS[function]}"},
        "RetentionInDays": {"Ref": "LogDays"},
    }


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_function_s_role_holds_its_policy_file_and_no_other(app: Template, function: str) -> None:
    role = properties(app, properties(app, function)["Role"]["Fn::GetAtt"][0])
    file = ROOT / ".chalice" / "policies" / f"{FUNCTIONS[function]}.json"
    assert [each["PolicyDocument"] for each in role["Policies"]] == [json.loads(file.read_text())]
    assert "ManagedPolicyArns" not in role


@pytest.mark.parametrize("function", ["api", "deliver", "sweep"])
def test_a_function_sends_from_one_address_and_in_the_sandbox_too(function: str) -> None:
    """There SES asks for a right to the receiver's identity as well as to the sender's."""
    statements = json.loads((ROOT / ".chalice" / "policies" / f"{function}.json").read_text())["Statement"]
    (mail,) = [each for each in statements if each["Sid"] == "Mail"]
    assert mail["Condition"] == {"StringEqualsIfExists": {"ses:FromAddress": {"Ref": "MailFrom"}}}
    assert [each["Fn::Sub"].rpartition(":")[2] for each in mail["Resource"]] == [
        "identity/*",
        "configuration-set/${ConfigurationSet}",
    ]


def test_a_function_is_told_only_what_it_needs(app: Template) -> None:
    told = {name: set(properties(app, name)["Environment"]["Variables"]) for name in FUNCTIONS}
    sends = {"TABLE", "SECRET", "EARLIER_SECRET", "SITE_URL", "MAIL_FROM", "CONFIGURATION_SET"}
    pool = {"USER_POOL_ISSUER", "USER_POOL_CLIENT"}
    assert told == {
        "APIHandler": sends | pool | {"USERS_FUNCTION"},
        "Deliver": sends,
        "Sweep": sends,
        "Bounces": {"TABLE", "SECRET", "EARLIER_SECRET"},
        "Users": {"TABLE"} | pool,
    }


def test_concurrency_is_reserved_where_it_protects_and_never_for_who_people_wait_for(app: Template) -> None:
    reserved = {name: properties(app, name).get("ReservedConcurrentExecutions") for name in FUNCTIONS}
    assert reserved.pop("APIHandler") is None
    assert {name: limit["Fn::If"][:2] for name, limit in reserved.items()} == {
        "Deliver": ["Reserves", 5],
        "Sweep": ["Reserves", 1],
        "Bounces": ["Reserves", 2],
        "Users": ["Reserves", 2],
    }


def test_each_shard_of_a_new_table_has_a_function_that_sends_what_it_brings(app: Template) -> None:
    """How many send at once is the stream's matter: one batch of each shard. What is set apart only bounds it."""
    assert properties(app, "Deliver")["ReservedConcurrentExecutions"]["Fn::If"][1] >= scale.TABLE_SHARDS
    source = properties(app, "Deliver")["Events"]["DeliverDynamodbEventSource"]["Properties"]
    assert "ParallelizationFactor" not in source


def test_a_sweep_has_ended_when_the_next_one_begins(app: Template) -> None:
    sweep = properties(app, "Sweep")
    assert sweep["Events"]["SweepEvent"]["Properties"]["Schedule"] == "rate(1 minute)"
    assert sweep["Timeout"] < 60


def test_who_waits_for_a_function_waits_longer_than_it_may_run(app: Template) -> None:
    """API Gateway gives up after 29 seconds, the API's function on the one that manages users after 25."""
    assert properties(app, "APIHandler")["Timeout"] < 29
    assert properties(app, "Users")["Timeout"] < 25


def test_the_stream_wakes_for_new_messages_only_and_gives_up_into_the_dead_letters(app: Template) -> None:
    source = properties(app, "Deliver")["Events"]["DeliverDynamodbEventSource"]["Properties"]
    patterns = [json.loads(each["Pattern"]) for each in source["FilterCriteria"]["Filters"]]
    assert patterns == [{"eventName": ["INSERT"], "dynamodb": {"Keys": {"sk": {"S": [{"prefix": "MESSAGE#"}]}}}}]
    assert source["Stream"] == {"Ref": "TableStreamArn"}
    assert source["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    assert source["BisectBatchOnFunctionError"] is True
    assert 0 < source["MaximumRetryAttempts"] < 100
    assert 0 < source["MaximumRecordAgeInSeconds"] < 86400
    assert source["DestinationConfig"]["OnFailure"]["Destination"] == {"Fn::GetAtt": ["DeadLetters", "Arn"]}


def test_what_ses_tells_wakes_the_function_of_its_own_stage_only_and_is_not_lost(app: Template) -> None:
    bounces = properties(app, "Bounces")
    pattern = bounces["Events"]["BouncesEvent"]["Properties"]["Pattern"]
    assert pattern["detail-type"] == events.SES_TROUBLES
    assert pattern["detail"] == {"mail": {"tags": {"ses:configuration-set": [{"Ref": "ConfigurationSet"}]}}}
    failed = bounces["EventInvokeConfig"]["DestinationConfig"]["OnFailure"]
    assert failed["Destination"] == {"Fn::GetAtt": ["DeadLetters", "Arn"]}


def test_dead_letters_are_encrypted_and_kept_for_two_weeks(app: Template) -> None:
    assert properties(app, "DeadLetters") == {"MessageRetentionPeriod": 14 * 24 * 3600, "SqsManagedSseEnabled": True}


# ---- API


def methods(app: Template) -> dict[tuple[str, str], Any]:
    paths = properties(app, "RestAPI")["DefinitionBody"]["paths"]
    return {(path, method): told for path, of_path in paths.items() for method, told in of_path.items()}


def test_every_method_of_the_api_wants_the_key_that_cloudfront_shows(app: Template) -> None:
    body = properties(app, "RestAPI")["DefinitionBody"]
    assert body["securityDefinitions"]["api_key"] == {"type": "apiKey", "name": "x-api-key", "in": "header"}
    assert body["x-amazon-apigateway-api-key-source"] == "HEADER"
    assert len(methods(app)) > 50
    assert not [where for where, told in methods(app).items() if {"api_key": []} not in told["security"]]


def test_cloudfront_shows_the_key_that_the_plan_knows(app: Template) -> None:
    (api,) = [each for each in distribution(app)["Origins"] if each["Id"] == "api"]
    assert api["OriginCustomHeaders"] == [{"HeaderName": "x-api-key", "HeaderValue": {"Ref": "OriginKey"}}]
    assert properties(app, "OriginApiKey")["Value"] == {"Ref": "OriginKey"}
    assert properties(app, "OriginPlanKey")["KeyId"] == {"Ref": "OriginApiKey"}


def test_a_new_key_is_good_before_cloudfront_shows_it(app: Template) -> None:
    """The old one goes when all else is done, as whatever CloudFormation replaces."""
    assert app["Resources"]["Distribution"]["DependsOn"] == "OriginPlanKey"


def test_every_route_of_the_staff_wants_a_token_and_no_other_does(app: Template) -> None:
    wanted = {path for (path, _), told in methods(app).items() if {"staff": []} in told["security"]}
    assert wanted == {path for path, _ in methods(app) if path.startswith("/v1/staff/")}


def test_the_access_log_holds_route_and_status_and_nothing_of_who_asked(app: Template) -> None:
    written = json.loads(properties(app, "RestAPI")["AccessLogSetting"]["Format"])
    assert set(written.values()) == {
        "$context.requestId",
        "$context.resourcePath",
        "$context.httpMethod",
        "$context.status",
        "$context.responseLatency",
    }


def test_the_api_is_regional_throttled_and_logs_no_bodies(app: Template) -> None:
    api = properties(app, "RestAPI")
    (settings,) = api["MethodSettings"]
    assert api["EndpointConfiguration"] == {"Type": "REGIONAL"}
    assert (settings["ThrottlingRateLimit"], settings["ThrottlingBurstLimit"]) == ({"Ref": "ApiRate"}, {"Ref": "ApiBurst"})
    assert (settings["LoggingLevel"], settings["DataTraceEnabled"], api["TracingEnabled"]) == ("OFF", False, False)


def test_each_route_has_a_throttle_of_its_own_so_that_customers_cannot_use_up_the_staff_s(app: Template) -> None:
    """What a stage says of `*` holds for each method by itself; what a usage plan says, for all that comes with one key, and
    every request comes with CloudFront's."""
    (settings,) = properties(app, "RestAPI")["MethodSettings"]
    assert (settings["HttpMethod"], settings["ResourcePath"]) == ("*", "/*")
    plan = properties(app, "OriginPlan")
    assert not {"Throttle", "Quota"} & {*plan, *(name for stage in plan["ApiStages"] for name in stage)}


def test_the_access_log_is_named_as_the_gateway_names_it(app: Template) -> None:
    """Without the `:*` of a log group's ARN, which the gateway drops: what a stack says otherwise would count as drift."""
    named = properties(app, "RestAPI")["AccessLogSetting"]["DestinationArn"]
    assert named == {"Fn::Sub": "arn:${AWS::Partition}:logs:${AWS::Region}:${AWS::AccountId}:log-group:${AccessLog}"}


def test_there_is_one_public_stage(app: Template) -> None:
    """SAM adds another one, named Stage, unless it is told the version of the definition."""
    assert app["Globals"]["Api"]["OpenApiVersion"] == "2.0"
    assert properties(app, "RestAPI")["StageName"] == "api"


def gateway_responses(app: Template) -> dict[str, Any]:
    found: dict[str, Any] = properties(app, "RestAPI")["DefinitionBody"]["x-amazon-apigateway-gateway-responses"]
    return found


def test_whatever_the_gateway_answers_by_itself_has_our_shape_and_is_kept_by_nobody(app: Template) -> None:
    told = gateway_responses(app)
    assert {"DEFAULT_4XX", "DEFAULT_5XX"} <= set(told)
    shapes = {tuple(json.loads(each["responseTemplates"]["application/json"])) for each in told.values()}
    assert shapes == {("code", "message")}
    kept = {each["responseParameters"]["gatewayresponse.header.Cache-Control"] for each in told.values()}
    assert kept == {"'no-store'"}


@pytest.mark.parametrize(
    ("kind", "status", "code"),
    [
        ("UNAUTHORIZED", "401", "unauthorized"),
        ("INVALID_API_KEY", "403", "forbidden"),
        ("MISSING_AUTHENTICATION_TOKEN", "404", "not_found"),
        ("THROTTLED", "429", "too_many_requests"),
        ("INTEGRATION_TIMEOUT", "503", "try_again"),
    ],
)
def test_what_the_gateway_refuses_has_the_code_that_the_app_uses(app: Template, kind: str, status: str, code: str) -> None:
    told = gateway_responses(app)[kind]
    assert (told["statusCode"], json.loads(told["responseTemplates"]["application/json"])["code"]) == (status, code)


def test_who_may_try_again_is_told_when_as_the_app_tells_it(app: Template) -> None:
    """Of what passes by itself: too many requests, and every fault of the gateway's own. No refusal for good says so."""
    told = {
        kind: each["responseParameters"].get("gatewayresponse.header.Retry-After")
        for kind, each in gateway_responses(app).items()
    }
    passing = {
        kind for kind in told if kind in ("THROTTLED", "QUOTA_EXCEEDED", "DEFAULT_5XX") or kind.startswith("INTEGRATION_")
    }
    assert passing >= {"INTEGRATION_FAILURE", "INTEGRATION_TIMEOUT", "DEFAULT_5XX", "THROTTLED"}
    assert told == {kind: f"'{RETRY_AFTER}'" if kind in passing else None for kind in told}


# ---- CloudFront


def distribution(app: Template) -> Any:
    return properties(app, "Distribution")["DistributionConfig"]


def behaviour(app: Template, path: str) -> Any:
    """The first one that matches decides."""
    named = distribution(app)["CacheBehaviors"]
    return next(
        (each for each in named if fnmatch.fnmatchcase(path, each["PathPattern"])), distribution(app)["DefaultCacheBehavior"]
    )


def sent_headers(app: Template, path: str) -> dict[str, str]:
    """The headers that CloudFront adds, in HTTP's words."""
    config = properties(app, behaviour(app, path)["ResponseHeadersPolicyId"]["Ref"])["ResponseHeadersPolicyConfig"]
    security = config["SecurityHeadersConfig"]
    sent = {each["Header"]: each["Value"] for each in config.get("CustomHeadersConfig", {"Items": []})["Items"]}
    if "CorsConfig" in config:
        [sent["Access-Control-Allow-Origin"]] = config["CorsConfig"]["AccessControlAllowOrigins"]["Items"]
        assert not config["CorsConfig"]["AccessControlAllowCredentials"]
    sent["Content-Security-Policy"] = security["ContentSecurityPolicy"]["ContentSecurityPolicy"]["Fn::Sub"]
    sent["Referrer-Policy"] = security["ReferrerPolicy"]["ReferrerPolicy"]
    sent["Strict-Transport-Security"] = f"max-age={security['StrictTransportSecurity']['AccessControlMaxAgeSec']}"
    if "FrameOptions" in security:
        sent["X-Frame-Options"] = security["FrameOptions"]["FrameOption"]
    if "ContentTypeOptions" in security:
        sent["X-Content-Type-Options"] = "nosniff"
    assert all(each["Override"] for each in security.values())
    return sent


PATHS = ["/manage.html", "/staff/index.html", "/staff/settings.html", "/api/v1/health", "/api/v1/access/a-b/slots"]


@pytest.mark.parametrize("path", PATHS)
def test_a_path_gets_the_headers_that_it_has_on_one_machine(app: Template, path: str) -> None:
    said = {name: value.replace("eu-central-1", "${AWS::Region}") for name, value in cdn_headers(path).items()}
    assert sent_headers(app, path) == said


@pytest.mark.parametrize("path", ["/", "/index.html", "/embed.js"])
def test_the_booking_page_may_be_framed_by_whom_the_stage_says(app: Template, path: str) -> None:
    headers, said = sent_headers(app, path), cdn_headers(path)
    assert headers.pop("Content-Security-Policy") == said.pop("Content-Security-Policy") + "; frame-ancestors ${FrameAncestors}"
    assert headers == said
    assert app["Parameters"]["FrameAncestors"]["Default"] == "*"


@pytest.mark.parametrize("path", ["/", "/index.html", "/embed.js", "/booking.js"])
def test_what_a_foreign_homepage_may_show_or_load_it_may_have(app: Template, path: str) -> None:
    assert sent_headers(app, path)["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert sent_headers(app, path)["Access-Control-Allow-Origin"] == "*"


@pytest.mark.parametrize("path", PATHS)
def test_nothing_else_is_handed_to_another_site_s_page(app: Template, path: str) -> None:
    assert sent_headers(app, path)["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "Access-Control-Allow-Origin" not in sent_headers(app, path)


@pytest.mark.parametrize("path", ["/", "/manage.html", "/staff/index.html"])
def test_a_page_is_no_other_site_s_opener_s(app: Template, path: str) -> None:
    assert sent_headers(app, path)["Cross-Origin-Opener-Policy"] == "same-origin"


@pytest.mark.parametrize("path", ["/manage.html", "/staff", "/staff/index.html"])
def test_manage_and_staff_pages_are_framed_by_nobody(app: Template, path: str) -> None:
    headers = sent_headers(app, path)
    assert headers["X-Frame-Options"] == "DENY"
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]


@pytest.mark.parametrize("path", ["/api/v1/access/elbufer-x/slots", "/api/v1/access/elbufer-x/days"])
def test_free_times_are_cached_for_seconds_by_what_is_asked_and_by_fresh(app: Template, path: str) -> None:
    cache = properties(app, behaviour(app, path)["CachePolicyId"]["Ref"])["CachePolicyConfig"]
    key = cache["ParametersInCacheKeyAndForwardedToOrigin"]
    assert set(key["QueryStringsConfig"]["QueryStrings"]) == {"resource", "template", "from", "days", "fresh"}
    assert (cache["MinTTL"], cache["DefaultTTL"], cache["MaxTTL"]) == (0, 0, 10)
    assert (key["CookiesConfig"]["CookieBehavior"], key["HeadersConfig"]["HeaderBehavior"]) == ("none", "none")


@pytest.mark.parametrize("path", ["/api/v1/access/elbufer-x", "/api/v1/appointment", "/api/v1/staff/me"])
def test_nothing_else_of_the_api_is_cached_and_all_methods_pass(app: Template, path: str) -> None:
    found = behaviour(app, path)
    assert found["CachePolicyId"] == "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"  # AWS's own: CachingDisabled
    assert found["OriginRequestPolicyId"] == "b689b0a8-53d0-40ab-baf2-68738e2966ac"  # all but the host
    assert set(found["AllowedMethods"]) == {"GET", "HEAD", "OPTIONS", "PUT", "PATCH", "POST", "DELETE"}


def test_no_error_is_cached_or_replaced_by_a_page(app: Template) -> None:
    responses = distribution(app)["CustomErrorResponses"]
    assert {each["ErrorCode"] for each in responses} == {400, 403, 404, 405, 414, 416, 500, 501, 502, 503, 504}
    assert not [each for each in responses if each != {"ErrorCode": each["ErrorCode"], "ErrorCachingMinTTL": 0}]


def test_the_distribution_speaks_http_3_compresses_and_keeps_no_log_of_visitors(app: Template) -> None:
    found = distribution(app)
    assert (found["HttpVersion"], found["IPV6Enabled"]) == ("http2and3", True)
    assert {each["Compress"] for each in [*found["CacheBehaviors"], found["DefaultCacheBehavior"]]} == {True}
    assert "Logging" not in found


def test_a_domain_has_its_certificate_and_tls_1_2_at_least(app: Template) -> None:
    condition, with_domain, without = distribution(app)["ViewerCertificate"]["Fn::If"]
    assert (condition, with_domain["MinimumProtocolVersion"]) == ("HasDomain", "TLSv1.2_2021")
    assert without == {"CloudFrontDefaultCertificate": True}


def test_only_this_distribution_reads_the_site_and_learns_what_is_missing(app: Template) -> None:
    (allowed,) = [
        each for each in properties(app, "SiteBucketPolicy")["PolicyDocument"]["Statement"] if each["Effect"] == "Allow"
    ]
    assert allowed["Principal"] == {"Service": "cloudfront.amazonaws.com"}
    assert allowed["Action"] == ["s3:GetObject", "s3:ListBucket"]
    assert "distribution/${Distribution}" in allowed["Condition"]["StringEquals"]["aws:SourceArn"]["Fn::Sub"]


# ---- mail


def test_mails_are_not_tracked_and_travel_encrypted(app: Template) -> None:
    found = properties(app, "ConfigurationSet")
    assert "TrackingOptions" not in found
    assert found["DeliveryOptions"] == {"TlsPolicy": {"Ref": "MailTls"}}
    assert app["Parameters"]["MailTls"]["Default"] == "REQUIRE"
    told = properties(app, "MailEvents")["EventDestination"]["MatchingEventTypes"]
    assert set(told) == {"bounce", "complaint", "reject"}  # as CloudFormation writes them; SES itself writes them large


# ---- alarms


def test_there_is_an_alarm_for_each_thing_that_can_go_wrong(app: Template) -> None:
    alarms = of_type(app, "AWS::CloudWatch::Alarm")
    assert {each["MetricName"] for each in alarms.values()} == {
        "Errors",
        "Throttles",
        "5XXError",
        "IteratorAge",
        "ApproximateNumberOfMessagesVisible",
        "Unsent",
        "Late",
        "Reputation.BounceRate",
        "Reputation.ComplaintRate",
    }
    watched = {each["Dimensions"][0]["Value"]["Ref"] for each in alarms.values() if each["MetricName"] == "Errors"}
    assert watched == set(FUNCTIONS)
    assert all(each["AlarmActions"] == [{"Ref": "AlarmTopic"}] for each in alarms.values())


def test_a_schedule_that_does_not_run_raises_the_alarm_too(app: Template) -> None:
    assert properties(app, "SweepLate")["TreatMissingData"] == {"Fn::If": ["SilenceRings", "breaching", "missing"]}
    assert app["Parameters"]["SilenceRings"]["Default"] == "true"


class Sweeping:
    """Upkeep that has found something."""

    def sweep(self, time_left: Any, tell: Any) -> None:
        now = datetime(2026, 11, 24, 9, tzinfo=UTC)
        tell(Due([], [], [], unsent=2, since=now - timedelta(seconds=90)), now)


class Clearing:
    """Finds nothing."""

    def run(self, time_left: Any) -> None: ...


def test_the_alarms_read_what_the_sweep_logs(app: Template) -> None:
    log, written = logging.getLogger("tests.sweep"), io.StringIO()
    handler = logging.StreamHandler(written)
    log.addHandler(handler)
    logs.protect(log)
    events.sweep(Sweeping(), Clearing(), lambda: 60.0, log)  # type: ignore[arg-type]
    log.removeHandler(handler)
    line = json.loads(written.getvalue())
    filters = filters_of(app, "SweepLog")
    assert {each["FilterPattern"] for each in filters} == {f'{{ $.message = "{line["message"]}" }}'}
    (found,) = zip(*[each["MetricTransformations"] for each in filters], strict=True)
    assert {each["MetricName"]: line[each["MetricValue"].removeprefix("$.")] for each in found} == {"Unsent": 2, "Late": 90}


def filters_of(template: Template, log: str) -> list[Any]:
    return [each for each in of_type(template, "AWS::Logs::MetricFilter").values() if each["LogGroupName"] == {"Ref": log}]


def test_cold_starts_and_repeated_writes_are_counted_from_what_the_api_logs(app: Template) -> None:
    log, written = logging.getLogger("tests.requests"), io.StringIO()
    log.addHandler(logging.StreamHandler(written))
    logs.protect(log)
    tell = logs.Requests(log, lambda: DatabaseUse(attempts=2, capacity=0))
    tell("POST", "/v1/access/{alias}/appointments", lambda: Response("", status_code=201))
    line = json.loads(written.getvalue())
    found = {each["FilterPattern"]: each["MetricTransformations"] for each in filters_of(app, "ApiLog")}
    message = f'$.message = "{line["message"]}"'
    assert (line["cold"], line["attempts"]) == (True, 2)
    assert {pattern: (each["MetricName"], each["MetricValue"]) for pattern, [each] in found.items()} == {
        f"{{ {message} && $.cold IS TRUE }}": ("ColdStarts", "1"),
        f"{{ {message} && $.attempts > 1 }}": ("TriedAgain", "1"),
    }


def test_everything_that_the_dashboard_shows_is_there(app: Template) -> None:
    body = properties(app, "Dashboard")["DashboardBody"]["Fn::Sub"]
    assert len(json.loads(body)["widgets"]) >= 8
    names = {part.partition("}")[0].partition(".")[0] for part in body.split("${")[1:]}
    known = {*app["Resources"], *app["Parameters"], "AWS::Region"}
    assert names <= known


def test_a_budget_is_made_only_where_it_is_asked_for(app: Template) -> None:
    assert app["Resources"]["Budget"]["Condition"] == "HasBudget"
    assert app["Parameters"]["BudgetUsd"]["Default"] == 0


# ---- edge, and the templates as such


def test_rules_against_floods_keep_no_samples_of_requests(edge: Template) -> None:
    acl = properties(edge, "WebAcl")
    views = [acl["VisibilityConfig"], *(rule["VisibilityConfig"] for rule in acl["Rules"])]
    assert [view["SampledRequestsEnabled"] for view in views] == [False] * 3
    assert acl["Scope"] == "CLOUDFRONT"


FIREWALL_READS: dict[str, Callable[[str], str]] = {"URL_DECODE": unquote, "NORMALIZE_PATH": posixpath.normpath}
"""What its transformations make of a path."""


def is_counted_as_a_booking(path: str) -> bool:
    """Whether the firewall's first rule, as the template has it, counts a POST there."""
    (bookings, _) = properties(edge_stack.template(), "WebAcl")["Rules"]
    both = bookings["Statement"]["RateBasedStatement"]["ScopeDownStatement"]["AndStatement"]["Statements"]
    (either,) = [each["OrStatement"]["Statements"] for each in both if "OrStatement" in each]
    return any(starts_as_a_rule_says(each["ByteMatchStatement"], path) for each in either)


def starts_as_a_rule_says(rule: Any, path: str) -> bool:
    for each in sorted(rule["TextTransformations"], key=lambda each: each["Priority"]):
        path = FIREWALL_READS[each["Type"]](path)
    assert rule["PositionalConstraint"] == "STARTS_WITH"
    return path.startswith(rule["SearchString"])


@pytest.mark.parametrize(
    "path",
    [
        "/api/v1/access/elbe/appointments",
        "/api/v1/%61ccess/elbe/appointments",
        "/%61%70i/v1/access/elbe/appointments",
        "/api/v1/%2561ccess/../access/elbe/appointments",
        "/api//v1/./access/elbe/appointments",
        "/api/v2/../v1/access/elbe/appointments",
        "/api/v1/%2e/access/elbe/callbacks",
        "/api/v1%2Faccess/elbe/appointments",
    ],
)
def test_the_firewall_counts_bookings_however_their_path_is_spelt(path: str) -> None:
    assert is_counted_as_a_booking(path)


def test_the_firewall_counts_every_post_that_needs_no_signing_in_and_no_other(app: Template) -> None:
    posts = {path: {"staff": []} not in told["security"] for (path, method), told in methods(app).items() if method == "post"}
    posts["/v1/sign-out"] = False  # the staff's, which asks nothing of the database
    assert {path: is_counted_as_a_booking(f"/api{path}") for path in posts} == posts
    assert sum(posts.values()) > 5


def test_secrets_are_not_shown_to_who_looks_at_a_stack(app: Template) -> None:
    assert {name for name, each in app["Parameters"].items() if each.get("NoEcho")} == {"Secret", "EarlierSecret", "OriginKey"}


def test_a_template_is_below_cloudformation_s_limit_and_its_key_says_what_is_in_it(app: Template) -> None:
    assert len(text_of(app).encode()) < 1_000_000
    assert key_of(app) == key_of(json.loads(text_of(app)))
    assert key_of(app) != key_of({**app, "Description": "another"})


def test_the_code_lies_where_its_content_says(app: Template) -> None:
    places = [each["CodeUri"] for each in of_type(app, "AWS::Serverless::Function").values()]
    assert places == [{"Bucket": "artifacts", "Key": app_package().bundle_key}] * len(FUNCTIONS)


def test_laid_over_another_template_ours_wins_and_null_takes_away() -> None:
    theirs = {"kept": 1, "replaced": [1, 2], "gone": 1, "deep": {"kept": 1, "gone": 1}}
    ours = {"replaced": [3], "gone": None, "deep": {"gone": None, "new": {"a": None, "b": 1}}}
    assert merged(theirs, ours) == {"kept": 1, "replaced": [3], "deep": {"kept": 1, "new": {"b": 1}}}


# ---- what SAM makes of it


def deployment_of(app: Template) -> str:
    (name,) = named(expanded(app), "AWS::ApiGateway::Deployment")
    return name


def compressing(size: int) -> Template:
    """Of the package whose API compresses from this size on."""
    changed = {"Resources": {"RestAPI": {"Properties": {"MinimumCompressionSize": size}}}}
    package = app_package()
    return Package(package.bundle, merged(package.app, changed)).template("artifacts", POOL)


POOL = {"StaffPoolArn": "arn:aws:cognito-idp:eu-central-1:000000000000:userpool/eu-central-1_first"}
OTHER_POOL = {"StaffPoolArn": "arn:aws:cognito-idp:eu-central-1:000000000000:userpool/eu-central-1_second"}


def test_the_api_is_deployed_anew_when_its_user_pool_was_replaced() -> None:
    before, after = (app_package().template("artifacts", given) for given in (POOL, OTHER_POOL))
    assert deployment_of(before) != deployment_of(after)


def test_the_api_is_deployed_anew_when_its_compression_alone_changes() -> None:
    assert deployment_of(compressing(1024)) != deployment_of(compressing(2048))


@pytest.mark.parametrize("given", [{"ApiRate": "60"}, {"StaffClientId": "another"}, {"OriginKey": "another"}])
def test_the_api_is_not_deployed_anew_for_what_takes_effect_without(given: dict[str, str]) -> None:
    before, after = (app_package().template("artifacts", POOL | more) for more in ({}, given))
    assert key_of(before) == key_of(after)


def test_the_definition_refers_to_what_every_deployment_gives(app: Template) -> None:
    """Else a deployment would take it for nothing, and miss that it changes."""
    text = json.dumps(properties(app, "RestAPI")["DefinitionBody"])
    named_there = {name for name in app["Parameters"] if f'"Ref": "{name}"' in text or f"${{{name}}}" in text}
    assert named_there == {"Stage", "StaffPoolArn"}
