"""The dashboard in a real browser: nothing of a page that was stored runs, nothing is loaded from elsewhere, nothing
is wider than the screen.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

import pytest

from config_blocks import Serve, Watch
from crawler.render.browser import NoBrowser, find
from delivery.followers import follow
from delivery.search import SearchFollower
from storage import alerts, failed_items, health
from storage.alerts import AlertEntry
from storage.database import Database
from storage.health import HealthEvent
from storage.store import open_database
from tests.delivery.api.conftest import NO_TOKEN, Client, running
from tests.delivery.conftest import Desk

#: each sets `document.title` or calls `alert` when a browser runs it
PAYLOADS = (
    "<script>alert(1)</script>",
    '"><script>alert(1)</script>',
    "</title><script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "' onmouseover='alert(1)' autofocus onfocus='alert(1)",
    '" style="animation-name:x" onanimationstart="alert(1)',
    "<iframe srcdoc='<script>parent.alert(1)</script>'>",
    "<base href=javascript:alert(1)//>",
    "<meta http-equiv=refresh content='0;url=javascript:alert(1)'>",
    "<math><a xlink:href=javascript:alert(1)>x",
    "<!--><script>alert(1)</script>-->",
    "{{ 7 * 7 }}{% raw %}${alert(1)}<%= 1 %>",
    "\u202e\u2066<b>turned",
    "<style>*{display:none}</style>",
    "<form action=https://elsewhere.example><input name=q>",
)
LINKS = ("javascript:alert(1)", "data:text/html,<script>alert(1)</script>", "java\tscript:alert(1)")


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """Every payload as headline, description, text, author, section, and the links as addresses."""
    from storage import sources
    from storage.sources import SourceEntry

    opened = open_database(f"sqlite:///{tmp_path_factory.mktemp('store')}/news.db")
    with opened.write() as connection:
        sources.sync(connection, [SourceEntry("daily", "<script>alert(1)</script>", "daily.example", enabled=True)],
                     datetime.now(UTC))  # fmt: skip
    for number, text in enumerate(PAYLOADS):
        url = f"https://daily.example/{number}"
        claims: dict[str, Any] = {"headline": text, "description": text, "article_body": f"{text}\n\n{text}", "authors": (text,),
                  "article_section": text, "agency": text, "in_language": "en", "image_caption": text}  # fmt: skip
        bad = {"main_image_url": LINKS[number % 3], "discovered_via": LINKS[number % 3]}
        Desk(opened).keep(url, datetime.now(UTC), **claims, **bad)
    Desk(opened).revise("https://daily.example/0", PAYLOADS[3])
    _tell(opened)
    while follow(opened, SearchFollower()):
        pass
    yield opened
    opened.dispose()


def _tell(opened: Database) -> None:
    """Every payload in alerts, in what receivers said, in the evidence of health, and in what was set aside."""
    now = datetime.now(UTC)
    with opened.write() as connection:
        for number, text in enumerate(PAYLOADS):
            told = {"headline": text, "description": text, "source_key": text, "source_name": text}
            kind, watch = ("alarm", None) if number % 2 else ("new", text)
            alerts.put(connection, [AlertEntry(str(number), watch, kind, told, {text: now})], now)
            failed_items.set_aside(connection, LINKS[number % 3] + str(number), text, text, now)
            health.record(connection, [HealthEvent(1, "daily", now, text, text, text)])
        alerts.seal(connection, now, [])
        for message in alerts.due(connection, now, 100):
            alerts.mark_failed(connection, message.message_id, message.channel, None)


@pytest.fixture(scope="module")
def client(store: Database) -> Iterator[Client]:
    """A server over it."""
    watches = [Watch(key=f"w{number}", words=text) for number, text in enumerate(PAYLOADS)]
    with running(store, Serve(port=0, token=NO_TOKEN), lambda: watches) as found:
        yield found


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """A headless Chromium."""
    from playwright.sync_api import sync_playwright

    try:
        program = find()
    except NoBrowser as error:
        pytest.skip(str(error))
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield launched
        launched.close()


PAGES = ["/", "/articles", "/sources", "/sources/daily", "/stories", "/failed", "/nowhere", "/watches", "/alerts",
         *(f"/search?q={quote(text)}" for text in ("", "alert", "broken:field", PAYLOADS[1])),
         *(f"/alerts?watch={quote(text)}" for text in PAYLOADS if text.isprintable()),
         *(f"/articles/{number + 1}" for number in range(len(PAYLOADS)))]  # fmt: skip


@pytest.mark.filterwarnings("ignore::ResourceWarning")
def test_nothing_that_was_stored_runs_or_loads_or_widens(client: Client, browser: Any) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 844})
    page = context.new_page()
    run: list[str] = []
    loaded: list[str] = []

    def stop(dialog: Any) -> None:
        run.append(page.url)
        dialog.dismiss()

    page.on("dialog", stop)
    page.on("request", lambda request: loaded.append(request.url))
    for path in PAGES:
        page.goto(client.front.url + path)
        page.evaluate("document.querySelectorAll('main *').forEach(e => e.dispatchEvent(new Event('mouseover')))")
        assert page.evaluate("document.scripts.length") == 0, path
        assert page.evaluate("[...document.links].filter(a => !/^https?:$/.test(a.protocol)).length") == 0, path
        assert page.evaluate("document.querySelectorAll('main iframe, main style, main form:not(.search)').length") == 0
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
    assert run == []
    assert [url for url in loaded if not url.startswith(client.front.url)] == []
    context.close()


@pytest.mark.filterwarnings("ignore::ResourceWarning")
def test_the_pages_follow_the_light_and_dark_of_the_reader(client: Client, browser: Any) -> None:
    papers = {}
    for scheme in ("light", "dark"):
        context = browser.new_context(color_scheme=scheme, java_script_enabled=True)
        page = context.new_page()
        page.goto(client.front.url)
        papers[scheme] = page.evaluate("getComputedStyle(document.body).backgroundColor")
        context.close()
    assert papers == {"light": "rgb(251, 250, 247)", "dark": "rgb(20, 24, 26)"}
