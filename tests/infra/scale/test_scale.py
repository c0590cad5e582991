"""docs/scale.md shows what `make scale` prints."""

from __future__ import annotations

import json
import re

import pytest

from infra.local.engine import ROOT
from infra.scale import report as scale
from infra.scale.crowd import Crowd, Functions, Play, Throttle
from infra.templates import watch

PLAYED = scale.BLOCKS.index(scale.crowd)
"""The place of the one block that takes long: four times 100,000 people."""


def shown() -> list[str]:
    """The document's blocks."""
    return re.findall(r"```text\n(.*?)\n```", (ROOT / "docs" / "scale.md").read_text(), re.DOTALL)


def test_the_document_shows_what_the_script_reckons() -> None:
    assert len(shown()) == len(scale.BLOCKS)
    assert shown()[:PLAYED] + shown()[PLAYED + 1 :] == [make() for make in scale.BLOCKS if make is not scale.crowd]


@pytest.mark.long
def test_the_document_shows_the_crowd_as_it_is_played() -> None:
    assert shown()[PLAYED] == scale.crowd()


def test_as_many_alarms_are_paid_for_as_the_template_has() -> None:
    assert sum(found.get("Type") == "AWS::CloudWatch::Alarm" for found in watch.resources().values()) == scale.ALARMS


def test_functions_have_the_memory_that_is_reckoned_with() -> None:
    config = json.loads((ROOT / ".chalice" / "config.json").read_text())["stages"]["aws"]["lambda_functions"]
    served = {"look": "api_handler", "staff": "api_handler", "booking": "api_handler", "mail": "deliver", "sweep": "sweep"}
    assert {kind: config[name]["lambda_memory_size"] / 1024 for kind, name in served.items()} == scale.MEMORY


def test_a_crowd_takes_each_place_once_and_each_person_ends_somewhere() -> None:
    crowd = Crowd(title="few", people=2000, span=60, rate=100, burst=100, days=1, starts=4, lanes=3)
    counts = Play(crowd).run().counts
    assert counts["booked"] == crowd.places
    ends = [name for name in counts if name.startswith(("saw", "told", "turned", "gave"))]
    assert counts["booked"] + sum(counts[name] for name in ends) == crowd.people


def test_the_same_seed_plays_the_same() -> None:
    crowd = Crowd(title="few", people=500, span=60, rate=20, burst=20)
    assert Play(crowd).run() == Play(crowd).run()


def test_a_throttle_lets_through_its_burst_and_then_its_rate() -> None:
    throttle = Throttle(rate=2, burst=3)
    assert [throttle.lets(at) for at in (0, 0, 0, 0, 0.5, 0.5)] == [True, True, True, False, True, False]


def test_no_more_functions_serve_at_a_time_than_may() -> None:
    functions = Functions(most=1, start_up=1)
    assert [functions.serve(at, 1) for at in (0, 1, 2)] == [2, None, 3]


@pytest.mark.parametrize(("arrivals", "expected"), [(0, 0), (1 / 3, 0.5), (33, 0.99)])
def test_half_of_those_hit_who_come_once_in_the_time_that_a_week_is_kept(arrivals: float, expected: float) -> None:
    assert scale.hit_rate(arrivals, 3) == pytest.approx(expected, abs=0.001)
