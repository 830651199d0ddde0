"""Which links of a page lead to articles: scores between 0 and 1."""

import re
from urllib.parse import unquote, urlsplit

from crawler.discover.addresses import host_of
from crawler.discover.anchors import Anchor
from crawler.discover.words import NO_ARTICLE

_DATE = re.compile(r"(?:19|20)\d\d[/_.-]?(?:0?[1-9]|1[0-2])[/_.-]?(?:0?[1-9]|[12]\d|3[01])(?!\d)")
_NUMBER = re.compile(r"\d{5,}")
_NO_PAGE = re.compile(
    r"\.(?:jpe?g|png|gif|webp|svg|pdf|mp3|mp4|m3u8|zip|gz|ics|css|js|xml|rss|docx?|xlsx?|pptx?|apk|exe)$", re.I
)


def article_scores(found: list[Anchor], url: str) -> list[float]:
    """How likely each link leads to an article, judged together: what its neighbours look like counts."""
    host = host_of(url)
    return [_score(anchor, host) for anchor in found]


def _score(anchor: Anchor, host: str) -> float:
    parts = urlsplit(anchor.url)
    steps = [step.lower() for step in unquote(parts.path).split("/") if step]
    if not steps and not parts.query or _NO_PAGE.search(parts.path) or not NO_ARTICLE.isdisjoint(steps):
        return 0.0
    last = steps[-1] if steps else ""
    shaped = last.count("-") >= 3 or _DATE.search(parts.path) or _NUMBER.search(parts.path + "?" + parts.query)
    worded = anchor.rank >= 2 and len(anchor.title) >= 25
    return 0.9 if shaped or worded else 0.1
