"""Whether a function that lives long holds ever more memory."""

from __future__ import annotations

from tests.bench.bench_handlers import inbox, lost_booking, staffs_week, week
from tests.bench.conftest import Note
from tests.bench.versions import Version
from tests.evidence.lines import SHORT
from tests.site_of_tests import Site

REQUESTS = 1000 if SHORT else 10_000
LOOKS = 20
MB = 1024**2


def bench_memory(site: Site, version: Version, note: Note) -> None:
    """The first quarter fills what is kept by design: settings, connections, windows."""
    cases = {make.__name__: make(site) for make in (week, lost_booking, staffs_week, inbox)}
    for case, (event, accepting) in cases.items():
        version.learn(case, event, accepting=accepting)
    often = ["week", "week", "week", "lost_booking", "inbox", "week", "week", "lost_booking", "inbox", "staffs_week"]
    found = version.memory(often, REQUESTS, LOOKS)
    for x, held in found:
        note(f"memory after {x:,} requests", held / MB, None, "MB", group="memory", series="memory held", x=x, of="requests")
    settled, last = found[LOOKS // 4][1], found[-1][1]
    note(f"memory after {REQUESTS:,} requests by that after a quarter of them", last / settled, 1.02, "times", group="memory")
