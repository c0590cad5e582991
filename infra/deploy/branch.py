"""`make branch`: makes a branch, with nothing released and its legal links still empty, and gives it to an admin. Its link for
the homepage is there from the start: it shows times as soon as something is released.

BRANCH_ID and BRANCH_NAME say which (ID=... NAME=... of the command), BRANCH_ADMIN the user who manages it (ADMIN=...; `admin`
on the local run). Where: see infra/deploy/place.py.
"""

from __future__ import annotations

import os
import secrets
import sys
from datetime import UTC, datetime
from typing import Any

import boto3

from chalicelib.domain.checks import check
from chalicelib.domain.errors import Invalid
from chalicelib.domain.settings import Access, Branch, Employee, Settings
from chalicelib.planner.admin.accesses import RANDOM
from chalicelib.planner.admin.settings import BranchSettings
from chalicelib.store.table import Table
from infra.deploy.place import find, is_local

BRANCHES = "custom:branches"
LONGEST = 2048
"""Characters of a user's branches."""


class Refusal(Exception):
    """What stands against the branch, as the operator reads it."""


def main() -> int:
    """0 if it was made, 1 if something stands against it, 2 if the command is not complete."""
    identity, name = os.environ.get("BRANCH_ID", ""), os.environ.get("BRANCH_NAME", "")
    if not identity or not name:
        print('Say which: make branch ID=elbufer NAME="Hörakustik Elbufer"', file=sys.stderr)
        return 2
    admin = os.environ.get("BRANCH_ADMIN") or ("admin" if is_local() else "")
    if not admin:
        print("Say who shall manage it, a user of the user pool: ADMIN=anna", file=sys.stderr)
        return 2
    place = find()
    try:
        make(Table(place.table), boto3.client("cognito-idp"), place.pool, identity, name, admin)
    except Refusal as refusal:
        print(refusal, file=sys.stderr)
        return 1
    print(f"The branch {identity} is there, and {admin} manages it after signing in anew. Next: the first steps there.")
    return 0


def make(table: Table, api: Any, pool: str, identity: str, name: str, admin: str) -> None:
    """Makes the branch and gives it to `admin`, a user of the user pool `pool`. `api` is Cognito's client. Raises Refusal."""
    if table.settings_now(identity) is not None:
        raise Refusal(f"There is a branch {identity!r} already. Nothing was changed.")
    attributes = _attributes(api, pool, admin)
    branches = list(dict.fromkeys([*attributes.get(BRANCHES, "").split(), identity]))
    if len(" ".join(branches)) > LONGEST:
        raise Refusal(f"{admin} has as many branches as a user can have.")
    try:
        settings = _empty(identity, name, admin, attributes)
        check(settings)
    except Invalid as refusal:
        raise Refusal("\n".join(f"{field} {text}" for field, text in refusal.fields.items())) from refusal
    # Given before it is there: whoever is interrupted in between can repeat all of it.
    api.admin_update_user_attributes(
        UserPoolId=pool, Username=admin, UserAttributes=[{"Name": BRANCHES, "Value": " ".join(branches)}]
    )
    api.admin_add_user_to_group(UserPoolId=pool, Username=admin, GroupName="admin")
    BranchSettings(table, lambda: datetime.now(UTC)).save(settings)


def mistakes(identity: str, name: str, admin: str) -> list[str]:
    """What stands against such a branch whatever is there already."""
    try:
        check(_empty(identity, name, admin, {"sub": "of nobody yet"}))
    except Invalid as refusal:
        return [f"{field} {text}" for field, text in refusal.fields.items()]
    return []


def _attributes(api: Any, pool: str, admin: str) -> dict[str, str]:
    try:
        user = api.admin_get_user(UserPoolId=pool, Username=admin)
    except api.exceptions.UserNotFoundException as error:
        raise Refusal(f"The user pool has no user {admin!r}. Say who shall manage the branch: ADMIN=...") from error
    return {each["Name"]: each["Value"] for each in user["UserAttributes"]}


def _empty(identity: str, name: str, admin: str, attributes: dict[str, str]) -> Settings:
    """A branch with one employee, the admin, and a technical one whom its first link acts as. Address, contact and legal links
    are still to be said."""
    branch = Branch(
        id=identity,
        name=name,
        address="",
        phone="",
        email="",
        zone="Europe/Berlin",
        imprint_url="",
        privacy_url="",
        accessibility_url="",
        sender_name=name,
    )
    who = Employee(
        id="admin", name=admin, email=attributes.get("email", ""), account=True, user=admin, subject=attributes["sub"]
    )
    homepage = Employee(id="homepage", name="Homepage", technical=True, account=True)
    alias = f"{identity}-{secrets.token_hex(RANDOM)}"
    link = Access(alias=alias, label=homepage.name, employee=homepage.id, made_at=datetime.now(UTC))
    return Settings(branch=branch, employees=(who, homepage), accesses=(link,))


if __name__ == "__main__":
    sys.exit(main())
