"""The demo's users: an admin of both branches, and one of the staff of the first.

`python -m infra.local.users NAME` prints an ID token of NAME, as the last line, for trying the staff's routes.
"""

import os
import sys
from dataclasses import dataclass

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from infra.local.engine import CREDENTIALS, REGION, endpoint_file
from infra.local.pool import Pool, find_pool

POOL = "terminwerk-staff"


@dataclass(frozen=True)
class User:
    name: str
    password: str
    groups: tuple[str, ...]
    branches: tuple[str, ...]


USERS = (
    User("admin", "admin-am-elbufer", ("admin",), ("demo", "praxis")),
    User("staff", "staff-am-elbufer", ("staff",), ("demo",)),
)
"""The passwords are no secret: they open nothing but the demo on one's own machine."""


def ensure(pool: Pool) -> None:
    """Makes the demo's users, or gives them back what stands here; branches that were made since stay theirs."""
    for user in USERS:
        branches = dict.fromkeys((*user.branches, *pool.branches(user.name)))
        pool.ensure_user(user.name, user.password, user.groups, branches)


def subjects(pool: Pool) -> dict[str, str]:
    """The ids of the demo's users in their tokens, by name."""
    return {user.name: pool.subject(user.name) for user in USERS}


def main(name: str) -> int:
    user = next((user for user in USERS if user.name == name), None)
    if user is None:
        names = " or ".join(f"USER={user.name}" for user in USERS)
        print(f"The demo has no user {name!r}. Choose {names}.", file=sys.stderr)
        return 2
    port = int(os.environ.get("PORT") or 8000)
    token = _token(user, port)
    if token is None:
        print(f"Nothing runs on port {port}. Start it by: PORT={port} make run", file=sys.stderr)
        return 1
    print(token)
    return 0


def _token(user: User, port: int) -> str | None:
    """None where nothing runs: after a crash its endpoint is still written down, and another program may have the port."""
    file = endpoint_file(port)
    if not file.exists():
        return None
    quickly = Config(connect_timeout=2, read_timeout=30, retries={"total_max_attempts": 1})
    api = boto3.client("cognito-idp", endpoint_url=file.read_text(), region_name=REGION, config=quickly, **CREDENTIALS)
    try:
        pool = find_pool(api, POOL)
        return pool.sign_in(user.name, user.password)["IdToken"] if pool else None
    except (BotoCoreError, ClientError):
        return None


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
