"""How often a test tries what hangs on chance: a few times in `make test`, many times in `make prove`."""

import os

OFTEN = os.environ.get("OFTEN") == "1"
"""Whether this is `make prove`. Only then must each outcome that chance allows have come about."""


def rounds(few: int, many: int) -> int:
    return many if OFTEN else few
