"""Who may: the people of a practice, by the groups they are in and the branches they belong to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

from chalicelib.domain.errors import Forbidden

Group = Literal["admin", "staff"]
GROUPS: frozenset[Group] = frozenset(get_args(Group))
"""`admin` changes settings and users, `staff` works in the planner; both in their own branches only."""


@dataclass(frozen=True)
class UserPool:
    """Whose tokens count, and for which client they must have been made. Empty where nobody can sign in."""

    issuer: str
    client: str


@dataclass(frozen=True)
class Caller:
    """Who asks. `id` is the pool's own and never changes; `branches` are ids, in the order in which they were given."""

    id: str
    groups: frozenset[Group]
    branches: tuple[str, ...]

    def require(self, groups: tuple[Group, ...], branch: str | None = None) -> None:
        """Raises Forbidden unless the caller is in one of the groups and, where a branch is meant, belongs to it."""
        if self.groups.isdisjoint(groups):
            raise Forbidden
        if branch is not None and branch not in self.branches:
            raise Forbidden
