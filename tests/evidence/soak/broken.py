"""Copies of the bundle that are broken on purpose: one place each, which `make soak` must notice."""

from __future__ import annotations

import shutil
from pathlib import Path

from tests.evidence.fuzz.broken import Breakage
from tests.evidence.lines import ROOT

EACH_REQUEST = "        is_cold, self._is_cold = self._is_cold, False\n"
KEPT = f"{EACH_REQUEST}        kept = self.__dict__.setdefault('kept', [])\n"
AGED = f"{KEPT}        kept.append(time.monotonic())\n        age = kept[-1] - kept[0]\n"
"""What goes by requests would grow the less, the slower it makes them."""

BREAKAGES = (
    Breakage(
        "a leak of memory",
        "soak",
        "chalicelib/api/logs.py",
        EACH_REQUEST,
        f"{KEPT}        kept.append(bytearray(200_000))\n",
        "memory grows",
    ),
    Breakage(
        "a request that has more to do each time",
        "soak",
        "chalicelib/api/logs.py",
        EACH_REQUEST,
        f"{AGED}        sum(range(int(1000 * age**2)))\n",
        "work of a request grows",
    ),
    Breakage(
        "a request that waits longer each time",
        "soak",
        "chalicelib/api/logs.py",
        EACH_REQUEST,
        f"{AGED}        time.sleep(age**2 / 4000)\n",
        "99th percentile grows",
    ),
    Breakage(
        "units that a cancellation keeps",
        "soak",
        "chalicelib/store/plan.py",
        "            actions.append(DayItem.taken.delete(set(freed)))\n",
        "            pass\n",
        "the taken units",
    ),
)


def copy_of(bundle: Path, folder: Path, breakage: Breakage) -> Path:
    """The unpacked bundle with one module altered: it holds compiled ones, and Python prefers a source beside them."""
    copy = folder / "bundle"
    shutil.copytree(bundle, copy)
    text = (ROOT / breakage.file).read_text(encoding="utf-8")
    assert text.count(breakage.was) == 1, f"{breakage.file} has changed: {breakage.what}"
    (copy / breakage.file).write_text(text.replace(breakage.was, breakage.becomes), encoding="utf-8")
    return copy
