"""docs/reference/errors.md: every error of the program, every state of a link, every exit code."""

import ast
import builtins
import re

from docs import generate
from storage.records import LinkState
from tests.docs.pages import REFERENCE, ROOT, section, table
from tests.support.tree import code_files, module_name, parsed

PAGE = REFERENCE / "errors.md"


def test_the_generated_part_is_what_the_program_says() -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert generate.renewed(text) == text, "run: .venv/bin/python -m docs.generate"


def test_each_state_of_a_link_is_described() -> None:
    assert list(table(section(PAGE, "What becomes of a link"))) == [state.value for state in LinkState]


def test_each_reason_for_a_skip_is_one_that_the_crawler_gives() -> None:
    named = re.findall(r"`([^`]+)`", "".join(re.findall(r"(?m)^\| (`.*?) \|", section(PAGE, "Why a link was skipped"))))
    reasons = [name.partition(":")[0] for name in named]
    parts = [*(ROOT / "crawler").rglob("*.py"), *(ROOT / "storage").rglob("*.py")]
    code = "".join(file.read_text(encoding="utf-8") for file in parts)
    assert [reason for reason in reasons if f'"{reason}' not in code] == []
    assert len(reasons) > 10


def test_each_module_that_defines_errors_is_generated_from() -> None:
    files = [file for file in code_files() if file.relative_to(ROOT).parts[0] != "demo"]
    defining = {module_name(file) for file in files if any(map(_is_error, parsed(file).body))}
    assert defining <= set(generate.ERROR_MODULES), "add them to ERROR_MODULES of docs/generate.py"


def _is_error(node: ast.stmt) -> bool:
    """Whether a statement defines an exception that others may meet, as its bases tell."""
    if not isinstance(node, ast.ClassDef) or node.name.startswith("_"):
        return False
    bases = [base.id for base in node.bases if isinstance(base, ast.Name)]
    known = [getattr(builtins, base, None) for base in bases]
    return any(isinstance(base, type) and issubclass(base, Exception) for base in known)


def test_what_stood_in_a_generated_part_is_replaced_and_the_rest_stays() -> None:
    text = "<!-- generated: errors -->\nstale words\n<!-- end -->\nafter\n"
    renewed = generate.renewed(text)
    assert "stale words" not in renewed
    assert renewed.endswith("<!-- end -->\nafter\n")
    assert generate.renewed(renewed) == renewed
