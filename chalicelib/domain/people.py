"""Who may be meant: how names, numbers and addresses are brought into one form, found, and compared.

Spelling is forgiven in two ways. Folding makes one of what is one (`Müller`, `Mueller`, `MÜLLER`); the sound of a German name
(Kölner Phonetik) makes one of what is heard alike (`Meyer`, `Maier`). What is left are typing errors, which are counted.
"""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property, lru_cache
from typing import Literal

from chalicelib.domain.customer import Customer
from chalicelib.domain.phones import GERMANY, Home, first_number, plain

Book = Literal["name", "sound", "email", "phone", "ending"]
"""By what customers are found; `ending` is the phone number read from its end."""
Key = tuple[Book, str]
Agreement = Literal["email", "phone", "name"]

MOST_WORDS = 4
"""Of a first or last name that are found on their own."""
LONGEST_KEY = 200
"""Characters: as many as a sort key holds whatever alphabet they are of."""
FEWEST_DIGITS = 3
"""From which on a number is looked for."""
FEWEST_LAST_DIGITS = 4
"""From which on they are looked for at the end of a number."""

_LETTERS = str.maketrans({"ø": "o", "æ": "a", "œ": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i"})


@dataclass(frozen=True, kw_only=True)
class Person:
    """What is needed to recognise somebody: a customer as the index of customers has one, or who asks for an appointment.

    `id` is empty and `version` 0 for whoever is no customer.
    """

    last_name: str
    first_name: str | None = None
    email: str | None = None
    phone: str | None = None
    in_writing: bool = False
    birth_date: date | None = None
    id: str = ""
    version: int = 0


def person_of(customer: Customer) -> Person:
    return Person(
        id=customer.id,
        version=customer.version,
        last_name=customer.last_name,
        first_name=customer.first_name,
        email=customer.email,
        phone=customer.phone,
        in_writing=customer.in_writing,
        birth_date=customer.birth_date,
    )


# One form ------------------------------------------------------------------------------------------------------------------


def folded(text: str) -> str:
    """Lower-case words with single spaces; hyphens and signs part words, apostrophes do not.

    `ä`, `ae` and `a` become one letter, as `ö` and `ü` do, and `ß` becomes `ss`. The folding of a beginning is a beginning of
    the folding, so that what was typed so far can be looked for.
    """
    plain = unicodedata.normalize("NFKD", text.casefold()).translate(_LETTERS)
    letters: list[str] = []
    for each in plain:
        if each.isalnum():
            if each == "e" and letters and letters[-1] in "aou":
                continue
            letters.append(each)
        elif not unicodedata.combining(each) and each not in "'’`´" and letters and letters[-1] != " ":
            letters.append(" ")
    return "".join(letters).strip()


def mailbox(text: str) -> str:
    """An e-mail address as it is compared."""
    return text.strip().casefold()


def digits(phone: str, home: Home = GERMANY) -> str:
    """A phone number without its country's code where it is of `home`: `+49 (0)40 123`, `0049 40123` and `040 123` are `40123`
    in Germany. Numbers of other countries begin with `00` and the code.

    The index has the German form, whatever country a branch is in: what is stored need not change when the branch's does.
    """
    figures, has_code = first_number(plain(phone).replace("(0)", ""))
    found = f"00{figures}" if has_code else figures
    if found.startswith("00" + home.code):
        return found[2 + len(home.code) :].lstrip("0")
    if found.startswith("00"):
        return found
    return found.removeprefix(home.trunk) if home.trunk else found.lstrip("0")


def written_as(phone: str, home: Home) -> set[str]:
    """How a number, or the beginning of one, may stand in the index: as it is written at home, and from abroad."""
    number = digits(phone, home)
    if number.startswith("00") or not number:
        return {digits(phone)} - {""}
    return {digits(before + number) for before in (home.trunk, "", f"+{home.code}", f"+{home.code}0")}


def sound(word: str) -> str:
    """The Kölner Phonetik (Postel 1969) of a folded word, as digits; empty where it has no letter from a to z."""
    letters = "".join(each for each in word if "a" <= each <= "z")
    codes: list[str] = []
    for place, each in enumerate(letters):
        before, after = letters[place - 1 : place], letters[place + 1 : place + 2]
        codes.append(_code(each, before, after))
    heard = "".join(codes)
    kept = "".join(code for place, code in enumerate(heard) if place == 0 or code != heard[place - 1])
    return kept[:1] + kept[1:].replace("0", "")


_SOUNDS = {
    **dict.fromkeys("aeijouy", "0"),
    "b": "1",
    **dict.fromkeys("fvw", "3"),
    **dict.fromkeys("gkq", "4"),
    "l": "5",
    **dict.fromkeys("mn", "6"),
    "r": "7",
    **dict.fromkeys("sz", "8"),
    "h": "",
}


def _code(letter: str, before: str, after: str) -> str:
    if letter == "p":
        return "3" if after == "h" else "1"
    if letter in "dt":
        return "8" if after and after in "csz" else "2"
    if letter == "x":
        return "8" if before and before in "ckq" else "48"
    if letter == "c":
        return _code_of_c(before, after)
    return _SOUNDS[letter]


def _code_of_c(before: str, after: str) -> str:
    if not before:
        return "4" if after and after in "ahkloqrux" else "8"
    return "4" if before not in "sz" and after and after in "ahkoqux" else "8"


# Found by ------------------------------------------------------------------------------------------------------------------


def keys_of(person: Person) -> set[Key]:
    """Under what a customer is found: each word of the name with all of the other name behind it, either way round, and how
    that sounds; the e-mail address; the phone number, and that from its end."""
    last, first = folded(person.last_name), folded(person.first_name or "")
    found: set[Key] = set()
    for own, other in ((last, first), (first, last)):
        words = own.split()[:MOST_WORDS]
        for place in range(len(words)):
            found.add(("name", _key(" ".join((*words[place:], other)))))
        found |= {("sound", f"{heard} {_heard(other)}"[:LONGEST_KEY]) for word in words if (heard := sound(word))}
    if person.email:
        found.add(("email", mailbox(person.email)[:LONGEST_KEY]))
    if person.phone and (number := digits(person.phone)):
        found |= {("phone", number[:LONGEST_KEY]), ("ending", number[::-1][:LONGEST_KEY])}
    return found


def listed_under(person: Person) -> str:
    """The one of the keys of the name under which a list has a customer: by the last name."""
    last, first = folded(person.last_name), folded(person.first_name or "")
    return _key(" ".join((*last.split()[:MOST_WORDS], first)))


def _key(text: str) -> str:
    return text.strip()[:LONGEST_KEY].strip()


def _heard(words: str) -> str:
    """How several words sound in one."""
    return sound(words.replace(" ", ""))


@dataclass(frozen=True)
class SearchText:
    """What was typed so far of a name, an e-mail address or a phone number, in a branch of the country `home`."""

    text: str
    home: Home = GERMANY

    @cached_property
    def words(self) -> list[str]:
        return folded(self.text).split()

    @cached_property
    def is_phone(self) -> bool:
        """Digits and what stands between them."""
        return self.number != "" and all(each.isdigit() or each in " +-/()." for each in plain(self.text))

    @cached_property
    def number(self) -> str:
        """Empty as long as it has too few digits."""
        found = digits(self.text, self.home)
        return found if len(found) >= FEWEST_DIGITS else ""

    @cached_property
    def ending(self) -> str:
        """What may be the last digits of a number, without the area's code; empty as long as these are too few, or where they
        begin as a whole number does."""
        figures = "".join(each for each in plain(self.text) if each.isdigit())
        whole = figures.startswith("0") or plain(self.text).strip().startswith("+")
        return figures if self.is_phone and not whole and len(figures) >= FEWEST_LAST_DIGITS else ""

    @cached_property
    def is_email(self) -> bool:
        """One word with a sign or a digit in it, as few names have one."""
        text = self.text.strip()
        return bool(text) and not any(each.isspace() for each in text) and any(not each.isalpha() for each in text)

    def begins(self, person: Person) -> bool:
        """Whether it may become this person's name, address or number: every word begins or sounds like one of the name."""
        if self.is_phone:
            number = digits(person.phone or "", self.home)
            return number.startswith(self.number) or (self.ending != "" and number.endswith(self.ending))
        if self.is_email and person.email and mailbox(person.email).startswith(mailbox(self.text)):
            return True
        names = folded(f"{person.last_name} {person.first_name or ''}").split()
        return bool(self.words) and all(any(_begins(name, word) for name in names) for word in self.words)


def _begins(name: str, word: str) -> bool:
    return name.startswith(word) or (len(word) >= FEWEST_DIGITS and sound(word) != "" and sound(word) == sound(name))


# Compared ------------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Match:
    """Somebody who may be meant, what speaks for it, and how much, from 0 to 1. Whoever has another first name may be a
    `relative`."""

    person: Person
    because: tuple[Agreement, ...]
    likeness: float
    relative: bool = False


MOST_MATCHES = 5
LIKELY = 0.25
"""Below that nobody is offered."""
SAME_NAME = 0.8
"""From that likeness on a name counts as agreeing."""
CERTAIN = 0.9
"""From which on nobody likelier is looked for."""

# What speaks for and against somebody, as logarithms of odds, which are added. E-mail address and number hardly ever agree by
# chance, names often. Another address or number says little, since people change and share them; another first name much.
STRANGER = -4.0
LAST_NAME, FIRST_NAME, OTHER_FIRST_NAME = 4.0, 4.5, -2.5
EMAIL, OTHER_EMAIL = 5.0, -0.5
PHONE, OTHER_PHONE = 5.0, -1.0
BIRTH, OTHER_BIRTH = 3.0, -6.0
"""Namesakes are told apart by it; twins have the same."""
HINT, INITIAL, OTHER_HINT, ONE_HINT, NO_HINT = 2.0, 1.5, -1.0, 0.5, 2.0
"""Where one of both has no first name. That neither has one is rare, so it says something."""
OF_RELATIVES = 0.5
"""How much of it a shared address or number says where the first name is another."""


def matches(asked: Sequence[Person], customers: Iterable[Person], home: Home = GERMANY) -> list[Match]:
    """The likeliest first, at most five. `asked`: whom the appointment is for, then others who may be meant, such as who asked
    for it; what agrees with them counts a little less. Numbers without a country's code are of `home`."""
    found: dict[str, Match] = {}
    for place, person in enumerate(asked):
        for customer in customers:
            match = compare(person, customer, home)
            match = replace(match, likeness=match.likeness * 0.9**place)
            if match.likeness >= LIKELY and (customer.id not in found or found[customer.id].likeness < match.likeness):
                found[customer.id] = match
    return sorted(found.values(), key=lambda each: (-each.likeness, each.person.id))[:MOST_MATCHES]


def compare(asked: Person, customer: Person, home: Home = GERMANY) -> Match:
    """How likely they are one person. Relatives share a last name, a number, an address: another first name speaks against."""
    last, first = _names(asked, customer)
    other = first is not None and first < 0.6
    email = _email_likeness(asked.email, customer.email)
    phone = _phone_likeness(asked.phone, customer.phone, home)
    name = last if first is None else (last + first) / 2
    because: list[Agreement] = []
    if email == 1:
        because.append("email")
    if phone == 1:
        because.append("phone")
    if name >= SAME_NAME:
        because.append("name")
    reach = _weighed(email, EMAIL, OTHER_EMAIL) + _weighed(phone, PHONE, OTHER_PHONE)
    evidence = STRANGER + LAST_NAME * _over(last, 0.6) + reach * (OF_RELATIVES if other else 1)
    evidence += _weighed(_birth_likeness(asked, customer), BIRTH, OTHER_BIRTH)
    if first is None:
        evidence += _hinted(asked, customer)
    else:
        evidence += OTHER_FIRST_NAME if other else FIRST_NAME * _over(first, 0.6)
    return Match(customer, tuple(because), 1 / (1 + math.exp(-evidence)), relative=other)


def is_same(one: Person, other: Person, home: Home = GERMANY) -> bool:
    """Whether they have the same name, and the same e-mail address, number or birth date, and no other birth date: namesakes
    share an address, too."""
    mine, theirs = ((folded(each.last_name), folded(each.first_name or "")) for each in (one, other))
    born = _birth_likeness(one, other)
    return (
        mine == theirs
        and born != 0
        and 1 in (born, _email_likeness(one.email, other.email), _phone_likeness(one.phone, other.phone, home))
    )


def _over(likeness: float, floor: float) -> float:
    """0 up to the floor: two names that share every other letter are two names."""
    return max(0.0, (likeness - floor) / (1 - floor))


def _weighed(likeness: float | None, same: float, other: float) -> float:
    """Nothing where one has none."""
    return 0.0 if likeness is None else likeness * same or other


def _hinted(asked: Person, customer: Person) -> float:
    """What is known of a first name that one of them did not give, or as an initial."""
    ours, theirs = hint(asked), hint(customer)
    if not ours or not theirs:
        return ONE_HINT if ours or theirs else NO_HINT
    if not (ours.startswith(theirs) or theirs.startswith(ours)):
        return OTHER_HINT
    return HINT if min(len(ours), len(theirs)) >= FEWEST_DIGITS else INITIAL


def hint(person: Person) -> str:
    """The first name, folded, or what the e-mail address tells of it: `anna.meyer@` an `anna`, `a.meyer@` an `a`."""
    first = folded(person.first_name or "")
    if len(first) > 1 or not person.email:
        return first
    last = folded(person.last_name).replace(" ", "")
    box = folded(_letters_of(person.email)).replace(" ", "")
    told = box.removesuffix(last) if box.endswith(last) else box.removeprefix(last)
    return told if last and told != box and told.startswith(first) else first


def spellings(person: Person) -> tuple[list[str], list[str]]:
    """How the last and the first name may be spelt, folded: as given, and as the e-mail address spells what is nearly the same.
    Addresses are typed more often, and by heart."""
    told = [word for word in folded(_letters_of(person.email)).split() if len(word) >= FEWEST_DIGITS]
    names = folded(person.last_name), folded(person.first_name or "")
    last, first = ([name, *(word for word in told if name != word and likeness(name, word) >= 0.6)] for name in names)
    return last, first


def _letters_of(email: str | None) -> str:
    """What stands before the sign, without digits."""
    return "".join(each if each.isalpha() else " " for each in mailbox(email or "").partition("@")[0])


def _names(asked: Person, customer: Person) -> tuple[float, float | None]:
    """The likeness of last names and of first names, read the other way round where that fits better; None where one has no
    first name, or an initial."""
    theirs = folded(customer.last_name), folded(customer.first_name or "")
    lasts, firsts = spellings(asked)
    straight = _most_alike(lasts, theirs[0])
    if len(firsts[0]) < 2 or len(theirs[1]) < 2:
        other = max(_most_alike(lasts, theirs[1]), _most_alike(firsts, theirs[0]))
        return max(straight, other * 0.9), None
    first = _most_alike(firsts, theirs[1])
    swapped = _most_alike(firsts, theirs[0]), _most_alike(lasts, theirs[1])
    return swapped if sum(swapped) * 0.95 > straight + first else (straight, first)


def _most_alike(spelt: list[str], other: str) -> float:
    return max(_words_likeness(each, other) for each in spelt)


def _words_likeness(one: str, other: str) -> float:
    """Of several words one alone is nearly as good: people marry, and have names that they do not use."""
    if " " not in one and " " not in other:
        return likeness(one, other)
    halves = [likeness(half, whole) for whole, parts in ((one, other.split()), (other, one.split())) for half in parts]
    return max(likeness(one, other), 0.9 * max(halves))


@lru_cache(maxsize=8192)
def likeness(one: str, other: str) -> float:
    """Of two folded names, from 0 to 1: typing errors by the length, or a little less than alike where they sound alike."""
    if one == other:
        return 1.0 if one else 0.0
    typed = 1 - _errors(one, other) / max(len(one), len(other))
    heard = sound(one)
    return max(typed, 0.9) if typed >= 0.4 and len(heard) > 1 and heard == sound(other) else typed


def _email_likeness(one: str | None, other: str | None) -> float | None:
    """1: the same; less for a typing error, or the same name at another provider."""
    if not one or not other:
        return None
    one, other = mailbox(one), mailbox(other)
    if one == other:
        return 1.0
    if abs(len(one) - len(other)) <= 1 and _errors(one, other) == 1:
        return 0.8
    mine, theirs = (each.partition("@")[0] for each in (one, other))
    return 0.3 if mine == theirs and len(mine) > FEWEST_DIGITS else 0.0


def _phone_likeness(one: str | None, other: str | None, home: Home) -> float | None:
    """1: the same number; less where one digit is wrong."""
    mine, theirs = digits(one or "", home), digits(other or "", home)
    if len(mine) < FEWEST_DIGITS or len(theirs) < FEWEST_DIGITS:
        return None
    if mine == theirs:
        return 1.0
    return 0.5 if min(len(mine), len(theirs)) > 2 * FEWEST_DIGITS and _errors(mine, theirs) == 1 else 0.0


def _birth_likeness(one: Person, other: Person) -> float | None:
    if one.birth_date is None or other.birth_date is None:
        return None
    return 1.0 if one.birth_date == other.birth_date else 0.0


def _errors(one: str, other: str) -> int:
    """How many letters are missing, too many, wrong, or have changed places with their neighbour (Damerau, Levenshtein)."""
    before_last: list[int] = []
    last = list(range(len(other) + 1))
    for row, mine in enumerate(one, 1):
        line = [row]
        for column, theirs in enumerate(other, 1):
            cost = min(last[column] + 1, line[-1] + 1, last[column - 1] + (mine != theirs))
            if row > 1 and column > 1 and mine == other[column - 2] and one[row - 2] == theirs:
                cost = min(cost, before_last[column - 2] + 1)
            line.append(cost)
        before_last, last = last, line
    return last[-1]
