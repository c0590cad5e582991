"""A finding is either new, or open with a reason; and an open one that is gone is told."""

from __future__ import annotations

import pytest

from tests.evidence.judged.findings import OPEN, Finding, Named, held, named
from tests.evidence.judged.tools import BIN, said

SEEN = Finding("B101", "infra/one.py")
KNOWN = Named("bandit", "B101", "infra/*", "narrows a type")


def test_a_finding_that_stands_nowhere_is_new() -> None:
    verdict = held("bandit", "1", "a file", [SEEN, Finding("B102", "infra/one.py")], [KNOWN])
    assert [each.rule for each in verdict.new] == ["B102"]
    assert verdict.complaints


def test_a_finding_that_is_named_with_its_reason_is_open() -> None:
    verdict = held("bandit", "1", "a file", [SEEN], [KNOWN])
    assert (verdict.open, verdict.complaints) == ([(KNOWN, 1)], [])


def test_an_entry_that_no_judge_confirms_is_told() -> None:
    assert held("bandit", "1", "a file", [], [KNOWN]).gone == [KNOWN]


def test_whoever_has_not_seen_all_confirms_nothing_and_takes_nothing_away() -> None:
    assert held("bandit", "1", "a file", [], [KNOWN], whole=False).complaints == []


def test_an_entry_of_one_judge_says_nothing_for_another() -> None:
    assert held("nu", "1", "a page", [SEEN], [KNOWN]).new == [SEEN]


def test_each_open_finding_has_a_reason() -> None:
    assert OPEN.exists()
    assert [each for each in named() if len(each.reason) < 20] == []


def test_a_tool_that_is_absent_is_an_error_and_no_reason_to_skip() -> None:
    with pytest.raises(FileNotFoundError):
        said(BIN / "a judge that is not installed")


def test_a_tool_that_breaks_is_no_verdict() -> None:
    with pytest.raises(AssertionError, match="ended with 7"):
        said("sh", "-c", "exit 7")
