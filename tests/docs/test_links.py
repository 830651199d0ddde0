"""What the documents point to is there: pages, headings, files, targets of make."""

import re
from pathlib import Path

import pytest

from tests.docs.pages import ROOT, pages, words_in_code
from tests.support.tree import code_files

PAGES = [pytest.param(page, id=str(page.relative_to(ROOT))) for page in pages()]
#: files that a document may name and that are made when Newswatch runs, or by the reader
MADE = ("news.db", "newswatch.toml", "page.html", "article.json", "requirements.txt")


def _headings(page: Path) -> set[str]:
    titles = re.findall(r"(?m)^#+ (.+)$", page.read_text(encoding="utf-8"))
    return {re.sub(r"[^\w\- ]", "", title.lower()).strip().replace(" ", "-") for title in titles}


@pytest.mark.parametrize("page", PAGES)
def test_each_link_leads_to_a_page_and_a_heading(page: Path) -> None:
    broken = []
    for target in re.findall(r"\]\(([^)\s]+)\)", page.read_text(encoding="utf-8")):
        if re.match(r"https?://", target):
            continue
        path, _, heading = target.partition("#")
        found = (page.parent / path).resolve() if path else page
        if not found.exists() or (heading and heading not in _headings(found)):
            broken.append(target)
    assert broken == []


@pytest.mark.parametrize("page", PAGES)
def test_each_file_of_ours_that_is_named_exists(page: Path) -> None:
    folders = "crawler|storage|spiders|delivery|demo|guard|tests|deploy|docs|benchmarks"
    named = re.findall(rf"`((?:(?:{folders})/[\w./-]*|\w+\.py))`", page.read_text(encoding="utf-8"))
    missing = [name for name in named if not _is_there(name) and Path(name).name not in MADE]
    assert missing == []


def _is_there(name: str) -> bool:
    """A file at that path, or, for a bare name, anywhere among our code."""
    return (ROOT / name).exists() or ("/" not in name and any(file.name == name for file in code_files()))


def _targets() -> set[str]:
    return set(re.findall(r"(?m)^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8")))


@pytest.mark.parametrize("page", PAGES)
def test_each_target_of_make_that_is_named_exists(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    named = {found[1] for line in words_in_code(text) if (found := re.match(r"make ([a-z]+)\b", line))}
    assert named <= _targets()


def test_each_document_is_in_the_index() -> None:
    index = ROOT / "docs" / "index.md"
    text = index.read_text(encoding="utf-8")
    missing = [
        str(page.relative_to(ROOT / "docs"))
        for page in (ROOT / "docs").rglob("*.md")
        if page != index and f"({page.relative_to(ROOT / 'docs')})" not in text
    ]
    assert missing == [], "add them to docs/index.md"
