"""Public holidays by country and subdivision, looked up when settings are written or staff are shown one, never while slots are
listed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from functools import lru_cache

from chalicelib.domain.errors import Invalid
from chalicelib.domain.settings import PublicHolidays, Settings


def closing_days(wanted: PublicHolidays, years: Iterable[int]) -> frozenset[date]:
    """The dates of the years on which the branch is closed by a holiday that is not switched off.

    Raises Invalid for a country, subdivision or name of a holiday that does not exist; a date that is none is no mistake, since
    it may be one in another year.
    """
    # Loaded here: it costs more than starting the function.
    import holidays

    # Asked for by any other name, the package hands out whatever it has of that name.
    if wanted.country not in holidays.list_supported_countries():
        raise Invalid({"country": "is not known"})

    def named(language: str | None) -> holidays.HolidayBase:
        return holidays.country_holidays(wanted.country, subdiv=wanted.subdivision, years=years, language=language)

    try:
        # Said outright: left to itself, the language may be the environment's.
        local = named(named(None).default_language)
    except NotImplementedError:
        raise Invalid({"subdivision": "is not known"}) from None
    english = named("en_US")
    off = set(wanted.off)
    names = {name for day in local for calendar in (local, english) for name in calendar.get_list(day)}
    for number, each in enumerate(wanted.off):
        if each not in names and not _is_date(each):
            raise Invalid({f"off[{number}]": "is not a holiday there"})
    return frozenset(day for day in local if off.isdisjoint((day.isoformat(), *local.get_list(day), *english.get_list(day))))


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

    calendars = {
        ours: holidays.country_holidays(country, subdiv=subdivision, years=year, language=theirs)
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
