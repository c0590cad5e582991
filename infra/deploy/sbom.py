"""`make sbom` writes the bill of materials of what goes to AWS, in CycloneDX 1.6, and prints the licences.

In it are the packages of which the functions' bundle holds a file, with the hashes that pip is held to, and those whose code is
in the pages, with the hashes of package-lock.json; and those that are compiled into one of these, as far as its source map
tells: their names. The same packages give the same bytes: it has no time stamp. Needs the packages installed, as
`infra/setup.sh app npm` leaves them.
"""

from __future__ import annotations

import base64
import json
import re
import sys
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib.metadata import Distribution, distribution
from pathlib import Path
from typing import Any

from infra.deploy.bundle import is_needed
from infra.deploy.hashes import hashes_of
from infra.site.build import FOLDER, ROOT, vendor_files

FILE = ROOT / ".local" / "build" / "sbom.cdx.json"
ALLOWED = frozenset(
    {"0BSD", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "ISC", "MIT", "MPL-2.0", "PSF-2.0", "Python-2.0", "Unlicense"}
)
"""By their ids in SPDX. None of them asks more of whoever passes the product on than to keep its notices."""
NAMED = {
    "Apache License 2.0": "Apache-2.0",
    "Apache Software License": "Apache-2.0",
    "BSD License": "BSD-3-Clause",
    "ISC License (ISCL)": "ISC",
    "MIT License": "MIT",
    "Python Software Foundation License": "PSF-2.0",
    "The Unlicense (Unlicense)": "Unlicense",
}
"""What packages say that do not say an id."""
IMPORTED = re.compile(r"""(?:from|import)\s*\(?\s*["'](?P<name>(?:@[\w.-]+/)?[\w-][\w.-]*)["'/]""")
"""A package that a script of the pages names: no path begins it."""
COMPILED = re.compile(r"/node_modules/(?P<name>(?:@[\w.-]+/)?[\w.-]+)/")
COMPILED_IN = {"clsx": "MIT", "svelte": "MIT"}
"""Licences of the packages that others have compiled into what they publish. No lock file of ours knows them."""


class Refused(Exception):
    """A package has a licence that is not allowed, or none that is known; the message names it."""


@dataclass(frozen=True, order=True)
class Part:
    """`hashes` are an algorithm's name in CycloneDX and hexadecimal digits, one for each file of a release. What is compiled
    into another package has no version that we could know, and the hashes of the other hold it."""

    kind: str
    name: str
    version: str
    licence: str
    hashes: tuple[tuple[str, str], ...]

    @property
    def url(self) -> str:
        """As in package-url, by which scanners know it."""
        version = f"@{self.version}" if self.version else ""
        return f"pkg:{self.kind}/{self.name.replace('@', '%40')}{version}"


def of_functions() -> Iterator[Part]:
    """The packages of which the bundle holds a file."""
    for requirement, hashes in hashes_of((ROOT / "requirements.txt").read_text(encoding="utf-8")).items():
        name, _, version = requirement.partition("==")
        found = distribution(name)
        if any(is_needed(str(file)) for file in found.files or () if not str(file).startswith("..")):
            yield Part("pypi", name, version, licence_of(found), tuple(("SHA-256", each[7:]) for each in hashes))


def of_pages() -> Iterator[Part]:
    """The packages of which a page has code: files that are served as they are, and whatever scripts import."""
    locked = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    served = {"/".join(file.relative_to(ROOT / "node_modules").parts[:2]) for file in vendor_files().values()}
    imported = {each["name"] for path in FOLDER.rglob("*.js") for each in IMPORTED.finditer(path.read_text(encoding="utf-8"))}
    for name in served | imported:
        entry = locked[f"node_modules/{name}"]
        algorithm, _, digest = entry["integrity"].partition("-")
        hashes = ((algorithm.upper().replace("SHA", "SHA-"), base64.b64decode(digest).hex()),)
        yield Part("npm", name, entry["version"], entry["license"], hashes)


def compiled_in(maps: Iterable[Path]) -> Iterator[Part]:
    """The packages that these source maps name. Raises Refused where one of them is new."""
    sources = {source for each in maps for source in json.loads(each.read_text(encoding="utf-8"))["sources"]}
    for name in {found["name"] for source in sources if (found := COMPILED.search(source))}:
        if name not in COMPILED_IN:
            raise Refused(f"{name} is compiled into a package of the pages, and has no licence that is known")
        yield Part("npm", name, "", COMPILED_IN[name], ())


def licence_of(package: Distribution) -> str:
    """Its id in SPDX, or an expression of such. Raises Refused where it says none that is known."""
    said = package.metadata
    classified = [each.split(" :: ")[-1] for each in said.get_all("Classifier") or [] if each.startswith("License ::")]
    fields: list[str] = [*(said.get_all("License-Expression") or []), *(said.get_all("License") or [])]
    for each in [*fields, " OR ".join(NAMED.get(each, each) for each in classified)]:
        licence = NAMED.get(each, each)
        if set(licence.split(" OR ")) <= ALLOWED:
            return licence
    raise Refused(f"{said['Name']} has no licence that is allowed: {[*fields, *classified]}")


def parts() -> list[Part]:
    """Raises Refused."""
    maps = [file.with_name(f"{file.name}.map") for file in vendor_files().values() if file.suffix == ".js"]
    found = sorted([*of_functions(), *of_pages(), *compiled_in(maps)])
    for each in found:
        if not set(each.licence.split(" OR ")) <= ALLOWED:
            raise Refused(f"{each.name} has a licence that is not allowed: {each.licence}")
    return found


def bill(of: list[Part]) -> dict[str, Any]:
    """The document."""
    components = [
        {
            "type": "library",
            "bom-ref": each.url,
            "name": each.name,
            **({"version": each.version} if each.version else {}),
            "purl": each.url,
            "licenses": [{"expression": each.licence}],
            **({"hashes": [{"alg": name, "content": digest} for name, digest in each.hashes]} if each.hashes else {}),
        }
        for each in of
    ]
    content = json.dumps(components)
    product = {"type": "application", "bom-ref": "terminwerk", "name": "terminwerk", "licenses": [{"expression": "Apache-2.0"}]}
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, content)}",
        "version": 1,
        "metadata": {"component": product},
        "components": components,
        "dependencies": [{"ref": "terminwerk", "dependsOn": [each.url for each in of]}],
    }


def main(file: Path = FILE) -> int:
    try:
        found = parts()
    except Refused as error:
        print(error, file=sys.stderr)
        return 1
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(bill(found), indent=2) + "\n", encoding="utf-8")
    for each in found:
        print(f"{each.kind:<5} {each.name:<24} {each.version:<14} {each.licence}")
    print(f"{len(found)} packages, in {file.relative_to(ROOT)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
