"""Stories as text: the fields of a story, pages and lists filled from the outlet's templates.

Story -> fields -> Parts.fill -> page, feed, sitemap
"""

import html
import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from email.utils import format_datetime

from demo.newsroom import Story
from demo.outlets import Outlet, Told
from demo.prose import grammar
from demo.template import Html, Parts, parts_of

#: how many stories each list of a page shows; a part "front/latest" is one item of the list "latest"
_LISTS = {"item": None, "top": 1, "latest": 6, "popular": 5, "related": 3}


class Pages:
    """Fills the templates of one outlet, whose addresses begin with ``base`` ("http://127.0.0.1:8001")."""

    def __init__(self, outlet: Outlet, base: str = "") -> None:
        self.base = base
        self._outlet = outlet
        self._parts: Parts = parts_of(outlet.house)

    def has(self, part: str) -> bool:
        """Whether this outlet's templates have that part."""
        return part in self._parts

    def list_page(self, part: str, stories: Sequence[Story], extra: dict[str, str]) -> str:
        """A front page, feed or sitemap over ``stories``, newest first; ``extra`` fields come with it."""
        return self._parts.fill(part, self._house() | extra | self._lists(part, stories, turn=0))

    def page(self, part: str, story: Story, others: Sequence[Story], turn: int = 0) -> str:
        """A page about one story: an article, or a decoy dressed as one.

        ``turn`` moves what a restless outlet shows besides the article.
        """
        elsewhere = [other for other in others if other.article.path != story.article.path]
        fields = self.fields(story) | self._lists(part, elsewhere, turn)
        fields |= {"ago": str(turn % 50 + 2), "views": str(1204 + 17 * turn)}
        return self._parts.fill(part, fields | {"paragraphs": self._paragraphs(story, fields)})

    def fields(self, story: Story) -> dict[str, str]:
        """Everything that a template can say about a story."""
        article, text, words = story.article, story.text, grammar(self._outlet.language)
        url = self.base + article.path
        signed = article.authors or ((article.agency,) if article.agency else ())
        return {
            **self._house(),
            "url": url,
            "path": article.path,
            "listed": self._listed(story),
            "number": str(article.number),
            "headline": text.headline,
            "description": text.description,
            "caption": article.caption,
            "section": article.section,
            "image": f"{self.base}/media/{article.number}.jpg",
            "byline": words.joined.join(signed),
            "creators": _each("<dc:creator>{}</dc:creator>", signed),
            "persons": _each("<author><name>{}</name></author>", signed),
            "body": _each("<p>{}</p>\n", text.paragraphs),
            "published": words.moment(article.published),
            "modified": words.moment(story.modified),
            **_moments("published", article.published),
            **_moments("modified", story.modified),
            "ld": Html(json.dumps(self._linked_data(story, url), ensure_ascii=False, indent=1)),
            "amp": self.base + (article.variants[1] if len(article.variants) > 1 else article.path),
        }

    def notice(self) -> str:
        """The page behind a plain link of the templates ("About us"), which is no article."""
        return self._parts.fill("notice", self._house())

    def json_feed(self, stories: Sequence[Story]) -> str:
        """A JSON Feed 1.1 over ``stories``."""
        items = [
            {
                "id": self.base + story.article.path,
                "url": self.base + story.article.path,
                "title": story.text.headline,
                "summary": story.text.description,
                "date_published": story.article.published.isoformat(),
                "date_modified": story.modified.isoformat(),
                "authors": [{"name": name} for name in story.article.authors],
                "tags": [story.article.section],
            }
            for story in stories
        ]
        feed = {
            "version": "https://jsonfeed.org/version/1.1",
            "title": self._outlet.name,
            "home_page_url": f"{self.base}/",
            "language": self._outlet.language,
            "items": items,
        }
        return json.dumps(feed, ensure_ascii=False, indent=1)

    def _house(self) -> dict[str, str]:
        told = self._outlet.charset_told is not Told.HEADER
        return {
            "base": self.base,
            "name": self._outlet.name,
            "language": self._outlet.language,
            "charset": self._outlet.charset,
            "meta": Html(f'<meta charset="{self._outlet.charset}">' if told else ""),
        }

    def _listed(self, story: Story) -> str:
        article = story.article
        if not self._outlet.lists_variants:
            return self.base + article.path
        addresses = (*article.variants, *article.redirects)
        return self.base + addresses[article.number % len(addresses)]

    def _lists(self, part: str, stories: Sequence[Story], turn: int) -> dict[str, str]:
        """The lists that this part has an item for; a restless list begins elsewhere at each turn."""
        start = turn % len(stories) if stories else 0
        turned = [*stories[start:], *stories[:start]]
        return {
            name: self._parts.fill_each(
                f"{part}/{name}",
                [self.fields(story) | {"rank": str(rank)} for rank, story in enumerate(turned[:many], start=1)],
            )
            for name, many in _LISTS.items()
            if f"{part}/{name}" in self._parts
        }

    def _paragraphs(self, story: Story, fields: Mapping[str, str]) -> Html:
        """The paragraphs with what stands between them: part "article/after-2" behind the second one."""
        pieces: list[str] = []
        for rank, text in enumerate(story.text.paragraphs, start=1):
            own = f"article/paragraph-{rank}"
            part = own if own in self._parts else "article/paragraph"
            pieces.append(self._parts.fill(part, {**fields, "text": text}))
            pieces.append(self._parts.fill_each(f"article/after-{rank}", [fields]))
        return Html("".join(pieces))

    def _linked_data(self, story: Story, url: str) -> dict[str, object]:
        """The article as schema.org's NewsArticle, for templates that print ``$$ld``."""
        article, text = story.article, story.text
        image = f"{self.base}/media/{article.number}.jpg"
        return {
            "@context": "https://schema.org",
            "@type": "NewsArticle",
            "mainEntityOfPage": url,
            "url": url,
            "headline": text.headline,
            "description": text.description,
            "articleSection": article.section,
            "inLanguage": self._outlet.language,
            "datePublished": article.published.isoformat(),
            "dateModified": story.modified.isoformat(),
            "author": [{"@type": "Person", "name": name} for name in article.authors],
            "publisher": {"@type": "NewsMediaOrganization", "name": self._outlet.name},
            "image": {"@type": "ImageObject", "url": image, "caption": article.caption},
        }


def _each(pattern: str, texts: Sequence[str]) -> Html:
    return Html("".join(pattern.format(html.escape(text)) for text in texts))


def _moments(name: str, at: datetime) -> dict[str, str]:
    return {f"{name}_iso": at.isoformat(), f"{name}_822": format_datetime(at)}
