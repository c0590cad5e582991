"""A second practice, made in another way: as many last names as a country has, and errors of lives rather than of fingers.

One customer in six has one of the hundred common last names, the others one of 2,700 that are made of a beginning and an end,
as many German names are. So 100,000 customers have about one namesake each, as people in Germany have. Records are made as in
the first practice.

The kinds of request: as known; a slip in both names; the wrong letter, or the wrong order of two, anywhere in the name, its
first letter included; married, with a double name now or before; married, with another name, but the number or address that
is known; the first name as an initial; a second first name added; first and last name swapped; no first name; a first name
that the record lacks; a relative asks for the customer, with an address of their own; another number and address; the address
mistyped and no number. Of the new addresses 3 of 10 tell no name.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace

from chalicelib.domain.comment import Comment
from chalicelib.domain.customer import Customer
from tests.performance.customers import (
    EACH,
    FIRST,
    IN_NAMES,
    LAST,
    MISTYPED,
    PROVIDERS,
    UNKNOWN,
    Names,
    Request,
    as_known,
    email,
    mistyped,
    phone,
    respelt,
    rewritten,
    with_error,
    words,
)

_BEGINNINGS = words(
    "Alten Ahren Bach Berg Birken Blumen Bran Brück Buch Dorn Eichen Eller Erlen Eschen Falken Feld Finken Forst Freuden "
    "Garten Gold Grün Hagen Hammer Hasel Heide Hell Hinter Hirsch Hohen Holz Hütten Immen Kalten Kamp Kirch Klee Kloster "
    "Korn Kranz Krumm Laven Linden Löwen Mahl Mittel Moor Mühl Neu Nieder Nord Ober Ochsen Oster Raben Reh Riet Rosen Rot "
    "Sand Schön See Silber Sommer Sonnen Stein Stern Storch Süd Tannen Teich Thal Unter Wald Wasser Weiden Weiß Wester "
    "Wiesen Wind Wolken Zeller"
)
_ENDS = words(
    "acker au bach bauer baum beck berg berger born brink brock burg dorf feld felder fels garten haus hausen heim hof "
    "hofer holz horst huber kamp loh mann meier meyer moser müller reiter rieder stedt stein steiner thal wald"
)
_YOUNGER = words(
    "Leon Lukas Finn Jonas Paul Elias Luca Felix Maximilian Noah Ben Tim Julian Philipp Niklas Jan Moritz Fabian David "
    "Simon Erik Emma Mia Hannah Lea Sophie Lena Marie Leonie Lara Laura Johanna Clara Charlotte Nele Ida Frieda Greta "
    "Mathilda Pauline Katharina Julia Sarah Lisa Nina Franziska Carolin Vanessa Jasmin Melanie Sandra Nicole Tanja Kathrin "
    "Yvonne Daniela Ali Mustafa Fatma Emine Elif Agnieszka Katarzyna Tomasz Olena Dmitri Giulia Marco Ana Luis"
)


def many_names() -> Names:
    """In an order of their own: which names are common has nothing to do with the alphabet."""
    chance = random.Random(1949)
    rare = [begin + end for begin in _BEGINNINGS for end in _ENDS]
    chance.shuffle(rare)
    common, first = chance.sample(LAST, len(LAST)), chance.sample(FIRST + _YOUNGER, len(FIRST + _YOUNGER))
    return Names(common + rare, first, level=60)


def _nickname(chance: random.Random) -> str:
    return f"{chance.choice(_BEGINNINGS)}{chance.choice(_ENDS)}{chance.randrange(1, 999)}@{chance.choice(PROVIDERS)}".lower()


def _initial(name: str) -> str:
    return f"{name[:1]}."


def _wrong_anywhere(chance: random.Random, name: str) -> str:
    place = chance.randrange(len(name))
    if place and chance.random() < 0.5:
        return name[: place - 1] + name[place] + name[place - 1] + name[place + 1 :]
    return name[:place] + chance.choice("abcdefghiklmnoprstuw") + name[place + 1 :]


def _wrong_in_one(chance: random.Random, comment: Comment) -> Comment:
    if comment.first_name and chance.random() < 0.35:
        return replace(comment, first_name=_wrong_anywhere(chance, comment.first_name))
    return replace(comment, last_name=_wrong_anywhere(chance, comment.last_name))


def _slips_in_both(chance: random.Random, comment: Comment) -> Comment:
    slips = [chance.choice(list(IN_NAMES.values())) for _ in range(2)]
    first = slips[1](chance, comment.first_name) if comment.first_name else None
    return replace(comment, last_name=slips[0](chance, comment.last_name), first_name=first)


def _double_name(chance: random.Random, comment: Comment, names: Names) -> Comment:
    if "-" in comment.last_name:
        return replace(comment, last_name=chance.choice(comment.last_name.split("-")))
    both = [comment.last_name, names.a_last(chance)]
    chance.shuffle(both)
    return replace(comment, last_name="-".join(both))


def _other_name(chance: random.Random, customer: Customer, names: Names) -> Comment:
    """By the number or the address that is known: both would be too easy, neither nobody could."""
    last = names.a_last(chance)
    by_phone = customer.phone if not customer.email or (customer.phone and chance.random() < 0.5) else None
    return Comment(
        last_name=last,
        first_name=customer.first_name,
        email=email(chance, last, customer.first_name) if by_phone or not customer.email else customer.email,
        phone=rewritten(chance, by_phone) if by_phone else phone(chance),
    )


def _by_relative(chance: random.Random, customer: Customer, names: Names) -> Comment:
    first = names.a_first(chance)
    theirs = as_known(chance, customer)
    return replace(
        theirs,
        first_name=first,
        email=email(chance, customer.last_name, first),
        visitor_first_name=customer.first_name,
        visitor_last_name=customer.last_name if chance.random() < 0.5 else None,
    )


def requests(chance: random.Random, customers: list[Customer], names: Names) -> list[Request]:
    made: list[Request] = []

    def add(kind: str, change: Callable[[Customer], Comment], fitting: Callable[[Customer], object] = lambda _: True) -> None:
        some = chance.sample([each for each in customers if fitting(each)], EACH)
        made.extend(Request(kind, change(each), each.id) for each in some)

    def first(customer: Customer) -> str | None:
        return customer.first_name

    def known(customer: Customer) -> Comment:
        return as_known(chance, customer)

    add("as known", known)
    add("a slip in both names", lambda each: _slips_in_both(chance, known(each)), first)
    add("a wrong letter, the first too", lambda each: _wrong_in_one(chance, known(each)))
    add(
        "umlauts respelt",
        lambda each: with_error(chance, known(each), respelt),
        lambda each: any(a in each.name for a in "äöüß"),
    )
    add("a double name", lambda each: _double_name(chance, known(each), names))
    add("another last name", lambda each: _other_name(chance, each, names), lambda each: each.email or each.phone)
    add("an initial", lambda each: replace(known(each), first_name=_initial(each.first_name or "")), first)
    add(
        "a second first name", lambda each: replace(known(each), first_name=f"{each.first_name} {names.a_first(chance)}"), first
    )
    add(
        "first and last name swapped",
        lambda each: replace(known(each), last_name=each.first_name or "", first_name=each.last_name),
        first,
    )
    add("no first name", lambda each: replace(known(each), first_name=None), first)
    add(
        "a first name that the record lacks",
        lambda each: replace(known(each), first_name=names.a_first(chance)),
        lambda each: not each.first_name,
    )
    add("a relative asks", lambda each: _by_relative(chance, each, names), first)
    add(UNKNOWN, lambda each: known(replace(each, email=None, phone=None)))
    add(MISTYPED, lambda each: mistyped(chance, each))
    known_to_us = {each.email for each in customers}
    return [
        replace(each, comment=replace(each.comment, email=_nickname(chance)))
        if each.comment.email not in known_to_us and each.kind != MISTYPED and chance.random() < 0.3
        else each
        for each in made
    ]
