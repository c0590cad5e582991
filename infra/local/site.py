"""Files as the bucket and the CDN would serve them, with the headers that infra/templates/headers.py gives both."""

import fnmatch
import hashlib
from collections.abc import Callable, Mapping
from pathlib import Path

from infra.local import web
from infra.local.engine import REGION
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
Find = Callable[[str], bytes | None]
"""From an address to what lies there."""
LONGEST_NAME = 100  # no file of ours is longer, and a file system refuses some


def cdn_headers(path: str) -> dict[str, str]:
    """The first behaviour that matches decides, as in CloudFront."""
    policy = next(policy for pattern, policy in BEHAVIOURS if fnmatch.fnmatchcase(path, pattern))
    return {name: value.replace("${AWS::Region}", REGION) for name, value in sorted(POLICIES[policy].items())}


def of_site(build: Callable[[], Mapping[str, bytes]]) -> Find:
    """The site, as `build` gives it."""
    return lambda name: build().get(name.lstrip("/"))


def in_folder(folder: Path) -> Find:
    """The files below a folder. None for what is not there, lies outside (`..`, a link) or is of a kind that a site does not
    have."""
    top = folder.resolve()

    def find(name: str) -> bytes | None:
        parts = name.split("/")
        if "\0" in name or any(part.startswith(".") for part in parts) or max(map(len, parts)) > LONGEST_NAME:
            return None
        file = (top / name.lstrip("/")).resolve()
        known = file.is_relative_to(top) and file.suffix in KINDS and file.is_file()
        return file.read_bytes() if known else None

    return find


class Files:
    """Serves what `find` finds. Asked for anew each time, sent only when it has changed."""

    def __init__(self, find: Find) -> None:
        self._find = find

    def __call__(self, request: Request, name: str) -> Answer:
        content = self._find(name)
        if request.method not in ("GET", "HEAD") or content is None:
            return web.error(404, "not_found", "There is nothing at this address.")
        tag = f'"{hashlib.sha256(content).hexdigest()[:20]}"'
        headers = {"Content-Type": KINDS[Path(name).suffix], "Cache-Control": "no-cache", "ETag": tag}
        if tag in request.header("If-None-Match"):
            return Answer(status=304, headers=headers)
        return Answer(content, headers=headers)
