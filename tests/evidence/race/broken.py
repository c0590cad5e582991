"""Breakages of the store, made on purpose: each takes away something that keeps bookings apart or whole. `make race` and `make
chaos` have to notice them; what they do not notice they would not notice of a mistake either."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, Literal
from unittest.mock import patch

from chalicelib.domain.appointment import Change
from chalicelib.store import customers, due_items, items, plan, settings_write, table
from chalicelib.store.models import Item
from chalicelib.store.plan import Update

ANYTHING = Item.pk.exists() | Item.pk.does_not_exist()
"""A condition that always holds."""


@dataclass(frozen=True)
class Breakage:
    """`acts` are those of `acts.py` that meet it, `by` is the command that has to notice it. `together`:
    only several at once show it, and no fault does."""

    name: str
    by: Literal["race", "chaos"]
    acts: tuple[str, ...]
    changes: Sequence[tuple[Any, str, Any]]
    together: bool = False

    @contextmanager
    def broken(self) -> Iterator[None]:
        """The store is broken in this block, in this process."""
        patches = [patch.object(where, name, new) for where, name, new in self.changes]
        for each in patches:
            each.start()
        try:
            yield
        finally:
            for each in reversed(patches):
                each.stop()


def _always(where: Any, name: str) -> tuple[Any, str, Any]:
    return where, name, lambda *_: ANYTHING


_write_once = table.Table._write_once


def _without(*names: str) -> Callable[[table.Table, Change, list[Update]], None]:
    """The write with some of its parts put afterwards, each by itself."""

    def write(self: table.Table, change: Change, planned: list[Update]) -> None:
        left: dict[str, Any] = dict.fromkeys(names, ())
        _write_once(self, replace(change, **left), planned)
        for message in change.messages if "messages" in names else ():
            items.from_message(message).save()
        for entry in change.entries if "entries" in names else ():
            items.from_entry(entry).save()

    return write


def _days_afterwards(self: table.Table, change: Change, planned: list[Update]) -> None:
    _write_once(self, change, [])
    for each in planned:
        each.item.update(each.actions)


def _without_version(self: settings_write.Saving) -> None:
    for each in self.puts:
        each.save()


def _once(self: Any) -> Iterable[int]:
    return iter((0,))


BROKEN: tuple[Breakage, ...] = (
    Breakage("units may be taken that are held", "race", ("book", "book_near"), [_always(plan, "none_is_held")]),
    Breakage("a day is swapped whatever it holds by now", "race", ("move", "book_near"), [_always(plan, "is_as_read")]),
    Breakage("an appointment may be made twice", "race", ("block_time",), [_always(table, "not_made_before")]),
    Breakage(
        "an appointment is changed in any version", "race", ("confirm", "decline", "move"), [_always(table, "is_unchanged")]
    ),
    Breakage(
        "an appointment may be of a customer who is gone",
        "chaos",
        ("match_another", "erase_customer"),
        [_always(table, "customer_is_there")],
        together=True,
    ),
    Breakage(
        "a customer is changed in any version",
        "race",
        ("edit_customer", "merge_customers"),
        [_always(customers, "customer_is_unchanged")],
    ),
    Breakage(
        "settings are changed in any version",
        "race",
        ("change_capacity", "change_hours", "change_reminders"),
        [_always(settings_write, "settings_are_unchanged")],
    ),
    Breakage(
        "settings are changed without a new version",
        "race",
        ("change_capacity", "change_hours"),
        [(settings_write.Saving, "write_once", _without_version)],
    ),
    Breakage("a limit has always room", "race", ("book_as_one_person",), [_always(plan, "limit_has_room")]),
    Breakage("a day has always room", "race", ("book_the_day",), [_always(plan, "day_has_room")]),
    Breakage("a proof is good for many", "race", ("book_by_one_proof",), [_always(table, "not_used_before")]),
    Breakage("a message may be claimed by two", "race", ("deliver",), [_always(due_items, "can_be_claimed")]),
    Breakage(
        "days are written after the appointment",
        "race",
        ("book", "book_near"),
        [(table.Table, "_write_once", _days_afterwards)],
    ),
    Breakage(
        "messages are put after the write",
        "chaos",
        ("book", "cancel_by_link"),
        [(table.Table, "_write_once", _without("messages"))],
    ),
    Breakage(
        "what waits for staff is put after the write",
        "chaos",
        ("book", "cancel_what_is_confirmed"),
        [(table.Table, "_write_once", _without("entries"))],
    ),
    Breakage(
        "a write that nobody answered is not known again",
        "chaos",
        ("decline", "cancel_by_staff"),
        [(table.Table, "_was_made", lambda *_: False)],
    ),
    Breakage(
        "whoever died sending keeps the message for ever",
        "chaos",
        ("deliver",),
        [(due_items, "LEASE", timedelta(days=3650))],
    ),
    Breakage(
        "what was sent is marked at the first attempt or not at all",
        "chaos",
        ("deliver",),
        [(due_items.DueItems, "_attempts", _once)],
    ),
)
