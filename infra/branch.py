"""`make branch`: makes a branch, with nothing released and its legal links still empty, and gives it to an admin.

BRANCH_ID and BRANCH_NAME say which (ID=... NAME=... of the command), BRANCH_ADMIN the user who manages it (`admin`). TABLE and
USER_POOL_ISSUER name a table and a user pool in the account and region of the environment; without TABLE, those of the local
run on PORT are meant.
"""

from __future__ import annotations

import os
import sys
from datetime import UTC, datetime
from typing import Any

import boto3

from chalicelib.domain.checks import check
from chalicelib.domain.errors import Invalid
from chalicelib.domain.settings import Branch, Employee, Settings
from chalicelib.planner.setup import Setup
from chalicelib.store.table import Table
from infra.local import users
from infra.local.engine import CREDENTIALS, REGION, endpoint_file
from infra.local.pool import find_pool

LOCAL_TABLE = "terminwerk"
BRANCHES = "custom:branches"
LONGEST = 2048
"""Characters of a user's branches."""


def main() -> int:
    """0 if it was made, 1 if something stands against it, 2 if the command is not complete."""
    identity, name = os.environ.get("BRANCH_ID", ""), os.environ.get("BRANCH_NAME", "")
    if not identity or not name:
        print('Say which: make branch ID=elbufer NAME="Hörakustik Elbufer"', file=sys.stderr)
        return 2
    table_name, api, pool = _place()
    table = Table(table_name)
    admin = os.environ.get("BRANCH_ADMIN") or "admin"
    if table.settings_now(identity) is not None:
        print(f"There is a branch {identity!r} already. Nothing was changed.", file=sys.stderr)
        return 1
    try:
        user = api.admin_get_user(UserPoolId=pool, Username=admin)
    except api.exceptions.UserNotFoundException:
        print(f"The user pool has no user {admin!r}. Say who shall manage the branch: ADMIN=...", file=sys.stderr)
        return 1
    attributes = {each["Name"]: each["Value"] for each in user["UserAttributes"]}
    branches = list(dict.fromkeys([*attributes.get(BRANCHES, "").split(), identity]))
    if len(" ".join(branches)) > LONGEST:
        print(f"{admin} has as many branches as a user can have.", file=sys.stderr)
        return 1
    try:
        its = _empty(identity, name, admin, attributes)
        check(its)
    except Invalid as refusal:
        print("\n".join(f"{field} {text}" for field, text in refusal.fields.items()), file=sys.stderr)
        return 1
    # Given before it is there: whoever is interrupted in between can repeat all of it.
    api.admin_update_user_attributes(
        UserPoolId=pool, Username=admin, UserAttributes=[{"Name": BRANCHES, "Value": " ".join(branches)}]
    )
    api.admin_add_user_to_group(UserPoolId=pool, Username=admin, GroupName="admin")
    Setup(table, lambda: datetime.now(UTC)).save(its)
    print(f"The branch {identity} is there, and {admin} manages it after signing in anew. Next: its settings.")
    return 0


def _empty(identity: str, name: str, admin: str, attributes: dict[str, str]) -> Settings:
    """A branch with one employee, the admin. Everything that a release asks for is still to be said."""
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
    )
    who = Employee(
        id="admin", name=admin, email=attributes.get("email", ""), account=True, user=admin, subject=attributes["sub"]
    )
    return Settings(branch=branch, employees=(who,))


def _place() -> tuple[str, Any, str]:
    """Table, Cognito's client, and the id of the user pool."""
    if table := os.environ.get("TABLE"):
        pool = os.environ.get("USER_POOL_ISSUER", "").rpartition("/")[2]
        if not pool:
            sys.exit("Name the user pool too: USER_POOL_ISSUER=https://cognito-idp.<region>.amazonaws.com/<pool>")
        return table, boto3.client("cognito-idp"), pool
    endpoint = endpoint_file(int(os.environ.get("PORT") or 8000))
    if not endpoint.exists():
        sys.exit("Nothing runs here. Start it by: make run")
    os.environ.update({key.upper(): value for key, value in CREDENTIALS.items()})
    os.environ.update(AWS_ENDPOINT_URL=endpoint.read_text(), AWS_REGION=REGION, AWS_DEFAULT_REGION=REGION)
    api = boto3.client("cognito-idp")
    local = find_pool(api, users.POOL)
    if local is None:
        sys.exit("What runs here has no user pool.")
    return LOCAL_TABLE, api, local.id


if __name__ == "__main__":
    sys.exit(main())
