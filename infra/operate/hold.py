"""`make hold`: lists the owed messages of a restored table as not sent, before anything uses that table.

Messages that were owed at the restored moment may have gone out since, and would go out again. Staff see them in their list
and decide. STAGE and TABLE name the table (infra/deploy/place.py). It must not be in use, since concurrent changes are ignored.
"""

from __future__ import annotations

import os
import sys
from datetime import UTC, datetime
from pathlib import Path

from pynamodb.expressions import operand

from chalicelib.store import transfer as moving
from chalicelib.store.maintenance import Whole
from chalicelib.store.table import Table
from infra.deploy import stage
from infra.deploy.place import find

BATCH = 25
"""Items that one write takes."""


def hold(whole: Whole, now: datetime) -> int:
    """How many messages were owed. Can be repeated."""
    held = 0
    for page in whole.pages(only=operand.Path("gsi3pk").exists()):
        owed = [moving.arrived(item, now) for item in page.items if moving.is_owed(item)]
        for first in range(0, len(owed), BATCH):
            whole.put(owed[first : first + BATCH])
        held += len(owed)
    return held


def main(folder: Path = stage.FOLDER) -> int:
    """0 if it was done, 2 if the command is not complete or names the table in use. `folder` has the files of stages."""
    if not os.environ.get("TABLE"):
        print("Say which table was restored: make hold STAGE=prod TABLE=terminwerk-prod-restored", file=sys.stderr)
        return 2
    place = find(folder)
    if place.table == place.used:
        print(f"{place.table} is in use: what it owes is still to be sent. Name the restored one.", file=sys.stderr)
        return 2
    Table(place.table)
    print(f"{hold(Whole(), datetime.now(UTC))} messages were still owed. They are listed as not sent: staff decide.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
