"""Modules that are loaded when they are first used: the one place that puts an import off."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.abc import Loader
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
            spec.loader = LazyLoader(_tried_again(spec.loader))
        return spec


def _tried_again(loader: Loader) -> Loader:
    """A module whose loading failed is loaded anew when it is next used. By itself it would stay as it is, half made."""
    execute = loader.exec_module

    def exec_module(module: ModuleType) -> None:
        try:
            execute(module)
        except BaseException:
            module.__spec__.loader_state["is_loading"] = False  # type: ignore[union-attr]  # LazyLoader's own
            raise

    loader.exec_module = exec_module  # type: ignore[method-assign]  # this loader loads one module
    return loader


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
