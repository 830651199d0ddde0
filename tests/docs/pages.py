"""The documents, as their tests read them."""

import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
REFERENCE = ROOT / "docs" / "reference"


def pages() -> list[Path]:
    """All documents of the project."""
    return sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])


def section(page: Path, title: str) -> str:
    """The text below the heading that contains ``title``, up to the next heading of its level or above."""
    text = page.read_text(encoding="utf-8")
    found = re.search(rf"(?m)^(#+) .*{re.escape(title)}.*$", text)
    assert found, f"{page.relative_to(ROOT)} has no heading with {title!r}"
    following = re.compile(rf"(?m)^#{{1,{len(found[1])}}} ").search(text, found.end())
    return text[found.end() : following.start() if following else len(text)]


def table(text: str) -> dict[str, list[str]]:
    """The rows of all tables in a text: first cell without its backquotes -> the other cells."""
    rows = re.findall(r"(?m)^\| `([^`|]+)` \|(.*)\|$", text)
    return {name: [cell.strip() for cell in cells.split(" |")] for name, cells in rows}


def words_in_code(text: str) -> Iterator[str]:
    """Everything that stands between backquotes or in blocks of code, line by line."""
    for block in re.findall(r"(?ms)^```[a-z]*\n(.*?)^```", text):
        yield from block.splitlines()
    yield from re.findall(r"`([^`\n]+)`", re.sub(r"(?ms)^```.*?^```", "", text))
    yield from re.findall(r"(?m)^    (\S.*)$", re.sub(r"(?ms)^```.*?^```", "", text))
