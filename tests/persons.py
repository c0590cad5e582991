"""Whom the tests of a run have made up, and what the run has logged: the one must not be found in the other (R24, R31)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any

from chalicelib.domain.appointment import Appointment
from chalicelib.domain.comment import Answer, Comment
from chalicelib.domain.customer import Customer
from chalicelib.domain.tokens import Secret

FIELDS = (
    "last_name",
    "first_name",
    "visitor_last_name",
    "visitor_first_name",
    "email",
    "phone",
    "message",
    "note",
    "hint",
    "answer",
)
SHORTEST = 5
"""Characters: what is shorter stands in other words too."""

WORD = re.compile(r"\w+")


class Persons:
    """Every name, address, telephone number, message, note, answer and token that any test has given to a comment, a customer
    or an appointment.

    `logged` is what was written to logs, standard output and standard error while the tests ran, by test.
    """

    def __init__(self) -> None:
        self.known: set[str] = set()
        self.logged: list[tuple[str, str]] = []

    def watch(self) -> None:
        """From now on."""
        made: tuple[Any, ...] = (Comment, Answer, Customer, Appointment)
        for each in made:
            each.__init__ = self._heard(each.__init__, self._learn)
        Secret.token = self._heard(Secret.token, lambda _, token: self.known.add(token))  # type: ignore[method-assign]

    def hear(self, test: str, sections: Iterable[tuple[str, str]]) -> None:
        """What pytest has captured of a test: `Captured log call` and the like."""
        self.logged += [(test, text) for name, text in sections if name.startswith("Captured") and text]

    def found(self) -> set[tuple[str, str]]:
        """Tests in whose logs a person stands, with what was found."""
        written = {word for _, text in self.logged for word in WORD.findall(text)}
        told = {each for each in self.known if len(each) >= SHORTEST and written.issuperset(WORD.findall(each))}
        return {(test, each) for test, text in self.logged for each in told if each in text and _whole(each, text)}

    def _learn(self, made: Any, _: Any) -> None:
        self.known |= {value for name in FIELDS if isinstance(value := getattr(made, name, None), str)}

    @staticmethod
    def _heard(function: Callable[..., Any], hear: Callable[[Any, Any], object]) -> Callable[..., Any]:
        @wraps(function)
        def heard(found: Any, *given: Any, **named: Any) -> Any:
            answer = function(found, *given, **named)
            hear(found, answer)
            return answer

        return heard


def _whole(word: str, text: str) -> bool:
    """Not as a part of another word."""
    return re.search(rf"(?<!\w){re.escape(word)}(?!\w)", text) is not None
