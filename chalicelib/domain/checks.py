"""Whether the settings of a branch fit together. What one value can know by itself it has checked when it was made."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from chalicelib.domain.errors import Invalid
from chalicelib.domain.settings import Settings

_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")


def check(settings: Settings) -> None:
    """Raises Invalid with the path of each field that is wrong, e.g. `templates[0].second[1]`."""
    wrong = dict([*_ids(settings), *_references(settings), *_exceptions(settings), *_accesses(settings)])
    if wrong:
        raise Invalid(wrong)


Wrong = Iterator[tuple[str, str]]


def _ids(settings: Settings) -> Wrong:
    if not _ID.fullmatch(settings.branch.id):
        yield "branch.id", "must be 1 to 64 of A-Z, a-z, 0-9, _ and -"
    named = {"resources": [each.id for each in settings.resources], "templates": [each.id for each in settings.templates]}
    for kind, ids in named.items():
        for number, each in enumerate(ids):
            if not _ID.fullmatch(each):
                yield f"{kind}[{number}].id", "must be 1 to 64 of A-Z, a-z, 0-9, _ and -"
            if each in ids[:number]:
                yield f"{kind}[{number}].id", "is there already"


def _references(settings: Settings) -> Wrong:
    resources = {each.id for each in settings.resources}
    types = {each.id for each in settings.branch.types}
    for number, template in enumerate(settings.templates):
        yield from _unknown(f"templates[{number}].resources", template.resources, resources)
        yield from _unknown(f"templates[{number}].second", template.second, resources)
        for place, second in enumerate(template.second):
            if second in template.resources:
                yield f"templates[{number}].second[{place}]", "is the first resource"
    for number, availability in enumerate(settings.availabilities):
        yield from _unknown(f"availabilities[{number}].resources", availability.resources, resources)
        yield from _unknown(f"availabilities[{number}].type", (availability.type,), types)
    for number, exception in enumerate(settings.exceptions):
        yield from _unknown(f"exceptions[{number}].resource", (exception.resource,), resources)


def _unknown(path: str, ids: Iterable[str], known: set[str]) -> Wrong:
    if not known.issuperset(ids):
        yield path, "is not known"


def _exceptions(settings: Settings) -> Wrong:
    seen = set()
    for number, each in enumerate(settings.exceptions):
        if (each.resource, each.day) in seen:
            yield f"exceptions[{number}].date", "is the date of another exception"
        seen.add((each.resource, each.day))


def _accesses(settings: Settings) -> Wrong:
    """The alias tells its branch: what stands before its last `-`."""
    for number, each in enumerate(settings.accesses):
        branch, _, rest = each.alias.rpartition("-")
        if branch != settings.branch.id or not _ID.fullmatch(rest):
            yield f"accesses[{number}].alias", "must be the branch's id, - and a part without -"
