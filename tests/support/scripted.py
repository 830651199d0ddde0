"""Outlets whose pages are drawn by scripts, on loopback: each a server of its own, because a port is a site here.

with Outlet({"/": shell("draw([...])"), "/api": as_json([...])}) as outlet:
    outlet.url("/"), outlet.asked
"""

import json
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self

HTML, JSON, SCRIPT = "text/html; charset=utf-8", "application/json", "text/javascript"


@dataclass(frozen=True, slots=True)
class Sent:
    """What an address answers."""

    body: bytes
    content_type: str = HTML
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


#: path -> answer, or what makes one of the whole target ("/api?page=2")
Pages = Mapping[str, "Sent | Callable[[str], Sent]"]


@dataclass(frozen=True, slots=True)
class Asked:
    """One request that came."""

    target: str
    status: int
    agent: str
    method: str


class Outlet:
    """A server for these pages on a port of its own; ``address`` may be another one of 127.0.0.0/8."""

    def __init__(self, pages: Pages, address: str = "127.0.0.1") -> None:
        self.pages: dict[str, Sent | Callable[[str], Sent]] = {"/robots.txt": Sent(b"", "text/plain"), **pages}
        self.asked: list[Asked] = []
        self._server = ThreadingHTTPServer((address, 0), self._handler())
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()

    @property
    def port(self) -> int:
        return int(self._server.server_address[1])

    def url(self, path: str = "/") -> str:
        return f"http://{self._server.server_address[0]!s}:{self.port}{path}"

    def count(self, path: str) -> int:
        """How often a path was asked for, whatever its query."""
        return sum(asked.target.split("?")[0] == path for asked in self.asked)

    def _handler(outlet) -> type[BaseHTTPRequestHandler]:  # noqa: N805 - the server's self is taken below
        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                sent = outlet.pages.get(self.path.split("?")[0], Sent(b"not here", status=404))
                sent = sent(self.path) if callable(sent) else sent
                tag = f'"{sha256(sent.body).hexdigest()[:16]}"'
                known = self.headers.get("If-None-Match") == tag
                status = 304 if known and sent.status == 200 else sent.status
                outlet.asked.append(Asked(self.path, status, self.headers.get("User-Agent", ""), self.command))
                self.send_response(status)
                body = b"" if status == 304 else sent.body
                headers = {"Content-Type": sent.content_type, "ETag": tag, "Content-Length": str(len(body))}
                for name, value in {**headers, **sent.headers}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)

            do_POST = do_HEAD = do_PUT = do_OPTIONS = do_GET  # noqa: N815 - names of the base class

            def log_message(self, *_: Any) -> None:
                pass

        return Handler


def as_json(value: Any) -> Sent:
    return Sent(json.dumps(value).encode(), JSON)


def shell(script: str, *, head: str = "", body: str = '<div id="root"></div>') -> Sent:
    """A page that shows nothing before its script has run."""
    return Sent(
        f"<!doctype html><html lang=en><head><meta charset=utf-8><title>The Daily</title>{head}</head>"
        f"<body>{body}<script>{script}</script></body></html>".encode()
    )


#: draws a list of {title, url} into the root; `draw` may be called again with more
DRAW = """
function draw(stories) {
  const root = document.getElementById("root");
  for (const story of stories) {
    const item = document.createElement("article");
    item.innerHTML = "<h3><a></a></h3>";
    const anchor = item.querySelector("a");
    anchor.textContent = story.title;
    anchor.href = story.url;
    root.append(item);
  }
}
"""

_PLACES = ("harbour", "council", "railway", "library", "hospital", "museum", "airport", "theatre", "market", "station")
_DEEDS = ("opens a new hall", "votes on its budget", "closes for repairs", "names a director", "warns of delays")


def story(number: int) -> dict[str, str]:
    """A headline and an address, different for each number."""
    place, deed = _PLACES[number % len(_PLACES)], _DEEDS[number // len(_PLACES) % len(_DEEDS)]
    title = f"The {place} of district {number} {deed} after a long debate"
    return {"title": title, "url": f"/news/2026/11/{place}-of-district-{number}-{deed.replace(' ', '-')}"}


def stories(first: int, count: int) -> list[dict[str, str]]:
    return [story(number) for number in range(first, first + count)]


def paragraphs(number: int) -> list[str]:
    """The text of a story: as long as a short report."""
    title = story(number)["title"]
    return f"""{title}, officials said on Tuesday. The decision number {number} had been expected for months, and it will change how thousands of people travel, work and meet in the northern part of the city.
Residents welcomed the plan, although some of them asked for more time to read the documents, which were published in {number + 3} parts on the pages of the administration during the last week.
The opposition announced that it would ask for a report on the costs. A spokesman said that the money had been set aside in the spring, and that nobody would have to pay more than in the year before.
Work is to begin in March and to end before the winter. Until then the old building stays open on weekdays, and buses will run every ten minutes between the main square and the river.""".split(
        "\n"
    )


def article(number: int) -> Sent:
    """The page of a story as plain HTML."""
    told = story(number)
    body = "".join(f"<p>{text}</p>" for text in paragraphs(number))
    return Sent(
        f"<!doctype html><html lang=en><head><meta charset=utf-8><title>{told['title']} - The Daily</title>"
        f'<meta property="article:published_time" content="2026-11-27T08:00:00+00:00"></head><body><main><article>'
        f"<h1>{told['title']}</h1><p class=byline>By Ada Example</p>{body}</article></main></body></html>".encode()
    )


def articles(first: int, count: int) -> dict[str, Sent]:
    """The pages of stories, by their paths."""
    return {story(number)["url"]: article(number) for number in range(first, first + count)}
