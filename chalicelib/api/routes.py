"""All routes, each said once: dispatch, authorisation, the OpenAPI document and the tests' matrices are made from this table.

Handlers and schemas are named, as `module.name` of `chalicelib.api`: a module is imported when a request first needs it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Literal

from msgspec import Struct

from chalicelib.domain.record import Reading
from chalicelib.domain.staff import Group

PREFIX = "/v1/staff/"
BRANCH = "/v1/staff/branches/{branch}/"
EVERYONE: tuple[Group, ...] = ("admin", "staff")
ADMINS: tuple[Group, ...] = ("admin",)
ANYBODY: Literal["anybody"] = "anybody"
WITH_LINK: Literal["link"] = "link"
"""Those who have a link to an appointment, and send the token in it."""
May = Literal["anybody", "link"] | tuple[Group, ...]

LARGEST_BODY = 16 * 1024
LARGEST_CLOSING = 128 * 1024
"""Bytes: 200 appointments, each with words to its customer."""
LARGEST_DRAFT = 512 * 1024
"""Bytes: 2,000 availabilities and a year of what is taken."""
LARGEST_PORTION = 256 * 1024
"""Bytes: 25 rows of customers, each with a note."""
LARGEST_FILE = 4 * 1024 * 1024
"""Bytes: a file of 2 MB, whose quotation marks and line breaks are escaped."""
LARGEST_SETTINGS = 1024 * 1024
"""Bytes: 2,000 availabilities, each with some resources."""


class Query(Struct, frozen=True):
    """A parameter of the query. `into` is the handler's parameter, where `name` is a word of Python's. Numbers have a `least`
    and a `most`, which the use case enforces. What is `unread` only tells addresses apart."""

    name: str
    type: Literal["text", "date", "clock", "instant", "number", "ids", "weekdays", "flag", "unread"]
    description: str
    into: str = ""
    default: int | None = None
    least: int = 1
    most: int = 9999
    required: bool = False
    choices: tuple[str, ...] = ()
    pattern: str = ""

    @property
    def parameter(self) -> str:
        return self.into or self.name


class Header(Struct, frozen=True):
    """A header that a handler gets as `into`: empty text where it was not sent."""

    name: str
    into: str
    description: str
    required: bool = True
    pattern: str = ""


class Route(Struct, frozen=True):
    """One operation of the API. The name of its `handler` is the operation's id, too.

    `answer` is a schema, or the media type of a file; "" is an object that has no schema here. `others` are further statuses of
    success with their meaning; 304 among them: pages ask again and again, and whoever sends the tag of an answer gets the next
    one only once it is another. `refuses` are codes beside those that follow from the rest. What an answer to staff `reads` of
    customers is noted before it leaves, or before it acts where it changes something and answers a list: an act must not stand
    behind an answer that was refused.
    """

    method: str
    path: str
    may: May
    handler: str
    summary: str
    body: str | None = None
    answer: str = ""
    status: int = 200
    others: Mapping[int, str] = {}
    query: tuple[Query, ...] = ()
    headers: tuple[Header, ...] = ()
    refuses: tuple[str, ...] = ()
    reads: Reading | None = None
    largest: int = LARGEST_BODY

    def __post_init__(self) -> None:
        """Raises ValueError for a route of the staff that anybody may use, or whose ids belong to no branch."""
        if self.path.startswith(PREFIX) != isinstance(self.may, tuple) or self.may == ():
            raise ValueError(f"{self.path}: what lies below {PREFIX}, and nothing else, says which groups may")
        if isinstance(self.may, tuple) and "{" in self.path and not self.path.startswith(BRANCH):
            raise ValueError(f"{self.path}: what has an id belongs to a branch, and lies below {BRANCH}")

    @property
    def is_tagged(self) -> bool:
        return 304 in self.others

    @property
    def name(self) -> str:
        return self.handler.rpartition(".")[2]

    @property
    def module(self) -> str:
        return self.handler.partition(".")[0]

    @property
    def in_path(self) -> list[str]:
        return re.findall(r"\{(\w+)\}", self.path)

    @property
    def is_file(self) -> bool:
        return "/" in self.answer


IDEMPOTENCY_KEY = Header(
    "Idempotency-Key",
    "key",
    "New for each request of a customer, kept while it is repeated; new again after a 409.",
    pattern="^[A-Za-z0-9_-]{16,64}$",
)
UNLESS_DRY = Header(
    "Idempotency-Key", "key", "As of a customer's request. Needed unless `dry`.", False, IDEMPOTENCY_KEY.pattern
)
ACCESS_TOKEN = Header(
    "Access-Token", "access_token", "The caller's access token of the user pool, which is asked about it again."
)
INVITATION_TOKEN = Header("Invitation-Token", "token", "What stands behind `#i=` of an invitation's link.")
APPOINTMENT_TOKEN = Header("Appointment-Token", "token", "What stands behind the # of the link to the appointment.")
"""The scheme of security of the routes `WITH_LINK`; no parameter beside it."""

IF_NONE_MATCH = Header("If-None-Match", "known", "The `ETag` of an earlier answer.", required=False)
"""Of routes whose answers have tags; their handlers do not get it."""
UNCHANGED = {304: "The answer is still the one with the tag that was sent."}

RESOURCE = Query("resource", "text", "A resource of the access; `any` for all that show the template.", required=True)
TEMPLATE = Query("template", "text", "Left out: the first that the resource shows, if it shows any; required of `any`.")
FROM = Query("from", "date", "A day of the branch; today if left out.", into="first")
FRESH = Query("fresh", "unread", "Anything new: past the shared cache.")
MONTH = Query("month", "text", "This month if left out.", pattern=r"^\d{4}-(0[1-9]|1[0-2])$")
BEFORE = Query("before", "text", "The `before` of the page after which this one comes.")
KINDS_OF_LINES = Query("kinds", "ids", "`appointment`, `customer`, `setting` or `list`, several by commas. All if left out.")
BY = Query("by", "text", "By an employee, by id, or by `customer` or `schedule`. By all if left out.")
AFTER = Query("after", "text", "The `next` of the answer after which this one comes.")
LIMIT = Query("limit", "number", "Entries of the answer at most.", default=50, most=100)
CUSTOMER = Query("customer", "text", "How it would be if it were for this customer.")
WRITE_TO = Query("write_to", "text", "How it would be if messages went to this one.", choices=("requester", "customer"))


def days(default: int, most: int) -> Query:
    return Query("days", "number", "How many days.", default=default, most=most)


SERVICE = (
    Route("GET", "/v1/health", ANYBODY, "service.check_health", "Whether the service answers", answer="schemas.Health"),
    Route("GET", "/v1/openapi.json", ANYBODY, "openapi.describe", "This document"),
    Route("GET", "/v1/sign-in", ANYBODY, "service.show_sign_in", "Where staff sign in", answer="schemas.SignInView"),
    Route(
        "POST", "/v1/sign-out", ANYBODY, "service.sign_out", "Have the browser forget what the staff's pages keep",
        answer="schemas.Done", refuses=("forbidden",),
    ),
    Route("GET", "/v1/staff/me", EVERYONE, "service.show_caller", "Who is signed in", answer="schemas.CallerView"),
)  # fmt: skip

ACCESS = "/v1/access/{alias}"
BOOKING = (
    Route("GET", ACCESS, ANYBODY, "booking.open_access", "What a booking link opens", answer="schemas.AccessView"),
    Route(
        "GET", f"{ACCESS}/templates/{{template}}", ANYBODY, "booking.show_template",
        "What a customer must know of a kind once its time is chosen", answer="schemas.TemplateDetails", refuses=("not_found",),
    ),
    Route(
        "GET", f"{ACCESS}/slots", ANYBODY, "booking.list_slots", "Free and taken starts by day", answer="schemas.WeekView",
        query=(RESOURCE, TEMPLATE, FROM, days(7, 31), FRESH), refuses=("not_found", "not_for_this_resource"),
    ),
    Route(
        "GET", f"{ACCESS}/days", ANYBODY, "booking.list_days", "How many free starts each day has",
        answer="schemas.GlanceView", query=(RESOURCE, TEMPLATE, FROM, days(31, 92), FRESH),
        refuses=("not_found", "not_for_this_resource"),
    ),
    Route(
        "GET", f"{ACCESS}/challenge", ANYBODY, "booking.make_challenge", "What a booking must prove",
        answer="schemas.ChallengeView",
    ),
    Route(
        "POST", f"{ACCESS}/appointments", ANYBODY, "booking.request_appointment", "Ask for a time, which is taken at once",
        body="schemas.AppointmentRequest", answer="schemas.Created", status=201, headers=(IDEMPOTENCY_KEY,),
        refuses=(
            "proof_needed", "not_found", "slot_taken", "outside_availability", "too_soon", "too_far", "not_for_this_resource",
            "idempotency_key_reused",
        ),
    ),
    Route(
        "POST", f"{ACCESS}/callbacks", ANYBODY, "callbacks.request_callback", "Ask to be called back; no time is held",
        body="callback_schemas.CallbackRequest", answer="callback_schemas.CallbackMade", status=201,
        headers=(IDEMPOTENCY_KEY,), refuses=("proof_needed", "idempotency_key_reused"),
    ),
    Route(
        "GET", "/v1/calendar/{token}", ANYBODY, "calendar.subscribe", "The busy times of a resource, to subscribe to",
        answer="text/calendar", refuses=("not_found",),
    ),
)  # fmt: skip

OWN = "/v1/appointment"
NOT_OFFERED = ("outside_availability", "too_soon", "too_far")
VISIT = (
    Route(
        "GET", OWN, WITH_LINK, "visit.show_appointment", "The customer's appointment", answer="visit_schemas.AppointmentView",
    ),
    Route(
        "GET", f"{OWN}/calendar.ics", WITH_LINK, "visit.download_calendar_file", "The appointment as a calendar file",
        answer="text/calendar",
    ),
    Route(
        "GET", f"{OWN}/slots", WITH_LINK, "visit.list_offered", "The starts to which it may be moved",
        answer="schemas.WeekView", query=(FROM, days(7, 31)), refuses=("not_released", "too_soon"),
    ),
    Route(
        "GET", f"{OWN}/export", WITH_LINK, "visit.export_kept", "All that is kept of the customer with it",
        answer="visit_schemas.KeptView",
    ),
    Route(
        "POST", f"{OWN}/cancel", WITH_LINK, "visit.cancel_appointment", "Cancel it", answer="visit_schemas.AppointmentView",
    ),
    Route(
        "POST", f"{OWN}/move", WITH_LINK, "visit.move_appointment", "Move it to an offered start",
        body="visit_schemas.NewTime", answer="visit_schemas.AppointmentView",
        refuses=("not_released", "slot_taken", "changed_meanwhile", *NOT_OFFERED),
    ),
    Route(
        "POST", f"{OWN}/confirm", WITH_LINK, "visit.confirm_address", "Confirm the address; by a link from a mail only",
        body="visit_schemas.Confirmation", answer="visit_schemas.AppointmentView",
        refuses=("not_released", "slot_taken", *NOT_OFFERED),
    ),
    Route(
        "POST", f"{OWN}/disown", WITH_LINK, "visit.disown_request", "Somebody else asked; by a link from a mail only",
        answer="visit_schemas.AppointmentView",
        others={204: "By a link that has ended: online acts with its address end."},
    ),
    Route(
        "POST", f"{OWN}/disown/undo", WITH_LINK, "visit.own_request", "Take that back, within 24 hours",
        answer="visit_schemas.AppointmentView", refuses=("not_released", "slot_taken", *NOT_OFFERED),
    ),
    Route(
        "POST", f"{OWN}/address", WITH_LINK, "visit.correct_address",
        "Give the request another e-mail address, just after it was made",
        body="visit_schemas.OtherAddress", answer="schemas.Created", refuses=("not_found", "changed_meanwhile"),
    ),
    Route(
        "POST", f"{OWN}/erase", WITH_LINK, "visit.erase_request", "Erase what came with the request",
        body="visit_schemas.ErasureRequest", answer="visit_schemas.AppointmentView",
    ),
    Route(
        "POST", f"{OWN}/reminders/stop", WITH_LINK, "visit.stop_reminders", "No reminders any more",
        answer="visit_schemas.AppointmentView",
    ),
    Route(
        "POST", f"{OWN}/health/forget", WITH_LINK, "visit.forget_health",
        "Take back the consent to answers about health, which are erased", answer="visit_schemas.AppointmentView",
    ),
)  # fmt: skip

INVITATION = "/v1/invitation"
NOT_GOOD = ("unauthorized", "not_released", "invitation_used", "invitation_expired", "not_for_this_resource")
RESOURCE_OF_INVITATION = Query("resource", "text", "One of the invitation's; any of them if left out.")
INVITATIONS = (
    Route(
        "GET", INVITATION, ANYBODY, "invitation.open_invitation", "What an invitation is good for",
        answer="invitation_schemas.InvitationView", headers=(INVITATION_TOKEN,), refuses=("unauthorized",),
    ),
    Route(
        "GET", f"{INVITATION}/slots", ANYBODY, "invitation.list_invited_slots", "Free and taken starts by day",
        answer="schemas.WeekView", query=(RESOURCE_OF_INVITATION, FROM, days(7, 31)), headers=(INVITATION_TOKEN,),
        refuses=NOT_GOOD,
    ),
    Route(
        "GET", f"{INVITATION}/days", ANYBODY, "invitation.list_invited_days", "How many free starts each day has",
        answer="schemas.GlanceView", query=(RESOURCE_OF_INVITATION, FROM, days(31, 92)), headers=(INVITATION_TOKEN,),
        refuses=NOT_GOOD,
    ),
    Route(
        "POST", f"{INVITATION}/appointments", ANYBODY, "invitation.book_by_invitation",
        "Book a time for the invited customer, which uses the invitation up",
        body="invitation_schemas.InvitedRequest", answer="schemas.Created", status=201,
        headers=(INVITATION_TOKEN, IDEMPOTENCY_KEY),
        refuses=(*NOT_GOOD, "slot_taken", *NOT_OFFERED, "idempotency_key_reused"),
    ),
)  # fmt: skip

THE_INBOX = Reading("list", id="inbox")
THE_APPOINTMENT = Reading("appointment")
APPOINTMENT = f"{BRANCH}appointments/{{appointment}}"
DESK = (
    Route(
        "GET", f"{BRANCH}planner", EVERYONE, "desk.show_planner", "Days of the planner, with the hours of all resources",
        answer="desk_schemas.PlannerView", query=(FROM, days(7, 42)), reads=Reading("list", id="planner"),
        others=UNCHANGED,
    ),
    Route(
        "GET", f"{BRANCH}inbox", EVERYONE, "desk.list_inbox", "What waits for staff",
        answer="desk_schemas.InboxView", query=(AFTER, LIMIT), reads=THE_INBOX, others=UNCHANGED,
    ),
    Route(
        "POST", f"{BRANCH}inbox/{{entry}}/done", EVERYONE, "desk.tick_off", "Tick an entry off",
        answer="desk_schemas.InboxView", query=(AFTER, LIMIT), reads=THE_INBOX,
    ),
    Route(
        "POST", f"{BRANCH}inbox/{{entry}}/undo", EVERYONE, "desk.bring_back", "Let an entry wait again that was ticked off",
        answer="desk_schemas.InboxView", query=(AFTER, LIMIT), reads=THE_INBOX,
    ),
    Route(
        "GET", f"{BRANCH}free", EVERYONE, "desk.find_free_times", "The next free times of several resources",
        answer="desk_schemas.FreeView",
        query=(
            Query("resources", "ids", "Those that it may be at, by their ids.", required=True),
            Query("template", "text", "A kind of appointment, which gives the length."),
            Query("minutes", "number", "The length, where no kind gives it.", least=0),
            FROM,
            Query("after", "instant", "Only what begins later; the `next` of the answer after which this one comes."),
            Query("weekdays", "weekdays", "Days of the week, Monday is 1; all if left out."),
            Query("earliest", "clock", "The time of day before which none begins, HH:MM."),
            Query("latest", "clock", "The time of day after which none ends, HH:MM."),
            Query("count", "number", "Different starts of the answer at most.", default=10, most=50),
            Query("all", "flag", "Also times that are not offered online.", into="everything"),
        ),
        refuses=("not_for_this_resource",),
    ),
    Route(
        "POST", f"{BRANCH}appointments", EVERYONE, "desk.make_appointment", "Make an appointment, a series, or block time",
        body="desk_schemas.BookRequest", answer="desk_schemas.BookedView", status=201, headers=(UNLESS_DRY,),
        others={200: "A dry run: nothing was made."},
        refuses=("slot_taken", "changed_meanwhile", "customer_leaving", "not_for_this_resource", "idempotency_key_reused"),
    ),
    Route(
        "GET", APPOINTMENT, EVERYONE, "desk.show_planned", "All of one appointment",
        answer="desk_schemas.DetailView", query=(CUSTOMER, WRITE_TO), reads=THE_APPOINTMENT,
    ),
    Route(
        "POST", f"{APPOINTMENT}/status", EVERYONE, "desk.answer_appointment", "Confirm, decline, cancel ...",
        body="desk_schemas.AnswerRequest", answer="desk_schemas.DetailView",
        refuses=("slot_taken", "changed_meanwhile", "not_started"),
    ),
    Route(
        "POST", f"{APPOINTMENT}/move", EVERYONE, "desk.move_planned", "Another time, length or resource",
        body="desk_schemas.MoveRequest", answer="desk_schemas.DetailView",
        refuses=("slot_taken", "changed_meanwhile", "not_for_this_resource"),
    ),
    Route(
        "POST", f"{APPOINTMENT}/details", EVERYONE, "desk.edit_details", "Another kind, name or note",
        body="desk_schemas.DetailsRequest", answer="desk_schemas.DetailView",
        refuses=("slot_taken", "changed_meanwhile", "not_for_this_resource"),
    ),
    Route(
        "GET", f"{APPOINTMENT}/series", EVERYONE, "desk.show_series", "The appointments that were made together with one",
        answer="desk_schemas.SeriesOf", reads=THE_APPOINTMENT,
    ),
    Route(
        "POST", f"{APPOINTMENT}/customer", EVERYONE, "desk.match_customer", "Say whom it is for",
        body="desk_schemas.MatchRequest", answer="desk_schemas.DetailView", refuses=("changed_meanwhile", "customer_leaving"),
    ),
    Route(
        "POST", f"{APPOINTMENT}/tell", EVERYONE, "desk.tell_customer", "Tell the customer how it stands",
        body="desk_schemas.TellRequest", answer="desk_schemas.DetailView", refuses=("changed_meanwhile",),
    ),
    Route(
        "POST", f"{APPOINTMENT}/message", EVERYONE, "desk.preview_message", "The message that an action would send",
        body="desk_schemas.MessagePreviewRequest", answer="desk_schemas.MessagePreview", reads=THE_APPOINTMENT,
        refuses=("not_for_this_resource",),
    ),
    Route(
        "POST", f"{APPOINTMENT}/void-link", EVERYONE, "desk.void_link",
        "End the links that were sent; later messages carry a new one",
        body="desk_schemas.VoidLinkRequest", answer="desk_schemas.DetailView", refuses=("changed_meanwhile",),
    ),
    Route(
        "POST", f"{APPOINTMENT}/undo", EVERYONE, "undoing.undo_act", "Take the last act of staff's back",
        body="desk_schemas.UndoRequest", answer="desk_schemas.DetailView",
        refuses=("slot_taken", "changed_meanwhile", "customer_leaving"),
    ),
    Route(
        "POST", f"{APPOINTMENT}/send-now", EVERYONE, "undoing.send_now", "Tell of it at once, and free the time",
        body="desk_schemas.UndoRequest", answer="desk_schemas.DetailView", refuses=("changed_meanwhile",),
    ),
    Route(
        "POST", f"{BRANCH}closings/undo", EVERYONE, "undoing.undo_closing", "Take a closing back, with what was done in it",
        body="desk_schemas.ClosingUndoRequest", answer="desk_schemas.ReopenedView", reads=Reading("list", id="closing"),
        largest=LARGEST_CLOSING,
    ),
    Route(
        "POST", f"{BRANCH}closings", EVERYONE, "desk.close_time", "Close a time and settle what stands in it",
        body="desk_schemas.ClosingRequest", answer="desk_schemas.ClosingView", reads=Reading("list", id="closing"),
        refuses=("changed_meanwhile",), largest=LARGEST_CLOSING,
    ),
    Route(
        "GET", f"{BRANCH}closings", EVERYONE, "desk.list_closings", "The closings that are not over",
        answer="desk_schemas.ClosingsView",
    ),
    Route(
        "POST", f"{BRANCH}closings/{{closing}}/reopen", EVERYONE, "desk.reopen_closing",
        "Reopen what was closed, all of it or a part", body="desk_schemas.ReopenRequest", answer="desk_schemas.ClosingsView",
        refuses=("changed_meanwhile",),
    ),
    Route(
        "POST", f"{BRANCH}requests/decline", EVERYONE, "desk.decline_requests", "Decline all that was asked for in a span",
        body="desk_schemas.WaveRequest", answer="desk_schemas.WaveView",
    ),
    Route(
        "GET", f"{BRANCH}requests/turned-away", EVERYONE, "desk.count_turned_away",
        "How many online requests were turned away lately", answer="desk_schemas.TurnedAwayView",
    ),
    Route(
        "POST", f"{BRANCH}preview", EVERYONE, "preview.preview_draft",
        "The slots that a draft of settings would offer; nothing is stored",
        body="draft_schemas.PreviewRequest", answer="draft_schemas.PreviewView", largest=LARGEST_DRAFT,
        refuses=("outside_availability",),
    ),
)  # fmt: skip

ONE_CUSTOMER = f"{BRANCH}customers/{{customer}}"
THE_CUSTOMER = Reading("customer")
CUSTOMERS = (
    Route(
        "POST", f"{BRANCH}search", EVERYONE, "customers.search", "Customers, their coming appointments and unmatched requests",
        body="customer_schemas.SearchRequest", answer="customer_schemas.SearchView", reads=Reading("list", id="search"),
    ),
    Route(
        "GET", f"{APPOINTMENT}/matches", EVERYONE, "customers.find_matches", "Who may have sent a request",
        answer="customer_schemas.MatchesView", reads=Reading("appointment", "compared"),
    ),
    Route(
        "POST", f"{BRANCH}customers", EVERYONE, "customers.create_customer", "Make a customer",
        body="customer_schemas.CustomerBody", answer="customer_schemas.CustomerView", status=201,
    ),
    Route(
        "POST", f"{BRANCH}customers/list", EVERYONE, "customers.list_customers", "Customers by last name, some at a time",
        body="customer_schemas.ListRequest", answer="customer_schemas.ListView", reads=Reading("list", id="customers"),
    ),
    Route(
        "POST", f"{BRANCH}customers/alike", EVERYONE, "customers.find_alike",
        "Who may be the customer that is about to be made; nothing is stored",
        body="customer_schemas.CustomerBody", answer="customer_schemas.MatchesView", reads=Reading("list", id="alike"),
    ),
    Route(
        "POST", f"{BRANCH}customers/import/read", ADMINS, "customers.read_import",
        "What a file of customers says; nothing is stored",
        body="customer_schemas.ReadRequest", answer="customer_schemas.ReadView", largest=LARGEST_FILE,
    ),
    Route(
        "POST", f"{BRANCH}customers/import", ADMINS, "customers.import_customers",
        "Make a customer of each row, and nobody twice; may be repeated",
        body="customer_schemas.ImportRequest", answer="customer_schemas.ImportView", largest=LARGEST_PORTION,
    ),
    Route(
        "GET", ONE_CUSTOMER, EVERYONE, "customers.show_customer", "All of one customer",
        answer="customer_schemas.CustomerView", reads=THE_CUSTOMER,
    ),
    Route(
        "PUT", ONE_CUSTOMER, EVERYONE, "customers.edit_customer", "Change a customer",
        body="customer_schemas.CustomerBody", answer="customer_schemas.CustomerView", reads=THE_CUSTOMER,
        refuses=("changed_meanwhile",),
    ),
    Route(
        "POST", f"{ONE_CUSTOMER}/merge", EVERYONE, "customers.merge_customers", "Make one of two customers",
        body="customer_schemas.MergeRequest", answer="customer_schemas.CustomerView", reads=THE_CUSTOMER,
        refuses=("changed_meanwhile",),
    ),
    Route(
        "POST", f"{ONE_CUSTOMER}/erase", ADMINS, "customers.erase_customer", "Erase a customer",
        body="customer_schemas.EraseRequest", answer="schemas.Done", refuses=("changed_meanwhile",),
    ),
    Route(
        "POST", f"{ONE_CUSTOMER}/invitations", EVERYONE, "invitation.invite_customer",
        "Invite a customer to book one appointment",
        body="invitation_schemas.InviteCustomerRequest", answer="invitation_schemas.GivenInvitation", status=201,
        refuses=("customer_leaving", "not_for_this_resource"),
    ),
    Route(
        "POST", f"{ONE_CUSTOMER}/invitations/{{invitation}}/withdraw", EVERYONE, "invitation.withdraw_invitation",
        "Withdraw an invitation that is not used", answer="invitation_schemas.GivenInvitation", refuses=("invitation_used",),
    ),
    Route(
        "GET", f"{ONE_CUSTOMER}/export", EVERYONE, "customers.export_customer", "All that is kept of one person",
        answer="customer_schemas.ExportView", reads=Reading("customer", "exported"),
    ),
    Route(
        "GET", f"{BRANCH}record", EVERYONE, "customers.list_record", "Who changed what in a month, the latest first",
        answer="customer_schemas.RecordView", query=(MONTH, BEFORE, KINDS_OF_LINES, BY), reads=Reading("list", id="record"),
    ),
    Route(
        "GET", f"{BRANCH}record.csv", ADMINS, "customers.download_record", "The record of the whole month, as CSV",
        answer="text/csv", query=(MONTH,),
    ),
    Route(
        "GET", f"{BRANCH}readings", ADMINS, "customers.list_readings",
        "Who looked at whose data in a month, by the hour, the latest first",
        answer="customer_schemas.RecordView", query=(MONTH, BEFORE, KINDS_OF_LINES, BY), reads=Reading("list", id="readings"),
    ),
    Route(
        "GET", f"{BRANCH}readings.csv", ADMINS, "customers.download_readings", "The readings of the whole month, as CSV",
        answer="text/csv", query=(MONTH,),
    ),
    Route(
        "GET", f"{BRANCH}figures", EVERYONE, "customers.show_figures", "Figures by week and resource",
        answer="customer_schemas.FiguresView",
        query=(
            Query("from", "date", "In the first week; so that this one is the last if left out.", into="first"),
            Query("weeks", "number", "How many weeks.", default=12, most=53),
        ),
    ),
)  # fmt: skip

SETUP = (
    Route(
        "GET", f"{BRANCH}settings", EVERYONE, "setup.show_settings", "What the branch has set",
        answer="setup_schemas.SettingsView",
    ),
    Route(
        "PUT", f"{BRANCH}settings", ADMINS, "setup.change_settings", "Change what is given, if nobody else has since",
        body="setup_schemas.SettingsBody", answer="setup_schemas.SavedView", reads=Reading("list", id="outside"),
        refuses=("changed_meanwhile", "read_otherwise"), largest=LARGEST_SETTINGS,
    ),
    Route(
        "POST", f"{BRANCH}online", EVERYONE, "setup.open_online", "Let customers ask online, or not",
        body="setup_schemas.Online", answer="setup_schemas.Online", refuses=("changed_meanwhile",),
    ),
    Route(
        "POST", f"{BRANCH}texts/preview", ADMINS, "setup.preview_text",
        "A message in words of the branch's own, for an invented appointment; nothing is stored",
        body="setup_schemas.TextBody", answer="setup_schemas.TextPreview",
    ),
    Route(
        "GET", f"{BRANCH}accesses", EVERYONE, "setup.list_accesses", "What links carry", answer="setup_schemas.AccessesView",
    ),
    Route(
        "POST", f"{BRANCH}accesses", ADMINS, "setup.give_access", "Make a booking link or a calendar",
        body="setup_schemas.AccessRequest", answer="setup_schemas.AccessesView", status=201, refuses=("changed_meanwhile",),
    ),
    Route(
        "POST", f"{BRANCH}accesses/{{access}}/revoke", ADMINS, "setup.revoke_access", "Revoke an access, for good",
        answer="setup_schemas.AccessesView", refuses=("changed_meanwhile",),
    ),
    Route(
        "POST", f"{BRANCH}employees/{{employee}}/account", ADMINS, "setup.change_account",
        "Give a technical employee an account, or take it away",
        body="setup_schemas.AccountChange", answer="setup_schemas.SettingsView", refuses=("changed_meanwhile",),
    ),
    Route(
        "GET", f"{BRANCH}users", ADMINS, "setup.list_users", "The accounts of the caller's branches",
        answer="setup_schemas.UsersView", headers=(ACCESS_TOKEN,),
    ),
    Route(
        "POST", f"{BRANCH}users", ADMINS, "setup.invite_user", "Invite an employee to an account",
        body="setup_schemas.InviteRequest", answer="setup_schemas.UsersView", status=201, headers=(ACCESS_TOKEN,),
        refuses=("changed_meanwhile",),
    ),
    Route(
        "PUT", f"{BRANCH}users/{{user}}", ADMINS, "setup.change_user", "What a user may in the caller's branches",
        body="setup_schemas.UserChange", answer="setup_schemas.UsersView", headers=(ACCESS_TOKEN,),
        refuses=("changed_meanwhile",),
    ),
)  # fmt: skip

THE_MESSAGES = Reading("list", id="messages")
MESSAGES = (
    Route(
        "GET", f"{BRANCH}messages", EVERYONE, "messages.list_troubles", "Messages that did not arrive, or were not wanted",
        answer="message_schemas.TroublesView", reads=THE_MESSAGES,
    ),
    Route(
        "POST", f"{APPOINTMENT}/messages/{{message}}/again", EVERYONE, "messages.send_again",
        "Send such a message again, within a minute",
        answer="message_schemas.TroublesView", reads=THE_MESSAGES, refuses=("changed_meanwhile",),
    ),
    Route(
        "GET", f"{BRANCH}sender", ADMINS, "messages.show_sender", "Whether mail goes out", answer="message_schemas.SenderView",
    ),
    Route(
        "POST", f"{BRANCH}sender/test", ADMINS, "messages.send_test",
        "Send a test message to the branch or to an employee",
        body="message_schemas.TestRequest", answer="message_schemas.TestView",
    ),
)  # fmt: skip

ROUTES: tuple[Route, ...] = SERVICE + BOOKING + VISIT + INVITATIONS + DESK + CUSTOMERS + SETUP + MESSAGES
