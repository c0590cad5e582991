"""Accounts of the user pool, and what may be asked of the function that manages them."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import Literal

from chalicelib.domain.staff import Group

Status = Literal["invited", "active", "reset"]


@dataclass(frozen=True, kw_only=True)
class Account:
    """A person's account. `user` is the name to sign in with, `subject` its id in tokens; `status` is `invited` until the first
    password is replaced, and `reset` where a new one is wanted."""

    user: str
    subject: str
    email: str
    groups: frozenset[Group]
    branches: tuple[str, ...]
    enabled: bool = True
    status: Status = "active"
    second_factor: bool = False

    @property
    def version(self) -> str:
        """Another one whenever it may something else, in the branches that it is shown with."""
        may = repr((sorted(self.groups), sorted(self.branches), self.enabled))
        return hashlib.sha256(may.encode()).hexdigest()[:16]


@dataclass(frozen=True, kw_only=True)
class Errand:
    """What a caller wants done in a branch. `access_token` proves who it is, `subject` is whom the request came from.

    `list` gives the accounts that share a branch with the caller; `invite` makes one for `employee`; `change` sets what `user`
    may, if it has the `version` that the caller was shown. Branches are the caller's: those of others stay.
    """

    action: Literal["list", "invite", "change"]
    branch: str
    subject: str
    access_token: str = field(repr=False)
    employee: str = ""
    user: str = ""
    groups: frozenset[Group] = frozenset()
    branches: tuple[str, ...] = ()
    enabled: bool = True
    version: str = ""
