"""What came with a request (R25). Its fields carry their rules: the request's schema, cleaning and views follow from them."""

from dataclasses import dataclass
from typing import Annotated, Literal

from chalicelib.domain.phones import FEWEST_DIGITS
from chalicelib.domain.rules import ELSEWHERE, Email, Line, Lines, PersonName, Phone

# Annotations are read at once: their rules are needed at start.


@dataclass(frozen=True, kw_only=True)
class Answer:
    """To a question of the kind, both in the words that were read: the question may change later. `answer` is the text of an
    option, a line, or True of a tick. `health`: it was given with express consent to its being kept."""

    id: str
    label: str
    answer: str | bool
    health: bool = False


@dataclass(frozen=True, kw_only=True)
class Comment:
    """Who asks, and for whom (R25). It becomes a customer only when staff say so."""

    last_name: Annotated[str, PersonName(60, least=1)]
    first_name: Annotated[str | None, PersonName(60)] = None
    email: Annotated[str, Email(254, least=1)]
    phone: Annotated[str | None, Phone(40, digits=FEWEST_DIGITS)] = None
    message: Annotated[str | None, Lines(1000)] = None
    visitor_first_name: Annotated[str | None, PersonName(60)] = None
    visitor_last_name: Annotated[str | None, PersonName(60)] = None
    channel: Literal["email", "sms", "phone"] | None = None
    in_writing: bool = False
    remind: bool = False
    notice_version: Annotated[str | None, Line(20)] = None
    answers: Annotated[tuple[Answer, ...], ELSEWHERE] = ()

    @property
    def consents(self) -> bool:
        """Whether it holds any consent: one is kept with the version of the text that it was given to (R29)."""
        return self.remind or self.tells_of_health

    @property
    def tells_of_health(self) -> bool:
        return any(each.health for each in self.answers)

    @property
    def name(self) -> str:
        """Whom it is for: who books may book for someone else (R25)."""
        if self.visitor_last_name or self.visitor_first_name:
            return full_name(self.visitor_last_name or self.last_name, self.visitor_first_name)
        return full_name(self.last_name, self.first_name)


def full_name(last_name: str, first_name: str | None) -> str:
    """`Meyer, Anna`: as lists are sorted."""
    return f"{last_name}, {first_name}" if first_name else last_name
