"""The templates that CloudFormation gets, and the functions' bundle.

The application's is what Chalice makes of app.py, with infra/templates laid over it.

    python -m infra.deploy.template FOLDER [host]     writes bundle.zip, app.json, data.json and edge.json

`host` builds for this machine, for rehearsals; else the bundle is for Lambda on arm64.
"""

import copy
import hashlib
import json
import os
import platform as machine
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from infra.deploy.bundle import slim
from infra.templates import app, data, edge
from infra.templates.parts import Template

ROOT = Path(__file__).resolve().parents[2]
Platform = Literal["lambda", "host"]
STAGE = "aws"
PACKAGED = ("app.py", "chalicelib", "requirements.txt", ".chalice")
"""What Chalice looks at. A copy, so that nothing of this folder but these gets into the bundle, and nothing of it changes."""
WHILE_PACKAGING = {
    "TABLE": "packaging",
    "SECRET": "packaging, which proves nothing to anybody",
    "SITE_URL": "https://packaging.invalid",
    "MAIL_FROM": "packaging@packaging.invalid",
    "AWS_DEFAULT_REGION": "eu-central-1",
}
"""app.py is imported to see its routes."""


class PackagingError(Exception):
    """Chalice could not package; the message is what it said."""


@dataclass(frozen=True)
class Package:
    """The application, ready for a stack."""

    bundle: Path
    """The functions' code."""
    app: Template
    """The template, whose functions do not say yet where their code lies."""

    @property
    def bundle_key(self) -> str:
        """Where the code belongs in the bucket of artifacts: the same code, the same key."""
        return f"bundle/{hashlib.sha256(self.bundle.read_bytes()).hexdigest()}.zip"

    def template(self, bucket: str, given: Mapping[str, str]) -> Template:
        """The template with its code in this bucket, for a stack that gets these parameters."""
        placed = copy.deepcopy(self.app)
        api = placed["Resources"]["RestAPI"]["Properties"]
        api["DefinitionBody"]["info"]["version"] = version_of(api, {name: given.get(name, "") for name in placed["Parameters"]})
        for resource in placed["Resources"].values():
            if resource["Type"] == "AWS::Serverless::Function":
                resource["Properties"]["CodeUri"] = {"Bucket": bucket, "Key": self.bundle_key}
        return placed


OF_THE_STAGE = ("AccessLogSetting", "MethodSettings", "StageName", "TracingEnabled")
"""What takes effect without a new deployment of the API."""


def version_of(api: Mapping[str, Any], given: Mapping[str, str]) -> str:
    """Of an API's definition: another one wherever it has to be deployed anew.

    SAM does so by what the definition says before anything in it is resolved. A user pool that was replaced, or a property
    beside the definition, would otherwise reach nobody: the stage shows the deployment that was made before.
    """
    settings = {name: value for name, value in api.items() if name not in OF_THE_STAGE}
    text = json.dumps(settings, sort_keys=True)
    resolved = {name: value for name, value in given.items() if f'"Ref": "{name}"' in text or f"${{{name}}}" in text}
    return hashlib.sha256(json.dumps([settings, resolved], sort_keys=True).encode()).hexdigest()[:16]


def synthesise(folder: Path, platform: Platform = "lambda", root: Path = ROOT) -> Package:
    """Builds the application of `root` into the folder.

    Needs the network or pip's cache, and the Python that the functions run on.
    """
    with tempfile.TemporaryDirectory() as scratch:
        packaged = _package(Path(scratch), platform, root)
        folder.mkdir(parents=True, exist_ok=True)
        slim(packaged / "deployment.zip", folder / "bundle.zip")
        made = json.loads((packaged / "sam.json").read_text())
    return Package(folder / "bundle.zip", app.complete(made))


def text_of(template: Template) -> str:
    return json.dumps(template, ensure_ascii=False, separators=(",", ":"))


def key_of(template: Template) -> str:
    """Where the template belongs in the bucket of artifacts."""
    return f"template/{hashlib.sha256(text_of(template).encode()).hexdigest()}.json"


def _package(scratch: Path, platform: Platform, root: Path) -> Path:
    source, target = scratch / "source", scratch / "target"
    source.mkdir()
    for name in PACKAGED:
        copied = shutil.copytree if (root / name).is_dir() else shutil.copy
        copied(root / name, source / name)
    if platform == "host":
        _build_for_this_machine(source / ".chalice" / "config.json")
    command = [str(Path(sys.executable).with_name("chalice")), "package", "--stage", STAGE, str(target)]
    wheels = _verified(source / "requirements.txt", scratch / "wheels", source / ".chalice" / "config.json")
    # Chalice asks for Lambda's wheels by name, without their hashes: so it finds those alone that were verified.
    environment = {**os.environ, **WHILE_PACKAGING, "PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(wheels)}
    done = subprocess.run(command, cwd=source, env=environment, capture_output=True, text=True)
    if done.returncode:
        raise PackagingError((done.stdout + done.stderr)[-4000:])
    return target


def _verified(requirements: Path, wheels: Path, config: Path) -> Path:
    """What is required, for this machine, which Chalice looks at, and for the one that the functions run on."""
    architecture = json.loads(config.read_text())["lambda_architecture"]
    on = {"arm64": "aarch64"}.get(architecture, architecture)
    platforms = [f"--platform={each}_{on}" for each in ("manylinux2014", "manylinux_2_17", "manylinux_2_28")]
    wanted = ["--require-hashes", "--no-deps", "--only-binary=:all:", "-q", "-r", str(requirements), "-d", str(wheels)]
    for target in ([], [*platforms, "--implementation=cp", "--python-version=3.13"]):
        command = [sys.executable, "-m", "pip", "download", *target, *wanted]
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode:
            raise PackagingError((done.stdout + done.stderr)[-4000:])
    return wheels


def _build_for_this_machine(file: Path) -> None:
    config = json.loads(file.read_text())
    config["lambda_architecture"] = "arm64" if machine.machine() in ("aarch64", "arm64") else "x86_64"
    file.write_text(json.dumps(config))


def main(folder: Path, platform: Platform) -> None:
    package = synthesise(folder, platform)
    written = {"app": package.app, "data": data.template(), "edge": edge.template()}
    for name, template in written.items():
        (folder / f"{name}.json").write_text(json.dumps(template, ensure_ascii=False, indent=2) + "\n")
    print(f"{package.bundle}: {package.bundle.stat().st_size / 1e6:.2f} MB, {package.bundle_key}")


if __name__ == "__main__":
    main(Path(sys.argv[1]), "host" if "host" in sys.argv[2:] else "lambda")
