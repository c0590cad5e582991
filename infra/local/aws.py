"""Runs the local AWS (ministack) on the socket it is given, saves as it goes, and keeps every mail and SMS it sent.

Run by engine.py with the Python of .venv/aws, never imported: `python -I aws.py DESCRIPTOR`, the rest by environment.

ministack saves only when it ends in an orderly way, and forgets a mail's attachments and Reply-To. So this wraps its
application: a request that may change something is noted, and within seconds all is saved, each file put in place
whole; a mail or an SMS that was accepted is written down before the caller hears of it. It ends on SIGTERM, and when its parent
is gone. Its CloudFront reaches the APIs that it serves itself.
"""

import asyncio
import functools
import json
import os
import re
import shutil
import signal
import sys
import time
from collections.abc import Awaitable, Callable, MutableMapping
from email.utils import parseaddr
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

from hypercorn.asyncio import serve  # type: ignore[import-not-found]
from hypercorn.config import Config  # type: ignore[import-not-found]
from ministack.app import _build_persistence_save_dict, app
from ministack.core import iam_actions
from ministack.core.persistence import PERSIST_STATE, save_all
from ministack.services import apigateway_v1, cloudfront, cognito, dynamodb, dynamodb_streams, ses

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Keep = Callable[[Path, bytes, bytes], None]
"""Writes down what was asked and answered."""

SAVE_SECONDS = 2.0
READING = ("Get", "List", "Describe", "Query", "Scan", "BatchGet", "TransactGet")
API_ADDRESS = re.compile(r"([a-z0-9]+)\.execute-api\.[a-z0-9-]+\.amazonaws\.com")
SEND_PATH = "/v2/email/outbound-emails"


class Recorder:
    """Saving, and keeping what was sent, around the application."""

    def __init__(self, mails: Path | None) -> None:
        self.changed = False
        self.mails = mails

    async def __call__(self, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            headers = dict(scope["headers"])
            action = headers.get(b"x-amz-target", b"").decode().rpartition(".")[2]
            self.changed |= scope["method"] not in ("GET", "HEAD") and not action.startswith(READING)
            if self.mails and scope["method"] == "POST" and (keep := keeper(scope["path"], headers)):
                await self._kept(scope, receive, send, self.mails, keep)
                return
        await app(scope, receive, send)

    async def save_as_it_goes(self) -> None:
        """Saves inside the event loop, where no request is half done; a slow save makes the next one wait longer."""
        pause = SAVE_SECONDS
        while True:
            await asyncio.sleep(pause)
            if not self.changed:
                continue
            self.changed = False
            start = time.monotonic()
            save_all(_build_persistence_save_dict())
            pause = max(SAVE_SECONDS, 20 * (time.monotonic() - start))

    async def _kept(self, scope: dict[str, Any], receive: Receive, send: Send, mails: Path, keep: Keep) -> None:
        body, answer, status = bytearray(), bytearray(), 0

        async def listen() -> Message:
            message = await receive()
            body.extend(message.get("body", b""))
            return message

        async def speak(message: Message) -> None:
            nonlocal status
            status = message.get("status", status)
            answer.extend(message.get("body", b""))
            if message["type"] == "http.response.body" and not message.get("more_body") and status == 200:
                keep(mails, bytes(body), bytes(answer))
            await send(message)

        await app(scope, listen, speak)


def keeper(path: str, headers: dict[bytes, bytes]) -> Keep | None:
    """What keeps the messages of a service; None for one that sends none."""
    if path == SEND_PATH:
        return keep_mail
    return keep_sms if b"/sns/aws4_request" in headers.get(b"authorization", b"") else None


def keep_mail(mails: Path, body: bytes, answer: bytes) -> None:
    write_down(mails, json.loads(body), json.loads(answer)["MessageId"])


def keep_sms(mails: Path, body: bytes, answer: bytes) -> None:
    """SNS does more than that, and is asked in a form and answers in XML."""
    asked = {name: values[0] for name, values in parse_qs(body.decode()).items()}
    found = re.search(rb"<MessageId>([0-9a-f-]+)</MessageId>", answer)
    if asked.get("Action") == "Publish" and "PhoneNumber" in asked and found:
        write_down(mails, {name: asked[name] for name in ("PhoneNumber", "Message")}, found[1].decode())


def keep_mails_of_the_user_pool(mails: Path) -> None:
    """Invitations and codes go from Cognito to SES inside ministack, past its door."""
    send = ses.send_internal_email

    def kept(*, source: str, to_addrs: list[str], subject: str, body_text: str, body_html: str, **more: Any) -> Any:
        message_id = send(source=source, to_addrs=to_addrs, subject=subject, body_text=body_text, body_html=body_html, **more)
        body = {"Text": {"Data": body_text}} | ({"Html": {"Data": body_html}} if body_html else {})
        simple = {"Subject": {"Data": subject}, "Body": body}
        asked = {"FromEmailAddress": source, "Destination": {"ToAddresses": to_addrs}, "Content": {"Simple": simple}}
        write_down(mails, asked, str(message_id))
        return message_id

    ses.send_internal_email = kept


def reach_apis_from_distributions() -> None:
    """ministack's CloudFront dials no address of AWS's. Those of its own APIs are on this very port."""
    dial = cloudfront._forward_to_origin

    def dialled(origin: dict[str, Any], method: str, uri: str, *more: Any) -> Any:
        if found := API_ADDRESS.fullmatch(origin["domain_name"]):
            here = {"domain_name": "127.0.0.1", "http_port": int(os.environ["GATEWAY_PORT"]), "protocol_policy": "http-only"}
            return dial({**origin, **here}, method, f"/_aws/execute-api/{found[1]}{uri}", *more)
        return dial(origin, method, uri, *more)

    cloudfront._forward_to_origin = dialled


def name_resources_as_aws_does() -> None:
    """Where ministack asks policies for a right to everything: to send as anybody, to read any stream, to write any log."""
    named = iam_actions.extract_resource_arn

    def resource(service: str, method: str, path: str, headers: Any, body: bytes, *more: Any) -> str:
        """`more`: query, region, account."""
        arn = str(named(service, method, path, headers, body, *more))
        said = json.loads(body) if body[:1] == b"{" else {}
        if path == SEND_PATH:
            sender = parseaddr(said.get("FromEmailAddress", ""))[1]
            return f"arn:aws:ses:{more[1]}:{more[2]}:identity/{sender.partition('@')[2]}"
        if service == "dynamodbstreams":
            reading = dynamodb_streams._decode_iterator(said.get("ShardIterator", "")) or {}
            return str(said.get("StreamArn") or reading.get("arn") or arn)
        if service == "logs" and "logStreamName" in said:
            return f"{arn}:log-stream:{said['logStreamName']}"
        return arn

    iam_actions.extract_resource_arn = resource


def import_gateway_responses() -> None:
    """ministack knows them, but passes them by where an API is described as a whole."""
    import_schemes = apigateway_v1._import_security_schemes

    def imported(api: str, described: dict[str, Any]) -> Any:
        for kind, response in (described.get("x-amazon-apigateway-gateway-responses") or {}).items():
            apigateway_v1._put_gateway_response(api, kind, response)
        return import_schemes(api, described)

    apigateway_v1._import_security_schemes = imported


def refuse_a_second_factor_later() -> None:
    """As Cognito does: an update of a pool that exists does not make a second factor compulsory, SetUserPoolMfaConfig does."""
    update = cognito._update_user_pool

    def updated(asked: dict[str, Any]) -> Any:
        pool = cognito._user_pools.get(asked.get("UserPoolId")) or {}
        if asked.get("MfaConfiguration") == "ON" != pool.get("MfaConfiguration"):
            why = "Cannot turn MFA functionality ON, once the user pool has been created."
            return cognito.error_response_json("InvalidParameterException", why, 400)
        return update(asked)

    cognito._update_user_pool = updated


def understand_conditions_once() -> None:
    """ministack reads the text of a condition anew for each item of a partition: of 5,000 customers a search took seconds. What
    it reads depends on the text alone."""
    tokens = functools.lru_cache(maxsize=1024)(dynamodb._tokenize)
    parens, words = dynamodb._check_redundant_parens, dynamodb._check_reserved_keyword_usage
    known_parens = functools.lru_cache(maxsize=1024)(lambda found, *slot: parens(list(found), *slot))
    known_words = functools.lru_cache(maxsize=1024)(lambda found: words(list(found)))
    dynamodb._tokenize = lambda text: list(tokens(text))
    dynamodb._check_redundant_parens = lambda found, *slot: known_parens(tuple(found), *slot)
    dynamodb._check_reserved_keyword_usage = lambda found: known_words(tuple(found))
    dynamodb._condition_syntax_error = functools.lru_cache(maxsize=1024)(dynamodb._condition_syntax_error)


def write_down(mails: Path, asked: dict[str, Any], message_id: str) -> None:
    """One file a message, named by the time so that names sort: the request as the service took it, a mail's raw content in
    base64."""
    received = time.time()
    name = f"{int(received * 1000):013d}-{message_id.partition('@')[0]}"
    partial = mails / f"{name}.part"
    partial.write_text(json.dumps({"id": name, "message_id": message_id, "received": received, "request": asked}))
    partial.rename(mails / f"{name}.json")


async def main(descriptor: int) -> None:
    ended = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, ended.set)
    loop.add_reader(sys.stdin, ended.set)  # the parent writes nothing: readable means that it is gone

    config = Config()
    config.bind = [f"fd://{descriptor}"]
    config.loglevel = "ERROR"
    config.keep_alive_timeout = 75
    config.graceful_timeout = 0.5
    folder = os.environ["MAILS_DIR"]
    recorder = Recorder(Path(folder) if folder else None)
    if folder:
        keep_mails_of_the_user_pool(Path(folder))
    reach_apis_from_distributions()
    import_gateway_responses()
    name_resources_as_aws_does()
    refuse_a_second_factor_later()
    understand_conditions_once()
    saving = loop.create_task(recorder.save_as_it_goes()) if PERSIST_STATE else None
    await serve(recorder, config, shutdown_trigger=ended.wait)
    if saving:
        saving.cancel()
    else:
        shutil.rmtree(os.environ["STATE_DIR"], ignore_errors=True)


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1])))
