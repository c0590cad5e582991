"""What is owed goes out in the end, whatever fails in between: the schedule and the stream, on a real engine."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest

from chalicelib.api.events import deliver
from chalicelib.domain.appointment import Appointment
from chalicelib.domain.mail import SendLater
from chalicelib.domain.outbox import BACKOFF, ENOUGH, LEASE, MOST_ATTEMPTS
from chalicelib.domain.settings import Resource
from chalicelib.planner.messages.delivery import Delivery
from chalicelib.planner.schedule.sweep import ANOTHER_LOOK
from chalicelib.store import keys
from chalicelib.store.due_items import SWEPT
from chalicelib.store.items import from_appointment, stamp
from chalicelib.store.models import AppointmentItem, MessageItem
from chalicelib.store.table import Table
from infra.local.engine import ROOT, Engine
from tests.builders import Nobody, appointment, at, made, message, new_branch_id, policy, settings, sweep
from tests.conftest import TABLE, renew_table
from tests.planner.messages.test_delivery import Clock, Provider, plain

LONG_AGO = datetime(2019, 1, 1, tzinfo=UTC)
CABINS = (Resource(id="cabin-1", name="Kabine 1", released=True), Resource(id="cabin-2", name="Kabine 2"))


class Office:
    """A branch that owes some receipts since long ago, and those who see to it."""

    def __init__(self) -> None:
        self.table, self.provider, self.clock = Table(TABLE, sleep=lambda seconds: None), Provider(), Clock(LONG_AGO)
        self.branch = new_branch_id()
        self.table.replace_settings(settings(id=self.branch, resources=CABINS, expire_after_hours=48))
        self.delivery = Delivery(self.table, Nobody(), self.clock, plain, self.provider, policy(self.clock))
        self.sweep = sweep(self.table, self.clock, self.delivery)
        self.owing: list[Appointment] = []

    def owe(self, kind: Any = "receipt", **fields: Any) -> tuple[str, str]:
        """The key of a message that a new request owes, each on a day of its own."""
        start = at("2026-11-24T08:00") + 1440 * len(self.owing)
        booked = appointment(branch=self.branch, made_at=LONG_AGO, **{"start": start, "end": start + 30} | fields)
        self.table.write(made(booked, message(booked, kind=kind)))
        self.owing.append(booked)
        return f"APPOINTMENT#{booked.id}", f"MESSAGE#000001#{kind}#email"

    def states(self) -> list[str]:
        """Of the messages, in no order."""
        return sorted(
            item.state
            for appointment in self.owing
            for item in MessageItem.query(f"APPOINTMENT#{appointment.id}", MessageItem.sk > "MESSAGE#")
        )


@pytest.fixture
def office(engine: Engine) -> Office:
    """In a table of its own: a sweep does all that is due, also what other tests have left."""
    renew_table(engine.client("dynamodb"), TABLE)
    return Office()


@pytest.mark.parametrize("time", ["before", "after"])
def test_a_sweep_does_nothing_of_what_another_test_has_left(office: Office, time: str) -> None:
    office.sweep.sweep(plenty)
    assert office.provider.sent == []
    office.owe()


def plenty() -> float:
    return 60.0


def running_out(*seconds: float) -> Callable[[], float]:
    """The time that is left, each time it is asked for; none in the end."""
    left = iter(seconds)
    return lambda: next(left, 0.0)


def test_a_sweep_sends_all_that_the_stream_missed(office: Office) -> None:
    for _ in range(3):
        office.owe()
    office.sweep.sweep(plenty)
    assert office.states() == ["sent"] * 3
    assert len(office.provider.sent) == 3


def test_one_message_that_fails_keeps_none_of_the_others_back_and_its_error_rises_in_the_end(office: Office) -> None:
    for _ in range(3):
        office.owe()
    office.provider.says = [RuntimeError("broken")]
    with pytest.raises(RuntimeError, match="broken"):
        office.sweep.sweep(plenty)
    assert office.states() == ["sending", "sent", "sent"]


def test_a_message_that_fails_keeps_no_request_from_expiring(office: Office) -> None:
    """And the other way round (R26)."""
    office.owe()
    office.owe(due=LONG_AGO, warned=True)
    office.provider.says = [RuntimeError("broken")] * 2
    with pytest.raises(RuntimeError):
        office.sweep.sweep(plenty)
    expired = office.table.appointment(office.owing[1].id)
    assert expired is not None
    assert (expired.status, expired.holds) == ("expired", {})


def test_a_sweep_takes_up_nothing_when_a_mail_might_not_be_marked_in_time(office: Office) -> None:
    office.owe()
    office.owe(due=LONG_AGO)
    office.sweep.sweep(lambda: ENOUGH - 0.01)
    assert office.states() == ["due", "due"]
    assert office.table.appointment(office.owing[1].id) == office.owing[1]
    office.sweep.sweep(lambda: ENOUGH)
    assert office.states().count("sent") == 2


def test_what_belongs_to_no_branch_keeps_nothing_else_that_is_due_waiting(office: Office) -> None:
    """As an import leaves it that was interrupted: more of it than one sweep takes up of a partition."""
    lost = [appointment(branch=new_branch_id(), id=f"{n}", due=LONG_AGO) for n in range(1_000) if due_with(f"{n}", "0")][
        : SWEPT + 1
    ]
    for each in lost:
        office.table.write(made(each))
    office.owe(
        id=next(f"{n}" for n in range(1_000, 2_000) if due_with(f"{n}", "0")), due=LONG_AGO + timedelta(seconds=1), warned=True
    )
    office.clock.now += timedelta(minutes=1)
    office.sweep.sweep(plenty)
    office.sweep.sweep(plenty)
    expired = office.table.appointment(office.owing[0].id)
    assert expired is not None
    assert expired.status == "expired"
    assert {booked.due for each in lost if (booked := office.table.appointment(each.id))} == {office.clock.now + ANOTHER_LOOK}
    for each in lost:
        office.table.put_off(each, None)  # leaves nothing behind that others would find


def poisoned(office: Office, number: int, of: str = "0") -> list[Appointment]:
    """Appointments of one partition that nothing can be done about: what came with them cannot be read any more."""
    ids = [f"{office.branch}-{n}" for n in range(3_000) if due_with(f"{office.branch}-{n}", of)][:number]
    starts = [at("2026-11-24T08:00") + 1440 * n for n in range(number)]
    found = [
        appointment(branch=office.branch, resource="cabin-2", id=each, start=start, end=start + 30, due=LONG_AGO)
        for each, start in zip(ids, starts, strict=True)
    ]
    for each in found:
        office.table.write(made(each))
        AppointmentItem(f"APPOINTMENT#{each.id}", "APPOINTMENT").update([AppointmentItem.comment.set("{")])
    return found


def stored(appointment: Appointment) -> AppointmentItem:
    return AppointmentItem.get(f"APPOINTMENT#{appointment.id}", "APPOINTMENT", consistent_read=True)


def test_what_always_fails_keeps_nothing_else_that_is_due_waiting(office: Office) -> None:
    """More of it than one sweep takes up of a partition."""
    bad = poisoned(office, SWEPT + 1)
    office.owe(
        id=next(f"late-{n}" for n in range(1_000) if due_with(f"late-{n}", "0")),
        due=LONG_AGO + timedelta(seconds=1),
        warned=True,
    )
    office.clock.now += timedelta(minutes=1)
    for _ in range(2):
        with pytest.raises(msgspec.DecodeError):
            office.sweep.sweep(plenty)
    expired = office.table.appointment(office.owing[0].id)
    assert expired is not None
    assert expired.status == "expired"
    assert {stored(each).attempts for each in bad} == {1}
    clear(bad)


def clear(appointments: list[Appointment]) -> None:
    """Leaves nothing behind that others would find."""
    for each in appointments:
        AppointmentItem(f"APPOINTMENT#{each.id}", "APPOINTMENT").delete()


def test_attempts_at_what_always_fails_have_growing_pauses_and_an_end_that_staff_are_told_of(office: Office) -> None:
    (bad,) = poisoned(office, 1)
    pauses = []
    for _ in range(MOST_ATTEMPTS):
        with pytest.raises(msgspec.DecodeError):
            office.sweep.sweep(plenty)
        until = stored(bad).gsi3sk
        if until:
            pauses.append(int((datetime.fromisoformat(until) - office.clock.now).total_seconds()) // 60)
            office.clock.now = datetime.fromisoformat(until)
    assert tuple(pauses) == BACKOFF
    assert [(each.kind, each.appointment) for each in office.table.inbox(office.branch) if each.kind == "stuck"] == [
        ("stuck", bad.id)
    ]
    office.clock.now += timedelta(days=1)
    office.sweep.sweep(plenty)
    assert stored(bad).attempts == MOST_ATTEMPTS
    clear([bad])


def test_what_the_schedule_dies_of_ends_as_well(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """Killed in the middle, again and again: no outcome was ever written."""
    office.owe(due=LONG_AGO, warned=True)
    office.delivery.deliver((f"APPOINTMENT#{office.owing[0].id}", "MESSAGE#000001#receipt#email"))

    def die(identity: str) -> None:
        raise SystemExit

    monkeypatch.setattr(office.sweep, "attend", die)
    for _ in range(MOST_ATTEMPTS):
        with pytest.raises(SystemExit):
            office.sweep.sweep(plenty)
        office.clock.now += LEASE
    office.sweep.sweep(plenty)
    assert [each.kind for each in office.table.inbox(office.branch)] == ["stuck"]


def test_what_was_tried_in_vain_is_done_as_if_it_were_due_since_then_once_its_cause_is_gone(office: Office) -> None:
    office.owe(due=LONG_AGO, warned=True)
    appointment, item = office.owing[0], stored(office.owing[0])
    item.update([AppointmentItem.comment.set("{")])
    with pytest.raises(msgspec.DecodeError):
        office.sweep.sweep(plenty)
    item.update([AppointmentItem.comment.set(from_appointment(appointment).comment)])
    assert office.table.appointment(appointment.id) == appointment
    office.clock.now += timedelta(minutes=BACKOFF[0])
    office.sweep.sweep(plenty)
    assert stored(appointment).status == "expired"
    assert "attempts" not in stored(appointment).attribute_values


def test_a_message_that_fails_before_it_is_claimed_waits_and_keeps_no_other_back(office: Office) -> None:
    """What the appointment owed before it cannot be read any more."""
    key = office.owe()
    broken = MessageItem(key[0], "MESSAGE#000000#receipt#email")
    broken.update([MessageItem.gsi3sk.set("never")])
    with pytest.raises(TypeError):
        office.sweep.sweep(plenty)
    assert MessageItem.get(*key).gsi3sk == stamp(office.clock.now + ANOTHER_LOOK)
    broken.delete()


def due_with(one: str, other: str) -> bool:
    """Whether both are due in one partition."""
    return keys.due(one) == keys.due(other)


def test_a_sweep_tells_first_how_much_could_not_be_sent_and_how_late_the_oldest_is(office: Office) -> None:
    """What an alarm of the deployment reads: also of a sweep that fails later on."""
    told: list[tuple[int, int]] = []
    office.owe()
    office.owe()
    office.provider.says = [SendLater("TooManyRequestsException")]
    office.sweep.sweep(plenty)
    office.clock.now += timedelta(minutes=BACKOFF[0], seconds=7)
    office.sweep.sweep(plenty, lambda due, now: told.append((due.unsent, due.late(now))))
    assert told == [(1, 7)]
    assert office.states() == ["sent", "sent"]


def test_a_sweep_ends_with_what_it_has_when_time_runs_out(office: Office) -> None:
    for _ in range(3):
        office.owe()
    office.sweep.sweep(running_out(60.0, ENOUGH))
    assert office.states() == ["due", "sent", "sent"]


def record(key: tuple[str, str], number: int) -> dict[str, Any]:
    return {"dynamodb": {"Keys": {"pk": {"S": key[0]}, "sk": {"S": key[1]}}, "SequenceNumber": str(number)}}


def test_the_stream_s_batch_is_left_where_time_runs_out_and_comes_again_from_there(office: Office) -> None:
    records = [record(office.owe(), number) for number in range(3)]
    left = deliver(records, office.delivery, running_out(60.0, ENOUGH - 0.01))
    assert left == {"batchItemFailures": [{"itemIdentifier": "1"}]}
    assert office.states() == ["due", "due", "sent"]
    assert deliver(records[1:], office.delivery, lambda: ENOUGH) == {"batchItemFailures": []}
    assert office.states() == ["sent"] * 3


def test_a_message_that_whoever_sends_it_dies_of_has_failed_after_the_last_attempt(office: Office) -> None:
    """Killed in the middle, again and again: no outcome was ever written, and yet it ends."""
    key = office.owe()
    office.provider.says = [SystemExit] * (MOST_ATTEMPTS + 5)
    for _ in range(MOST_ATTEMPTS):
        with pytest.raises(SystemExit):
            office.delivery.deliver(key)
        assert office.states() == ["sending"]
        office.clock.now += LEASE
    office.delivery.deliver(key)
    item = MessageItem.get(*key, consistent_read=True)
    assert (item.state, item.failure) == ("failed", "attempts")
    office.clock.now += timedelta(days=30)
    office.delivery.deliver(key)
    assert len(office.provider.says) == 5


def test_a_notice_counts_the_open_requests_of_all_resources(office: Office) -> None:
    """Also of those that customers do not see."""
    key = office.owe("notice")
    office.owe(resource="cabin-2")
    office.owe(resource="cabin-2", status="confirmed")
    office.delivery.deliver(key)
    assert [mail.text for mail in office.provider.sent] == ["2"]


def timeouts(of: Any) -> Iterator[int]:
    """Every `lambda_timeout` that the deployment sets anywhere."""
    if isinstance(of, dict):
        if "lambda_timeout" in of:
            yield of["lambda_timeout"]
        for each in of.values():
            yield from timeouts(each)


def test_a_lease_outlives_whoever_took_it() -> None:
    """Else a second sender would begin while the first may still send."""
    allowed = list(timeouts(json.loads((ROOT / ".chalice" / "config.json").read_text())))
    assert allowed
    assert max(allowed) < LEASE.total_seconds()


def test_the_functions_that_send_have_time_for_more_than_one_mail() -> None:
    stages = json.loads((ROOT / ".chalice" / "config.json").read_text())["stages"]
    for stage in stages.values():
        for function in ("deliver", "sweep"):
            assert stage["lambda_functions"][function]["lambda_timeout"] >= 2 * ENOUGH
