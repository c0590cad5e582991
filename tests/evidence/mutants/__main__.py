from __future__ import annotations

import ast
import os
import random
import sys
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from math import sqrt
from pathlib import Path

from tests.evidence.lines import ROOT, SEED, SHORT, Lines
from tests.evidence.mutants.chosen import CHOSEN, Chosen
from tests.evidence.mutants.equivalent import EQUIVALENT
from tests.evidence.mutants.operators import FUNCTIONS, Mutant, broken, mutants_of
from tests.evidence.mutants.warm import ENDED, SURVIVED, UNABLE, Kept, Warm, verdict_anew, warmed

LEAST = 90.0
"""Per cent of a group's mutants that tests must notice."""
MOST = int(os.environ.get("MOST") or (60 if SHORT else 0))
"""So many mutants at most, by the seed; 0 means all."""
ONLY = os.environ.get("ONLY", "")
"""Part of the names of the files that are broken, such as `store/plan`, without those chosen by hand; `chosen` means these
alone."""
FEW_CHOSEN = 12
"""So many of those chosen by hand are run in short, by the seed."""


def all_of(folder: str) -> tuple[str, ...]:
    found = sorted((ROOT / "chalicelib" / folder).glob("*.py"))
    return tuple(str(each.relative_to(ROOT)) for each in found if each.name != "__init__.py")


GROUPS: dict[str, tuple[str, ...]] = {
    "domain": all_of("domain"),
    "who may": tuple(
        f"chalicelib/{each}.py"
        for each in (
            "api/claims",
            "api/dispatch",
            "api/service",
            "api/routes",
            "planner/admin/users",
            "planner/customer/manage",
        )
    ),
    "store": all_of("store"),
}
TESTS = (
    "tests/domain",
    "tests/messages",
    "tests/planner",
    "tests/store",
    *(f"tests/infra/operate/test_{each}.py" for each in ("backup", "doctor", "migrate")),
    *(
        f"tests/api/test_{each}.py"
        for each in ("claims", "staff", "logs", "routes", "queries", "customers", "desk", "readings", "unchanged", "visit")
    ),
)
SHORT_TESTS = ("tests/domain",)


def tests_near(files: Iterable[str]) -> tuple[str, ...]:
    """Those of the rooms that the files are in, and of other rooms those that import any of the files."""
    rooms = {str(Path(file).parent).replace("chalicelib", "tests", 1) for file in files}
    near = [each for each in TESTS if str(Path(each).parent) in rooms] + sorted(rooms - {"tests/api"})
    modules = [file.removesuffix(".py").replace("/", ".") for file in files]
    importing = [
        str(test.relative_to(ROOT))
        for each in TESTS
        for test in ([ROOT / each] if each.endswith(".py") else sorted((ROOT / each).rglob("test_*.py")))
        if any(f"from {module} import" in test.read_text(encoding="utf-8") for module in modules)
    ]
    return (*near, *(each for each in importing if not each.startswith(tuple(near))))


@dataclass
class Score:
    mutants: int = 0
    equivalent: int = 0
    timed_out: int = 0
    survived: list[Mutant] = field(default_factory=list)

    @property
    def counted(self) -> int:
        return self.mutants - self.equivalent

    @property
    def per_cent(self) -> float:
        return 100 * (1 - len(self.survived) / self.counted) if self.counted else 100.0

    def interval(self) -> tuple[float, float]:
        """Within which the score of all lies by 95 %, where these are a sample (Wilson)."""
        count, share, z = self.counted or 1, self.per_cent / 100, 1.96
        middle = (share + z * z / (2 * count)) / (1 + z * z / count)
        half = z * sqrt(share * (1 - share) / count + z * z / (4 * count * count)) / (1 + z * z / count)
        return 100 * (middle - half), 100 * (middle + half)


def main() -> int:
    begun, lines = time.monotonic(), Lines("mutants")
    print(f"seed {SEED}{', short' if SHORT else ''}")
    aws = Kept(mails=ROOT / ".local" / "mutants")
    aws.start()
    try:
        wrong = ([] if ONLY not in ("", "chosen") else chosen(lines)) + ([] if ONLY == "chosen" else scored(lines))
    finally:
        aws.stop()
    lines.add("whole run", round(time.monotonic() - begun), "s")
    print(f"{time.monotonic() - begun:.0f} s")
    for each in wrong:
        print(f"WRONG: {each}")
    return 1 if wrong else 0


def chosen(lines: Lines) -> list[str]:
    """Those chosen by hand. What is wrong with them: one that is not noticed, or that stands for nothing any more."""
    wrong = [f"{each.file} does not contain once: {each.original}" for each in CHOSEN if _text(each).count(each.original) != 1]
    if wrong:
        return wrong
    mutants = sorted(random.Random(SEED).sample(CHOSEN, FEW_CHOSEN), key=CHOSEN.index) if SHORT else CHOSEN

    def work(warm: Warm) -> dict[Chosen, str]:
        tests = {each.test: warm.named(each.test) for each in mutants}
        if failing := warm.failing([number for numbers in tests.values() for number in numbers]):
            return {mutants[0]: f"fails on whole code: {failing}"}
        return {each: warm.verdict(each.file, _broken(each), tests[each.test]) for each in mutants if _within_a_function(each)}

    files = sorted({each.file for each in mutants})
    verdicts = warmed(sorted({each.test for each in mutants}), files, work)
    for each in mutants:
        if not _within_a_function(each):
            verdicts[each] = verdict_anew(each.file, _broken(each), each.test)
    noticed = [each for each in mutants if verdicts.get(each, "").startswith(each.test)]
    for each in noticed:
        print(f"  {each.breaks}: noticed by {each.test.partition('::test_')[2]}")
    lines.add("chosen by hand", len(mutants), "mutants", group="chosen")
    lines.add("chosen and not noticed", len(mutants) - len(noticed), "mutants", 0, group="chosen")
    print(f"chosen by hand: {len(noticed)} of {len(mutants)} noticed")
    return [f"{each.breaks} ({each.file}): {verdicts.get(each)}" for each in mutants if each not in noticed]


def _text(each: Chosen) -> str:
    return (ROOT / each.file).read_text(encoding="utf-8")


def _broken(each: Chosen) -> str:
    return _text(each).replace(each.original, each.broken)


def _within_a_function(each: Chosen) -> bool:
    text = _text(each)
    line = text[: text.index(each.original)].count("\n") + 1
    functions = (node for node in ast.walk(ast.parse(text)) if isinstance(node, FUNCTIONS))
    return any(node.body[0].lineno <= line <= (node.end_lineno or 0) for node in functions)


def scored(lines: Lines) -> list[str]:
    """All others, or a sample of them. What is wrong: a group with too low a score, or a stale entry among the equivalent."""
    every = {file: mutants_of(ROOT, file) for files in GROUPS.values() for file in files}
    every = {file: found for file, found in every.items() if ONLY in file}
    names = {mutant.name for found in every.values() for mutant in found}
    wrong = [f"no such mutant, listed as equivalent: {each}" for each in EQUIVALENT if not ONLY and each not in names]

    def work(warm: Warm) -> tuple[dict[str, Score], list[str]]:
        warm.cover()
        if warm.covered.failed:
            raise AssertionError("\n".join(["Tests fail on whole code:", *warm.covered.failed]))
        wanted = [mutant for found in every.values() for mutant in found]
        if SHORT:  # the domain's own tests are quick; what others notice is for the whole run
            wanted = [mutant for mutant in wanted if warm.tests_of(mutant.file, mutant.lines)]
        if MOST:
            wanted = sorted(random.Random(SEED).sample(wanted, min(MOST, len(wanted))), key=wanted.index)
        scores: dict[str, Score] = {}
        lying: list[str] = []
        for mutant in wanted:
            score = scores.setdefault(mutant.file, Score())
            tests = warm.tests_of(mutant.file, mutant.lines)
            verdict = warm.verdict(mutant.file, broken(ROOT, mutant), tests, mutant.name[0])
            if verdict == UNABLE:
                print(f"  not made, so not counted: {mutant}")
                continue
            score.mutants += 1
            if mutant.name in EQUIVALENT:
                score.equivalent += 1
                if verdict != SURVIVED:
                    lying.append(f"listed as equivalent, but noticed by {verdict}: {mutant}")
            elif verdict == SURVIVED:
                score.survived.append(mutant)
                print(f"  survived: {mutant}{'' if tests else ' (no test runs it)'}", flush=True)
            elif verdict == ENDED:
                score.timed_out += 1
                print(f"  timed out: {mutant}", flush=True)
        return scores, lying

    scores, lying = warmed(SHORT_TESTS if SHORT else tests_near(every) if ONLY else TESTS, tuple(every), work)
    wrong += lying
    print(f"{'':44}{'mutants':>8}{'equivalent':>11}{'timed out':>10}{'survived':>9}{'score':>7}")
    for group, files in GROUPS.items():
        found = {file: scores[file] for file in files if file in scores}
        for file, score in found.items():
            _tell(lines, file.removeprefix("chalicelib/"), score, group=group)
        whole = Score(
            sum(each.mutants for each in found.values()),
            sum(each.equivalent for each in found.values()),
            sum(each.timed_out for each in found.values()),
            [mutant for each in found.values() for mutant in each.survived],
        )
        _tell(lines, group, whole)
        if whole.counted and whole.interval()[1 if MOST else 0] < LEAST and whole.per_cent < LEAST:
            wrong.append(f"{group}: {whole.per_cent:.1f} % noticed, and at least {LEAST:.0f} % should be")
    return wrong


def _tell(lines: Lines, name: str, score: Score, **facts: str) -> None:
    if not score.counted:
        return
    low, high = score.interval()
    print(
        f"{name if facts else name.upper():44}{score.mutants:8}{score.equivalent:11}{score.timed_out:10}{len(score.survived):9}"
        f"{score.per_cent:6.1f}%" + (f"  of all, by 95 %: {low:.1f} to {high:.1f} %" if MOST and not facts else "")
    )
    most = round(score.counted * (100 - LEAST) / 100, 1)
    lines.add(
        f"{name}: survived", len(score.survived), "mutants", None if facts else most,
        mutants=score.mutants, equivalent=score.equivalent, timed_out=score.timed_out,
        noticed=score.counted - score.timed_out - len(score.survived), score=round(score.per_cent, 1),
        interval=[round(low, 1), round(high, 1)] if MOST else None,
        **facts,
    )  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())
