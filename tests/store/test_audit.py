"""What is read over long times is read in few requests, and no more of it than is asked for."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from pynamodb.exceptions import QueryError

from chalicelib.domain.errors import Invalid
from chalicelib.domain.sums import CountedAppointment
from chalicelib.store import audit, keys
from chalicelib.store.audit import Books
from chalicelib.store.models import AppointmentItem, EventItem, SumItem
from chalicelib.store.table import Table
from tests.builders import NOW, appointment, at, new_branch_id
from tests.faults import answered, counted, error
from tests.store.bookings import take


@pytest.fixture
def books(table: Table) -> Books:
    return Books()


@pytest.fixture
def branch() -> str:
    return new_branch_id()


def test_the_first_sum_is_sought_a_few_at_a_time_behind_those_of_resources_that_are_gone(
    books: Books, branch: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audit, "FEW", 2)
    for week in ("2026-11-02", "2026-11-09", "2026-11-16", "2026-11-23", "2026-11-30"):
        SumItem(keys.sums(branch), f"{week}#{'gone' if week < '2026-11-23' else 'cabin-1'}").save()
    with counted() as requests:
        assert books.first_sum(branch, {"cabin-1"}) == date(2026, 11, 23)
    assert requests.operations == ["Query"] * 2
    assert books.first_sum(branch, {"cabin-2"}) is None


def test_the_first_appointment_is_the_earliest_of_its_resource(books: Books, table: Table, branch: str) -> None:
    earlier, later = (
        appointment(branch=branch, start=at(f"2026-11-24T{hour}:00"), end=at(f"2026-11-24T{hour}:30")) for hour in ("08", "09")
    )
    take(table, later)
    take(table, earlier)
    assert books.first(branch, "cabin-1") == earlier.start
    assert books.first(branch, "cabin-2") is None


def test_counted_are_those_that_start_from_the_first_minute_to_before_the_last(books: Books, table: Table, branch: str) -> None:
    one = appointment(branch=branch)
    take(table, one)
    assert [each.start for each in books.counted(branch, "cabin-1", one.start, one.start + 1)] == [one.start]
    assert list(books.counted(branch, "cabin-1", one.start + 1, one.start + 9)) == []
    assert list(books.counted(branch, "cabin-1", one.start - 9, one.start)) == []


def test_of_an_appointment_is_counted_what_figures_need(books: Books, table: Table, branch: str) -> None:
    own: dict[str, Any] = {"second": "cabin-2", "preparation": 5, "follow_up": 10, "template": "fitting"}
    one = appointment(branch=branch, type="appointment", status="confirmed", **own)
    take(table, one)
    common: dict[str, Any] = {"resource": "cabin-1", "start": one.start, "end": one.end, "status": "confirmed"}
    common["made_at"] = at(f"{NOW:%Y-%m-%dT%H:%M}")
    assert list(books.counted(branch, "cabin-1", one.start, one.end)) == [
        CountedAppointment(type="appointment", **common, **own)
    ]
    stored = AppointmentItem(keys.appointment(one.id), keys.APPOINTMENT)
    stored.update([AppointmentItem.type.remove(), AppointmentItem.second.remove(), AppointmentItem.template.remove()])
    own |= {"second": None, "template": None}
    assert list(books.counted(branch, "cabin-1", one.start, one.end)) == [CountedAppointment(type="request", **common, **own)]


def test_a_line_whose_time_is_up_is_not_in_the_record_even_while_it_is_stored(books: Books, table: Table, branch: str) -> None:
    one = appointment(branch=branch)
    take(table, one)
    assert len(books.record(branch, "2026-11", 9)[0]) == 1
    EventItem(keys.appointment(one.id), keys.event(1)).update([EventItem.ttl.set(1)])
    assert books.record(branch, "2026-11", 9) == ([], None)


def test_the_record_goes_on_where_a_page_ended_until_there_is_no_more(books: Books, table: Table, branch: str) -> None:
    one = appointment(branch=branch)
    take(table, one)
    take(table, appointment(branch=branch, start=one.end, end=one.end + 5))
    first, after = books.record(branch, "2026-11", 1)
    second, end = books.record(branch, "2026-11", 2, after)
    assert (len(first), len(second), end) == (1, 1, None)
    assert first != second


@pytest.mark.parametrize("before", ["!", "e30", "WyJhIl0", "é"])
def test_a_place_that_no_page_has_given_is_refused(books: Books, branch: str, before: str) -> None:
    with pytest.raises(Invalid) as refused:
        books.record(branch, "2026-11", 1, before)
    assert refused.value.flaws["before"].code == "page"


def test_a_query_of_the_record_that_is_wrong_rises_unless_the_place_is(books: Books, branch: str) -> None:
    wrong = error("ValidationException")
    with answered("Query", wrong), pytest.raises(QueryError):
        books.record(branch, "2026-11", 1)
    with answered("Query", error("ResourceNotFoundException")), pytest.raises(QueryError):
        books.record(branch, "2026-11", 1, "WyJhIiwiYiIsImMiXQ")
    with answered("Query", wrong), pytest.raises(Invalid):
        books.record(branch, "2026-11", 1, "WyJhIiwiYiIsImMiXQ")
