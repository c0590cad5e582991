"""What the stage's dashboard shows: figures of AWS's services beside those of our own logs."""

from __future__ import annotations

from typing import Any

from infra.templates.parts import Part

REGION = "${AWS::Region}"
RIGHT = {"yAxis": "right"}
WORST, AVERAGE = {"stat": "Maximum"}, {"stat": "Average"}


def body(functions: dict[str, str]) -> Part:
    """CloudWatch's JSON, in which a `${}` stands for what the stack puts there. `functions`: a name -> its logical id."""
    api = ("ApiName", "terminwerk-${Stage}", "Stage", "api")
    own, cdn = "Terminwerk/${Stage}", ("DistributionId", "${Distribution}", "Region", "Global")
    table = ("TableName", "${TableName}")
    return {
        "widgets": [
            _widget(
                "Requests, and those that failed",
                *(["AWS/ApiGateway", metric, *api, {}] for metric in ("Count", "4XXError", "5XXError")),
            ),
            _widget(
                "How long the API takes, ms",
                *(["AWS/ApiGateway", "Latency", *api, {"stat": stat}] for stat in ("p50", "p99")),
            ),
            _widget("Functions that failed", *_of_each("Errors", functions)),
            _widget("Functions refused for want of concurrency", *_of_each("Throttles", functions)),
            _widget(
                "Messages tried again, and seconds that the oldest due is late",
                [own, "Unsent"],
                [own, "Late", WORST | RIGHT],
            ),
            _widget(
                "Requests that a new process answered, and that wrote more than once",
                [own, "ColdStarts"],
                [own, "TriedAgain"],
            ),
            _widget(
                "Age of the oldest stream record, ms, and dead letters",
                ["AWS/Lambda", "IteratorAge", "FunctionName", "${Deliver}", WORST],
                ["AWS/SQS", "ApproximateNumberOfMessagesVisible", "QueueName", "${DeadLetters.QueueName}", WORST | RIGHT],
            ),
            _widget("Mail of the account", *(["AWS/SES", metric] for metric in ("Send", "Bounce", "Complaint"))),
            _widget(
                "Share of mail that came back or was called unwanted",
                *(["AWS/SES", f"Reputation.{metric}"] for metric in ("BounceRate", "ComplaintRate")),
                stat="Maximum",
                period=3600,
            ),
            _widget(
                "The table: capacity used, and refused",
                *(["AWS/DynamoDB", f"Consumed{kind}CapacityUnits", *table] for kind in ("Read", "Write")),
                *(["AWS/DynamoDB", f"{kind}ThrottleEvents", *table, RIGHT] for kind in ("Read", "Write")),
            ),
            _widget(
                "CloudFront: requests, and share of errors",
                ["AWS/CloudFront", "Requests", *cdn],
                ["AWS/CloudFront", "5xxErrorRate", *cdn, AVERAGE | RIGHT],
                region="us-east-1",
            ),
        ]
    }


def _of_each(metric: str, functions: dict[str, str]) -> list[list[Any]]:
    return [["AWS/Lambda", metric, "FunctionName", f"${{{logical}}}", {"label": name}] for name, logical in functions.items()]


def _widget(title: str, *metrics: list[Any], region: str = REGION, stat: str = "Sum", period: int = 300) -> Part:
    shown = {"title": title, "region": region, "stat": stat, "period": period, "view": "timeSeries", "metrics": [*metrics]}
    return {"type": "metric", "width": 12, "height": 6, "properties": shown}
