"""Modules that are loaded when they are first used: the one place that puts an import off."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.machinery import ModuleSpec, PathFinder
from importlib.util import LazyLoader
from types import ModuleType


class _Later:
    """Finds our modules, and packages of the given names, and has them loaded by whoever first reads a name of theirs."""

    def __init__(self, packages: tuple[str, ...]) -> None:
        self._packages = packages

    def find_spec(self, name: str, path: Sequence[str] | None, target: ModuleType | None = None) -> ModuleSpec | None:
        if not name.startswith("chalicelib.") and name not in self._packages:
            return None
        spec = PathFinder.find_spec(name, path, target)
        is_module = spec and spec.submodule_search_locations is None
        if spec and spec.loader and (is_module or name in self._packages):
            spec.loader = LazyLoader(spec.loader)
        return spec


@contextmanager
def at_first_use(*packages: str) -> Iterator[None]:
    """Around imports of modules (not of names in them) of ours, and of the given packages of others. What one of them lacks is
    told at its first use."""
    later = _Later(packages)
    sys.meta_path.insert(0, later)
    try:
        yield
    finally:
        sys.meta_path.remove(later)
