"""What is installed is what was locked: each entry by its hash, from wherever the reader's own index is."""

import re
import sys
from importlib.metadata import packages_distributions

import pytest
from packaging.utils import canonicalize_name

from tests.support.lock import direct_dependencies, locked, project, read_lock
from tests.support.tree import PACKAGES, ROOT, code_files, imported, parsed

#: parts of Scrapy's own interface: whoever has Scrapy has them, in the version that it was made for
BROUGHT_BY_SCRAPY = {"attrs", "itemadapter", "twisted", "zope-interface"}

#: part of the standard library of a Python newer than the oldest that we support
NEWER_STANDARD = {"compression"}

#: used without an import of ours
NAMED_BY_STRING = {
    "scrapy-playwright",  # a download handler that Scrapy loads by its name
    "tzdata",  # read by zoneinfo
}

LOCKS = ("requirements.txt", "requirements-dev.txt")


@pytest.mark.parametrize("lock", LOCKS)
def test_every_entry_is_one_version_with_hashes(lock: str) -> None:
    entries = locked(lock)
    assert len(entries) > 50
    loose = [
        str(entry.requirement)
        for entry in entries
        if not entry.hashes or not str(entry.requirement.specifier).startswith("==")
    ]
    assert loose == []
    assert all(value.startswith("sha256:") for entry in entries for value in entry.hashes)


@pytest.mark.parametrize("lock", LOCKS)
def test_no_index_folder_or_address_is_named(lock: str) -> None:
    text = (ROOT / lock).read_text(encoding="utf-8")
    options = [line for line in text.splitlines() if line.strip().startswith("-") and "--hash=" not in line]
    assert options == []
    assert [line for line in text.splitlines() if "/" in line or " @ " in line] == []


def test_both_locks_agree() -> None:
    small, large = ({(entry.name, str(entry.requirement)) for entry in locked(lock)} for lock in LOCKS)
    assert small <= large


@pytest.mark.parametrize(
    ("part", "lock"),
    [
        pytest.param("core", "requirements.txt", id="what everybody needs"),
        pytest.param("postgres", "requirements.txt", id="the PostgreSQL driver"),
        pytest.param("build", "requirements.txt", id="what builds the project itself"),
        pytest.param("dev", "requirements-dev.txt", id="the tools of make test"),
    ],
)
def test_the_lock_holds_what_the_project_asks_for(part: str, lock: str) -> None:
    entries = locked(lock)
    for wanted in direct_dependencies()[part]:
        versions = [
            str(entry.requirement.specifier)[2:] for entry in entries if entry.name == canonicalize_name(wanted.name)
        ]
        assert versions, f"{wanted} is not in {lock}: make lock"
        assert all(wanted.specifier.contains(version) for version in versions), (
            f"{wanted}, locked {versions}: make lock"
        )


def test_all_extras_are_in_the_lock_that_make_setup_installs() -> None:
    names = {entry.name for entry in locked("requirements.txt")}
    extras = direct_dependencies().keys() - {"core", "build", "dev"}
    assert {one.name for extra in extras for one in direct_dependencies()[extra]} <= names


def test_a_wheel_of_the_project_holds_all_of_it() -> None:
    build = project()["tool"]["hatch"]["build"]["targets"]["wheel"]  # type: ignore[index]
    modules = {file.name for file in ROOT.glob("*.py")}
    assert set(build["only-include"]) >= modules | (set(PACKAGES) - {"demo"})


def test_reading_a_lock() -> None:
    text = "a==1 \\\n    --hash=sha256:00 \\\n    --hash=sha256:11\n    # via b\nb==2 ; python_full_version < '3.12' \\\n    --hash=sha256:22\nc==3\n"
    assert [(entry.name, entry.hashes) for entry in read_lock(text)] == [
        ("a", ("sha256:00", "sha256:11")),
        ("b", ("sha256:22",)),
        ("c", ()),
    ]


def test_the_page_on_dependencies_names_each_of_them_and_no_other() -> None:
    page = (ROOT / "docs" / "why" / "dependencies.md").read_text(encoding="utf-8")
    named = set(re.findall(r"(?m)^\| `([^`]+)` \|", page.partition("## What was tried")[0]))
    assert named == {one.name for wanted in direct_dependencies().values() for one in wanted}


def _third_party_imports() -> set[str]:
    """The packages that the program itself names in an import."""
    ours = {*PACKAGES, *(file.stem for file in ROOT.glob("*.py"))}
    roots = {name.partition(".")[0] for file in code_files() for name in imported(parsed(file))}
    named = roots - ours - sys.stdlib_module_names - NEWER_STANDARD
    known = packages_distributions()
    return {canonicalize_name(package) for root in named for package in known.get(root, [root])}


def test_what_is_imported_is_asked_for() -> None:
    wanted = direct_dependencies()
    asked = {canonicalize_name(one.name) for part in wanted.keys() - {"dev", "build"} for one in wanted[part]}
    assert _third_party_imports() - asked - BROUGHT_BY_SCRAPY == set()


def test_what_is_asked_for_is_imported() -> None:
    asked = {canonicalize_name(one.name) for one in direct_dependencies()["core"]}
    assert asked - _third_party_imports() - NAMED_BY_STRING == set()
