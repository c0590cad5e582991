"""How code is broken: one small change in the body of one function."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

OTHER: dict[type[ast.AST], type[Any]] = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq, ast.NotEq: ast.Eq, ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.In: ast.NotIn, ast.NotIn: ast.In,
    ast.And: ast.Or, ast.Or: ast.And,
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.FloorDiv, ast.FloorDiv: ast.Mult, ast.Div: ast.Mult,
    ast.Mod: ast.FloorDiv,
    ast.BitOr: ast.BitAnd, ast.BitAnd: ast.BitOr, ast.BitXor: ast.BitAnd, ast.LShift: ast.RShift, ast.RShift: ast.LShift,
}  # fmt: skip
OTHER_CALL = {"min": "max", "max": "min", "any": "all", "all": "any", "startswith": "endswith", "endswith": "startswith"}
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


@dataclass(frozen=True)
class Mutant:
    """One change. `lines` are those of its statement; tests that run none of them cannot notice it."""

    file: str
    function: str
    number: int
    lines: range
    original: str
    broken: str

    @property
    def name(self) -> tuple[str, str, str]:
        """Keeps its meaning when lines move."""
        return f"{self.file}::{self.function}", self.original, self.broken

    def __str__(self) -> str:
        return f"{self.file}:{self.lines.start} {self.function}: {self.original} -> {self.broken}"


def mutants_of(root: Path, file: str) -> list[Mutant]:
    """All of a file, in its order."""
    found = _Breaking(file)
    found.visit(ast.parse((root / file).read_text(encoding="utf-8")))
    return found.mutants


def broken(root: Path, mutant: Mutant) -> ast.Module:
    """The file's syntax tree with the change."""
    tree: ast.Module = _Breaking(mutant.file, mutant.number).visit(ast.parse((root / mutant.file).read_text(encoding="utf-8")))
    return ast.fix_missing_locations(tree)


class _Breaking(ast.NodeTransformer):
    """Counts the changes that can be made, and makes the one that is wanted."""

    def __init__(self, file: str, wanted: int = -1) -> None:
        self.file = file
        self.wanted = wanted
        self.mutants: list[Mutant] = []
        self._within: list[str] = []
        self._functions = 0
        self._lines = range(0)

    def visit(self, node: ast.AST) -> Any:
        if isinstance(node, ast.ClassDef):
            return self._entered(node, 0)
        if isinstance(node, FUNCTIONS):
            return self._entered(node, 1)
        if not self._functions:
            return self.generic_visit(node)
        outer = self._lines
        if isinstance(node, ast.stmt | ast.ExceptHandler | ast.match_case):
            self._lines = _own_lines(node)
        for changed in _changes(node):
            number = len(self.mutants)
            name = ".".join(self._within)
            self.mutants.append(Mutant(self.file, name, number, self._lines, _text(node), _text(node, changed)))
            if number == self.wanted:
                self._lines = outer
                return ast.copy_location(changed, node)
        changed = self._further(node)
        self._lines = outer
        return changed

    def _entered(self, node: Any, functions: int) -> Any:
        """Only the body counts: decorators, annotations and defaults are computed outside of it. A docstring says nothing."""
        self._within.append(node.name)
        self._functions += functions
        skipped = node.body[:1] if ast.get_docstring(node) is not None else []
        node.body = skipped + [self.visit(each) for each in node.body[len(skipped) :]]
        self._functions -= functions
        self._within.pop()
        return node

    def _further(self, node: ast.AST) -> Any:
        if isinstance(node, ast.AnnAssign):
            node.value = self.visit(node.value) if node.value else None
            return node
        if isinstance(node, ast.JoinedStr):  # its own text is said to people; what is put into it may be a rule
            node.values = [self.generic_visit(each) if isinstance(each, ast.FormattedValue) else each for each in node.values]  # type: ignore[misc]  # as it was
            return node
        return self.generic_visit(node)


def _own_lines(node: Any) -> range:
    """Of a compound statement only its head."""
    first = node.pattern.lineno if isinstance(node, ast.match_case) else node.lineno
    inner = getattr(node, "body", None) or getattr(node, "cases", None)
    if not inner:
        return range(first, node.end_lineno + 1)
    below = inner[0].pattern.lineno if isinstance(inner[0], ast.match_case) else inner[0].lineno
    return range(first, max(first + 1, below))


def _text(node: ast.AST, changed: ast.AST | None = None) -> str:
    """A line of it, or of what was made of it."""
    if isinstance(changed, ast.If) and changed.body == [node]:
        return "pass"
    return ast.unparse(ast.fix_missing_locations(changed or node)).strip().partition("\n")[0]


def _changes(node: Any) -> Iterator[ast.AST]:
    match node:
        case ast.Compare():
            for place, operator in enumerate(node.ops):
                yield _with(node, ops=[*node.ops[:place], OTHER[type(operator)](), *node.ops[place + 1 :]])
        case ast.BoolOp():
            yield _with(node, op=OTHER[type(node.op)]())
            for place in range(len(node.values)):
                left = [*node.values[:place], *node.values[place + 1 :]]
                yield _with(node, values=left) if len(left) > 1 else left[0]
        case ast.UnaryOp():
            yield node.operand
        case ast.BinOp() | ast.AugAssign() if type(node.op) in OTHER:
            yield _with(node, op=OTHER[type(node.op)]())
        case ast.Constant(value=bool()):
            yield ast.Constant(not node.value)
        case ast.Constant(value=int() | float() as number):
            yield ast.Constant(number + 1)
        case ast.Constant(value=str()):
            yield ast.Constant("XX" if node.value != "XX" else "")
        case ast.If() | ast.IfExp():
            yield _with(node, test=ast.Constant(True))
            yield _with(node, test=ast.Constant(False))
        case ast.While():
            yield _with(node, test=ast.Constant(False))
        case ast.comprehension():
            for place in range(len(node.ifs)):
                yield _with(node, ifs=[*node.ifs[:place], *node.ifs[place + 1 :]])
        case ast.match_case() if node.guard:
            yield _with(node, guard=None)
        case ast.Return() if node.value and not (isinstance(node.value, ast.Constant) and node.value.value is None):
            yield ast.Return(ast.Constant(None))
        case ast.Raise() | ast.Break() | ast.Continue() | ast.Delete() | ast.Expr(value=ast.Call()):
            yield _left_out(node)
        case ast.Assign() if isinstance(node.targets[0], ast.Attribute | ast.Subscript):
            yield _left_out(node)
        case ast.ExceptHandler() if not isinstance(node.body[0], ast.Raise):
            yield _with(node, body=[ast.Raise()])
        case ast.Call():
            for place in range(len(node.keywords)):
                yield _with(node, keywords=[*node.keywords[:place], *node.keywords[place + 1 :]])
            if isinstance(node.func, ast.Name) and node.func.id in OTHER_CALL:
                yield _with(node, func=ast.Name(OTHER_CALL[node.func.id], ast.Load()))
            if isinstance(node.func, ast.Attribute) and node.func.attr in OTHER_CALL:
                yield _with(node, func=_with(node.func, attr=OTHER_CALL[node.func.attr]))
    if isinstance(node, ast.AugAssign):
        yield _left_out(node)


def _left_out(node: ast.stmt) -> ast.stmt:
    """It stays where it is never reached, so that the function closes over the same names."""
    return ast.If(ast.Constant(False), [node], [])


def _with(node: Any, **fields: Any) -> Any:
    changed = type(node)(**{name: getattr(node, name) for name in node._fields} | fields)
    return ast.copy_location(changed, node) if isinstance(node, ast.expr | ast.stmt | ast.ExceptHandler) else changed
