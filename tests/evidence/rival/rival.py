"""django-appointment from PyPI, beside which we measure ourselves: started as a process of its own, asked over HTTP.

    with start(folder, bookings=100) as rival:
        rival.slots(day)                       # ["2026-11-30T08:00:00", ...]
        rival.sign_in(7)                       # customer number 7, of any numbers
        rival.book("2026-11-30T08:00:00", 7)   # 302 if it says that it is booked
        rival.booked()                         # {"2026-11-30T08:00:00": 1, ...}: appointments that it has, by start
        rival.cpu_ms()                         # that its process has spent so far

Safe for many threads at once. Its days are those of UTC, 08:00 to 18:00, each half an hour a slot; at 9, 11, 13 and 15 o'clock
of the coming seven days it is booked, and `bookings` lie in the past.
"""

from __future__ import annotations

import http.client
import json
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

from tests.evidence.lines import ROOT

PYTHON = ROOT / ".venv" / "rival" / "bin" / "python"
PATIENCE = 120
"""Seconds that an answer may take: 32 clients wait for one database."""
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


class Rival:
    """A running server. Raises OSError if it does not answer."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._cookies: dict[int, str] = {}

    def slots(self, day: str) -> list[str]:
        """The free starts of a day (YYYY-MM-DD), for which its calendar asks one request."""
        query = urlencode({"selected_date": day, "staff_member": 1, "service_id": 1})
        answer = self._ask("GET", f"/ajax/available_slots/?{query}", headers={"X-Requested-With": "XMLHttpRequest"})[2]
        return [start for start, _ in json.loads(answer)["available_slots"]]

    def sign_in(self, customer: int) -> None:
        """With a new account. Without one a booking would wait for a code that comes by mail."""
        self._cookies[customer] = json.loads(self._ask("GET", f"/customer/{customer}")[2])

    def book(self, start: str, customer: int) -> int:
        """The status of the last answer: 302 if it says that `start` is booked. A customer sends two forms; the pages between
        them are not asked for. Raises KeyError if the customer has not signed in."""
        begins = datetime.fromisoformat(start)
        chosen = {
            "date": begins.date().isoformat(),
            "start_time": begins.time().isoformat(),
            "end_time": (begins + timedelta(minutes=30)).time().isoformat(),
            "service": 1,
            "staff_member": 1,
        }
        cookie = {"Cookie": self._cookies[customer]}
        status, headers, _ = self._ask("POST", "/request-submit/", chosen, cookie)
        if status != 302:
            return status
        who = {
            "name": f"Erika Mustermann {customer}",
            "email": f"erika-{customer}@example.org",
            "phone_0": "DE",
            "phone_1": "040669690",
            "address": "Elbuferweg 12",
            "payment_type": "full",
        }
        return self._ask("POST", headers["Location"], who, cookie)[0]

    def booked(self) -> dict[str, int]:
        """How many appointments begin at a start: more than 1 is a double booking."""
        found: dict[str, int] = json.loads(self._ask("GET", "/booked")[2])
        return found

    def cpu_ms(self) -> float:
        return float(self._ask("GET", "/cpu")[2])

    def _ask(
        self, method: str, path: str, form: dict[str, Any] | None = None, headers: dict[str, str] | None = None
    ) -> tuple[int, Any, bytes]:
        place = urlsplit(self.url)
        connection = http.client.HTTPConnection(place.hostname or "", place.port, timeout=PATIENCE)
        try:
            connection.request(method, path, urlencode(form) if form else None, {**(FORM if form else {}), **(headers or {})})
            answer = connection.getresponse()
            return answer.status, answer.headers, answer.read()
        finally:
            connection.close()


@contextmanager
def start(folder: Path, bookings: int = 0) -> Iterator[Rival]:
    """With a new database in the folder, which must be empty. Raises FileNotFoundError if `.venv/rival` is not set up."""
    command = [str(each) for each in (PYTHON, Path(__file__).with_name("project.py"), folder, bookings)]
    with (
        (folder / "rival.log").open("w", encoding="utf-8") as log,
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, text=True, cwd=folder) as process,
    ):
        assert process.stdout is not None
        assert process.stdin is not None
        try:
            url = process.stdout.readline().strip()
            if not url:
                raise RuntimeError(f"django-appointment did not start: {(folder / 'rival.log').read_text(encoding='utf-8')}")
            yield Rival(url)
        finally:
            process.stdin.close()
            process.wait(timeout=PATIENCE)
