"""A month of bookings, moves, cancellations, reminders and erasures (R26 to R31), on a real engine: each message goes out once,
in its reader's language, at a permitted time, in order; also where provider, stream and function fail."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from functools import cache

import pytest

from chalicelib.domain.appointment import Event
from chalicelib.domain.mail import Mail
from chalicelib.domain.moments import to_local
from chalicelib.domain.outbox import TO_BRANCHES, Message
from chalicelib.domain.owed import is_bare
from infra.local.engine import Engine
from tests.planner.month import DAY, LAST, MINUTE, Arrived, Faults, Month, same
from tests.repeated import rounds

pytestmark = pytest.mark.chance
NIGHT = (20 * 60, 8 * 60)
KINDS: dict[str, Faults] = {
    "nothing": Faults(),
    "the provider throttles": Faults(throttled=0.5),
    "the provider takes it and keeps silent": Faults(unanswered=0.2),
    "the provider rejects for good": Faults(rejected=4),
    "the function is killed between sending and marking": Faults(killed=0.2),
    "the stream loses, repeats and shuffles": Faults(lost=0.3, repeated=0.5, shuffled=True),
    "everything": Faults(throttled=0.2, unanswered=0.1, killed=0.1, rejected=9, lost=0.2, repeated=0.3, shuffled=True),
}
REQUESTS = dict.fromkeys(KINDS, rounds(few=10, many=16)) | {"nothing": rounds(few=30, many=60)}


@cache
def lived(wrong: str) -> Month:
    """The month, and as long after it as anything can be owed."""
    month = Month(KINDS[wrong], REQUESTS[wrong], seed=len(wrong))
    month.live(LAST + 40 * DAY)
    return month


@pytest.fixture(params=KINDS)
def wrong(request: pytest.FixtureRequest, engine: Engine) -> str:
    identity: str = request.param
    return identity


def of(month: Month, message: Message) -> list[Arrived]:
    return [each for each in month.provider.arrived if same(each.message, message)]


def test_each_message_arrives_once_and_again_only_where_nobody_could_know(wrong: str) -> None:
    """Which is where the provider has taken it and nobody heard of it: it has no way to be asked."""
    month = lived(wrong)
    owed = [*month.owed()]
    assert {each.state for each in owed} <= {"sent", "failed"}
    repeats = 0
    for each in owed:
        times = len(of(month, each))
        if each.state == "sent":
            assert times >= 1
            repeats += times - 1
        else:
            assert each.failure in ("MessageRejected", "too_late")
            assert times == 0 or month.provider.said["unanswered"] + month.provider.said["killed"] > 0
            repeats += times
    assert repeats <= month.provider.said["unanswered"] + month.provider.said["killed"]
    if not KINDS[wrong].unanswered and not KINDS[wrong].killed:
        assert repeats == 0
    states = Counter(f"{each.kind} {each.failure or each.state}" for each in owed)
    print(f"\nwhat went wrong: {wrong}; {dict(month.provider.said)}; sent twice: {repeats}")
    print(f"{len(month.asked)} requests {dict(month.done)}: {len(owed)} messages {dict(sorted(states.items()))}")


def test_nothing_is_given_up_but_what_the_provider_rejects_and_reminders_past_their_time(wrong: str) -> None:
    failed = [each for each in lived(wrong).owed() if each.state == "failed"]
    assert {each.kind for each in failed if each.failure == "too_late"} <= {"reminder"}
    assert KINDS[wrong].rejected or not [each for each in failed if each.failure != "too_late"]


def test_each_reader_is_written_to_in_the_own_language(wrong: str) -> None:
    month = lived(wrong)
    for each in month.provider.arrived:
        asked_in = "de" if each.message.kind in TO_BRANCHES else ("de", "en")[month.asked.index(each.message.appointment) % 2]
        assert each.message.language == asked_in
        if isinstance(each.content, Mail):
            assert f'<html lang="{asked_in}" dir=' in each.content.html
        else:
            assert ("Erinnerung" in each.content.text) == (asked_in == "de")


def test_the_messages_of_an_appointment_arrive_in_the_order_of_what_happened(wrong: str) -> None:
    month = lived(wrong)
    for identity in month.asked:
        events = [
            each.message.event
            for each in month.provider.arrived
            if each.message.appointment == identity and each.message.kind not in TO_BRANCHES
        ]
        assert events == sorted(events)


def test_reminders_arrive_by_day_before_the_visit_and_of_visits_that_stand(wrong: str) -> None:
    month = lived(wrong)
    reminders = [each for each in month.provider.arrived if each.message.kind == "reminder"]
    assert len(reminders) >= 3
    for each in reminders:
        assert not rests(instant(each.at), month)
        assert instant(each.at) < each.message.start
        history = month.table.history(each.message.appointment)[0]
        before = [event for event in history if event.at <= each.at]
        assert (before[-1].status, before[-1].start) == ("confirmed", each.message.start)


def test_exactly_those_are_reminded_who_should_be(wrong: str) -> None:
    """By a reckoning of its own, from what happened: by wall and by minute."""
    month = lived(wrong)
    for identity in month.asked:
        history, messages = month.table.history(identity)
        told = {each.event for each in messages if each.kind not in TO_BRANCHES}
        reminded = [instant(event.at) for event in history if event.what == "reminded"]
        assert reminded == [*expected(month, identity, history, told)]


def test_after_the_set_days_nothing_is_left_of_anybody_and_nothing_is_due(wrong: str) -> None:
    month = lived(wrong)
    assert [each for each in map(month.read, month.asked) if not is_bare(each) or each.due] == []
    assert {(each.note, each.provider_id) for each in month.owed()} == {(None, None)}
    due = month.table.due(month.now)
    assert not {*due.appointments} & {*month.asked}


def expected(month: Month, identity: str, history: list[Event], told: set[int]) -> list[int]:
    """The instants at which a reminder should have been owed."""
    remind = identity in month.wants_reminders
    branch, due = month.settings.branch, set[int]()
    for event in history:
        for hours in branch.reminder_hours:
            moment = event.start - hours * 60
            if rests(moment, month):
                while rests(moment, month):
                    moment -= 1
                moment -= 29  # the rest began a minute later, and half an hour before that it is time
            at_the_time = [each for each in history if instant(each.at) <= moment and each.what != "reminded"]
            if remind and at_the_time and (at_the_time[-1].status, at_the_time[-1].start) == ("confirmed", event.start):
                due.add(moment)
    times: list[int] = []
    for moment in sorted(due):
        words = [instant(each.at) for each in history if each.version in told and each.what != "reminded"]
        by_message = [each for each in times if _is_message(history, told, each)]
        if not [each for each in words + by_message if moment - branch.reminder_gap_hours * 60 < each < moment]:
            times.append(moment)
    return times


def _is_message(history: list[Event], told: set[int], moment: int) -> bool:
    """Whether the reminder of that time was a message, and no call."""
    return any(each.version in told for each in history if each.what == "reminded" and instant(each.at) == moment)


def rests(minute: int, month: Month) -> bool:
    wall = to_local(minute, month.settings.zone)
    begin, end = NIGHT
    return not end <= wall.hour * 60 + wall.minute < begin


def instant(moment: datetime) -> int:
    return int(moment.timestamp()) // 60


def test_the_month_has_seen_the_night_in_which_the_clocks_go_back(engine: Engine) -> None:
    month = lived("nothing")
    zone = month.settings.zone
    offsets = {each.at.astimezone(zone).utcoffset() for each in month.provider.arrived if each.message.kind == "reminder"}
    assert offsets == {timedelta(hours=1), timedelta(hours=2)}
    over = [
        each
        for each in month.provider.arrived
        if to_local(each.message.start, zone).utcoffset() != (each.at + MINUTE).astimezone(zone).utcoffset()
    ]
    assert over
