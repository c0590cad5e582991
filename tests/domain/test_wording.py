"""A branch's own words: names in places and nothing else."""

from __future__ import annotations

from typing import Any

import pytest

from chalicelib.domain.difference import names
from chalicelib.domain.errors import Flaw
from chalicelib.domain.settings import Text
from chalicelib.domain.wording import LONGEST, OWN, PLACES, filled, flaws, own_words
from tests.builders import settings, words

FACTS = {name: f"<{name}>" for name in PLACES["email"]}


@pytest.mark.parametrize("channel", ["email", "sms"])
def test_every_place_of_a_channel_may_be_used_and_is_filled(channel: Any) -> None:
    text = " ".join(f"{{{{ {name} }}}}" for name in sorted(PLACES[channel]))
    assert flaws(words(text, channel=channel)) == {}
    assert filled(text, FACTS) == " ".join(f"<{name}>" for name in sorted(PLACES[channel]))


@pytest.mark.parametrize(
    "text",
    [
        "{{ first_name }}",
        "{{ branch.email }}",
        "{{ name|upper }}",
        "{{ ''.__class__.__mro__ }}",
        "{{ name.__class__ }}",
        "{{ name() }}",
        "{{ 7 * 7 }}",
        "{{ _self }}",
        "{{}}",
        "{{ na me }}",
        "{% for each in name %}{{ name }}{% endfor %}",
        "{# name #}",
        "{name}",
        "{{ name }",
        "{{{ name }}}",
        "}} {{",
        "${name}",
    ],
)
def test_whatever_is_no_place_is_refused(text: str) -> None:
    assert flaws(words(text)).keys() == {"text"}


def test_a_name_stands_in_no_sms() -> None:
    assert flaws(words("{{ name }} {{ link }}", channel="sms")) == {"text": Flaw("placeholder", name="name")}


def test_an_sms_without_the_link_is_refused_as_nobody_could_cancel() -> None:
    assert flaws(words("Bis {{ date }}!", channel="sms")) == {"text": Flaw("placeholder_missing", name="link")}


@pytest.mark.parametrize("channel", ["email", "sms"])
def test_a_text_is_as_long_as_its_channel_takes(channel: Any) -> None:
    most = "{{ link }}".ljust(LONGEST[channel], "x")
    assert flaws(words(most, channel=channel)) == {}
    assert flaws(words(most + "x", channel=channel)) == {"text": Flaw("too_long", most=LONGEST[channel])}


def test_an_endless_place_is_refused_at_once() -> None:
    assert flaws(words(("{{" + " " * 60) * 24)).keys() == {"text"}


@pytest.mark.parametrize(("kind", "status"), [("notice", "proposed"), ("told", "confirmed"), ("receipt", "expired")])
def test_only_messages_to_customers_whose_state_is_known_are_worded(kind: Any, status: Any) -> None:
    assert (kind, status) not in OWN
    assert flaws(words("x", kind=kind, status=status)).keys() == {"kind"}


def test_what_looks_like_a_place_in_a_fact_stays() -> None:
    assert filled("{{ name }}, {{ practice }}", FACTS | {"name": "{{ phone }}", "practice": r"\g<1>"}) == r"{{ phone }}, \g<1>"


def test_words_count_for_their_kind_state_channel_and_language_only() -> None:
    branch_settings = settings(texts=(words("unsere"),))
    assert own_words(branch_settings, "confirmed", "confirmed", "email", "de") == "unsere"
    assert own_words(branch_settings, "confirmed", "confirmed", "email", "en") is None
    assert own_words(branch_settings, "confirmed", "confirmed", "sms", "de") is None
    assert own_words(branch_settings, "moved", "confirmed", "email", "de") is None


def test_the_record_says_which_words_changed_and_not_what_they_are() -> None:
    before, after = settings(id="elbe", texts=(words("a"),)), settings(id="elbe", texts=(words("b"), words("c", language="en")))
    changed = names(before, after)
    assert changed == ("texts/confirmed-confirmed-email-de.text", "texts/confirmed-confirmed-email-en")


@pytest.mark.parametrize(
    ("text", "flaw"),
    [
        (words("x", kind="notice"), {"kind": Flaw("not_worded")}),
        (words("x", status="cancelled"), {"kind": Flaw("not_worded")}),
        (words(" "), {"text": Flaw("required")}),
        (words("x" * LONGEST["email"]), {}),
        (words("x" * (LONGEST["email"] + 1)), {"text": Flaw("too_long", most=LONGEST["email"])}),
        (words("{{ nothing }}"), {"text": Flaw("placeholder", name="nothing")}),
        (words("{{ link }} }"), {"text": Flaw("braces")}),
        (words("x", channel="sms"), {"text": Flaw("placeholder_missing", name="link")}),
        (words("{{ name }} {{ link }}", channel="sms"), {"text": Flaw("placeholder", name="name")}),
        (words("{{ link }}", channel="sms"), {}),
    ],
)
def test_each_flaw_of_own_words_is_told(text: Text, flaw: dict[str, Flaw]) -> None:
    assert flaws(text) == flaw
