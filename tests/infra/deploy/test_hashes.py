"""Whatever is installed or bundled is a file whose hash stands beside its version."""

from __future__ import annotations

import re

import pytest

from infra.deploy.hashes import FILES, hashes_of, with_hashes, without_hashes
from infra.local.engine import ROOT

COMPILED = f"""six==1.17.0 \\
    --hash=sha256:{"a" * 64} \\
    --hash=sha256:{"b" * 64}
PyYAML==6.0.3 \\
    --hash=sha256:{"c" * 64}
"""


@pytest.mark.parametrize("name", FILES)
def test_each_requirement_is_pinned_and_has_hashes_and_no_registry_is_named(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    bare = [line for line in without_hashes(text).splitlines() if line and not line.startswith("#")]
    assert bare
    assert [line for line in bare if not re.fullmatch(r"[A-Za-z0-9._-]+==[^\s;]+(; .+)?", line)] == []
    assert len(hashes_of(text)) == len(bare)
    assert all(hashes_of(text).values())
    assert "://" not in text


def test_hashes_are_put_beside_their_versions_and_comments_stay() -> None:
    bare = "# What goes to Lambda\nsix==1.17.0\n\n# What that needs\npyyaml==6.0.3\n"
    text = with_hashes(bare, hashes_of(COMPILED))
    assert without_hashes(text) == bare
    assert text.splitlines()[:4] == [
        "# What goes to Lambda",
        "six==1.17.0 \\",
        f"    --hash=sha256:{'a' * 64} \\",
        f"    --hash=sha256:{'b' * 64}",
    ]
    assert hashes_of(text) == hashes_of(COMPILED)


def test_putting_them_again_changes_nothing() -> None:
    text = with_hashes("six==1.17.0\n", hashes_of(COMPILED))
    assert with_hashes(text, hashes_of(COMPILED)) == text


def test_a_version_whose_hashes_are_not_known_is_told() -> None:
    with pytest.raises(KeyError, match=r"1\.18\.0"):
        with_hashes("six==1.18.0\n", hashes_of(COMPILED))


def test_nothing_is_installed_without_a_hash() -> None:
    installs = re.findall(r"pip install [^\n]*", (ROOT / "infra" / "setup.sh").read_text(encoding="utf-8"))
    assert installs
    assert all("--require-hashes" in each for each in installs)
