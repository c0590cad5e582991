"""`make migrate`: brings all stored items to the present version, beside the live functions.

It reads the table in pages and writes older items, each on the condition that nobody has changed it meanwhile; a changed item
is read again. Customers are also written to the indexes that came later, where they are missing. Ctrl-C stops it between two
items; the same command then goes on at that page. A second run finds nothing to do.
RATE is the number of items a second (200; 0: no limit); DRY=1 only counts the older items. Where: infra/deploy/place.py.
"""

from __future__ import annotations

import os
import signal
import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count

from chalicelib.domain.errors import TryAgain
from chalicelib.store.customers import Customers, customer_in
from chalicelib.store.deployment import Deployment
from chalicelib.store.maintenance import PAGE, Whole
from chalicelib.store.table import Table
from chalicelib.store.versions import CURRENT, Raw, version_of
from infra.deploy.place import find

RATE = 200
INTERRUPTED = 130
"""What a shell expects of a command that Ctrl-C has ended."""


@dataclass
class Migration:
    """`rate`: items in a second, 0 for no limit."""

    whole: Whole
    deployment: Deployment
    customers: Customers
    rate: int = RATE
    tell: Callable[[str], None] = print
    outcomes: Counter[str] = field(default_factory=Counter)

    def run(self) -> None:
        """From where the last run was stopped to the end."""
        after = self.deployment.migrated()
        if after:
            self.tell("Going on where the last run was stopped.")
        size, began, seen = min(PAGE, self.rate or PAGE), time.monotonic(), 0
        for number, page in zip(count(1), self.whole.pages(after, size), strict=False):
            for item in page.items:
                self.outcomes[self._bring_up(item)] += 1
                self.outcomes["indexed"] += self._index(item)
            self.deployment.put_migrated(page.after)
            seen += len(page.items)
            self.tell(f"page {number}: {self.told()}")
            if self.rate and page.after:
                time.sleep(max(0.0, began + seen / self.rate - time.monotonic()))

    def look(self) -> None:
        """Counts alone, from the beginning."""
        for page in self.whole.pages():
            self.outcomes.update("already" if version_of(item) >= CURRENT else "changed" for item in page.items)

    def _bring_up(self, item: Raw) -> str:
        """Most are in the present form, and need no look but this."""
        return "already" if version_of(item) >= CURRENT else self.whole.bring_up(item)

    def _index(self, item: Raw) -> bool:
        customer = customer_in(item)
        return customer is not None and self.customers.complete_index(customer)

    def told(self) -> str:
        found = self.outcomes
        later = f"; {found['indexed']} customers written to a later index" if found["indexed"] else ""
        done = f"{found['changed']} changed, {found['already']} of version {CURRENT} or later"
        return f"{done}, {found['gone']} gone meanwhile{later}"


def main() -> int:
    """0 at the end, 130 where it was stopped, 1 where the database had no time for it, 2 if the command is not right."""
    rate = os.environ.get("RATE") or str(RATE)
    if not (rate.isascii() and rate.isdecimal()):
        print(f"RATE must be how many items a second, as in RATE={RATE}, or 0 for as many as it can", file=sys.stderr)
        return 2
    Table(find().table)
    migration = Migration(Whole(), Deployment(), Customers(), int(rate), tell=_say)
    if os.environ.get("DRY"):
        migration.look()
        _say(f"To change: {migration.outcomes['changed']}; of version {CURRENT} or later: {migration.outcomes['already']}.")
        return 0
    return to_the_end(migration)


def to_the_end(migration: Migration) -> int:
    """As `main`; tells what stopped it."""
    try:
        migration.run()
    except (KeyboardInterrupt, TryAgain) as end:
        _say(f"Stopped: {migration.told()}. The same command goes on.")
        return INTERRUPTED if isinstance(end, KeyboardInterrupt) else 1
    _say(f"At the end: {migration.told()}.")
    return 0


def _say(text: str) -> None:
    print(text, flush=True)


if __name__ == "__main__":
    signal.signal(
        signal.SIGINT, signal.default_int_handler
    )  # also where the shell had it ignored for what runs behind its back
    sys.exit(main())
