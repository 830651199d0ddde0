"""Measures of style, computed from a syntax tree."""

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

Function = ast.FunctionDef | ast.AsyncFunctionDef

BRANCHES = (
    ast.If, ast.For, ast.AsyncFor, ast.While, ast.ExceptHandler, ast.IfExp, ast.comprehension, ast.match_case, ast.Assert,
)  # fmt: skip
BLOCKS = (ast.If, ast.For, ast.AsyncFor, ast.While, ast.Try, ast.With, ast.AsyncWith, ast.Match)
SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)


@dataclass(frozen=True, slots=True)
class Measured:
    """One function: ``lines`` of its body without docstring, comments and blank lines."""

    name: str
    lines: int
    complexity: int
    nesting: int
    parameters: int


def code_lines(tree: ast.Module, text: str) -> set[int]:
    """The numbers of the lines that hold code: no blank lines, comments or docstrings."""
    documented: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | Function) and ast.get_docstring(node, clean=False) is not None:
            documented.update(range(node.body[0].lineno, (node.body[0].end_lineno or 0) + 1))
    lines = enumerate(text.splitlines(), 1)
    return {n for n, line in lines if line.strip() and not line.strip().startswith("#") and n not in documented}


def functions(tree: ast.Module, text: str) -> Iterator[Measured]:
    """Every function of a module, measured."""
    lines = code_lines(tree, text)
    for node in ast.walk(tree):
        if isinstance(node, Function):
            body = range(node.body[0].lineno, (node.end_lineno or 0) + 1)
            yield Measured(node.name, len(lines.intersection(body)), complexity(node), nesting(node), parameters(node))


def complexity(function: ast.AST) -> int:
    """One, and one more for each place where the flow can part."""
    return 1 + sum(
        len(node.values) - 1 if isinstance(node, ast.BoolOp) else isinstance(node, BRANCHES)
        for node in ast.walk(function)
    )


def nesting(node: ast.AST, depth: int = 0) -> int:
    """How deep blocks stand in blocks; ``elif`` stands beside its ``if``, a function inside starts anew."""
    children = [child for child in ast.iter_child_nodes(node) if not isinstance(child, SCOPES)]
    return max((nesting(child, depth + _opens_block(node, child)) for child in children), default=depth)


def _opens_block(parent: ast.AST, child: ast.AST) -> bool:
    is_elif = isinstance(parent, ast.If) and parent.orelse == [child] and isinstance(child, ast.If)
    return isinstance(child, BLOCKS) and not is_elif


def parameters(function: Function) -> int:
    """How many values a caller may hand over; ``self`` and ``cls`` are not handed over."""
    positional = [*function.args.posonlyargs, *function.args.args]
    bound = bool(positional) and positional[0].arg in {"self", "cls"}
    return len(positional) + len(function.args.kwonlyargs) - bound


def broad_excepts(tree: ast.AST) -> list[int]:
    """The lines of handlers that catch everything."""
    return [
        node.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.ExceptHandler)
        and (node.type is None or getattr(node.type, "id", "") in {"Exception", "BaseException"})
    ]


def undocumented(tree: ast.AST) -> list[str]:
    """The names of public functions and classes without a docstring, and "module" for the module itself."""
    return [
        getattr(node, "name", "module")
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | Function)
        and not getattr(node, "name", "").startswith("_")
        and ast.get_docstring(node) is None
    ]


def quantile(values: Iterable[int], part: float) -> int:
    """The value below which the given part of all values lies; 0 for none."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * part))] if ordered else 0
