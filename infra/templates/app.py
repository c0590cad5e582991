"""The application: what is laid over the template that Chalice makes of app.py."""

from __future__ import annotations

from typing import Any

from infra.templates import cdn, functions, gateway, headers, watch
from infra.templates.parts import Part, Template, att, is_set, merged, number, outputs, parameter, ref, sub, united, when

LOG_DAYS = (1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731)
"""The periods that AWS keeps logs for, up to two years."""
FROM_DATA = (
    "TableName",
    "TableStreamArn",
    "StaffPoolId",
    "StaffPoolArn",
    "StaffPoolIssuer",
    "StaffClientId",
    "SiteBucket",
)
"""Outputs of the data stack that are parameters here."""
NOT_OURS = dict.fromkeys(("APIHandlerArn", "APIHandlerName", "EndpointURL", "RestAPIId"))
"""Outputs of Chalice's that are taken away."""


def complete(made: Template) -> Template:
    """Chalice's template with all that is ours."""
    whole: Template = merged(made, over_chalice())
    gateway.require_key(whole["Resources"]["RestAPI"]["Properties"]["DefinitionBody"]["paths"])
    return whole


def over_chalice() -> Template:
    """All that is ours; None takes away what Chalice says there."""
    return {
        "Description": "Terminwerk: the application. What it keeps is in the data stack.",
        "Globals": {"Api": {"OpenApiVersion": "2.0"}},
        "Parameters": _parameters(),
        "Rules": {
            "DomainNeedsCertificate": {
                "RuleCondition": is_set("Domain"),
                "Assertions": [
                    {
                        "Assert": is_set("CertificateArn"),
                        "AssertDescription": "A domain needs its certificate, in us-east-1.",
                    }
                ],
            }
        },
        "Conditions": {
            "HasDomain": {"Fn::And": [is_set("Domain"), is_set("CertificateArn")]},
            "HasZone": {"Fn::And": [{"Condition": "HasDomain"}, is_set("HostedZone")]},
            "HasWebAcl": is_set("WebAclArn"),
            "Reserves": {"Fn::Equals": [ref("Reserve"), "true"]},
            "SilenceRings": {"Fn::Equals": [ref("SilenceRings"), "true"]},
            "HasBudget": is_set("BudgetUsd", 0),
        },
        "Resources": united(part.resources() for part in (functions, gateway, cdn, headers, watch)),
        "Outputs": NOT_OURS | outputs(_outputs()),
    }


def _outputs() -> Part:
    return {
        "SiteUrl": when("HasDomain", sub("https://${Domain}"), sub("https://${Distribution.DomainName}")),
        "DistributionId": ref("Distribution"),
        "DistributionDomain": att("Distribution", "DomainName"),
        "ApiId": ref("RestAPI"),
        "ApiUrl": sub(f"https://${{RestAPI}}.execute-api.${{AWS::Region}}.${{AWS::URLSuffix}}/{gateway.STAGE}"),
        **functions.outputs(),
        "AlarmTopic": ref("AlarmTopic"),
        "DeadLetters": ref("DeadLetters"),
        "DashboardName": ref("Dashboard"),
    }


def _parameters() -> Part:
    hidden: dict[str, Any] = {"NoEcho": True}
    yes_or_no = {"AllowedValues": ["true", "false"]}
    return {
        "Stage": parameter(
            "Name of the stage; part of the names that AWS wants to be told.", AllowedPattern="[a-z][a-z0-9-]{0,19}"
        ),
        **{name: parameter("Output of the data stack.") for name in FROM_DATA},
        "Secret": parameter(
            "What links and calendars are proven with; whoever changes it revokes them all.", MinLength=32, **hidden
        ),
        "EarlierSecret": parameter("The secret before: what it has made is known still. Empty: there is none.", "", **hidden),
        "OriginKey": parameter(
            "What CloudFront shows the API: nobody reaches it past CloudFront. A new one takes effect without a gap.",
            MinLength=20,
            MaxLength=128,
            **hidden,
        ),
        "MailFrom": parameter("The sender of all mails, at a verified identity."),
        "AlarmMail": parameter("Who hears of alarms and of cost; must confirm the subscription once."),
        "FrameAncestors": parameter(
            "Who may show the booking page in a frame, as in Content-Security-Policy: * or addresses, separated by spaces.",
            "*",
            AllowedPattern="[^;,]+",
        ),
        "Domain": parameter("The site's own name, else it has CloudFront's.", ""),
        "CertificateArn": parameter("Certificate of the domain in us-east-1.", ""),
        "HostedZone": parameter(
            "Id of the zone in Route 53 that the domain's records go to; empty where the DNS is elsewhere.", ""
        ),
        "WebAclArn": parameter("Web ACL in us-east-1, else none.", ""),
        "LogDays": number("How long logs are kept.", 30, AllowedValues=[*LOG_DAYS]),
        "ApiRate": number("Requests a second that each route of the API takes.", 50, MinValue=1),
        "ApiBurst": number("Requests at once that it takes beyond the rate.", 100, MinValue=1),
        "Reserve": parameter(
            "Whether functions have concurrency of their own; false in accounts with a limit of 10.", "true", **yes_or_no
        ),
        "MailTls": parameter(
            "Whether mails go to mailboxes without TLS: REQUIRE, they come back; OPTIONAL, in the clear.",
            "REQUIRE",
            AllowedValues=["REQUIRE", "OPTIONAL"],
        ),
        "SilenceRings": parameter(
            "Whether the alarm rings where the schedule says nothing; false until it has run for the first time.",
            "true",
            **yes_or_no,
        ),
        "BudgetUsd": number("Monthly cost in USD at which the alarm's address is told; 0: no budget.", 0, MinValue=0),
    }
