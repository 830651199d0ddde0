"""An outlet on a clock of its own: a feed that shows its last items, and a server with good or bad manners.

stand = Newsstand(published, window=20)
await stand.watch(desk, hours=24)      # visits whenever the source is due, by the clock of the desk
stand.requests                         # every request of the feed, with its time and its conditions
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.utils import format_datetime

from crawler.errands import Answer, Errand
from storage.schema import source as source_table
from tests.support.pages import FEED_TYPE, SITE, answer, page, rss
from tests.support.visits import Newsdesk, Said

FEED = f"{SITE}/feed"


@dataclass(frozen=True, slots=True)
class Request:
    """One request of the feed."""

    at: datetime
    url: str
    conditions: dict[str, str]
    status: int


@dataclass(slots=True)
class Newsstand:
    """Items by path with their time of publication; what is listed is what was published by now."""

    published: dict[str, datetime]
    window: int = 20
    etags: bool = True
    dates: bool = True
    #: numbers of the conditional requests that are answered "not modified" whatever changed; None: all of them
    lies: frozenset[int] | None = frozenset()
    max_age: timedelta | None = None
    #: address -> where it redirects for good
    moved: dict[str, str] = field(default_factory=dict)
    sitemap: str | None = None
    requests: list[Request] = field(default_factory=list)
    others: list[str] = field(default_factory=list)
    now: datetime | None = None

    async def watch(self, desk: Newsdesk, begin: datetime, hours: float) -> None:
        """Visit the source whenever it is due, for so many hours."""
        known = desk.values(source_table.c.next_visit_at)
        moment, end = max([begin, *(due for (due,) in known)]), begin + timedelta(hours=hours)
        while moment < end:
            self.now = moment
            desk.station.clock = lambda moment=moment: moment  # type: ignore[misc]
            await self._visit(desk)
            ((due,),) = desk.values(source_table.c.next_visit_at)
            moment = max(due, moment + timedelta(seconds=1))

    async def _visit(self, desk: Newsdesk) -> None:
        """One visit that asks the lists, and takes their articles for read: these tests are not about them."""
        begun = await desk.begin(due=True)
        begun.is_survey = True
        await desk.follow(begun, self.says)
        desk.write("UPDATE link SET state = 'stored', next_try_at = NULL WHERE kind = 'article' AND state = 'pending'")
        await begun.finish()

    def says(self, errand: Errand) -> Said:
        """What the server says to one errand."""
        assert self.now is not None
        target = self.moved.get(errand.url, errand.url)
        if errand.url not in (FEED, *self.moved, *self.moved.values()):
            self.others.append(errand.url)
            return self._other(errand)
        said = self._feed(errand, target)
        self.requests.append(Request(self.now, errand.url, errand.conditions, said.status))
        return said

    def listed(self) -> list[str]:
        """The paths that the feed shows now, newest first."""
        assert self.now is not None
        shown = [path for path, moment in self.published.items() if moment <= self.now]
        return sorted(shown, key=lambda path: self.published[path], reverse=True)[: self.window]

    @property
    def etag(self) -> str:
        """The validator of what is listed now; its bytes are odd on purpose."""
        return f'W/"{abs(hash(tuple(self.listed())))}--gzip"'

    @property
    def changed_at(self) -> str:
        """Last-Modified of what is listed now."""
        return format_datetime(max(self.published[path] for path in self.listed()))

    def unconditional(self) -> list[Request]:
        """Requests of the feed without conditions."""
        return [request for request in self.requests if not request.conditions]

    def _feed(self, errand: Errand, target: str) -> Answer:
        conditions, via = errand.conditions, (errand.url,) if target != errand.url else ()
        conditional = sum(bool(request.conditions) for request in self.requests)
        lied = bool(conditions) and (self.lies is None or conditional in self.lies)
        same = conditions.get("If-None-Match") == self.etag or (
            not self.etags and conditions.get("If-Modified-Since") == self.changed_at
        )
        status = 304 if conditions and (same or lied) else 200
        text = "" if status == 304 else rss(*self.listed(), published=self.published)
        said = answer(text, target, status=status, content_type=FEED_TYPE)
        return Answer(
            said.page,
            self.etag if self.etags else None,
            self.changed_at if self.dates else None,
            via,
            is_moved=bool(via),
            fresh_for=self.max_age,
        )

    def _other(self, errand: Errand) -> Answer:
        if self.sitemap is not None and errand.url == self.sitemap:
            assert self.now is not None
            entries = "".join(
                f"<url><loc>{SITE}{path}</loc><lastmod>{moment.isoformat()}</lastmod></url>"
                for path, moment in self.published.items()
                if moment <= self.now
            )
            space = "http://www.sitemaps.org/schemas/sitemap/0.9"
            return answer(f'<urlset xmlns="{space}">{entries}</urlset>', errand.url, content_type="application/xml")
        if errand.endpoint is not None:
            return answer("not here", errand.url, status=404)
        return answer(page(errand.url.rsplit("/", 1)[-1].replace("-", " "), errand.url[-2:]), errand.url)
