"""Lambda's own runtime for Python around a function of the unpacked bundle, and the small API by which Lambda speaks to it."""

from __future__ import annotations

import importlib.util
import json
import os
import queue
import shutil
import subprocess
import sys
import threading
import time
import uuid
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from tests.race import PATIENCE

PACKAGES = ("awslambdaric", "runtime_client", "simplejson", "snapshot_restore_py")
"""The runtime and what it imports: all that stands on the path beside the bundle, as in Lambda."""
START = "import sys; sys.path[:0] = sys.argv[1:3]; from awslambdaric.__main__ import main; main(['bootstrap', sys.argv[3]])"
ARN = "arn:aws:lambda:eu-central-1:000000000000:function:tried"
SECONDS = 60


@dataclass
class Lambda:
    """The runtime API: hands out events, takes what becomes of them. `answers` are paths and contents, in their order."""

    events: queue.Queue[Any] = field(default_factory=queue.Queue)
    answers: queue.Queue[tuple[str, Any]] = field(default_factory=queue.Queue)

    @cached_property
    def server(self) -> ThreadingHTTPServer:
        function = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                deadline = str(int((time.time() + SECONDS) * 1000))
                told = {"Aws-Request-Id": str(uuid.uuid4()), "Deadline-Ms": deadline, "Invoked-Function-Arn": ARN}
                self._answer(200, function.events.get(), {f"Lambda-Runtime-{name}": value for name, value in told.items()})

            def do_POST(self) -> None:
                content = self.rfile.read(int(self.headers["Content-Length"]))
                function.answers.put((self.path.rpartition("/")[2], json.loads(content)))
                self._answer(202, {"status": "OK"}, {})

            def _answer(self, status: int, content: Any, headers: dict[str, str]) -> None:
                body = json.dumps(content).encode()
                self.send_response(status)
                told = {"Content-Type": "application/json", "Content-Length": str(len(body))}
                for name, value in (told | headers).items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                pass

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        server.daemon_threads = True
        return server


class Runtime:
    """A function of the bundle in `folder`, started as Lambda starts it: by its `handler`, with the `logging` of its template.

    `scratch` is an empty folder. `run` hands it an event; `log` is what it has written.
    """

    def __init__(self, folder: Path, scratch: Path, handler: str, logging: dict[str, Any], environment: dict[str, str]) -> None:
        self._folder, self._handler = folder, handler
        self._given = environment | {
            "AWS_LAMBDA_FUNCTION_NAME": handler.rpartition(".")[2],
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "1024",
            "AWS_LAMBDA_LOG_FORMAT": logging["LogFormat"],
            "AWS_LAMBDA_LOG_LEVEL": logging["ApplicationLogLevel"],
            "LAMBDA_TASK_ROOT": str(folder),
        }
        self._lambda = Lambda()
        self._path, self._written = scratch / "path", scratch / "log"

    def __enter__(self) -> Self:
        threading.Thread(target=self._lambda.server.serve_forever, daemon=True).start()
        host, port = self._lambda.server.server_address[:2]
        alone(self._path)
        with self._written.open("wb") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-I", "-S", "-c", START, str(self._folder), str(self._path), self._handler],
                env={"PATH": os.defpath, "AWS_LAMBDA_RUNTIME_API": f"{host!s}:{port}", **self._given},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._process.kill()
        self._process.wait()
        self._lambda.server.shutdown()
        self._lambda.server.server_close()

    def run(self, event: Any) -> tuple[str, Any]:
        """`response` or `error`, and with what; all that it wrote meanwhile has arrived in the log."""
        self._lambda.events.put(event)
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline and self._process.poll() is None:
            with suppress(queue.Empty):
                return self._lambda.answers.get(timeout=1)
        raise AssertionError(f"no answer: {self.written}")

    @property
    def log(self) -> list[dict[str, Any]]:
        """Raises ValueError where a line is no JSON. The runtime ends its own lines by an empty one."""
        return [json.loads(line) for line in self.written.splitlines() if line]

    @property
    def written(self) -> str:
        return self._written.read_text()


def is_here() -> bool:
    """Whether the runtime is installed: there is none for other systems than Linux."""
    return importlib.util.find_spec("awslambdaric") is not None


def alone(folder: Path) -> None:
    """Copies the runtime into a folder that has nothing else."""
    folder.mkdir()
    for name in PACKAGES:
        found = importlib.util.find_spec(name)
        assert found
        assert found.origin
        origin = Path(found.origin)
        if origin.name == "__init__.py":
            shutil.copytree(origin.parent, folder / name)
        else:
            shutil.copy(origin, folder)
