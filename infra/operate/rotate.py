"""`make rotate STAGE=prod`: replaces the stage's secret by a new one; links and hashes of the earlier one stay valid.

`make deploy` gives both to the functions. END=1 forgets the earlier one, with the next deployment. It exits with 0 when done,
1 if not, 2 if the command is incomplete.
"""

from __future__ import annotations

import os
import secrets
import sys
from typing import Any

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from infra.deploy import access, place, stage
from infra.deploy.deployment import EARLIER

MANUAL = "docs/operations.md#secrets"


class NotNow(Exception):
    """What stands against it, in a sentence."""


def rotate(api: Any, described: stage.Stage) -> None:
    """Keeps the secret as the earlier one before it makes the new one: broken off between, it is repeated. Raises NotNow."""
    now, earlier = _value(api, described.secret_name("secret")), _value(api, described.secret_name(EARLIER))
    if not now:
        raise NotNow(f"{described.secret_name('secret')} is not there: run make deploy STAGE={described.name} first")
    if earlier not in ("", now):
        raise NotNow(f"The secret before is known still. Forget it first: make rotate STAGE={described.name} END=1 ({MANUAL})")
    _put(api, described.secret_name(EARLIER), now)
    _put(api, described.secret_name("secret"), secrets.token_urlsafe(48))


def forget(api: Any, described: stage.Stage) -> None:
    """Raises NotNow where there is no earlier one."""
    if not _value(api, described.secret_name(EARLIER)):
        raise NotNow("There is no earlier secret")
    api.delete_parameter(Name=described.secret_name(EARLIER))


def _value(api: Any, name: str) -> str:
    """ "" where there is none."""
    try:
        return str(api.get_parameter(Name=name, WithDecryption=True)["Parameter"]["Value"])
    except api.exceptions.ParameterNotFound:
        return ""


def _put(api: Any, name: str, value: str) -> None:
    api.put_parameter(Name=name, Value=value, Type="SecureString", Overwrite=True)


def main() -> int:
    if not os.environ.get("STAGE"):
        print("Say which: make rotate STAGE=prod", file=sys.stderr)
        return 2
    place.find()
    described, api, ending = stage.read(os.environ["STAGE"]), boto3.client("ssm"), os.environ.get("END") == "1"
    try:
        (forget if ending else rotate)(api, described)
    except NotNow as reason:
        print(reason, file=sys.stderr)
        return 1
    except (BotoCoreError, ClientError) as error:
        print(access.sentence(error), file=sys.stderr)
        return 1
    told = "The earlier secret is forgotten" if ending else "A new secret is made, and the one before is kept beside it"
    print(f"{told}. The functions hear of it by: make deploy STAGE={described.name}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
