"""The unpacked bundle, built for this machine once a test run, and its functions in processes that have nothing else."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import threading
import zipfile
from collections import defaultdict
from functools import cache, partial
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from tests.infra.packages import app_package, made_once
from tests.race import PATIENCE

PROCESS = Path(__file__).with_name("bundle_process.py")
GIVEN = ("TABLE", "SECRET", "SITE_URL", "MAIL_FROM", "USER_POOL_ISSUER", "USER_POOL_CLIENT", "SIGN_IN_URL", "UNDO_SECONDS")
"""What the environment tells a function, beside what AWS's SDK reads."""
TRIGGERED = ("deliver", "sweep", "bounces")


class FunctionFailed(Exception):
    """What a function raised, by its kind."""


@cache
def unpacked_bundle() -> Path:
    """A folder. Skips the test on a Python that Lambda is not told to run."""
    bundle = app_package("host").bundle

    def unpack(folder: Path) -> Path:
        with zipfile.ZipFile(bundle) as packed:
            packed.extractall(folder)
        return folder

    return made_once("unpacked", unpack)


class Functions:
    """The functions of the bundle in `folder`; for the bridge and the loop what the Chalice app is otherwise.

    A call takes an environment that is idle or, where none is, a new one; the one that was used last comes first, and each
    function has its own. `routes` are what the gateway knows.
    """

    def __init__(self, folder: Path, routes: Any) -> None:
        self.routes = routes
        self.handler_map = {name: partial(self._run, name) for name in TRIGGERED}
        self._folder = folder
        self._idle: defaultdict[str, list[Environment]] = defaultdict(list)
        self._lock = threading.Lock()

    def __enter__(self) -> Self:
        self._asking, theirs = socket.socketpair()
        named = {name: value for name, value in os.environ.items() if name in GIVEN or name.startswith("AWS_")}
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-I", "-S", str(PROCESS), str(self._folder), str(theirs.fileno()), str(PATIENCE)],
                env={"PATH": os.defpath, **named},
                stdin=subprocess.DEVNULL,
                pass_fds=(theirs.fileno(),),
            )
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.forget()
        self._asking.close()
        self._process.wait(10)

    def __call__(self, event: dict[str, Any], context: Any) -> Any:
        return self._run("app", event, context)

    def forget(self) -> None:
        """Ends the environments that are idle: what they have read before is not known to the next ones."""
        with self._lock:
            ended = [each for those in self._idle.values() for each in those]
            self._idle.clear()
        for environment in ended:
            environment.end()

    def _run(self, function: str, event: dict[str, Any], context: Any) -> Any:
        with self._lock:
            idle = self._idle[function]
            environment = idle.pop() if idle else Environment(self._asking)
        answer = environment.ask(
            {"function": function, "event": event, "seconds": context.get_remaining_time_in_millis() / 1000}
        )
        with self._lock:
            self._idle[function].append(environment)
        if "error" in answer:
            raise FunctionFailed(answer["error"])
        return answer["result"]


class Environment:
    """A process that answers one event after the other."""

    def __init__(self, asking: socket.socket) -> None:
        ours, theirs = socket.socketpair()
        with theirs:
            socket.send_fds(asking, [b"."], [theirs.fileno()])
        self._connection = ours
        self._lines = ours.makefile("rw", encoding="utf-8")

    def ask(self, question: dict[str, Any]) -> dict[str, Any]:
        self._lines.write(json.dumps(question) + "\n")
        self._lines.flush()
        line = self._lines.readline()
        if not line:
            raise FunctionFailed("it ended without an answer")
        answer: dict[str, Any] = json.loads(line)
        return answer

    def end(self) -> None:
        self._lines.close()
        self._connection.close()
