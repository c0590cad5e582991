"""Runs the local AWS (ministack) on the socket it is given, saves as it goes, and keeps every mail it sent.

Run by engine.py with the Python of .venv/aws, never imported: `python -I aws.py DESCRIPTOR`, the rest by environment.

ministack saves only when it ends in an orderly way, and forgets a mail's attachments and Reply-To. So this wraps its
application: a request that may change something is noted, and within seconds all is saved, each file put in place
whole; a mail that was accepted is written down before the caller hears of it. It ends on SIGTERM, and when its parent
is gone.
"""

import asyncio
import json
import os
import shutil
import signal
import sys
import time
from collections.abc import Awaitable, Callable, MutableMapping
from pathlib import Path
from typing import Any

from hypercorn.asyncio import serve  # type: ignore[import-not-found]
from hypercorn.config import Config  # type: ignore[import-not-found]
from ministack.app import _build_persistence_save_dict, app
from ministack.core.persistence import PERSIST_STATE, save_all

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

SAVE_SECONDS = 2.0
READING = ("Get", "List", "Describe", "Query", "Scan", "BatchGet", "TransactGet")
SEND_PATH = "/v2/email/outbound-emails"


class Recorder:
    """Saving, and keeping mails, around the application."""

    def __init__(self, mails: Path | None) -> None:
        self.changed = False
        self.mails = mails

    async def __call__(self, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            headers = dict(scope["headers"])
            action = headers.get(b"x-amz-target", b"").decode().rpartition(".")[2]
            self.changed |= scope["method"] not in ("GET", "HEAD") and not action.startswith(READING)
            if self.mails and scope["path"] == SEND_PATH and scope["method"] == "POST":
                await self._keep_mail(scope, receive, send, self.mails)
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

    async def _keep_mail(self, scope: dict[str, Any], receive: Receive, send: Send, mails: Path) -> None:
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
                write_mail(mails, json.loads(body), json.loads(answer)["MessageId"])
            await send(message)

        await app(scope, listen, speak)


def write_mail(mails: Path, asked: dict[str, Any], message_id: str) -> None:
    """One file a mail, named by the time so that names sort: the request as SES took it, raw content in base64."""
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
    saving = loop.create_task(recorder.save_as_it_goes()) if PERSIST_STATE else None
    await serve(recorder, config, shutdown_trigger=ended.wait)
    if saving:
        saving.cancel()
    else:
        shutil.rmtree(os.environ["STATE_DIR"], ignore_errors=True)


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1])))
