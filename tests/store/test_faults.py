"""Which faults may pass, and how long they are waited for."""

from __future__ import annotations

import random

import pytest
from botocore.exceptions import ClientError, ReadTimeoutError
from pynamodb.exceptions import GetError

from chalicelib.domain.errors import TryAgain
from chalicelib.store.faults import ATTEMPTS, PASSING, Patient, code_of, may_pass, pause, translated

SILENCE = GetError("", ReadTimeoutError(endpoint_url=""))


def answer(code: str) -> GetError:
    return GetError("", ClientError({"Error": {"Code": code}}, "GetItem"))


def test_silence_has_no_code_and_may_pass() -> None:
    assert (code_of(SILENCE), may_pass(SILENCE)) == (None, True)


@pytest.mark.parametrize("code", sorted(PASSING))
def test_throttling_conflicts_and_faults_of_the_service_may_pass(code: str) -> None:
    assert (code_of(answer(code)), may_pass(answer(code))) == (code, True)


def test_what_is_wrong_with_the_request_does_not_pass() -> None:
    assert not may_pass(answer("ValidationException"))


@pytest.mark.parametrize("error", [SILENCE, answer("ThrottlingException")])
def test_what_may_pass_is_to_be_tried_again(error: GetError) -> None:
    with pytest.raises(TryAgain) as told, translated():
        raise error
    assert told.value.__cause__ is error


def test_what_will_not_pass_rises_as_it_is() -> None:
    error = answer("ValidationException")
    with pytest.raises(GetError) as told, translated():
        raise error
    assert told.value is error


def test_pauses_double_up_to_the_longest_and_are_anything_below(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[tuple[float, float]] = []

    def uniform(least: float, most: float) -> float:
        drawn.append((least, most))
        return most / 2

    monkeypatch.setattr(random, "uniform", uniform)
    slept: list[float] = []
    for attempt in range(7):
        pause(attempt, slept.append)
    assert drawn == [(0, most) for most in (0.02, 0.04, 0.08, 0.16, 0.32, 0.4, 0.4)]
    assert slept == [most / 2 for _, most in drawn]


def attempts(seconds: float, each: float) -> list[int]:
    """Those that begin within `seconds` where each one takes so long; all of it is reckoned by a clock of their own."""
    clock = [10.0]
    patient = Patient(lambda _: None, lambda: clock[0], lambda: seconds)
    begun = []
    for attempt in patient._attempts():
        begun.append(attempt)
        clock[0] += each
    return begun


def test_no_attempt_begins_after_the_deadline() -> None:
    assert attempts(seconds=2.0, each=1.5) == [0, 1]


def test_an_attempt_may_begin_at_the_deadline_itself() -> None:
    assert attempts(seconds=2.0, each=1.0) == [0, 1, 2]


def test_attempts_are_numbered_and_come_to_an_end() -> None:
    assert attempts(seconds=1.0, each=0.0) == list(range(ATTEMPTS))
