"""The static site as it is served: each page with one script and one style sheet of its own, made by esbuild (`bundle.mjs`),
its texts, the catalogue, and the few files of others that `infra/vendor.json` names."""

from __future__ import annotations

import json
import re
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from chalicelib.api.catalogue import catalogue
from chalicelib.domain.languages import LANGUAGES

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "static_site"
TEXTS = ROOT / "chalicelib" / "texts"
"""A folder per language: of its files the pages read their volumes, and mails `messages.json`."""
VOLUMES = ("booking", "accessibility", "calendar", "form", "invited", "manage")
BUNDLER = Path(__file__).with_name("bundle.mjs")
CATALOGUE = "catalogue.json"
BUNDLES = "scripts/"
"""Where bundles lie, one level below the site: there `../texts/` is where the sources have it."""
NAMED = ("embed.js",)
"""Scripts that homepages name."""
AS_THEY_ARE = (".html", ".json", ".txt", ".svg", ".png", ".ico", ".woff2")
SCRIPT = re.compile(r'<script type="module" src="(?P<to>[^"]+)"></script>')
STYLE = re.compile(r'<link rel="stylesheet" href="(?P<to>(?!vendor/)[^"]+)">\n')


class NotBuilt(Exception):
    """The message says what is wrong with the sources."""


def current() -> Mapping[str, bytes]:
    """As the sources are now: what has changed is built anew."""
    return _built_at(tuple((path, path.stat().st_mtime_ns) for path in sorted((*FOLDER.rglob("*"), *TEXTS.rglob("*")))))


@lru_cache(maxsize=1)
def _built_at(_: tuple[tuple[Path, int], ...]) -> Mapping[str, bytes]:
    return build(FOLDER)


@cache
def built() -> Mapping[str, bytes]:
    """Our own site, as it is when this is first asked for."""
    return build(FOLDER)


def build(folder: Path) -> Mapping[str, bytes]:
    """Address below the site -> content. Raises NotBuilt."""
    pages = {path.relative_to(folder).as_posix(): path.read_text() for path in sorted(folder.rglob("*.html"))}
    with tempfile.TemporaryDirectory() as made:
        out = Path(made).resolve()
        scripts = _bundled(folder.resolve(), out, pages)
        bundles = {path.relative_to(out).as_posix(): path.read_bytes() for path in sorted(out.rglob("*")) if path.is_file()}
    others = {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.suffix in AS_THEY_ARE and not path.name.startswith(".")
    }
    rewritten = {page: _pointing(page, text, scripts).encode() for page, text in pages.items()}
    return {**others, **bundles, **rewritten, **_added()}


def languages() -> dict[str, dict[str, Any]]:
    """By tag, what each language is."""
    return {tag: json.loads((TEXTS / tag / "language.json").read_text(encoding="utf-8")) for tag in LANGUAGES}


def vendor_files() -> dict[str, Path]:
    """Address to file, of what comes from npm."""
    named: dict[str, str] = json.loads((ROOT / "infra" / "vendor.json").read_text())
    return {address: ROOT / file for address, file in named.items()}


def _added() -> dict[str, bytes]:
    told = json.dumps(catalogue(), ensure_ascii=False, separators=(",", ":"))
    texts = (file for volume in VOLUMES for file in sorted(TEXTS.glob(f"*/{volume}.json")))
    spoken = {f"texts/{file.parent.name}/{file.name}": file.read_bytes() for file in texts}
    return {CATALOGUE: told.encode()} | spoken | {address: file.read_bytes() for address, file in vendor_files().items()}


def _bundled(folder: Path, out: Path, pages: Mapping[str, str]) -> dict[str, str]:
    """Writes the bundles into `out`; the name of each page's script."""
    referred = [(_name(page), [*_named(SCRIPT, page, text)], [*_named(STYLE, page, text)]) for page, text in pages.items()]
    workers = {f"{BUNDLES}{path.name}": path.relative_to(folder).as_posix() for path in sorted(folder.rglob("*-worker.js"))}
    wanted = {
        "define": {"LANGUAGES_BUILT_IN": json.dumps(languages(), ensure_ascii=False)},
        "scripts": [{"name": name, "entry": entry} for name, entries, _ in referred for entry in entries],
        "styles": [{"name": name, "files": files} for name, _, files in referred if files],
        "others": [
            *({"name": name, "entry": entry, "format": "esm"} for name, entry in workers.items()),
            *({"name": name, "entry": name, "format": "iife"} for name in NAMED if (folder / name).exists()),
        ],
    }
    command = ["node", str(BUNDLER), str(folder), str(out)]
    done = subprocess.run(command, input=json.dumps(wanted), capture_output=True, text=True, cwd=ROOT)
    if done.returncode:
        raise NotBuilt(done.stderr.strip())
    found: dict[str, str] = json.loads(done.stdout)
    return found


def _name(page: str) -> str:
    """`staff/index.html` -> `scripts/staff-index`"""
    return BUNDLES + page.removesuffix(".html").replace("/", "-")


def _named(kind: re.Pattern[str], page: str, text: str) -> Iterator[str]:
    """What a page refers to, seen from the site's root."""
    for found in kind.finditer(text):
        yield str(Path(page).parent / found["to"])


def _pointing(page: str, text: str, scripts: Mapping[str, str]) -> str:
    """The page with its references to the bundles in place of those to the sources."""
    up = "../" * page.count("/")
    name = _name(page)
    styled = STYLE.sub("", text)
    if styled != text:
        styled = SCRIPT.sub(lambda found: f'<link rel="stylesheet" href="{up}{name}.css">\n{found[0]}', styled, count=1)
    return SCRIPT.sub(lambda _: f'<script type="module" src="{up}{scripts[name]}"></script>', styled)
