"""Public holidays by country and subdivision, looked up when settings are written, never while slots are listed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from chalicelib.domain.errors import Invalid
from chalicelib.domain.settings import PublicHolidays


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


def _is_date(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True
