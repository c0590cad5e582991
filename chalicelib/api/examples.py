"""Examples of bodies, by the name of their schema."""

from __future__ import annotations

from typing import Any

EXAMPLES: dict[str, Any] = {}
