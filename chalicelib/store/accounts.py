"""The user pool, and the function that manages it: Cognito and Lambda, whose clients are built when they are first needed."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cached_property
from typing import Any, Literal

import msgspec
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.domain.accounts import Account, Errand
from chalicelib.domain.errors import (
    ChangedMeanwhile,
    Flaw,
    Forbidden,
    Invalid,
    NotFound,
    Refused,
    TooLarge,
    TryAgain,
    Unauthorized,
)
from chalicelib.domain.staff import GROUPS, Group, UserPool

BRANCHES = "custom:branches"
PASSING = frozenset({"InternalErrorException", "TooManyRequestsException", "LimitExceededException", "ThrottlingException"})
STATUS: dict[str, Literal["invited", "reset"]] = {"FORCE_CHANGE_PASSWORD": "invited", "RESET_REQUIRED": "reset"}
"""Cognito's words for accounts that cannot simply sign in."""


class Pool:
    """Accounts of one user pool. Any call may raise TryAgain."""

    def __init__(self, pool: UserPool) -> None:
        self._pool = pool
        self._id = pool.issuer.rpartition("/")[2]

    @cached_property
    def client(self) -> Any:
        """boto3's client for Cognito."""
        return _client("cognito-idp", read_timeout=5)

    def of_token(self, access_token: str) -> Account | None:
        """Whose token it is; None for what Cognito does not accept any more, or what is not of this pool and client."""
        claims = _claims(access_token)
        expected = {"token_use": "access", "iss": self._pool.issuer, "client_id": self._pool.client}
        if not all(value and claims.get(name) == value for name, value in expected.items()):
            return None
        answer = self._unless("NotAuthorizedException", "get_user", AccessToken=access_token)
        found = self.account(str(answer["Username"])) if answer else None
        return found if answer and found and found.subject == _attributes(answer["UserAttributes"]).get("sub") else None

    def account(self, user: str) -> Account | None:
        described = self._unless("UserNotFoundException", "admin_get_user", **self._user(user))
        member_of = self._unless("UserNotFoundException", "admin_list_groups_for_user", **self._user(user))
        if described is None or member_of is None:
            return None
        attributes = _attributes(described["UserAttributes"])
        named = {str(each["GroupName"]) for each in member_of["Groups"]}
        return Account(
            user=str(described["Username"]),
            subject=attributes["sub"],
            email=attributes.get("email", ""),
            groups=frozenset(group for group in GROUPS if group in named),
            branches=tuple(attributes.get(BRANCHES, "").split()),
            enabled=bool(described["Enabled"]),
            status=STATUS.get(str(described["UserStatus"]), "active"),
            second_factor=bool(described.get("UserMFASettingList")),
        )

    def branches(self) -> dict[str, tuple[str, ...]]:
        """Those of every user, by name."""
        found: dict[str, tuple[str, ...]] = {}
        with _translated():
            for page in self.client.get_paginator("list_users").paginate(UserPoolId=self._id):
                for each in page["Users"]:
                    found[str(each["Username"])] = tuple(_attributes(each["Attributes"]).get(BRANCHES, "").split())
        return found

    def invite(self, user: str, email: str, branches: tuple[str, ...]) -> bool:
        """Makes an account, whose first password Cognito sends to the address. False if the name is taken."""
        attributes = {"email": email, "email_verified": "true", BRANCHES: " ".join(branches)}
        made = self._unless(
            "UsernameExistsException",
            "admin_create_user",
            **self._user(user),
            UserAttributes=[{"Name": name, "Value": value} for name, value in attributes.items()],
            DesiredDeliveryMediums=["EMAIL"],
        )
        return made is not None

    def grant(self, user: str, groups: frozenset[Group]) -> None:
        with _translated():
            for group in sorted(groups):
                self.client.admin_add_user_to_group(**self._user(user), GroupName=group)

    def change(self, before: Account, after: Account) -> None:
        """Takes before it gives; whoever is disabled is signed out everywhere. Can be repeated."""
        user = self._user(before.user)
        with _translated():
            if not after.enabled:
                self.client.admin_disable_user(**user)
                self.client.admin_user_global_sign_out(**user)
            for group in sorted(before.groups - after.groups):
                self.client.admin_remove_user_from_group(**user, GroupName=group)
            attributes = [{"Name": BRANCHES, "Value": " ".join(after.branches)}]
            self.client.admin_update_user_attributes(**user, UserAttributes=attributes)
            for group in sorted(after.groups - before.groups):
                self.client.admin_add_user_to_group(**user, GroupName=group)
            if after.enabled and not before.enabled:
                self.client.admin_enable_user(**user)

    def _user(self, name: str) -> dict[str, str]:
        return {"UserPoolId": self._id, "Username": name}

    def _unless(self, code: str, operation: str, **parameters: Any) -> dict[str, Any] | None:
        """Cognito's answer; None where it refuses with the code."""
        with _translated():
            try:
                answer: dict[str, Any] = getattr(self.client, operation)(**parameters)
            except ClientError as error:
                if error.response["Error"]["Code"] == code:
                    return None
                raise
        return answer


class UsersFunction:
    """The function that manages users, asked from another one: what it refuses is refused here in its words."""

    def __init__(self, name: str) -> None:
        self._name = name

    @cached_property
    def client(self) -> Any:
        """boto3's client for Lambda."""
        return _client("lambda", read_timeout=25)

    def __call__(self, errand: Errand) -> list[Account]:
        with _translated():
            answer = self.client.invoke(FunctionName=self._name, Payload=msgspec.json.encode(errand))
        if answer.get("FunctionError"):
            raise TryAgain
        said = msgspec.json.decode(answer["Payload"].read())
        if "refused" in said:
            raise _refusal(**said["refused"])
        return msgspec.convert(said["accounts"], list[Account])


def _refusal(code: str, message: str, codes: Mapping[str, Any] | None = None, **_: object) -> Refused:
    if code == Invalid.code:
        return Invalid({path: Flaw(**flaw) for path, flaw in (codes or {}).items()}, message)
    kinds: tuple[type[Refused], ...] = (Unauthorized, Forbidden, NotFound, ChangedMeanwhile, TooLarge)
    return next((kind(message) for kind in kinds if kind.code == code), TryAgain())


def _client(service: str, read_timeout: int) -> Any:
    import boto3  # who asks for no users starts without it

    return boto3.client(service, config=Config(connect_timeout=2, read_timeout=read_timeout, retries={"total_max_attempts": 2}))


@contextmanager
def _translated() -> Iterator[None]:
    """Faults that may pass become TryAgain; all others rise."""
    try:
        yield
    except ClientError as error:
        if error.response["Error"]["Code"] in PASSING:
            raise TryAgain from None
        raise
    except BotoCoreError:
        raise TryAgain from None


def _attributes(given: list[dict[str, str]]) -> dict[str, str]:
    return {each["Name"]: each["Value"] for each in given}


def _claims(token: str) -> dict[str, Any]:
    """What a token says of itself, not yet proven; empty if it is none."""
    parts = token.split(".")
    try:
        said = msgspec.json.decode(base64.urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4)))
    except (IndexError, binascii.Error, ValueError):
        return {}
    return said if isinstance(said, dict) else {}
