"""What is left to the browser, and what becomes of it: real store, lease and readers; answers are handed in."""

import asyncio
import logging
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from config_blocks import Render
from crawler import answers, second_crawl
from crawler.errands import Answer, Errand, drawn_answer
from crawler.render.need import Mark
from crawler.visit import Visit
from storage import members, renderings, schema
from storage.members import Member
from storage.records import Page
from tests.support.scripted import Sent, article, as_json, paragraphs, shell, stories, story
from tests.support.visits import Newsdesk, newsdesk, settle, source

FRONT = "https://daily.example/"
FILLS = "fetch('/list?' + 1).then(draw)"
LIST = "".join(f'<article><h3><a href="{one["url"]}">{one["title"]}</a></h3></article>' for one in stories(0, 6))
DRAWN = f"<html><body><main>{LIST}</main></body></html>".encode()


def _answer(sent: Sent, url: str = FRONT) -> Answer:
    return Answer(Page(url, sent.body, sent.content_type, sent.status), http_etag='"tag"', http_last_modified="Fri")


def _story(number: int) -> str:
    return "https://daily.example" + story(number)["url"]


SHELL = _answer(shell(FILLS))
PLAIN = _answer(Sent(DRAWN))


async def _front(desk: Newsdesk, said: Answer) -> Visit:
    """A visit in which the front page has answered."""
    begun = await desk.begin()
    await settle(begun, await _due(begun, FRONT), said)
    return begun


async def _again(desk: Newsdesk, begun: Visit, said: Answer) -> Visit:
    """The next visit, in which it answers this."""
    await begun.finish()
    desk.make_due()
    return await _front(desk, said)


async def _due(begun: Visit, url: str) -> Errand:
    """The errand of one of the endpoints that are due."""
    found = [errand for errand in await begun._due_endpoints() if errand.url == url]
    return found[0]


def _endpoint(desk: Newsdesk) -> tuple[Any, ...]:
    (row,) = desk.rows("SELECT http_etag, body_hash, failures, state_reason FROM endpoint WHERE url = :url", url=FRONT)
    return row


async def _drawn(desk: Newsdesk, html: bytes, *, is_alone: bool = False) -> Visit:
    """A visit whose front page was left to a browser, which has drawn this."""
    begun = await _front(desk, SHELL)
    (errand,) = begun.awaiting
    begun.awaiting = []
    assert errand.plain is not None
    await settle(begun, errand, drawn_answer(errand.plain, html, is_alone=is_alone))
    return begun


# ---------------------------------------------------------------- lists


async def test_a_shell_is_left_to_the_browser_and_nothing_of_it_is_settled(database_url: str) -> None:
    async with newsdesk(database_url, source(FRONT)) as desk:
        begun = await _front(desk, SHELL)
        assert [(errand.url, errand.plain) for errand in begun.awaiting] == [(FRONT, SHELL)]
        assert _endpoint(desk) == (None, None, 0, None)
        assert (begun.report.endpoints_read, begun.report.endpoints_failed) == (0, 0)


async def test_a_list_with_links_is_taken_as_it_came(sqlite_url: str) -> None:
    async with newsdesk(sqlite_url, source(FRONT)) as desk:
        begun = await _front(desk, PLAIN)
        assert begun.awaiting == []
        assert len(desk.rows("SELECT 1 FROM link")) == 6
        assert begun.seen.plain == {"lists"}


async def test_never_means_that_a_shell_is_read_as_it_is(sqlite_url: str) -> None:
    async with newsdesk(sqlite_url, source(FRONT, render="never")) as desk:
        begun = await _front(desk, SHELL)
        assert begun.awaiting == []
        assert _endpoint(desk)[0] == '"tag"'


async def test_always_means_that_a_list_with_links_is_drawn_too(sqlite_url: str) -> None:
    async with newsdesk(sqlite_url, source(FRONT, render="always")) as desk:
        assert len((await _front(desk, PLAIN)).awaiting) == 1


async def test_a_feed_is_never_drawn(sqlite_url: str) -> None:
    feed = b"<rss><channel><title>x</title></channel></rss>"
    async with newsdesk(sqlite_url, source(FRONT, render="always")) as desk:
        begun = await _front(desk, Answer(Page(FRONT, feed, "application/rss+xml")))
        assert begun.awaiting == []
        assert begun.report.endpoints_read == 1


async def test_an_empty_page_without_scripts_is_just_empty(sqlite_url: str) -> None:
    async with newsdesk(sqlite_url, source(FRONT)) as desk:
        begun = await _front(desk, _answer(Sent(b"<html><body><p>We are moving.</p></body></html>")))
        assert (begun.awaiting, begun.report.endpoints_read) == ([], 1)


async def test_a_list_in_the_pages_own_state_needs_no_browser(sqlite_url: str) -> None:
    told = as_json(stories(0, 5)).body.decode()
    async with newsdesk(sqlite_url, source(FRONT)) as desk:
        begun = await _front(desk, _answer(shell(f"window.stories = {told}; draw()")))
        assert begun.awaiting == []
        assert len(desk.rows("SELECT 1 FROM link")) == 5
        assert _endpoint(desk)[0] == '"tag"'


async def test_what_the_browser_drew_is_read_like_any_list(database_url: str) -> None:
    async with newsdesk(database_url, source(FRONT)) as desk:
        begun = await _drawn(desk, DRAWN)
        assert len(desk.rows("SELECT 1 FROM link WHERE state = 'pending'")) == 6
        assert begun.report.endpoints_read == 1
        assert begun.awaiting == []


async def test_validators_of_a_shell_whose_list_comes_by_a_call_are_not_kept(sqlite_url: str) -> None:
    async with newsdesk(sqlite_url, source(FRONT)) as desk:
        begun = await _drawn(desk, DRAWN)
        assert _endpoint(desk)[:2] == (None, "")
        again = await _again(desk, begun, SHELL)
        assert len(again.awaiting) == 1


async def test_validators_of_a_document_that_makes_its_page_alone_are_kept(sqlite_url: str) -> None:
    async with newsdesk(sqlite_url, source(FRONT)) as desk:
        begun = await _drawn(desk, DRAWN, is_alone=True)
        assert _endpoint(desk)[:2] == ('"tag"', SHELL.body_hash)
        again = await _again(desk, begun, SHELL)
        assert (again.awaiting, again.report.endpoints_unchanged) == ([], 1)


async def test_a_list_that_its_script_calls_plainly_is_asked_in_its_place(sqlite_url: str) -> None:
    async with newsdesk(sqlite_url, source(FRONT)) as desk:
        begun = await _front(desk, _answer(shell("fetch('/api/latest').then(draw)")))
        assert begun.awaiting == []
        assert _endpoint(desk)[:2] == (None, "")
        called = await _due(begun, "https://daily.example/api/latest")
        await settle(begun, called, _answer(as_json(stories(0, 4)), called.url))
        assert len(desk.rows("SELECT 1 FROM link")) == 4


async def test_a_called_list_that_lists_nothing_is_given_up_and_the_page_is_drawn(sqlite_url: str) -> None:
    front = _answer(shell("fetch('/api/latest').then(draw)"))
    async with newsdesk(sqlite_url, source(FRONT)) as desk:
        begun = await _front(desk, front)
        called = await _due(begun, "https://daily.example/api/latest")
        await settle(begun, called, _answer(as_json({"error": "log in"}), called.url))
        again = await _again(desk, begun, front)
        assert [errand.url for errand in again.awaiting] == [FRONT]


async def test_a_further_page_that_is_a_shell_is_drawn_as_a_list(sqlite_url: str) -> None:
    async with newsdesk(sqlite_url, source(FRONT)) as desk:
        begun = await _front(desk, PLAIN)
        desk.write("UPDATE link SET kind = 'page' WHERE url = :url", url=_story(0))
        errand = next(found for found in await begun._due_links() if found.url == _story(0))
        await settle(begun, errand, _answer(shell(FILLS), errand.url))
        assert [waiting.is_list for waiting in begun.awaiting] == [True]
        await settle(begun, begun.awaiting[0], drawn_answer(SHELL, DRAWN, is_alone=False))
        assert desk.rows("SELECT state, reason FROM link WHERE url = :url", url=_story(0)) == [("stored", "read")]


# ---------------------------------------------------------------- articles


async def _link(desk: Newsdesk, said: Sent) -> tuple[Visit, Errand]:
    """A visit in which the first story of a plain list has answered."""
    begun = await _front(desk, PLAIN)
    errand = next(e for e in await begun._due_links() if e.url == _story(0))
    await settle(begun, errand, _answer(said, errand.url))
    return begun, errand


async def test_an_article_that_scripts_draw_is_left_to_the_browser_and_stays_pending(database_url: str) -> None:
    async with newsdesk(database_url, source(FRONT)) as desk:
        begun, errand = await _link(desk, shell(FILLS))
        assert [waiting.link for waiting in begun.awaiting] == [errand.link]
        assert desk.rows("SELECT state, attempts FROM link WHERE url = :url", url=_story(0)) == [("pending", 0)]


async def test_a_link_that_waits_for_the_browser_is_not_fetched_again_meanwhile(sqlite_url: str) -> None:
    async with newsdesk(sqlite_url, source(FRONT)) as desk:
        begun, _ = await _link(desk, shell(FILLS))
        assert _story(0) not in [errand.url for errand in await begun._due_links()]
        assert await begun._next(begun._due_links) == []
        begun.is_rendering = True
        assert [errand.url for errand in await begun._next(begun._due_links)] == [_story(0)]


async def test_an_article_as_the_browser_drew_it_is_stored_with_its_own_address(database_url: str) -> None:
    async with newsdesk(database_url, source(FRONT)) as desk:
        begun, _ = await _link(desk, shell(FILLS))
        (errand,) = begun.awaiting
        assert errand.plain is not None
        await settle(begun, errand, drawn_answer(errand.plain, article(0).body, is_alone=False))
        assert desk.rows("SELECT url, headline FROM article") == [(_story(0), story(0)["title"])]
        assert desk.rows("SELECT state, body_hash FROM link WHERE url = :url", url=_story(0)) == [("stored", "")]
        assert begun.seen.more.keys() == {"articles"}


async def test_a_page_that_shows_no_article_in_the_browser_either_is_skipped(sqlite_url: str) -> None:
    async with newsdesk(sqlite_url, source(FRONT)) as desk:
        begun, _ = await _link(desk, shell(FILLS))
        (errand,) = begun.awaiting
        assert errand.plain is not None
        await settle(begun, errand, drawn_answer(errand.plain, shell(FILLS).body, is_alone=False))
        assert desk.rows("SELECT state FROM link WHERE url = :url", url=_story(0)) == [("skipped",)]
        assert begun.seen.no_more is not None


async def test_an_article_in_the_pages_own_state_needs_no_browser(sqlite_url: str) -> None:
    told = as_json({"headline": story(0)["title"], "url": story(0)["url"], "body": "\n".join(paragraphs(0))}).body
    async with newsdesk(sqlite_url, source(FRONT)) as desk:
        begun, _ = await _link(desk, shell(f"window.article = {told.decode()}; draw()"))
        assert begun.awaiting == []
        assert desk.rows("SELECT headline FROM article") == [(story(0)["title"],)]


# ---------------------------------------------------------------- the second crawl, and what is remembered


async def test_where_there_is_no_browser_the_source_says_so_with_the_cure(database_url: str, tmp_path: Path) -> None:
    async with newsdesk(database_url, source(FRONT)) as desk:
        desk.station.browser.settings = Render(browser=str(tmp_path / "none"), unsafe_no_sandbox=True)
        begun = await _front(desk, SHELL)
        await second_crawl.go_on(begun)
        report = await begun.finish()
        assert report.error is not None
        assert "needs a browser" in report.error
        assert "apt-get install chromium" in report.error
        assert desk.rows("SELECT state FROM v1_source_health") == [("failing",)]
        assert begun.awaiting == []


async def test_where_another_worker_has_a_browser_it_makes_the_next_visit(database_url: str, tmp_path: Path) -> None:
    async with newsdesk(database_url, source(FRONT)) as desk:
        station, there = desk.station, Member("w", "worker", "1", {"visits": 4, "rendered": 2}, {})
        await station.writer.run(lambda connection: members.sign(station.database, connection, there))
        station.browser.settings = Render(browser=str(tmp_path / "none"), unsafe_no_sandbox=True)
        begun, _ = await _link(desk, shell(FILLS))
        await second_crawl.go_on(begun)
        await begun.finish()
        assert desk.values(schema.source.c.queue) == [("rendered",)]
        next_try_at = dict(desk.values(schema.link.c.url, schema.link.c.next_try_at))[_story(0)]
        assert next_try_at < station.now() + timedelta(minutes=1)


async def test_a_source_that_was_passed_on_is_taken_back_when_its_pages_come_whole(database_url: str) -> None:
    async with newsdesk(database_url, source(FRONT)) as desk:
        begun = await _front(desk, PLAIN)
        await begun.commit(lambda connection: renderings.pass_on(connection, begun.lease.source_id))
        await second_crawl.go_on(begun)
        await begun.finish()
        assert desk.values(schema.source.c.queue) == [("visits",)]


@pytest.mark.parametrize("said", [SHELL, TimeoutError("no whole answer in time")], ids=["a shell", "no answer"])
async def test_a_source_that_was_passed_on_stays_so_while_its_pages_do_not_come_whole(
    sqlite_url: str, said: Answer | TimeoutError, tmp_path: Path
) -> None:
    async with newsdesk(sqlite_url, source(FRONT)) as desk:
        desk.station.browser.settings = Render(browser=str(tmp_path / "none"), unsafe_no_sandbox=True)
        begun = await desk.begin()
        await begun.commit(lambda connection: renderings.pass_on(connection, begun.lease.source_id))
        await settle(begun, await _due(begun, FRONT), said)
        await second_crawl.go_on(begun)
        await begun.finish()
        assert desk.values(schema.source.c.queue) == [("rendered",)]


async def test_a_visit_that_has_lost_its_lease_passes_nothing_on(database_url: str, tmp_path: Path) -> None:
    async with newsdesk(database_url, source(FRONT)) as desk:
        desk.station.browser.settings = Render(browser=str(tmp_path / "none"), unsafe_no_sandbox=True)
        begun = await _front(desk, SHELL)
        desk.write("UPDATE source SET lease_fence = lease_fence + 1")
        await second_crawl.go_on(begun)
        assert begun.report.broken_off == "lease lost"


async def test_a_visit_that_fails_at_its_end_is_finished_all_the_same_and_renews_its_lease_no_more(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def fail(_visit: Visit) -> None:
        raise KeyError("nobody has thought of this")

    monkeypatch.setattr(second_crawl, "_remember", fail)
    async with newsdesk(sqlite_url, source(FRONT)) as desk:
        begun = await _front(desk, PLAIN)
        begun.watch(lambda: None)
        assert begun._renewal is not None
        report = await second_crawl.bring_to_end(begun)
        assert report.broken_off == "internal error: KeyError('nobody has thought of this')"
        await asyncio.wait([begun._renewal])
        assert desk.values(schema.source.c.lease_owner) == [(None,)]
        assert (await desk.lease(due=True)).source_key == "daily"
    assert "KeyError: 'nobody has thought of this'" in caplog.text
    assert "Traceback" in caplog.text


async def test_a_visit_that_is_cancelled_at_its_end_is_broken_off_and_finished(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    reached = asyncio.Event()

    async def wait_for_ever(_visit: Visit) -> None:
        reached.set()
        await asyncio.Event().wait()

    monkeypatch.setattr(second_crawl, "_remember", wait_for_ever)
    async with newsdesk(sqlite_url, source(FRONT)) as desk:
        begun = await _front(desk, PLAIN)
        ending = asyncio.ensure_future(second_crawl.bring_to_end(begun))
        await reached.wait()
        ending.cancel()
        with pytest.raises(asyncio.CancelledError):
            await ending
        assert begun.report.broken_off == "stopped"
        assert desk.values(schema.source.c.lease_owner) == [(None,)]


async def test_links_that_need_a_browser_wait_where_there_is_none_and_use_up_no_try(
    sqlite_url: str, tmp_path: Path
) -> None:
    async with newsdesk(sqlite_url, source(FRONT)) as desk:
        desk.station.browser.settings = Render(browser=str(tmp_path / "none"), unsafe_no_sandbox=True)
        begun, _ = await _link(desk, shell(FILLS))
        await second_crawl.go_on(begun)
        ((state, reason, attempts),) = desk.rows(
            "SELECT state, reason, attempts FROM link WHERE url = :url", url=_story(0)
        )
        assert (state, attempts) == ("pending", 0)
        assert reason.startswith("needs a browser: ")
        assert (await begun.finish()).error is None


async def test_what_a_visit_found_out_is_remembered_with_its_reason(
    database_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    async with newsdesk(database_url, source(FRONT)) as desk:
        begun = await _drawn(desk, DRAWN)
        with caplog.at_level(logging.INFO):
            await second_crawl.go_on(begun)
        reason = f"lists: 6 links in the browser, none without, at {FRONT}"
        assert desk.rows("SELECT render_need, render_reason FROM v1_source_health") == [("lists", reason)]
        assert f"daily: browser: lists ({reason})" in caplog.text


async def test_a_source_whose_pages_show_no_more_is_spared_for_a_while(sqlite_url: str) -> None:
    async with newsdesk(sqlite_url, source(FRONT)) as desk:
        begun = await _drawn(desk, shell(FILLS).body)
        await second_crawl.go_on(begun)
        assert desk.rows("SELECT render_need FROM source") == [("useless",)]
        again = await _again(
            desk, begun, replace(SHELL, page=replace(SHELL.page, body=SHELL.page.body + b"<!-- new -->"))
        )
        assert (again.awaiting, again.report.endpoints_read) == ([], 1)


async def test_after_a_day_it_is_asked_whether_it_still_needs_the_browser(sqlite_url: str) -> None:
    async with newsdesk(sqlite_url, source(FRONT)) as desk:
        begun = await _front(desk, PLAIN)
        long_ago = desk.station.now() - timedelta(days=2)
        await begun.commit(lambda c: renderings.save(c, begun.lease.source_id, "lists", "why", long_ago))
        begun.mark = None
        await second_crawl.go_on(begun)
        assert desk.rows("SELECT render_need, render_reason FROM source") == [
            (None, "lists come without a browser again")
        ]


async def test_where_the_operator_has_decided_nothing_is_remembered(sqlite_url: str) -> None:
    async with newsdesk(sqlite_url, source(FRONT, render="always")) as desk:
        begun = await _drawn(desk, DRAWN)
        await second_crawl.go_on(begun)
        assert desk.rows("SELECT render_need FROM source") == [(None,)]


async def test_a_visit_that_was_broken_off_draws_nothing_more(sqlite_url: str) -> None:
    async with newsdesk(sqlite_url, source(FRONT)) as desk:
        begun = await _front(desk, SHELL)
        begun.break_off("stopped")
        await second_crawl.go_on(begun)
        assert len(begun.awaiting) == 1
        assert not desk.station.browser.is_open


async def test_a_drawing_that_fails_is_a_failure_of_that_endpoint_alone(sqlite_url: str) -> None:
    from crawler.errors import CrawlError

    async with newsdesk(sqlite_url, source(FRONT)) as desk:
        begun = await _front(desk, SHELL)
        (errand,) = begun.awaiting
        await answers.fail(begun, errand, CrawlError("the page crashed in the browser"))
        assert _endpoint(desk)[2:] == (1, "the page crashed in the browser")
        assert begun.report.error == f"{FRONT}: the page crashed in the browser"


# ---------------------------------------------------------------- values


def test_a_drawn_answer_keeps_where_it_came_from() -> None:
    plain = replace(SHELL, via=("https://daily.example/old",))
    drawn = drawn_answer(plain, DRAWN, is_alone=False)
    assert (drawn.page.url, drawn.via, drawn.page.body) == (FRONT, plain.via, DRAWN)
    assert drawn.page.content_type == "text/html; charset=utf-8"
    assert not drawn.repeats(drawn.body_hash)


@pytest.mark.parametrize(
    ("answer", "known", "repeats"),
    [
        (PLAIN, PLAIN.body_hash, True),
        (PLAIN, "other", False),
        (PLAIN, None, False),
        (PLAIN, "", False),
        (Answer(Page(FRONT, b"", "", 304)), PLAIN.body_hash, True),
        (Answer(Page(FRONT, b"", "", 304)), None, False),
        (Answer(Page(FRONT, b"", "", 304)), "", False),
        (Answer(Page(FRONT, b"")), Answer(Page(FRONT, b"")).body_hash, False),
    ],
)
def test_an_answer_repeats_what_is_known(answer: Answer, known: str | None, repeats: bool) -> None:
    assert answer.repeats(known) is repeats


def test_a_mark_names_the_kinds_of_pages() -> None:
    assert Mark("lists and articles").needs == {"lists", "articles"}
    assert Mark("useless").needs == frozenset()
