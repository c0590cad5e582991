"""The answers to a kind's questions: checked against them, and put into the words that were read."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import chain

from chalicelib.domain.comment import Answer
from chalicelib.domain.errors import Flaw, Invalid
from chalicelib.domain.languages import wider
from chalicelib.domain.settings import Question

LONGEST_LINE = 200
"""Characters of an answer in one line."""
Given = Mapping[str, str | bool]
"""By the question's id: an option's id, a line, or whether a tick is set. An empty line, and a tick that is not set, are no
answer."""


def answered(
    questions: Sequence[Question], given: Given, consents: Collection[str], languages: Sequence[str]
) -> tuple[Answer, ...]:
    """In the order of the questions, in the first of the `languages` that they have. `consents` names the questions about
    health whose answers may be kept. Raises Invalid naming every wrong one, `answers.pain`."""
    health = {each.id for each in questions if each.health}
    wrong: dict[str, Flaw] = {} if health.issuperset(consents) else {"consents": Flaw("unknown")}
    for identity in given.keys() - {each.id for each in questions}:
        wrong[f"answers.{identity}"] = Flaw("unknown")
    asked = set(_asked(questions, given))
    for each in questions:
        if flaw := _flaw(each, given.get(each.id), asked=each.id in asked, consents=each.id in consents):
            wrong[f"answers.{each.id}"] = flaw
    if wrong:
        raise Invalid(wrong)
    return tuple(_answer(each, given[each.id], languages) for each in questions if given.get(each.id))


def text_in(texts: Mapping[str, str], languages: Sequence[str]) -> str:
    """The text in the first of the languages that has one, or of which the wider one has."""
    tried = chain.from_iterable((each, wider(each)) for each in languages)
    return next((texts[each] for each in tried if texts.get(each)), "")


def _asked(questions: Sequence[Question], given: Given) -> Iterator[str]:
    """The ids of those that are asked: what depends on a question that is not asked is not asked either."""
    seen = set()
    for each in questions:
        when = each.when
        if when is None or (when.question in seen and given.get(when.question, False) == when.equals):
            seen.add(each.id)
            yield each.id


def _flaw(question: Question, given: str | bool | None, *, asked: bool, consents: bool) -> Flaw | None:
    if not given:
        return Flaw("required") if question.required and asked else None
    if not asked:
        return Flaw("not_asked")
    if isinstance(given, bool) != (question.type == "tick"):
        return Flaw("type")
    if question.type == "choice" and not question.may_be(given):
        return Flaw("choice")
    if isinstance(given, str) and len(given) > LONGEST_LINE:
        return Flaw("too_long", most=LONGEST_LINE)
    return Flaw("consent") if question.health and not consents else None


def _answer(question: Question, given: str | bool, languages: Sequence[str]) -> Answer:
    chosen = next((each.label for each in question.options if each.id == given), None)
    return Answer(
        id=question.id,
        label=text_in(question.label, languages),
        answer=text_in(chosen, languages) if chosen else given,
        health=question.health,
    )
