"""What a judge has found, held against the open findings that `open.toml` names."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

OPEN = Path(__file__).with_name("open.toml")


@dataclass(frozen=True, order=True)
class Finding:
    """`where` is a place that stays the same from run to run: a file, or a state of a page with the element in it."""

    rule: str
    where: str
    said: str = ""

    def __str__(self) -> str:
        return f"{self.rule} at {self.where}: {self.said}"


@dataclass(frozen=True)
class Named:
    """An open finding. `where` is a pattern, as in `fnmatch`."""

    judge: str
    rule: str
    where: str
    reason: str

    def is_of(self, finding: Finding) -> bool:
        return self.rule == finding.rule and fnmatchcase(finding.where, self.where)


@dataclass(frozen=True, eq=False)
class Verdict:
    """`looked` says at how much of what, `new` stands nowhere, `gone` are entries that nothing confirms."""

    judge: str
    version: str
    looked: str
    open: Sequence[tuple[Named, int]]
    new: Sequence[Finding]
    gone: Sequence[Named]

    @property
    def complaints(self) -> list[str]:
        stale = [f"no longer found: {each.rule} at {each.where}; delete it from open.toml" for each in self.gone]
        return [f"new: {each}" for each in self.new] + stale

    def row(self, seconds: float) -> str:
        known = sum(count for _, count in self.open)
        new = len(self.new) + len(self.gone)
        return f"{self.judge:<16} {self.version:<14} {new:>9} {known:>6} {seconds:>8.1f}  {self.looked}"


def named() -> list[Named]:
    """All that `open.toml` names: each of an entry's rules at each of its places."""
    entries = tomllib.loads(OPEN.read_text(encoding="utf-8"))["open"]
    return [
        Named(entry["judge"], rule, where, entry["reason"])
        for entry in entries
        for rule in entry["rules"]
        for where in entry["where"]
    ]


def held(
    judge: str, version: str, looked: str, found: Iterable[Finding], known: Iterable[Named], whole: bool = True
) -> Verdict:
    """What is new and what is gone. Where a judge has not seen the `whole`, an entry that it did not meet may still be true."""
    findings = sorted(set(found))
    mine = [each for each in known if each.judge == judge]
    counts = [(each, sum(each.is_of(finding) for finding in findings)) for each in mine]
    new = [finding for finding in findings if not any(each.is_of(finding) for each in mine)]
    gone = [each for each, count in counts if whole and not count]
    return Verdict(judge, version, looked, [(each, count) for each, count in counts if count], new, gone)
