"""The functions' code: slimmed from what Chalice packages, compiled, and the same bytes each time.

A function starts in a third of the time when its modules are compiled, and loads in a third when what no function reads is left
out. Compiled files carry no time stamp that Python would check: nobody edits a bundle.
"""

import os
import pickle
import re
import subprocess
import sys
import tempfile
import zipfile
from fnmatch import fnmatchcase
from pathlib import Path

from chalicelib.domain.languages import LANGUAGES, wider

AARCH64, X86_64 = 0xB7, 0x3E
"""What the header of a compiled module says it is for (ELF's e_machine)."""
SERVICES = frozenset({"cloudwatch", "cognito-idp", "dynamodb", "lambda", "sesv2", "sns"})
"""AWS's services that a function of ours calls; botocore describes four hundred."""
SERVICE = re.compile(r"botocore/data/(?P<service>[^/]+)/")
OF_COMMANDS = (
    "chalicelib/api/catalogue.py", "chalicelib/planner/schedule/consistency.py", "chalicelib/store/maintenance.py",
    "chalicelib/store/transfer.py",
)  # fmt: skip
"""Modules of ours that the build or the operators' commands use, and no function."""
UNREAD = (
    *OF_COMMANDS,
    "chalicelib/texts/*/accessibility.json", "chalicelib/texts/*/booking.json", "chalicelib/texts/*/calendar.json",
    "chalicelib/texts/*/form.json", "chalicelib/texts/*/invited.json", "chalicelib/texts/*/manage.json",  # of the pages
    "babel/locale-data/*",  # of all languages
    "babel/[!_cglp]*", "babel/l[ai]*", "babel/localtime/*",  # but names and plural forms
    "*.c", "*.pyi", "*.rst", "*__pycache__/*", "*/tests/*", "*.data/*",
    "boto3/data/*", "boto3/dynamodb/*", "boto3/s3/*",  # resources, where we use clients
    "botocore/crt/auth.py", "botocore/data/*/*/examples-*", "botocore/data/lambda/2014-11-11/*", "botocore/stub.py",
    "dateutil/tz/win.py", "dateutil/tzwin.py", "dateutil/zoneinfo/*",  # zones come from tzdata
    "dns/*",  # whether an address's domain takes mail is not looked up
    "email_validator/deliverability.py",
    "holidays/financial/*", "holidays/generate_ics.py", "holidays/ical.py", "holidays/locale/*/XNYS.mo",
    "holidays/locale/th/*", "holidays/locale/uk/*",  # of all countries; each holiday has its own language and English
    "holidays/locale/ur_PK/*",  # Pakistan's own is English
    *(f"holidays/locale/{name}/*/IN.mo" for name in ("bn", "gu", "hi", "kn", "ml", "mr", "pa", "ta", "te")),  # so has India
    "icalendar/cli.py", "idna/cli.py", "idna/codec.py",
    "jinja2/ext.py", "jinja2/nativetypes.py", "jinja2/sandbox.py",
    *(f"phonenumbers/{name}.py" for name in ("carrier", "geocoder", "prefix", "timezone")), "phonenumbers/shortdata/region_*",
    "s3transfer/crt.py", "s3transfer/processpool.py", "urllib3/contrib/emscripten/*", "urllib3/contrib/pyopenssl.py",
    "urllib3/http2/connection.py",
    "typing_extensions.py",  # for older Pythons: whoever asks for it asks the standard library next
    "tzdata/zoneinfo/*.tab", "tzdata/zoneinfo/*.zi", "tzdata/zoneinfo/leapseconds",
)  # fmt: skip
"""What no function reads at run time."""
READ = (
    *(f"babel/locale-data/{name}.dat" for name in ("root", *sorted({wider(tag) for tag in LANGUAGES}))),
    "holidays-*.dist-info/METADATA", "holidays/locale/th/*/TH.mo", "holidays/locale/uk/*/UA.mo",
    "tzdata/zoneinfo/zone.tab",  # the country of a branch's zone
)  # fmt: skip
"""What one does read among these; of the packages' descriptions, only holidays looks at its own."""
OF_LANGUAGES = frozenset({"plural_form", "months", "days"})
"""What mails read of Babel's data of a language: a fifteenth of it."""
TO_FIND_LANGUAGES = frozenset({"parent_exceptions"})
"""What Babel itself looks up to find a language that it has."""
OURS = ("app.py", "chalicelib/")
"""Keeps its docstrings: a dataclass without one writes its own at each start, which costs more than reading it."""
EPOCH = (1980, 1, 1, 0, 0, 0)
"""The first moment that a zip file can name."""


def slim(package: Path, bundle: Path) -> None:
    """Writes from Chalice's zip file the one that goes to AWS. Needs the Python that the functions run on."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        with zipfile.ZipFile(package) as packed:
            packed.extractall(folder, [name for name in packed.namelist() if is_needed(name)])
        _shorten(folder)
        _compile(folder)
        _pack(folder, bundle)


def is_needed(name: str) -> bool:
    """Whether a function may read this file of the package."""
    if any(fnmatchcase(name, pattern) for pattern in READ):
        return True
    if ".dist-info/" in name or any(fnmatchcase(name, pattern) for pattern in UNREAD):
        return False
    described = SERVICE.match(name)
    return described is None or described["service"] in SERVICES


def machines(bundle: Path) -> dict[str, int]:
    """The processor that each compiled module is for, by the module's name."""
    with zipfile.ZipFile(bundle) as packed:
        return {name: int.from_bytes(packed.read(name)[18:20], "little") for name in packed.namelist() if name.endswith(".so")}


def _shorten(folder: Path) -> None:
    """Takes from Babel's data, pickled dictionaries, whatever nobody reads."""
    for path in folder.glob("babel/locale-data/*.dat"):
        _keep(path, OF_LANGUAGES)
    for path in folder.glob("babel/global.dat"):
        _keep(path, TO_FIND_LANGUAGES)


def _keep(path: Path, names: frozenset[str]) -> None:
    data = pickle.loads(path.read_bytes())
    path.write_bytes(pickle.dumps({name: data[name] for name in data if name in names}, protocol=2))


def _compile(folder: Path) -> None:
    """Leaves out the sources, which double the size, and the docstrings and assertions of packages."""
    sources = sorted(folder.rglob("*.py"))
    ours = [each for each in sources if each.relative_to(folder).as_posix().startswith(OURS)]
    _run_compiler(folder, ours, optimize=0)
    _run_compiler(folder, [each for each in sources if each not in ours], optimize=2)
    for source in sources:
        source.unlink()


def _run_compiler(folder: Path, sources: list[Path], optimize: int) -> None:
    """In a process of its own, one file after the other: what was compiled before shows in the bytes of what comes after."""
    options = ["-q", "-b", "-i", "-", "-o", str(optimize), "-s", str(folder), "--invalidation-mode", "unchecked-hash"]
    subprocess.run(
        [sys.executable, "-m", "compileall", *options],
        check=True,
        input="\n".join(map(str, sources)),
        text=True,
        env={**os.environ, "PYTHONHASHSEED": "0"},
        stdout=subprocess.DEVNULL,
    )


def _pack(folder: Path, bundle: Path) -> None:
    with zipfile.ZipFile(bundle, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as packed:
        for file in sorted(path for path in folder.rglob("*") if path.is_file()):
            entry = zipfile.ZipInfo(file.relative_to(folder).as_posix(), EPOCH)
            entry.external_attr = 0o644 << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            packed.writestr(entry, file.read_bytes(), compresslevel=9)
