"""Public holidays by country and subdivision, looked up when settings are written or staff are shown one, never while slots are
listed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from functools import lru_cache

from chalicelib.domain.errors import Flaw, Invalid
from chalicelib.domain.settings import LONGEST_SUBDIVISION, PublicHolidays, Settings

HELD_BY_ALL, NO_DAYS_OFF = "public", frozenset({"school", "workday"})
"""Categories of the package: the rest of them hold for some, by place, faith or trade."""


def closing_days(wanted: PublicHolidays, years: Iterable[int]) -> frozenset[date]:
    """The dates of the years on which the branch is closed: by a holiday that is not switched off, or by one of a part of the
    subdivision that was chosen.

    Raises Invalid for a country, subdivision or name of a holiday that does not exist; a date that is none is no mistake, since
    it may be one in another year.
    """
    # Loaded here: it costs more than starting the function.
    import holidays

    # Asked for by any other name, the package hands out whatever it has of that name.
    if wanted.country not in holidays.list_supported_countries():
        raise Invalid({"country": Flaw("unknown")})

    def named(language: str | None, categories: Iterable[str]) -> holidays.HolidayBase:
        return holidays.country_holidays(
            wanted.country, subdiv=wanted.subdivision, years=years, language=language, categories=tuple(categories)
        )

    try:
        any_language = named(None, [HELD_BY_ALL])
    except NotImplementedError:
        raise Invalid({"subdivision": Flaw("unknown")}) from None

    def names_by_day(categories: Iterable[str]) -> dict[date, set[str]]:
        # Said outright: left to itself, the language may be the environment's.
        calendars = [named(language, categories) for language in (any_language.default_language, "en_US")]
        return {day: {name for each in calendars for name in each.get_list(day)} for day in calendars[0]}

    closing = names_by_day([HELD_BY_ALL])
    others = set(any_language.supported_categories) - {HELD_BY_ALL} - NO_DAYS_OFF
    partly = names_by_day(others) if wanted.also and others else {}
    _refuse_unknown(wanted, closing, partly)
    for day, names in partly.items():
        if not names.isdisjoint(wanted.also):
            closing[day] = closing.get(day, set()) | names
    off = set(wanted.off)
    return frozenset(day for day, names in closing.items() if off.isdisjoint({day.isoformat(), *names}))


def _refuse_unknown(wanted: PublicHolidays, whole: Mapping[date, set[str]], partly: Mapping[date, set[str]]) -> None:
    """A name of `off` may be that of a holiday which is closed by `also`."""
    named, chosen = (set[str]().union(*days.values()) for days in (whole, partly))
    for number, each in enumerate(wanted.also):
        if each not in named | chosen:
            raise Invalid({f"also[{number}]": Flaw("holiday")})
    for number, each in enumerate(wanted.off):
        if each not in named | chosen and not _is_date(each):
            raise Invalid({f"off[{number}]": Flaw("holiday")})


COUNTRIES = ("DE", "AT", "CH")
"""An admin chooses among these."""
A_CYCLE = range(2024, 2052)
"""Years in which each date falls on each day of the week."""
SUNDAY = 6


def choices() -> dict[str, dict[str, list[str]]]:
    """By country and subdivision ("" for the whole of it): the English names of the holidays that hold for some there, but for
    those that are always on a Sunday."""
    import holidays

    known = holidays.list_supported_countries(include_aliases=False)
    return {
        country: {part: _held_by_some(country, part) for part in ("", *known[country]) if len(part) <= LONGEST_SUBDIVISION}
        for country in COUNTRIES
    }


def _held_by_some(country: str, subdivision: str) -> list[str]:
    import holidays

    def named(*categories: str) -> holidays.HolidayBase:
        return holidays.country_holidays(
            country, subdiv=subdivision or None, years=A_CYCLE, language="en_US", categories=categories
        )

    whole = named(HELD_BY_ALL)
    others = set(whole.supported_categories) - {HELD_BY_ALL} - NO_DAYS_OFF
    if not others:
        return []
    some = named(*others)
    days = [day for day in sorted(some, key=lambda day: (day.month, day.day)) if day not in whole and day.weekday() != SUNDAY]
    return list(dict.fromkeys(name for day in days for name in some.get_list(day)))


LANGUAGES = {"de": "de", "en": "en_US"}
"""Of the staff's pages, as the package calls them. Where a country's holidays have no names in one, they are in its own."""


def holiday_names(settings: Settings, first: date, last: date) -> Mapping[date, Mapping[str, str]]:
    """The names by language of the holidays that close the branch on the local days `first` to `last`."""
    wanted = settings.branch.public_holidays
    days = [day for day in settings.branch.holidays if first <= day <= last]
    if wanted is None or not days:
        return {}
    return {day: found for day in days if (found := _named(wanted.country, wanted.subdivision, day.year).get(day))}


@lru_cache(maxsize=64)
def _named(country: str, subdivision: str | None, year: int) -> Mapping[date, Mapping[str, str]]:
    import holidays

    any_language = holidays.country_holidays(country, subdiv=subdivision)
    categories = tuple(set(any_language.supported_categories) - NO_DAYS_OFF)
    calendars = {
        ours: holidays.country_holidays(country, subdiv=subdivision, years=year, language=theirs, categories=categories)
        for ours, theirs in LANGUAGES.items()
    }
    days = {day for calendar in calendars.values() for day in calendar}
    return {day: {ours: calendar[day] for ours, calendar in calendars.items() if day in calendar} for day in days}


def _is_date(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True
