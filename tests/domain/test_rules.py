"""What is said beside a field, each rule at its edges."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any

import pytest

from chalicelib.domain.errors import Flaw, Invalid
from chalicelib.domain.rules import (
    COUNTRY,
    DESCENDING,
    ID,
    PLANNABLE,
    PRINTABLE,
    WEEKDAYS,
    ZONE,
    Between,
    Each,
    Items,
    Multiple,
    check_fields,
    plain_of,
    rules_of,
)


@pytest.mark.parametrize(
    ("rule", "value", "flaw"),
    [
        (Between(1, 5, "hours"), 0, Flaw("range", least=1, most=5, unit="hours")),
        (Between(1, 5), 6, Flaw("range", least=1, most=5)),
        (Between(1, 5), 1, None),
        (Between(1, 5), 5, None),
        (Between(1, unit="hours"), 0, Flaw("too_small", least=1, unit="hours")),
        (Between(1), 9999, None),
        (Multiple(5), 10, None),
        (Multiple(5), 11, Flaw("multiple", of=5, unit="minutes")),
        (Items(1, 2), (), Flaw("not_empty")),
        (Items(1, 2), (1,), None),
        (Items(1, 2), (1, 2), None),
        (Items(1, 2), (1, 2, 3), Flaw("too_many", most=2)),
        (Items(), (1, 2, 3), None),
        (Each(Between(1, 5)), (1, 6, 0), Flaw("range", least=1, most=5)),
        (Each(Between(1, 5)), (1, 2), None),
        (DESCENDING, (3, 2), None),
        (DESCENDING, (2, 3), Flaw("descending")),
        (DESCENDING, (2, 2), Flaw("descending")),
        (PRINTABLE, "Praxis am Elbufer", None),
        (PRINTABLE, "Praxis\nBcc: x", Flaw("one_line")),
        (COUNTRY, "DE", None),
        (COUNTRY, "de", Flaw("countries")),
        (COUNTRY, "DEU", Flaw("countries")),
        (COUNTRY, "ÄÖ", Flaw("countries")),
        (ZONE, "Europe/Berlin", None),
        (ZONE, "Europe/Nowhere", Flaw("zone")),
        (ZONE, "../etc/passwd", Flaw("zone")),
        (ZONE, "x" * 300, Flaw("zone")),
        (WEEKDAYS, frozenset({1, 7}), None),
        (WEEKDAYS, frozenset(), Flaw("weekdays")),
        (WEEKDAYS, frozenset({0}), Flaw("weekdays")),
        (WEEKDAYS, frozenset({8}), Flaw("weekdays")),
        (PLANNABLE, date(2000, 1, 1), None),
        (PLANNABLE, date(2999, 12, 31), None),
        (PLANNABLE, date(1999, 12, 31), Flaw("not_plannable")),
        (PLANNABLE, date(3000, 1, 1), Flaw("not_plannable")),
    ],
)
def test_a_rule_says_what_is_wrong_and_within_its_edges_nothing(rule: Any, value: Any, flaw: Flaw | None) -> None:
    assert rule.flaw(value) == flaw


def test_every_field_that_breaks_a_rule_is_named_by_its_first() -> None:
    @dataclass
    class Made:
        one: Any = None
        other: Any = None
        left: Any = None

    Made.__dataclass_fields__["one"].type = Annotated[int, Between(1, 5), Multiple(5)]
    Made.__dataclass_fields__["other"].type = Annotated[tuple[int, ...], ID, Each(ID), Each(Between(1))]
    Made.__dataclass_fields__["left"].type = Annotated[int | None, Between(1)]
    check_fields(Made(5, (1,)))
    with pytest.raises(Invalid) as refusal:
        check_fields(Made(6, (0,)))
    assert refusal.value.flaws == {"one": Flaw("range", least=1, most=5), "other": Flaw("too_small", least=1)}


def test_rules_stand_beside_a_type_and_the_type_alone_has_none() -> None:
    assert rules_of(Annotated[int, ID]) == (ID,)
    assert rules_of(int) == ()
    assert plain_of(Annotated[int, ID]) is int
    assert plain_of(int) is int
