"""Saved pages: each folder under tests/sites is a page and what must be read from it."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from crawler.extract.reader import read_page
from storage.records import Article, Page

SITES = Path(__file__).parents[2] / "sites"
FOLDERS = sorted(path.parent for path in SITES.glob("*/*/article.json"))


def as_written(article: Article) -> dict[str, Any]:
    """The article as JSON writes it: lists for tuples, ISO 8601 for instants."""
    fields = {name: getattr(article, name) for name in Article.__dataclass_fields__}
    return {name: _plain(value) for name, value in fields.items()}


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    return list(value) if isinstance(value, tuple) else value


def expected(folder: Path) -> dict[str, Any]:
    """What must be read from the page of a folder; ``reason`` instead of fields where it is no article."""
    loaded: dict[str, Any] = json.loads((folder / "article.json").read_text(encoding="utf-8"))
    return loaded


@pytest.mark.parametrize("folder", FOLDERS, ids=[f"{path.parent.name}/{path.name}" for path in FOLDERS])
def test_saved_page_is_read_as_its_folder_says(folder: Path) -> None:
    want = expected(folder)
    page = Page(want.pop("url"), (folder / "page.html").read_bytes(), want.pop("content_type", ""))

    reading = read_page(page)

    assert reading.reason == want.pop("reason", None)
    if reading.article:
        got = as_written(reading.article)
        assert {name: got[name] for name in want} == want


def test_there_are_saved_pages() -> None:
    assert len(FOLDERS) >= 3
