"""Checks the bill of materials in a file against CycloneDX's own schema. Runs in the judges' own environment."""

from __future__ import annotations

import sys
from pathlib import Path

from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

found = JsonStrictValidator(SchemaVersion.V1_6).validate_str(Path(sys.argv[1]).read_text(encoding="utf-8"))
if found is not None:
    sys.exit(f"{sys.argv[1]} is no CycloneDX 1.6: {found}")
print("It is what CycloneDX 1.6 asks for.")
