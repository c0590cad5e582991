"""The demo's data: an invented shop and an invented practice in Hamburg. What happened there is in `demo_story`."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from chalicelib import wiring
from chalicelib.domain.settings import (
    ABSENCE,
    Access,
    Availability,
    Branch,
    Condition,
    DateException,
    Employee,
    Hours,
    Option,
    Price,
    PublicHolidays,
    Question,
    Resource,
    Settings,
    Template,
)
from chalicelib.store.models import Item
from infra.local import demo_story

BRANCH, ALIAS, CABIN = "demo", "demo-showroom", "cabin-1"
ZONE = "Europe/Berlin"
WEEKDAYS = frozenset({1, 2, 3, 4, 5})
ONLINE = "online"
"""The technical employee that the demo's links act as."""
HEARING_TEST = {
    "de": """Bitte bringen Sie mit:
- Ihre Versichertenkarte
- die Verordnung, wenn Sie eine haben
- Ihre Hörgeräte, wenn Sie welche tragen

Bitte meiden Sie am Tag vorher laute Musik und Lärm.""",
    "en": """Please bring:
- your insurance card
- the prescription, if you have one
- your hearing aids, if you wear any

Please avoid loud music and noise on the day before.""",
}
"""What to bring to a hearing test, and how to prepare."""
BY_PRESCRIPTION: Mapping[str, Any] = {
    "payer": "insurance",
    "price_note": {"de": "mit Rezept, zuzüglich Zuzahlung", "en": "with a prescription, plus co-payment"},
    "instructions": {
        "de": "Bitte bringen Sie Ihr Rezept, ein großes Handtuch und bequeme Kleidung mit.",
        "en": "Please bring your prescription, a large towel and comfortable clothes.",
    },
}
"""What customers are told of both kinds of physiotherapy."""
QUESTIONS = (
    Question(
        id="known",
        type="choice",
        label={"de": "Waren Sie schon bei uns?", "en": "Have you been here before?"},
        purpose={"de": "Damit wir Ihre Unterlagen bereitlegen.", "en": "So that we have your papers at hand."},
        options=(
            Option(id="yes", label={"de": "Ja", "en": "Yes"}),
            Option(id="no", label={"de": "Nein, ich komme zum ersten Mal", "en": "No, this is the first time"}),
        ),
        required=True,
    ),
    Question(
        id="since",
        type="line",
        label={"de": "Seit wann hören Sie schlechter?", "en": "Since when has your hearing been worse?"},
        purpose={"de": "Damit wir die passenden Messungen vorbereiten.", "en": "So that we prepare the right measurements."},
        health=True,
        when=Condition(question="known", equals="no"),
    ),
)


def ensure(subjects: Mapping[str, str]) -> None:
    """Writes the demo where there is none yet; `subjects` are the ids in tokens of the demo's users, by name."""
    if wiring.store().settings(BRANCH) is None:
        _write(subjects)


def reset(subjects: Mapping[str, str]) -> None:
    """Removes all that the local table holds, and writes the demo anew, from today on."""
    wiring.store()  # binds the models to the table
    with Item.batch_write() as batch:
        for item in Item.scan(attributes_to_get=["pk", "sk"]):
            batch.delete(item)
    _write(subjects)


def _write(subjects: Mapping[str, str]) -> None:
    today = wiring.now().date()
    settings = wiring.setup().save(shop(working_day(today, 4), subjects))
    wiring.setup().save(practice(subjects))
    demo_story.tell(settings, {number: working_day(today, number) for number in range(-3, 11)}, subjects["staff"])


def shop(closed: date, subjects: Mapping[str, str]) -> Settings:
    """A hearing-aid acoustician's: two cabins, one of them released, and two acousticians who come second."""
    cabins, persons = (CABIN, "cabin-2"), ("acoustician-1", "acoustician-2")
    weekday = Hours(start=9 * 60, end=17 * 60, step=30)
    lunch = Hours(start=12 * 60 + 30, end=13 * 60 + 30, step=30)
    saturday = Hours(start=9 * 60, end=13 * 60, step=30)
    return Settings(
        branch=Branch(
            id=BRANCH,
            name="Hörakustik Elbufer",
            address="Elbuferweg 12, 20457 Hamburg",
            phone="+49 40 66969 120",
            email="praxis@example.org",
            zone=ZONE,
            imprint_url="https://example.org/impressum",
            privacy_url="https://example.org/datenschutz",
            accessibility_url="https://example.org/barrierefreiheit",
            sender_name="Hörakustik Elbufer",
            public_holidays=PublicHolidays(country="DE", subdivision="HH"),
            lead_hours=2,
        ),
        resources=(
            Resource(id=CABIN, name="Kabine 1", released=True, order=1, colour="#2f6f8f"),
            Resource(id="cabin-2", name="Kabine 2", order=2, colour="#7a5c9e"),
            Resource(id="acoustician-1", name="Frau Petersen", kind="person", order=3, colour="#3f7d4e"),
            Resource(id="acoustician-2", name="Herr Lüders", kind="person", order=4, colour="#a8632a"),
        ),
        templates=(
            _template(
                "service",
                "Service 15 Minuten",
                "Service, 15 minutes",
                15,
                (CABIN,),
                order=1,
                hint={"de": "Reinigung und Einstellung Ihrer Hörgeräte", "en": "Cleaning and adjusting your hearing aids"},
                price=Price(cents=1500, currency="EUR"),
                price_note={"de": "für Geräte von uns kostenlos", "en": "free for devices bought from us"},
                payer="self",
            ),
            _template("advice", "Beratung 30 Minuten", "Advice, 30 minutes", 30, cabins, order=2),
            _template(
                "hearing-test",
                "Hörtest 45 Minuten",
                "Hearing test, 45 minutes",
                45,
                cabins,
                order=3,
                second=persons,
                hint={"de": "Mit Auswertung und Empfehlung", "en": "With results and advice"},
                payer="both",
                price=Price(cents=2500, currency="EUR"),
                instructions=HEARING_TEST,
                questions=QUESTIONS,
            ),
        ),
        availabilities=(
            Availability(resources=(*cabins, *persons), weekdays=WEEKDAYS, hours=weekday),
            Availability(resources=(*cabins, *persons), weekdays=WEEKDAYS, hours=lunch, type=ABSENCE),
            Availability(resources=(*cabins, "acoustician-1"), weekdays=frozenset({6}), hours=saturday),
        ),
        exceptions=(DateException(resource=CABIN, day=closed),),
        accesses=(Access(alias=ALIAS, label="Homepage", employee=ONLINE),),
        employees=(
            _person("admin", "Frau Jansen", subjects),
            _person("staff", "Frau Petersen", subjects),
            Employee(id=ONLINE, name="Online-Termine", technical=True, account=True),
        ),
    )


def practice(subjects: Mapping[str, str]) -> Settings:
    """A therapist's: a room for three, with time to prepare and to air it."""
    morning = Hours(start=8 * 60, end=12 * 60, step=30, minimum_step=10)
    afternoon = Hours(start=13 * 60, end=18 * 60, step=30, minimum_step=10)
    return Settings(
        branch=Branch(
            id="praxis",
            name="Physiotherapie Alsterbogen",
            address="Alsterbogen 3, 20354 Hamburg",
            phone="+49 40 66969 340",
            email="therapie@example.org",
            zone=ZONE,
            imprint_url="https://example.org/therapie/impressum",
            privacy_url="https://example.org/therapie/datenschutz",
            accessibility_url="",
            sender_name="Physiotherapie Alsterbogen",
            accent_colour="#8a4b2f",
            public_holidays=PublicHolidays(country="DE", subdivision="HH"),
            required=("phone",),
            lead_hours=24,
        ),
        resources=(Resource(id="gym", name="Übungsraum", released=True, capacity=3),),
        templates=(
            _template(
                "exercise",
                "Krankengymnastik 30 Minuten",
                "Physiotherapy, 30 minutes",
                30,
                ("gym",),
                buffers=(5, 10),
                early=10,
                **BY_PRESCRIPTION,
            ),
            _template(
                "exercise-long",
                "Krankengymnastik 60 Minuten",
                "Physiotherapy, 60 minutes",
                60,
                ("gym",),
                buffers=(5, 10),
                order=1,
                **BY_PRESCRIPTION,
            ),
        ),
        availabilities=(
            Availability(resources=("gym",), weekdays=WEEKDAYS, hours=morning),
            Availability(resources=("gym",), weekdays=frozenset({1, 2, 4}), hours=afternoon),
        ),
        accesses=(Access(alias="praxis-therapie", label="Homepage", employee=ONLINE),),
        employees=(
            _person("admin", "Frau Jansen", subjects),
            Employee(id=ONLINE, name="Online-Termine", technical=True, account=True),
        ),
    )


def _person(user: str, name: str, subjects: Mapping[str, str]) -> Employee:
    return Employee(id=user, name=name, email=f"{user}@example.org", user=user, subject=subjects[user], account=True)


def _template(
    identity: str,
    german: str,
    english: str,
    duration: int,
    resources: tuple[str, ...],
    *,
    order: int = 0,
    second: tuple[str, ...] = (),
    buffers: tuple[int, int] = (0, 0),
    early: int = 0,
    **told: Any,
) -> Template:
    """`told` is what customers are told of it."""
    return Template(
        id=identity,
        name={"de": german, "en": english},
        duration=duration,
        preparation=buffers[0],
        follow_up=buffers[1],
        early=early,
        resources=resources,
        second=second,
        order=order,
        **told,
    )


def working_day(today: date, number: int) -> date:
    """The `number`-th working day after today, or before it; 0 is today, whatever day that is."""
    day, step = today, 1 if number > 0 else -1
    while number:
        day += timedelta(days=step)
        number -= step * (day.isoweekday() in WEEKDAYS)
    return day
