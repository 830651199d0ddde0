"""Pages as JSON lines: one line in, one line out, by the crawler's own reader."""

import gzip
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from crawler.batch import extracted
from tests.support.pages import SITE, page, paragraphs

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
HTML = page("Harbour opens again", "Aville")
FIELDS = [
    "id", "headline", "article_body", "authors", "date_published", "date_modified", "in_language", "article_section",
    "canonical_url", "main_image_url", "image_caption", "is_article", "reason",
]  # fmt: skip


def test_an_article_in_a_line(tmp_path: Path) -> None:
    read = extracted(json.dumps({"id": 7, "url": f"{SITE}/a", "html": HTML}), tmp_path, NOW)
    assert list(read) == FIELDS
    assert read["article_body"] == "\n\n".join(paragraphs("Aville"))
    assert read["date_published"] == "2024-11-20T08:30:00+01:00"
    picked = ("id", "headline", "authors", "in_language", "is_article", "reason")
    assert [read[name] for name in picked] == [7, "Harbour opens again", ["Ana Ruiz"], "en", True, None]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        pytest.param("a.html", HTML.encode(), id="a file"),
        pytest.param("a.html.gz", gzip.compress(HTML.encode()), id="a packed file"),
        pytest.param("b.html", HTML.replace("utf-8", "utf-16").encode("utf-16"), id="a file in another charset"),
    ],
)
def test_a_page_in_a_file_beside(tmp_path: Path, name: str, content: bytes) -> None:
    (tmp_path / name).write_bytes(content)
    read = extracted(json.dumps({"id": "x", "url": f"{SITE}/a", "html_path": name}), tmp_path, NOW)
    assert (read["id"], read["headline"], read["is_article"]) == ("x", "Harbour opens again", True)


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        pytest.param("{", "not a line to read: ", id="no JSON"),
        pytest.param("[]", "not a line to read: ", id="another thing"),
        pytest.param('{"id": 1, "html": "<p>"}', "not a line to read: 'url'", id="no address"),
        pytest.param('{"id": 1, "url": "https://daily.example/"}', "not a line to read: 'html_path'", id="no page"),
        pytest.param('{"id": 1, "url": "x", "html_path": "none.html"}', "not a line to read: ", id="no such file"),
        pytest.param('{"id": 1, "url": "x", "html_path": "no.gz"}', "not a line to read: ", id="no packed file"),
        pytest.param('{"id": 1, "url": "https://daily.example/", "html": ""}', "empty page", id="an empty page"),
        pytest.param('{"id": 1, "url": "https://daily.example/", "html": "\\ud800"}', "", id="a lone surrogate"),
        pytest.param('{"id": 1, "url": 7, "html": "<p>"}', "", id="an address that is none"),
        pytest.param('{"id": 1, "url": "x", "html_path": 7}', "not a line to read: ", id="a path that is none"),
    ],
)
def test_a_line_that_is_no_article_gives_a_line_with_the_reason(tmp_path: Path, line: str, reason: str) -> None:
    (tmp_path / "no.gz").write_bytes(b"not packed at all")
    read = extracted(line, tmp_path, NOW)
    assert list(read) == FIELDS
    assert read["is_article"] is False
    assert read["reason"].startswith(reason)
    json.dumps(read, ensure_ascii=False).encode()


def test_a_line_that_cannot_be_read_keeps_its_place_by_its_id(tmp_path: Path) -> None:
    read = extracted('{"id": 9, "url": "https://daily.example/", "html_path": "none.html"}', tmp_path, NOW)
    assert read["id"] == 9
