"""`make proof`: what the other commands have found, as docs/proof.md with charts and the lines themselves beside it."""

from __future__ import annotations

import ast
import json
import re
import sys
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from tests.evidence.lines import FOUND, ROOT
from tests.evidence.page.charts import line_chart, shown

Line = Mapping[str, Any]
COMMANDS = {"bench": "tests/bench"} | {
    each: f"tests/evidence/{each}" for each in ("race", "chaos", "fuzz", "soak", "mutants", "judged")
}
"""In the order of the page, each with the room whose docstring says what it does."""
INTRODUCTION = """# Proof

What is claimed of speed and safety, as commands that anyone can run. Each section tells of a command, when and where
it ran, and what it found beside what that may be at most. `make proof` makes this page from the lines in
[proof](proof), which the commands have written.
"""


class NotPublished(Exception):
    """Lines of a short run."""


def read(path: Path) -> list[Line]:
    """Of one run, which its first line tells of. Raises NotPublished."""
    lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    if lines[0]["short"]:
        raise NotPublished(f"{path.name} is of a short run (SHORT=1), whose figures are never published.")
    return lines


def section(command: str, told: str, lines: list[Line], keep: Callable[[str, str], None]) -> str:
    """`told` is what the command says of itself; `keep(name, svg)` keeps a chart. Figures that have an `x` are points of
    the chart of their group and of what `x` counts, their `of`."""
    run, *found = lines
    where = f"{run['cores']} processors, load {run['load']} at the start, Python {run['python']}, {run['system']}"
    when = f"Run {run['at']} at commit `{run['commit']}`, seed {run['seed']}; {where}."
    parts = [f"## `make {command}`", told, f"    make {command}", when]
    if command == "judged":
        return "\n\n".join([*parts, judges(found)])
    for group in dict.fromkeys(each.get("group", "") for each in found):
        own = [each for each in found if each.get("group", "") == group]
        parts += [f"### {group[:1].upper()}{group[1:]}"] * bool(group)
        if single := [each for each in own if "x" not in each]:
            parts.append(figures(single))
        for of in dict.fromkeys(each.get("of", "") for each in own if "x" in each):
            parts += chart(command, group, of, [each for each in own if "x" in each and each.get("of", "") == of], keep)
    return "\n\n".join(parts)


def missed(runs: Mapping[str, list[Line]]) -> str:
    """What is more than it may be, all together: a reader should not have to look for it."""
    found = [
        (f"`make {command}`", each["what"], f"{each['found']:.3g} {each['unit']}".strip(), f"{each['most']:.3g}")
        for command, (_, *lines) in runs.items()
        for each in lines
        if _is_missed(each)
    ]
    return "\n\n".join(["## Missed", table(("command", "what", "found", "at most"), found) if found else "Nothing."])


def _is_missed(line: Line) -> bool:
    return line["most"] is not None and line["found"] > line["most"]


def figures(lines: Iterable[Line]) -> str:
    rows = []
    for each in lines:
        series = each.get("series", "")
        what = each["what"] if series in each["what"] else f"{each['what']}, {series}"
        most = "" if each["most"] is None else _number(each["most"])
        note = each.get("reason") or each.get("answer") or ""
        if "by_fixed_work" in each:
            note = f"{_number(each['by_fixed_work'])} times the fixed work {note}".strip()
        if _is_missed(each):
            note = f"**missed** {note}".strip()
        rows.append((what, f"{_number(each['found'])} {each['unit']}".strip(), most, note))
    return table(("what", "found", "at most", ""), rows)


def chart(command: str, group: str, of: str, lines: list[Line], keep: Callable[[str, str], None]) -> list[str]:
    """A picture, where all x are numbers, and its figures as a table."""
    series: dict[str, list[tuple[float, float]]] = {}
    told: dict[Any, dict[str, str]] = {}
    for each in lines:
        name = each.get("series", each["what"])
        series.setdefault(name, []).append((each["x"], each["found"]))
        told.setdefault(each["x"], {})[name] = _point(each)
    rows = [(_number(x), *(cells.get(name, "") for name in series)) for x, cells in told.items()]
    parts = [table((of or "x", *series), rows)]
    if all(isinstance(x, int | float) for x in told):
        slug = re.sub(r"[^a-z0-9]+", "-", f"{command} {group} {of}".lower()).strip("-")
        title = f"{group[:1].upper()}{group[1:]}: {of}" if of else group
        keep(f"{slug}.svg", line_chart(title, of, lines[0]["unit"], series))
        parts.insert(0, f"![{title}](proof/{slug}.svg)")
    return parts


def _point(line: Line) -> str:
    counted = {"requests": line.get("requests"), "read units": line.get("units")}
    beside = [f"{name}: {_number(each)}" for name, each in counted.items() if each]
    return ", ".join([f"{_number(line['found'])} {line['unit']}".strip(), *beside])


def judges(lines: Iterable[Line]) -> str:
    rows = []
    for each in lines:
        opened = [f"{entry['rule']}, {entry['where']} ({entry['count']}): {entry['reason']}" for entry in each.get("open", ())]
        found = _number(each["found"])
        rows.append((each["what"], each.get("version", ""), each.get("looked", ""), found, "<br>".join(opened)))
    return table(("judge", "version", "looked at", "findings", "open, and why"), rows)


def table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    """Cells may not break a row of Markdown."""
    ruled = [head, ("---",) * len(head), *rows]
    return "\n".join(f"| {' | '.join(_cell(each) for each in row)} |" for row in ruled)


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


def _number(value: Any) -> str:
    if isinstance(value, str):
        return value
    return shown(value) if abs(value) >= 100 or value == int(value) else f"{value:.2f}"


def docstring(room: str) -> str:
    """What a room says of itself, or its command. It is not imported: its tools are not those of this command."""
    files = (ROOT / room / name for name in ("__init__.py", "__main__.py"))
    told = (ast.get_docstring(ast.parse(file.read_text(encoding="utf-8"))) for file in files if file.exists())
    return next(filter(None, told), "")


def make(found: Path, docs: Path) -> None:
    """`docs/proof.md` and `docs/proof/` from the lines in `found`. Raises NotPublished, and then changes nothing."""
    runs = {name: read(path) for name in COMMANDS if (path := found / f"{name}.jsonl").exists()}
    kept: dict[str, str] = {}
    sections = [section(name, docstring(COMMANDS[name]), lines, kept.__setitem__) for name, lines in runs.items()]
    beside = docs / "proof"
    beside.mkdir(parents=True, exist_ok=True)
    for old in beside.iterdir():
        old.unlink()
    for name, svg in kept.items():
        (beside / name).write_text(svg, encoding="utf-8")
    for name in runs:
        (beside / f"{name}.jsonl").write_bytes((found / f"{name}.jsonl").read_bytes())
    (docs / "proof.md").write_text("\n\n".join([INTRODUCTION.rstrip("\n"), missed(runs), *sections]) + "\n", encoding="utf-8")


def main() -> int:
    try:
        make(FOUND, ROOT / "docs")
    except NotPublished as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
