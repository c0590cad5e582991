"""Settings of the deployment, from the environment, which is read here only.

The SDK reads its own (`AWS_REGION`, credentials, and on one machine `AWS_ENDPOINT_URL`).
"""

from __future__ import annotations

import os
from dataclasses import dataclass


@dataclass(frozen=True)
class Config:
    """What the environment says of the deployment."""

    table: str
    """Name of the DynamoDB table."""
    secret: str
    """At least 32 characters, made at the first deployment; whoever changes it and does not name the earlier one revokes all
    links. Empty in functions that prove nothing to anybody."""
    site_url: str
    """Where customers find the pages, without a slash at the end. Empty: the table says it, where the deployment writes it,
    since the address is made by the very stack that holds this environment."""
    mail_from: str
    """The verified sender's address. Empty in functions that send nothing."""
    user_pool_issuer: str = ""
    """Whose tokens staff sign in with: `https://cognito-idp.<region>.amazonaws.com/<pool>`. Empty: nobody signs in."""
    user_pool_client: str = ""
    """The app client that those tokens are made for."""
    most_unproved_mails_an_hour: int = 2000
    """Mails that online acts of all branches may cause to addresses that have not proved themselves."""
    earlier_secret: str = ""
    """The secret before: what it has made is known still. Empty: there is none."""
    sign_in_url: str = ""
    """Where the staff's pages reach Cognito; the pool's own address unless said otherwise."""
    configuration_set: str = ""
    """Where SES tells of mails that bounced or were complained about. Empty: it tells nobody."""
    users_function: str = ""
    """The function that manages users. Empty: it is called in the same process."""
    undo_seconds: int = 20
    """How long what staff do can be undone without anybody having heard of it. 0: it is told at once."""
    store_client: str = "own"
    """What carries requests to DynamoDB: `own`, or `botocore` for the SDK's client (see `store/transport.py`)."""


def read() -> Config:
    """Raises KeyError for what is missing, ValueError for a secret that is too short or a client that is unknown."""
    issuer = os.environ.get("USER_POOL_ISSUER", "")
    config = Config(
        table=os.environ["TABLE"],
        secret=os.environ.get("SECRET", ""),
        site_url=os.environ.get("SITE_URL", "").rstrip("/"),
        mail_from=os.environ.get("MAIL_FROM", ""),
        user_pool_issuer=issuer,
        user_pool_client=os.environ.get("USER_POOL_CLIENT", ""),
        configuration_set=os.environ.get("CONFIGURATION_SET", ""),
        most_unproved_mails_an_hour=int(os.environ.get("MOST_UNPROVED_MAILS_AN_HOUR", "2000")),
        users_function=os.environ.get("USERS_FUNCTION", ""),
        earlier_secret=os.environ.get("EARLIER_SECRET", ""),
        undo_seconds=int(os.environ.get("UNDO_SECONDS", "20")),
        store_client=os.environ.get("STORE_CLIENT", "own"),
        sign_in_url=os.environ.get("SIGN_IN_URL") or (issuer.rpartition("/")[0] + "/" if issuer else ""),
    )
    for name, secret in (("SECRET", config.secret), ("EARLIER_SECRET", config.earlier_secret)):
        if secret and len(secret) < 32:
            raise ValueError(f"{name} must have at least 32 characters")
    if config.store_client not in ("own", "botocore"):
        raise ValueError("STORE_CLIENT is own or botocore")
    return config
