"""The static site as it lies in the bucket, and its upload.

Whatever a page loads lies below `v/<hash of all of it>/`, for good: a page that is open goes on with the files that it began
with, and nobody mixes versions. Pages themselves and embed.js, which homepages name, keep their addresses.
"""

from __future__ import annotations

import hashlib
import posixpath
import re
from collections.abc import Callable, Container, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import PurePosixPath
from typing import Any

from botocore.exceptions import ClientError

from infra.local.site import KINDS
from infra.site.build import built

VERSIONS = "v/"
LEFT = "left/"
"""Where it is noted since when a version is not the current one."""
OPEN_AT_MOST = timedelta(days=30)
"""How long a page may stay open and still find what it loads late."""
FOR_GOOD = "public, max-age=31536000, immutable"
ALWAYS_ASKED = "no-cache"
RULES = {"embed.js": "public, max-age=3600"}
"""Files that keep their address, beside the pages. A homepage asks for them on each visit."""
REFERENCE = re.compile(r'(?P<before>\b(?:src|href)=")(?P<to>[^"]*)')


@dataclass(frozen=True)
class File:
    key: str
    body: bytes
    cache: str

    @property
    def kind(self) -> str:
        return KINDS[PurePosixPath(self.key).suffix]

    @property
    def digest(self) -> str:
        """Of everything that its visitors get."""
        return hashlib.sha256(b"\0".join((self.kind.encode(), self.cache.encode(), self.body))).hexdigest()


@dataclass(frozen=True)
class Layout:
    """Everything in the order in which it has to be uploaded: what is loaded before what loads it."""

    version: str
    files: tuple[File, ...]

    @property
    def versioned(self) -> list[File]:
        return [file for file in self.files if file.key.startswith(VERSIONS)]

    @property
    def fixed(self) -> list[File]:
        return [file for file in self.files if not file.key.startswith(VERSIONS)]


def with_text(site: Layout, address: str, text: str) -> Layout:
    """With a file more, that is made by the deployment and no page loads."""
    return Layout(site.version, (*site.files, File(address.lstrip("/"), text.encode(), ALWAYS_ASKED)))


def layout(site: Mapping[str, bytes] | None = None) -> Layout:
    """The site as it is uploaded: our own, unless another one is given by address and content."""
    sources = built() if site is None else site
    assets = {name: body for name, body in sources.items() if not _is_page(name) and name not in RULES}
    version = _hash(assets)
    loaded = [File(f"{VERSIONS}{version}/{name}", body, FOR_GOOD) for name, body in assets.items()]
    named = [File(name, sources[name], rule) for name, rule in RULES.items() if name in sources]
    pages = [
        File(name, _rewritten(body, name, assets, version), ALWAYS_ASKED) for name, body in sources.items() if _is_page(name)
    ]
    return Layout(version, (*loaded, *named, *pages))


def _is_page(name: str) -> bool:
    return name.endswith(".html")


def _hash(assets: Mapping[str, bytes]) -> str:
    """Changes with any byte and any name, and with how they are served."""
    digests = (f"{name} {File(name, body, FOR_GOOD).digest}" for name, body in sorted(assets.items()))
    return hashlib.sha256("\n".join(digests).encode()).hexdigest()[:16]


def _rewritten(page: bytes, name: str, assets: Container[str], version: str) -> bytes:
    """The page with its references to what is versioned. Whatever that refers to in turn, it refers to relatively."""

    def put(found: re.Match[str]) -> str:
        path = posixpath.normpath(posixpath.join("/", posixpath.dirname(name), found["to"])).lstrip("/")
        return f"{found['before']}/{VERSIONS}{version}/{path}" if path in assets else found[0]

    return REFERENCE.sub(put, page.decode()).encode()


class Bucket:
    """The site's bucket. `s3` is S3's client, `now` the clock."""

    def __init__(self, s3: Any, name: str, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._s3, self._name, self._now = s3, name, now

    def contents(self) -> dict[str, datetime]:
        """What lies there, and since when."""
        pages = self._s3.get_paginator("list_objects_v2").paginate(Bucket=self._name)
        return {each["Key"]: each["LastModified"] for page in pages for each in page.get("Contents", ())}

    def missing(self, wanted: Layout) -> list[File]:
        """What is not there, or is there otherwise; in the order of the layout."""
        there = self.contents()
        lacking = {file.key for file in wanted.versioned if file.key not in there}
        lacking |= {file.key for file in wanted.fixed if file.key not in there or self._digest(file.key) != file.digest}
        return [file for file in wanted.files if file.key in lacking]

    def left_over(self, wanted: Layout) -> list[str]:
        """Files with fixed addresses that the site has no more."""
        fixed = {file.key for file in wanted.fixed}
        return sorted(key for key in self.contents() if not key.startswith((VERSIONS, LEFT)) and key not in fixed)

    def put(self, files: Iterable[File]) -> None:
        for file in files:
            self._s3.put_object(
                Bucket=self._name,
                Key=file.key,
                Body=file.body,
                ContentType=file.kind,
                CacheControl=file.cache,
                Metadata={"sha256": file.digest},
            )

    def remove(self, keys: Iterable[str]) -> None:
        for key in keys:
            self._s3.delete_object(Bucket=self._name, Key=key)

    def tidy(self, current: str) -> None:
        """Notes which versions are not current any more, and removes those that no page can have open."""
        there = self.contents()
        for version in sorted({key.split("/")[1] for key in there if key.startswith(VERSIONS)} - {current}):
            noted = there.get(f"{LEFT}{version}")
            if noted is None:
                self._s3.put_object(Bucket=self._name, Key=f"{LEFT}{version}", Body=b"")
            elif noted < self._now() - OPEN_AT_MOST:
                self.remove([*(key for key in there if key.startswith(f"{VERSIONS}{version}/")), f"{LEFT}{version}"])
        if f"{LEFT}{current}" in there:
            self.remove([f"{LEFT}{current}"])

    def _digest(self, key: str) -> str:
        try:
            return str(self._s3.head_object(Bucket=self._name, Key=key)["Metadata"].get("sha256", ""))
        except ClientError as error:
            if error.response["Error"]["Code"] in ("404", "NoSuchKey"):
                return ""
            raise


def addresses(keys: Iterable[str]) -> list[str]:
    """The paths under which the CDN may keep what lies at these keys; a folder's page also as the folder."""
    found = {f"/{key}" for key in keys}
    return sorted(found | {"/" for path in found if path == "/index.html"})
