"""The questions of a kind: what they may be, and what is an answer to them."""

from __future__ import annotations

from typing import Any

import pytest

from chalicelib.domain.comment import Answer
from chalicelib.domain.errors import Invalid
from chalicelib.domain.questions import Given, answered
from chalicelib.domain.settings import Condition, Question, Template
from tests.builders import SIDE, TINNITUS, question

AGE = question("age", when=Condition(question="side", equals="l"), required=True)
MAKER = question("maker", when=Condition(question="age", equals="x"))
SINCE = question("since", when=Condition(question="tinnitus", equals=False))
SIDES = {"l": "Links", "r": "Rechts"}
ASKED = (SIDE, AGE, TINNITUS, SINCE)


def kind(*questions: Question) -> Template:
    return Template(id="test", name={"de": "Hörtest"}, duration=30, questions=questions)


def flaws(given: Given, consents: tuple[str, ...] = (), asked: tuple[Question, ...] = ASKED) -> dict[str, str]:
    """Codes of what is refused, by path."""
    try:
        answered(asked, given, consents, ["de"])
    except Invalid as refusal:
        return {path: flaw.code for path, flaw in refusal.flaws.items()}
    return {}


@pytest.mark.parametrize(
    ("fields", "flaw"),
    [
        ({"type": "choice"}, {"options": "too_few"}),
        ({"type": "choice", "options": {"l": "Links"}}, {"options": "too_few"}),
        ({"type": "choice", "options": {str(n): "x" for n in range(13)}}, {"options": "too_many"}),
        ({"type": "tick", "options": SIDES}, {"options": "no_options"}),
        ({"type": "line", "options": SIDES}, {"options": "no_options"}),
        ({"health": True, "required": True}, {"required": "health_required"}),
    ],
)
def test_a_question_that_cannot_be_is_refused_by_its_field(fields: dict[str, Any], flaw: dict[str, str]) -> None:
    with pytest.raises(Invalid) as refusal:
        question(**fields)
    assert {path: each.code for path, each in refusal.value.flaws.items()} == flaw


def test_two_options_of_one_id_are_refused() -> None:
    with pytest.raises(Invalid) as refusal:
        Question(id="side", type="choice", label={}, purpose={}, options=(SIDE.options[0], SIDE.options[1], SIDE.options[0]))
    assert list(refusal.value.fields) == ["options[2].id"]


@pytest.mark.parametrize(
    ("questions", "flaw"),
    [
        ((SIDE, SIDE), {"questions[1].id": "twice"}),
        (tuple(question(str(n)) for n in range(11)), {"questions": "too_many"}),
        ((AGE, SIDE), {"questions[0].when.question": "not_earlier"}),
        ((question("a", when=Condition(question="a", equals=True)),), {"questions[0].when.question": "not_earlier"}),
        ((SIDE, question("a", when=Condition(question="side", equals="x"))), {"questions[1].when.is": "choice"}),
        ((SIDE, question("a", when=Condition(question="side", equals=True))), {"questions[1].when.is": "choice"}),
        ((TINNITUS, question("a", when=Condition(question="tinnitus", equals="true"))), {"questions[1].when.is": "choice"}),
        ((SIDE, AGE, MAKER), {"questions[2].when.is": "choice"}),
    ],
)
def test_questions_that_do_not_fit_together_are_refused_with_their_path(
    questions: tuple[Question, ...], flaw: dict[str, str]
) -> None:
    """A question depends on an earlier one alone, and on an answer that this one can have."""
    with pytest.raises(Invalid) as refusal:
        kind(*questions)
    assert {path: each.code for path, each in refusal.value.flaws.items()} == flaw


def test_a_kind_may_ask_ten_questions() -> None:
    assert len(kind(*ASKED, *(question(str(n)) for n in range(6))).questions) == 10


@pytest.mark.parametrize(
    ("given", "consents", "flaw"),
    [
        ({}, (), {}),
        ({"side": "r"}, (), {}),
        ({"side": "l"}, (), {"answers.age": "required"}),
        ({"side": "l", "age": ""}, (), {"answers.age": "required"}),
        ({"side": "l", "age": "x" * 200}, (), {}),
        ({"side": "l", "age": "x" * 201}, (), {"answers.age": "too_long"}),
        ({"side": "r", "age": "7"}, (), {"answers.age": "not_asked"}),
        ({"side": "x"}, (), {"answers.side": "choice"}),
        ({"side": True}, (), {"answers.side": "type"}),
        ({"pain": "7"}, (), {"answers.pain": "unknown"}),
        ({"tinnitus": "true"}, ("tinnitus",), {"answers.tinnitus": "type"}),
        ({"tinnitus": True}, (), {"answers.tinnitus": "consent"}),
        ({"tinnitus": True}, ("tinnitus",), {}),
        ({"tinnitus": False, "since": "7"}, (), {}),
        ({"since": "7"}, (), {}),
        ({"tinnitus": True, "since": "7"}, ("tinnitus",), {"answers.since": "not_asked"}),
        ({}, ("tinnitus",), {}),
        ({}, ("side",), {"consents": "unknown"}),
        ({"side": "x", "pain": "7"}, ("x",), {"answers.side": "choice", "answers.pain": "unknown", "consents": "unknown"}),
    ],
)
def test_what_is_no_answer_is_refused_by_its_question(given: Given, consents: tuple[str, ...], flaw: dict[str, str]) -> None:
    assert flaws(given, consents) == flaw


def test_what_depends_on_a_question_that_is_not_asked_is_not_asked_either() -> None:
    tick = question("own", type="tick", when=Condition(question="side", equals="l"))
    last = question("last", required=True, when=Condition(question="own", equals=False))
    assert flaws({"side": "r"}, asked=(SIDE, tick, last)) == {}
    assert flaws({"side": "l"}, asked=(SIDE, tick, last)) == {"answers.last": "required"}
    assert flaws({"side": "l", "own": True}, asked=(SIDE, tick, last)) == {}


def test_a_tick_that_is_required_must_be_set() -> None:
    assert flaws({"own": False}, asked=(question("own", type="tick", required=True),)) == {"answers.own": "required"}


def test_answers_are_kept_in_the_words_that_were_read_and_in_the_order_of_the_questions() -> None:
    given: Given = {"tinnitus": True, "age": "7", "side": "l"}
    assert answered(ASKED, given, ["tinnitus"], ["en", "de"]) == (
        Answer(id="side", label="Which side?", answer="Links"),
        Answer(id="age", label="Welches Gerät?", answer="7"),
        Answer(id="tinnitus", label="Haben Sie Ohrgeräusche?", answer=True, health=True),
    )


def test_where_words_are_missing_in_a_narrower_language_those_of_the_wider_one_were_read() -> None:
    [answer] = answered((SIDE,), {"side": "l"}, [], ["de-simple", "en", "de"])
    assert answer == Answer(id="side", label="Welche Seite?", answer="Links")


def test_what_is_empty_is_not_kept() -> None:
    assert answered(ASKED, {"tinnitus": False, "since": ""}, [], ["de"]) == ()
