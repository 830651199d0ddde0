"""clean -> identify -> keep: what a custom spider yields goes the same way as what the visit fetched."""

from dataclasses import replace
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import cast

import pytest
from scrapy.crawler import Crawler
from scrapy.exceptions import DropItem

from crawler.errands import FetchedArticle
from crawler.pipelines import CleanPipeline, IdentifyPipeline, KeepPipeline
from crawler.visit import Visit
from storage.records import Article
from tests.support.pages import FEED_TYPE, SITE, answer, page, paragraphs, rss
from tests.support.visits import Newsdesk, keep, newsdesk, source

FEED = f"{SITE}/feed"
ARTICLE = Article(
    url=f"{SITE}/harbour-opens-1",
    headline=" The harbour\x00 opens ",
    article_body="\n\n".join(paragraphs("Aville")),
    also=(f"{SITE}/amp/harbour-opens-1?utm_source=x", "https://[::1", "mailto:desk@daily.example"),
    date_published=datetime(9999, 1, 1, tzinfo=UTC),
)


def crawler_of(visit: Visit) -> Crawler:
    return cast("Crawler", SimpleNamespace(spider=SimpleNamespace(visit=visit)))


async def test_an_article_of_a_custom_spider_is_cleaned_and_kept_for_its_source(database_url: str) -> None:
    async with newsdesk(database_url, source(FEED)) as desk:
        visit = await desk.begin()
        await keep(visit, ARTICLE)
        await keep(
            visit,
            replace(
                ARTICLE,
                source_key="elsewhere",
                url=f"{SITE}/council-2",
                headline="Lamps",
                article_body="Other text.",
                also=(),
            ),
        )
        report = await visit.finish()
        assert desk.rows("SELECT source_key, headline, date_published FROM v1_article ORDER BY article_id") == [
            ("daily", "The harbour opens", None),
            ("elsewhere", "Lamps", None),
        ]
        assert report.outcomes == {"stored": 2}
        urls = {url for (url,) in desk.rows("SELECT url FROM v1_article_alias WHERE article_id = 1")}
        assert urls == {ARTICLE.url, ARTICLE.also[0]}


async def test_the_same_article_again_and_its_correction(database_url: str) -> None:
    async with newsdesk(database_url, source(FEED)) as desk:
        visit = await desk.begin()
        for headline in ("The harbour opens", "The harbour opens", "The harbour opens late"):
            await keep(visit, replace(ARTICLE, headline=headline))
        assert dict((await visit.finish()).outcomes) == {"stored": 1, "duplicate": 1, "revised": 1}
        assert desk.rows("SELECT version, headline FROM v1_revision ORDER BY version") == [
            (1, "The harbour opens"),
            (2, "The harbour opens late"),
        ]


@pytest.mark.parametrize(
    ("item", "reason"),
    [
        pytest.param({"url": "x"}, "not an article: dict", id="a thing of another kind"),
        pytest.param(replace(ARTICLE, headline=" \x00 "), "an article without a headline", id="no headline"),
    ],
)
async def test_what_is_no_article_is_dropped_in_few_words(sqlite_url: str, item: object, reason: str) -> None:
    async with newsdesk(sqlite_url, source(FEED)) as desk:
        visit = await desk.begin()
        with pytest.raises(DropItem, match=reason):
            CleanPipeline.from_crawler(crawler_of(visit)).process_item(item)


async def test_an_item_without_a_web_address_costs_no_other(sqlite_url: str) -> None:
    async with newsdesk(sqlite_url, source(FEED)) as desk:
        visit = await desk.begin()
        await keep(visit, replace(ARTICLE, url="urn:x"))
        await keep(visit, ARTICLE)
        assert desk.rows("SELECT url FROM article") == [(ARTICLE.url,)]


async def test_a_dropped_article_leaves_its_link_skipped(sqlite_url: str) -> None:
    async with newsdesk(sqlite_url, source(FEED)) as desk:
        visit = await desk.begin()
        errands = visit.errands()
        listed = answer(rss("/harbour-opens-1"), FEED, content_type=FEED_TYPE)
        from tests.support.visits import settle

        await settle(visit, await anext(errands), listed)
        errand = await anext(errands)
        await keep(visit, FetchedArticle(replace(ARTICLE, headline=""), errand, answer(page("x"), errand.url)))
        assert desk.rows("SELECT state, reason FROM link") == [("skipped", "an article without a headline")]


async def test_fingerprints_are_made_before_the_commit(sqlite_url: str) -> None:
    async with newsdesk(sqlite_url, source(FEED)) as desk:
        visit = await desk.begin()
        crawler = crawler_of(visit)
        item = IdentifyPipeline(crawler).process_item(CleanPipeline(crawler).process_item(ARTICLE))
        assert item.candidate.text_hash
        assert item.candidate.keys[0] in item.aliases
        assert set(item.aliases.values()) == {ARTICLE.url, ARTICLE.also[0]}
        assert desk.rows("SELECT count(*) FROM article") == [(0,)]


async def lost(desk: Newsdesk) -> Visit:
    visit = await desk.begin()
    desk.write("UPDATE source SET lease_fence = lease_fence + 1")
    return visit


async def test_who_has_lost_the_lease_keeps_nothing(database_url: str) -> None:
    async with newsdesk(database_url, source(FEED)) as desk:
        visit = await lost(desk)
        await keep(visit, ARTICLE)
        assert visit.report.broken_off == "lease lost"
        assert desk.rows("SELECT count(*) FROM article") == [(0,)]
        assert desk.rows("SELECT n FROM counter WHERE name = 'change'") == [(0,)]


async def test_a_database_that_is_gone_ends_the_visit_and_not_the_process(sqlite_url: str) -> None:
    async with newsdesk(sqlite_url, source(FEED)) as desk:
        visit = await desk.begin()
        crawler = crawler_of(visit)
        item = IdentifyPipeline(crawler).process_item(CleanPipeline(crawler).process_item(ARTICLE))
        desk.station.writer.close()
        await KeepPipeline(crawler).process_item(item)
        assert str(visit.report.broken_off).startswith("database: ")
