"""Bad input on purpose: outlets that are sound but for one fault, in a page that their feed lists first or in the feed.

    World.make(outlets=[faulty("redirect loop"), "meridian"])

The page with the fault stands in ``World.decoys`` (``why`` is "fault"); every other article of the outlet must be
stored all the same.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

from demo.outlets import Outlet
from demo.server import Answer, Asked, Wire
from demo.site import Site

#: an answer without the fault, the request, the address of the canary -> the answer with the fault
Spoil = Callable[[Answer, Asked, str], Answer]

_MEGABYTE = 1 << 20


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault. ``in_feed``: the feed has it, not a page. ``stored``: the article is stored in spite of it."""

    name: str
    spoil: Spoil
    in_feed: bool = False
    stored: bool = False


def faulty(name: str) -> Outlet:
    """An outlet with that fault; its key is "bad-" and the name with hyphens. KeyError when there is no such fault."""
    fault = BY_NAME[name]
    return Outlet(
        f"bad-{name.replace(' ', '-')}",
        f"The Daily {name.title()}",
        f"fault: {name}",
        path="/news/{slug}-{number}",
        lists={"/": "front", "/rss.xml": "rss"},
        entry="/rss.xml",
        looks_like="plain",
        decoys={} if fault.in_feed else {"fault": 1},
        fault=name,
    )


class FaultySite(Site):
    """The site of an outlet with a fault."""

    def answer(self, asked: Asked) -> Answer:
        """The sound answer, or the one with the fault where it has its place."""
        answer = super().answer(asked)
        fault = BY_NAME[self.outlet.fault or ""]
        place = asked.path == "/rss.xml" if fault.in_feed else asked.path.startswith("/fault/")
        return fault.spoil(answer, asked, self.elsewhere) if place else answer


def _replaced(old: bytes, new: bytes) -> Spoil:
    """A spoiler that puts ``new`` in the place of the first ``old`` of the body."""
    return lambda answer, _asked, _canary: replace(answer, body=answer.body.replace(old, new, 1))


def _over(wire: Wire) -> Spoil:
    return lambda answer, _asked, _canary: replace(answer, wire=wire)


def _unreadable(answer: Answer, _asked: Asked, _canary: str) -> Answer:
    return replace(answer, body=bytes(range(256)) * 8)


def _huge(answer: Answer, _asked: Asked, _canary: str) -> Answer:
    line = b"<p>One more line of a page that has no end.</p>\n"
    padding = line * (30 * _MEGABYTE // len(line))
    return replace(answer, body=answer.body.replace(b"</article>", padding + b"</article>"))


def _bomb(answer: Answer, _asked: Asked, _canary: str) -> Answer:
    """Thirty megabytes of blanks in thirty kilobytes on the wire."""
    return replace(answer, body=answer.body.replace(b"<main>", b"<main>" + b" " * 30 * _MEGABYTE), wire=Wire.PACKED)


def _loop(_answer: Answer, asked: Asked, _canary: str) -> Answer:
    turn = int(asked.target.partition("?turn=")[2] or 0)
    return Answer(status=302, headers=(("Location", f"{asked.path}?turn={turn + 1}"),))


def _to_canary(_answer: Answer, _asked: Asked, canary: str) -> Answer:
    return Answer(status=302, headers=(("Location", canary),))


def _unknown_charset(answer: Answer, _asked: Asked, _canary: str) -> Answer:
    body = answer.body.replace(b'<meta charset="utf-8">', b'<meta charset="x-klingon-8">')
    return replace(answer, body=body, content_type="text/html; charset=x-klingon-8")


def _soft_404(answer: Answer, _asked: Asked, _canary: str) -> Answer:
    body = (
        b"<!DOCTYPE html><html lang='en'><head><title>Page not found</title></head><body><main><h1>Page not found</h1>"
        b"<p>Sorry, the page that you are looking for does not exist. It may have been moved, or you may have followed"
        b" an old link. Please go back to our front page or use the search above.</p></main></body></html>"
    )
    return replace(answer, body=body)


#: an entry that is no XML: a bare ampersand, an open tag, an address that cannot be
_BROKEN_ENTRY = (
    b"<item><title>Fish & <b>chips</title><link>http://[::1</link><pubDate>the day before</pubDate>"
    b"<guid></guid></item>\n<item>"
)

FAULTS: tuple[Fault, ...] = (
    Fault("unreadable feed", _unreadable, in_feed=True),
    Fault("broken entry", _replaced(b"<item>", _BROKEN_ENTRY), in_feed=True),
    Fault("hanging feed", _over(Wire.HANG), in_feed=True),
    Fault("huge page", _huge),
    Fault("gzip bomb", _bomb),
    Fault("redirect loop", _loop),
    Fault("redirect to canary", _to_canary),
    Fault("unknown charset", _unknown_charset, stored=True),
    Fault("nul and surrogates", _replaced(b'"headline": "', b'"headline": "\\u0000Cut\\ud800 '), stored=True),
    Fault("nul in text", _replaced(b"<article>\n<h1>", b"<article>\x00\n<h1>\x00"), stored=True),
    Fault(
        "year 9999",
        _replaced(b'"datePublished": "20', b'"datePublished": "9999-12-31T23:59:59-12:00", "was": "20'),
        stored=True,
    ),
    Fault("cut chunked", _over(Wire.CUT_CHUNKED)),
    Fault("cut length", _over(Wire.CUT_LENGTH)),
    Fault("cut gzip", _over(Wire.CUT_GZIP)),
    Fault("hanging answer", _over(Wire.HANG)),
    Fault("dripping answer", _over(Wire.DRIP)),
    Fault("endless headers", _over(Wire.ENDLESS_HEADERS)),
    Fault("soft 404", _soft_404),
)
BY_NAME = {fault.name: fault for fault in FAULTS}
