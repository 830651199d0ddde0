"""The direction of imports, lazy ones included: ARCHITECTURE.md draws it, this holds it.

import-linter (.importlinter) follows chains between packages; here stand the rules for the modules beside them, for single
modules, and what an import really loads.
"""

import ast
import subprocess
import sys
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

from tests.support.tree import PACKAGES, ROOT, code_files, imported, module_name, parsed

LEAVES = {"guard", "config", "config_blocks", "config_problems", "config_secrets", "config_values"}
CRAWLING = {"crawler", "storage", *LEAVES}
PARTS = {"scheduler", "spiders", "delivery", *CRAWLING}

#: who may import what of ours; a package may always import itself
MAY_IMPORT = {
    "guard": set(),
    "config_values": set(),
    "config_secrets": set(),
    "config_blocks": {"config_secrets", "config_values"},
    "config_problems": {"config_blocks", "config_values"},
    "config": {"config_blocks", "config_problems", "config_values"},
    "storage": LEAVES,
    "crawler": CRAWLING,
    "spiders": CRAWLING,
    "delivery": {"storage", *LEAVES},
    "engine": {"storage", *LEAVES},
    "scheduler": CRAWLING,
    "cluster": {"engine", *CRAWLING},
    "service": PARTS,
    "daemon": {"cluster", "service", *PARTS},
    "commands": {"daemon", "engine", "service", *PARTS},
    "cli": {"commands"},
    "demo": {"cli", "service", *PARTS},
}

FRAMEWORKS = {"scrapy", "twisted", "sqlalchemy", "apscheduler"}
PURE = (
    "crawler/discover",
    "crawler/extract",
    "crawler/identity",
    "crawler/urls.py",
    "crawler/cadence.py",
    "crawler/cadence_price.py",
    "crawler/cadence_rate.py",
    "crawler/text.py",
    "crawler/render/need.py",
    "crawler/render/shell.py",
    "crawler/render/sieve.py",
    "crawler/render/state.py",
    "crawler/render/trackers.py",
)


def _root(name: str) -> str:
    return name.partition(".")[0]


def _pure_files() -> list[Path]:
    paths = [ROOT / part for part in PURE]
    return sorted(file for path in paths for file in ([path] if path.is_file() else path.rglob("*.py")))


def _imports_of_ours(file: Path) -> set[str]:
    return {name for name in imported(parsed(file)) if _root(name) in MAY_IMPORT}


def _printed_by(program: str) -> list[str]:
    """The words that a program prints in a fresh interpreter."""
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False, cwd=ROOT)
    assert run.returncode == 0, run.stderr
    return run.stdout.split()


def test_every_module_has_its_place_in_the_order() -> None:
    assert {_root(module_name(file)) for file in code_files()} <= MAY_IMPORT.keys()


def test_imports_point_downwards() -> None:
    against = [
        f"{file.relative_to(ROOT)} imports {name}"
        for file in code_files()
        for name in sorted(_imports_of_ours(file))
        if (me := _root(module_name(file))) != _root(name) and _root(name) not in MAY_IMPORT[me]
    ]
    assert against == []


def test_nothing_imports_in_a_circle_not_even_inside_functions() -> None:
    modules = {module_name(file): file for file in code_files()}
    graph = {name: (_imports_of_ours(file) & modules.keys()) - {name} for name, file in modules.items()}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        pytest.fail(" -> ".join(error.args[1]))


def test_a_package_says_in_one_docstring_what_it_is_and_holds_nothing_else() -> None:
    more = [
        str(file.relative_to(ROOT))
        for file in code_files()
        if file.name == "__init__.py" and (len(parsed(file).body) != 1 or ast.get_docstring(parsed(file)) is None)
    ]
    assert more == []


def test_imports_name_where_a_thing_stands() -> None:
    relative = [
        str(file.relative_to(ROOT))
        for file in code_files()
        for node in ast.walk(parsed(file))
        if isinstance(node, ast.ImportFrom) and node.level
    ]
    assert relative == []


def test_the_vocabulary_needs_the_standard_library_alone() -> None:
    names = {_root(name) for name in imported(parsed(ROOT / "storage" / "records.py"))}
    assert names <= sys.stdlib_module_names


def test_pure_parts_name_no_framework() -> None:
    named = {
        str(file.relative_to(ROOT)): FRAMEWORKS & {_root(name) for name in imported(parsed(file))}
        for file in _pure_files()
    }
    assert {file: names for file, names in named.items() if names} == {}


def test_pure_parts_load_no_framework_by_way_of_others() -> None:
    modules = [module_name(file) for file in _pure_files()]
    program = f"import sys, {', '.join(modules)}; print(*sorted({FRAMEWORKS} & sys.modules.keys()))"
    assert _printed_by(program) == []


def test_the_entry_module_loads_neither_scrapy_nor_twisted_for_reader_processes() -> None:
    if not (ROOT / "cli.py").exists():
        return
    program = "import sys, cli; print(*sorted({'scrapy', 'twisted'} & sys.modules.keys()))"
    assert _printed_by(program) == []


def test_all_packages_are_read_by_these_tests() -> None:
    with_code = {file.parent.name for file in ROOT.glob("*/__init__.py")} - {"tests", "benchmarks"}
    assert with_code == set(PACKAGES)
