"""Fingerprints of an article that was read: is it the same text, is it the same content?

    body                                     -> text_hash      equal: the same text, wherever it was printed
    headline, body, byline, publication date -> content_hash   different: a new version; its parts tell what changed

Both are computed before the keep transaction and stored with the article.
"""

import re
import unicodedata
from datetime import UTC
from hashlib import sha256

from crawler.identity.words import normalised, word_count
from storage.records import Article, Precision

#: A text of this many words is only ever the same by copying.
LONG_ENOUGH = 50

#: Characters whose layout does not count; of the rest of a very long body every character does.
_HEAD = 200_000

#: The parts of a content hash, in this order.
PARTS = ("headline", "body", "authors", "date_published")

#: What a part is when the page says nothing.
_UNKNOWN = "-"

#: One shape for each kind of quote and dash.
_SHAPES = str.maketrans(
    {**dict.fromkeys("“”„‟«»″", '"'), **dict.fromkeys("‘’‚‛′`", "'"), **dict.fromkeys("‐‑‒–—―−", "-")}
)
#: "23 Nov 2026", "2026-11-23", "23.11.": a date. "5 minutes ago" is none: it moves with the clock.
_DATE = re.compile(r"\d{4}|\d{1,2}[./-]\d{1,2}")


def text_hash(article: Article) -> str | None:
    """A hash of the normalised body; None for a body that says too little to be recognised.

    That is an empty body, and one line of fewer than 50 words: "Watch the video." stands under a hundred headlines.
    """
    body = article.article_body.strip()
    head, rest = body[:_HEAD], body[_HEAD:]
    if not body or ("\n" not in body and word_count(head) < LONG_ENOUGH):
        return None
    return sha256((normalised(head) + rest).encode("utf-8", "replace")).hexdigest()


def content_hash(article: Article) -> str:
    """What makes a version: headline, body, byline and claimed date, each as one part: ``h.b.a.date``.

    White space, paragraphs, and the shape of quotes and dashes do not count.
    """
    authors = "\n".join(sorted(_plain(author).casefold() for author in article.authors))
    body = _plain(article.article_body[:_HEAD]) + article.article_body[_HEAD:]
    return ".".join((_digest(_plain(article.headline)), _digest(body), _digest(authors), _claim(article)))


def changed_parts(old: str, new: str) -> tuple[str, ...]:
    """Which of `PARTS` differ between two content hashes; empty when nothing that counts does.

    A byline or a date that was there and is missing now is no change: pages leave them out by layout.
    """
    parts = zip(PARTS, old.split("."), new.split("."), strict=False)
    changed = (name for name, before, now in parts if now != before and (now != _UNKNOWN or name in PARTS[:2]))
    return tuple(changed)


def claims_differ(one: str, other: str) -> bool:
    """Whether two content hashes tell of two different dates of publication (days; one unknown is no difference)."""
    days = {content.rpartition(".")[2][:8] for content in (one, other)} - {_UNKNOWN}
    return len(days) > 1


def same_claim(one: str, other: str) -> bool:
    """Whether two content hashes tell of one moment of publication, known and as exactly as it was claimed."""
    return one.rpartition(".")[2] == other.rpartition(".")[2] != _UNKNOWN


def _plain(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).translate(_SHAPES).split())


def _digest(text: str) -> str:
    return sha256(text.encode("utf-8", "replace")).hexdigest()[:16] if text else _UNKNOWN


def _claim(article: Article) -> str:
    """The claimed moment as exactly as it was meant: "20261123T1105", "20261123"; unknown where the clock moves it."""
    moment, raw = article.date_published, article.date_published_raw
    if moment is None or (raw is not None and not _DATE.search(raw)):
        return _UNKNOWN
    if article.date_published_precision is Precision.DAY:
        return f"{moment:%Y%m%d}"
    return f"{moment.astimezone(UTC):%Y%m%dT%H%M}"
