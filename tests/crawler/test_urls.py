"""The two keys of an address, its host and its site, as tables of cases."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.urls import MAX_LENGTH, AddressError, article_key, fetch_key, host_of, same_site, site_of

FETCH_KEYS = [
    pytest.param(
        "HTTPS://News.Example.COM/A", "https://news.example.com/A", id="scheme and host are lower case, the path is not"
    ),
    pytest.param("https://example.com:443/a", "https://example.com/a", id="the default port of https goes"),
    pytest.param("http://example.com:80/a", "http://example.com/a", id="the default port of http goes"),
    pytest.param("http://example.com:443/a", "http://example.com:443/a", id="another scheme's default port stays"),
    pytest.param("https://example.com", "https://example.com/", id="an empty path is the root"),
    pytest.param("https://example.com/a?", "https://example.com/a", id="an empty query goes"),
    pytest.param("https://example.com/a?b=2&a=1", "https://example.com/a?a=1&b=2", id="the query is sorted by name"),
    pytest.param(
        "https://example.com/a?a=2&a=1", "https://example.com/a?a=2&a=1", id="values of one name keep their order"
    ),
    pytest.param(
        "https://example.com/a?x&y=&&z=1", "https://example.com/a?x&y=&z=1", id="empty items go, empty values stay"
    ),
    pytest.param("https://example.com/./a/../b", "https://example.com/b", id="dot segments are resolved"),
    pytest.param("https://example.com/%2e%2E/b", "https://example.com/b", id="escaped dot segments too"),
    pytest.param("https://example.com/%7eed/%c3%a9", "https://example.com/~ed/%C3%A9", id="escapes have one spelling"),
    pytest.param(
        "https://example.com/é?q=é",
        "https://example.com/%C3%A9?q=%C3%A9",
        id="letters beyond ASCII are escaped as UTF-8",
    ),
    pytest.param("https://example.com/100%/a", "https://example.com/100%25/a", id="a bare percent sign is escaped"),
    pytest.param("https://example.com/a|b[1]", "https://example.com/a%7Cb%5B1%5D", id="pipes and brackets are escaped"),
    pytest.param("https://bücher.example/a", "https://xn--bcher-kva.example/a", id="an international host is punycode"),
    pytest.param("https://www.example.com./a", "https://www.example.com/a", id="the dot behind the host goes"),
    pytest.param("https://@example.com/a", "https://example.com/a", id="empty userinfo goes"),
    pytest.param("https://jo:pw@example.com/a", "https://jo:pw@example.com/a", id="a login may show another page"),
    pytest.param("https://example.com/a#comments", "https://example.com/a", id="an anchor goes"),
    pytest.param("https://example.com/a#:~:text=x", "https://example.com/a", id="a text fragment goes"),
    pytest.param("https://example.com/#!/article/7", "https://example.com/#!/article/7", id="a hash-bang route stays"),
    pytest.param("https://example.com/#/press/5", "https://example.com/#/press/5", id="a hash route stays"),
    pytest.param("  https://example.com/a\n", "https://example.com/a", id="white space around goes"),
    pytest.param("https://exa\tmple.com/a\r\nb", "https://example.com/ab", id="tabs and line ends inside go"),
    pytest.param("https:\\\\example.com\\a", "https://example.com/a", id="backslashes are slashes"),
    pytest.param("https://example.com/a b", "https://example.com/a%20b", id="a space inside is escaped"),
    pytest.param("https://example.com/a\x00b", "https://example.com/a%00b", id="NUL is escaped"),
    pytest.param("https://example.com/a\ud800b", "https://example.com/a%EF%BF%BDb", id="a lone surrogate is U+FFFD"),
    pytest.param(
        "https://example.com/\ud83d\ude00",
        "https://example.com/%F0%9F%98%80",
        id="a pair of surrogates is its character",
    ),
    pytest.param("http://0x7f.1/", "http://127.0.0.1/", id="a number as host is the address it stands for"),
    pytest.param("http://[::FFFF:1.2.3.4]/", "http://[::ffff:102:304]/", id="an IPv6 address has one spelling"),
    pytest.param("https:example.com/a", "https://example.com/a", id="missing slashes are put in"),
]


@pytest.mark.parametrize(("url", "key"), FETCH_KEYS)
def test_the_fetch_key_has_one_spelling(url: str, key: str) -> None:
    assert fetch_key(url) == key


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param("https://example.com/read?id=77", "https://example.com/read?id=78", id="two ids"),
        pytest.param("https://example.com/a%2Fb", "https://example.com/a/b", id="an escaped slash is no slash"),
        pytest.param("https://example.com/a%3Fb", "https://example.com/a?b", id="an escaped question mark is none"),
        pytest.param("https://example.com/?q=a%26b", "https://example.com/?q=a&b", id="an escaped ampersand is none"),
        pytest.param("https://example.com/a/ZAb", "https://example.com/a/zab", id="the case of a path"),
        pytest.param("https://example.com/a", "https://example.com/a/", id="a slash at the end"),
        pytest.param("http://example.com/a", "https://example.com/a", id="the scheme"),
        pytest.param("https://example.com/a", "https://www.example.com/a", id="www"),
        pytest.param("https://example.com/a?utm_source=x", "https://example.com/a", id="tracking"),
        pytest.param("https://example.com/a?b", "https://example.com/a?b=", id="no value and an empty one"),
        pytest.param("https://example.com/a+b", "https://example.com/a%20b", id="plus and space"),
        pytest.param("https://example.com//a", "https://example.com/a", id="two slashes"),
        pytest.param("https://example.com/#!/a/1", "https://example.com/#!/a/2", id="two routes"),
        pytest.param("https://example.com:8001/a", "https://example.com:8002/a", id="two ports"),
    ],
)
def test_the_fetch_key_never_merges(one: str, other: str) -> None:
    assert fetch_key(one) != fetch_key(other)


SAME_ARTICLE = [
    pytest.param("http://example.com/a-1", "https://www.example.com/a-1/", id="scheme, www and slash"),
    pytest.param("https://m.example.com/a-1", "https://mobile.example.com/a-1", id="mobile hosts"),
    pytest.param("https://de.m.example.org/a", "https://de.example.org/a", id="a mobile label in the middle"),
    pytest.param("https://amp.example.com/a-1", "https://example.com/a-1", id="AMP host"),
    pytest.param("https://example.com/2026/w/amp", "https://example.com/2026/w", id="AMP at the end of the path"),
    pytest.param("https://example.com/amp/news/1234", "https://example.com/news/1234", id="AMP at its beginning"),
    pytest.param("https://example.com/news/amp/world-68", "https://example.com/news/world-68", id="AMP in the middle"),
    pytest.param("https://example.com/a-1.amp.html", "https://example.com/a-1.html", id="AMP before the ending"),
    pytest.param("https://example.com/a-1.html?outputType=amp", "https://example.com/a-1.html", id="AMP as parameter"),
    pytest.param("https://example.com/a-1.html?amp", "https://example.com/a-1.html", id="AMP as bare parameter"),
    pytest.param("https://example.com/2026/q/index.html", "https://example.com/2026/q/", id="index file"),
    pytest.param("https://example.com/index.php?id=7", "https://example.com/?id=7", id="index file before a query"),
    pytest.param("https://example.com//in/a-5", "https://example.com/in/a-5", id="double slash"),
    pytest.param("https://example.com/r?id=7&amp;l=en", "https://example.com/r?l=en&id=7", id="ampersand left as HTML"),
    pytest.param("https://example.com/a-1?UTM_Source=x&fbclid=y", "https://example.com/a-1", id="tracking in any case"),
    pytest.param(
        "https://example.com/a-1.html&utm_source=x", "https://example.com/a-1.html", id="tracking glued to the path"
    ),
    pytest.param(
        "https://example.com/a;jsessionid=1A2B?no=4", "https://example.com/a?no=4", id="session id in the path"
    ),
    pytest.param(
        "https://example.com/s?PHPSESSID=a1&sid=9", "https://example.com/s?sid=9", id="session id as parameter"
    ),
    pytest.param("https://example.com/2026/a/print", "https://example.com/2026/a", id="print version by path"),
    pytest.param("https://example.com/a-1?print=1", "https://example.com/a-1", id="print version by parameter"),
    pytest.param("https://example.com/a-1?ref=rss", "https://example.com/a-1", id="a feed that names itself"),
    pytest.param("https://example.com/a-1#!", "https://example.com/a-1", id="an empty route"),
    pytest.param("https://www.bbc.co.uk/news/1", "https://www.bbc.com/news/1", id="two domains of one outlet"),
    pytest.param(
        "https://edition.cnn.com/2026/q/index.html", "https://cnn.com/2026/q/", id="an edition that shows the same"
    ),
    pytest.param("https://amp.cnn.com/cnn/2026/r", "https://www.cnn.com/2026/r", id="a prefix that the AMP host adds"),
    pytest.param(
        "https://www.wsj.com/articles/x-1?mod=rss_top",
        "https://www.wsj.com/articles/x-1",
        id="a name known to be tracking there",
    ),
    pytest.param(
        "https://www.independent.co.uk/news/old-headline-b2480001.html",
        "https://www.independent.co.uk/news/world/new-headline-b2480001.html",
        id="a site that changes the slug and keeps the number",
    ),
]

UNWRAPPED = [
    pytest.param("https://www.google.com/url?sa=t&url=https%3A%2F%2Fpaper.example%2Fa-3&usg=A", id="a search engine"),
    pytest.param("https://www.google.co.uk/amp/s/amp.paper.example/a-3", id="the AMP viewer"),
    pytest.param("https://paper-example.cdn.ampproject.org/c/s/paper.example/a-3.amp", id="an AMP cache"),
    pytest.param(
        "https://l.facebook.com/l.php?u=https%3A%2F%2Fpaper.example%2Fa-3%3Ffbclid%3Dx&h=AT", id="a social network"
    ),
    pytest.param("https://web.archive.org/web/20220101000000id_/https://paper.example/a-3/", id="an archive"),
    pytest.param(
        "https://r.search.yahoo.com/_ylt=A;/RV=2/RU=https%3a%2f%2fpaper.example%2fa-3/RK=2/RS=x",
        id="target in the path",
    ),
    pytest.param(
        "https://www.google.com/url?q=https%3A%2F%2Fweb.archive.org%2Fweb%2F2022%2Fhttps%3A%2F%2Fpaper.example%2Fa-3",
        id="one redirector inside another",
    ),
]


@pytest.mark.parametrize(("one", "other"), SAME_ARTICLE)
def test_addresses_of_one_article_share_the_article_key(one: str, other: str) -> None:
    assert article_key(one) == article_key(other)


@pytest.mark.parametrize("url", UNWRAPPED)
def test_a_redirector_is_the_page_it_leads_to(url: str) -> None:
    assert article_key(url) == "paper.example/a-3"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param("https://example.com/read?id=77", "https://example.com/read", id="with and without an id"),
        pytest.param("https://example.com/?p=101", "https://example.com/?p=102", id="p is an id"),
        pytest.param(
            "https://example.com/press?ref=26-15", "https://example.com/press?ref=26-16", id="ref is an id somewhere"
        ),
        pytest.param(
            "https://example.com/i?source=a&n=3", "https://example.com/i?source=b&n=3", id="source is an id somewhere"
        ),
        pytest.param(
            "https://example.com/a?mod=1", "https://example.com/a?mod=2", id="mod is tracking only where it is named"
        ),
        pytest.param("https://example.com/a.html?page=2", "https://example.com/a.html", id="the second page"),
        pytest.param("https://example.com/s?id=5&lang=en", "https://example.com/s?id=5&lang=fr", id="two languages"),
        pytest.param("https://example.com/a/ZAb", "https://example.com/a/zab", id="the path keeps its case"),
        pytest.param("https://arabic.example.com/1", "https://english.example.com/1", id="two editions"),
        pytest.param("https://www.co.example.com/a", "https://co.www.example.com/a", id="www inside the host"),
        pytest.param("https://m.com/a", "https://com/a", id="m is all there is of the name"),
        pytest.param("https://m.co.uk/a", "https://co.uk/a", id="nothing but a public suffix would be left"),
        pytest.param("https://example.com/topics/amp", "https://example.com/topics", id="a topic called amp"),
        pytest.param(
            "https://example.com/marshall-amp.html", "https://example.com/marshall.html", id="a word called amp"
        ),
        pytest.param("https://example.com/art/print", "https://example.com/art", id="a section called print"),
        pytest.param("https://example.io/#!/a/1", "https://example.io/#!/a/2", id="two routes"),
        pytest.param("http://10.0.0.1:8001/a", "http://10.0.0.1:8002/a", id="two ports of one address"),
        pytest.param(
            "https://www.independent.co.uk/x-b2480001.html",
            "https://www.independent.co.uk/x-b2480002.html",
            id="two numbers",
        ),
        pytest.param(
            "https://l.facebook.com/l.php?u=javascript:1", "https://l.facebook.com/l.php?u=x", id="no target to unwrap"
        ),
    ],
)
def test_two_articles_do_not_share_the_article_key(one: str, other: str) -> None:
    assert article_key(one) != article_key(other)


def test_a_chain_of_redirectors_ends() -> None:
    wrapped = "https://paper.example/a"
    for _ in range(8):
        wrapped = "https://web.archive.org/web/2022/" + wrapped
    assert article_key(wrapped).startswith("web.archive.org/web/2022/")


@pytest.mark.parametrize("function", [fetch_key, article_key, host_of, site_of])
@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="nothing"),
        pytest.param("   ", id="white space"),
        pytest.param("/news/1", id="a path"),
        pytest.param("//example.com/a", id="no scheme"),
        pytest.param("www.example.com/a", id="a bare host"),
        pytest.param("javascript:alert(1)", id="a script"),
        pytest.param("mailto:desk@example.com", id="a mail address"),
        pytest.param("file:///etc/passwd", id="a file"),
        pytest.param("ftp://example.com/a", id="another protocol"),
        pytest.param("https://", id="no host"),
        pytest.param("https://./a", id="a host of one dot"),
        pytest.param("https://exa mple.com/", id="a space in the host"),
        pytest.param("https://example.com\x00.net/", id="NUL in the host"),
        pytest.param("https://\ud800/", id="a lone surrogate as host"),
        pytest.param("https://example.com:99999/", id="a port that cannot be"),
        pytest.param("https://1.2.3.4.5/", id="five numbers"),
        pytest.param("https://[::1/", id="an open bracket"),
        pytest.param("https://example.com/" + "a" * MAX_LENGTH, id="too long for any server"),
    ],
)
def test_what_is_no_web_address_raises_address_error(function: object, text: str) -> None:
    assert callable(function)
    with pytest.raises(AddressError):
        function(text)


@pytest.mark.parametrize(
    ("url", "host"),
    [
        pytest.param("https://WWW.Example.com:443/a", "www.example.com", id="a default port goes"),
        pytest.param("http://example.com:8080/", "example.com:8080", id="another port stays"),
        pytest.param("http://127.1:8001/", "127.0.0.1:8001", id="a short address is written out"),
        pytest.param("http://[::1]:8001/", "[::1]:8001", id="an IPv6 address keeps its brackets"),
        pytest.param("https://example.com./", "example.com", id="no dot behind"),
    ],
)
def test_the_host_has_one_spelling(url: str, host: str) -> None:
    assert host_of(url) == host


@pytest.mark.parametrize(
    ("url", "site"),
    [
        pytest.param("https://news.bbc.co.uk/1", "bbc.co.uk", id="a suffix of two labels"),
        pytest.param("https://www.example.com:8443/1", "example.com", id="a port does not matter to a name"),
        pytest.param(
            "https://one.blogspot.com/1", "one.blogspot.com", id="blogs of one platform are sites of their own"
        ),
        pytest.param("http://desk.paper.test/", "paper.test", id="an unknown top-level domain is a suffix"),
        pytest.param("http://127.0.0.1:8001/", "127.0.0.1:8001", id="an address with its port"),
        pytest.param("http://127.0.0.1/", "127.0.0.1:80", id="an address with the default port"),
        pytest.param("https://[::1]/", "[::1]:443", id="an IPv6 address"),
        pytest.param("http://localhost:9000/", "localhost:9000", id="localhost with its port"),
        pytest.param("http://a.localhost:9000/", "a.localhost:9000", id="a name under localhost is a site"),
        pytest.param("http://intranet/", "intranet:80", id="a name of one label"),
        pytest.param("https://co.uk/", "co.uk:443", id="a public suffix itself"),
    ],
)
def test_the_site_is_what_somebody_registered(url: str, site: str) -> None:
    assert site_of(url) == site


def test_same_site_compares_registrable_domains() -> None:
    sites = {"example.com", "127.0.0.1:8001"}
    assert same_site("https://sport.example.com/a", sites)
    assert same_site("http://127.0.0.1:8001/a", sites)
    assert not same_site("http://127.0.0.1:8002/a", sites)
    assert not same_site("https://example.org/a", sites)


@given(st.text(max_size=60).map(lambda text: "https://example.com/" + text) | st.text(max_size=60))
def test_any_text_gives_a_stable_key_or_address_error(text: str) -> None:
    try:
        key = fetch_key(text)
    except AddressError:
        return
    assert fetch_key(key) == key
    assert key.isascii()
    assert article_key(key).isascii()
