"""A practice's customers and the requests of some of them, made by chance.

Last and first names are drawn from the lists below, those in front
more often, as names are spread in Germany (1 in 50 is a Müller). A quarter of the customers has a relative among the others:
the same last name and phone number, half of them the same e-mail address too, another first name. 3 of 4 have an e-mail address
(name and provider, or initial and name, some with a year), 4 of 5 a phone number (mobile or of Hamburg), 1 of 10 a double name,
1 of 20 no first name.

Requests are made from some of them, 20 of each kind: as known; two letters that changed places; a letter missing; a wrong
letter; the name as it is heard (Meyer, Maier); umlauts spelt out, or their dots left out; no first name; another phone number
and another e-mail address; first and last name swapped; the e-mail address mistyped and no phone number. Errors fall into last
or first name by chance, anywhere but in front. Beside its error each request has, by chance: its own number (written in another
way) or another one; the e-mail address that is known, a private one at another provider instead, or one at work (R25: an
address is always given). Where the known address or number is missing, the request has a new one.
"""

from __future__ import annotations

import random
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import cache
from itertools import accumulate
from operator import itemgetter
from typing import get_args

from chalicelib.domain.appointment import Planned
from chalicelib.domain.comment import Comment
from chalicelib.domain.customer import Customer
from chalicelib.domain.people import Book, Person, digits, folded, hint, keys_of, person_of
from chalicelib.store import keys
from tests.builders import NOW


def words(text: str) -> list[str]:
    return text.split()


LAST = words(
    "Müller Schmidt Schneider Fischer Weber Meyer Wagner Becker Schulz Hoffmann Schäfer Koch Bauer Richter Klein Wolf Schröder "
    "Neumann Schwarz Zimmermann Braun Krüger Hofmann Hartmann Lange Schmitt Werner Schmitz Krause Meier Lehmann Schmid Schulze "
    "Maier Köhler Herrmann König Walter Mayer Huber Kaiser Fuchs Peters Lang Scholz Möller Weiß Jung Hahn Schubert Vogel "
    "Friedrich Keller Günther Frank Berger Winkler Roth Beck Lorenz Baumann Franke Albrecht Schuster Simon Ludwig Böhm Winter "
    "Kraus Martin Schumacher Krämer Vogt Stein Jäger Otto Sommer Groß Seidel Heinrich Brandt Haas Schreiber Graf Schulte "
    "Dietrich Ziegler Kuhn Kühn Pohl Engel Horn Busch Bergmann Thomas Voigt Sauer Arnold Wolff Pfeiffer Petersen Hansen "
    "Claussen Yılmaz Kowalski Nowak Öztürk Nguyen Petrović Strauß Philipp Matthies"
)
FIRST = words(
    "Peter Michael Thomas Andreas Wolfgang Klaus Jürgen Günter Stefan Christian Uwe Werner Horst Frank Dieter Manfred Gerhard "
    "Hans Bernd Torsten Matthias Helmut Walter Heinz Martin Jörg Rolf Jens Sven Alexander Maria Ursula Monika Petra Elisabeth "
    "Sabine Renate Helga Karin Brigitte Ingrid Erika Andrea Gisela Claudia Susanne Gabriele Christa Christine Hildegard Anna "
    "Birgit Barbara Gertrud Heike Marianne Elke Martina Angelika Irmgard Inge Ute Elfriede Doris Marion Ruth Ulrike Hannelore "
    "Jutta Kerstin Ilse Anke Silke Käthe Mehmet Ayşe Piotr Zoë Björn Sönke Wiebke"
)
PROVIDERS = ("gmx.de", "web.de", "t-online.de", "gmail.com", "freenet.de")
WORK = ("hamburg-hafen.example", "buero-nord.example", "schule-altona.example")
HEARD = (
    ("ei", "ai"), ("ey", "ei"), ("ai", "ay"), ("dt", "tt"), ("tt", "t"), ("ff", "f"), ("ph", "f"), ("th", "t"), ("ck", "k"),
    ("nn", "n"), ("mm", "m"), ("ll", "l"), ("tz", "z"), ("v", "f"), ("w", "v"), ("k", "c"), ("ß", "ss"), ("z", "ts"),
    ("h", ""), ("b", "p"), ("d", "t"),
)  # fmt: skip
"""What is heard alike."""
EACH = 20
"""Requests of a kind."""
MISTYPED, UNKNOWN = "address mistyped, no number", "another number and address"


@dataclass(frozen=True)
class Request:
    kind: str
    comment: Comment
    meant: str


@dataclass(frozen=True)
class Names:
    """Names from which people are made: the smaller `level`, the more people share those in front."""

    last: list[str]
    first: list[str]
    level: int = 30

    def a_last(self, chance: random.Random) -> str:
        return self._drawn(chance, self.last)

    def a_first(self, chance: random.Random) -> str:
        return self._drawn(chance, self.first)

    def _drawn(self, chance: random.Random, names: list[str]) -> str:
        return chance.choices(names, cum_weights=_weights(len(names), self.level))[0]


@cache
def _weights(names: int, level: int) -> list[float]:
    return list(accumulate(1 / (place + level) for place in range(names)))


FEW_NAMES = Names(LAST, FIRST)


def email(chance: random.Random, last: str, first: str | None, providers: tuple[str, ...] = PROVIDERS) -> str:
    names = [folded(each).replace(" ", "") for each in (first or "", last)]
    box = chance.choice([f"{names[0]}.{names[1]}", f"{names[0][:1]}.{names[1]}", f"{names[1]}{chance.randrange(40, 99)}"])
    return f"{box.strip('.')}{chance.choice(['', '', chance.randrange(1, 99)])}@{chance.choice(providers)}"


def phone(chance: random.Random) -> str:
    start = chance.choice(["0170 ", "0151 ", "0176/", "+49 160 ", "040 ", "(040) "])
    return start + str(chance.randrange(1_000_000, 9_999_999))


def made_customers(chance: random.Random, branch: str, many: int = 2000, names: Names = FEW_NAMES) -> list[Customer]:
    made: list[Customer] = []
    while len(made) < many:
        last = names.a_last(chance)
        if chance.random() < 0.1:
            last = f"{last}-{names.a_last(chance)}"
        first = names.a_first(chance) if chance.random() < 0.95 else None
        customer = Customer(
            id=f"{len(made):032x}",
            branch=branch,
            made_at=NOW,
            last_name=last,
            first_name=first,
            email=email(chance, last, first) if chance.random() < 0.75 else None,
            phone=phone(chance) if chance.random() < 0.8 else None,
        )
        made.append(customer)
        if first and len(made) < many and chance.random() < 0.15:
            other = chance.choice([each for each in names.first if each != first])
            theirs = customer.email if chance.random() < 0.5 else None
            made.append(replace(customer, id=f"{len(made):032x}", first_name=other, email=theirs))
    return made


def transposed(chance: random.Random, name: str) -> str:
    places = [place for place in range(1, len(name) - 1) if name[place] != name[place + 1]]
    place = chance.choice(places) if places else 0
    return name[:place] + name[place + 1 : place + 2] + name[place : place + 1] + name[place + 2 :]


def missing(chance: random.Random, name: str) -> str:
    place = chance.randrange(1, len(name))
    return name[:place] + name[place + 1 :]


def wrong(chance: random.Random, name: str) -> str:
    place = chance.randrange(1, len(name))
    return name[:place] + chance.choice("abcdefghiklmnoprstuw") + name[place + 1 :]


def heard(chance: random.Random, name: str) -> str:
    fitting = [(a, b) for a, b in HEARD if a in name[1:]]
    if not fitting:
        return name
    a, b = chance.choice(fitting)
    return name[0] + name[1:].replace(a, b, 1)


def respelt(chance: random.Random, name: str) -> str:
    if chance.random() < 0.5:
        return folded(name).title()
    return name.replace("ä", "ae").replace("ö", "oe").replace("ü", "ue").replace("ß", "ss").replace("Ö", "Oe")


Error = Callable[[random.Random, str], str]
IN_NAMES: dict[str, Error] = {
    "two letters changed places": transposed,
    "a letter missing": missing,
    "a wrong letter": wrong,
    "as it is heard": heard,
    "umlauts respelt": respelt,
}


def rewritten(chance: random.Random, number: str) -> str:
    digits = "".join(each for each in number if each.isdigit()).removeprefix("49").removeprefix("0")
    return chance.choice(["0", "+49 ", "0049 ", "+49 (0)"]) + f"{digits[:4]} {digits[4:]}"


def as_known(chance: random.Random, customer: Customer) -> Comment:
    """What they would write without any error."""
    known = customer.email if customer.email and chance.random() < 0.5 else None
    address = known or email(chance, customer.last_name, customer.first_name, chance.choice([PROVIDERS, WORK]))
    number = rewritten(chance, customer.phone) if customer.phone and chance.random() < 0.7 else phone(chance)
    return Comment(last_name=customer.last_name, first_name=customer.first_name, email=address, phone=number)


def with_error(chance: random.Random, comment: Comment, error: Error) -> Comment:
    if comment.first_name and chance.random() < 0.35:
        return replace(comment, first_name=error(chance, comment.first_name))
    return replace(comment, last_name=error(chance, comment.last_name))


def mistyped(chance: random.Random, customer: Customer) -> Comment:
    box, _, provider = (customer.email or email(chance, customer.last_name, customer.first_name)).partition("@")
    box = chance.choice([transposed, missing])(chance, box)
    return Comment(last_name=customer.last_name, first_name=customer.first_name, email=f"{box}@{provider}")


def made_requests(chance: random.Random, customers: list[Customer]) -> list[Request]:
    made: list[Request] = []

    def add(kind: str, change: Callable[[Customer], Comment]) -> None:
        some = [each for each in customers if kind != "umlauts respelt" or any(a in each.name for a in "äöüßÖ")]
        if kind in ("no first name", "first and last name swapped"):
            some = [each for each in some if each.first_name]
        made.extend(Request(kind, change(each), each.id) for each in chance.sample(some, EACH))

    add("as known", lambda customer: as_known(chance, customer))
    for kind, error in IN_NAMES.items():
        add(kind, lambda found, error=error: with_error(chance, as_known(chance, found), error))  # type: ignore[misc]
    add("no first name", lambda customer: replace(as_known(chance, customer), first_name=None))
    add(UNKNOWN, lambda customer: as_known(chance, replace(customer, email=None, phone=None)))
    add(
        "first and last name swapped",
        lambda customer: replace(
            as_known(chance, customer), last_name=customer.first_name or "", first_name=customer.last_name
        ),
    )
    add(MISTYPED, lambda customer: mistyped(chance, customer))
    return made


def ceiling(customers: list[Customer], requests: list[Request]) -> float:
    """How often, in parts of a hundred, the right one can be among three at all: where neither number nor address is the known
    one, those whose name fits are told apart only by how likely each would have asked like that."""
    relatives = defaultdict[str, list[Customer]](list)
    for each in customers:
        relatives[folded(each.last_name)].append(each)
    known = {each.id: each for each in customers}
    reached = 0.0
    for request in requests:
        meant, comment = known[request.meant], request.comment
        by_phone = bool(meant.phone and comment.phone) and digits(meant.phone or "") == digits(comment.phone or "")
        by_email = bool(meant.email) and (meant.email == comment.email or request.kind == MISTYPED)
        if by_phone or by_email:
            reached += 1
            continue
        fitting = {each.id: each for each in relatives[folded(meant.last_name)] if _fits(each, meant, comment)}
        fitting |= {each.id: each for each in relatives[folded(comment.last_name)] if each.name == comment.name}
        odds = sorted((_odds(each, request) for each in fitting.values()), reverse=True)
        reached += sum(odds[:3]) / sum(odds)
    return 100 * reached / len(requests)


def _fits(customer: Customer, meant: Customer, comment: Comment) -> bool:
    """Whether the first name is that of who is meant, or begins as the request tells, which gives none or an initial."""
    given = hint(Person(last_name=comment.last_name, first_name=comment.first_name, email=comment.email))
    if len(folded(comment.first_name or "")) > 1 or not meant.first_name:
        return folded(customer.first_name or "") == folded(meant.first_name or "")
    return bool(customer.first_name) and folded(customer.first_name or "").startswith(given)


def _odds(customer: Customer, request: Request) -> float:
    """As `as_known` throws: half of those with an address give another one, 3 of 10 another number."""
    if request.kind == UNKNOWN:
        return 1.0
    return (0.5 if customer.email else 1.0) * (0.3 if customer.phone and request.comment.phone else 1.0)


class Sorted:
    """The index of customers as sorted lists in memory: the same order and the same beginnings as in the table, where this test
    would take a minute and a half. Nobody has an appointment."""

    def __init__(self, customers: list[Customer]) -> None:
        self._books: dict[Book, list[tuple[str, Person]]] = {book: [] for book in get_args(Book)}
        for customer in customers:
            person = person_of(customer)
            for book, key in keys_of(person):
                self._books[book].append((keys.found(key, customer.id), person))
        for entries in self._books.values():
            entries.sort(key=itemgetter(0))

    def found(self, branch: str, book: Book, key: str, limit: int, *, exactly: bool = False) -> list[Person]:
        beginning = keys.exactly(key) if exactly else key
        entries = self._books[book]
        first = bisect_left(entries, beginning, key=itemgetter(0))
        return [person for place, person in entries[first : first + limit] if place.startswith(beginning)]

    def appointments(self, branch: str, customers: Iterable[str], since: int | None = None) -> list[Planned]:
        return []

    def unmatched(self, branch: str, since: int, limit: int) -> list[tuple[Planned, Comment]]:
        return []
