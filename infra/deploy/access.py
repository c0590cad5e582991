"""Why AWS did not answer as it should have, in a sentence for whoever typed the command."""

from __future__ import annotations

from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectionError,
    CredentialRetrievalError,
    HTTPClientError,
    NoCredentialsError,
    ProfileNotFound,
    SSOError,
    TokenRetrievalError,
)

NONE = "There are no credentials. Set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"
EXPIRED = "You are not signed in any more: run aws sso login, or set new credentials"
EXPIRED_CODES = ("ExpiredToken", "ExpiredTokenException", "RequestExpired")
WRONG_CODES = (
    "AuthFailure",
    "IncompleteSignature",
    "InvalidAccessKeyId",
    "InvalidClientTokenId",
    "SignatureDoesNotMatch",
    "UnrecognizedClientException",
)
DENIED_CODES = ("AccessDenied", "AccessDeniedException", "UnauthorizedOperation")


def sentence(error: BotoCoreError | ClientError) -> str:
    """Without a full stop, as what follows may be the next of several."""
    if isinstance(error, ClientError):
        return _refused(error)
    match error:
        case NoCredentialsError():
            return NONE
        case ProfileNotFound():
            return f"{error}: aws configure list-profiles names those that there are"
        case SSOError() | TokenRetrievalError():
            return EXPIRED
        case CredentialRetrievalError():
            return f"The credentials could not be had: {error}"
        case ConnectionError() | HTTPClientError():
            return f"AWS cannot be reached. Is there a network, and is the region right? {error}"
    return f"AWS could not be asked: {error}"


def _refused(error: ClientError) -> str:
    code = error.response.get("Error", {}).get("Code", "")
    if code in EXPIRED_CODES:
        return EXPIRED
    if code in WRONG_CODES:
        return f"AWS does not take these credentials: {error}"
    if code in DENIED_CODES:
        return f"These credentials may not do that: {error}"
    return f"AWS refuses: {error}"
