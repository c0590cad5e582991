"""The page that shows every component of the pages in each state, language and scheme: /kit.html.

Only the local run has it. It is made of the pages' own modules and style sheets, by the same bundler.
"""

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from infra.site.build import FOLDER as SITE
from infra.site.build import TEXTS, build

FOLDER = Path(__file__).with_name("kit")


def current() -> Mapping[str, bytes]:
    """Address -> content, as the sources are now: what has changed is built anew."""
    sources = sorted((*FOLDER.rglob("*"), *SITE.rglob("*"), *TEXTS.rglob("*")))
    return _built_at(tuple((path, path.stat().st_mtime_ns) for path in sources))


@lru_cache(maxsize=1)
def _built_at(_: tuple[tuple[Path, int], ...]) -> Mapping[str, bytes]:
    """Without what the site has itself."""
    return {name: body for name, body in build(FOLDER).items() if name.removeprefix("scripts/").startswith("kit")}
