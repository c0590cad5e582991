"""Copies of the product that are broken on purpose: one place each, which `make fuzz` must notice."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

WITHOUT = shutil.ignore_patterns("__pycache__")


@dataclass(frozen=True)
class Breakage:
    """`was` stands once in `file`. `tells` is part of what the `part` of `make fuzz` then says."""

    what: str
    part: str
    file: str
    was: str
    becomes: str
    tells: str


BREAKAGES = (
    Breakage(
        "routes of admins that do not ask who may",
        "routes",
        "chalicelib/api/dispatch.py",
        "    caller.require(may, in_path.get(\"branch\"))\n",
        "    caller.require(may, in_path.get(\"branch\")) if len(may) > 1 else None\n",
        "let in whom it should not",
    ),
    Breakage(
        "an answer that names another branch's customer",
        "routes",
        "chalicelib/api/dispatch.py",
        "    caller.require(may, in_path.get(\"branch\"))\n",
        "    caller.require(may, in_path.get(\"branch\") if len(in_path) == 1 else None)\n",
        "tells what only north:kept may see",
    ),
    Breakage(
        "a handler that fails on odd input",
        "routes",
        "chalicelib/api/http.py",
        "        if not re.fullmatch(r\"\\d{1,4}\", text, re.ASCII):\n            raise Invalid({name: Flaw(\"number\")})\n",
        "",
        "not_a_server_error",
    ),
    Breakage(
        "a token in the log",
        "routes",
        "chalicelib/api/dispatch.py",
        "        told[APPOINTMENT_TOKEN.into] = request.header(APPOINTMENT_TOKEN.name)\n",
        "        told[APPOINTMENT_TOKEN.into] = request.header(APPOINTMENT_TOKEN.name)\n        print(told)\n",
        "the log names",
    ),
    Breakage(
        "a calendar file whose texts are not escaped",
        "guided",
        "chalicelib/messages/calendar.py",
        "text=written.decode())",
        "text=written.decode().replace(\"\\\\\", \"\"))",
        "calendar:",
    ),
    Breakage(
        "a mail that takes words for tags",
        "guided",
        "chalicelib/messages/templates/customer.html.j2",
        "{%- for line in paragraph.split(\"\\n\") %}{{ line }}",
        "{%- for line in paragraph.split(\"\\n\") %}{{ line | safe }}",
        "mail:",
    ),
    Breakage(
        "a line that keeps what ends a header",
        "parsers",
        "chalicelib/api/fields.py",
        "    if _has_control(value):\n        wrong[name] = Flaw(\"one_line\")\n    line =",
        "    line =",
        "lines:",
    ),
    Breakage(
        "a reader that fails on what is no number",
        "parsers",
        "chalicelib/planner/staff/calendar.py",
        "re.fullmatch(r\"(\\d{1,15})\\.([\\w-]{1,100})\", text, re.ASCII)",
        "re.fullmatch(r\"([^.]{1,15})\\.([\\w-]{1,100})\", text, re.ASCII)",
        "tokens of pages: inbox",
    ),
)  # fmt: skip


def copy_of(root: Path, folder: Path, breakage: Breakage) -> Path:
    """The tree with one file altered; what is not the product is only linked."""
    shutil.copytree(root / "chalicelib", folder / "chalicelib", ignore=WITHOUT)
    shutil.copy(root / "app.py", folder)
    for each in root.iterdir():
        if not (folder / each.name).exists():
            (folder / each.name).symlink_to(each.resolve())
    altered = folder / breakage.file
    text = altered.read_text(encoding="utf-8")
    assert text.count(breakage.was) == 1, f"{breakage.file} has changed: {breakage.what}"
    altered.write_text(text.replace(breakage.was, breakage.becomes), encoding="utf-8")
    return folder
