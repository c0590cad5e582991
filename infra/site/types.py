"""`python -m infra.site.types`: the types of the API's requests and answers for the check of the pages' scripts, made from the
OpenAPI document into `.local/build/api.d.ts`. A field with a default may be left out of a request."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

from chalicelib.api.openapi import description

ROOT = Path(__file__).resolve().parents[2]
GENERATOR = ROOT / "node_modules" / ".bin" / "openapi-typescript"
BUILD = ROOT / ".local" / "build"


def main() -> None:
    document, types = BUILD / "openapi.json", BUILD / "api.d.ts"
    BUILD.mkdir(parents=True, exist_ok=True)
    document.write_text(json.dumps(description()))
    # What has a default may be left out of a request.
    command = [str(GENERATOR), str(document), "--default-non-nullable=false", "--output", str(types)]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


if __name__ == "__main__":
    main()
