"""What an appointment owes by the clock, and when: warning and expiry (R26), reminders (R29), erasure (R30).

Pure: moments are aware, instants are UTC minutes; what the branch has set today decides.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from chalicelib.domain.appointment import Appointment
from chalicelib.domain.intervals import Interval
from chalicelib.domain.moments import LONGEST_MONTH, to_local, to_utc
from chalicelib.domain.outbox import Message
from chalicelib.domain.settings import Branch, Settings
from chalicelib.domain.status import AHEAD, HOLDING

Task = Literal["lapse", "warn", "expire", "remind", "erase"]

AFTER_RELEASE = timedelta(days=7)
"""How long what came with a request is kept once it was declined, cancelled, or has expired."""
BEFORE_REST = 30
"""Minutes before the night rest at which a reminder goes out that would fall into it: time for a second attempt."""
LATENESS = 60
"""Minutes that a reminder may be late, be it for want of a schedule or of a provider; at most half of its own time."""

RECKONED_BY = (
    *("zone", "night_from", "night_until", "reminder_hours", "reminder_gap_hours"),
    *("expire_after_hours", "expire_warning_hours"),
)
"""What a branch sets of reminders and of expiry: changed, they have other moments."""

Reminder = tuple[int, int, int]
"""The instant that the branch's hours name, the one from which it goes out, and the one from which it does not any more."""


def due_of(appointment: Appointment, settings: Settings, now: datetime, *, noted: bool = False) -> datetime | None:
    """When the schedule must look at the appointment next. Whoever writes an appointment writes this with it.

    `its.due` must be what was stored, or None where the write brings it to another state. `noted`: the write owes a message, a
    call or a note with words of the staff's own, which are erased as the rest is, be it long after the visit.
    """
    if appointment.status == "unconfirmed":
        return appointment.confirm_until
    moments = (
        _reminder_due(appointment, settings, now),
        _erasure(appointment, settings.branch, now, noted=noted),
        _expiry(appointment, settings.branch, now),
    )
    return min((moment for moment in moments if moment), default=None)


def task_of(appointment: Appointment, settings: Settings, now: datetime) -> Task | None:
    """What of it is to be done by now; None where the settings of today want nothing of it, or not yet."""
    if appointment.status == "unconfirmed":
        return "lapse" if appointment.confirm_until and appointment.confirm_until <= now else None
    expiry = _expiry(appointment, settings.branch, now)
    if expiry and expiry <= now:
        return "expire" if appointment.warned else "warn"
    if reminders_now(appointment, settings, now):
        return "remind"
    erasure = _erasure(appointment, settings.branch, now)
    return "erase" if erasure and erasure <= now else None


def owes_otherwise(before: Branch, after: Branch) -> bool:
    """Whether what was reckoned by the one is too late, or too much, by the other: reminders and expiry have other moments, or
    what came with a request is kept for a shorter time. Where it is kept for longer, the schedule sees it when it looks."""
    return after.comment_days < before.comment_days or any(
        getattr(before, name) != getattr(after, name) for name in RECKONED_BY
    )


def reminders_now(appointment: Appointment, settings: Settings, now: datetime) -> list[Reminder]:
    """Those that may go out now, the one of the longest time before the visit first. Together they are one message."""
    minute = _instant(now)
    return [each for each in reminders(appointment, settings) if each[1] <= minute < each[2]]


def reminders(appointment: Appointment, settings: Settings) -> Iterator[Reminder]:
    """Those that the appointment has not had, past ones too: of a confirmed one whose customer has ticked the box (R29).

    One that would fall into the night rest goes out before that begins; where even then there is rest, there is none.
    """
    if appointment.status != "confirmed" or appointment.comment is None or not appointment.comment.remind:
        return
    for hours in settings.branch.reminder_hours:
        wanted = appointment.start - hours * 60
        if wanted in appointment.reminded:
            continue
        first, rest = wanted, rest_around(wanted, settings.branch, settings.zone)
        if rest:
            first = rest[0] - BEFORE_REST
        if rest_around(first, settings.branch, settings.zone):
            continue
        last = first + min(LATENESS, hours * 60 // 2)
        yield (
            wanted,
            first,
            min((begin for begin, _ in _rests(last, settings.branch, settings.zone) if begin > first), default=last),
        )


def rest_around(instant: int, branch: Branch, zone: ZoneInfo) -> Interval | None:
    """The night rest that the instant lies in, as the branch's wall has it (R5 where clocks change)."""
    return next(((start, end) for start, end in _rests(instant, branch, zone) if instant < end), None)


def _rests(instant: int, branch: Branch, zone: ZoneInfo) -> Iterator[Interval]:
    """The last ones that have begun by the instant."""
    if branch.night_from == branch.night_until:
        return
    over_midnight = branch.night_from > branch.night_until
    today = to_local(instant, zone).date()
    for day in (today - timedelta(days=1), today):
        start = to_utc(day, branch.night_from, zone)
        if start <= instant:
            yield start, to_utc(day + timedelta(days=over_midnight), branch.night_until, zone)


def is_too_late(message: Message, appointment: Appointment, now: datetime) -> bool:
    """Whether a message has lost its sense: its time has passed, it reminds of what is not so any more, it gives notice of
    what was undone, or it tells of a move by the customer that another act has followed, which tells more (R34)."""
    if message.until and message.until <= now:
        return True
    if message.is_gathered:
        return (message.start, message.end, message.status) != (appointment.start, appointment.end, appointment.status)
    if message.kind == "confirm":
        return appointment.confirm_until is None
    if message.kind == "notice":
        return appointment.status not in AHEAD
    wanted = (
        appointment.comment is not None
        and appointment.comment.remind
        and appointment.status == "confirmed"
        and appointment.start == message.start
    )
    return message.kind == "reminder" and not wanted


def is_bare(appointment: Appointment) -> bool:
    """Whether nothing stands in it that a request brought, or that staff wrote of whom it is for. What a customer's record
    says has a clock of its own, and blocked time is for nobody, but its note may name somebody."""
    if appointment.type == "blocked":
        return not appointment.note
    return not (
        appointment.comment
        or appointment.reason
        or appointment.note
        or appointment.fingerprint
        or (appointment.name and not appointment.customer)
        or (appointment.undo and (appointment.undo.reason or appointment.undo.name))
    )


def bared(appointment: Appointment) -> Appointment:
    """What is left of it for planner and figures: nothing of a person, save whose it is in the practice's own records. Its
    links open nothing any more, and it counts for no address."""
    return replace(
        appointment,
        name=appointment.name if appointment.customer or appointment.type == "blocked" else "",
        hint=appointment.hint if appointment.customer else None,
        comment=None,
        reason=None,
        note=None,
        on_paper=False,
        counts=(),
        fingerprint="",
        due=None,
        token_version=appointment.token_version + 1,
    )


def leaving_until(branch: Branch, now: datetime) -> int:
    """Visits that were over by this instant may leave the table: what came with them is erased, and the line that told of it is
    no longer kept either. One day more, so that the sweep finds most of them ready."""
    return _instant(now - branch.record_months * LONGEST_MONTH - timedelta(days=branch.comment_days + 1))


def may_leave(appointment: Appointment, until: int) -> bool:
    """Whether nothing of it is open any more: it was over by `until`, the schedule owes it nothing, and nothing stands in it
    that a clock is yet to erase. Its history, messages and the inbox have a say as well."""
    over = max(appointment.end + appointment.follow_up, appointment.start) < until
    return over and appointment.due is None and appointment.status != "unconfirmed" and is_bare(appointment)


def _expiry(appointment: Appointment, branch: Branch, now: datetime) -> datetime | None:
    """When staff are warned or, once they are, when the request expires: they get the whole time of the warning, also where
    that came late. None where it does not expire."""
    if appointment.status != "proposed" or not branch.expire_after_hours:
        return None
    warning, expiry = timedelta(hours=branch.expire_warning_hours), timedelta(hours=branch.expire_after_hours)
    if not appointment.warned:
        return appointment.made_at + expiry - warning
    return appointment.due or max(appointment.made_at + expiry, now + warning)


def _reminder_due(appointment: Appointment, settings: Settings, now: datetime) -> datetime | None:
    """When the next one goes out; what could go out now is due at once."""
    ahead = (first for _, first, last in reminders(appointment, settings) if last > _instant(now))
    first = min(ahead, default=None)
    return None if first is None else _moment(first)


def _erasure(appointment: Appointment, branch: Branch, now: datetime, *, noted: bool = False) -> datetime | None:
    """Once set it stays for one that was released, and for words that were sent after all else had been erased."""
    after_visit = _moment(appointment.end) + timedelta(days=branch.comment_days)
    if is_bare(appointment):
        due = appointment.due or (max(after_visit, now + AFTER_RELEASE) if noted else None)
        return max(due, after_visit) if due and appointment.status in HOLDING else due  # a visit that lies ahead again
    if appointment.status in HOLDING:
        return max(after_visit, now + AFTER_RELEASE) if noted else after_visit
    return appointment.due or now + AFTER_RELEASE


def _instant(moment: datetime) -> int:
    return int(moment.timestamp()) // 60


def _moment(instant: int) -> datetime:
    return datetime.fromtimestamp(instant * 60, UTC)
