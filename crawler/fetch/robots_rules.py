"""robots.txt as RFC 9309 reads it: an answer in, what we may fetch and how fast out. Pure.

    answer -> verdict by status -> lines -> our group (merged) -> protego matches paths

protego matches patterns well, and reads files otherwise than the RFC: it takes "News" for a name of Newswatch, misses
"Newswatch/1.0", lets Crawl-delay end a list of user agents, ends lines at form feeds, and takes an allowed index.html
for its folder. So the lines are read here, and protego is handed the rules that are ours.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from protego import Protego

#: What is read of a file, at least (RFC 9309, 2.5) and at most.
MAX_BYTES = 500 * 1024
#: Seconds; who asks for more than an hour between two requests gets an hour.
MAX_DELAY = 3600.0
#: Sitemap lines that are read.
MAX_SITEMAPS = 1000

_LINE_END = re.compile(r"\r\n|\r|\n")
#: Fields with the misspellings that Google's reader accepts; a space for the colon too.
_FIELDS = {
    "agent": "user-agent|useragent|user agent",
    "disallow": "disallow|dissallow|dissalow|disalow|diasllow|disallaw",
    "allow": "allow",
    "sitemap": "sitemaps?|site-map",
    "delay": "crawl-delay|crawl delay|crawldelay",
    "rate": "request-rate|request rate",
}
_RECORD = re.compile(
    "(?:" + "|".join(f"(?P<{name}>{words})" for name, words in _FIELDS.items()) + r")(?:\s*:|\s+|$)\s*(?P<value>.*)",
    re.IGNORECASE,
)
_TOKEN = re.compile(r"[A-Za-z0-9_-]+")
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
#: "1/5", "30/1m", "5/1m 0200-2259": requests in a time.
_RATE = re.compile(r"(\d{1,9})\s*/\s*(\d{1,9})\s*([smhd]?)", re.IGNORECASE)
_SECONDS = {"": 1, "s": 1, "m": 60, "h": 3600, "d": 86400}
_HTML = re.compile(r"<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE)

_Record = tuple[str, str]


class Verdict(StrEnum):
    """What an answer to the question for robots.txt means."""

    #: there are rules, perhaps none for us
    RULES = "rules"
    #: there is no robots.txt
    ALLOW_ALL = "allow all"
    #: it cannot be had: nothing may be fetched until it can
    NOT_NOW = "not now"


@dataclass(frozen=True, slots=True)
class RobotsRules:
    """What robots.txt says to us. ``sitemaps`` stand as they were written, relative ones too."""

    verdict: Verdict
    #: seconds between two requests, of Crawl-delay or Request-rate, whichever is slower
    crawl_delay: float | None = None
    sitemaps: tuple[str, ...] = ()
    _matcher: Protego | None = field(default=None, repr=False, compare=False)

    def allows(self, url: str) -> bool:
        """Whether an absolute URL may be fetched; robots.txt itself always may."""
        if self._matcher is None or self.verdict is Verdict.NOT_NOW:
            return self.verdict is Verdict.ALLOW_ALL or _is_robots_txt(url)
        try:
            return self._matcher.can_fetch(url, "*")
        except ValueError:
            # no URL at all: "http://[", a lone surrogate
            return False


def parse_robots(status: int | None, body: bytes, content_type: str, agent: str) -> RobotsRules:
    """Read an answer. ``status`` is None or 0 when there was none; ``agent`` is our name, with or without a version.

    2xx: the rules of the body, unless it is a page (plain files are served as HTML too, and pages as plain text);
    429, 5xx and no answer: not now; everything else: there is no robots.txt.
    """
    verdict = _verdict(status)
    text = _text(body) if verdict is Verdict.RULES else ""
    if verdict is not Verdict.RULES or _is_page(text, content_type):
        return RobotsRules(Verdict.NOT_NOW if verdict is Verdict.NOT_NOW else Verdict.ALLOW_ALL)
    records = list(_records(text))
    ours = _ours(records, _token(agent))
    sitemaps = dict.fromkeys(_unescaped(value) for name, value in records if name == "sitemap" and value)
    return RobotsRules(Verdict.RULES, _delay(ours), tuple(sitemaps)[:MAX_SITEMAPS], _matcher(ours))


def _verdict(status: int | None) -> Verdict:
    if not status or status == 429 or not 200 <= status < 500:
        return Verdict.NOT_NOW
    return Verdict.RULES if status < 300 else Verdict.ALLOW_ALL


def _is_robots_txt(url: str) -> bool:
    return re.fullmatch(r"https?://[^/?#]*/robots\.txt(?:[?#].*)?", url, re.IGNORECASE | re.DOTALL) is not None


def _text(body: bytes) -> str:
    """The body up to the limit, one character a byte; a line that the limit cuts is left out."""
    if body.startswith((b"\xff\xfe", b"\xfe\xff")):
        body = body[: 2 * MAX_BYTES].decode("utf-16", "replace").encode("utf-8", "replace")
    if len(body) > MAX_BYTES:
        body = body[:MAX_BYTES]
        body = body[: max(body.rfind(b"\n"), body.rfind(b"\r")) + 1]
    return body.removeprefix(b"\xef\xbb\xbf").replace(b"\0", b"").decode("latin-1")


def _is_page(text: str, content_type: str) -> bool:
    """Whether it is a page in place of robots.txt: a front page, or an error page with status 200."""
    if not text.lstrip().startswith("<"):
        return False
    return "html" in content_type.lower() or _HTML.search(text[:2048]) is not None


def _records(text: str) -> Iterator[_Record]:
    for line in _LINE_END.split(text):
        match = _RECORD.fullmatch(line.partition("#")[0].strip())
        if match:
            name = next(name for name in _FIELDS if match[name] is not None)
            yield name, match["value"].strip()


def _token(agent: str) -> str:
    """The product token: "newswatch" of "Newswatch/1.0 (+https://…)", "*" of "*"."""
    if re.match(r"\*(?:\s|$)", agent):
        return "*"
    match = _TOKEN.match(agent)
    return match[0].lower() if match else ""


def _ours(records: Iterable[_Record], token: str) -> list[_Record]:
    """The records of all groups that name us, or else of all groups for everybody.

    A group is a list of user agents and the rules that follow; only a rule ends the list. A delay counts for the user
    agents above it.
    """
    groups: dict[str, list[_Record]] = {token: [], "*": []}
    named, agents, list_ended = False, set[str](), False
    for name, value in records:
        if name == "agent":
            agents = {_token(value)} & groups.keys() | (set() if list_ended else agents)
            named, list_ended = named or token in agents, False
            continue
        list_ended = list_ended or name in ("allow", "disallow")
        for agent in agents:
            groups[agent].append((name, value))
    return groups[token if named else "*"]


def _matcher(records: Iterable[_Record]) -> Protego:
    lines = ["User-agent: *"]
    for name, value in records:
        if name in ("allow", "disallow") and value:
            # protego takes "Allow: /a/index.html" for "Allow: /a/" as well, unless it ends otherwise
            ending = "*" if value.endswith("/index.html") else ""
            lines.append(f"{name}: {_escaped(value)}{ending}")
    return Protego.parse("\n".join(lines))


def _delay(records: Iterable[_Record]) -> float | None:
    """The slowest of all speeds that are asked for."""
    delays = [delay for name, value in records if (delay := _seconds(name, value)) is not None]
    return min(max(delays), MAX_DELAY) if delays else None


def _seconds(name: str, value: str) -> float | None:
    if name == "delay":
        match = _NUMBER.match(value)
        return float(match[0]) if match else None
    rate = _RATE.match(value) if name == "rate" else None
    if rate is None or not int(rate[1]):
        return None
    return int(rate[2]) * _SECONDS[rate[3].lower()] / int(rate[1])


def _escaped(value: str) -> str:
    """A path in ASCII: bytes beyond it as escapes, which is how they stand in a URL."""
    return re.sub(r"[^\x21-\x7e]", lambda match: f"%{ord(match[0]):02X}", value)


def _unescaped(value: str) -> str:
    return value.encode("latin-1").decode("utf-8", "replace")
