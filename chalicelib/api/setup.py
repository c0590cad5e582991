"""The routes of the settings: what a branch has set, the accesses that links carry, employees and their accounts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from chalice.app import Response

from chalicelib.api.http import answer
from chalicelib.api.staff import ADMINS, EVERYONE, StaffRoutes
from chalicelib.domain.errors import Flaw, Invalid
from chalicelib.domain.record import Reading
from chalicelib.domain.staff import Caller, UserPool

if TYPE_CHECKING:
    from chalicelib.planner.admin.administration import Administration
    from chalicelib.planner.records.readings import Readings

LARGEST_SETTINGS = 1024 * 1024
"""Bytes: 2,000 availabilities, each with some resources."""
ACCESS_TOKEN = "Access-Token"


class SetupRoutes(StaffRoutes):
    """`administration` has the use cases; it is asked for when the first request needs it, as are views and schemas."""

    def __init__(
        self,
        pool: Callable[[], UserPool],
        now: Callable[[], datetime],
        readings: Callable[[], Readings],
        administration: Callable[[], Administration],
    ) -> None:
        super().__init__(__name__, pool, now, readings)
        self._administration = administration
        self.of_branch(EVERYONE, "GET", "settings", self.settings)
        self.of_branch(ADMINS, "PUT", "settings", self.change, Reading("list", id="outside"))
        self.of_branch(EVERYONE, "POST", "online", self.open_online)
        self.of_branch(ADMINS, "POST", "texts/preview", self.preview)
        self.of_branch(EVERYONE, "GET", "accesses", self.accesses)
        self.of_branch(ADMINS, "POST", "accesses", self.give_access)
        self.of_branch(ADMINS, "POST", "accesses/{access}/revoke", self.revoke)
        self.of_branch(ADMINS, "POST", "employees/{employee}/account", self.employ)
        self.of_branch(ADMINS, "GET", "users", self.users)
        self.of_branch(ADMINS, "POST", "users", self.invite)
        self.of_branch(ADMINS, "PUT", "users/{user}", self.change_user)

    def settings(self, _: Caller, branch: str) -> Response:
        from chalicelib.api import setup_views

        administration = self._administration()
        return answer(setup_views.settings(administration.setup.settings(branch), administration.site_url, self._now()))

    def change(self, caller: Caller, branch: str) -> Response:
        from chalicelib.api import setup_schemas, setup_views

        administration, body = self._administration(), self.body(setup_schemas.SettingsBody, LARGEST_SETTINGS)
        sections, accepted = setup_views.sections(body, branch), body.accept_other_times
        settings, outside = administration.setup.change(branch, body.version, sections, caller.id, other_times=accepted)
        return answer(setup_views.saved(settings, outside, administration.site_url, self._now()))

    def open_online(self, caller: Caller, branch: str) -> Response:
        from chalicelib.api import setup_schemas

        settings = self._administration().setup.open_online(branch, self.body(setup_schemas.Online).online, caller.id)
        return answer(setup_schemas.Online(settings.branch.online))

    def preview(self, _: Caller, branch: str) -> Response:
        from chalicelib.api import setup_schemas, setup_views

        text = setup_views.text(self.body(setup_schemas.TextBody))
        return answer(setup_views.text_preview(*self._administration().wording.preview(branch, text)))

    def accesses(self, caller: Caller, branch: str) -> Response:
        from chalicelib.api import setup_views

        administration = self._administration()
        secret = administration.secret if "admin" in caller.groups else None
        return answer(setup_views.accesses(*administration.accesses.all(branch), administration.site_url, secret))

    def give_access(self, caller: Caller, branch: str) -> Response:
        from chalicelib.api import setup_schemas, setup_views

        administration, body = self._administration(), self.body(setup_schemas.AccessRequest)
        label = setup_views.access_label(body.label)
        found = administration.accesses.make(branch, body.kind, label, body.employee, body.resource, caller.id)
        return answer(setup_views.accesses(*found, administration.site_url, administration.secret), 201)

    def revoke(self, caller: Caller, branch: str, access: str) -> Response:
        from chalicelib.api import setup_views

        administration = self._administration()
        return answer(
            setup_views.accesses(
                *administration.accesses.revoke(branch, access, caller.id), administration.site_url, administration.secret
            )
        )

    def employ(self, caller: Caller, branch: str, employee: str) -> Response:
        from chalicelib.api import setup_schemas, setup_views

        administration, body = self._administration(), self.body(setup_schemas.AccountChange)
        settings = administration.setup.employ(branch, employee, body.account, caller.id)
        return answer(setup_views.settings(settings, administration.site_url, self._now()))

    def users(self, caller: Caller, branch: str) -> Response:
        from chalicelib.api import setup_views

        return answer(setup_views.users(self._administration().users(branch, caller.id, self._access_token())))

    def invite(self, caller: Caller, branch: str) -> Response:
        from chalicelib.api import setup_schemas, setup_views

        body = self.body(setup_schemas.InviteRequest)
        accounts = self._administration().invite(
            branch,
            caller.id,
            self._access_token(),
            employee=body.employee,
            user=body.user,
            groups=frozenset(body.groups),
            branches=tuple(body.branches),
        )
        return answer(setup_views.users(accounts), 201)

    def change_user(self, caller: Caller, branch: str, user: str) -> Response:
        from chalicelib.api import setup_schemas, setup_views

        body = self.body(setup_schemas.UserChange)
        accounts = self._administration().change_user(
            branch,
            caller.id,
            self._access_token(),
            user=user,
            groups=frozenset(body.groups),
            branches=tuple(body.branches),
            enabled=body.enabled,
            version=body.version,
        )
        return answer(setup_views.users(accounts))

    def _access_token(self) -> str:
        """Who manages users proves anew who that is. Raises Invalid."""
        token = self.header(ACCESS_TOKEN)
        if not token:
            raise Invalid({ACCESS_TOKEN: Flaw("required")})
        return token
