"""What goes over the wire between a customer's own page and the API."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from msgspec import NODEFAULT, Meta, Struct, defstruct

from chalicelib.api.schemas import BranchView, CostView, Instant, Thing, of_comment
from chalicelib.domain.rules import plain_of

Status = Literal["proposed", "confirmed", "declined", "cancelled", "expired", "done", "no_show"]


class BookedKind(CostView, omit_defaults=True, kw_only=True):
    """A kind as it is now, also where it has changed since. `instructions` say what to bring and how to prepare."""

    id: str
    name: Mapping[str, str]
    instructions: Mapping[str, str] = {}


class AppointmentView(Struct):
    """`may` is what the customer can do with it now, `cut_off` the last moment at which it can be moved, `late` whether that is
    past. `confirm_until`: until when it waits, or has waited, for its address to be confirmed. `disowned`: the owner of the
    address did not ask, and can still take that back. `reminders`: the customer is to be reminded. `health`: an answer about
    health is kept, by consent. `erasure`: `done` once nothing is left of what was typed, `asked` where the practice decides, of
    an appointment that it made itself. `horizon_days`: how far ahead it can be moved. `resource`: where it is, unless that goes
    without saying: of a kind, in the only resource that customers can choose. `languages`: those that the branch offers."""

    id: str
    status: Status
    start: Instant
    end: Instant
    zone: str
    early: int
    resource: Thing | None
    template: BookedKind | None
    language: str
    languages: list[str]
    branch: BranchView
    booking_url: str
    may: list[Literal["cancel", "move", "erase"]]
    cut_off: Instant
    late: bool
    confirm_until: Instant | None
    disowned: bool
    reminders: bool
    health: bool
    erasure: Literal["asked", "done"] | None
    horizon_days: int


class NewTime(Struct, forbid_unknown_fields=True):
    """One of the free starts that `/v1/appointment/slots` lists."""

    start: Instant


class Confirmation(Struct, forbid_unknown_fields=True):
    """`start`: another free one than was asked for, where that is gone."""

    start: Instant | None = None


class OtherAddress(Struct, forbid_unknown_fields=True):
    """The e-mail address that should have been typed."""

    email: Annotated[str, Meta(max_length=254)]


class ErasureRequest(Struct, forbid_unknown_fields=True):
    """`confirm` that an appointment which lies ahead is cancelled with it."""

    confirm: bool = False


KeptRequest: Any = defstruct(
    "KeptRequest",
    [(name, schema, NODEFAULT if schema is bool else default) for name, schema, default in of_comment(plain_of)],
    namespace={"__doc__": "What came with the request."},
    module=__name__,
    omit_defaults=True,
    kw_only=True,
)


class KeptEvent(Struct):
    """One line of the history. `by` is `customer`, `practice` or `schedule`."""

    at: Instant
    what: str
    by: Literal["customer", "practice", "schedule"]
    status: Status
    start: Instant
    end: Instant
    fields: list[str]


class KeptMessage(Struct):
    """One message; `note` is what the practice added in its own words, to who asked."""

    kind: str
    channel: str
    state: str
    language: str
    start: Instant
    note: str | None


class KeptView(Struct):
    """What is kept of the person with the appointment: what was typed, what became of it, what was written to that address.
    `name` is whom it is for, as typed. A record that the practice keeps of its own it hands out itself."""

    exported_at: Instant
    practice: Mapping[str, str]
    id: str
    status: Status
    start: Instant
    end: Instant
    resource: str
    template: str | None
    language: str
    made_at: Instant
    name: str
    reason: str | None
    request: KeptRequest | None
    history: list[KeptEvent]
    messages: list[KeptMessage]
