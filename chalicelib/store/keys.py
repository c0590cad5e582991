"""The keys of the table: the only place that writes or reads a `#`."""

from __future__ import annotations

from zlib import crc32

BRANCH = "BRANCH"
AVAILABILITY = "AVAILABILITY"
APPOINTMENT = "APPOINTMENT"
ADDRESS = "ADDRESS"
MAILS = "MAILS"
COUNTER = "COUNTER"
RECOUNT = "RECOUNT"
CLEARING = "CLEARING"
EVENT = "EVENT#"
MESSAGE = "MESSAGE#"
INVITATION = "INVITATION"
DEPLOYMENT = "DEPLOYMENT"
"""Of what belongs to no branch: where the site is, and how far a migration has come."""
SITE = "SITE"
MIGRATION = "MIGRATION"
BEFORE_ALL_WEEKS = "0"
PROOF = "PROOF"
PROVED = "PROVED"
ACCOUNT = "ACCOUNT"
LOCK = "LOCK"
DUE_PARTITIONS = 16
"""Over how many partitions what is due is spread, so that a rush of bookings does not meet in one."""


def branch(branch: str) -> str:
    return f"BRANCH#{branch}"


def setting(kind: str, *names: str) -> str:
    """`RESOURCE#r`, `AVAILABILITY#r#0`, `ACCESS#alias`, ..."""
    return "#".join((kind, *names))


def availability(number: int) -> str:
    return setting(AVAILABILITY, f"{number:05}")


def owner_of(pk: str) -> str | None:
    """Whose item it is; None where the key does not say it: of appointments, invitations, and what belongs to no branch."""
    kind, *named = pk.split("#")
    return named[0] if named and kind not in (APPOINTMENT, INVITATION, ADDRESS, PROOF, MAILS, ACCOUNT) else None


def used(branch: str) -> str:
    """When a branch's accesses were last used, an item each."""
    return f"USED#{branch}"


def turned_away(branch: str) -> str:
    """How many online requests a branch has turned away, an item each local day."""
    return f"TURNED_AWAY#{branch}"


def callbacks(branch: str) -> str:
    """Wishes to be called back; each one's id sorts it."""
    return f"CALLBACK#{branch}"


def kind_of(sk: str) -> str:
    return sk.partition("#")[0]


def agenda(branch: str, resource: str) -> str:
    """A resource's days, and in the first index its appointments by start."""
    return f"AGENDA#{branch}#{resource}"


def is_agenda(pk: str) -> bool:
    return kind_of(pk) == "AGENDA"


def day(day: str, lane: int = 0) -> str:
    """`2026-11-23#0`: a UTC day, and the lane of a resource's capacity."""
    return f"{day}#{lane}"


def resource_of(pk: str) -> str:
    """The resource of an agenda."""
    return pk.split("#")[2]


def day_and_lane(sk: str) -> tuple[str, int]:
    day, _, lane = sk.partition("#")
    return day, int(lane)


def counter(branch: str, count: tuple[str, ...]) -> str:
    return "#".join(("LIMIT", branch, *count))


def mails(count: tuple[str, ...]) -> str:
    """How many mails one mailbox was owed on a day, or went to all unproved addresses in an hour. It belongs to no branch,
    since a stranger's mailbox is the same everywhere."""
    return "#".join((MAILS, *count))


def address(mailbox: str) -> str:
    """What is known of an e-mail address, by keyed hash, over the deployment."""
    return f"{ADDRESS}#{mailbox}"


def stopped(branch: str) -> str:
    """That an address's owner wants no online act with it in a branch."""
    return f"STOPPED#{branch}"


def proof(identity: str) -> str:
    """That a proof of work is used up."""
    return f"{PROOF}#{identity}"


def account(account: str) -> str:
    """Of the user pool, by its id in tokens."""
    return f"{ACCOUNT}#{account}"


def days(first: str, last: str) -> tuple[str, str]:
    """Between which sort keys all lanes of the days `first` to `last` lie."""
    return f"{first}#", f"{last}#~"


def appointment(appointment: str) -> str:
    return f"APPOINTMENT#{appointment}"


def is_appointment(pk: str) -> bool:
    return kind_of(pk) == APPOINTMENT


def appointment_of(pk: str) -> str:
    return pk.partition("#")[2]


def event(version: int) -> str:
    return f"{EVENT}{version:06}"


def message(event: int, kind: str, channel: str) -> str:
    return f"{MESSAGE}{event:06}#{kind}#{channel}"


def is_message(sk: str) -> bool:
    return sk.startswith(MESSAGE)


def kind_of_message(sk: str) -> str:
    return sk.split("#")[2]


def due(owner: str) -> str:
    """The partition of the third index that an appointment and its messages are due in, or what a branch owes."""
    return f"DUE#{crc32(owner.encode()) % DUE_PARTITIONS}"


def all_due() -> list[str]:
    return [f"DUE#{partition}" for partition in range(DUE_PARTITIONS)]


def recount(branch: str) -> str:
    """That a branch's coming appointments are to be reckoned anew."""
    return f"{RECOUNT}#{branch}"


def branch_to_recount(pk: str) -> str:
    return pk.partition("#")[2]


def duty(kind: str, identity: str) -> tuple[str, str]:
    """The item that says when the schedule is to do something."""
    return (appointment(identity), APPOINTMENT) if kind == "appointment" else (recount(identity), RECOUNT)


def owner_of_duty(pk: str) -> str:
    """The id of the appointment, or of the branch that is to be recounted."""
    return pk.partition("#")[2]


def clearing(branch: str) -> str:
    """When a branch's old appointments are looked at next, and how far that has come. In the third index all are in one
    partition of their own, so that they keep nothing waiting that customers wait for."""
    return f"{CLEARING}#{branch}"


def branch_of_clearing(pk: str) -> str:
    return pk.partition("#")[2]


def sums(branch: str) -> str:
    """What figures need of appointments that have left, an item for each week and resource."""
    return f"FIGURES#{branch}"


def sum_of_week(week: str, resource: str) -> str:
    """`2026-11-23#r`."""
    return f"{week}#{resource}"


def week_and_resource(sk: str) -> tuple[str, str]:
    week, _, resource = sk.partition("#")
    return week, resource


def weeks(first: str, last: str) -> tuple[str, str]:
    """Between which sort keys the sums of the weeks from `first` to `last` lie."""
    return f"{first}#", f"{last}#~"


def number(what: str, of: str) -> str:
    """The attribute of a sum that counts `what`."""
    return f"{what}#{of}"


def starts_of(kind: str) -> str:
    """The attribute of a day that counts the appointments of a kind."""
    return f"starts#{kind}"


def named_number(attribute: str) -> tuple[str, str] | None:
    """The reverse; None of an attribute that is no number of a sum."""
    what, mark, of = attribute.partition("#")
    return (what, of) if mark else None


def blocked(start: int, end: int, second: str) -> str:
    """An element of a sum: a blocked time, and the second resource that it blocks too."""
    return f"{start}#{end}#{second}"


def blocked_time(text: str) -> tuple[int, int, str]:
    start, end, second = text.split("#", 2)
    return int(start), int(end), second


def trouble(branch: str) -> str:
    """In the second index: a branch's messages that failed, bounced or were complained about, by time."""
    return f"TROUBLE#{branch}"


def suppressed(branch: str) -> str:
    """Addresses, by keyed hash, that a branch does not write to."""
    return f"SUPPRESSED#{branch}"


def digest(branch: str) -> str:
    """Which message is the digest of a day, an item each."""
    return f"DIGEST#{branch}"


def version_of(sk: str) -> int:
    """The version in the key of an event."""
    return int(sk.split("#")[1])


def inbox(branch: str) -> str:
    """What waits for a branch's staff; each entry's own id sorts it."""
    return f"INBOX#{branch}"


def unmatched(branch: str) -> str:
    """In the second index: a branch's requests that stand for no customer yet, by start."""
    return f"UNMATCHED#{branch}"


def of_customer(branch: str, customer: str) -> str:
    """In the second index: a customer's appointments by start."""
    return f"OF#{branch}#{customer}"


def invitation(invitation: str) -> str:
    return f"{INVITATION}#{invitation}"


def is_invitation(pk: str) -> bool:
    return kind_of(pk) == INVITATION


def invitation_of(pk: str) -> str:
    return pk.partition("#")[2]


def invited(branch: str, customer: str) -> str:
    """In the second index: a customer's invitations, by the time of their making."""
    return f"INVITED#{branch}#{customer}"


def record(branch: str, month: str) -> str:
    """In the second index: what was changed in a month (`2026-11`), by time."""
    return f"RECORD#{branch}#{month}"


def line(branch: str) -> str:
    """Lines of the record that belong to no appointment."""
    return f"LINE#{branch}"


def readings(branch: str) -> str:
    """Who looked at whose data."""
    return f"READING#{branch}"


def reading(hour: str, by: str, kind: str, identity: str, what: str) -> str:
    """Sorted by hour (`2026-11-26T20`); the rest tells it from the others of the hour."""
    return f"{hour}#{by}#{kind}#{identity}#{what}"


def customers(branch: str) -> str:
    """A branch's customers; each one's id sorts it."""
    return f"CUSTOMERS#{branch}"


def customer(customer: str) -> str:
    return f"CUSTOMER#{customer}"


def found_by(branch: str, book: str) -> str:
    """The index of a branch's customers by their names, or by another book."""
    return f"CUSTOMERS#{branch}#{book}"


def is_index_of_customers(pk: str) -> bool:
    return pk.startswith("CUSTOMERS#") and pk.count("#") > 1


def found(key: str, customer: str) -> str:
    """In such an index. What is looked for may be a beginning of it."""
    return f"{key}#{customer}"


def exactly(key: str) -> str:
    """The beginning that all sort keys of a whole key have."""
    return f"{key}#"


def line_of_customer(customer: str, at: str, identity: str) -> str:
    """In the lines of the record; each customer's stand together, in order of time."""
    return f"CUSTOMER#{customer}#{at}#{identity}"


def lines_of_customer(customer: str) -> str:
    return f"CUSTOMER#{customer}#"


def change(version: int) -> str:
    """The line of the record that tells what the settings' version changed."""
    return f"SETTINGS#{version:08}"
