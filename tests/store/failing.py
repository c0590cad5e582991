"""A server that answers requests to DynamoDB as it is told, or fails to."""

from __future__ import annotations

import json
import socket
import threading
from typing import Any
from zlib import crc32


class Server:
    """Answers each request with the next of `script`: a status with a body and headers, or one of the faults below. Once it is
    over, it answers that there is nothing."""

    CLOSE, SILENCE = "close", "silence"

    def __init__(self, *script: Any) -> None:
        self.script = list(script)
        self.requests: list[tuple[dict[str, str], bytes]] = []
        self.connections = 0
        self._over = threading.Event()
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listening.getsockname()[1]}"
        self._thread = threading.Thread(target=self._accept)

    def __enter__(self) -> Server:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        self._thread.join()

    def _accept(self) -> None:
        while not self._over.is_set():
            try:
                connection, _ = self._listening.accept()
            except OSError:
                break
            self.connections += 1
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        with connection, connection.makefile("rb") as sent:
            while sent.readline():
                lines = iter(lambda: sent.readline().decode().strip(), "")
                headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}
                self.requests.append((headers, sent.read(int(headers["content-length"]))))
                answer = self.script.pop(0) if self.script else (200, b"{}", {})
                if answer == self.CLOSE:
                    return
                if answer == self.SILENCE:
                    self._over.wait(5)
                    return
                status, body, own = answer
                own = {"Content-Length": str(len(body)), "x-amzn-RequestId": "r-1", **own}
                head = "".join(f"{name}: {value}\r\n" for name, value in own.items())
                connection.sendall(f"HTTP/1.1 {status} Told\r\n{head}\r\n".encode() + body)
                if int(own["Content-Length"]) != len(body):
                    return


Answer = tuple[int, bytes, dict[str, str]]


def told(status: int, body: bytes | dict[str, Any], **headers: str) -> Answer:
    return status, body if isinstance(body, bytes) else json.dumps(body).encode(), headers


def failed(code: str, status: int = 400, **own: Any) -> Answer:
    return told(status, {"__type": f"com.amazonaws.dynamodb.v20120810#{code}", "message": "so it is", **own})


def checked(body: bytes, of: bytes | None = None) -> Answer:
    """With the checksum of the body, or of another one."""
    return 200, body, {"x-amz-crc32": str(crc32(body if of is None else of))}
