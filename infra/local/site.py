"""The static site as the bucket and the CDN would serve it, with the headers that infra/templates/headers.py gives both.

infra/vendor.json names the few files of others that are served among ours, and where npm put them. The catalogue, which tells
the staff's pages what the API takes, is made of the code.
"""

import fnmatch
import hashlib
import json
from collections.abc import Callable, Mapping
from pathlib import Path

from chalicelib.api.catalogue import catalogue
from infra.local import web
from infra.local.engine import REGION, ROOT
from infra.local.web import Answer, Request
from infra.templates.headers import BEHAVIOURS, POLICIES

KINDS = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".ico": "image/x-icon",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
    ".woff2": "font/woff2",
}
CATALOGUE = "/staff/catalogue.json"
Content = Callable[[], bytes]
LONGEST_NAME = 100  # no file of ours is longer, and a file system refuses some


def cdn_headers(path: str) -> dict[str, str]:
    """The first behaviour that matches decides, as in CloudFront."""
    policy = next(policy for pattern, policy in BEHAVIOURS if fnmatch.fnmatchcase(path, pattern))
    return {name: value.replace("${AWS::Region}", REGION) for name, value in sorted(POLICIES[policy].items())}


def vendor_files() -> dict[str, Path]:
    """Address to file, of what comes from npm."""
    named: dict[str, str] = json.loads((ROOT / "infra" / "vendor.json").read_text())
    return {address: ROOT / file for address, file in named.items()}


def added_files() -> dict[str, Content]:
    """Address to content, of what is served among the pages and lies elsewhere."""
    vendor = {address: file.read_bytes for address, file in vendor_files().items()}
    return {**vendor, CATALOGUE: lambda: json.dumps(catalogue(), ensure_ascii=False, separators=(",", ":")).encode()}


class Files:
    """The files below `folder`, those that `added` has by address, and no other ones. Asked for anew each time, sent only
    when they have changed."""

    def __init__(self, folder: Path, added: Mapping[str, Content] | None = None) -> None:
        self._folder = folder.resolve()
        self._added = added or {}

    def __call__(self, request: Request, name: str) -> Answer:
        read = self._find(name)
        if request.method not in ("GET", "HEAD") or read is None:
            return web.error(404, "not_found", "There is nothing at this address.")
        content = read()
        tag = f'"{hashlib.sha256(content).hexdigest()[:20]}"'
        headers = {"Content-Type": KINDS[Path(name).suffix], "Cache-Control": "no-cache", "ETag": tag}
        if tag in request.header("If-None-Match"):
            return Answer(status=304, headers=headers)
        return Answer(content, headers=headers)

    def _find(self, name: str) -> Content | None:
        """None for what is not there, lies outside (`..`, a link) or is of a kind that a site does not have."""
        if name in self._added:
            return self._added[name]
        if "\0" in name or any(part.startswith(".") for part in name.split("/")):
            return None
        if max(map(len, name.split("/"))) > LONGEST_NAME:
            return None
        file = (self._folder / name.lstrip("/")).resolve()
        known = file.is_relative_to(self._folder) and file.suffix in KINDS and file.is_file()
        return file.read_bytes if known else None
