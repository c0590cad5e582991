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
    ├── IdempotencyKeyReused  the key stands for another request
    └── TryAgain              undecided after all attempts; nothing changed, or the same key will tell

Each has a stable `code` (R24); the API maps codes to status codes in one place.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager


class Refused(Exception):
    """A refusal that the person asking can understand. Whatever raised it has changed nothing."""

    code = "refused"
    message = "This was refused."

    def __init__(self, message: str | None = None) -> None:
        super().__init__(message or self.message)

    def details(self) -> dict[str, object]:
        """What the answer carries beside code and message."""
        return {}


class Invalid(Refused):
    """`fields` maps each wrong field to what is wrong with it, `characters` to the single character that is wrong in it."""

    code = "invalid"
    message = "Please check your entries."

    def __init__(
        self,
        fields: Mapping[str, str] | None = None,
        message: str | None = None,
        characters: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.fields = dict(fields or {})
        self.characters = dict(characters or {})

    def details(self) -> dict[str, object]:
        characters = {"characters": self.characters} if self.characters else {}
        return {"fields": self.fields, **characters}


_FIRST_WORD = re.compile(r"^\w+")


@contextmanager
def at(path: str, **names: str) -> Iterator[None]:
    """Prefixes the fields of what is refused inside with `path`, unless it is empty, where they are called by other `names`:
    `hours[2].to`."""
    try:
        yield
    except Invalid as error:
        fields = {
            _FIRST_WORD.sub(lambda name: names.get(name[0], name[0]), field): text for field, text in error.fields.items()
        }
        raise Invalid({f"{path}.{field}".lstrip("."): text for field, text in fields.items()}) from None


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
    """`fields` as of Invalid: `resource`, or `second`."""

    code = "not_for_this_resource"
    message = "This resource does not have this kind of appointment."

    def __init__(self, fields: Mapping[str, str]) -> None:
        super().__init__()
        self.fields = dict(fields)

    def details(self) -> dict[str, object]:
        return {"fields": self.fields}


class SlotTaken(Refused):
    """`alternatives` are `(start, end)` in UTC minutes, the nearest first; the API lays them out."""

    code = "slot_taken"
    message = "This time has just been taken. Please choose another one."

    def __init__(self, alternatives: Sequence[tuple[int, int]] = ()) -> None:
        super().__init__()
        self.alternatives = tuple(alternatives)


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
