"""The measures measure what they say."""

import ast
from textwrap import dedent

import pytest

from tests.support import figures


def _measured(source: str) -> figures.Measured:
    text = dedent(source)
    return next(figures.functions(ast.parse(text), text))


@pytest.mark.parametrize(
    ("source", "lines"),
    [
        pytest.param("def f():\n    return 1", 1, id="one line"),
        pytest.param('def f():\n    """Two\n    lines."""\n    return 1', 1, id="a docstring is not code"),
        pytest.param("def f():\n    # why\n\n    return 1", 1, id="comments and blank lines are not code"),
        pytest.param("def f(\n    a,\n    b,\n):\n    return 1", 1, id="the signature is not the body"),
        pytest.param("def f():\n    return [\n        1,\n    ]", 3, id="a long expression counts as it is written"),
    ],
)
def test_lines_of_a_body(source: str, lines: int) -> None:
    assert _measured(source).lines == lines


@pytest.mark.parametrize(
    ("body", "complexity"),
    [
        pytest.param("return 1", 1, id="straight"),
        pytest.param("if a: return 1", 2, id="if"),
        pytest.param("if a: pass\n    elif b: pass\n    else: pass", 3, id="elif counts, else does not"),
        pytest.param("return a and b or c", 3, id="each further operand"),
        pytest.param("return [x for x in a if x]", 2, id="a comprehension"),
        pytest.param("return 1 if a else 2", 2, id="ternary"),
        pytest.param("try: a()\n    except A: pass\n    except B: pass", 3, id="each handler"),
        pytest.param("match a:\n        case 1: pass\n        case _: pass", 3, id="each case"),
        pytest.param("for x in a:\n        while x: x -= 1", 3, id="loops"),
    ],
)
def test_complexity(body: str, complexity: int) -> None:
    assert _measured(f"def f(a, b, c):\n    {body}").complexity == complexity


@pytest.mark.parametrize(
    ("body", "nesting"),
    [
        pytest.param("return 1", 0, id="flat"),
        pytest.param("for x in a:\n        if x:\n            with x: pass", 3, id="a block in a block in a block"),
        pytest.param("if a: pass\n    elif b: pass\n    elif c: pass", 1, id="elif stands beside its if"),
        pytest.param("if a: pass\n    else:\n        if b: pass\n        c()", 2, id="an if after else stands inside"),
        pytest.param("if a:\n        def g():\n            if b: pass", 1, id="a function inside starts anew"),
    ],
)
def test_nesting(body: str, nesting: int) -> None:
    assert _measured(f"def f(a, b, c):\n    {body}").nesting == nesting


@pytest.mark.parametrize(
    ("signature", "parameters"),
    [
        pytest.param("", 0, id="none"),
        pytest.param("self, a", 1, id="self is not handed over"),
        pytest.param("a, /, b, *, c", 3, id="positional and keyword-only ones"),
        pytest.param("a, *rest, **more", 1, id="open ends do not count"),
    ],
)
def test_parameters(signature: str, parameters: int) -> None:
    assert _measured(f"def f({signature}): pass").parameters == parameters


def test_handlers_that_catch_everything_are_found() -> None:
    source = "try: a()\nexcept OSError: pass\nexcept Exception: pass\ntry: b()\nexcept: pass"
    assert figures.broad_excepts(ast.parse(source)) == [3, 5]


def test_public_names_without_docstring_are_found() -> None:
    source = '"""Module."""\nclass A:\n    def f(self): pass\n    def _g(self): pass\ndef h():\n    """H."""\n'
    assert figures.undocumented(ast.parse(source)) == ["A", "f"]


@pytest.mark.parametrize(
    ("values", "part", "expected"),
    [
        pytest.param([], 0.9, 0, id="nothing"),
        pytest.param([7], 0.9, 7, id="one"),
        pytest.param(range(100), 0.9, 90, id="of a hundred"),
        pytest.param([3, 1, 2], 0.5, 2, id="in any order"),
    ],
)
def test_quantile(values: list[int], part: float, expected: int) -> None:
    assert figures.quantile(values, part) == expected
