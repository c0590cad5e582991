"""A judge that hears the page: the whole booking, by a simulated screen reader alone, in German and in English."""

from __future__ import annotations

from dataclasses import replace
from difflib import unified_diff
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.builders import availability
from tests.evidence.judged.conftest import Judge
from tests.evidence.judged.findings import Finding
from tests.evidence.judged.reading import END, READER, Listener
from tests.evidence.judged.tools import version_of
from tests.evidence.lines import FOUND
from tests.site.helpers import FITTING, HEARING_TEST, OpenPage, expect_received, link, moment, settled
from tests.site_of_tests import Site

SPOKEN = Path(__file__).with_name("spoken")


class Words(NamedTuple):
    """By which a customer goes on, and the dates among the phrases."""

    locale: str
    kind: str
    time: str
    name: str
    email: str
    send: str
    dates: tuple[str, ...]


WORDS = {
    "de": Words(
        "de-DE", "button, Hörtest", "button, Nächster freier Termin", "textbox, Nachname", "textbox, E-Mail",
        "button, Termin anfragen",
        (r"\d+\.( \w+)? – \d+\. \w+ \d{4}", r"\w+(tag|woch), \d+\. \w+( \d{4})?", r"(Mo|Di|Mi|Do|Fr|Sa|So)\., \d+\. \w+"),
    ),
    "en": Words(
        "en-GB", "button, Hearing test", "button, Next free", "textbox, Last name", "textbox, E", "button, Request",
        (r"\d+( \w+)? ?– ?\d+ \w+ \d{4}", r"\w+day,? \d+ \w+( \d{4})?", r"(Mon|Tue|Wed|Thu|Fri|Sat|Sun),? \d+ \w+"),
    ),
}  # fmt: skip
ADDRESS = r"[0-9a-f]{8}@praxis"


@pytest.mark.parametrize("language", WORDS)
def judge_screen_reader(judge: Judge, site: Site, open_page: OpenPage, language: str) -> None:
    words = WORDS[language]
    page = open_page(locale=words.locale, reduced_motion="reduce")
    hours = availability("08:00-09:00", valid_from=moment(1, 8).date())
    page.goto(link(site, site.branch(hours, templates=(replace(HEARING_TEST, early=10), FITTING))))
    settled(page)
    listener = Listener(page)
    listener.press(words.kind)
    listener.press(words.time)
    listener.type(words.name, "Jansen")
    listener.press(words.send)  # without an address
    listener.type(words.email, "jansen@posteo.de")
    listener.press(words.send)
    expect_received(page)
    listener.reach(END)
    heard = listener.heard((*words.dates, ADDRESS))
    file = SPOKEN / f"{language}.txt"
    told = FOUND / f"spoken.{language}.txt"
    told.parent.mkdir(parents=True, exist_ok=True)
    told.write_text("\n".join([*heard, ""]), encoding="utf-8")
    wanted = file.read_text(encoding="utf-8").splitlines() if file.exists() else []
    found = [
        Finding(line[0], f"{file.name}: {line[1:]}")
        for line in unified_diff(wanted, heard, n=0, lineterm="")
        if line[:3] not in ("---", "+++") and line[:2] != "@@"
    ]
    judge(f"screen reader.{language}", version_of(READER), f"{len(heard)} phrases of a whole booking", found)
