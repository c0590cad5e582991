"""Whether the settings of a branch fit together. What one value can know by itself it has checked when it was made."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterable, Iterator

from chalicelib.domain.errors import Flaw, Invalid
from chalicelib.domain.rules import NAME_OF_THING
from chalicelib.domain.settings import ABSENCE, ANY, Branch, Settings
from chalicelib.domain.wording import flaws

_ID = re.compile(NAME_OF_THING.regex)
_LINK = re.compile(r"https://[^\s<>\"'\\^`{|}@/?#]+([/?#][^\s<>\"'\\^`{|}]*)?")
"""What a page may set as a link's address: nothing that a browser would run, that travels in the clear, or that puts another
name before the site's (`https://practice.example@evil.example`)."""
_LOGO = re.compile(r"data:image/(png|jpeg|webp);base64,([A-Za-z0-9+/]+={0,2})")
_BEGINS = {"png": b"\x89PNG\r\n\x1a\n", "jpeg": b"\xff\xd8\xff", "webp": b"RIFF"}
"""Pictures of points only: an SVG is a document, with links, styles and entities."""
LINKS = ("imprint_url", "privacy_url", "accessibility_url")
BEFORE_RELEASE = ("phone", "email", "sender_name", "imprint_url", "privacy_url")
"""What must be set before customers may book anything."""


def check(settings: Settings, before: Settings | None = None) -> None:
    """Raises Invalid with the path of each field that is wrong, e.g. `templates[0].second[1]`.

    Links, a logo and a reserved id that are as `before` pass: they may have been right when they were saved, and shall stop no
    other change.
    """
    parts = (_types, _ids, _release, _references, _questions, _exceptions, _accesses, _texts)
    wrong = dict(each for part in parts for each in part(settings))
    wrong |= dict(_shown(settings.branch, before.branch if before else None))
    wrong |= dict(_reserved(settings, before))
    if wrong:
        raise Invalid(wrong)


def missing(branch: Branch) -> list[str]:
    """The checklist before a resource may be released: names of the branch's empty fields."""
    return [name for name in BEFORE_RELEASE if not getattr(branch, name).strip()]


Wrong = Iterator[tuple[str, Flaw]]


def _shown(branch: Branch, before: Branch | None) -> Wrong:
    """What pages and mails show as a link or a picture."""
    for name in (*LINKS, "logo"):
        value = getattr(branch, name)
        if not value or (before and value == getattr(before, name)):
            continue
        if name == "logo" and not _is_picture(value):
            yield "branch.logo", Flaw("image")
        elif name in LINKS and not _LINK.fullmatch(value):
            yield f"branch.{name}", Flaw("url")


def _is_picture(logo: str) -> bool:
    """Whether it is what it says."""
    said = _LOGO.fullmatch(logo)
    if said is None:
        return False
    try:
        content = base64.b64decode(said[2], validate=True)
    except binascii.Error:
        return False
    return content.startswith(_BEGINS[said[1]])


def _types(settings: Settings) -> Wrong:
    """Closing a time for a day needs the absence."""
    if {type.effect for type in settings.branch.types if type.id == ABSENCE} != {"closes"}:
        yield "types", Flaw("fixed_types")


def _release(settings: Settings) -> Wrong:
    if settings.released:
        for name in missing(settings.branch):
            yield f"branch.{name}", Flaw("before_release")


def _ids(settings: Settings) -> Wrong:
    if not _ID.fullmatch(settings.branch.id):
        yield "branch.id", NAME_OF_THING.wrong
    named = {
        "types": [each.id for each in settings.branch.types],
        "resources": [each.id for each in settings.resources],
        "templates": [each.id for each in settings.templates],
        "employees": [each.id for each in settings.employees],
        "accesses": [each.alias for each in settings.accesses],
    }
    for kind, ids in named.items():
        for number, each in enumerate(ids):
            if not _ID.fullmatch(each):
                yield f"{kind}[{number}].id", NAME_OF_THING.wrong
            if each in ids[:number]:
                yield f"{kind}[{number}].id", Flaw("twice")


def _reserved(settings: Settings, before: Settings | None) -> Wrong:
    for number, each in enumerate(settings.resources):
        if each.id == ANY and not (before and before.resource(ANY)):
            yield f"resources[{number}].id", Flaw("reserved")


def _references(settings: Settings) -> Wrong:
    resources = {each.id for each in settings.resources}
    types = {each.id for each in settings.branch.types}
    for number, template in enumerate(settings.templates):
        yield from _unknown(f"templates[{number}].resources", template.resources, resources)
        yield from _unknown(f"templates[{number}].second", template.second, resources)
        for place, second in enumerate(template.second):
            if second in template.resources:
                yield f"templates[{number}].second[{place}]", Flaw("first_resource")
    for number, availability in enumerate(settings.availabilities):
        yield from _unknown(f"availabilities[{number}].resources", availability.resources, resources)
        yield from _unknown(f"availabilities[{number}].type", (availability.type,), types)
        if availability.valid_from and availability.valid_until and availability.valid_until < availability.valid_from:
            yield f"availabilities[{number}].valid_until", Flaw("not_before", field="valid_from")
    for number, exception in enumerate(settings.exceptions):
        yield from _unknown(f"exceptions[{number}].resource", (exception.resource,), resources)


def _questions(settings: Settings) -> Wrong:
    """In the branch's first language, which stands in for all others."""
    first = settings.branch.languages[0]
    for number, template in enumerate(settings.templates):
        for place, question in enumerate(template.questions):
            path = f"templates[{number}].questions[{place}]"
            texts = {"label": question.label, "purpose": question.purpose}
            texts |= {f"options[{n}].label": each.label for n, each in enumerate(question.options)}
            for name, text in texts.items():
                if not text.get(first):
                    yield f"{path}.{name}.{first}", Flaw("required")


def _unknown(path: str, ids: Iterable[str], known: set[str]) -> Wrong:
    if not known.issuperset(ids):
        yield path, Flaw("unknown")


def _exceptions(settings: Settings) -> Wrong:
    seen = set()
    for number, each in enumerate(settings.exceptions):
        if (each.resource, each.day) in seen:
            yield f"exceptions[{number}].date", Flaw("twice")
        seen.add((each.resource, each.day))


def _accesses(settings: Settings) -> Wrong:
    """The alias tells its branch: what stands before its last `-`. One that is revoked may speak of what is gone."""
    technical = {each.id for each in settings.employees if each.technical}
    resources = {each.id for each in settings.resources}
    for number, each in enumerate(settings.accesses):
        branch, _, rest = each.alias.rpartition("-")
        if branch != settings.branch.id or not _ID.fullmatch(rest):
            yield f"accesses[{number}].alias", Flaw("alias")
        if each.revoked_at:
            continue
        if each.employee is not None and each.employee not in technical:
            yield f"accesses[{number}].employee", Flaw("not_technical")
        if each.kind == "calendar" and each.resource not in resources:
            yield f"accesses[{number}].resource", Flaw("unknown")


def _texts(settings: Settings) -> Wrong:
    seen = set()
    for number, each in enumerate(settings.texts):
        for name, why in flaws(each).items():
            yield f"texts[{number}].{name}", why
        if each.place in seen:
            yield f"texts[{number}].kind", Flaw("twice")
        seen.add(each.place)
