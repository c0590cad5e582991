"""What admins do in a branch, in one place: settings, accesses, and the accounts of the people who work there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from chalicelib.domain.accounts import Account, Errand
from chalicelib.domain.errors import TryAgain
from chalicelib.domain.staff import Group
from chalicelib.domain.tokens import Secret
from chalicelib.planner.admin.accesses import Accesses
from chalicelib.planner.admin.settings import BranchSettings
from chalicelib.planner.admin.wording import Wording

Run = Callable[[Errand], list[Account]]
"""Does an errand in the function that manages users. Raises what that refuses."""


@dataclass(frozen=True)
class Administration:
    """`site_url` is where the pages are. Accounts are shown with the branches that the caller shares with them."""

    setup: BranchSettings
    accesses: Accesses
    run: Run
    secret: Secret
    site_url: str
    wording: Wording

    def users(self, branch: str, subject: str, access_token: str) -> list[Account]:
        return self.run(Errand(action="list", branch=branch, subject=subject, access_token=access_token))

    def invite(
        self,
        branch: str,
        subject: str,
        access_token: str,
        *,
        employee: str,
        user: str,
        groups: frozenset[Group],
        branches: tuple[str, ...],
    ) -> list[Account]:
        """Makes the account, then notes whose it is. Can be repeated: an invitation that was not noted is found again."""
        errand = Errand(
            action="invite",
            branch=branch,
            subject=subject,
            access_token=access_token,
            employee=employee,
            user=user,
            groups=groups,
            branches=branches,
        )
        accounts = self.run(errand)
        made = next((each for each in accounts if each.user == user), None)
        if made is None:  # taken away by somebody else in the meantime
            raise TryAgain
        self.setup.link(branch, employee, made.user, made.subject, subject)
        return accounts

    def change_user(
        self,
        branch: str,
        subject: str,
        access_token: str,
        *,
        user: str,
        groups: frozenset[Group],
        branches: tuple[str, ...],
        enabled: bool,
        version: str,
    ) -> list[Account]:
        errand = Errand(
            action="change",
            branch=branch,
            subject=subject,
            access_token=access_token,
            user=user,
            groups=groups,
            branches=branches,
            enabled=enabled,
            version=version,
        )
        return self.run(errand)
