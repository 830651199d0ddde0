"""Newswatch is Apache-2.0: what it stands on must allow that. Each licence is judged, none is assumed."""

import re
from importlib.metadata import Distribution, PackageNotFoundError, distribution

import pytest

from tests.support.lock import locked
from tests.support.tree import ROOT

PERMISSIVE = re.compile(
    r"\b(?:MIT|MIT-0|BSD|0BSD|BSD-[23]-Clause|Apache|Apache-2\.0|ISC|ISCL|PSF|PSF-2\.0|PSFL|Python Software Foundation|"
    r"CNRI-Python|ZPL-2\.1|Zope|Zlib|CC0-1\.0|Unlicense|PostgreSQL)\b"
)
COPYLEFT = re.compile(r"\b(?:A?GPL|GNU|LGPL|MPL|EUPL|CC-BY-SA|Mozilla)")

#: packages that ask for their own source to stay open when they are changed: used unmodified, as packages of their own
UNMODIFIED = {
    "certifi": "MPL-2.0: the list of certificate authorities",
    "hypothesis": "MPL-2.0: a tool of the tests, not part of what is shipped",
    "pathspec": "MPL-2.0: a tool of the build, not part of what is shipped",
    "pebble": "LGPL-3.0: the pool of reader processes",
    "psycopg": "LGPL-3.0: the PostgreSQL driver",
    "psycopg-binary": "LGPL-3.0: the PostgreSQL driver, compiled",
    "psycopg-pool": "LGPL-3.0: the driver's pool, which procrastinate stands on",
}


def _licence(package: Distribution) -> str:
    """What a package says about itself; the classifiers are shorter than a licence in full."""
    metadata = package.metadata
    classifiers = [line for line in metadata.get_all("Classifier") or [] if line.startswith("License ::")]
    expression, written_out = (metadata.json.get(key) for key in ("license_expression", "license"))
    return str(expression or "; ".join(classifiers) or written_out or "")


def _problem(name: str, licence: str) -> str | None:
    """Why a package cannot be used, or nothing."""
    if COPYLEFT.search(licence):
        return None if name in UNMODIFIED else f"{name} is under {licence}"
    return None if PERMISSIVE.search(licence) else f"{name} names no licence that we know: {licence!r}"


def _installed() -> dict[str, Distribution]:
    """The locked packages that this Python needs (a marker may leave one out)."""
    found = {}
    for entry in locked("requirements-dev.txt"):
        if entry.requirement.marker is None or entry.requirement.marker.evaluate():
            found[entry.name] = distribution(entry.name)
    return found


def test_every_locked_package_may_be_used_by_an_apache_licensed_program() -> None:
    try:
        packages = _installed()
    except PackageNotFoundError as error:
        pytest.fail(f"{error.name} is locked, but not installed: make setup")
    problems = [_problem(name, _licence(package)) for name, package in packages.items()]
    assert [problem for problem in problems if problem] == []


def test_exceptions_name_packages_that_are_there() -> None:
    assert UNMODIFIED.keys() <= {entry.name for entry in locked("requirements-dev.txt")}


def test_what_is_shipped_needs_no_gpl() -> None:
    names = {entry.name for entry in locked("requirements.txt")}
    only = [
        name for name, package in _installed().items() if name in names and re.fullmatch(r"A?GPL\S*", _licence(package))
    ]
    assert only == []


@pytest.mark.parametrize(
    ("name", "licence", "allowed"),
    [
        pytest.param("a", "MIT", True, id="permissive"),
        pytest.param("a", "Apache-2.0 AND CNRI-Python", True, id="two permissive ones"),
        pytest.param("a", "License :: OSI Approved :: BSD License", True, id="by classifier"),
        pytest.param("a", "GPL-3.0-or-later", False, id="GPL"),
        pytest.param("a", "GNU Affero General Public License v3", False, id="AGPL, written out"),
        pytest.param("a", "MIT AND LGPL-3.0-only", False, id="a weak copyleft that nobody has judged"),
        pytest.param("pebble", "LGPL-3.0-only", True, id="one that was judged"),
        pytest.param("a", "", False, id="silence"),
        pytest.param("a", "Proprietary", False, id="something else"),
    ],
)
def test_how_a_licence_is_judged(name: str, licence: str, allowed: bool) -> None:
    assert (_problem(name, licence) is None) == allowed


def test_the_project_carries_its_own_licence_in_full() -> None:
    text = (ROOT / "LICENSE").read_text(encoding="utf-8")
    assert "Apache License" in text
    assert "END OF TERMS AND CONDITIONS" in text
