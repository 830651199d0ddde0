"""An article from its feed, for a page that shows none: behind a wall, drawn by scripts, or in broken markup.

A feed that carries whole texts is the publisher's own word. Where the page says that the article is gone, or is a
gallery or a list, the feed does not speak against it.
"""

from crawler.extract.authors import byline_of_page
from crawler.extract.claims import Given
from crawler.extract.dates import Shown, dates_of
from crawler.extract.language import language_of
from crawler.extract.signals import Signals
from crawler.extract.substitute import text_of_html
from crawler.extract.text import weight
from storage.records import Article, Link

#: reasons of pages that stand before the article
WALLS = frozenset(("javascript wall", "captcha", "consent wall", "login"))
#: reasons of pages that do not show what they hold
HIDDEN = WALLS | {"too little text", "no text", "no headline", "empty page", "unreadable markup"}
#: letters of a text that is one; less is a summary (a long paragraph has 400)
LEAST_LETTERS = 400


def article_of_feed(url: str, given: Given) -> Article | None:
    """The article as the feed brought it; None when it brought but a summary, or no headline."""
    link = given.link
    if link is None or not link.title or not link.body_html:
        return None
    text = text_of_html(link.body_html)
    return _article(url, link, text, given) if weight(text) >= LEAST_LETTERS else None


def _article(url: str, link: Link, text: str, given: Given) -> Article:
    signals = Signals(url)
    byline, _ = byline_of_page(signals, (), [], link.authors)
    language = language_of([tag for tag in (link.in_language, given.language) if tag], text)
    dates = dates_of(signals, Shown(), link, given.timezone, language or "")
    told = {
        "headline": link.title,
        "article_body": text,
        "description": link.description,
        "authors": byline.persons,
        "agency": byline.agency,
        "date_published": dates.published,
        "date_modified": dates.modified,
        "article_section": link.section,
        "keywords": link.keywords,
        "main_image_url": link.image_url,
    }
    return Article(
        url=url,
        headline=link.title or "",
        article_body=text,
        description=link.description,
        authors=byline.persons,
        date_published=dates.published,
        date_published_raw=dates.raw,
        date_published_precision=dates.precision,
        date_published_offset=dates.offset,
        date_modified=dates.modified,
        in_language=language,
        article_section=link.section,
        keywords=link.keywords,
        main_image_url=link.image_url,
        agency=byline.agency,
        provenance={name: "feed" for name, value in told.items() if value},
    )
