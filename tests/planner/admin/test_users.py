"""Who manages whose accounts: the function asks the user pool again, and grants only what is the caller's own."""

from __future__ import annotations

import base64
import io
import json
import secrets
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import jwt
import msgspec
import pytest

from chalicelib.api import events
from chalicelib.domain.accounts import Account, Errand
from chalicelib.domain.errors import ChangedMeanwhile, Flaw, Forbidden, Invalid, NotFound, TryAgain, Unauthorized
from chalicelib.domain.settings import Employee
from chalicelib.domain.staff import UserPool
from chalicelib.planner.admin.users import LONGEST_BRANCHES, Users
from chalicelib.store.accounts import Pool as Accounts
from chalicelib.store.accounts import UsersFunction
from chalicelib.store.locks import HELD, Locks
from chalicelib.store.table import Table
from infra.local.engine import Engine
from infra.local.pool import Pool, ensure_pool
from tests.builders import new_branch_id, settings
from tests.conftest import TABLE

ANNA = Employee(id="anna", name="Anna Petersen", email="anna@example.org")
ROBOT = Employee(id="robot", name="Buchungsseite", email="robot@example.org", technical=True)


@pytest.fixture(scope="module")
def pool(engine: Engine) -> Pool:
    return ensure_pool(engine.client("cognito-idp"), f"users-{secrets.token_hex(4)}")


@pytest.fixture(scope="module")
def table(engine: Engine) -> Table:
    return Table(TABLE)


@pytest.fixture
def users(pool: Pool, table: Table) -> Users:
    return Users(table, Accounts(UserPool(pool.issuer, pool.client)), Locks(), lambda: datetime.now(UTC))


@pytest.fixture
def mine(table: Table) -> str:
    return branch(table)


@pytest.fixture
def theirs(table: Table) -> str:
    return branch(table)


EMPLOYEES = (
    ANNA,
    ROBOT,
    replace(ANNA, id="gone", active=False),
    replace(ANNA, id="silent", email=""),
    replace(ANNA, id="known", user="known-1"),
)


def branch(table: Table) -> str:
    branch_settings = settings(id=new_branch_id(), employees=EMPLOYEES)
    table.replace_settings(branch_settings)
    return branch_settings.branch.id


class Person:
    """Somebody with an account, signed in."""

    def __init__(self, pool: Pool, branches: list[str], *groups: str) -> None:
        self.pool, self.name, self.password = pool, f"user-{secrets.token_hex(4)}", secrets.token_hex(8)
        pool.ensure_user(self.name, self.password, groups, branches)
        self.tokens = pool.sign_in(self.name, self.password)
        self.subject = str(jwt.decode(self.tokens["IdToken"], options={"verify_signature": False})["sub"])

    def asks(self, users: Users, branch: str, **errand: Any) -> list[Account]:
        given = {"action": "list", "branch": branch, "subject": self.subject, "access_token": self.tokens["AccessToken"]}
        return users(Errand(**given | errand))

    def sets(self, users: Users, branch: str, user: str, **may: Any) -> dict[str, Account]:
        versions = {each.user: each.version for each in self.asks(users, branch)}
        given = {
            "groups": frozenset({"staff"}),
            "branches": (branch,),
            "enabled": True,
            "version": versions.get(user, ""),
        } | may
        return {each.user: each for each in self.asks(users, branch, action="change", user=user, **given)}

    def invites(self, users: Users, branch: str, user: str = "", **given: Any) -> list[Account]:
        errand = {"employee": "anna", "groups": frozenset({"staff"}), "branches": (branch,)} | given
        return self.asks(users, branch, action="invite", user=user or f"new-{secrets.token_hex(4)}", **errand)


def account(users: Users, user: str) -> Account:
    found = users._accounts.account(user)
    assert found is not None
    return found


def rewrite(pool: Pool, user: str, name: str, value: str) -> None:
    pool.api.admin_update_user_attributes(UserPoolId=pool.id, Username=user, UserAttributes=[{"Name": name, "Value": value}])


@pytest.mark.parametrize("kind", ["none", "garbage", "ID token", "forged", "another pool's", "another user's", "signed out"])
def test_a_token_that_proves_nothing_opens_nothing(pool: Pool, users: Users, engine: Engine, mine: str, kind: str) -> None:
    admin, other = Person(pool, [mine], "admin"), Person(pool, [mine], "admin")
    good = admin.tokens["AccessToken"]
    if kind == "another pool's":
        stranger = ensure_pool(engine.client("cognito-idp"), f"strangers-{secrets.token_hex(4)}")
        bad = Person(stranger, [mine], "admin").tokens["AccessToken"]
    else:
        head, _, signature = good.split(".")
        claims = jwt.decode(good, options={"verify_signature": False}) | {"username": "nobody", "sub": "nobody"}
        said = base64.urlsafe_b64encode(json.dumps(claims).encode()).rstrip(b"=").decode()
        bad = {
            "none": "",
            "garbage": "a.b.c",
            "ID token": admin.tokens["IdToken"],
            "forged": f"{head}.{said}.{signature}",
            "another user's": other.tokens["AccessToken"],
            "signed out": good,
        }[kind]
    if kind == "signed out":
        pool.api.admin_disable_user(UserPoolId=pool.id, Username=admin.name)
    with pytest.raises(Unauthorized):
        admin.asks(users, mine, access_token=bad)


def test_what_the_caller_may_is_asked_anew(pool: Pool, users: Users, mine: str, theirs: str) -> None:
    admin = Person(pool, [mine], "admin")
    with pytest.raises(Forbidden):
        admin.asks(users, theirs)
    pool.api.admin_remove_user_from_group(UserPoolId=pool.id, Username=admin.name, GroupName="admin")
    with pytest.raises(Forbidden):
        admin.asks(users, mine)


def test_staff_manage_nobody(pool: Pool, users: Users, mine: str) -> None:
    with pytest.raises(Forbidden):
        Person(pool, [mine], "staff").asks(users, mine)


def test_an_admin_sees_who_shares_a_branch_and_only_those_branches(pool: Pool, users: Users, mine: str, theirs: str) -> None:
    admin = Person(pool, [mine], "admin")
    shared, stranger = Person(pool, [theirs, mine], "staff"), Person(pool, [theirs], "staff")
    seen = {each.user: each for each in admin.asks(users, mine)}
    assert seen.keys() == {admin.name, shared.name}
    assert stranger.name not in seen
    assert seen[shared.name].branches == (mine,)
    assert seen[shared.name].groups == {"staff"}


def test_an_employee_is_invited_with_groups_and_branches(pool: Pool, users: Users, mine: str) -> None:
    found = Person(pool, [mine], "admin").invites(users, mine, "anna-1", groups=frozenset({"admin", "staff"}))
    made = next(each for each in found if each.user == "anna-1")
    assert (made.email, made.branches) == ("anna@example.org", (mine,))
    assert made.groups == {"admin", "staff"}
    assert (made.status, made.enabled, made.second_factor) == ("invited", True, False)
    assert made.subject


def test_an_invitation_can_be_repeated_but_a_name_of_somebody_else_is_taken(pool: Pool, users: Users, mine: str) -> None:
    admin = Person(pool, [mine], "admin")
    admin.invites(users, mine, "anna-2")
    pool.api.admin_remove_user_from_group(UserPoolId=pool.id, Username="anna-2", GroupName="staff")
    again = admin.invites(users, mine, "anna-2")
    assert next(each for each in again if each.user == "anna-2").groups == {"staff"}
    with pytest.raises(Invalid) as refusal:
        admin.invites(users, mine, Person(pool, [mine], "staff").name)
    assert refusal.value.fields == {"user": "is taken"}


def test_an_invitation_is_repeated_however_its_address_is_capitalised(pool: Pool, users: Users, mine: str) -> None:
    admin, user = Person(pool, [mine], "admin"), f"new-{secrets.token_hex(4)}"
    admin.invites(users, mine, user)
    rewrite(pool, user, "email", "Anna@Example.org")
    assert user in {each.user for each in admin.invites(users, mine, user)}


@pytest.mark.parametrize("differs", ["status", "email", "branches"])
def test_an_account_that_is_not_the_same_invitation_is_granted_nothing(
    pool: Pool, users: Users, mine: str, differs: str
) -> None:
    admin, user = Person(pool, [mine, "second"], "admin"), f"new-{secrets.token_hex(4)}"
    admin.invites(users, mine, user, branches=(mine, "second"))
    match differs:
        case "status":
            pool.api.admin_set_user_password(UserPoolId=pool.id, Username=user, Password=secrets.token_hex(8), Permanent=True)
        case "email":
            rewrite(pool, user, "email", "berta@example.org")
        case "branches":
            rewrite(pool, user, "custom:branches", mine)
    before = account(users, user)
    with pytest.raises(Invalid) as refusal:
        admin.invites(users, mine, user, branches=(mine, "second"), groups=frozenset({"admin"}))
    assert refusal.value.fields == {"user": "is taken"}
    assert account(users, user) == before


def test_a_branch_without_settings_has_nobody_to_invite(pool: Pool, users: Users) -> None:
    nowhere = new_branch_id()
    with pytest.raises(Invalid) as refusal:
        Person(pool, [nowhere], "admin").invites(users, nowhere)
    assert refusal.value.flaws == {"employee": Flaw("unknown")}


def test_an_account_that_is_deleted_meanwhile_is_not_found(
    pool: Pool, users: Users, mine: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    admin, person = Person(pool, [mine], "admin"), Person(pool, [mine], "staff")
    held = users._locks.held

    def meanwhile(subject: str, now: datetime) -> Any:
        pool.api.admin_delete_user(UserPoolId=pool.id, Username=person.name)
        return held(subject, now)

    monkeypatch.setattr(users._locks, "held", meanwhile)
    with pytest.raises(NotFound):
        admin.sets(users, mine, person.name)


def test_a_name_that_was_taken_and_is_free_again_is_refused_once(
    pool: Pool, users: Users, mine: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(users._accounts, "invite", lambda *_: False)
    with pytest.raises(Invalid) as refusal:
        Person(pool, [mine], "admin").invites(users, mine)
    assert refusal.value.flaws == {"user": Flaw("taken")}


def test_a_branch_is_granted_once(pool: Pool, users: Users, mine: str) -> None:
    admin, person = Person(pool, [mine], "admin"), Person(pool, [mine], "staff")
    for act in (admin.invites, admin.sets):
        with pytest.raises(Invalid) as refusal:
            act(users, mine, person.name, branches=(mine, mine))
        assert refusal.value.flaws == {"branches": Flaw("twice")}


def test_no_more_branches_are_granted_than_the_pool_keeps(pool: Pool, users: Users, mine: str) -> None:
    admin = Person(pool, [mine, "second"], "admin")
    person = Person(pool, ["x" * (LONGEST_BRANCHES - len(f" {mine}")), mine], "staff")
    admin.sets(users, mine, person.name)
    before = account(users, person.name)
    with pytest.raises(Invalid) as refusal:
        admin.sets(users, mine, person.name, branches=(mine, "second"))
    assert refusal.value.flaws == {"branches": Flaw("too_long", most=LONGEST_BRANCHES)}
    assert account(users, person.name) == before


@pytest.mark.parametrize(
    ("given", "codes"),
    [
        ({"employee": "robot"}, {"employee": "never_signs_in"}),
        ({"employee": "gone"}, {"employee": "inactive"}),
        ({"employee": "nobody"}, {"employee": "unknown"}),
        ({"employee": "silent"}, {"employee": "no_email"}),
        ({"employee": "known"}, {"employee": "has_account"}),
        ({"groups": frozenset()}, {"groups": "not_empty"}),
        ({"branches": ()}, {"branches": "own_branch"}),
        ({"branches": ("theirs",)}, {"branches": "own_branch", "branches[0]": "not_yours"}),
    ],
)
def test_nobody_is_invited_who_may_not_have_an_account_or_to_what_is_not_the_callers(
    pool: Pool, users: Users, mine: str, given: dict[str, Any], codes: dict[str, str]
) -> None:
    with pytest.raises(Invalid) as refusal:
        Person(pool, [mine], "admin").invites(users, mine, "anna-3", **given)
    assert {path: flaw.code for path, flaw in refusal.value.flaws.items()} == codes
    assert users._accounts.account("anna-3") is None


def test_a_change_keeps_the_branches_of_others(pool: Pool, users: Users, mine: str, theirs: str) -> None:
    admin, second = Person(pool, [mine, "second"], "admin"), "second"
    shared = Person(pool, [theirs, mine], "staff")
    admin.sets(users, mine, shared.name, branches=(second,))
    assert account(users, shared.name).branches == (theirs, second)


@pytest.mark.parametrize("may", [{"groups": frozenset({"admin"})}, {"enabled": False}], ids=["groups", "enabled"])
def test_what_counts_in_branches_of_others_too_is_not_changed(
    pool: Pool, users: Users, mine: str, theirs: str, may: dict[str, Any]
) -> None:
    shared = Person(pool, [theirs, mine], "staff")
    before = account(users, shared.name)
    with pytest.raises(Invalid) as refusal:
        Person(pool, [mine], "admin").sets(users, mine, shared.name, **may)
    assert refusal.value.fields.keys() == may.keys()
    assert account(users, shared.name) == before


def test_a_user_of_other_branches_only_is_not_found(pool: Pool, users: Users, mine: str, theirs: str) -> None:
    stranger = Person(pool, [theirs], "staff")
    with pytest.raises(NotFound):
        Person(pool, [mine], "admin").sets(users, mine, stranger.name)
    with pytest.raises(NotFound):
        Person(pool, [mine], "admin").sets(users, mine, "nobody-at-all")
    assert account(users, stranger.name).branches == (theirs,)


def test_a_branch_that_is_not_the_callers_is_not_granted(pool: Pool, users: Users, mine: str, theirs: str) -> None:
    person = Person(pool, [mine], "staff")
    with pytest.raises(Invalid) as refusal:
        Person(pool, [mine], "admin").sets(users, mine, person.name, branches=(mine, theirs))
    assert refusal.value.fields.keys() == {"branches[1]"}


def test_who_is_disabled_is_signed_out_and_may_be_enabled_again(pool: Pool, users: Users, mine: str) -> None:
    admin, person = Person(pool, [mine], "admin"), Person(pool, [mine], "staff", "admin")
    after = admin.sets(users, mine, person.name, enabled=False)
    assert after[person.name].groups == {"staff"}
    assert not after[person.name].enabled
    with pytest.raises(pool.api.exceptions.NotAuthorizedException):
        pool.sign_in(person.name, person.password)
    with pytest.raises(Unauthorized):
        person.asks(users, mine)
    assert admin.sets(users, mine, person.name)[person.name].enabled
    pool.sign_in(person.name, person.password)


@pytest.mark.parametrize(
    ("may", "field"),
    [
        ({"groups": frozenset({"admin"}), "enabled": False}, "enabled"),
        ({"groups": frozenset({"staff"})}, "groups"),
        ({"groups": frozenset({"admin"}), "branches": ()}, "branches"),
    ],
)
def test_nobody_locks_himself_out(pool: Pool, users: Users, mine: str, may: dict[str, Any], field: str) -> None:
    admin = Person(pool, [mine], "admin")
    with pytest.raises(Invalid) as refusal:
        admin.sets(users, mine, admin.name, **may)
    assert refusal.value.fields == {field: "you would lock yourself out"}
    assert account(users, admin.name).groups == {"admin"}


class Lambda:
    """Calls our function as AWS does: bytes in, bytes out."""

    def __init__(self, users: Users, error: str = "") -> None:
        self._users, self._error = users, error

    def invoke(self, FunctionName: str, Payload: bytes) -> dict[str, Any]:  # noqa: N803 (boto3's names)
        if self._error:
            return {"FunctionError": self._error, "Payload": io.BytesIO(b"{}")}
        said = events.manage_users(json.loads(Payload), self._users)
        return {"Payload": io.BytesIO(json.dumps(said).encode())}


def of_its_own(users: Users, error: str = "") -> UsersFunction:
    function = UsersFunction("users")
    function.__dict__["client"] = Lambda(users, error)
    return function


def test_the_function_of_its_own_answers_and_refuses_as_the_use_case_does(pool: Pool, users: Users, mine: str) -> None:
    admin = Person(pool, [mine], "admin")
    errand = Errand(action="list", branch=mine, subject=admin.subject, access_token=admin.tokens["AccessToken"])
    asked = of_its_own(users)
    assert asked(errand) == users(errand)
    for wrong, kind in (
        (replace(errand, access_token="x"), Unauthorized),
        (replace(errand, branch="elsewhere"), Forbidden),
        (replace(errand, action="change", user="nobody"), NotFound),
    ):
        with pytest.raises(kind):
            asked(wrong)
    with pytest.raises(Invalid) as refusal:
        asked(replace(errand, action="invite", employee="robot", user="robot", branches=(mine,), groups=frozenset({"staff"})))
    assert refusal.value.fields == {"employee": "is a technical one, which can never sign in"}
    with pytest.raises(TryAgain):
        of_its_own(users, "Unhandled")(errand)


def test_an_errand_does_not_show_its_token() -> None:
    errand = Errand(action="list", branch="elbe", subject="u-1", access_token="secret-token")
    assert "secret-token" not in repr(errand)
    assert msgspec.convert(msgspec.to_builtins(errand), Errand) == errand


# --- two admins at once


def test_who_saves_what_another_admin_has_changed_meanwhile_is_told_and_changes_nothing(
    pool: Pool, users: Users, mine: str
) -> None:
    first, second = Person(pool, [mine], "admin"), Person(pool, [mine], "admin")
    person = Person(pool, [mine], "staff")
    seen = {each.user: each.version for each in second.asks(users, mine)}[person.name]
    first.sets(users, mine, person.name, enabled=False)
    with pytest.raises(ChangedMeanwhile):
        second.sets(users, mine, person.name, version=seen, groups=frozenset({"admin"}))
    after = account(users, person.name)
    assert after == replace(account(users, person.name), enabled=False, groups=frozenset({"staff"}))


def test_another_admin_s_own_branches_are_no_change_to_whom_does_not_see_them(
    pool: Pool, users: Users, mine: str, theirs: str
) -> None:
    other, person = Person(pool, [theirs], "admin"), Person(pool, [mine, theirs], "staff")
    admin = Person(pool, [mine], "admin")
    seen = {each.user: each.version for each in admin.asks(users, mine)}[person.name]
    other.sets(users, theirs, person.name, branches=())
    admin.sets(users, mine, person.name, version=seen)
    assert account(users, person.name).branches == (mine,)


def test_two_admins_of_different_branches_at_the_same_moment_lose_neither_s_change(
    pool: Pool, users: Users, mine: str, theirs: str
) -> None:
    """The one comes while the other looks and writes."""
    here, there = Person(pool, [mine, "second"], "admin"), Person(pool, [theirs], "admin")
    person = Person(pool, [mine, theirs], "staff")
    change, slower = users._accounts.change, []

    def meanwhile(before: Account, after: Account) -> None:
        with pytest.raises(ChangedMeanwhile) as refusal:
            there.sets(users, theirs, person.name, branches=())
        slower.append(refusal.value.code)
        change(before, after)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(users._accounts, "change", meanwhile)
        here.sets(users, mine, person.name, branches=(mine, "second"))
    assert slower == ["changed_meanwhile"]
    there.sets(users, theirs, person.name, branches=())
    assert set(account(users, person.name).branches) == {mine, "second"}


def test_who_died_while_changing_keeps_nobody_out_for_long(users: Users, table: Table) -> None:
    now = datetime.now(UTC)
    with Locks().held("somebody", now):
        with pytest.raises(ChangedMeanwhile), Locks().held("somebody", now):
            pass
        with Locks().held("somebody", now + HELD):
            pass
    with Locks().held("somebody", now + 2 * HELD):
        pass


def test_an_account_that_is_held_by_a_write_without_an_answer_is_not_held_by_somebody_else(table: Table) -> None:
    """The client sends such a write again."""
    put = Locks._put

    def twice(*given: Any) -> bool:
        put(*given)
        return put(*given)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(Locks, "_put", staticmethod(twice))
        with Locks().held("nobody", datetime.now(UTC)):
            pass


def test_who_outlived_the_time_of_holding_lets_the_next_one_s_stand(users: Users, table: Table) -> None:
    now = datetime.now(UTC)
    late = Locks().held("anybody", now)
    late.__enter__()
    with Locks().held("anybody", now + HELD):
        late.__exit__(None, None, None)
        with pytest.raises(ChangedMeanwhile), Locks().held("anybody", now + HELD):
            pass
