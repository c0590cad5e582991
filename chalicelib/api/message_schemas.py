"""What goes over the wire about messages and their sender."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta, Struct

from chalicelib.api.desk_schemas import PlannedView
from chalicelib.api.schemas import Instant


class TroubleView(Struct):
    """A message that did not arrive, or was not wanted. `id` is the message's within its appointment, `at` when it was known,
    `failure` why: a word of ours or of the provider's.

    `again` says whether it can be sent again: `changed`, it tells what is not so any more; `suppressed`, its address took none
    and is not written to until it is another one; `unreachable`, there is nobody to send it to.
    """

    id: str
    kind: str
    channel: Literal["email", "sms"]
    state: Literal["failed", "bounced", "complained", "withheld"]
    at: Instant
    failure: str | None
    to: Literal["customer", "branch"]
    again: Literal["may", "changed", "suppressed", "unreachable"]
    appointment: PlannedView | None


class TroublesView(Struct):
    """The last hundred of sixty days, the latest first."""

    messages: list[TroubleView]


class SenderView(Struct):
    """Whether mail goes out. null: the provider did not say. `quota` and `sent` count the mails of 24 hours, `bounces` is the
    share of those that bounced lately.

    `problems`, the worst first: `unknown` (the provider does not say), `not_verified`, `paused`, `sandbox` (only to verified
    addresses), `no_dkim` (without a signature), `at_risk` (too many bounces or complaints), `quota` (nearly used up).
    """

    address: str
    verified: bool | None
    production: bool | None
    quota: int | None
    sent: int | None
    bounces: float | None
    problems: list[Literal["unknown", "not_verified", "no_dkim", "sandbox", "paused", "at_risk", "quota"]]


class TestRequest(Struct, forbid_unknown_fields=True, omit_defaults=True):
    """`to` is an address of the branch or of its employees; the branch's own if left out."""

    to: Annotated[str, Meta(max_length=254)] | None = None


class TestView(Struct):
    """`failure` is null where the provider has taken it."""

    to: str
    failure: str | None
