"""The user pool as the template describes it, made through the API: one shape for AWS, the local run and the tests."""

import re
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import jwt

from infra.local.authorizer import Authorizer
from infra.local.cognito import COGNITO
from infra.local.engine import REGION
from infra.templates import data

SET_APART = ("UserPoolName", "UserPoolTags", "MfaConfiguration", "EnabledMfas")  # by the API otherwise than by CloudFormation
ON_AWS = ("EmailConfiguration",)
SET_ONCE = ("Schema", "UsernameConfiguration")


@dataclass(frozen=True)
class Pool:
    """A user pool with its one client. `api` is boto3's client for Cognito."""

    api: Any
    id: str
    client: str

    @property
    def issuer(self) -> str:
        """As AWS names it; the local AWS puts the same into its tokens."""
        return f"https://cognito-idp.{REGION}.amazonaws.com/{self.id}"

    @property
    def authorizer(self) -> Authorizer:
        """Lets in whom this pool knows. Its keys are where the pool is, and not where its name says."""
        keys_at = f"{self.api.meta.endpoint_url}/{self.id}/.well-known/jwks.json"
        return Authorizer(self.issuer, jwt.PyJWKClient(keys_at, timeout=30))

    @property
    def environment(self) -> dict[str, str]:
        """What the application reads."""
        return {"USER_POOL_ISSUER": self.issuer, "USER_POOL_CLIENT": self.client, "SIGN_IN_URL": COGNITO}

    def ensure_user(self, name: str, password: str, groups: Iterable[str], branches: Iterable[str]) -> None:
        """Makes the user, or sets password and branches anew; the password is for good."""
        user = {"UserPoolId": self.id, "Username": name}
        attributes = [{"Name": "custom:branches", "Value": " ".join(branches)}]
        with suppress(self.api.exceptions.UsernameExistsException):
            self.api.admin_create_user(**user, MessageAction="SUPPRESS")
        self.api.admin_update_user_attributes(**user, UserAttributes=attributes)
        self.api.admin_set_user_password(**user, Password=password, Permanent=True)
        for group in groups:
            self.api.admin_add_user_to_group(**user, GroupName=group)

    def branches(self, name: str) -> list[str]:
        """Those of a user; none where there is no such user."""
        try:
            found = self.api.admin_get_user(UserPoolId=self.id, Username=name)["UserAttributes"]
        except self.api.exceptions.UserNotFoundException:
            return []
        return next((str(each["Value"]) for each in found if each["Name"] == "custom:branches"), "").split()

    def subject(self, name: str) -> str:
        """The user's id, which never changes."""
        found = self.api.admin_get_user(UserPoolId=self.id, Username=name)["UserAttributes"]
        return next(str(each["Value"]) for each in found if each["Name"] == "sub")

    def sign_in(self, name: str, password: str) -> dict[str, str]:
        """`IdToken`, `AccessToken` and `RefreshToken`, as the staff's pages get them."""
        given = {"USERNAME": name, "PASSWORD": password}
        signed = self.api.initiate_auth(ClientId=self.client, AuthFlow="USER_PASSWORD_AUTH", AuthParameters=given)
        tokens: dict[str, str] = signed["AuthenticationResult"]
        return tokens


def ensure_pool(api: Any, name: str, site: str = "http://localhost:8000") -> Pool:
    """The pool `name` with its groups and client, made or brought to what the template says now. Its mails lead to `site`."""
    given = {parameter: found.get("Default", "") for parameter, found in data.PARAMETERS.items()}
    named = {key: each for key, each in data.pool().items() if key not in (*SET_APART, *ON_AWS)}
    properties = filled(named, given | {"SignInUrl": f"{site}/staff/"})
    pool = _pool_id(api, name) or str(api.create_user_pool(PoolName=name, **properties)["UserPool"]["Id"])
    api.update_user_pool(UserPoolId=pool, **{key: each for key, each in properties.items() if key not in SET_ONCE})
    api.set_user_pool_mfa_config(
        UserPoolId=pool,
        SoftwareTokenMfaConfiguration={"Enabled": True},
        MfaConfiguration="OPTIONAL",  # whoever tries the demo has no authenticator app for it
    )
    for group in data.GROUPS.values():
        with suppress(api.exceptions.GroupExistsException):
            api.create_group(**group | {"UserPoolId": pool})
    return Pool(api, pool, _ensured_client(api, data.CLIENT | {"UserPoolId": pool}))


def filled(value: Any, parameters: Mapping[str, str]) -> Any:
    """What CloudFormation makes of a part of a template that puts parameters into texts."""
    match value:
        case {"Fn::Sub": str(text)}:
            return re.sub(r"\$\{(\w+)\}", lambda found: parameters[found[1]], text)
        case dict():
            return {key: filled(each, parameters) for key, each in value.items()}
        case list():
            return [filled(each, parameters) for each in value]
    return value


def find_pool(api: Any, name: str) -> Pool | None:
    """The pool `name` if it is there."""
    pool = _pool_id(api, name)
    client = _client_id(api, pool) if pool else None
    return Pool(api, pool, client) if pool and client else None


def _ensured_client(api: Any, properties: dict[str, Any]) -> str:
    client = _client_id(api, properties["UserPoolId"])
    if client is None:
        return str(api.create_user_pool_client(**properties)["UserPoolClient"]["ClientId"])
    api.update_user_pool_client(ClientId=client, **{key: each for key, each in properties.items() if key != "GenerateSecret"})
    return client


def _pool_id(api: Any, name: str) -> str | None:
    pools = api.list_user_pools(MaxResults=60)["UserPools"]
    return next((str(pool["Id"]) for pool in pools if pool["Name"] == name), None)


def _client_id(api: Any, pool: str) -> str | None:
    clients = api.list_user_pool_clients(UserPoolId=pool)["UserPoolClients"]
    return str(clients[0]["ClientId"]) if clients else None
