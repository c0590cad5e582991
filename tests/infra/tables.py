"""Tables of a test's own, beside the one that all share."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from chalicelib.store.models import bind
from chalicelib.store.table import Table
from infra.local.engine import Engine
from infra.local.table import create_table

Item = dict[str, Any]
SETS = ("NS", "SS")


@contextmanager
def own_table(engine: Engine, name: str) -> Iterator[Table]:
    """An empty one, which the models and commands are bound to meanwhile."""
    client = engine.client("dynamodb")
    create_table(client, name)
    before = os.environ["TABLE"]
    os.environ["TABLE"] = name
    try:
        yield Table(name, sleep=lambda seconds: None)
    finally:
        os.environ["TABLE"] = before
        bind(before)
        client.delete_table(TableName=name)


def everything(engine: Engine, name: str) -> dict[tuple[str, str], Item]:
    """All items as they are stored, by key; sets in order."""
    pages = engine.client("dynamodb").get_paginator("scan").paginate(TableName=name, ConsistentRead=True)
    return {(item["pk"]["S"], item["sk"]["S"]): _ordered(item) for page in pages for item in page["Items"]}


def _ordered(item: Item) -> Item:
    return {
        name: {kind: sorted(each) if kind in SETS else each for kind, each in value.items()} for name, value in item.items()
    }
