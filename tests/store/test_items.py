"""The stored form: what an item holds is read by the deployment before and by the one after, so it is stated here as it is."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from chalicelib.domain.appointment import Appointment, Event, Planned, Series
from chalicelib.domain.comment import Comment
from chalicelib.domain.inbox import Entry
from chalicelib.domain.outbox import Due, Message, State
from chalicelib.domain.settings import DateException, Employee, Template
from chalicelib.store import items, keys
from chalicelib.store.models import EventItem, Item, MessageItem
from chalicelib.store.versions import CURRENT
from tests.builders import MONDAY, NOW, at, availability, hours, settings, words

BEFORE, AFTER = NOW - timedelta(days=1), NOW + timedelta(days=1)
NOW_TEXT, BEFORE_TEXT, AFTER_TEXT = (f"2026-11-{day}T06:00:00.000+00:00" for day in (23, 22, 24))
APPOINTMENT = Appointment(
    id="a1", branch="elbe", resource="cabin-1", alias="elbe-window", template="test",
    start=at("2026-11-24T08:00"), end=at("2026-11-24T08:30"), day="2026-11-24", second="person-1",
    preparation=5, follow_up=10, status="confirmed",
    holds={("person-1", "2026-11-24", 0): frozenset({97}), ("cabin-1", "2026-11-24", 1): frozenset({98, 95})},
    counts=(("open", "erika"),), due=AFTER, warned=True, reminded=(7, 8),
    confirm_until=BEFORE, disowned_at=NOW, moves_told_at=AFTER,
    comment=Comment(last_name="Muster", email="erika@example.org"), type="appointment", name="Muster, Erika",
    customer="c1", write_to="customer", reason="ill", note="late", on_paper=True, hint="loud",
    series=Series("a0", 2, 3), language="en",
    fingerprint="print", made_at=NOW, version=3, token_version=2,
)  # fmt: skip
STORED_APPOINTMENT = {
    "pk": "APPOINTMENT#a1", "sk": "APPOINTMENT", "schema": CURRENT, "branch": "elbe", "resource": "cabin-1",
    "alias": "elbe-window", "template": "test", "start": "2026-11-24T08:00Z", "end": "2026-11-24T08:30Z",
    "day": "2026-11-24", "second": "person-1", "preparation": 5, "follow_up": 10, "status": "confirmed",
    "holds": '[["cabin-1","2026-11-24",1,[95,98]],["person-1","2026-11-24",0,[97]]]',
    "counts": '[["open","erika"]]', "warned": True, "reminded": "[7,8]",
    "confirm_until": BEFORE_TEXT, "disowned_at": NOW_TEXT, "moves_told_at": AFTER_TEXT,
    "type": "appointment", "name": "Muster, Erika", "customer": "c1", "write_to": "customer", "reason": "ill",
    "note": "late", "on_paper": True, "hint": "loud", "series": '{"id":"a0","number":2,"of":3}',
    "language": "en", "fingerprint": "print", "made_at": NOW_TEXT, "version": 3, "token_version": 2,
    "gsi1pk": "AGENDA#elbe#cabin-1", "gsi1sk": "2026-11-24T08:00Z",
    "gsi2pk": "OF#elbe#c1", "gsi2sk": "2026-11-24T08:00Z", "gsi3pk": "DUE#3", "gsi3sk": AFTER_TEXT,
}  # fmt: skip
PLAIN_APPOINTMENT = Appointment(
    id="a1", branch="elbe", resource="cabin-1", alias="elbe-window", start=at("2026-11-24T08:00"),
    end=at("2026-11-24T08:30"), day="2026-11-24", status="cancelled", holds={}, language="en", fingerprint="print",
    made_at=NOW,
)  # fmt: skip
PLANNED = Planned(
    id="a1", version=3, type="appointment", status="confirmed", resource="cabin-1", second="person-1", template="test",
    start=at("2026-11-24T08:00"), end=at("2026-11-24T08:30"), preparation=5, follow_up=10, name="Muster, Erika",
    customer="c1", note="late", on_paper=True, hint="loud", series=Series("a0", 2, 3),
    lanes=frozenset({("cabin-1", 1), ("person-1", 0)}),
)  # fmt: skip
EVENT = Event(
    appointment="a1", branch="elbe", version=3, what="moved", by="staff-1", at=NOW, start=at("2026-11-24T08:00"),
    end=at("2026-11-24T08:30"), status="confirmed", fields=("start", "end"), months=2,
)  # fmt: skip
STORED_EVENT = {
    "pk": "APPOINTMENT#a1", "sk": "EVENT#000003", "schema": CURRENT, "branch": "elbe", "what": "moved", "by": "staff-1",
    "at": NOW_TEXT, "start": "2026-11-24T08:00Z", "end": "2026-11-24T08:30Z", "status": "confirmed",
    "fields": '["start","end"]', "gsi2pk": "RECORD#elbe#2026-11", "gsi2sk": NOW_TEXT,
    "ttl": int((NOW + timedelta(days=62)).timestamp()),
}  # fmt: skip
MESSAGE = Message(
    appointment="a1", event=3, kind="moved", channel="sms", branch="elbe", resource="cabin-1",
    start=at("2026-11-24T08:00"), end=at("2026-11-24T08:30"), status="confirmed", language="en", due=NOW, note="Hello",
    reader="customer", until=AFTER, state="sending", attempts=2, caused_by="mailbox",
)  # fmt: skip
STORED_MESSAGE = {
    "pk": "APPOINTMENT#a1", "sk": "MESSAGE#000003#moved#sms", "schema": CURRENT, "event": 3, "kind": "moved",
    "channel": "sms", "branch": "elbe", "resource": "cabin-1", "start": "2026-11-24T08:00Z", "end": "2026-11-24T08:30Z",
    "status": "confirmed", "language": "en", "note": "Hello", "reader": "customer", "until": AFTER_TEXT,
    "state": "sending", "attempts": 2, "caused_by": "mailbox", "gsi3pk": "DUE#3", "gsi3sk": NOW_TEXT,
}  # fmt: skip
ENTRY = Entry(
    id="request-a1", branch="elbe", kind="erasure", appointment="a1", at=NOW, note="Call", proved=True
)  # fmt: skip
STORED_ENTRY = {
    "pk": "INBOX#elbe", "sk": "request-a1", "schema": CURRENT, "kind": "erasure", "appointment": "a1", "at": NOW_TEXT,
    "note": "Call", "proved": True,
}  # fmt: skip
SETTINGS = replace(
    settings(
        availability("09:00-12:00"),
        templates=(Template(id="test", name={"de": "Hörtest"}, duration=45, resources=("cabin-1",)),),
        exceptions=(DateException(resource="cabin-1", day=MONDAY, hours=(hours("10:00-11:00"),)),),
        employees=(Employee(id="meyer", name="Meyer"),),
        texts=(words("Bis bald!"),),
    ),
    version=4,
)


def raw(item: Item) -> dict[str, Any]:
    """As it goes over the wire."""
    return item.to_dynamodb_dict()


def plain(item: Item) -> dict[str, Any]:
    """The item's attributes by name."""
    return {name: value for name, value in item.to_simple_dict().items() if value is not None}


def test_an_appointment_is_stored_with_all_of_its_facts_and_the_keys_of_its_indexes() -> None:
    stored = plain(items.from_appointment(APPOINTMENT))
    assert items.to_comment(stored.pop("comment")) == APPOINTMENT.comment
    assert stored == STORED_APPOINTMENT


def test_an_appointment_with_nothing_beside_the_needful_stores_nothing_beside_it() -> None:
    assert plain(items.from_appointment(PLAIN_APPOINTMENT)) == {
        "pk": "APPOINTMENT#a1", "sk": "APPOINTMENT", "schema": CURRENT, "branch": "elbe", "resource": "cabin-1",
        "alias": "elbe-window", "start": "2026-11-24T08:00Z", "end": "2026-11-24T08:30Z", "day": "2026-11-24",
        "preparation": 0, "follow_up": 0, "status": "cancelled", "holds": items.NO_HOLDS, "counts": "[]",
        "warned": False, "type": "request", "name": "", "write_to": "requester", "language": "en",
        "fingerprint": "print", "made_at": NOW_TEXT, "version": 1, "token_version": 1,
        "gsi1pk": "AGENDA#elbe#cabin-1", "gsi1sk": "2026-11-24T08:00Z",
    }  # fmt: skip


def test_a_request_of_nobody_yet_is_found_among_those() -> None:
    request = replace(PLAIN_APPOINTMENT, comment=APPOINTMENT.comment)
    stored = plain(items.from_appointment(request))
    assert (stored["gsi2pk"], stored["gsi2sk"]) == ("UNMATCHED#elbe", "2026-11-24T08:00Z")


@pytest.mark.parametrize("appointment", [APPOINTMENT, PLAIN_APPOINTMENT])
def test_an_appointment_comes_back_as_it_was_stored(appointment: Appointment) -> None:
    assert items.to_appointment(raw(items.from_appointment(appointment))) == appointment


def test_an_appointment_that_the_schedule_has_tried_is_due_since_it_was_due_first() -> None:
    tried = {**raw(items.from_appointment(APPOINTMENT)), "due": {"S": BEFORE_TEXT}}
    assert items.to_appointment(tried).due == BEFORE


def test_an_appointment_of_version_0_1_has_the_defaults_of_what_that_did_not_store() -> None:
    stored = raw(items.from_appointment(PLAIN_APPOINTMENT))
    old = {name: value for name, value in stored.items() if name not in ("type", "name", "write_to", "warned")}
    assert items.to_appointment(old) == PLAIN_APPOINTMENT
    planned = items.to_planned(old)
    assert (planned.type, planned.name) == ("request", "")


def test_the_planner_draws_of_an_appointment_what_it_reads_of_it() -> None:
    stored = raw(items.from_appointment(APPOINTMENT))
    assert items.to_planned({name: stored[name] for name in items.PLANNED}) == PLANNED


def test_an_event_is_stored_as_a_line_of_the_record_for_as_many_months_as_it_is_kept() -> None:
    assert plain(items.from_event(EVENT)) == STORED_EVENT


def test_an_event_comes_back_as_it_was_stored_but_for_how_long_it_is_kept() -> None:
    assert items.to_event(EventItem.from_raw_data(raw(items.from_event(EVENT)))) == replace(EVENT, months=Event.months)


def test_an_event_of_version_0_1_names_neither_its_branch_nor_any_field() -> None:
    stored = raw(items.from_event(EVENT))
    old = EventItem.from_raw_data({name: value for name, value in stored.items() if name not in ("branch", "fields")})
    assert (items.to_event(old).branch, items.to_event(old).fields) == ("", ())


def test_a_message_is_stored_among_what_is_due() -> None:
    assert plain(items.from_message(MESSAGE)) == STORED_MESSAGE


def test_a_message_in_trouble_is_stored_among_those_of_its_branch() -> None:
    """And no sender finds it among what is due."""
    stored = plain(items.from_message(replace(MESSAGE, state="bounced")))
    assert (stored["gsi2pk"], stored["gsi2sk"]) == ("TROUBLE#elbe", NOW_TEXT)
    assert not {"gsi3pk", "gsi3sk"} & stored.keys()


@pytest.mark.parametrize("state", ["sending", "bounced"])
def test_a_message_comes_back_as_it_was_stored(state: State) -> None:
    message = replace(MESSAGE, state=state)
    assert items.to_message(MessageItem.from_raw_data(raw(items.from_message(message)))) == message


def test_what_was_settled_of_a_message_comes_back() -> None:
    stored = raw(items.from_message(MESSAGE)) | {"provider_id": {"S": "ses-1"}, "failure": {"S": "gone"}}
    message = items.to_message(MessageItem.from_raw_data(stored))
    assert (message.provider_id, message.failure) == ("ses-1", "gone")


def test_a_message_that_stands_in_no_index_was_due_before_all() -> None:
    stored = raw(items.from_message(MESSAGE))
    sent = {name: value for name, value in stored.items() if name not in ("gsi3pk", "gsi3sk", "caused_by")}
    message = items.to_message(MessageItem.from_raw_data(sent))
    assert (message.due, message.caused_by) == (items.NEVER, "practice")


def test_an_entry_of_the_inbox_is_stored_with_what_was_noted() -> None:
    assert plain(items.from_entry(ENTRY)) == STORED_ENTRY


def test_an_entry_whose_address_is_not_proved_says_nothing_of_it() -> None:
    assert "proved" not in plain(items.from_entry(replace(ENTRY, proved=False)))


@pytest.mark.parametrize("entry", [ENTRY, replace(ENTRY, note=None, proved=False)])
def test_an_entry_comes_back_as_it_was_stored(entry: Entry) -> None:
    assert items.to_entry(raw(items.from_entry(entry)), "elbe") == entry


def owed(pk: str, sk: str, since: datetime, **numbers: int) -> dict[str, Any]:
    more = {name: {"N": str(number)} for name, number in numbers.items()}
    return {"pk": {"S": pk}, "sk": {"S": sk}, "gsi3sk": {"S": items.stamp(since)}, **more}


def test_what_is_owed_is_told_apart_by_its_keys() -> None:
    due = items.to_due(
        [
            owed("APPOINTMENT#a1", "APPOINTMENT", NOW),
            owed("APPOINTMENT#a1", "MESSAGE#000001#receipt#email", BEFORE),
            owed("RECOUNT#elbe", "RECOUNT", AFTER),
        ]
    )
    message = ("APPOINTMENT#a1", "MESSAGE#000001#receipt#email")
    assert due == Due(messages=[message], appointments=["a1"], recounts=["elbe"], unsent=0, since=BEFORE)


def test_unsent_are_messages_alone_whose_first_attempt_has_failed() -> None:
    tried, waiting = (owed("APPOINTMENT#a1", f"MESSAGE#00000{event}#receipt#email", NOW, attempts=event) for event in (1, 0))
    assert items.to_due([tried, waiting, owed("APPOINTMENT#a1", "APPOINTMENT", NOW, attempts=1)]).unsent == 1


def test_where_nothing_is_owed_nothing_is_owed_since() -> None:
    assert items.to_due([]) == Due(messages=[], appointments=[], recounts=[], unsent=0, since=None)


def test_a_moment_is_stored_in_utc() -> None:
    assert items.stamp(NOW.astimezone(ZoneInfo("Europe/Berlin"))) == NOW_TEXT


def test_settings_are_stored_in_an_item_each_that_its_key_tells_apart() -> None:
    assert [(each.pk, each.sk, each.version) for each in items.from_settings(SETTINGS)] == [
        ("BRANCH#elbe", "BRANCH", 4),
        ("BRANCH#elbe", "RESOURCE#cabin-1", None),
        ("BRANCH#elbe", "TEMPLATE#test", None),
        ("BRANCH#elbe", "AVAILABILITY#00000", None),
        ("BRANCH#elbe", "EXCEPTION#cabin-1#2026-11-23", None),
        ("BRANCH#elbe", "EMPLOYEE#meyer", None),
        ("BRANCH#elbe", "ACCESS#elbe-window", None),
        ("BRANCH#elbe", "TEXT#confirmed#confirmed#email#de", None),
    ]


def test_settings_come_back_from_their_items_in_any_order() -> None:
    assert items.to_settings(reversed(list(items.from_settings(SETTINGS)))) == SETTINGS


def test_settings_without_their_branch_are_none() -> None:
    _, *others = items.from_settings(SETTINGS)
    assert items.to_settings(others) is None


def test_a_recount_is_due_when_it_is_said_to_be() -> None:
    assert plain(items.recount("elbe", NOW)) == {
        "pk": "RECOUNT#elbe", "sk": "RECOUNT", "schema": CURRENT, "gsi3pk": keys.due("elbe"), "gsi3sk": NOW_TEXT,
    }  # fmt: skip


def test_a_branch_is_cleared_for_the_first_time_at_once_and_apart_from_what_customers_wait_for() -> None:
    assert plain(items.clearing("elbe")) == {
        "pk": "CLEARING#elbe", "sk": "CLEARING", "schema": CURRENT, "gsi3pk": "CLEARING",
        "gsi3sk": "0001-01-01T00:00:00.000+00:00",
    }  # fmt: skip
