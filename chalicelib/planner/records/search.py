"""Whom staff look for: one search over customers, appointments and requests, and who may have sent a request."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from itertools import chain
from typing import TYPE_CHECKING, Protocol

from chalicelib.domain.appointment import Planned
from chalicelib.domain.comment import Comment
from chalicelib.domain.errors import NotFound
from chalicelib.domain.moments import next_minute
from chalicelib.domain.people import (
    CERTAIN,
    FEWEST_DIGITS,
    MOST_WORDS,
    Book,
    Match,
    Person,
    SearchText,
    hint,
    mailbox,
    matches,
    sound,
    spellings,
    written_as,
)
from chalicelib.domain.phones import Home
from chalicelib.domain.settings import Settings

if TYPE_CHECKING:
    from chalicelib.planner.ports import Clock, Store

MOST_FOUND = 20
FOLLOWED = 4
"""Customers found whose coming appointments are looked up."""
LOOKED_AT = 100
"""How many of those who share a word, or sound alike, are compared."""
MOST_OF_A_NAME = 300
"""How many who share a first name are compared where nobody likelier is found."""
MOST_SPELLINGS = 2
MOST_UNMATCHED = 200
BEHIND = timedelta(days=1)
"""Requests of yesterday may still be looked for."""


class Index(Protocol):
    """Where customers, and what is theirs, are found."""

    def found(self, branch: str, book: Book, key: str, limit: int, *, exactly: bool = False) -> list[Person]: ...

    def appointments(self, branch: str, customers: Iterable[str], since: int | None = None) -> list[Planned]: ...

    def unmatched(self, branch: str, since: int, limit: int) -> list[tuple[Planned, Comment]]: ...


@dataclass(frozen=True)
class SearchResult:
    """`appointments` are coming ones of the first customers found, `requests` stand for no customer yet."""

    settings: Settings
    customers: list[Person]
    appointments: list[Planned]
    requests: list[Planned]


class Search:
    def __init__(self, store: Store, index: Index, now: Clock) -> None:
        self._store = store
        self._index = index
        self._now = now

    def search(self, branch: str, text: str) -> SearchResult:
        """What begins like `text`, or sounds like it: a name in either order, a phone number, an e-mail address."""
        settings = self._settings(branch)
        typed, now = SearchText(text, settings.branch.home), self._now()
        if not typed.words and not typed.number:
            return SearchResult(settings, [], [], [])
        customers = _distinct(self._customers(branch, typed))[:MOST_FOUND]
        coming = self._index.appointments(branch, [each.id for each in customers[:FOLLOWED]], next_minute(now))
        requests = [
            planned
            for planned, comment in self._index.unmatched(branch, next_minute(now - BEHIND), MOST_UNMATCHED)
            if any(typed.begins(each) for each in people_in(comment))
        ]
        return SearchResult(settings, customers, coming[:MOST_FOUND], requests[:MOST_FOUND])

    def alike(self, branch: str, person: Person) -> tuple[list[Match], Settings]:
        """Customers who may be the one who is about to be entered, the likeliest first. Raises NotFound."""
        settings = self._settings(branch)
        return self._matching(branch, [person], settings.branch.home), settings

    def matches(self, branch: str, appointment: str) -> tuple[list[Match], Settings]:
        """Customers who may be meant by what came with a request, the likeliest first, in their branch. Raises NotFound."""
        booked = self._store.appointment(appointment)
        if booked is None or booked.branch != branch:
            raise NotFound
        settings = self._settings(branch)
        return self.matching(branch, booked.comment, settings.branch.home) if booked.comment else [], settings

    def _settings(self, branch: str) -> Settings:
        settings = self._store.settings(branch)
        if settings is None:
            raise NotFound
        return settings

    def matching(self, branch: str, comment: Comment, at: Home) -> list[Match]:
        """Numbers without a country's code are of `at`."""
        return self._matching(branch, people_in(comment), at)

    def _matching(self, branch: str, asked: list[Person], at: Home) -> list[Match]:
        known = _distinct(self._alike(branch, asked, at))
        found = matches(asked, known, at)
        if found and found[0].likeness >= CERTAIN and not found[0].relative:
            return found
        return matches(asked, _distinct([*known, *self._by_half(branch, asked)]), at)

    def _customers(self, branch: str, typed: SearchText) -> Iterator[Person]:
        """The surest first; what is less sure is looked for only as long as there is room."""
        if typed.is_phone:
            for number in sorted(written_as(typed.text, typed.home)):
                yield from filter(typed.begins, self._index.found(branch, "phone", number, LOOKED_AT))
            if typed.ending:
                yield from self._index.found(branch, "ending", typed.ending[::-1], MOST_FOUND)
            return
        if typed.is_email:
            yield from self._index.found(branch, "email", mailbox(typed.text), MOST_FOUND)
        if not typed.words:
            return
        found = self._index.found(branch, "name", " ".join(typed.words), 2 * MOST_FOUND)
        yield from found
        if len(_distinct(found)) >= MOST_FOUND:
            return
        longest = max(typed.words, key=len)
        if len(typed.words) > 1:
            yield from filter(typed.begins, self._index.found(branch, "name", longest, LOOKED_AT))
        if len(longest) >= FEWEST_DIGITS and (heard := sound(longest)):
            yield from filter(typed.begins, self._index.found(branch, "sound", f"{heard} ", LOOKED_AT))

    def _alike(self, branch: str, asked: list[Person], at: Home) -> Iterator[Person]:
        """Who shares the address or the number, and whose whole name is the same, or sounds alike in either order; who has that
        last name and no first name."""
        for email in {mailbox(each.email) for each in asked if each.email}:
            yield from self._index.found(branch, "email", email, MOST_FOUND, exactly=True)
        for phone in {number for each in asked if each.phone for number in written_as(each.phone, at)}:
            yield from self._index.found(branch, "phone", phone, MOST_FOUND, exactly=True)
        for person in asked:
            lasts, first = spellings(person)[0], hint(person)
            yield from self._index.found(branch, "name", lasts[0], MOST_FOUND, exactly=True)
            alike = [
                self._index.found(branch, "sound", f"{heard} {sound(first.split()[0])}", LOOKED_AT)
                for heard in _heard(lasts[0])
                if len(first) > 1
            ]
            yield from chain(*alike)
            all_alike = alike and max(map(len, alike)) < LOOKED_AT
            for last in lasts[1 if all_alike else 0 : MOST_SPELLINGS] if first else ():
                yield from self._index.found(branch, "name", f"{last} {first}", LOOKED_AT)

    def _by_half(self, branch: str, asked: list[Person]) -> Iterator[Person]:
        """Whose last name sounds alike, and, where these are many, who has it and a first name that begins alike, or the other
        way round: one of both is mistyped, or missing."""
        for person in asked:
            lasts, first = spellings(person)[0], hint(person)
            if first:
                yield from self._index.found(branch, "name", f"{first} {lasts[0][:1]}", MOST_OF_A_NAME)
                for last in lasts[:MOST_SPELLINGS]:
                    yield from self._index.found(branch, "name", f"{last} {first[:1]}", LOOKED_AT)
            for heard in _heard(lasts[0]):
                yield from self._index.found(branch, "sound", f"{heard} ", LOOKED_AT)


def _heard(name: str) -> dict[str, None]:
    """How each word of a folded name sounds."""
    return dict.fromkeys(filter(None, map(sound, name.split()[:MOST_WORDS])))


def people_in(comment: Comment) -> list[Person]:
    """Whom a request is for, then who asked for it, where that is somebody else (R25)."""
    asking = Person(last_name=comment.last_name, first_name=comment.first_name, email=comment.email, phone=comment.phone)
    if not comment.visitor_last_name and not comment.visitor_first_name:
        return [asking]
    visitor = Person(
        last_name=comment.visitor_last_name or comment.last_name,
        first_name=comment.visitor_first_name,
        email=comment.email,
        phone=comment.phone,
    )
    return [visitor, asking]


def _distinct(people: Iterable[Person]) -> list[Person]:
    return list({each.id: each for each in people}.values())
