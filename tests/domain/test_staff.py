"""Who may: groups, limited to one's branches."""

from __future__ import annotations

import pytest

from chalicelib.domain.errors import Forbidden
from chalicelib.domain.staff import Caller, Group


def caller(*groups: Group, branches: tuple[str, ...] = ("elbe",)) -> Caller:
    return Caller("u-1", frozenset(groups), branches)


def may(caller: Caller, groups: tuple[Group, ...], branch: str | None = None) -> bool:
    try:
        caller.require(groups, branch)
    except Forbidden:
        return False
    return True


def test_who_is_in_one_of_the_groups_may_in_the_own_branches() -> None:
    assert may(caller("staff"), ("admin", "staff"), "elbe")
    assert may(caller("admin"), ("admin",), "elbe")
    assert may(caller("admin", "staff"), ("staff",), "elbe")


def test_staff_may_not_what_is_for_admins() -> None:
    assert not may(caller("staff"), ("admin",), "elbe")


@pytest.mark.parametrize("branch", ["alster", "elbe2", "", "ELBE", "elbe "])
def test_nobody_may_in_another_branch_whether_it_exists_or_not(branch: str) -> None:
    assert not may(caller("admin", "staff"), ("admin", "staff"), branch)


def test_who_is_in_no_group_or_of_no_branch_may_nothing() -> None:
    assert not may(caller(), ("admin", "staff"), "elbe")
    assert not may(caller("admin", branches=()), ("admin",), "elbe")
    assert not may(caller("admin"), ())


def test_what_is_of_no_branch_asks_for_the_group_alone() -> None:
    assert may(caller("staff", branches=()), ("staff",))
