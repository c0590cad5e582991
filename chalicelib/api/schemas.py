"""What goes over the wire between customers and the API, and what both kinds of routes share."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import MISSING, fields
from datetime import date, datetime
from types import NoneType
from typing import Annotated, Any, Literal, get_args

from msgspec import NODEFAULT, Meta, Struct, defstruct

from chalicelib.domain import rules
from chalicelib.domain.comment import Comment
from chalicelib.domain.languages import LONGEST_TAG
from chalicelib.domain.rules import ELSEWHERE, NAME_OF_THING, Chars, rules_of

Id = Annotated[str, Meta(min_length=1, max_length=64)]
Name = Annotated[str, Meta(max_length=100)]
PersonName = Annotated[str, Meta(max_length=60, description="A name: no web or e-mail address, at most 3 digits.")]
Instant = Annotated[datetime, Meta(tz=True, description="With offset; answers carry the branch's.")]
Language = Annotated[str, Meta(min_length=2, max_length=LONGEST_TAG)]


def as_typed(annotation: Any) -> Any:
    """The schema of a field that customers type, by its rule."""
    rule = next((each for each in rules_of(annotation) if isinstance(each, Chars)), None)
    if rule is None:
        return annotation
    told = PersonName if isinstance(rule, rules.PersonName) else Annotated[str, Meta(max_length=rule.most)]
    return told | None if NoneType in get_args(annotation.__origin__) else told


def of_comment(schema: Callable[[Any], Any], *, without: str = "") -> list[tuple[str, Any, Any]]:
    """The fields of a comment, for a schema that has them."""
    return [
        (each.name, schema(each.type), NODEFAULT if each.default is MISSING else [] if each.default == () else each.default)
        for each in fields(Comment)
        if each.name != without
    ]


CONSENTS = ("remind", "notice_version")
TYPED = tuple(each.name for each in fields(Comment) if ELSEWHERE not in rules_of(each.type))
"""The fields of a comment that are taken as they come."""
_TYPED = [each for each in of_comment(as_typed) if each[0] in TYPED]
QuestionId = Annotated[str, Meta(pattern=NAME_OF_THING.regex)]
# A repeated request is known by the hash of what was asked (R22), so its fields keep their order, and a new one has a default.
AppointmentRequest: Any = defstruct(
    "AppointmentRequest",
    [
        ("resource", Annotated[Id, Meta(description="Its id, or `any`: whoever of the kind's is free.")]),
        ("template", Id | None, None),
        ("start", Instant),
        *(each for each in _TYPED if each[0] not in CONSENTS),
        ("language", Language | None, None),
        *(each for each in _TYPED if each[0] in CONSENTS),
        (
            "proof",
            Annotated[str, Meta(max_length=1024, description="Base64 of the JSON that answers a challenge.")] | None,
            None,
        ),
        (
            "confirm_first",
            Annotated[bool, Meta(description="No proof could be made: the address is asked to confirm first.")],
            False,
        ),
        ("website", Annotated[str, Meta(max_length=1000, description="Left out: only programs fill it.")] | None, None),
        (
            "answers",
            Annotated[
                Mapping[QuestionId, str | bool],
                Meta(description="To the kind's questions: an option's id, a line, or whether a tick is set."),
            ],
            {},
        ),
        (
            "consents",
            Annotated[list[QuestionId], Meta(description="The answered questions about health whose answers may be kept.")],
            [],
        ),
    ],
    namespace={"__doc__": "A customer's request. Which optional fields a branch requires is told by the access."},
    module=__name__,
    forbid_unknown_fields=True,
    omit_defaults=True,
    kw_only=True,
)


class BranchView(Struct):
    """`phone_link` is what a telephone dials, `tel:+4940123450`; `email_shown` the address for reading, `email` for sending.
    `accessibility_url` is the practice's own statement, else the path of ours."""

    id: str
    name: str
    address: str
    phone: str
    phone_link: str
    email: str
    email_shown: str
    zone: str
    imprint_url: str
    privacy_url: str
    accessibility_url: str
    accent_colour: str
    logo: str


class ResourceView(Struct):
    id: str
    name: str
    kind: Literal["place", "person"]
    templates: list[str]


class OptionView(Struct):
    id: str
    label: Mapping[str, str]


class ConditionView(Struct, rename={"equals": "is"}):
    """An earlier question, and its answer: an option's id, or whether a tick is set."""

    question: str
    equals: str | bool


class QuestionView(Struct, omit_defaults=True):
    """Asked only where `when` holds. An answer about `health` needs a consent."""

    id: str
    type: Literal["choice", "tick", "line"]
    label: Mapping[str, str]
    purpose: Mapping[str, str]
    options: list[OptionView] = []
    required: bool = False
    health: bool = False
    when: ConditionView | None = None


class PriceView(Struct):
    """Hundredths of a currency (ISO 4217)."""

    cents: int
    currency: str


class CostView(Struct, omit_defaults=True, kw_only=True):
    """What a kind costs, and who pays, as far as the practice has said so."""

    price: PriceView | None = None
    price_note: Mapping[str, str] = {}
    payer: Literal["insurance", "self", "both"] | None = None


class TemplateView(CostView, omit_defaults=True, kw_only=True):
    """Minutes: `duration`, and how much earlier than the start the customer should come. `horizon_days` is its own, if it
    has one beside the branch's. `has_details`: there is more to be told once a time is chosen, as TemplateDetails."""

    id: str
    name: Mapping[str, str]
    duration: int
    early: int
    horizon_days: int | None = None
    hint: Mapping[str, str] = {}
    has_details: bool = False
    questions: list[QuestionView] = []


class TemplateDetails(Struct, omit_defaults=True):
    """What is asked for once a time is chosen. `instructions` say what to bring and how to prepare, by language: plain text of
    several lines."""

    instructions: Mapping[str, str] = {}


class AccessView(Struct):
    """`reminder_hours`: how many hours before the start customers are reminded, who want it, by e-mail; the longest first.
    `country` as ISO 3166 has it, `accessibility_authority` what the practice says of its supervision."""

    branch: BranchView
    country: str
    accessibility_authority: str
    resources: list[ResourceView]
    templates: list[TemplateView]
    required: list[str]
    message_field: bool
    languages: list[str]
    notice_version: str
    horizon_days: int
    reminder_hours: list[int]


class SlotView(Struct, omit_defaults=True):
    """`resource`: which one it is at, where any was asked for."""

    start: Instant
    end: Instant
    state: Literal["free", "taken"]
    resource: str | None = None


class DayView(Struct):
    date: date
    slots: list[SlotView]


class WeekView(Struct):
    """`today` is the branch's. `next_free` is the next free start after the asked days, sought only if none of them has one."""

    zone: str
    today: date
    days: list[DayView]
    next_free: Instant | None


class DayAtAGlance(Struct):
    date: date
    free: int


class GlanceView(Struct):
    zone: str
    days: list[DayAtAGlance]


class Created(Struct, omit_defaults=True):
    """`confirm_until` in place of `manage_url` where the address is to be confirmed first, by a link that was mailed to it.
    `resource`: which one it is at, where any was asked for."""

    id: str
    status: Literal["proposed", "confirmed"]
    start: Instant
    end: Instant
    early: int
    manage_url: str | None = None
    confirm_until: Instant | None = None
    resource: str | None = None


class ChallengeView(Struct):
    """ALTCHA, first protocol. The answer is the `number`, 0 to `maxnumber`, for which SHA-256 of `salt` followed by that number
    is `challenge`, in hex."""

    algorithm: Literal["SHA-256"]
    challenge: str
    salt: str
    maxnumber: int
    signature: str


class Thing(Struct):
    id: str
    name: str


class Kind(Struct):
    id: str
    name: Mapping[str, str]


class CallerView(Struct):
    """Who is signed in, in which groups, and for which branches."""

    id: str
    groups: list[Literal["admin", "staff"]]
    branches: list[str]


class SignInView(Struct):
    """Where staff sign in: Cognito's address, and the client that their tokens are made for."""

    endpoint: str
    client: str


class Done(Struct):
    """It is done, and there is nothing to tell."""


class Health(Struct):
    status: Literal["ok"]


class Span(Struct):
    start: Instant
    end: Instant


class Alternative(Span, omit_defaults=True):
    """A free time. `resource`: which one it is at, where any was asked for."""

    resource: str | None = None


class Contact(Struct):
    """Phone and e-mail address as those of a branch."""

    name: str
    phone: str
    phone_link: str
    email: str
    email_shown: str


class Refusal(Struct, omit_defaults=True):
    """Every refusal. With `invalid`, by the path of each wrong field: `fields` says in English what is wrong, `codes` as a code
    with facts, `{"code": "range", "least": 0, "most": 168}`, and `characters` has the single character that is wrong in it.

    `alternatives` (up to 5, the nearest first) with `slot_taken`, and for staff `standby`, if a place beyond the capacity is
    left; `contact` with `not_released`, and there `text`, if the
    branch has said something, and with `unauthorized` where a link holds no more; `count` of appointments with
    `read_otherwise`."""

    code: str
    message: str
    fields: Mapping[str, str] | None = None
    codes: Mapping[str, Mapping[str, str | int]] | None = None
    characters: Mapping[str, str] | None = None
    alternatives: list[Alternative] | None = None
    standby: bool = False
    contact: Contact | None = None
    text: str | None = None
    count: int | None = None
