"""The locks, read as what they say."""

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.support.tree import ROOT

ENTRY = re.compile(r"(?m)^(?P<requirement>[^\s#][^\\\n]*?)\s*(?:\\\n(?P<more>(?:\s+--hash=\S+(?: \\)?\n?)+)|$)")


@dataclass(frozen=True, slots=True)
class Locked:
    """One entry: its requirement and its hashes."""

    requirement: Requirement
    hashes: tuple[str, ...]

    @property
    def name(self) -> str:
        """The normalised name of the package."""
        return canonicalize_name(self.requirement.name)


def read_lock(text: str) -> list[Locked]:
    """All entries of a lock; raises InvalidRequirement at a line that is none."""
    return [
        Locked(Requirement(found["requirement"]), tuple(re.findall(r"--hash=(\S+)", found["more"] or "")))
        for found in ENTRY.finditer(text)
    ]


def locked(name: str) -> list[Locked]:
    """The entries of ``requirements.txt`` or ``requirements-dev.txt``."""
    return read_lock((ROOT / name).read_text(encoding="utf-8"))


def project() -> dict[str, object]:
    """``pyproject.toml`` as it was written."""
    return tomllib.loads(Path(ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def direct_dependencies() -> dict[str, list[Requirement]]:
    """What the project itself asks for, by where: "core", the name of an extra, or the name of a group."""
    table = project()
    meta, groups = table["project"], table["dependency-groups"]
    assert isinstance(meta, dict)
    assert isinstance(groups, dict)
    lists = {"core": meta["dependencies"], **meta["optional-dependencies"], **groups}
    return {part: [Requirement(one) for one in wanted if isinstance(one, str)] for part, wanted in lists.items()}
