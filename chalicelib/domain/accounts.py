"""Accounts of the user pool, and what may be asked of the function that manages them."""

from __future__ import annotations

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


@dataclass(frozen=True, kw_only=True)
class Errand:
    """What a caller wants done in a branch. `access_token` proves who it is, `subject` is whom the request came from.

    `list` gives the accounts that share a branch with the caller; `invite` makes one for `employee`; `change` sets what `user`
    may. Branches are the caller's: those of others stay.
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
