"""One outlet as a web site: which address shows what, with validators, charsets, redirects and the outlet's moods.

Asked -> resolvers in turn -> Answer -> conditional(Answer)
"""

import gzip
import hashlib
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from email.utils import format_datetime

from demo.newsroom import Newsroom, Story
from demo.outlets import Outlet, Told, Validators
from demo.pages import Pages
from demo.server import Answer, Asked
from demo.template import Html, plain_links
from demo.world import Decoy

_TYPES = {
    "rss": "application/rss+xml",
    "rss-full": "application/rss+xml",
    "rss-tracking": "text/xml",
    "atom": "application/atom+xml",
    "rdf": "application/rdf+xml",
    "json": "application/feed+json",
    "sitemap-index": "application/xml",
    "sitemap-news": "application/xml",
    "sitemap": "application/x-gzip",
}
#: a transparent pixel: every picture of the demo web
_PIXEL = bytes.fromhex("47494638396101000100800000000000ffffff21f90401000000002c00000000010001000002024401003b")


class Site:
    """Answers for one outlet; ``elsewhere`` is a link that leaves it.

    ``base`` ("http://127.0.0.1:8001") is set when the port is known.
    """

    def __init__(self, outlet: Outlet, newsroom: Newsroom, elsewhere: str) -> None:
        self.outlet = outlet
        self.newsroom = newsroom
        self.elsewhere = elsewhere
        self._pages = Pages(outlet)
        self._turns: Counter[str] = Counter()
        self._decoys = tuple(decoy for decoy in newsroom.world.decoys if decoy.outlet == outlet.key)
        year = newsroom.world.now.year
        self._lists = {path.format(year=year): part for path, part in outlet.lists.items()}
        self._resolvers: tuple[Callable[[Asked], Answer | None], ...] = (
            self._robots, self._media, self._list, self._desk, self._further_page, self._moody,
            self._article, self._redirect, self._gone, self._decoy, self._calendar, self._notice,
        )  # fmt: skip

    @property
    def base(self) -> str:
        """What all addresses of the outlet begin with."""
        return self._pages.base

    @base.setter
    def base(self, base: str) -> None:
        """Known when the port is."""
        self._pages.base = base

    def answer(self, asked: Asked) -> Answer:
        """What the outlet answers to a request."""
        for resolver in self._resolvers:
            answer = resolver(asked)
            if answer is not None:
                return conditional(asked, answer)
        return self._html("<!DOCTYPE html><title>404</title><h1>Not found</h1>", status=404)

    # -- lists -------------------------------------------------------------------------------------------------------

    def _robots(self, asked: Asked) -> Answer | None:
        if asked.path != "/robots.txt":
            return None
        return Answer(self.outlet.robots.format(base=self.base).encode(), content_type="text/plain")

    def _media(self, asked: Asked) -> Answer | None:
        return Answer(_PIXEL, content_type="image/gif") if asked.path.startswith("/media/") else None

    def _list(self, asked: Asked) -> Answer | None:
        part = self._lists.get(asked.path) if "?" not in asked.target else None
        if part is None:
            return None
        stories: Sequence[Story] = self.newsroom.stories(self.outlet.key)
        if part == "front":
            return self._front(stories, 1)
        stories = [*self._told("fault"), *stories]
        if part.startswith("sitemap"):
            stories = self._in_sitemap(part, stories)
        return self._feed(part, stories)

    def _desk(self, asked: Asked) -> Answer | None:
        """``/desk/3.xml``: the articles whose number ends in 3, so that one host can be many sources."""
        if not (asked.path.startswith("/desk/") and asked.path.endswith(".xml")):
            return None
        digit = asked.path.removeprefix("/desk/").removesuffix(".xml")
        stories = self.newsroom.stories(self.outlet.key)
        return self._feed("rss", [story for story in stories if str(story.article.number).endswith(digit)])

    def _further_page(self, asked: Asked) -> Answer | None:
        number = asked.path.removeprefix("/page/").strip("/")
        if self.outlet.per_page is None or not asked.path.startswith("/page/") or not number.isdigit():
            return None
        stories = self.newsroom.stories(self.outlet.key)
        return self._front(stories, int(number)) if 0 < int(number) <= self._page_count(stories) else None

    def _front(self, stories: Sequence[Story], page: int) -> Answer:
        size = self.outlet.per_page or max(len(stories), 1)
        shown = stories[(page - 1) * size : page * size]
        fields = self._common() | self._pager(page, self._page_count(stories)) | {"elsewhere": self.elsewhere}
        fields["traps"] = Html(
            "".join(
                f'<li><a href="{decoy.path}">{decoy.article.headline}</a></li>\n'
                for decoy in self._decoys
                if decoy.why != "horizon"
            )
        )
        return self._stamped(self._html(self._pages.list_page("front", shown, fields)))

    def _page_count(self, stories: Sequence[Story]) -> int:
        return -(-len(stories) // self.outlet.per_page) if self.outlet.per_page else 1

    def _pager(self, page: int, pages: int) -> dict[str, str]:
        if page < pages:
            links = f'<link rel="next" href="{self.base}/page/{page + 1}">\n'
            pager = f'<a rel="next" class="older" href="/page/{page + 1}">Older stories</a>'
        else:
            links, pager = "", "<span>That is all.</span>"
        return {"page": str(page), "links": Html(links), "pager": Html(pager)}

    def _in_sitemap(self, part: str, stories: Sequence[Story]) -> list[Story]:
        """The news sitemap has the articles of odd numbers; the packed one has the others and the archive."""
        parity = 1 if part == "sitemap-news" else 0
        chosen = [story for story in stories if story.article.number % 2 == parity]
        return chosen + (self._told("horizon") if part == "sitemap" else [])

    def _feed(self, part: str, stories: Sequence[Story]) -> Answer:
        if part == "json":
            text = self._pages.json_feed(stories)
        else:
            text = self._pages.list_page(part, stories, self._common())
        # a charset the outlet's pages have is also the feed's, told by the XML declaration
        body = text.encode(self.outlet.charset, "xmlcharrefreplace")
        if part == "sitemap":
            body = gzip.compress(body, 6, mtime=0)
        return self._stamped(Answer(body, content_type=_TYPES[part], gzip=self.outlet.gzip))

    # -- pages -------------------------------------------------------------------------------------------------------

    def _moody(self, asked: Asked) -> Answer | None:
        """The first request for every third article is turned away, with seconds or with a date."""
        story = self._story(asked.path)
        if not self.outlet.moody or story is None or story.article.number % 3:
            return None
        self._turns[asked.path] += 1
        if self._turns[asked.path] > 1:
            return None
        if story.article.number % 2:
            return self._html("<h1>Too many requests</h1>", status=429, headers=(("Retry-After", "1"),))
        later = format_datetime(datetime.now(UTC) + timedelta(seconds=2), usegmt=True)
        return self._html("<h1>Back soon</h1>", status=503, headers=(("Retry-After", later),))

    def _article(self, asked: Asked) -> Answer | None:
        story = self._story(asked.path) if "?p=" not in asked.target else None
        if story is None:
            return None
        part, others = self._article_part(asked.path), self.newsroom.stories(self.outlet.key)
        if not self.outlet.restless:
            return self._stamped(self._html(self._pages.page(part, story, others)), story.modified)
        self._turns[asked.path] += 1
        return self._html(self._pages.page(part, story, others, self._turns[asked.path]))

    def _article_part(self, path: str) -> str:
        """The AMP and the mobile page are built otherwise."""
        part = {"amp": "article-amp", "m": "article-mobile"}.get(path.split("/")[1], "article")
        return part if self._pages.has(part) else "article"

    def _redirect(self, asked: Asked) -> Answer | None:
        for story in self.newsroom.stories(self.outlet.key):
            if asked.target in story.article.redirects:
                location = (("Location", self.base + story.article.path),)
                return self._html("<h1>Moved</h1>", status=301, headers=location)
        return None

    def _gone(self, asked: Asked) -> Answer | None:
        if not self.newsroom.is_deleted(self.outlet.key, asked.path):
            return None
        return self._html("<h1>This article was withdrawn</h1>", status=410)

    def _decoy(self, asked: Asked) -> Answer | None:
        decoy = next((each for each in self._decoys if each.path == asked.path), None)
        if decoy is None or decoy.why == "calendar":
            return None
        part = f"decoy-{decoy.why}" if self._pages.has(f"decoy-{decoy.why}") else "article"
        return self._html(self._pages.page(part, _told(decoy), self.newsroom.stories(self.outlet.key)))

    def _calendar(self, asked: Asked) -> Answer | None:
        """Every day has a page, and each links to the next one, for ever."""
        if "calendar" not in self.outlet.decoys or not asked.path.startswith("/calendar/"):
            return None
        try:
            day = datetime.strptime(asked.path, "/calendar/%Y/%m/%d/").date()  # noqa: DTZ007  a day of no zone
        except ValueError:
            day = self.newsroom.world.now.date()
        before, after = (_calendar_path(day + timedelta(days=step)) for step in (-1, 1))
        links = Html(f'<link rel="next" href="{after}">')
        fields = self._common() | {"day": day.isoformat(), "before": before, "after": after, "links": links}
        return self._html(self._pages.list_page("calendar", (), fields))

    def _notice(self, asked: Asked) -> Answer | None:
        if asked.path not in plain_links(self.outlet.house):
            return None
        return self._stamped(self._html(self._pages.notice()), self.newsroom.world.now)

    def _told(self, why: str) -> list[Story]:
        """The decoys of one kind as stories for a feed or sitemap."""
        return [_told(decoy) for decoy in self._decoys if decoy.why == why]

    def _story(self, path: str) -> Story | None:
        """The story that is shown under that path, its own or another one of it."""
        for story in self.newsroom.stories(self.outlet.key):
            if path in (story.article.path, *story.article.variants):
                return story
        return None

    # -- answers -----------------------------------------------------------------------------------------------------

    def _common(self) -> dict[str, str]:
        changed = self.newsroom.changed(self.outlet.key)
        return {
            "changed_822": format_datetime(changed),
            "changed_iso": changed.isoformat(),
            "year": str(self.newsroom.world.now.year),
        }

    def _html(self, text: str, status: int = 200, headers: tuple[tuple[str, str], ...] = ()) -> Answer:
        told = "" if self.outlet.charset_told is Told.META else f"; charset={self.outlet.charset}"
        body = text.encode(self.outlet.charset, "xmlcharrefreplace")
        return Answer(body, status, f"text/html{told}", headers, self.outlet.gzip)

    def _stamped(self, answer: Answer, changed: datetime | None = None) -> Answer:
        """The answer with the validators that this outlet gives."""
        moment = (changed or self.newsroom.changed(self.outlet.key)).astimezone(UTC)
        stamps: list[tuple[str, str]] = []
        if self.outlet.validators is not Validators.MODIFIED:
            stamps.append(("ETag", f'W/"{hashlib.sha256(answer.body).hexdigest()[:20]}"'))
        if self.outlet.validators is not Validators.ETAG:
            stamps.append(("Last-Modified", format_datetime(moment, usegmt=True)))
        return replace(answer, headers=(*answer.headers, *stamps))


def conditional(asked: Asked, answer: Answer) -> Answer:
    """304 without a body when the request carries a validator of this answer, byte for byte; ETag goes first."""
    stamps = dict(answer.headers)
    if answer.status != 200:
        return answer
    if "if-none-match" in asked.headers and "ETag" in stamps:
        same = asked.headers["if-none-match"] == stamps["ETag"]
    else:
        same = "Last-Modified" in stamps and asked.headers.get("if-modified-since") == stamps["Last-Modified"]
    return replace(answer, status=304, body=b"", gzip=False) if same else answer


def _told(decoy: Decoy) -> Story:
    return Story(decoy.article, 0, decoy.article.published)


def _calendar_path(day: date) -> str:
    return f"/calendar/{day:%Y/%m/%d}/"
