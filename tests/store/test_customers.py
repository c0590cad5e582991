"""Customers in the table: found by what they are called, and never half changed (R20, R30)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from botocore.exceptions import ReadTimeoutError
from pynamodb.exceptions import TransactWriteError

from chalicelib.domain.customer import Customer, Revision
from chalicelib.domain.errors import ChangedMeanwhile, Invalid, TryAgain
from chalicelib.domain.people import person_of
from chalicelib.domain.record import Line
from chalicelib.store import keys
from chalicelib.store.audit import Books
from chalicelib.store.customers import LONGEST_ID, MERGES, Customers
from chalicelib.store.faults import ATTEMPTS
from chalicelib.store.models import CustomerItem, Item
from chalicelib.store.table import Table
from tests.builders import appointment, at, event, made, message, new_branch_id
from tests.faults import answered, cancelled, counted, error
from tests.race import together

NOW = datetime.now(UTC).replace(microsecond=0)
"""Of today: what is older than the record is kept would be gone."""
MONTH = f"{NOW:%Y-%m}"


@pytest.fixture
def customers(table: Table) -> Customers:
    return Customers(sleep=lambda seconds: None)


def person(**fields: Any) -> Customer:
    given: dict[str, Any] = {
        "id": uuid4().hex,
        "branch": new_branch_id(),
        "last_name": "Meyer",
        "first_name": "Anna",
        "email": "anna@example.org",
        "phone": "040 1234567",
        "made_at": NOW,
    } | fields
    return Customer(**given)


def line(customer: Customer, what: str = "made", at: datetime = NOW) -> Line:
    return Line(branch=customer.branch, kind="customer", id=customer.id, what=what, by="u-1", at=at, fields=("last_name",))


def create(customers: Customers, **fields: Any) -> Customer:
    customer = person(**fields)
    customers.write(Revision(after=customer, line=line(customer)))
    return customer


def change(customers: Customers, before: Customer, **fields: Any) -> Customer:
    after = replace(before, version=before.version + 1, **fields)
    customers.write(Revision(before=(before,), after=after, line=line(after, "edited")))
    return after


def ids(customers: Customers, branch: str, book: Any, key: str, **options: Any) -> list[str]:
    return [each.id for each in customers.found(branch, book, key, 50, **options)]


def stored(branch: str) -> set[str]:
    """The partitions of a branch's customers that hold anything."""
    books = [keys.found_by(branch, book) for book in ("name", "sound", "email", "phone")]
    return {pk for pk in [keys.customers(branch), *books] if list(Item.query(pk))}


def test_a_customer_is_kept_whole(customers: Customers) -> None:
    customer = create(customers, note="hört links schlecht", language="en", in_writing=True, erasure_asked_at=NOW)
    assert customers.customer(customer.branch, customer.id) == customer


def test_a_customer_is_found_at_once_by_the_beginning_of_each_key(customers: Customers) -> None:
    customer = create(customers)
    for book, key in [("name", "meyer an"), ("name", "anna"), ("sound", "67 "), ("email", "anna@"), ("phone", "4012")]:
        assert customers.found(customer.branch, book, key, 5) == [person_of(customer)]  # type: ignore[arg-type]


def test_a_whole_key_does_not_find_a_longer_one(customers: Customers) -> None:
    customer = create(customers)
    assert ids(customers, customer.branch, "phone", "40123456", exactly=True) == []
    assert ids(customers, customer.branch, "phone", "401234567", exactly=True) == [customer.id]


def test_customers_are_found_in_their_own_branch_only(customers: Customers) -> None:
    customer = create(customers)
    other = new_branch_id()
    assert customers.customer(other, customer.id) is None
    assert ids(customers, other, "name", "meyer") == []


def test_finding_is_one_query_and_creating_one_request(customers: Customers) -> None:
    with counted() as requests:
        customer = create(customers)
        customers.found(customer.branch, "name", "mey", 5)
    assert requests.operations == ["TransactWriteItems", "Query"]


def test_a_changed_customer_is_found_by_what_is_new_and_no_more_by_what_is_old(customers: Customers) -> None:
    before = create(customers)
    after = change(customers, before, last_name="Schulz", email=None)
    assert customers.customer(after.branch, after.id) == after
    assert customers.found(after.branch, "name", "schulz", 5) == [person_of(after)]
    assert customers.found(after.branch, "phone", "401234567", 5) == [person_of(after)]
    assert ids(customers, after.branch, "name", "meyer") == ids(customers, after.branch, "email", "anna") == []


def test_of_those_who_change_one_customer_at_once_one_wins(customers: Customers) -> None:
    before = create(customers)
    results = together(8, lambda number: change(customers, before, last_name=f"Name {number}"))
    winners = [each for each in results if isinstance(each, Customer)]
    assert len(winners) == 1
    assert sum(isinstance(each, ChangedMeanwhile) for each in results) == 7
    assert customers.customer(before.branch, before.id) == winners[0]
    assert ids(customers, before.branch, "name", "name") == [before.id]


def test_a_merged_customer_answers_as_the_one_it_was_merged_into(customers: Customers) -> None:
    kept = create(customers)
    gone = create(customers, branch=kept.branch, last_name="Maier")
    after = replace(kept, absorbed=(gone.id,), version=2)
    customers.write(Revision(before=(kept, gone), after=after, line=line(after, "merged")))
    assert customers.customer(kept.branch, gone.id) == customers.customer(kept.branch, kept.id) == after
    assert ids(customers, kept.branch, "name", "maier") == []


def test_a_merge_that_one_of_both_has_changed_before_changes_nothing(customers: Customers) -> None:
    kept = create(customers)
    gone = create(customers, branch=kept.branch, last_name="Maier")
    newer = change(customers, gone, first_name="Annika")
    with pytest.raises(ChangedMeanwhile):
        customers.write(Revision(before=(kept, gone), after=replace(kept, version=2), line=line(kept, "merged")))
    assert customers.customer(kept.branch, kept.id) == kept
    assert customers.customer(kept.branch, gone.id) == newer


def test_of_an_erased_customer_nothing_is_left_but_the_record(customers: Customers) -> None:
    kept = create(customers)
    gone = create(customers, branch=kept.branch)
    after = replace(kept, absorbed=(gone.id,), version=2)
    customers.write(Revision(before=(kept, gone), after=after, line=line(after, "merged")))
    customers.write(Revision(before=(after,), after=None, line=line(after, "erased")))
    assert stored(kept.branch) == set()
    assert {each.what for each in customers.history(kept.branch, [kept.id])} == {"made", "merged", "erased"}


def test_a_customer_who_was_changed_before_is_not_erased(customers: Customers) -> None:
    before = create(customers)
    newer = change(customers, before, first_name="Annika")
    with pytest.raises(ChangedMeanwhile):
        customers.write(Revision(before=(before,), after=None, line=line(before, "erased")))
    assert customers.customer(before.branch, before.id) == newer
    assert {each.what for each in customers.history(before.branch, [before.id])} == {"made", "edited"}


def test_the_history_of_a_customer_comes_latest_first(customers: Customers) -> None:
    customer = person()
    for number, what in enumerate(("made", "edited")):
        before = (replace(customer, version=number),) if number else ()
        revision = Revision(
            before=before, after=replace(customer, version=number + 1), line=line(customer, what, NOW + timedelta(hours=number))
        )
        customers.write(revision)
    assert [each.what for each in customers.history(customer.branch, [customer.id])] == ["edited", "made"]


@pytest.mark.parametrize("fault", [cancelled("TransactionConflict", "None"), error("ThrottlingException"), ReadTimeoutError])
def test_a_fault_that_passes_is_met_with_patience(customers: Customers, fault: Any) -> None:
    with answered("TransactWriteItems", fault) as left:
        customer = create(customers)
    assert not left
    assert customers.customer(customer.branch, customer.id) == customer


def test_a_write_that_was_made_but_not_answered_is_not_taken_for_somebody_elses(
    customers: Customers, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = create(customers)
    real, calls = Customers._write_once, list[int]()

    def twice(self: Customers, *given: Any) -> None:
        calls.append(1)
        if len(calls) == 1:
            real(self, *given)
        real(self, *given)

    monkeypatch.setattr(Customers, "_write_once", twice)
    after = change(customers, before, last_name="Schulz")
    assert customers.customer(before.branch, before.id) == after


def test_what_stays_undecided_is_told(customers: Customers) -> None:
    with answered("TransactWriteItems", *[error("ThrottlingException")] * ATTEMPTS * 2), pytest.raises(TryAgain):
        create(customers)


def test_appointments_of_several_customers_come_by_start(table: Table, customers: Customers) -> None:
    branch = new_branch_id()
    later = appointment(branch=branch, customer="c1", name="Meyer")
    sooner = appointment(branch=branch, customer="c2", name="Maier", start=at("2026-11-23T08:00"), end=at("2026-11-23T08:30"))
    for booked in (later, sooner, appointment(branch=branch, customer="c3", resource="cabin-2")):
        table.write(made(booked))
    assert [each.id for each in customers.appointments(branch, ["c1", "c2"])] == [sooner.id, later.id]
    assert [each.id for each in customers.appointments(branch, ["c1", "c2"], later.start)] == [later.id]


def test_unmatched_requests_come_with_what_came_with_them(table: Table, customers: Customers) -> None:
    branch = new_branch_id()
    booked = appointment(branch=branch)
    table.write(made(booked))
    table.write(made(appointment(branch=branch, customer="c1", resource="cabin-2")))
    [(planned, comment)] = customers.unmatched(branch, booked.start, 10)
    assert (planned.id, comment) == (booked.id, booked.comment)
    assert customers.unmatched(branch, booked.start + 1, 10) == []


def test_no_more_unmatched_requests_are_read_than_asked_for(table: Table, customers: Customers) -> None:
    branch = new_branch_id()
    for number in range(3):
        table.write(made(appointment(branch=branch, resource=f"cabin-{number}")))
    assert len(customers.unmatched(branch, 0, 2)) == 2


def test_notes_to_the_customer_are_forgotten(table: Table, customers: Customers) -> None:
    booked = appointment(branch=new_branch_id())
    table.write(made(booked, message(booked, note="Bitte nüchtern kommen")))
    customers.forget_notes(booked.id)
    _, [kept] = table.history(booked.id)
    assert (kept.kind, kept.note) == ("receipt", None)


def test_the_record_has_events_and_lines_the_latest_first_in_pages(table: Table, customers: Customers) -> None:
    branch = new_branch_id()
    booked = appointment(branch=branch, made_at=NOW + timedelta(seconds=1))
    table.write(replace(made(booked), event=replace(event(booked), fields=("status",))))
    customer = create(customers, branch=branch)
    books = Books()
    first, before = books.record(branch, MONTH, 1)
    second, after = books.record(branch, MONTH, 1, before)
    assert [(each.kind, each.id, each.what, each.by) for each in first + second] == [
        ("appointment", booked.id, "requested", "customer"),
        ("customer", customer.id, "made", "u-1"),
    ]
    assert first[0].fields == ("status",)
    assert after is None or books.record(branch, MONTH, 1, after) == ([], None)


def test_a_line_is_shown_no_longer_than_it_is_kept(customers: Customers) -> None:
    customer = person()
    customers.write(Revision(after=customer, line=replace(line(customer), months=0)))
    assert Books().record(customer.branch, MONTH, 10) == ([], None)


@pytest.mark.parametrize("before", ["x", "WzFd", "ü", "bnVsbA"])
def test_what_is_no_place_in_the_record_is_refused(table: Table, before: str) -> None:
    with pytest.raises(Invalid):
        Books().record("elbe", MONTH, 10, before)


def test_who_has_a_name_longer_than_a_key_is_found_by_the_whole_of_it(customers: Customers) -> None:
    customer = create(customers, last_name="a" * 300)
    assert ids(customers, customer.branch, "name", "a" * 300) == [customer.id]


def test_an_id_that_is_too_long_for_one_is_not_looked_for(customers: Customers) -> None:
    with counted() as requests:
        assert customers.customer("elbe", "c" * (LONGEST_ID + 1)) is None
        assert customers.customer("elbe", "c" * LONGEST_ID) is None
    assert requests.operations == ["GetItem"]


def test_a_customer_is_read_as_of_now(customers: Customers) -> None:
    customer = create(customers)
    with counted() as requests:
        customers.customer(customer.branch, customer.id)
        customers.found(customer.branch, "name", "mey", 5)
        customers.history(customer.branch, [customer.id])
    assert (len(requests.operations), requests.consistent) == (3, 3)


def test_who_was_merged_into_themselves_is_not_followed_for_ever(customers: Customers) -> None:
    branch, lost = new_branch_id(), uuid4().hex
    CustomerItem(keys.customers(branch), keys.customer(lost), into=lost).save()
    with counted() as requests:
        assert customers.customer(branch, lost) is None
    assert requests.operations == ["GetItem"] * MERGES


def test_no_more_customers_are_found_than_asked_for(customers: Customers) -> None:
    first = create(customers)
    create(customers, branch=first.branch)
    assert len(customers.found(first.branch, "name", "meyer", 1)) == 1


def test_a_new_customer_takes_nobodys_place(customers: Customers) -> None:
    before = create(customers)
    with pytest.raises(ChangedMeanwhile):
        create(customers, id=before.id, branch=before.branch, last_name="Schulz")
    assert customers.customer(before.branch, before.id) == before


def test_what_will_not_pass_rises_and_is_not_tried_again(customers: Customers) -> None:
    with (
        answered("TransactWriteItems", error("ValidationException")),
        counted() as requests,
        pytest.raises(TransactWriteError),
    ):
        create(customers)
    assert requests.operations.count("TransactWriteItems") == 1


@pytest.mark.parametrize("reasons", [("TransactionConflict", "ValidationError"), ("None", "None")])
def test_one_reason_that_will_not_pass_is_enough(customers: Customers, reasons: tuple[str, str]) -> None:
    with (
        answered("TransactWriteItems", cancelled(*reasons)),
        counted() as requests,
        pytest.raises(TransactWriteError),
    ):
        create(customers)
    assert requests.operations.count("TransactWriteItems") == 1


def test_between_two_attempts_there_is_a_pause(table: Table) -> None:
    slept: list[float] = []
    with answered("TransactWriteItems", cancelled("TransactionConflict")):
        create(Customers(sleep=slept.append))
    assert len(slept) == 1


def test_who_is_being_erased_is_kept_free_with_all_whom_the_record_has_absorbed(customers: Customers) -> None:
    kept = create(customers)
    gone = create(customers, branch=kept.branch)
    after = replace(kept, absorbed=(gone.id,), version=2)
    customers.write(Revision(before=(kept, gone), after=after, line=line(after, "merged")))
    customers.keep_free(after)
    marked = [CustomerItem.get(keys.customers(kept.branch), keys.customer(each)) for each in (kept.id, gone.id)]
    assert [each.leaving for each in marked] == [True, True]
    assert customers.is_kept_free(after)
    assert customers.customer(kept.branch, gone.id) == after


def test_a_customer_who_was_changed_meanwhile_is_not_kept_free(customers: Customers) -> None:
    before = create(customers)
    after = change(customers, before, last_name="Schulz")
    with pytest.raises(ChangedMeanwhile):
        customers.keep_free(before)
    assert not customers.is_kept_free(after)


def test_of_a_merged_customer_nothing_of_the_person_is_left(customers: Customers) -> None:
    kept = create(customers)
    gone = create(customers, branch=kept.branch, last_name="Maier")
    after = replace(kept, absorbed=(gone.id,), version=2)
    customers.write(Revision(before=(kept, gone), after=after, line=line(after, "merged")))
    item = CustomerItem.get(keys.customers(kept.branch), keys.customer(gone.id))
    assert item.into == kept.id
    assert not {"body", "version"} & item.attribute_values.keys()


def test_appointments_at_one_time_come_by_id(table: Table, customers: Customers) -> None:
    branch = new_branch_id()
    booked = [appointment(branch=branch, customer=f"c{number}", resource=f"cabin-{number}") for number in range(3)]
    for each in reversed(booked):
        table.write(made(each))
    assert [each.id for each in customers.appointments(branch, ["c2", "c1", "c0"])] == [each.id for each in booked]


def test_the_provider_s_ids_of_mails_to_the_customer_are_forgotten(table: Table, customers: Customers) -> None:
    booked = appointment(branch=new_branch_id())
    table.write(made(booked, message(booked)))
    claimed = table.claim((keys.appointment(booked.id), keys.message(1, "receipt", "email")), NOW + timedelta(days=1))
    assert claimed is not None
    table.settle(replace(claimed, state="sent", provider_id="ses-1"))
    customers.forget_notes(booked.id)
    _, [kept] = table.history(booked.id)
    assert (kept.state, kept.provider_id) == ("sent", None)


def test_a_message_without_anything_to_forget_is_not_written(table: Table, customers: Customers) -> None:
    booked = appointment(branch=new_branch_id())
    table.write(made(booked))
    with counted() as requests:
        customers.forget_notes(booked.id)
    assert (requests.operations, requests.consistent) == (["Query"], 1)
