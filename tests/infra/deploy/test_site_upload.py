"""How the site lies in its bucket, and what an upload changes there."""

from __future__ import annotations

import re
import secrets
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from infra.deploy.site import FOR_GOOD, OPEN_AT_MOST, Bucket, Layout, addresses, layout
from infra.local.engine import Engine


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, text in {
        "index.html": '<link href="style.css"><script src="page.js"></script><a href="other.html">',
        "style.css": "p {}",
        "page.js": 'import "./part.js"',
        "part.js": "1",
        "embed.js": "2",
        "staff/index.html": '<script src="staff.js"></script><script src="vendor/their.js"></script><link href="data:,">',
        "staff/staff.js": 'import "../page.js"',
        "staff/vendor/their.js": "3",
    }.items():
        (tmp_path / "site" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "site" / name).write_text(text)
    return tmp_path / "site"


def laid_out(folder: Path) -> Layout:
    return layout({path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()})


@pytest.fixture
def s3(engine: Engine) -> Any:
    return engine.client("s3")


@pytest.fixture
def name(s3: Any) -> str:
    name = f"site-{secrets.token_hex(6)}"
    s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": "eu-central-1"})
    return name


def put_all(bucket: Bucket, wanted: Layout) -> list[str]:
    missing = bucket.missing(wanted)
    bucket.put(missing)
    bucket.tidy(wanted.version)
    return [file.key for file in missing]


def test_what_pages_load_has_an_address_that_changes_with_it(folder: Path) -> None:
    first = laid_out(folder)
    (folder / "part.js").write_text("other")
    second = laid_out(folder)
    assert first.version != second.version
    assert {file.key for file in first.versioned} == {
        f"v/{first.version}/{name}" for name in ("style.css", "page.js", "part.js", "staff/staff.js", "staff/vendor/their.js")
    }
    assert {file.cache for file in first.versioned} == {FOR_GOOD}


def test_pages_and_what_homepages_name_keep_their_addresses(folder: Path) -> None:
    cached = {file.key: file.cache for file in laid_out(folder).fixed}
    assert cached == {"embed.js": "public, max-age=3600", "index.html": "no-cache", "staff/index.html": "no-cache"}


def test_pages_refer_to_the_versioned_files_and_to_each_other_as_before(folder: Path) -> None:
    wanted = laid_out(folder)
    pages = {file.key: file.body.decode() for file in wanted.fixed}
    at = f"/v/{wanted.version}"
    assert pages["index.html"] == (f'<link href="{at}/style.css"><script src="{at}/page.js"></script><a href="other.html">')
    assert pages["staff/index.html"] == (
        f'<script src="{at}/staff/staff.js"></script><script src="{at}/staff/vendor/their.js"></script><link href="data:,">'
    )


def test_whatever_is_loaded_is_uploaded_before_what_loads_it(folder: Path) -> None:
    keys = [file.key for file in laid_out(folder).files]
    assert [key.startswith("v/") for key in keys] == sorted((key.startswith("v/") for key in keys), reverse=True)
    assert keys[-1].endswith(".html")


def test_our_own_site_loads_nothing_from_an_address_without_a_version() -> None:
    wanted = layout()
    absolute = re.compile(rb"""(?:import\(|from |import |url\()\s*["']?/(?!/)""")
    assert [file.key for file in wanted.versioned if absolute.search(file.body)] == []
    referred = re.compile(rb"<(?:link|script)[^>]* (?:src|href)=\"(?!data:)(?!/v/)")
    assert [file.key for file in wanted.fixed if file.key.endswith(".html") and referred.search(file.body)] == []


def test_only_what_changed_is_uploaded(folder: Path, s3: Any, name: str) -> None:
    bucket = Bucket(s3, name)
    assert put_all(bucket, laid_out(folder)) == [file.key for file in laid_out(folder).files]
    assert put_all(bucket, laid_out(folder)) == []
    (folder / "embed.js").write_text("another")
    assert put_all(bucket, laid_out(folder)) == ["embed.js"]
    found = s3.get_object(Bucket=name, Key="embed.js")
    assert (found["Body"].read(), found["ContentType"], found["CacheControl"]) == (
        b"another",
        "text/javascript; charset=utf-8",
        "public, max-age=3600",
    )


def test_a_page_that_is_gone_is_left_over_and_versions_are_not(folder: Path, s3: Any, name: str) -> None:
    bucket = Bucket(s3, name)
    put_all(bucket, laid_out(folder))
    (folder / "staff" / "index.html").unlink()
    (folder / "part.js").write_text("other")
    assert bucket.left_over(laid_out(folder)) == ["staff/index.html"]


def test_a_former_version_stays_as_long_as_a_page_may_be_open(folder: Path, s3: Any, name: str) -> None:
    ahead = timedelta()
    bucket = Bucket(s3, name, lambda: datetime.now(UTC) + ahead)
    former = laid_out(folder)
    put_all(bucket, former)
    ahead = timedelta(days=400)
    (folder / "part.js").write_text("other")
    put_all(bucket, laid_out(folder))
    assert former.versioned[0].key in bucket.contents()
    ahead = OPEN_AT_MOST + timedelta(minutes=1)
    put_all(bucket, laid_out(folder))
    assert not [key for key in bucket.contents() if former.version in key]


def test_a_version_that_is_current_again_is_not_removed(folder: Path, s3: Any, name: str) -> None:
    ahead = timedelta()
    bucket = Bucket(s3, name, lambda: datetime.now(UTC) + ahead)
    former = laid_out(folder)
    put_all(bucket, former)
    (folder / "part.js").write_text("other")
    put_all(bucket, laid_out(folder))
    (folder / "part.js").write_text("1")
    put_all(bucket, laid_out(folder))
    ahead = OPEN_AT_MOST + timedelta(minutes=1)
    put_all(bucket, laid_out(folder))
    assert bucket.missing(former) == []


def test_the_start_page_is_forgotten_under_both_of_its_addresses() -> None:
    assert addresses(["index.html", "staff/index.html"]) == ["/", "/index.html", "/staff/index.html"]
