"""A feed with whole texts and a page behind a wall: one article, and no trace of it left in the frontier."""

from crawler.errands import Answer
from tests.support.pages import FEED_TYPE, SITE, answer, page, paragraphs
from tests.support.visits import newsdesk, source

FEED, STORY = f"{SITE}/feed", f"{SITE}/harbour-opens-1"
WALL = "<html><head><title>Your privacy</title></head><body><h1>Before you continue</h1><p>We use cookies. Accept all cookies.</p></body></html>"


def feed(town: str = "Aville") -> Answer:
    whole = "".join(f"<p>{text}</p>" for text in paragraphs(town))
    item = (
        f"<item><title>The harbour opens</title><link>{STORY}</link>"
        f"<content:encoded><![CDATA[{whole}]]></content:encoded></item>"
    )
    text = f'<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel><title>Daily</title>{item}</channel></rss>'
    return answer(text, FEED, content_type=FEED_TYPE)


async def test_the_article_is_stored_from_its_feed(database_url: str) -> None:
    async with newsdesk(database_url, source(FEED)) as desk:
        report = await desk.visit({FEED: feed(), STORY: answer(WALL, STORY)})
        assert dict(report.outcomes) == {"stored": 1}
        ((body, url),) = desk.rows("SELECT article_body, url FROM v1_article")
        assert (body.split("\n\n"), url) == (paragraphs("Aville"), STORY)
        assert desk.rows("SELECT count(*) FROM fed_text") == [(0,)]


async def test_a_page_that_can_be_read_is_what_counts(sqlite_url: str) -> None:
    async with newsdesk(sqlite_url, source(FEED)) as desk:
        await desk.visit({FEED: feed(), STORY: answer(page("The harbour opens", "Beton"), STORY)})
        assert desk.rows("SELECT article_body FROM v1_article") == [("\n\n".join(paragraphs("Beton")),)]


async def test_the_text_waits_while_the_page_is_tried_again(database_url: str) -> None:
    async with newsdesk(database_url, source(FEED)) as desk:
        await desk.visit({FEED: feed(), STORY: answer("", STORY, status=503)}, most=2)
        assert desk.rows("SELECT count(*) FROM fed_text") == [(1,)]
        desk.make_due()
        report = await desk.visit({FEED: answer("", FEED, status=304), STORY: answer(WALL, STORY)})
        assert dict(report.outcomes) == {"stored": 1}


async def test_a_wall_at_the_next_look_changes_nothing(database_url: str) -> None:
    async with newsdesk(database_url, source(FEED)) as desk:
        await desk.visit({FEED: feed(), STORY: answer(WALL, STORY)})
        desk.make_due()
        report = await desk.visit({FEED: feed(), STORY: answer(WALL + "<!-- 2 -->", STORY)})
        assert dict(report.outcomes) == {"unchanged": 1}
        assert desk.rows("SELECT version FROM v1_article") == [(1,)]
