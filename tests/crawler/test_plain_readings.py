"""A page over the CPU limit of its reader: from its head and plain paragraphs, or with the recorded reason."""

import json

import pytest

from crawler import reading
from tests.support import readers as work
from tests.support.pages import FEED_TYPE, SITE, answer, page, paragraphs, rss
from tests.support.visits import newsdesk, source

FEED, LINK, BARE = f"{SITE}/feed", f"{SITE}/aville-opens-1", f"{SITE}/beton-opens-1"
OVER = "reader stopped: over 1 s of CPU"


async def test_a_page_over_the_cpu_limit_is_read_plainly_or_has_its_reason(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "article", work.burn_page)
    says = {
        FEED: answer(rss("/aville-opens-1", "/beton-opens-1"), FEED, content_type=FEED_TYPE),
        LINK: answer(page("Aville opens", "Aville"), LINK),
        BARE: answer("<html><body><div>No paragraphs here</div></body></html>", BARE),
    }
    async with newsdesk(sqlite_url, source(FEED), reader_cpu="1s") as desk:
        await desk.visit(says)
        ((body, origin),) = desk.rows("SELECT article_body, provenance FROM v1_article")
        assert body.split("\n\n") == paragraphs("Aville")
        assert json.loads(origin)["article_body"] == "plain"
        assert desk.rows("SELECT url, reason FROM failed_item") == [(BARE, OVER)]
        assert desk.rows("SELECT articles FROM site_memory") == []
