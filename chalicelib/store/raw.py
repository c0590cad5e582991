"""Items as they come over the wire: a model for each of hundreds costs more than all else."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pynamodb.expressions.condition import Condition

from chalicelib.store.models import Item
from chalicelib.store.versions import SCHEMA, upgraded

RawItem = Mapping[str, Mapping[str, Any]]
BATCH = 100
"""Keys that one request reads at most."""
WHAT = ("pk", "sk", SCHEMA)
"""By which an item's form is known: always read."""


def query(
    partition: str,
    between: Condition | None,
    attributes: Sequence[str] | None = None,
    *,
    index: str | None = None,
    limit: int | None = None,
    only: Condition | None = None,
    after: RawItem | None = None,
    latest_first: bool = False,
) -> Iterator[RawItem]:
    """The items of a partition, or of an index's, in order, those `after` an item's keys, at most `limit`, `only` some, with
    these attributes or all; of the table itself as of now, of an index as of some moments ago."""
    left = limit
    wanted = _with_what(attributes)
    while True:
        page = Item._get_connection().query(
            partition,
            range_key_condition=between,
            filter_condition=only,
            index_name=index,
            consistent_read=index is None,
            attributes_to_get=wanted,
            exclusive_start_key=after,
            limit=left,
            scan_index_forward=not latest_first,
        )
        yield from map(upgraded, page["Items"])
        after = page.get("LastEvaluatedKey")
        left = None if left is None else left - len(page["Items"])
        if after is None or left == 0:
            return


def one(pk: str, sk: str) -> RawItem | None:
    """The whole item, as of now."""
    found = Item._get_connection().get_item(pk, range_key=sk, consistent_read=True).get("Item")
    return upgraded(found) if found else None


def batch(places: Sequence[tuple[str, str]], attributes: Sequence[str] | None = None) -> list[RawItem]:
    """The items at these keys that exist, in no order, as of now, with these attributes or all. One request for each hundred
    keys, and another one for those that an answer has left out."""
    connection, wanted = Item._get_connection(), _with_what(attributes)
    table, found = connection.table_name, list[RawItem]()
    left = [{"pk": pk, "sk": sk} for pk, sk in places]
    while left:
        asked, left = left[:BATCH], left[BATCH:]
        page = connection.batch_get_item(
            asked,  # type: ignore[arg-type]  # it takes keys by name, as models give them
            consistent_read=True,
            attributes_to_get=wanted,
        )
        found += map(upgraded, page["Responses"].get(table, ()))
        again = page.get("UnprocessedKeys", {}).get(table, {}).get("Keys", ())
        left += [{name: value["S"] for name, value in key.items()} for key in again]
    return found


def _with_what(attributes: Sequence[str] | None) -> list[str] | None:
    return None if attributes is None else list(dict.fromkeys((*WHAT, *attributes)))
