"""The items of the table. What is read whole (settings, comments) is one JSON document in its item."""

from __future__ import annotations

from typing import Any, Self

from pynamodb.attributes import (
    BooleanAttribute,
    NumberAttribute,
    NumberSetAttribute,
    UnicodeAttribute,
    UnicodeSetAttribute,
)
from pynamodb.expressions.operand import Path
from pynamodb.expressions.update import Action
from pynamodb.indexes import AllProjection, GlobalSecondaryIndex
from pynamodb.models import Model

from chalicelib.store import keys, tally, versions
from chalicelib.store.transport import Transport

OWN = "own"
"""`Transport` carries the models' requests. Any other name: botocore's client, which does the same for more."""


class ByStart(GlobalSecondaryIndex[Any]):
    """Appointments of a resource by start."""

    class Meta:
        index_name = "gsi1"
        projection = AllProjection()

    gsi1pk = UnicodeAttribute(hash_key=True)
    gsi1sk = UnicodeAttribute(range_key=True)


class ByPerson(GlobalSecondaryIndex[Any]):
    """Appointments of a customer, requests of nobody yet, and the branch's record."""

    class Meta:
        index_name = "gsi2"
        projection = AllProjection()

    gsi2pk = UnicodeAttribute(hash_key=True)
    gsi2sk = UnicodeAttribute(range_key=True)


class ByDue(GlobalSecondaryIndex[Any]):
    """What is owed, by when."""

    class Meta:
        index_name = "gsi3"
        projection = AllProjection()

    gsi3pk = UnicodeAttribute(hash_key=True)
    gsi3sk = UnicodeAttribute(range_key=True)


class Item(Model):
    """The table. Its models share one connection, which is the first one's (a second costs 60 ms and a pool of its own).

    One call keeps silent for 6 s at most, a write with its looks and repeats for about 16 s (`table.DEADLINE`); the function
    may run 20 s, and API Gateway gives up at 29 s.

    `schema` is the version of the form that an item was written in as a whole (see `versions`).
    """

    class Meta:
        table_name = ""
        connect_timeout_seconds = 1
        read_timeout_seconds = 2
        max_retry_attempts = 1
        max_pool_connections = 50

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)
    schema = NumberAttribute(null=True, default_for_new=versions.CURRENT)
    by_start = ByStart()
    by_person = ByPerson()
    by_due = ByDue()

    @classmethod
    def from_raw_data(cls, data: dict[str, Any]) -> Self:
        """Every item that is read comes this way, or the next one: whatever its version, it is in the present form."""
        return super().from_raw_data(versions.upgraded(data))

    def deserialize(self, attribute_values: dict[str, dict[str, Any]]) -> None:
        super().deserialize(versions.upgraded(attribute_values))


class SiteItem(Item):
    """Where the pages are, written by the deployment."""

    url = UnicodeAttribute()


class MigrationItem(Item):
    """A migration that is under way: `after` is the key, as JSON, up to which all items have the version `to`."""

    to = NumberAttribute()
    after = UnicodeAttribute()


class SettingItem(Item):
    """`version` stands on the branch's own item and counts the changes of all its settings."""

    body = UnicodeAttribute()
    version = NumberAttribute(null=True)


class RecountItem(Item):
    """That a branch's coming appointments are to be reckoned anew, from when on; `attempts` and `due` as of an appointment."""

    attempts = NumberAttribute(null=True)
    due = UnicodeAttribute(null=True)
    gsi3pk = UnicodeAttribute(null=True)
    gsi3sk = UnicodeAttribute(null=True)


class ClearingItem(Item):
    """When a branch's old appointments are looked at next. `place` is how far this round has come, as JSON; `resources` are all
    that the rounds have known, since appointments outlive the resource. `finished` is the end of the last round, and until
    then the beginning of the first that has noted it."""

    finished = UnicodeAttribute(null=True)
    place = UnicodeAttribute(null=True)
    resources = UnicodeSetAttribute(null=True)
    gsi3pk = UnicodeAttribute()
    gsi3sk = UnicodeAttribute()


class SumItem(Item):
    """What figures need of the appointments of a week and resource that have left: `blocked`, and numbers whose names are
    `keys.number`'s. It is only ever added to, without being read."""

    blocked = UnicodeSetAttribute(null=True)


class UsedItem(Item):
    """When an access was last used; apart from the settings, which do not change by it."""

    at = UnicodeAttribute()


class DayItem(Item):
    """`taken`: the units held on a UTC day in one lane; absent where none is.

    `starts`, in lane 0: how many appointments begin on the branch-local day of that date; beside it those of each kind, in
    attributes of their own (`starts_of`).
    """

    taken = NumberSetAttribute(null=True)
    starts = NumberAttribute(null=True)


def starts_of(kind: str) -> Path:
    """How many appointments of a kind begin on a day, in its item. No model names it, since each branch has its own kinds."""
    return Path([keys.starts_of(kind)])


class CounterItem(Item):
    """How much of a limit is used up, until it no longer matters (`ttl`, seconds since 1970)."""

    used = NumberAttribute(null=True)
    ttl = NumberAttribute(null=True)


class AddressItem(Item):
    """That an e-mail address has proved itself, or that its owner stopped online acts with it, until `ttl`."""

    ttl = NumberAttribute()


class ProofItem(Item):
    """A proof of work that is used up; `ttl` is when it would not be good any more."""

    ttl = NumberAttribute()


class AppointmentItem(Item):
    """`gsi3sk` is when the schedule looks at it. While an attempt is under way or has failed, `attempts` counts them, `gsi3sk`
    is when the next one begins, and `due` is when it was due first; once all have failed both index keys are gone. Whoever
    writes the appointment begins anew."""

    branch = UnicodeAttribute()
    resource = UnicodeAttribute()
    alias = UnicodeAttribute()
    template = UnicodeAttribute(null=True)
    start = UnicodeAttribute()
    end = UnicodeAttribute()
    preparation = NumberAttribute()
    follow_up = NumberAttribute()
    day = UnicodeAttribute()
    second = UnicodeAttribute(null=True)
    status = UnicodeAttribute()
    holds = UnicodeAttribute()
    counts = UnicodeAttribute()
    warned = BooleanAttribute()
    reminded = UnicodeAttribute(null=True)
    confirm_until = UnicodeAttribute(null=True)
    disowned_at = UnicodeAttribute(null=True)
    moves_told_at = UnicodeAttribute(null=True)
    undo = UnicodeAttribute(null=True)
    kept = UnicodeAttribute(null=True)
    comment = UnicodeAttribute(null=True)
    type = UnicodeAttribute()
    name = UnicodeAttribute()
    customer = UnicodeAttribute(null=True)
    write_to = UnicodeAttribute(null=True)
    reason = UnicodeAttribute(null=True)
    note = UnicodeAttribute(null=True)
    on_paper = BooleanAttribute(null=True)
    hint = UnicodeAttribute(null=True)
    series = UnicodeAttribute(null=True)
    language = UnicodeAttribute()
    fingerprint = UnicodeAttribute()
    made_at = UnicodeAttribute()
    version = NumberAttribute()
    token_version = NumberAttribute()
    attempts = NumberAttribute(null=True)
    due = UnicodeAttribute(null=True)
    gsi1pk = UnicodeAttribute()
    gsi1sk = UnicodeAttribute()
    gsi2pk = UnicodeAttribute(null=True)
    gsi2sk = UnicodeAttribute(null=True)
    gsi3pk = UnicodeAttribute(null=True)
    gsi3sk = UnicodeAttribute(null=True)


class EventItem(Item):
    """`fields` is a JSON list of names; until `ttl` (seconds since 1970) it is also a line of the branch's record."""

    branch = UnicodeAttribute()
    what = UnicodeAttribute()
    by = UnicodeAttribute()
    at = UnicodeAttribute()
    start = UnicodeAttribute()
    end = UnicodeAttribute()
    status = UnicodeAttribute()
    fields = UnicodeAttribute()
    resource = UnicodeAttribute(null=True)
    gsi2pk = UnicodeAttribute()
    gsi2sk = UnicodeAttribute()
    ttl = NumberAttribute()


class LineItem(Item):
    """A line of the record that belongs to no appointment."""

    kind = UnicodeAttribute()
    id = UnicodeAttribute()
    what = UnicodeAttribute()
    by = UnicodeAttribute()
    fields = UnicodeAttribute()
    gsi2pk = UnicodeAttribute()
    gsi2sk = UnicodeAttribute()
    ttl = NumberAttribute()


class ReadingItem(Item):
    """That somebody looked at something within an hour, until `ttl`."""

    kind = UnicodeAttribute()
    id = UnicodeAttribute()
    what = UnicodeAttribute()
    by = UnicodeAttribute()
    at = UnicodeAttribute()
    ttl = NumberAttribute()


class RecordItem(Item):
    """What a line of the record has, be it an event of an appointment or a line of its own."""

    kind = UnicodeAttribute(null=True)
    id = UnicodeAttribute(null=True)
    what = UnicodeAttribute()
    by = UnicodeAttribute()
    fields = UnicodeAttribute()
    gsi2pk = UnicodeAttribute()
    gsi2sk = UnicodeAttribute()
    ttl = NumberAttribute()


class CustomerItem(Item):
    """A customer, `leaving` while being erased; or where one was merged into another: `into` is the id of that one."""

    body = UnicodeAttribute(null=True)
    version = NumberAttribute(null=True)
    into = UnicodeAttribute(null=True)
    leaving = BooleanAttribute(null=True)


class IndexItem(Item):
    """A customer in an index: what a list of those who were found shows."""

    body = UnicodeAttribute()


class EntryItem(Item):
    """Something that waits in the inbox; a wish to be called back until `ttl`. `done_at` is when it was ticked off: until `ttl`
    it can be had back."""

    kind = UnicodeAttribute()
    appointment = UnicodeAttribute()
    at = UnicodeAttribute()
    note = UnicodeAttribute(null=True)
    proved = BooleanAttribute(null=True)
    done_at = UnicodeAttribute(null=True)
    ttl = NumberAttribute(null=True)


class CallbackItem(Item):
    """Somebody who wants to be called back, until `ttl`."""

    body = UnicodeAttribute()
    ttl = NumberAttribute()


class InvitationItem(Item):
    """An invitation, until `ttl`. What changes stands beside `body`: `ended` once it was used, for `appointment`, or withdrawn;
    `delivery` and `failure` where it was sent."""

    branch = UnicodeAttribute()
    body = UnicodeAttribute()
    ended = UnicodeAttribute(null=True)
    appointment = UnicodeAttribute(null=True)
    delivery = UnicodeAttribute(null=True)
    failure = UnicodeAttribute(null=True)
    gsi2pk = UnicodeAttribute()
    gsi2sk = UnicodeAttribute()
    ttl = NumberAttribute()


class MessageItem(Item):
    """`gsi3sk` is when it is due, or when its lease ends; both index keys are gone once it is sent or has failed. `gsi2sk` is
    since when it is in trouble; those keys are there as long as it is."""

    event = NumberAttribute()
    kind = UnicodeAttribute()
    channel = UnicodeAttribute()
    branch = UnicodeAttribute()
    resource = UnicodeAttribute()
    start = UnicodeAttribute()
    end = UnicodeAttribute()
    status = UnicodeAttribute()
    language = UnicodeAttribute()
    note = UnicodeAttribute(null=True)
    reader = UnicodeAttribute(null=True)
    until = UnicodeAttribute(null=True)
    state = UnicodeAttribute()
    attempts = NumberAttribute()
    provider_id = UnicodeAttribute(null=True)
    failure = UnicodeAttribute(null=True)
    caused_by = UnicodeAttribute(null=True)
    gsi2pk = UnicodeAttribute(null=True)
    gsi2sk = UnicodeAttribute(null=True)
    gsi3pk = UnicodeAttribute(null=True)
    gsi3sk = UnicodeAttribute(null=True)


class SuppressedItem(Item):
    """An address that is not written to, by keyed hash, until `ttl`."""

    why = UnicodeAttribute()
    ttl = NumberAttribute()


class LockItem(Item):
    """Who changes an account of the user pool just now; nobody after `ttl`."""

    owner = UnicodeAttribute()
    ttl = NumberAttribute()


class DigestItem(Item):
    """A day's digest: which message it is, and what became of it."""

    owner = UnicodeAttribute()
    provider_id = UnicodeAttribute(null=True)
    failure = UnicodeAttribute(null=True)
    ttl = NumberAttribute()


def first_version(item: Item) -> Action:
    """Of a change that may make the item: the item carries a version from its beginning."""
    return type(item).schema.set(type(item).schema | versions.CURRENT)


def bind(table: str, client: str = OWN) -> None:
    """Sets the table of all models and opens their connection, with its client, now: at start, where the processor is fast."""
    meta = Item.Meta
    meta.table_name = table
    Item._connection = None
    connection = Item._get_connection().connection
    if client == OWN:
        connection._client = Transport(  # type: ignore[assignment]  # all that PynamoDB asks of botocore's
            connect_timeout=meta.connect_timeout_seconds,
            read_timeout=meta.read_timeout_seconds,
            attempts=1 + meta.max_retry_attempts,
            connections=meta.max_pool_connections,
        )
    tally.follow(connection.client)
