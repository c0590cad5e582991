"""The API's gateway: its settings, what it answers by itself, and the key without which it asks no function."""

from __future__ import annotations

import json
from collections.abc import Mapping

from infra.templates.parts import Part, log_group, ref, resource, sub

NAME = sub("terminwerk-${Stage}")
STAGE = "api"
LOGGED = {
    "requestId": "$context.requestId",
    "route": "$context.resourcePath",
    "method": "$context.httpMethod",
    "status": "$context.status",
    "latency": "$context.responseLatency",
}
"""Of each request, and nothing of whoever asked."""
SIGN_IN = (401, "unauthorized", "Please sign in.")
NOT_FOUND = (404, "not_found", "There is nothing at this address.")
TOO_MANY = (429, "too_many_requests", "Too many people are asking at once. Please try again in a moment.")
TRY_AGAIN = (503, "try_again", "This could not be done just now. Please try again.")
ANSWERS = {
    "UNAUTHORIZED": SIGN_IN,
    "EXPIRED_TOKEN": SIGN_IN,
    "ACCESS_DENIED": (403, "forbidden", "This is not yours to see or change."),
    "INVALID_API_KEY": (403, "forbidden", "This address is not for requests from outside."),
    "MISSING_AUTHENTICATION_TOKEN": NOT_FOUND,
    "RESOURCE_NOT_FOUND": NOT_FOUND,
    "REQUEST_TOO_LARGE": (413, "too_large", "This is too large."),
    "UNSUPPORTED_MEDIA_TYPE": (415, "unsupported_media_type", "The body must be application/json."),
    "THROTTLED": TOO_MANY,
    "QUOTA_EXCEEDED": TOO_MANY,
    "INTEGRATION_FAILURE": TRY_AGAIN,
    "INTEGRATION_TIMEOUT": TRY_AGAIN,
    "DEFAULT_4XX": (None, "invalid", "This request cannot be understood."),
    "DEFAULT_5XX": (None, "internal", "Something went wrong on our side. Please try again, or contact the practice."),
}
"""What the gateway refuses -> status, code and message, as the application would say it; None: whichever status it is."""


def resources() -> Part:
    return {
        "AccessLog": log_group("access"),
        "RestAPI": {"Properties": _api()},
        "OriginApiKey": resource("ApiGateway::ApiKey", {"Enabled": True, "Value": ref("OriginKey")}),
        "OriginPlan": resource(
            "ApiGateway::UsagePlan",
            {
                "Description": "Who may call the API: CloudFront",
                "ApiStages": [{"ApiId": ref("RestAPI"), "Stage": STAGE}],
            },
            DependsOn="RestAPIapiStage",
        ),
        "OriginPlanKey": resource(
            "ApiGateway::UsagePlanKey",
            {"KeyId": ref("OriginApiKey"), "KeyType": "API_KEY", "UsagePlanId": ref("OriginPlan")},
        ),
    }


def _api() -> Part:
    """Laid over what Chalice says of it."""
    log = sub("arn:${AWS::Partition}:logs:${AWS::Region}:${AWS::AccountId}:log-group:${AccessLog}")
    throttled = {
        "HttpMethod": "*",
        "ResourcePath": "/*",
        "ThrottlingRateLimit": ref("ApiRate"),
        "ThrottlingBurstLimit": ref("ApiBurst"),
        "LoggingLevel": "OFF",
        "DataTraceEnabled": False,
        "MetricsEnabled": False,
    }
    return {
        "Name": NAME,
        "EndpointConfiguration": {"Type": "REGIONAL"},
        "MinimumCompressionSize": 1024,
        "TracingEnabled": False,
        "AccessLogSetting": {"DestinationArn": log, "Format": json.dumps(LOGGED)},
        "MethodSettings": [throttled],
        "DefinitionBody": {
            "info": {"title": NAME},
            "x-amazon-apigateway-api-key-source": "HEADER",
            "securityDefinitions": {"api_key": {"type": "apiKey", "name": "x-api-key", "in": "header"}},
            "x-amazon-apigateway-gateway-responses": {kind: answer(kind, *told) for kind, told in ANSWERS.items()},
        },
    }


def answer(kind: str, status: int | None, code: str, message: str) -> Part:
    """Kept by nobody. What passes by itself says when to ask again."""
    headers = {"Cache-Control": "'no-store'", "X-Content-Type-Options": "'nosniff'"}
    if status in (429, 503) or kind == "DEFAULT_5XX":
        headers["Retry-After"] = "'2'"
    return {
        **({"statusCode": str(status)} if status else {}),
        "responseParameters": {f"gatewayresponse.header.{name}": value for name, value in headers.items()},
        "responseTemplates": {"application/json": json.dumps({"code": code, "message": message})},
    }


def require_key(paths: Mapping[str, Mapping[str, Part]]) -> None:
    """Only who shows the key gets through to a function: CloudFront, which adds it."""
    for methods in paths.values():
        for method in methods.values():
            method["security"] = [*method.get("security", ()), {"api_key": []}]
