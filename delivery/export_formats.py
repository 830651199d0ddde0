"""The forms of an export: rows of ``v1_article`` in, bytes out, a batch at a time.

Each form is a class with three steps: `begin` and `end` write what stands around the articles, `write` some of them.
"""

import csv
import importlib
import io
import json
import re
from collections.abc import Callable, Sequence
from datetime import datetime
from email.utils import format_datetime
from typing import IO, Any, Protocol
from xml.sax.saxutils import escape

from sqlalchemy import BigInteger, Boolean, Float, Integer

from delivery.export_lines import json_line
from delivery.rows import Row, columns_of, iso
from delivery.xml_text import as_html, sayable
from storage.types import Json, UtcDateTime

#: a cell that begins so is a formula for a spreadsheet: "=HYPERLINK(...)" in a headline would be run
_FORMULA = re.compile(r"^[=+\-@\t\r]")
#: rows of one group of a Parquet file: what is held in memory
GROUP = 2_000

#: schema.org's name of each column that has one there
SCHEMA_ORG = {
    "article_id": "identifier", "url": "url", "canonical_url": "mainEntityOfPage", "headline": "headline",
    "description": "description", "article_body": "articleBody", "date_published": "datePublished",
    "date_modified": "dateModified", "in_language": "inLanguage", "article_section": "articleSection",
    "keywords": "keywords", "is_accessible_for_free": "isAccessibleForFree", "word_count": "wordCount",
    "version": "version", "agency": "creditText",
}  # fmt: skip


class MissingExtra(Exception):
    """A form of export needs a package that is not installed; the message names it."""


class Form(Protocol):
    """Writes articles into a stream of bytes."""

    def begin(self, stream: IO[bytes], columns: Sequence[str]) -> None:
        """Write what stands before the articles."""

    def write(self, rows: Sequence[Row]) -> None:
        """Write some articles."""

    def end(self) -> None:
        """Write what stands behind them."""


class _Lines:
    """Forms that are text: what is written is encoded at once."""

    stream: IO[bytes]
    columns: Sequence[str]

    def begin(self, stream: IO[bytes], columns: Sequence[str]) -> None:
        """Keep where to write to."""
        self.stream, self.columns = stream, columns

    def say(self, text: str) -> None:
        """Write text."""
        self.stream.write(text.encode("utf-8", "replace"))

    def end(self) -> None:
        """Nothing stands behind the last line."""


class JsonLines(_Lines):
    """One object for each article."""

    def write(self, rows: Sequence[Row]) -> None:
        """Write a line for each."""
        for row in rows:
            self.say(json_line({name: row[name] for name in self.columns}))


class SchemaOrg(_Lines):
    """One NewsArticle of schema.org (JSON-LD) for each article, one a line; what is unknown is left out."""

    def write(self, rows: Sequence[Row]) -> None:
        """Write a line for each."""
        for row in rows:
            self.say(json_line({"@context": "https://schema.org", "@type": "NewsArticle", **self._told(row)}))

    def _told(self, row: Row) -> dict[str, Any]:
        told = {SCHEMA_ORG[name]: row[name] for name in self.columns if name in SCHEMA_ORG}
        for column, (name, made) in _PARTS.items():
            if column in self.columns and row[column]:
                told[name] = made(row)
        return {name: value for name, value in told.items() if value not in (None, [])}


def _authors(row: Row) -> list[Row]:
    return [{"@type": "Person", "name": name} for name in row["authors"]]


def _publisher(row: Row) -> Row:
    return {"@type": "NewsMediaOrganization", "name": row["source_name"]}


def _image(row: Row) -> Row:
    caption = {"caption": row["image_caption"]} if row["image_caption"] else {}
    return {"@type": "ImageObject", "url": row["main_image_url"], **caption}


#: columns that become things of their own: their name there, and how they are made
_PARTS: dict[str, tuple[str, Callable[[Row], object]]] = {
    "authors": ("author", _authors),
    "source_name": ("publisher", _publisher),
    "main_image_url": ("image", _image),
}


class Csv(_Lines):
    """A table with a head. Lists are joined by "; "; what a spreadsheet would take for a formula gets a ' in front."""

    def begin(self, stream: IO[bytes], columns: Sequence[str]) -> None:
        """Write the head."""
        super().begin(stream, columns)
        self._write_rows([columns])

    def write(self, rows: Sequence[Row]) -> None:
        """Write a line for each."""
        self._write_rows([[_cell(row[name]) for name in self.columns] for row in rows])

    def _write_rows(self, rows: Sequence[Sequence[object]]) -> None:
        text = io.StringIO()
        csv.writer(text).writerows(rows)
        self.say(text.getvalue())


def _cell(value: object) -> object:
    if isinstance(value, datetime):
        return iso(value)
    if isinstance(value, list):
        value = "; ".join(map(str, value))
    elif isinstance(value, dict):
        value = json.dumps(value, ensure_ascii=False)
    elif isinstance(value, bool):
        return str(value).lower()
    return f"'{value}" if isinstance(value, str) and _FORMULA.match(value) else value


class Rss(_Lines):
    """RSS 2.0: headline, address, date, description, authors, keywords."""

    def begin(self, stream: IO[bytes], columns: Sequence[str]) -> None:
        """Write the head of the channel."""
        super().begin(stream, columns)
        self.say(
            '<?xml version="1.0" encoding="UTF-8"?>\n<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/">'
            "<channel><title>Newswatch</title><link>about:blank</link><description>Articles</description>\n"
        )

    def write(self, rows: Sequence[Row]) -> None:
        """Write an item for each."""
        for row in rows:
            self.say(f"<item>{''.join(_rss_parts(row))}</item>\n")

    def end(self) -> None:
        """Close the channel."""
        self.say("</channel></rss>\n")


def _rss_parts(row: Row) -> list[str]:
    parts = [_element("title", row["headline"]), _element("link", row["url"])]
    parts.append(f'<guid isPermaLink="false">newswatch:{row["article_id"]}</guid>')
    if row["date_published"]:
        parts.append(_element("pubDate", format_datetime(row["date_published"], usegmt=True)))
    if row["description"]:
        parts.append(_element("description", as_html(row["description"])))
    parts += [_element("dc:creator", name) for name in row["authors"] or []]
    return parts + [_element("category", name) for name in row["keywords"] or []]


def _element(name: str, text: str) -> str:
    return f"<{name}>{escape(sayable(text))}</{name}>"


class Parquet:
    """A table of columns with types, in groups of some thousand rows."""

    def begin(self, stream: IO[bytes], columns: Sequence[str]) -> None:
        """Open the table. Raises MissingExtra."""
        try:
            arrow, parquet = importlib.import_module("pyarrow"), importlib.import_module("pyarrow.parquet")
        except ImportError as error:
            message = "--format parquet needs pyarrow, which is not installed: pip install 'newswatch[parquet]'"
            raise MissingExtra(message) from error
        types = columns_of("v1_article")
        self._arrow, self._columns = arrow, columns
        self._schema = arrow.schema([(name, self._type(name, types[name])) for name in columns])
        self._writer = parquet.ParquetWriter(stream, self._schema, compression="zstd")
        self._rows: list[Row] = []

    def _type(self, name: str, kind: Any) -> Any:
        if isinstance(kind, UtcDateTime):
            return self._arrow.timestamp("us", tz="UTC")
        if isinstance(kind, Boolean):
            return self._arrow.bool_()
        if isinstance(kind, Float):
            return self._arrow.float64()
        if isinstance(kind, Integer | BigInteger):
            return self._arrow.int64()
        if kind is Json and name != "provenance":
            return self._arrow.list_(self._arrow.string())
        return self._arrow.string()

    def write(self, rows: Sequence[Row]) -> None:
        """Write what makes a group."""
        self._rows += [{name: _arrow_value(row[name]) for name in self._columns} for row in rows]
        if len(self._rows) >= GROUP:
            self._flush()

    def _flush(self) -> None:
        if self._rows:
            self._writer.write_table(self._arrow.Table.from_pylist(self._rows, self._schema))
            self._rows = []

    def end(self) -> None:
        """Write the rest and the index of the file."""
        self._flush()
        self._writer.close()


def _arrow_value(value: object) -> object:
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict) else value


FORMS: dict[str, type[Form]] = {
    "jsonl": JsonLines,
    "csv": Csv,
    "parquet": Parquet,
    "rss": Rss,
    "schemaorg": SchemaOrg,
}
#: columns that a form needs, whatever was chosen
NEEDED = {"rss": ("article_id", "headline", "url", "date_published", "description", "authors", "keywords")}
