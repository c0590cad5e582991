"""What CloudFront wants to have in us-east-1: a certificate, and a firewall against floods from single addresses."""

from __future__ import annotations

from infra.templates.parts import Part, Template, att, is_set, number, parameter, ref, resource, sub

MOST_POSTS = 100
"""Of customers, that one address may make in five minutes."""


def template() -> Template:
    return {
        "AWSTemplateFormatVersion": "2010-09-09",
        "Description": "Terminwerk: what CloudFront wants to have in us-east-1.",
        "Parameters": {
            "Domain": parameter("The site's own name.", ""),
            "HostedZone": parameter(
                "Id of its zone in Route 53, which proves the domain; empty: no certificate is made here.", ""
            ),
            "WafRequests": number(
                "Requests that one address may make in five minutes, at least 10; 0: no rules.", 0, MinValue=0
            ),
        },
        "Conditions": {
            "Certifies": {"Fn::And": [is_set("Domain"), is_set("HostedZone")]},
            "Limits": is_set("WafRequests", 0),
        },
        "Resources": {
            "Certificate": resource(
                "CertificateManager::Certificate",
                {
                    "DomainName": ref("Domain"),
                    "ValidationMethod": "DNS",
                    "DomainValidationOptions": [{"DomainName": ref("Domain"), "HostedZoneId": ref("HostedZone")}],
                },
                Condition="Certifies",
            ),
            "WebAcl": resource("WAFv2::WebACL", _firewall(), Condition="Limits"),
        },
        "Outputs": {
            "CertificateArn": {"Condition": "Certifies", "Value": ref("Certificate")},
            "WebAclArn": {"Condition": "Limits", "Value": att("WebAcl")},
        },
    }


def _firewall() -> Part:
    paths = [_matches("UriPath", "STARTS_WITH", start, *DECODED) for start in ("/api/v1/a", "/api/v1/i")]
    posts = {"Statements": [_matches("Method", "EXACTLY", "POST"), {"OrStatement": {"Statements": paths}}]}
    return {
        "Scope": "CLOUDFRONT",
        "Description": "Floods from single addresses. No requests are sampled: they would show addresses and tokens.",
        "DefaultAction": {"Allow": {}},
        "VisibilityConfig": _counted(),
        "Rules": [
            _rule(0, "bookings", {"Limit": MOST_POSTS, "ScopeDownStatement": {"AndStatement": posts}}),
            _rule(1, "requests", {"Limit": ref("WafRequests")}),
        ],
    }


DECODED = ("URL_DECODE", "NORMALIZE_PATH")
"""However a path is spelt."""


def _matches(field: str, how: str, text: str, *read: str) -> Part:
    return {
        "ByteMatchStatement": {
            "FieldToMatch": {field: {}},
            "PositionalConstraint": how,
            "SearchString": text,
            "TextTransformations": [{"Priority": place, "Type": each} for place, each in enumerate(read or ("NONE",))],
        }
    }


def _rule(priority: int, name: str, limit: Part) -> Part:
    """Blocks an address beyond its limit in five minutes."""
    return {
        "Name": name,
        "Priority": priority,
        "Action": {"Block": {}},
        "Statement": {"RateBasedStatement": {"AggregateKeyType": "IP", "EvaluationWindowSec": 300, **limit}},
        "VisibilityConfig": _counted(f"-{name}"),
    }


def _counted(name: str = "") -> Part:
    metric = sub(f"${{AWS::StackName}}{name}")
    return {"CloudWatchMetricsEnabled": True, "MetricName": metric, "SampledRequestsEnabled": False}
