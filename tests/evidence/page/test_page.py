"""The page that `make proof` makes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from tests.evidence.page.__main__ import NotPublished, make, section
from tests.evidence.page.charts import axis, line_chart

RUN = {
    **{"what": "run", "short": False, "at": "2026-11-27T10:00:00+00:00", "commit": "abc1234", "seed": 7},
    **{"cores": 2, "load": 0.1, "python": "3.13.0", "system": "Linux"},
}


def line(what: str, found: float, most: float | None = None, **facts: Any) -> dict[str, Any]:
    return {"what": what, "found": found, "unit": "ms", "most": most, **facts}


def page_of(tmp_path: Path, command: str, *lines: dict[str, Any], run: dict[str, Any] = RUN) -> str:
    found, docs = tmp_path / "found", tmp_path / "docs"
    found.mkdir()
    (found / f"{command}.jsonl").write_text("\n".join(map(json.dumps, [run, *lines])), encoding="utf-8")
    make(found, docs)
    return (docs / "proof.md").read_text(encoding="utf-8")


def test_a_figure_stands_beside_its_budget_with_when_and_where_it_was_found(tmp_path: Path) -> None:
    text = page_of(tmp_path, "bench", line("a week of slots", 1.25, 1.3, group="handlers"))
    assert "| a week of slots | 1.25 ms | 1.30 |  |" in text
    assert "### Handlers" in text
    assert "Run 2026-11-27T10:00:00+00:00 at commit `abc1234`, seed 7; 2 processors" in text


def test_a_figure_above_its_budget_is_told_at_the_head_of_the_page(tmp_path: Path) -> None:
    text = page_of(tmp_path, "bench", line("start", 150, 130), line("week", 1.0, 1.3))
    assert "| `make bench` | start | 150 ms | 130 |" in text
    assert "| start | 150 ms | 130 | **missed** |" in text
    assert text.count("week") == 1


def test_a_command_without_lines_has_no_section(tmp_path: Path) -> None:
    assert "make race" not in page_of(tmp_path, "bench", line("a week of slots", 1))


def test_points_become_a_chart_and_a_table_and_the_lines_are_kept_beside_them(tmp_path: Path) -> None:
    points = [line(f"week, {x}", y, group="growth", series="week", of="resources", x=x) for x, y in ((1, 1.5), (1000, 2.5))]
    text = page_of(tmp_path, "bench", *points)
    assert "![Growth: resources](proof/bench-growth-resources.svg)" in text
    assert "| 1,000 | 2.50 ms |" in text
    kept = {each.name for each in (tmp_path / "docs" / "proof").iterdir()}
    assert kept == {"bench.jsonl", "bench-growth-resources.svg"}


def test_the_figures_of_a_short_run_are_refused_and_nothing_is_written(tmp_path: Path) -> None:
    with pytest.raises(NotPublished, match=r"bench\.jsonl is of a short run"):
        page_of(tmp_path, "bench", line("a week of slots", 1), run={**RUN, "short": True})
    assert not (tmp_path / "docs").exists()


def test_what_a_judge_leaves_open_stands_beside_its_reason() -> None:
    opened = [{"rule": "B101", "where": "infra", "count": 2, "reason": "asserts are meant"}]
    said = line("bandit", 0, 0, version="1.8", looked="all Python", open=opened)
    text = section("judged", "What judges say.", [RUN, said], lambda name, svg: None)
    assert "| bandit | 1.8 | all Python | 0 | B101, infra (2): asserts are meant |" in text


def test_a_chart_is_well_formed_with_a_title_and_words_at_its_axes() -> None:
    drawn = ElementTree.fromstring(line_chart("a < b", "resources", "CPU ms", {"week": [(1, 1.0), (1000, 90.0)]}))
    words = {each.text for each in drawn.iter("{http://www.w3.org/2000/svg}text")}
    assert {"a < b", "resources", "CPU ms", "week", "1,000"} <= words


def test_an_axis_is_logarithmic_where_its_values_are_far_apart() -> None:
    assert axis([0, 100, 100_000], 0, 300).ticks == (100, 1000, 10_000, 100_000)
    assert axis([1, 4.2], 0, 300).ticks == (0, 1, 2, 3, 4, 5)


def test_a_value_has_its_place_on_its_axis() -> None:
    far = axis([100, 100_000], 0, 300)
    assert [round(far.place(each)) for each in (0, 100, 1000, 100_000)] == [0, 0, 100, 300]
