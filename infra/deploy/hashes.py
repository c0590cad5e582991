"""`make hashes` renews the hashes in the files of requirements, after a version in one of them was changed.

Every file of a release is listed, so that they hold on each platform; pip then takes nothing else. Versions and comments stay
as they are. Needs the network; what asks for the hashes lives in a virtual environment that is gone afterwards.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FILES = (
    "requirements.txt",
    "requirements-dev.txt",
    "infra/local/requirements.txt",
    "infra/lint/requirements.txt",
    *sorted(str(path.relative_to(ROOT)) for path in ROOT.glob("tests/evidence/*/requirements.txt")),
)
UV = "uv==0.13.9"
_PINNED = re.compile(r"(?P<name>[A-Za-z0-9._-]+)==(?P<version>[^\s\\;#]+)")
_HASH = re.compile(r"--hash=(?P<hash>sha256:[0-9a-f]{64})")
Hashes = dict[str, list[str]]


def hashes_of(text: str) -> Hashes:
    """By requirement, `six==1.17.0`."""
    found: Hashes = {}
    for entry in re.split(r"\n(?=\S)", text):
        if pinned := _PINNED.match(entry):
            found[_key(pinned)] = sorted(_HASH.findall(entry))
    return found


def without_hashes(text: str) -> str:
    return re.sub(r" \\\n(?: +--hash=\S+(?: \\)?\n?)+", "\n", text)


def with_hashes(text: str, hashes: Hashes) -> str:
    """Raises KeyError for a requirement that none are known of."""
    lines = []
    for line in without_hashes(text).splitlines():
        pinned = _PINNED.match(line)
        own = [f"--hash={each}" for each in hashes[_key(pinned)]] if pinned else []
        lines.append(" \\\n    ".join([line, *own]))
    return "\n".join(lines) + "\n"


def _key(pinned: re.Match[str]) -> str:
    """Names are the same however they are spelt."""
    return f"{re.sub(r'[-_.]+', '-', pinned['name']).lower()}=={pinned['version']}"


def main() -> int:
    with tempfile.TemporaryDirectory() as scratch:
        venv.create(scratch, with_pip=True)
        programs = Path(scratch) / "bin"
        subprocess.run([programs / "pip", "install", "-q", UV], check=True)
        for name in FILES:
            file, bare = ROOT / name, Path(scratch) / "bare.txt"
            bare.write_text(without_hashes(file.read_text(encoding="utf-8")), encoding="utf-8")
            asked = ["pip", "compile", "-q", "--generate-hashes", "--no-deps", "--no-annotate", "--no-header"]
            told = subprocess.run(
                [programs / "uv", *asked, "--python-version", "3.13", bare], check=True, capture_output=True, text=True
            ).stdout
            file.write_text(with_hashes(bare.read_text(encoding="utf-8"), hashes_of(told)), encoding="utf-8")
            print(name)
    return 0


if __name__ == "__main__":
    sys.exit(main())
