"""On what terms a request is written: by which limits, with its time held or not, with its mail or without (R33, R34)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING

from chalicelib.domain import limits
from chalicelib.domain.errors import OutsideAvailability, Refused, TooManyRequests
from chalicelib.domain.limits import Count, Standing
from chalicelib.domain.settings import Branch, Settings
from chalicelib.domain.tokens import Secret

if TYPE_CHECKING:
    from chalicelib.planner.ports import Addresses


@dataclass
class _Spread:
    """A bound over its shards: `count` names the counter of one. Shards that have a share are tried one after the other."""

    bound: int
    count: Callable[[int], Count]
    shards: list[int]

    def __post_init__(self) -> None:
        self.shards = [each for each in self.shards if limits.share(self.bound, each)]

    @property
    def is_full(self) -> bool:
        return not self.shards

    def now(self) -> dict[Count, int]:
        """The counter to be raised, with its limit; none where all are full."""
        return {self.count(each): limits.share(self.bound, each) for each in self.shards[:1]}

    def learn(self, full: frozenset[Count]) -> None:
        self.shards = [each for each in self.shards if self.count(each) not in full]


@dataclass(kw_only=True)
class Terms:
    """Of one request. Each limit that it meets leads to the next terms, by `learn`.

    `address` and `counted` are the keyed hashes that limits and mails know the address by. `is_request` tells that somebody
    must answer it. `unconfirmed`: its address is to be confirmed first; `holding`: its time is held; `withheld`: the mail
    would be one too many. `resource` is where the time is to be, of whose `starts` on the `day` only some are held: set
    once it is chosen.
    """

    branch: Branch
    identity: str
    address: str
    counted: str
    standing: Standing
    now: datetime
    today: date
    is_request: bool
    unconfirmed: bool
    day: date
    resource: str = ""
    starts: Callable[[], int] = lambda: 0
    holding: bool = True
    withheld: bool = False
    _hour: _Spread = field(init=False)
    _open: _Spread = field(init=False)
    _held: _Spread = field(init=False)
    _asking: _Spread = field(init=False)

    def __post_init__(self) -> None:
        shards = limits.shards_from(self.identity)
        self._hour = _Spread(self.branch.most_unproved_an_hour, lambda each: limits.unproved_in(self.now, each), shards)
        kept = limits.unproved if self.is_request else lambda each: limits.unproved_on(self.today, each)
        self._open = _Spread(self.branch.most_unproved_open, kept, shards)
        self._held = _Spread(limits.MOST_HELD, limits.held, shards)
        most_asked = limits.mails_an_hour(self.branch.most_unproved_an_hour)
        self._asking = _Spread(most_asked, lambda each: limits.unconfirmed_in(self.now, each), shards)
        self._reconsider()

    @property
    def counts(self) -> tuple[Count, ...]:
        """The counters that the appointment stands in until it is answered or given up."""
        return tuple(each for each in self.most if each[0] in limits.KEPT_UNTIL_ANSWERED)

    @property
    def charged(self) -> tuple[Count, ...]:
        """The counters that only rise. A time that is held owes a second mail, which tells that it is free again."""
        raised = [each for each in self.most if each[0] not in limits.KEPT_UNTIL_ANSWERED]
        second = [each for each in raised if each[0] == limits.MAILS and self.unconfirmed and self.holding]
        return tuple(raised + second)

    @property
    def most(self) -> dict[Count, int]:
        """Every counter that the write raises, with its limit."""
        return self._of_mails() | (self._of_confirmations() if self.unconfirmed else self._of_requests())

    def learn(self, full: frozenset[Count]) -> None:
        """Goes on to the next terms. Raises TooManyRequests where there are none."""
        if any(each[0] in (limits.OPEN, limits.A_DAY) for each in full):
            raise TooManyRequests(self.branch.contact)
        if any(each[0] == limits.MAILS for each in full):
            self.withheld = True
        if any(each[0] == limits.HELD_DAY for each in full):
            self.holding = False
        for spread in (self._hour, self._open, self._held, self._asking):
            spread.learn(full)
        self._reconsider()

    def _reconsider(self) -> None:
        if not self.standing.proved and (self._hour.is_full or self._open.is_full):
            self.unconfirmed = True
        if self.unconfirmed and self._asking.is_full:  # no mail could go out to more of them
            raise TooManyRequests(self.branch.contact)
        if self._held.is_full or self.withheld:  # without the mail nobody could confirm it
            self.holding = False

    def _of_mails(self) -> dict[Count, int]:
        if self.withheld:
            return {}
        return {limits.mails(self.counted, self.now): limits.most_mails(proved=self.standing.proved)}

    def _of_requests(self) -> dict[Count, int]:
        if not self.standing.proved:
            return self._hour.now() | self._open.now()
        of_address: dict[Count, int | None] = {limits.made_on(self.address, self.today): self.branch.most_requests_a_day}
        if self.is_request:
            of_address[limits.open_of(self.address)] = self.branch.most_open_requests
        return {count: limit for count, limit in of_address.items() if limit}

    def _of_confirmations(self) -> dict[Count, int]:
        asking = self._asking.now()
        if not self.holding:
            return asking
        of_day = max(1, self.starts() // limits.HELD_SHARE)
        return asking | self._held.now() | {limits.held_on(self.resource, self.day): of_day}


def refusal(full: frozenset[Count], branch: Branch) -> Refused:
    """What a customer is told where these counters have no room: a day that is full of its kind offers no time (R38)."""
    return OutsideAvailability() if limits.KIND_IS_FULL in full else TooManyRequests(branch.contact)


def terms_for(
    email: str,
    addresses: Addresses,
    secret: Secret,
    settings: Settings,
    now: datetime,
    *,
    identity: str,
    is_request: bool,
    day: date,
    unconfirmed: bool = False,
) -> Terms:
    """The first terms of a request by an e-mail address, which is known by keyed hashes only. Raises TooManyRequests where the
    owner of the address has stopped this."""
    branch = settings.branch
    standing = addresses.standing(branch.id, secret.mailbox(email), now)
    if standing.stopped:
        raise TooManyRequests(branch.contact)
    return Terms(
        branch=branch,
        identity=identity,
        address=secret.address(email),
        counted=secret.counted(email),
        standing=standing,
        now=now,
        today=now.astimezone(settings.zone).date(),
        is_request=is_request,
        unconfirmed=unconfirmed,
        day=day,
    )
