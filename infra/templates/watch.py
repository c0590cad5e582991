"""Mail and what SES tells of it, alarms and where they ring, what logs are counted for, cost."""

from __future__ import annotations

import json

from infra.templates import dashboard, gateway
from infra.templates.functions import FUNCTIONS, log_of
from infra.templates.parts import OWN_METRICS, Part, alarm, att, metric, policy, ref, resource, sub, when


def resources() -> Part:
    shown = json.dumps(dashboard.body(FUNCTIONS), ensure_ascii=False, separators=(",", ":"))
    return {
        **_mail(),
        **_topic(),
        **_alarms(),
        **_metrics(),
        "Budget": _budget(),
        "Dashboard": resource(
            "CloudWatch::Dashboard", {"DashboardName": sub("terminwerk-${Stage}"), "DashboardBody": sub(shown)}
        ),
    }


def _mail() -> Part:
    """Addresses are suppressed by their branch alone, and not for all by SES."""
    bus = sub("arn:${AWS::Partition}:events:${AWS::Region}:${AWS::AccountId}:event-bus/default")
    return {
        "ConfigurationSet": resource(
            "SES::ConfigurationSet",
            {
                "Name": sub("terminwerk-${Stage}"),
                "DeliveryOptions": {"TlsPolicy": ref("MailTls")},
                "ReputationOptions": {"ReputationMetricsEnabled": True},
                "SendingOptions": {"SendingEnabled": True},
                "SuppressionOptions": {"SuppressedReasons": []},
            },
        ),
        "MailEvents": resource(
            "SES::ConfigurationSetEventDestination",
            {
                "ConfigurationSetName": ref("ConfigurationSet"),
                "EventDestination": {
                    "Name": "events",
                    "Enabled": True,
                    "MatchingEventTypes": ["bounce", "complaint", "reject"],
                    "EventBridgeDestination": {"EventBusArn": bus},
                },
            },
        ),
    }


def _topic() -> Part:
    topic = ref("AlarmTopic")
    alarms_only = {
        "Sid": "AlarmsOnly",
        "Effect": "Allow",
        "Principal": {"Service": "cloudwatch.amazonaws.com"},
        "Action": "sns:Publish",
        "Resource": topic,
        "Condition": {"StringEquals": {"aws:SourceAccount": ref("AWS::AccountId")}},
    }
    return {
        "AlarmTopic": resource("SNS::Topic", {"DisplayName": "Terminwerk"}),
        "AlarmTopicPolicy": resource("SNS::TopicPolicy", {"Topics": [topic], "PolicyDocument": policy(alarms_only)}),
        "AlarmSubscription": resource(
            "SNS::Subscription", {"TopicArn": topic, "Protocol": "email", "Endpoint": ref("AlarmMail")}
        ),
    }


def _alarms() -> Part:
    api = {"ApiName": gateway.NAME, "Stage": gateway.STAGE}
    queue = {"QueueName": att("DeadLetters", "QueueName")}
    deliver = {"FunctionName": ref(FUNCTIONS["deliver"])}
    silence = when("SilenceRings", "breaching", "missing")
    return {
        **{f"{name.capitalize()}Errors": _errors(name) for name in FUNCTIONS},
        "Throttles": alarm("Functions of this account were refused for want of concurrency.", "AWS/Lambda", "Throttles", 10),
        "ServerErrors": alarm("The API answered with errors of its own.", "AWS/ApiGateway", "5XXError", 3, of=api),
        "StreamAge": alarm(
            "New messages wait for more than five minutes.",
            "AWS/Lambda",
            "IteratorAge",
            300_000,
            of=deliver,
            statistic="Maximum",
        ),
        "DeadLettersWaiting": alarm(
            "Something was given up; the queue says what.",
            "AWS/SQS",
            "ApproximateNumberOfMessagesVisible",
            1,
            of=queue,
            statistic="Maximum",
        ),
        "Unsent": alarm("Messages could not be sent and are tried again and again.", OWN_METRICS, "Unsent", 3, seconds=900),
        "SweepLate": alarm(
            "What is due is not done, or the schedule does not run.",
            OWN_METRICS,
            "Late",
            900,
            statistic="Maximum",
            periods=3,
            missing=silence,
        ),
        "BounceRate": _reputation("Many mails come back: SES may stop sending.", "BounceRate", 0.03),
        "ComplaintRate": _reputation("Readers call our mails unwanted: SES may stop sending.", "ComplaintRate", 0.0008),
    }


def _errors(name: str) -> Part:
    """A sweep that fails once is made up for by the next one."""
    periods, breaching = (3, 2) if name == "sweep" else (1, None)
    of = {"FunctionName": ref(FUNCTIONS[name])}
    return alarm(f"The function {name} failed.", "AWS/Lambda", "Errors", 1, of=of, periods=periods, breaching=breaching)


def _reputation(description: str, rate: str, threshold: float) -> Part:
    return alarm(description, "AWS/SES", f"Reputation.{rate}", threshold, statistic="Maximum", seconds=3600)


def _metrics() -> Part:
    swept, asked, api = '{ $.message = "sweep" }', '$.message = "request"', log_of("api")
    return {
        "UnsentMetric": metric(log_of("sweep"), swept, "Unsent", "$.unsent"),
        "LateMetric": metric(log_of("sweep"), swept, "Late", "$.late"),
        "ColdStartsMetric": metric(api, f"{{ {asked} && $.cold IS TRUE }}", "ColdStarts", "1"),
        "TriedAgainMetric": metric(api, f"{{ {asked} && $.attempts > 1 }}", "TriedAgain", "1"),
    }


def _budget() -> Part:
    limit = {"Amount": ref("BudgetUsd"), "Unit": "USD"}
    told = [_told_of_cost("ACTUAL", 80), _told_of_cost("FORECASTED", 100)]
    wanted = {"BudgetType": "COST", "TimeUnit": "MONTHLY", "BudgetLimit": limit}
    return resource("Budgets::Budget", {"Budget": wanted, "NotificationsWithSubscribers": told}, Condition="HasBudget")


def _told_of_cost(kind: str, percent: int) -> Part:
    return {
        "Notification": {
            "NotificationType": kind,
            "ComparisonOperator": "GREATER_THAN",
            "Threshold": percent,
            "ThresholdType": "PERCENTAGE",
        },
        "Subscribers": [{"SubscriptionType": "EMAIL", "Address": ref("AlarmMail")}],
    }
