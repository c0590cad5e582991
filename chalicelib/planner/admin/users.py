"""Accounts of the people who work in a practice: who may have one, and what it may.

Runs in a function of its own, with rights at the user pool that nothing else has. It believes nothing that the request says of
the caller: the user pool is asked again who the access token belongs to, and what that user may now.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from chalicelib.domain.accounts import Account, Errand
from chalicelib.domain.errors import ChangedMeanwhile, Flaw, Invalid, NotFound, Unauthorized
from chalicelib.domain.settings import Employee
from chalicelib.domain.staff import Caller

if TYPE_CHECKING:
    from chalicelib.planner.ports import Accounts, Clock, Locks, Store

SIGN_IN = "Please sign in."
LONGEST_BRANCHES = 2048
"""Characters that the user pool keeps of them."""


class Users:
    def __init__(self, store: Store, accounts: Accounts, locks: Locks, now: Clock) -> None:
        self._store = store
        self._accounts = accounts
        self._locks = locks
        self._now = now

    def __call__(self, errand: Errand) -> list[Account]:
        """Does what is asked, and gives the accounts that share a branch with the caller, each with those branches only.

        Raises Unauthorized, Forbidden, NotFound, ChangedMeanwhile or Invalid, and then has changed nothing; TryAgain where that
        is not known.
        """
        me = self._accounts.of_token(errand.access_token)
        if me is None or not me.enabled or me.subject != errand.subject:
            raise Unauthorized(SIGN_IN)
        Caller(me.subject, me.groups, me.branches).require(("admin",), errand.branch)
        if errand.action == "invite":
            self._invite(me, errand)
        elif errand.action == "change":
            self._change(me, errand)
        return self._shown(me)

    def _shown(self, me: Account) -> list[Account]:
        mine = set(me.branches)
        names = [user for user, branches in self._accounts.branches().items() if not mine.isdisjoint(branches)]
        found = (self._accounts.account(user) for user in names)
        return [_shown_to(me, each) for each in found if each]

    def _invite(self, me: Account, errand: Errand) -> None:
        wrong = _granted_wrongly(me, errand)
        if errand.branch not in errand.branches:
            wrong.setdefault("branches", Flaw("own_branch"))
        settings = self._store.settings_now(errand.branch)
        employee = settings.employee(errand.employee) if settings else None
        if reason := _not_invited(employee, errand.user):
            wrong["employee"] = reason
        if wrong or employee is None:
            raise Invalid(wrong)
        if not self._accounts.invite(errand.user, employee.email, errand.branches):
            there = self._accounts.account(errand.user)
            if there is None or not _is_the_same_invitation(there, employee, errand):
                raise Invalid({"user": Flaw("taken")})
        self._accounts.grant(errand.user, errand.groups)

    def _change(self, me: Account, errand: Errand) -> None:
        """The user pool knows no conditions: so one at a time looks and writes."""
        account = self._accounts.account(errand.user)
        if account is None:
            raise NotFound
        with self._locks.held(account.subject, self._now()):
            self._change_alone(me, errand)

    def _change_alone(self, me: Account, errand: Errand) -> None:
        account = self._accounts.account(errand.user)
        if account is None or set(account.branches).isdisjoint(me.branches):
            raise NotFound
        if _shown_to(me, account).version != errand.version:
            raise ChangedMeanwhile
        wrong = _granted_wrongly(me, errand)
        others = tuple(each for each in account.branches if each not in me.branches)
        after = replace(account, groups=errand.groups, branches=others + errand.branches, enabled=errand.enabled)
        if len(" ".join(after.branches)) > LONGEST_BRANCHES:
            wrong["branches"] = Flaw("too_long", most=LONGEST_BRANCHES)
        if others:  # groups count in all branches, an account is there or not in all of them
            for name in ("groups", "enabled"):
                if getattr(account, name) != getattr(after, name):
                    wrong[name] = Flaw("shared_user")
        if account.subject == me.subject:
            wrong |= _locked_out(me, after)
        if wrong:
            raise Invalid(wrong)
        self._accounts.change(account, after)


def _shown_to(me: Account, account: Account) -> Account:
    """With the branches that both share."""
    return replace(account, branches=tuple(each for each in account.branches if each in me.branches))


def _granted_wrongly(me: Account, errand: Errand) -> dict[str, Flaw]:
    """Nobody grants what is not theirs to grant; an admin may grant both groups."""
    wrong = {f"branches[{n}]": Flaw("not_yours") for n, each in enumerate(errand.branches) if each not in me.branches}
    if len(set(errand.branches)) != len(errand.branches):
        wrong["branches"] = Flaw("twice")
    if not errand.groups:
        wrong["groups"] = Flaw("not_empty")
    return wrong


def _not_invited(employee: Employee | None, user: str) -> Flaw | None:
    """Why an employee cannot have the account."""
    if employee is None:
        return Flaw("unknown")
    if employee.technical:
        return Flaw("never_signs_in")
    if not employee.active:
        return Flaw("inactive")
    if not employee.email:
        return Flaw("no_email")
    if employee.user not in (None, user):
        return Flaw("has_account")
    return None


def _is_the_same_invitation(there: Account, employee: Employee, errand: Errand) -> bool:
    """Whether an account is what an earlier attempt has made, which did not come to its end."""
    same_address = there.email.lower() == employee.email.lower()
    return there.status == "invited" and same_address and set(there.branches) == set(errand.branches)


def _locked_out(me: Account, after: Account) -> dict[str, Flaw]:
    wrong: dict[str, Flaw] = {}
    if not after.enabled:
        wrong["enabled"] = Flaw("self_lock")
    if "admin" not in after.groups:
        wrong["groups"] = Flaw("self_lock")
    if not set(me.branches) <= set(after.branches):
        wrong["branches"] = Flaw("self_lock")
    return wrong
