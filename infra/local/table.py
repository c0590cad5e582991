"""The table as the template describes it, made through the API: one shape for AWS, the local run and the tests."""

from contextlib import suppress
from typing import Any

from infra.templates import data

PROPERTIES = ("BillingMode", "AttributeDefinitions", "KeySchema", "GlobalSecondaryIndexes")


def create_table(client: Any, name: str) -> None:
    """Makes the table `name` unless it is there, and returns when it can be used. `client` is boto3's for DynamoDB.

    Left out are what only matters where it is kept for good: time to live, backups, encryption, deletion protection.
    """
    shape = data.table()
    stream = {"StreamEnabled": True, **shape["StreamSpecification"]}
    with suppress(client.exceptions.ResourceInUseException):
        client.create_table(TableName=name, StreamSpecification=stream, **{key: shape[key] for key in PROPERTIES})
    client.get_waiter("table_exists").wait(TableName=name, WaiterConfig={"Delay": 1, "MaxAttempts": 60})
