"""Why something is refused.

    Refused
    ├── Invalid               input that breaks the schema or a rule of form; names the fields
    ├── Unauthorized          no token, one that was not made here, or one that holds no more: then how to reach the branch
    ├── Forbidden             signed in, but not in a group or a branch that may; or a link that may only look and act
    ├── ProofNeeded           no proof of work, or one that is used up, too old, or another link's
    ├── NotFound              no such thing
    │   ├── UnknownAccess     no such alias
    │   └── NotReleased       the resource, or the whole branch, is not open for online booking
    ├── NotForThisResource    a kind that the resource does not carry, or who may not come second; names the fields
    ├── SlotTaken             somebody was faster; carries the nearest free times
    ├── InvitationUsed        an invitation is good once; carries how to reach the branch, as the next one does
    ├── InvitationExpired     its last day is over, or staff have withdrawn it
    ├── TooLarge              a body beyond the limit
    ├── NotOffered
    │   ├── OutsideAvailability   never offered at this time
    │   ├── TooSoon               past, or inside the lead time
    │   │   └── PastCutOff        too soon to be moved by the customer; carries how to reach the branch
    │   └── TooFar                past the horizon
    ├── NotStarted            done or missed, before the appointment has begun
    ├── TooManyRequests       a limit that the branch has set; carries how to reach it
    ├── ReadOtherwise         appointments ahead would read another time than was told; carries how many
    ├── ChangedMeanwhile      somebody else has changed it since it was read
    │   └── CustomerLeaving       the customer is erased, or that is under way
    ├── IdempotencyKeyReused  the key stands for another request
    └── TryAgain              undecided after all attempts; nothing changed, or the same key will tell

Each has a stable `code` (R24); the API maps codes to status codes in one place.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from string import Formatter
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from chalicelib.domain.slots import Slot


class Refused(Exception):
    """A refusal that the person asking can understand. Whatever raised it has changed nothing."""

    code = "refused"
    message = "This was refused."

    def __init__(self, message: str | None = None) -> None:
        super().__init__(message or self.message)

    def details(self) -> dict[str, object]:
        """What the answer carries beside code and message."""
        return {}


CODES: Mapping[str, str] = {
    # What is there, or not
    "required": "is required",
    "not_empty": "must not be empty",
    "before_release": "is required before a resource is released",
    "unknown": "is not known",
    "foreign": "is not one of the branch's",
    "choice": "is not one of the choices",
    "unknown_field": "is not a field of this request",
    "type": "has the wrong type",
    "body": "must be a JSON object",
    "taken": "is taken",
    "twice": "is there already",
    "reserved": "is reserved: give it another one",
    "fixed": "cannot be changed",
    # How much
    "range": "must be {least} to {most} {unit}",
    "too_small": "must be at least {least} {unit}",
    "too_large": "must be at most {most} {unit}",
    "multiple": "must be a multiple of {of} {unit}",
    "too_long": "must have at most {most} characters",
    "too_short": "must have at least {least} characters",
    "too_many": "must have at most {most} entries",
    "too_few": "must have at least {least} entries",
    "longest": "makes it longer than {most} {unit} in all",
    "number": "must be a number",
    "descending": "must be different ones, the largest first",
    # When
    "date": "must be a date, YYYY-MM-DD",
    "birth_date": "must be a day from {least} on that is not to come",
    "month": "must be a month, YYYY-MM",
    "instant": "must be a time with offset, e.g. 2026-11-24T09:30:00+01:00",
    "clock": "must be a time of day, HH:MM",
    "weekdays": "must be days 1 to 7, Monday is 1",
    "zone": "is not a time zone of the IANA list",
    "after": "must be after {field}",
    "not_before": "must not be before {field}",
    "not_plannable": "is not a date to plan",
    "within_last": "must be within the last {most} {unit}",
    "not_near": "is not near the asked days",
    # What characters
    "one_line": "must be one line without control characters",
    "control_characters": "must not have control characters",
    "turned_text": "has an unseen mark inside that turns the direction of the text: type it instead of pasting it",
    "id": "must be {least} to {most} of A-Z, a-z, 0-9, _ and -",
    "user_name": "must be {least} to {most} of a-z, 0-9, _ and -",
    "alias": "must be the branch's id, - and a part without -",
    "email": "is not a valid e-mail address",
    "email_character": 'has "{character}" before the @, where only letters from a to z, digits and signs can stand',
    "phone": "is not a telephone number",
    "name_address": "must be a name, without a web or e-mail address",
    "name_dot": "must be a name, with a space behind each dot",
    "name_digits": "must be a name, with at most {most} digits",
    "language": "must name languages by their codes",
    "countries": "must be countries of two letters, as in AT, CH",
    "colour": "must be a colour, #rrggbb",
    "image": "must be a PNG, JPEG or WebP image",
    "url": "must be an address, https://... without a user's name",
    # Settings
    "fixed_types": "must keep working time, which opens, and absence, which closes",
    "held": "is less than the {count} that appointments hold at once",
    "has_appointments": "one that is left out has appointments to come",
    "owner_left_out": "one that is left out has an account",
    "first_resource": "is the first resource",
    "holiday": "is not a holiday there",
    "too_fine": "has too many starts: take longer steps or ask for fewer days",
    # Questions of a kind
    "no_options": "goes with a choice only",
    "health_required": "cannot hold for a question about health",
    "not_earlier": "must be an earlier question",
    "not_asked": "is not asked with these answers",
    "consent": "needs the consent to keep it",
    # A branch's own words
    "not_worded": "is no message that can be worded",
    "placeholder": "must not hold the placeholder {name}",
    "placeholder_missing": "must hold the placeholder {name}",
    "braces": "must have braces around placeholders only",
    "message_too_long": "makes the message longer than can be sent",
    "message_impossible": "goes with a text that no message can be made of",
    # Users
    "never_signs_in": "is a technical one, which can never sign in",
    "not_technical": "is not a technical employee",
    "invited": "is a person, whose account is made by an invitation",
    "inactive": "is not active",
    "has_account": "has an account already",
    "no_account": "has no account, or is not active",
    "no_email": "has no e-mail address",
    "not_yours": "is not one of yours",
    "own_branch": "must contain the employee's own",
    "shared_user": "cannot be changed: this user works in branches of others, too",
    "self_lock": "you would lock yourself out",
    # Appointments and customers
    "no_messages": "this practice takes no messages here",
    "confirm": "must be true, since the appointment is cancelled too",
    "transition": "cannot follow {status}",
    "unmovable": "{status} appointments cannot be moved",
    "unchangeable": "{status} appointments cannot be changed",
    "begun": "the appointment has begun",
    "take_back": "can be taken back for {most} {unit} only, and before the start",
    "blocked": "does not go with blocked time",
    "not_repeated": "blocked time of more than {most} {unit} becomes an absence, which is not repeated here",
    "other_kind": "does not carry this kind of appointment",
    "not_second": "cannot come second there",
    "not_released": "is not released",
    "closed": "cannot move to what is closed",
    "no_absence": "cannot be away: the branch has no type that closes",
    "no_way": "cannot be used: there is no address for it",
    "for_staff": "is for staff alone: customers cannot be invited to it",
    "not_asked_for": "must be true: an invitation is sent only to who has asked for it",
    "needs_customer": "goes with a customer",
    "has_upcoming": "has an appointment ahead",
    "not_another": "is not another customer of this branch",
    "merged": "is more than the {most} that can be merged into one",
    "outdated": "tells what is not so any more",
    "suppressed": "goes to an address that took none before",
    "unreachable": "has nobody to go to",
    "not_own_address": "is not an address of the branch or of its employees",
    "page": "is not where a page ended",
    # A file of customers
    "cells": "has {count} cells, and the headings are {most}",
    "quotation": "has a quotation mark before row {row} that is not closed",
}
"""All that can be wrong with a field: its code, with a sentence in English. What stands in braces are the code's facts; only
`unit`, one of UNITS, may be left out. The pages have a text for each code in each language."""
UNITS = ("minutes", "hours", "days", "months", "requests", "appointments", "sms")
Fact = int | str


def facts_of(code: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(CODES[code]) if name}


@dataclass(frozen=True, init=False)
class Flaw:
    """What is wrong with one field: one of CODES, with its facts."""

    code: str
    facts: Mapping[str, Fact]

    def __init__(self, code: str, **facts: Fact) -> None:
        object.__setattr__(self, "code", code)
        object.__setattr__(self, "facts", facts)

    def __str__(self) -> str:
        return CODES[self.code].format(**{"unit": "", **self.facts}).rstrip()


Flaws = Mapping[str, Flaw]
"""By the path of the field, `resources[0].capacity`."""


class Invalid(Refused):
    """The answer tells each flaw twice: in `fields` as a sentence, in `codes` as its code and facts; and in `characters` the
    single characters that are wrong."""

    code = "invalid"
    message = "Please check your entries."

    def __init__(self, flaws: Flaws | None = None, message: str | None = None) -> None:
        super().__init__(message)
        self.flaws = dict(flaws or {})

    @property
    def fields(self) -> dict[str, str]:
        return sentences(self.flaws)

    def details(self) -> dict[str, object]:
        characters = {path: each.facts["character"] for path, each in self.flaws.items() if "character" in each.facts}
        return told(self.flaws) | ({"characters": characters} if characters else {})


def sentences(flaws: Flaws) -> dict[str, str]:
    return {path: str(flaw) for path, flaw in flaws.items()}


def codes(flaws: Flaws) -> dict[str, dict[str, Fact]]:
    return {path: {"code": each.code, **each.facts} for path, each in flaws.items()}


def told(flaws: Flaws) -> dict[str, object]:
    return {"fields": sentences(flaws), "codes": codes(flaws)}


_FIRST_WORD = re.compile(r"^\w+")


@contextmanager
def at(path: str, **names: str) -> Iterator[None]:
    """Prefixes the fields of what is refused inside with `path`, unless it is empty, where they are called by other `names`:
    `hours[2].to`."""
    try:
        yield
    except Invalid as error:
        raise Invalid(moved(error.flaws, path, names)) from None


def moved(flaws: Flaws, path: str, names: Mapping[str, str] = MappingProxyType({})) -> dict[str, Flaw]:
    """The same below `path`, with fields called by other `names`. An empty field is the path itself, `[0]` an entry of it."""

    def renamed(field: str) -> str:
        return _FIRST_WORD.sub(lambda name: names.get(name[0], name[0]), field)

    def placed(field: str) -> str:
        return f"{path}.{field}" if path and field and not field.startswith("[") else f"{path}{field}"

    def of_field(flaw: Flaw) -> Flaw:
        other = flaw.facts.get("field")
        return Flaw(flaw.code, **{**flaw.facts, "field": renamed(str(other))}) if other else flaw

    return {placed(renamed(field)): of_field(flaw) for field, flaw in flaws.items()}


class Unauthorized(Refused):
    """`contact` tells how to reach the branch, to whoever has a true link that holds no more: it was voided, or all erased."""

    code = "unauthorized"
    message = "This link is not valid, or no longer valid."

    def __init__(self, message: str | None = None, contact: Mapping[str, str] | None = None) -> None:
        super().__init__(message)
        self.contact = contact

    def details(self) -> dict[str, object]:
        return {"contact": dict(self.contact)} if self.contact else {}


class Forbidden(Refused):
    """Also for a branch that does not exist: whoever may not see it does not learn that."""

    code = "forbidden"
    message = "You may not do this."


class ProofNeeded(Refused):
    """A new challenge, answered, makes the same request good (R33)."""

    code = "proof_needed"
    message = "This request needs a proof of work. Ask for a challenge, and send its answer as `proof`."


class NotFound(Refused):
    code = "not_found"
    message = "This does not exist."


class UnknownAccess(NotFound):
    code = "unknown_access"
    message = "This booking link does not exist. Please ask the practice for the right one."


class NotReleased(NotFound):
    """`contact` tells how to reach the branch instead: name, phone, email; `text` is the branch's own word on it."""

    code = "not_released"
    message = "Appointments cannot be booked online here. Please contact the practice."

    def __init__(self, contact: Mapping[str, str], text: str = "") -> None:
        super().__init__()
        self.contact = dict(contact)
        self.text = text

    def details(self) -> dict[str, object]:
        return {"contact": self.contact, "text": self.text or None}


class NotForThisResource(Refused):
    """`flaws` as of Invalid: of `resource`, or `second`."""

    code = "not_for_this_resource"
    message = "This resource does not have this kind of appointment."

    def __init__(self, flaws: Flaws) -> None:
        super().__init__()
        self.flaws = dict(flaws)

    @property
    def fields(self) -> dict[str, str]:
        return sentences(self.flaws)

    def details(self) -> dict[str, object]:
        return told(self.flaws)


class SlotTaken(Refused):
    """`alternatives` are free slots, the nearest first; the API lays them out. `written` says that a write was refused for it,
    which also tells that there is no appointment of the wanted id. `standby`: staff may place one beyond the capacity (R36)."""

    code = "slot_taken"
    message = "This time has just been taken. Please choose another one."

    def __init__(self, alternatives: Sequence[Slot] = (), *, written: bool = False, standby: bool = False) -> None:
        super().__init__()
        self.alternatives = tuple(alternatives)
        self.written = written
        self.standby = standby

    def details(self) -> dict[str, object]:
        return {"standby": True} if self.standby else {}


class InvitationUsed(Refused):
    """`contact` tells how to reach the branch."""

    code = "invitation_used"
    message = "An appointment was booked with this invitation already. Please contact the practice."

    def __init__(self, contact: Mapping[str, str]) -> None:
        super().__init__()
        self.contact = dict(contact)

    def details(self) -> dict[str, object]:
        return {"contact": self.contact}


class InvitationExpired(Refused):
    """`contact` tells how to reach the branch."""

    code = "invitation_expired"
    message = "This invitation is no longer valid. Please contact the practice."

    def __init__(self, contact: Mapping[str, str]) -> None:
        super().__init__()
        self.contact = dict(contact)

    def details(self) -> dict[str, object]:
        return {"contact": self.contact}


class TooLarge(Refused):
    code = "too_large"
    message = "The request is too large."


class NotOffered(Refused):
    """A time that the list of slots does not show."""


class OutsideAvailability(NotOffered):
    code = "outside_availability"
    message = "This time is not offered."


class TooSoon(NotOffered):
    code = "too_soon"
    message = "This time is in the past or too soon to be booked online."


class PastCutOff(TooSoon):
    """What is too soon is the appointment itself: customers may no longer move it (R28). `contact` says how to reach the branch
    instead, and tells this apart from a new time that is too soon."""

    message = "This appointment is too soon to be moved online. Please contact the practice."

    def __init__(self, contact: Mapping[str, str]) -> None:
        super().__init__()
        self.contact = dict(contact)

    def details(self) -> dict[str, object]:
        return {"contact": self.contact}


class TooFar(NotOffered):
    code = "too_far"
    message = "This time is too far ahead to be booked yet."


class NotStarted(Refused):
    code = "not_started"
    message = "An appointment can be done or a no-show only once it has begun."


class TooManyRequests(Refused):
    """Never says which limit, nor whether an address is known. `contact` tells how to reach the branch instead."""

    code = "too_many_requests"
    message = "No further appointment can be requested online at the moment. Please contact the practice."

    def __init__(self, contact: Mapping[str, str]) -> None:
        super().__init__()
        self.contact = dict(contact)

    def details(self) -> dict[str, object]:
        return {"contact": self.contact}


class ChangedMeanwhile(Refused):
    code = "changed_meanwhile"
    message = "Somebody else has changed this. Please read it again."


class CustomerLeaving(ChangedMeanwhile):
    code = "customer_leaving"
    message = "This customer has been erased, or is being erased. To keep the customer, save the customer's record."


class ReadOtherwise(Refused):
    """Saved all the same where whoever asks accepts it; `count` is of how many appointments ahead."""

    code = "read_otherwise"
    message = "Upcoming appointments would show a different time from the one their customers were told."

    def __init__(self, count: int) -> None:
        super().__init__()
        self.count = count

    def details(self) -> dict[str, object]:
        return {"count": self.count}


class IdempotencyKeyReused(Refused):
    code = "idempotency_key_reused"
    message = "This Idempotency-Key was already used for another request."


class TryAgain(Refused):
    code = "try_again"
    message = "The request could not be completed. Please try again in a moment."
