"""What a customer may choose where any of several resources will do: the time of whoever is free first (R35)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from chalicelib.domain.agenda import Agenda
from chalicelib.domain.errors import OutsideAvailability, Refused, SlotTaken, TooManyRequests
from chalicelib.domain.moments import DAY, utc_days
from chalicelib.domain.offer import Offer, Placed, by_day
from chalicelib.domain.settings import Resource, Settings, Template
from chalicelib.domain.slots import Demand, Slot, starts

NEARLY_FREE: tuple[type[Refused], ...] = (SlotTaken, TooManyRequests, OutsideAvailability)
"""Why a resource refuses a start: of several reasons, the first of these is told."""


@dataclass(frozen=True)
class AnyOffer:
    """Times of several resources, at least one, in the branch's order: their offers for one template, seen at one time."""

    offers: Sequence[Offer]

    @property
    def settings(self) -> Settings:
        return self._one.settings

    @property
    def template(self) -> Template | None:
        return self._one.template

    @property
    def now(self) -> datetime:
        return self._one.now

    @property
    def today(self) -> date:
        return self._one.today

    @property
    def last_day(self) -> date:
        return self._one.last_day

    @property
    def demand(self) -> Demand:
        return self._one.demand

    @property
    def involved(self) -> list[Resource]:
        """Whose days must be read, each once."""
        return list({each.id: each for offer in self.offers for each in offer.involved}.values())

    @property
    def counted(self) -> tuple[str, ...]:
        return self._one.counted

    def slots(self, first: date, last: date, agenda: Agenda) -> list[Slot]:
        """The list of the local days `first` to `last`, both included: what is free at one of them is free, and names the one
        that would be chosen. What is free at none and taken at some is taken."""
        found = {
            offer.resource.id: starts(
                offer.windows(offer.resource, first, last), self.demand, offer.bounds(first, last, agenda)
            )
            for offer in self.offers
        }
        turns = dict[int, list[str]]()
        listed = list[Slot]()
        for start in sorted(set().union(*(each for both in found.values() for each in both))):
            if start // DAY not in turns:
                turns[start // DAY] = [offer.resource.id for offer in self._in_turn(start, agenda)]
            order = turns[start // DAY]
            free = next((each for each in order if start in found[each][0]), None)
            at = free or next(each for each in order if start in found[each][1])
            listed.append(Slot(start, found[at][0 if free else 1][start], free is not None, at))
        return listed

    def days(self, first: date, last: date, agenda: Agenda) -> dict[date, list[Slot]]:
        """The same list by local day, every asked day in order, empty ones too."""
        return by_day(self.slots(first, last, agenda), first, last, self.settings.zone)

    def next_free(self, first: date, last: date, agenda: Agenda, own: int | None = None) -> int | None:
        """The first start that the list of these local days shows as free."""
        found = (offer.next_free(first, last, agenda, own) for offer in self.offers)
        return min((start for start in found if start is not None), default=None)

    def day_of(self, start: int) -> date:
        return self._one.day_of(start)

    def place(self, start: int, agenda: Agenda) -> Placed:
        """At the first resource in turn that has the start free. Raises as the offer of one does."""
        refusals = list[Refused]()
        for offer in self._in_turn(start, agenda):
            try:
                return offer.place(start, agenda)
            except NEARLY_FREE as refusal:
                refusals.append(refusal)
        raise min(refusals, key=lambda each: NEARLY_FREE.index(type(each)))

    def needs_a_look(self, day: date) -> bool:
        """What is taken chooses the resource."""
        return len(self.offers) > 1 or self._one.needs_a_look(day)

    @property
    def _one(self) -> Offer:
        """For all that they have in common."""
        return self.offers[0]

    def _in_turn(self, start: int, agenda: Agenda) -> list[Offer]:
        """With the least taken units on the UTC day of the start first, then in the branch's order (R15)."""
        [day] = utc_days(start, start + 1)
        return sorted(self.offers, key=lambda each: agenda.load(each.resource.id, day))


Choice = Offer | AnyOffer
"""What a customer chooses from."""


def any_offer(settings: Settings, template: str | None, now: datetime) -> AnyOffer | None:
    """Of all released resources that show a template; None where none does."""
    carrying = [(each, kind) for each in settings.released for kind in settings.shown_on(each.id) if kind.id == template]
    return AnyOffer([Offer(settings, resource, kind, now) for resource, kind in carrying]) if carrying else None
