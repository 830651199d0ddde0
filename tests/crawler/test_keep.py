"""The keep step: one transaction that tells whether an article is new, known, corrected or a copy."""

import asyncio
from dataclasses import replace

import pytest

from crawler.errands import FetchedArticle
from crawler.keep import keep as keep_one
from crawler.pipelines import CleanPipeline, IdentifyPipeline
from crawler.visit import Visit
from storage import retention
from storage.errors import LeaseLost
from storage.records import Article
from storage.schema import revision
from tests.crawler.test_pipelines import crawler_of
from tests.support.pages import FEED_TYPE, SITE, answer, page, paragraphs, rss
from tests.support.visits import keep, newsdesk, source

FEED = f"{SITE}/feed"
BODY = "\n\n".join(paragraphs("Aville"))
FIRST = Article(
    url=f"{SITE}/news/harbour-opens-again-1", headline="Harbour opens again", article_body=BODY, authors=("Ana Ruiz",)
)


@pytest.mark.parametrize(
    ("second", "outcome", "articles", "what"),
    [
        pytest.param(FIRST, "duplicate", 1, None, id="the same again"),
        pytest.param(
            replace(FIRST, url=f"{FIRST.url}?utm_source=feed"), "duplicate", 1, None, id="with a tracking parameter"
        ),
        pytest.param(
            replace(FIRST, headline="Harbour opens again, at last"), "revised", 1, '["headline"]', id="another headline"
        ),
        pytest.param(
            replace(FIRST, article_body=BODY.replace("council", "counsil")), "revised", 1, '["typo"]', id="another word"
        ),
        pytest.param(replace(FIRST, authors=("Bo Li",)), "revised", 1, '["authors"]', id="another author"),
        pytest.param(
            replace(FIRST, url=f"{SITE}/sport/harbour-opens-again-1"), "duplicate", 1, None, id="the text at another path"
        ),
        pytest.param(
            replace(FIRST, url=f"{SITE}/news/other-2", headline="Lamps are bought", article_body="Another story.\n\nOf lamps."),
            "stored",
            2,
            None,
            id="another article",
        ),
        pytest.param(
            replace(FIRST, url="https://wire.example/a-b-c-1", source_key="wire"), "stored", 2, None, id="a copy elsewhere"
        ),
    ],
)  # fmt: skip
async def test_the_second_article(
    database_url: str, second: Article, outcome: str, articles: int, what: str | None
) -> None:
    async with newsdesk(database_url, source(FEED)) as desk:
        visit = await desk.begin()
        await keep(visit, FIRST)
        await keep(visit, second)
        assert visit.report.outcomes == ({"stored": 2} if outcome == "stored" else {"stored": 1, outcome: 1})
        assert desk.rows("SELECT count(*) FROM article") == [(articles,)]
        revised = [str(row[0]).replace("'", '"') for row in desk.rows("SELECT what FROM change WHERE kind = 'revised'")]
        assert revised == ([what] if what else [])


async def test_a_copy_in_another_source_is_kept_and_marked(database_url: str) -> None:
    async with newsdesk(database_url, source(FEED)) as desk:
        visit = await desk.begin()
        await keep(visit, FIRST)
        await keep(visit, replace(FIRST, url="https://wire.example/a-b-c-1", source_key="wire"))
        assert desk.rows("SELECT source_key, duplicate_of_id FROM v1_article ORDER BY article_id") == [
            ("daily", None),
            ("wire", 1),
        ]


async def test_an_amp_page_changes_nothing_of_the_article_that_is_known(sqlite_url: str) -> None:
    async with newsdesk(sqlite_url, source(FEED)) as desk:
        visit = await desk.begin()
        await keep(visit, FIRST)
        amp = replace(FIRST, url=f"{SITE}/amp/news/harbour-opens-again-1", article_body=BODY + "\n\nRead more.")
        await keep(visit, replace(amp, canonical_url=FIRST.url))
        assert desk.rows("SELECT version, article_body FROM article") == [(1, BODY)]
        assert (amp.url,) in desk.rows("SELECT url FROM article_alias")


@pytest.mark.parametrize(
    "again",
    [
        pytest.param(replace(FIRST, headline="Harbour shut", article_body="Other words.\n\nMore."), id="its own address"),
        pytest.param(
            replace(FIRST, url=f"{SITE}/amp/7", headline="Harbour shut", article_body="Other.\n\nMore.", also=(FIRST.url,)),
            id="another address",
        ),
        pytest.param(replace(FIRST, article_body=BODY + "\n\nMore."), id="more of the same words"),
        pytest.param(FIRST, id="the same words"),
    ],
)  # fmt: skip
async def test_no_words_of_a_buried_article_come_back(database_url: str, again: Article) -> None:
    async with newsdesk(database_url, source(FEED)) as desk:
        visit = await desk.begin()
        await keep(visit, FIRST)
        with visit.station.database.write() as connection:
            retention.bury(connection, [1], visit.station.now())
        await keep(visit, again)
        assert visit.report.outcomes == {"stored": 1, "duplicate": 1}
        assert desk.rows("SELECT article_id, headline, article_body, version FROM article") == [(1, "", "", 1)]
        assert desk.rows("SELECT headline, article_body FROM revision") == [("", "")]
        assert desk.rows("SELECT kind FROM change ORDER BY change_seq") == [("new",), ("removed",)]


async def test_changes_are_numbered_without_a_gap_also_when_many_keep_at_once(database_url: str) -> None:
    async with newsdesk(database_url, source(FEED)) as desk:
        visit = await desk.begin()
        many = [
            replace(FIRST, url=f"{SITE}/story-number-{n}", headline=f"Story of number {n}", article_body=f"Text {n}.\n\nMore of {n}.")
            for n in range(20)
        ]  # fmt: skip
        await asyncio.gather(*(keep(visit, article) for article in [*many, *many]))
        assert desk.rows("SELECT change_seq FROM change ORDER BY change_seq") == [(n,) for n in range(1, 21)]
        assert desk.rows("SELECT n FROM counter WHERE name = 'change'") == [(20,)]
        assert visit.report.outcomes == {"stored": 20, "duplicate": 20}


async def fetched(visit: Visit) -> FetchedArticle:
    """An article that the visit fetched for a link of its frontier."""
    from tests.support.visits import settle

    errands = visit.errands()
    await settle(visit, await anext(errands), answer(rss("/news/harbour-opens-again-1"), FEED, content_type=FEED_TYPE))
    errand = await anext(errands)
    return FetchedArticle(FIRST, errand, answer(page("Harbour opens again"), errand.url, etag='"7"'))


async def test_the_link_is_settled_in_the_same_transaction(database_url: str) -> None:
    async with newsdesk(database_url, source(FEED)) as desk:
        visit = await desk.begin()
        await keep(visit, await fetched(visit))
        assert desk.rows("SELECT state, http_etag, article_id, next_try_at IS NOT NULL FROM link") == [
            ("stored", '"7"', 1, True)
        ]


async def test_a_transaction_that_fails_leaves_neither_article_nor_outcome_nor_number(database_url: str) -> None:
    async with newsdesk(database_url, source(FEED)) as desk:
        visit = await desk.begin()
        crawler = crawler_of(visit)
        item = IdentifyPipeline(crawler).process_item(CleanPipeline(crawler).process_item(await fetched(visit)))

        def fail_at_the_end(connection: object) -> None:
            keep_one(connection, visit, item, visit.station.now())  # type: ignore[arg-type]
            raise LookupError

        with pytest.raises(LookupError):
            await desk.station.writer.run(fail_at_the_end)
        assert desk.rows("SELECT count(*) FROM article") == [(0,)]
        assert desk.rows("SELECT state, attempts FROM link") == [("pending", 0)]
        assert desk.rows("SELECT n FROM counter WHERE name = 'change'") == [(0,)]


async def test_a_lease_that_was_taken_over_refuses_the_commit(database_url: str) -> None:
    async with newsdesk(database_url, source(FEED)) as desk:
        visit = await desk.begin()
        crawler = crawler_of(visit)
        item = IdentifyPipeline(crawler).process_item(CleanPipeline(crawler).process_item(FIRST))
        desk.write("UPDATE source SET lease_owner = 'another', lease_fence = lease_fence + 1")
        with pytest.raises(LeaseLost):
            await desk.station.writer.run(lambda connection: keep_one(connection, visit, item, visit.station.now()))
        assert desk.rows("SELECT count(*) FROM article") == [(0,)]


async def test_a_revision_keeps_the_words_that_changed(database_url: str) -> None:
    async with newsdesk(database_url, source(FEED)) as desk:
        visit = await desk.begin()
        await keep(visit, FIRST)
        await keep(visit, replace(FIRST, headline="Harbour opens at last"))
        rows = desk.values(revision.c.version, revision.c.edits)
    assert sorted(rows) == [(1, []), (2, [{"part": "headline", "before": "again", "after": "at last"}])]


async def test_what_could_be_read_before_the_paywall_stays(database_url: str) -> None:
    teaser = replace(FIRST, article_body=f"{paragraphs('Aville')[0]}\n\nSubscribe.", is_accessible_for_free=False)
    async with newsdesk(database_url, source(FEED)) as desk:
        visit = await desk.begin()
        for read in (FIRST, teaser, teaser):
            await keep(visit, read)
        assert visit.report.outcomes == {"stored": 1, "revised": 1, "duplicate": 1}
        assert desk.rows("SELECT article_body, is_accessible_for_free, version FROM v1_article") == [(BODY, False, 2)]
        assert desk.rows("SELECT page_hash FROM v1_article") == [(None,)]
        await keep(visit, replace(FIRST, is_accessible_for_free=True))
        whats = [what for (what,) in sorted(desk.values(revision.c.what))]
    assert whats == [[], ["paywall"], ["paywall_lifted"]]


async def test_the_agency_of_a_dateline_is_stored(sqlite_url: str) -> None:
    async with newsdesk(sqlite_url, source(FEED)) as desk:
        visit = await desk.begin()
        await keep(visit, replace(FIRST, article_body=f"LUNDE (Reuters) - {BODY}"))
        assert desk.rows("SELECT agency FROM v1_article") == [("Reuters",)]
