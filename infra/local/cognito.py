"""Cognito's public address on this machine: what the staff's pages ask of it is handed on to the local AWS.

Only what a page of ours asks: the local AWS believes everybody, so nothing else of it may be reached from a browser.
"""

import http.client
from urllib.parse import urlsplit

from infra.local import web
from infra.local.web import Answer, Request

COGNITO = "/cognito/"
SERVICE = "AWSCognitoIdentityProviderService."
KIND = "application/x-amz-json-1.1"
ACTIONS = {
    "AssociateSoftwareToken",
    "ConfirmForgotPassword",
    "ForgotPassword",
    "GetUser",
    "GlobalSignOut",
    "InitiateAuth",
    "RespondToAuthChallenge",
    "RevokeToken",
    "SetUserMFAPreference",
    "VerifySoftwareToken",
}
LONGEST_BODY = 64 * 1024
SECONDS = 20


class Cognito:
    """`endpoint` is the local AWS's address."""

    def __init__(self, endpoint: str) -> None:
        self._place = urlsplit(endpoint).netloc

    def __call__(self, request: Request) -> Answer:
        target = request.header("X-Amz-Target")
        if request.method != "POST" or not _may_be_asked(request, target):
            return web.error(404, "not_found", "There is nothing at this address.")
        length = int(request.environ.get("CONTENT_LENGTH") or 0)
        if length > LONGEST_BODY:
            return web.error(413, "too_large", "This is more than can be taken.")
        connection = http.client.HTTPConnection(self._place, timeout=SECONDS)
        try:
            body = request.environ["wsgi.input"].read(length)
            connection.request("POST", "/", body, {"Content-Type": KIND, "X-Amz-Target": target})
            answer = connection.getresponse()
            return Answer(answer.read(), answer.status, {"Content-Type": KIND, "Cache-Control": "no-store"})
        finally:
            connection.close()


def _may_be_asked(request: Request, target: str) -> bool:
    """A page of another origin can send neither the header nor this kind of content without asking first."""
    kind = str(request.environ.get("CONTENT_TYPE", ""))
    return kind == KIND and target.startswith(SERVICE) and target.removeprefix(SERVICE) in ACTIONS
