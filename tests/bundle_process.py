"""Runs an unpacked bundle's functions, with nothing else on the path: `python -I -S bundle_process.py FOLDER SOCKET SECONDS`.

SOCKET is the descriptor over which connections come. Each is given a process of its own, forked when all is imported, which
answers one event after the other, as an environment of Lambda does. It ends with its connection, all end with the socket.
They wait so many seconds for the database: AWS is as quick as ever, an engine on a busy machine is not.
"""

import importlib
import json
import os
import signal
import socket
import sys
import time
from types import ModuleType
from typing import Any


class Context:
    """What a function is told of its own call."""

    def __init__(self, seconds: float) -> None:
        self._end = time.monotonic() + seconds

    def get_remaining_time_in_millis(self) -> int:
        return int((self._end - time.monotonic()) * 1000)


def main(folder: str, descriptor: int, patience: float) -> None:
    sys.path.insert(0, folder)
    table: Any = importlib.import_module("chalicelib.store.table")  # the bundle's, before the application opens its connection
    meta = table.AppointmentItem.Meta
    meta.connect_timeout_seconds = meta.read_timeout_seconds = table.DEADLINE = patience
    app = importlib.import_module("app")
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody asks how one ended
    with socket.socket(fileno=descriptor) as asking:
        while True:
            _, descriptors, _, _ = socket.recv_fds(asking, 1, 1)
            if not descriptors:
                return
            connection = socket.socket(fileno=descriptors[0])
            if os.fork() == 0:
                asking.close()
                answer(app, connection)
                os._exit(0)
            connection.close()


def answer(app: ModuleType, connection: socket.socket) -> None:
    """One line of JSON for each: `function`, `event` and `seconds` come; `result`, or the kind of the `error`, goes."""
    with connection.makefile("rw", encoding="utf-8") as lines:
        for line in lines:
            lines.write(json.dumps(run(app, **json.loads(line))) + "\n")
            lines.flush()


def run(app: ModuleType, function: str, event: dict[str, Any], seconds: float) -> dict[str, Any]:
    try:
        return {"result": getattr(app, function)(event, Context(seconds))}
    except Exception as error:  # noqa: BLE001 (as Lambda does: whatever it was, the next event comes)
        return {"error": type(error).__name__}


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), float(sys.argv[3]))
