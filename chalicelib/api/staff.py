"""The staff's routes. None can be added without saying who may."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import TYPE_CHECKING, Any, NoReturn

from chalice.app import CognitoUserPoolAuthorizer, Response

from chalicelib.api.http import Routes, View, answer
from chalicelib.api.schemas import CallerView
from chalicelib.domain.errors import NotFound
from chalicelib.domain.staff import Caller, Group, UserPool

if TYPE_CHECKING:
    from chalicelib.domain.record import Reading
    from chalicelib.planner.admin.preview import Preview
    from chalicelib.planner.records.readings import Readings

POOL: list[Any] = [{"Ref": "StaffPoolArn"}]
"""A parameter of the application's template: another stack keeps the pool."""
AUTHORIZER = CognitoUserPoolAuthorizer("staff", provider_arns=POOL)
PREFIX, BRANCH = "/v1/staff/", "/v1/staff/branches/{branch}/"
LONGEST_ID = 200
EVERYONE: tuple[Group, ...] = ("admin", "staff")
ADMINS: tuple[Group, ...] = ("admin",)
LARGEST_DRAFT = 512 * 1024
"""Bytes: 2,000 availabilities and a year of what is taken."""


class StaffRoutes(Routes):
    """The base of the staff's blueprints. `pool`, `now` and `readings` are asked for when the first request needs them."""

    def __init__(
        self, name: str, pool: Callable[[], UserPool], now: Callable[[], datetime], readings: Callable[[], Readings]
    ) -> None:
        super().__init__(name)
        self._pool = pool
        self._now = now
        self._readings = readings
        self.reading: dict[tuple[str, str], Reading] = {}

    def allow(self, groups: tuple[Group, ...], method: str, path: str, view: View, reads: Reading | None = None) -> None:
        """Adds a route for `groups`. The view gets the caller first, who belongs to the path's branch where it has one. What it
        `reads` of customers is noted before the answer leaves, or before it acts where it changes something and answers a list:
        an act must not stand behind an answer that was refused."""
        if not path.startswith(PREFIX) or ("{" in path and not path.startswith(BRANCH)):
            raise ValueError(f"{path}: what has an id belongs to a branch, and lies below {BRANCH}")

        @wraps(view)
        def checked(**named: str) -> Response:
            from chalicelib.api.claims import caller_of  # customers never need it

            caller = caller_of(self.current_request.context, self._pool(), self._now())
            caller.require(groups, named.get("branch"))
            if any(len(each) > LONGEST_ID for each in named.values()):  # no key of the table may be that long
                raise NotFound
            noted_first = reads.id if reads and method != "GET" else None
            if reads and noted_first:
                self.note(caller, named["branch"], reads, noted_first)
            answered = view(caller, **named)
            if reads and not noted_first:
                self.note(caller, named["branch"], reads, reads.id or named[reads.kind])
            return answered

        if reads:
            self.reading[method, path] = reads
        super().add(method, path, checked, authorizer=AUTHORIZER)

    def add(self, *_: Any, **__: Any) -> NoReturn:
        """Closed: a route of the staff says who may."""
        raise TypeError("allow(groups, method, path, view) adds a route of the staff")

    def of_branch(self, groups: tuple[Group, ...], method: str, path: str, view: View, reads: Reading | None = None) -> None:
        """Adds a route below a branch; `path` begins after it."""
        self.allow(groups, method, BRANCH + path, view, reads)

    def note(self, caller: Caller, branch: str, reads: Reading, identity: str) -> None:
        self._readings().note(branch, reads, identity, caller.id)


class CallerRoutes(StaffRoutes):
    """Who is signed in, and what a draft of hours would offer."""

    def __init__(
        self,
        pool: Callable[[], UserPool],
        now: Callable[[], datetime],
        readings: Callable[[], Readings],
        preview: Callable[[], Preview],
    ) -> None:
        super().__init__(__name__, pool, now, readings)
        self._preview = preview
        self.allow(EVERYONE, "GET", "/v1/staff/me", self.me)
        self.of_branch(EVERYONE, "POST", "preview", self.preview)

    def me(self, caller: Caller) -> Response:
        return answer(CallerView(caller.id, sorted(caller.groups), list(caller.branches)))

    def preview(self, _: Caller, branch: str) -> Response:
        from chalicelib.api import draft_schemas, drafts  # only previews need them

        draft = drafts.draft(self.body(draft_schemas.PreviewRequest, LARGEST_DRAFT))
        return answer(drafts.view(self._preview().show(branch, draft)))
