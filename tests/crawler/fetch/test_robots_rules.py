"""robots.txt by RFC 9309: statuses, groups, paths, delays, and what servers send in its place."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.fetch.robots_rules import MAX_BYTES, MAX_DELAY, RobotsRules, Verdict, parse_robots

AGENT = "Newswatch/1.0 (+https://newswatch.example/bot)"


def rules(text: str | bytes, content_type: str = "text/plain", agent: str = AGENT) -> RobotsRules:
    return parse_robots(200, text.encode() if isinstance(text, str) else text, content_type, agent)


def allows(text: str | bytes, path: str) -> bool:
    return rules(text).allows(f"https://paper.example{path}")


@pytest.mark.parametrize(
    ("status", "verdict", "allowed"),
    [
        pytest.param(200, Verdict.RULES, False, id="an answer has rules"),
        pytest.param(206, Verdict.RULES, False, id="another good answer has rules"),
        pytest.param(301, Verdict.ALLOW_ALL, True, id="redirects that lead nowhere mean none"),
        pytest.param(401, Verdict.ALLOW_ALL, True, id="unauthorised means none"),
        pytest.param(403, Verdict.ALLOW_ALL, True, id="forbidden means none"),
        pytest.param(404, Verdict.ALLOW_ALL, True, id="not found means none"),
        pytest.param(410, Verdict.ALLOW_ALL, True, id="gone means none"),
        pytest.param(429, Verdict.NOT_NOW, False, id="too many requests means not now"),
        pytest.param(500, Verdict.NOT_NOW, False, id="a server error means not now"),
        pytest.param(503, Verdict.NOT_NOW, False, id="unavailable means not now"),
        pytest.param(999, Verdict.NOT_NOW, False, id="a status that nobody knows means not now"),
        pytest.param(None, Verdict.NOT_NOW, False, id="no answer means not now"),
        pytest.param(0, Verdict.NOT_NOW, False, id="a stored zero is no answer"),
    ],
)
def test_the_status_decides_first(status: int | None, verdict: Verdict, allowed: bool) -> None:
    read = parse_robots(status, b"User-agent: *\nDisallow: /", "text/plain", AGENT)
    assert read.verdict is verdict
    assert read.allows("https://paper.example/a") is allowed


def test_robots_txt_itself_may_always_be_asked_for() -> None:
    for read in (rules("User-agent: *\nDisallow: /"), parse_robots(503, b"", "", AGENT)):
        assert read.allows("https://paper.example/robots.txt")
        assert not read.allows("https://paper.example/a/robots.txt")


PATHS = [
    pytest.param("", "/a", True, id="an empty file"),
    pytest.param("User-agent: *\nDisallow:", "/a", True, id="an empty rule forbids nothing"),
    pytest.param("User-agent: *\nDisallow: /", "/a", False, id="everything"),
    pytest.param("User-agent: *\nDisallow: /a", "/a/b", False, id="a beginning"),
    pytest.param("User-agent: *\nDisallow: /a", "/A", True, id="paths have their case"),
    pytest.param("User-agent: *\nDisallow: /a/\nAllow: /a/b", "/a/bc", True, id="the longest rule wins"),
    pytest.param("User-agent: *\nAllow: /a/b\nDisallow: /a/", "/a/bc", True, id="in whatever order"),
    pytest.param("User-agent: *\nAllow: /a\nDisallow: /a", "/a", True, id="allow wins a tie"),
    pytest.param("User-agent: *\nDisallow: /a\nAllow: /a", "/a", True, id="in whatever order too"),
    pytest.param("User-agent: *\nDisallow: /*.pdf", "/x/y.pdf?z", False, id="a star is anything"),
    pytest.param("User-agent: *\nDisallow: /*.pdf$", "/x/y.pdf", False, id="a dollar is the end"),
    pytest.param("User-agent: *\nDisallow: /*.pdf$", "/x/y.pdf?z", True, id="and nothing behind it"),
    pytest.param("User-agent: *\nDisallow: *.gif$", "/x.gif", False, id="a rule may begin with a star"),
    pytest.param("User-agent: *\nDisallow: /*/*/*x", "/a/b/c", True, id="stars that find nothing"),
    pytest.param("User-agent: *\nDisallow: /?s=", "/?s=a", False, id="a query"),
    pytest.param("User-agent: *\nDisallow: /é", "/%C3%A9", False, id="UTF-8 against escapes"),
    pytest.param("User-agent: *\nDisallow: /%c3%a9", "/é", False, id="escapes against UTF-8"),
    pytest.param("User-agent: *\nDisallow: /é".encode("latin-1"), "/%E9", False, id="another charset, byte by byte"),
    pytest.param("User-agent: *\nDisallow: /%7Ejo", "/~jo", False, id="an escape that is not needed"),
    pytest.param("User-agent: *\nDisallow: /a%2Fb", "/a/b", True, id="an escaped slash is no slash"),
    pytest.param("User-agent: *\nDisallow: /a%2Ab", "/a*b", False, id="an escaped star is a star"),
    pytest.param("User-agent: *\nDisallow: /a%2Ab", "/axb", True, id="and no wildcard"),
    pytest.param("User-agent: *\nDisallow: /a # all\n", "/a", False, id="a comment behind"),
    pytest.param("User-agent: *\nDisallow: /# all\n", "/a", False, id="a comment without a space"),
    pytest.param("User-agent: *\nDisallow: /\nAllow: /a/index.html", "/a/index.html", True, id="an allowed index file"),
    pytest.param("User-agent: *\nDisallow: /\nAllow: /a/index.html", "/a/", False, id="does not allow its folder"),
    pytest.param("User-agent: *\nDisallow: /a", "", True, id="the root without its slash"),
    pytest.param("Disallow: /\nUser-agent: *\nDisallow: /a", "/b", True, id="a rule before any user agent"),
]


@pytest.mark.parametrize(("text", "path", "allowed"), PATHS)
def test_rules_match_paths(text: str | bytes, path: str, allowed: bool) -> None:
    assert allows(text, path) is allowed


GROUPS = [
    pytest.param("User-agent: newswatch\nDisallow: /", False, id="our name in any case"),
    pytest.param("User-agent: Newswatch/2.1\nDisallow: /", False, id="our name with a version"),
    pytest.param("User-agent: Newswatch bot\nDisallow: /", False, id="our name with words behind"),
    pytest.param("User-agent: News\nDisallow: /", True, id="the beginning of our name is another's"),
    pytest.param("User-agent: Newswatcher\nDisallow: /", True, id="a longer name is another's"),
    pytest.param("User-agent: Newswatch2\nDisallow: /", True, id="a number makes another name"),
    pytest.param("User-agent: my-Newswatch\nDisallow: /", True, id="the end of a name is another's"),
    pytest.param(
        "User-agent: *\nDisallow: /\n\nUser-agent: Newswatch\nDisallow:", True, id="our group instead of everybody's"
    ),
    pytest.param("User-agent: Newswatch\n\nUser-agent: *\nDisallow: /", False, id="one list over an empty line"),
    pytest.param("User-agent: *\nDisallow: /\n\nUser-agent: Newswatch", True, id="our group may be empty"),
    pytest.param("User-agent: A\nUser-agent: Newswatch\nDisallow: /", False, id="a list of names"),
    pytest.param(
        "User-agent: Newswatch\nDisallow: /b\n\nUser-agent: A\nDisallow: /c\n\nUser-agent: Newswatch\nDisallow: /",
        False,
        id="two groups of ours are one",
    ),
    pytest.param(
        "User-agent: *\nDisallow: /b\nUser-agent: *\nDisallow: /", False, id="two groups for everybody are one"
    ),
    pytest.param(
        "User-agent: Newswatch\nSitemap: /s\nUser-agent: A\nDisallow: /", False, id="a sitemap does not end a list"
    ),
    pytest.param("User-agent: Newswatch\nCrawl-delay: 1\nUser-agent: A\nDisallow: /", False, id="nor does a delay"),
    pytest.param(
        "User-agent: Newswatch\nColour: red\nUser-agent: A\nDisallow: /", False, id="nor does what nobody knows"
    ),
    pytest.param("User-agent: Newswatch\nDisallow:\nUser-agent: A\nDisallow: /", True, id="an empty rule does"),
    pytest.param("User-agent: *foo\nDisallow: /", True, id="a star with a name is not everybody"),
    pytest.param("User-agent: * all\nDisallow: /", False, id="a star with words behind is"),
]


@pytest.mark.parametrize(("text", "allowed"), GROUPS)
def test_our_group_is_found_by_the_product_token(text: str, allowed: bool) -> None:
    assert allows(text, "/a") is allowed


LINES = [
    pytest.param("User-agent: *\r\nDisallow: /\r\n", id="CR LF"),
    pytest.param("User-agent: *\rDisallow: /\r", id="CR alone"),
    pytest.param("\ufeffUser-agent: *\nDisallow: /", id="byte order mark"),
    pytest.param("User-agent: *\nDisallow: /".encode("utf-16"), id="UTF-16"),
    pytest.param("User-agent: *\n\0Dis\0allow: /", id="NUL bytes"),
    pytest.param("  user-AGENT \t:  *  \n\tDISALLOW :/  ", id="white space and case"),
    pytest.param("User agent *\nDisallow /", id="no colons"),
    pytest.param("Useragent: *\nDissalow: /", id="misspelt"),
    pytest.param("User-agent: *\nNonsense\n: \n#\nDisallow: /", id="lines that mean nothing"),
    pytest.param("<!-- $Id$ -->\nUser-agent: *\nDisallow: /", id="a comment of another language in front"),
    pytest.param("User-agent: *\nDisallow: /" + "\n# " + "x" * MAX_BYTES, id="more than half a megabyte"),
]


@pytest.mark.parametrize("text", LINES)
def test_lines_are_read_tolerantly(text: str | bytes) -> None:
    assert not allows(text, "/a")


def test_a_form_feed_does_not_end_a_line() -> None:
    assert allows("User-agent: *\nAllow: /x\x0cDisallow: /", "/a")


def test_a_line_that_the_limit_cuts_is_left_out() -> None:
    head = b"User-agent: *\nDisallow: /private\n"
    filling = b"#" * (MAX_BYTES - len(head) - len(b"\nDisallow: /a"))
    read = rules(head + filling + b"\nDisallow: /archive\n")
    assert not read.allows("https://paper.example/private")
    assert read.allows("https://paper.example/archive")
    assert read.allows("https://paper.example/a")


@pytest.mark.parametrize("content_type", ["text/html", "text/plain", ""])
def test_a_page_in_place_of_robots_txt_is_none(content_type: str) -> None:
    page = "\n<!DOCTYPE html>\n<html><body>\nUser-agent: *\nDisallow: /\n</body></html>"
    assert rules(page, content_type).verdict is Verdict.ALLOW_ALL


def test_a_file_that_is_called_html_is_still_read() -> None:
    assert not rules("User-agent: *\nDisallow: /", "text/html").allows("https://paper.example/a")


@pytest.mark.parametrize(
    ("text", "delay"),
    [
        pytest.param("User-agent: *\nDisallow: /x", None, id="none"),
        pytest.param("User-agent: *\nCrawl-delay: 10", 10.0, id="seconds"),
        pytest.param("User-agent: *\nCrawl-delay: 0.5", 0.5, id="half a second"),
        pytest.param("User-agent: *\nCrawl-delay: 10 seconds", 10.0, id="with a word"),
        pytest.param("User-agent: *\nCrawl-delay: 0", 0.0, id="zero"),
        pytest.param("User-agent: *\nCrawl-delay: -3", None, id="a negative one"),
        pytest.param("User-agent: *\nCrawl-delay: soon", None, id="a word"),
        pytest.param("User-agent: *\nCrawl-delay: 1e9", 1.0, id="what stands before the odd part"),
        pytest.param("User-agent: *\nCrawl-delay: 99999999999", MAX_DELAY, id="an endless one is capped"),
        pytest.param("User-agent: *\nRequest-rate: 1/5", 5.0, id="a rate"),
        pytest.param("User-agent: *\nRequest-rate: 30/1m", 2.0, id="a rate in minutes"),
        pytest.param("User-agent: *\nRequest-rate: 5/1h 0200-2259", 720.0, id="a rate for some hours"),
        pytest.param("User-agent: *\nRequest-rate: 0/5", None, id="no requests at all"),
        pytest.param("User-agent: *\nCrawl-delay: 2\nRequest-rate: 1/5", 5.0, id="the slower of both"),
        pytest.param(
            "User-agent: *\nCrawl-delay: 9\n\nUser-agent: Newswatch\nDisallow: /x",
            None,
            id="another's delay is not ours",
        ),
        pytest.param("User-agent: A\nDisallow: /\nUser-agent: Newswatch\nCrawl-delay: 3", 3.0, id="ours"),
        pytest.param(
            "User-agent: A\nCrawl-delay: 10\nUser-agent: Newswatch\nDisallow: /x",
            None,
            id="a delay counts for the names above it",
        ),
    ],
)
def test_the_delay_is_the_one_for_us(text: str, delay: float | None) -> None:
    assert rules(text).crawl_delay == delay


def test_sitemaps_are_everybodys() -> None:
    text = "Sitemap: https://paper.example/S.xml\nUser-agent: A\nDisallow: /\nsitemap: /news.xml\nSitemap:\nSITEMAP: /news.xml"
    assert rules(text).sitemaps == ("https://paper.example/S.xml", "/news.xml")
    assert rules("Sitemap: /карта.xml").sitemaps == ("/карта.xml",)


def test_what_is_no_url_is_not_allowed() -> None:
    read = rules("User-agent: *\nDisallow: /x")
    assert not read.allows("http://[")
    assert not read.allows("https://paper.example/\ud800")


def test_hostile_files_are_read_in_linear_work() -> None:
    many_agents = b"".join(b"User-agent: a%d\n" % number for number in range(30_000))
    stars = b"User-agent: *\nDisallow: /" + b"a*" * 100_000 + b"\n"
    spaces = b"User-agent: *\nuser agent" + b" " * 200_000 + b"\nDisallow: /x"
    assert rules(many_agents + b"Disallow: /").allows("https://paper.example/a")
    assert rules(stars).allows("https://paper.example/" + "a" * 2000)
    assert not rules(spaces).allows("https://paper.example/x")


@given(st.binary(max_size=300), st.text(max_size=40))
def test_any_bytes_are_read(body: bytes, path: str) -> None:
    read = parse_robots(200, b"User-agent: *\nDisallow: " + body, "", AGENT)
    assert isinstance(read.allows("https://paper.example/" + path), bool)
