"""`make scale`: prints the tables of docs/scale.md, from one shop to 10,000 branches and a flash crowd on one.

Three kinds of numbers. *Measured*: counted on a real engine, and held to it by tests/performance/test_capacity.py. *List*:
AWS's published prices (eu-central-1, USD, as known in the middle of 2025) and limits, to be checked before relying on them.
*Assumed*: said as such.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from chalicelib.config import Config
from chalicelib.domain.limits import SHARDS
from chalicelib.domain.outbox import BACKOFF, MOST_ATTEMPTS
from chalicelib.store.due_items import SWEPT
from chalicelib.store.keys import DUE_PARTITIONS
from infra.scale.crowd import Crowd, Outcome, Play

# ------------------------------------------------------------------------------------------------------------------ measured


@dataclass(frozen=True)
class Written:
    """An item of a booking's transaction: its size in bytes, and in how many indexes it stands."""

    name: str
    size: int
    indexes: int = 0

    @property
    def units(self) -> int:
        """A transaction costs two a begun kilobyte, an index one."""
        return math.ceil(self.size / 1024) * (2 + self.indexes)


BOOKING = (
    Written("appointment", 863, 3),
    Written("event", 271, 1),
    Written("receipt", 303, 1),
    Written("notice", 287, 1),
    Written("entry of the inbox", 150),
    Written("proof of work", 96),
    Written("units of the day", 77),
    Written("counter of the hour", 77),
    Written("counter of open requests", 58),
    Written("counter of mails", 94),
)
"""By an address that has not proved itself, with name, e-mail, phone and consent to a reminder; before anything is sent."""
SETTINGS_SIZE = 4320
WEEK_ANSWER, ACCESS_ANSWER = 5844, 940
PAGE = 28_000
"""Bytes of the booking page as they travel."""
LOOK_CPU, START_CPU = 1.5, 210.0
"""Milliseconds at a whole processor: a week of slots, and start-up from the bundle."""


@dataclass(frozen=True)
class Act:
    """Units of one action, with what its mails cost. Reads are halves where they may lag behind."""

    name: str
    writes: int
    reads: float
    mails: int = 0


def booked() -> int:
    return sum(each.units for each in BOOKING)


SEND = 5
"""Write units of sending: claimed (1, and 2 for its new place among what is due), settled (1, and 1 for leaving it)."""
LOOKS = DUE_PARTITIONS + 1
"""Of the schedule: at what is due, and at branches whose old appointments may leave."""
BREAKER = 2
"""Of a mail to an address that has not proved itself: it counts in its hour, for branch and deployment."""
TAKEN_UP = 5
"""Of a task of the schedule that is begun: the appointment (1), in two indexes (2), and 2 for its new place among the due."""
ACTS = (
    Act("a page is opened, its settings not known", 1, 1),
    Act("a week of slots", 0, 1),
    Act("a challenge", 0, SHARDS / 2),
    Act("a booking, with receipt and notice sent", booked() + 2 * SEND + BREAKER, 10, mails=2),
    Act("lost to somebody faster", 20, 2),
    Act("staff confirm, the customer is told", 14 + SEND, 8, mails=1),
    Act("an act by a link from a mail proves its address", 2, 0),
    Act("a reminder", TAKEN_UP + 12 + SEND, 5, mails=1),
    Act("erased by the clock", TAKEN_UP + 14, 6),
    Act("leaves the table", 17, 2.5),
    Act("staff look into the inbox (one waits)", 0, 2.5),
    Act("the schedule looks (each minute)", 0, LOOKS / 2),
)
UNITS = {act.name: act for act in ACTS}

# ---------------------------------------------------------------------------------------------------------------------- list

PARTITION_WRITES, PARTITION_READS = 1000, 3000
STAGE_RATE, ACCOUNT_RATE = 50, 10_000
SES_SANDBOX, SES_USUAL = (200, 1.0), (50_000, 14.0)
"""Mails in 24 hours, and in a second."""
LAMBDA_AT_ONCE, LAMBDA_NEW = 1000, 10
BREAKS_AT = Config.most_unproved_mails_an_hour

MILLION = 1_000_000
GATEWAY = 3.70 / MILLION
FUNCTION_CALL, FUNCTION_GB_S, FREE_CALLS, FREE_GB_S = 0.20 / MILLION, 0.0000133334, MILLION, 400_000
WRITE, READ = 0.7625 / MILLION, 0.1525 / MILLION
EDGE_CALL, FREE_EDGE_CALLS = 1.20 / MILLION, 10 * MILLION
MAIL = 0.10 / 1000
LOGS_GB = 0.63
ALARM, FREE_ALARMS = 0.10, 10
KEPT_GB = 0.306 + 0.2448
"""Stored, and kept for restoring."""

# ------------------------------------------------------------------------------------------------------------------- assumed

DAY_BOOKINGS, WORKING_DAYS, HOURS = 10, 22, 8
PAGES, WEEKS = 10, 15
"""Pages opened and weeks looked at for each booking; those who look and do not book are among them."""
CHALLENGES = 1
"""Forms opened for each booking."""
PEAK = 0.15
"""Part of a day's traffic in its busiest hour."""
PLANNERS, AT_WORK = 2, 0.75
"""Windows of the planner open in a branch, and the part of their time in which somebody works with them."""
LOOKS_AT_WORK, LOOKS_AT_REST = 12, 1
"""How often a window asks for the inbox, in a minute."""
LOOKS_A_MINUTE = AT_WORK * LOOKS_AT_WORK + (1 - AT_WORK) * LOOKS_AT_REST
CHANGES, WEEKS_A_CHANGE = 4, 2
"""Changes of each booking, from the request on, and how often each window reads the week after one."""
REMINDED = 0.5
MEMORY = {"look": 1.0, "staff": 1.0, "booking": 1.0, "mail": 0.5, "sweep": 0.5}
"""Gigabytes."""
SECONDS = {"look": 0.012, "staff": 0.030, "booking": 0.050, "mail": 0.150, "sweep": 0.150}
"""How long functions run: CPU as measured, on the half of a processor of a gigabyte; 5 ms a read, 25 ms a transaction."""
KEPT, KEPT_MONTHS = 4e-6, 38
"""Gigabytes of a booking with its indexes, and how many months of them there are at most: the record's, and the comment's
before."""
LINE = 450
"""Bytes that a request leaves in logs."""
ALARMS = 13

TABLE_SHARDS = 4
"""Of a new table's stream, one for each partition that it begins with. One batch of each is sent at a time."""


@dataclass(frozen=True)
class Size:
    """So many branches, each as assumed, in a month."""

    branches: int

    @property
    def bookings(self) -> int:
        """A working day's."""
        return self.branches * DAY_BOOKINGS

    @property
    def customers_a_second(self) -> float:
        """Requests to the API in the busiest hour; so few meet on one key that the edge saves none."""
        return self.bookings * (PAGES + WEEKS + CHALLENGES + 1) * PEAK / 3600

    @property
    def staff_a_second(self) -> float:
        """All windows are worked with in the busiest hour."""
        return PLANNERS * (self.branches * LOOKS_AT_WORK / 60 + self.bookings * CHANGES * WEEKS_A_CHANGE * PEAK / 3600)

    @property
    def mails(self) -> float:
        """A working day's: receipt, notice, answer, and reminders."""
        return self.bookings * (3 + REMINDED)

    @property
    def at_once(self) -> float:
        """Little's law: arrivals a second times seconds of each."""
        return self.customers_a_second * SECONDS["look"] + self.staff_a_second * SECONDS["staff"]

    @property
    def writes_a_second(self) -> float:
        return self.bookings * written_of_one() * PEAK / 3600

    @property
    def due_a_minute(self) -> float:
        """Reminders and erasures, were they spread over a day."""
        return self.bookings * (1 + REMINDED) / (24 * 60)

    @property
    def calls(self) -> dict[str, float]:
        """A month's, by how long they take."""
        bookings = self.bookings * WORKING_DAYS
        return {
            "look": bookings * (PAGES + WEEKS + CHALLENGES),
            "booking": bookings,
            "staff": PLANNERS * self.branches * LOOKS_A_MINUTE * 60 * HOURS * WORKING_DAYS
            + (PLANNERS * CHANGES * WEEKS_A_CHANGE + 4) * bookings,
            "mail": self.mails * WORKING_DAYS,
            "sweep": 30 * 24 * 60,
        }

    def cost(self) -> dict[str, float]:
        """A month's, by who is paid for what."""
        calls, bookings = self.calls, self.bookings * WORKING_DAYS
        asked = calls["look"] + calls["booking"] + calls["staff"]
        memory = sum(number * SECONDS[kind] * MEMORY[kind] for kind, number in calls.items())
        looks = bookings * (PAGES + WEEKS)
        reads = (
            looks
            + calls["staff"] * UNITS["staff look into the inbox (one waits)"].reads
            + bookings * read_for_one()
            + calls["sweep"] * LOOKS / 2
        )
        every = sum(calls.values())
        return {
            "mail": calls["mail"] * MAIL,
            "gateway": asked * GATEWAY,
            "functions": _beyond(every, FREE_CALLS) * FUNCTION_CALL + _beyond(memory, FREE_GB_S) * FUNCTION_GB_S,
            "table": bookings * written_of_one() * WRITE + reads * READ + bookings * KEPT_MONTHS * KEPT * KEPT_GB,
            "edge": _beyond(asked + bookings * PAGES * 4, FREE_EDGE_CALLS) * EDGE_CALL,
            "logs": every * LINE / 1e9 * LOGS_GB,
            "alarms": _beyond(ALARMS, FREE_ALARMS) * ALARM,
        }


ONCE = (
    "a challenge",
    "a booking, with receipt and notice sent",
    "staff confirm, the customer is told",
    "erased by the clock",
    "leaves the table",
)


def written_of_one() -> float:
    """Write units of a booking from the request to its erasure."""
    return sum(UNITS[name].writes for name in ONCE) + REMINDED * UNITS["a reminder"].writes


def read_for_one() -> float:
    return sum(UNITS[name].reads for name in ONCE) + REMINDED * UNITS["a reminder"].reads


def hit_rate(arrivals: float, kept: float) -> float:
    """Of one key at one edge: the first misses, all who come while it is kept hit (Poisson arrivals a second)."""
    return arrivals * kept / (1 + arrivals * kept)


# -------------------------------------------------------------------------------------------------------------------- tables


def booking() -> str:
    rows = [[each.name, f"{each.size:,}", str(each.indexes), str(each.units)] for each in BOOKING]
    rows.append(["together", f"{sum(each.size for each in BOOKING):,}", "", str(booked())])
    return table("What one booking writes, in one transaction", ["item", "bytes", "indexes", "write units"], rows)


def units() -> str:
    rows = [[act.name, str(act.writes), f"{act.reads:g}", str(act.mails)] for act in ACTS]
    rows.append(["a booking's whole life", f"{written_of_one():g}", f"{read_for_one():g}", f"{3 + REMINDED:g}"])
    return table("Units of each action", ["action", "writes", "reads", "mails"], rows)


def partitions() -> str:
    """How many bookings a second each key bears: what a partition gives, by the units that a booking takes of it."""
    fields: list[tuple[str, float, str]] = [
        ("AGENDA#b#r: its day, capacity 1", 2, "a resource"),
        ("AGENDA#b#r: lane and lane 0, more capacity", 4, "a resource"),
        ("INBOX#b", 2, "a branch"),
        ("LIMIT#b#unproved#0..4", 2, "a fifth of a branch"),
        ("LIMIT#b#open#address", 2, "a proved address"),
        ("MAILS#mailbox#day", 2, "a mailbox"),
        ("MAILS#hour", 1, "a deployment"),
        ("gsi1 AGENDA#b#r", 1, "a resource"),
        ("gsi2 UNMATCHED#b", 1, "a branch"),
        ("gsi2 RECORD#b#month", 1, "a branch"),
        ("gsi3 DUE#0..15", 3 + 2 * 3, "a sixteenth of all"),
    ]
    rows = [[name, f"{taken:g}", f"{PARTITION_WRITES / taken:,.0f}", whose] for name, taken, whose in fields]
    rows.append(["one item, a transaction of 25 ms at a time", "", f"{1 / Crowd.transaction:,.0f}", "a resource's day"])
    rows.append([f"the {SHARDS} shards of a bound, each so", "", f"{SHARDS / Crowd.transaction:,.0f}", "a branch"])
    return table("What each key bears, 1,000 write units a second", ["key", "units a booking", "bookings/s", "for each"], rows)


def edge() -> str:
    rows = [
        [f"{arrivals:g}", *(f"{100 * hit_rate(arrivals, kept):.1f} %" for kept in (1.0, 3.0, 10.0))]
        for arrivals in (0.001, 0.01, 0.1, 1.0, 10.0, 100.0)
    ]
    return table("Hits at the edge, by askers a second for one key at one edge", ["askers/s", "1 s", "3 s", "10 s"], rows)


GROWTH: tuple[tuple[str, Callable[[Size], str]], ...] = (
    ("branches", lambda size: f"{size.branches:,}"),
    ("bookings/day", lambda size: f"{size.bookings:,}"),
    ("customers/s", lambda size: f"{size.customers_a_second:,.2f}"),
    ("staff/s", lambda size: f"{size.staff_a_second:,.1f}"),
    ("at once", lambda size: f"{size.at_once:,.1f}"),
    ("writes/s", lambda size: f"{size.writes_a_second:,.1f}"),
    ("due/min", lambda size: f"{size.due_a_minute:,.1f}"),
    ("mails/day", lambda size: f"{size.mails:,.0f}"),
    ("mails/s", lambda size: f"{size.mails * PEAK / 3600:,.2f}"),
)
SIZES = tuple(Size(branches) for branches in (1, 10, 100, 1000, 10_000))


def growth() -> str:
    rows = [[show(size) for _, show in GROWTH] for size in SIZES]
    return table("The busiest hour", [name for name, _ in GROWTH], rows)


def limits() -> str:
    """At how many branches each limit is met; what is met first stands first."""
    one = Size(1)
    asked = one.customers_a_second + one.staff_a_second
    found = {
        f"SES in the sandbox, {SES_SANDBOX[0]} mails/day": SES_SANDBOX[0] / one.mails,
        f"the stage's throttle of a route, {STAGE_RATE} requests/s for the inbox": STAGE_RATE / (PLANNERS * LOOKS_AT_WORK / 60),
        f"SES as usually granted, {SES_USUAL[0]:,} mails/day": SES_USUAL[0] / one.mails,
        f"SES as usually granted, {SES_USUAL[1]:g} mails/s": SES_USUAL[1] / (one.mails * PEAK / 3600),
        f"the breaker, {BREAKS_AT:,} mails/h to unproved addresses": BREAKS_AT / (one.bookings * PEAK),
        f"the account's throttle, {ACCOUNT_RATE:,} requests/s": ACCOUNT_RATE / asked,
        f"functions of a new account, {LAMBDA_NEW} at once": LAMBDA_NEW / one.at_once,
        f"functions, {LAMBDA_AT_ONCE:,} at once": LAMBDA_AT_ONCE / one.at_once,
        f"a new table's {TABLE_SHARDS} shards, a mail of each at once": TABLE_SHARDS
        / SECONDS["mail"]
        / (one.mails * PEAK / 3600),
        f"the sweep, {SWEPT * DUE_PARTITIONS} a minute": SWEPT * DUE_PARTITIONS / one.due_a_minute,
    }
    rows = [[name, f"{branches:,.0f}"] for name, branches in sorted(found.items(), key=lambda each: each[1])]
    return table("What is met first as branches are added", ["limit", "branches"], rows)


def cost() -> str:
    names = list(Size(1).cost())
    rows = [
        [f"{size.branches:,}", *(f"{each:,.2f}" for each in size.cost().values()), f"{sum(size.cost().values()):,.2f}"]
        for size in (Size(0), *SIZES)
    ]
    return table("USD a month", ["branches", *names, "in all"], rows)


def backlog() -> str:
    """A rush of so many mails: how long the last one waits."""
    rows = [
        [f"{mails:,}", _waits(mails, *SES_SANDBOX), _waits(mails, *SES_USUAL), _waits(mails, 5 * MILLION, 200.0)]
        for mails in (100, 1000, 5000, 50_000, 100_000)
    ]
    patience = (
        f"Each is tried {MOST_ATTEMPTS} times within {sum(BACKOFF) / 60:.0f} hours; then it has failed, and staff see it."
    )
    heads = ["mails", "sandbox, 200/day", "50,000/day, 14/s", "200/s"]
    return table("Until the last mail is sent", heads, rows) + f"\n\n{patience}"


def _waits(mails: int, a_day: float, a_second: float) -> str:
    """The day's quota comes anew after 24 hours."""
    days = math.ceil(mails / a_day) - 1
    seconds = days * 86_400 + (mails - days * a_day) / a_second
    if seconds >= 86_400:
        return f"{seconds / 86_400:.1f} days"
    return f"{seconds / 60:.1f} min" if seconds >= 60 else f"{seconds:.0f} s"


CROWDS = (
    Crowd(title="as delivered", rate=50, burst=100),
    Crowd(title="new account", rate=2000, burst=4000, instances=LAMBDA_NEW),
    Crowd(title="throttle raised", rate=2000, burst=4000),
    Crowd(title="20 resources of 1", rate=2000, burst=4000, resources=20, lanes=1),
)
COUNTED: tuple[tuple[str, Callable[[Outcome], str]], ...] = (
    *(
        (name, lambda found, name=name: f"{found.counts[name]:,}")
        for name in (
            "booked",
            "saw that all is taken",
            "told that it was taken, and left",
            "turned away before they saw a time",
            "turned away with a time chosen",
            "gave up after 503",
            "people told that it was taken",
            "access",
            "challenge",
            "week",
            "weeks from the edge",
            "booking",
            "fresh week",
            "answers 429",
            "answers 409",
            "answers 503",
            "no function free",
            "writes tried again",
            "writes throttled",
        )
    ),
    ("most requests in a second", lambda outcome: f"{max(outcome.seconds.values()):,}"),
    ("most functions at once", lambda outcome: f"{outcome.most_at_once:,}"),
    ("first place taken after", lambda outcome: _seconds(outcome.first_place)),
    ("last place taken after", lambda outcome: _seconds(outcome.last_place)),
    ("mails owed", lambda outcome: f"{2 * outcome.counts['booked']:,}"),
    ("receipts withheld", lambda outcome: f"{outcome.counts['booked'] - _receipts(outcome):,}"),
    ("the others sent after, at 14/s", lambda outcome: _waits(outcome.counts["booked"] + _receipts(outcome), *SES_USUAL)),
)


def _receipts(outcome: Outcome) -> int:
    """That go out, where no address has proved itself, all is over within an hour, and the branch's bounds were raised."""
    return min(outcome.counts["booked"], BREAKS_AT)


def crowd() -> str:
    first = CROWDS[0]
    title = f"{first.people:,} people within {first.span / 60:.0f} minutes, {first.places:,} places"
    played = [Play(each).run() for each in CROWDS]
    rows = [[name, *(show(outcome) for outcome in played)] for name, show in COUNTED]
    return table(title, ["", *(each.title for each in CROWDS)], rows)


def _seconds(moment: float | None) -> str:
    return "-" if moment is None else f"{moment:.0f} s"


def _beyond(number: float, free: float) -> float:
    return max(0.0, number - free)


def table(title: str, heads: list[str], rows: Iterable[list[str]]) -> str:
    """The first column to the left, numbers to the right."""
    lines = [heads, *rows]
    widths = [max(len(line[column]) for line in lines) for column in range(len(heads))]
    text = [
        "  ".join(_cell(cell, width, column) for column, (cell, width) in enumerate(zip(line, widths, strict=True)))
        for line in lines
    ]
    return "\n".join([title, "", *(line.rstrip() for line in text)])


def _cell(text: str, width: int, column: int) -> str:
    return text.rjust(width) if column else text.ljust(width)


BLOCKS = (booking, units, partitions, edge, growth, limits, crowd, backlog, cost)


def blocks() -> list[str]:
    """In the document's order."""
    return [make() for make in BLOCKS]


if __name__ == "__main__":
    print("\n\n".join(blocks()))
