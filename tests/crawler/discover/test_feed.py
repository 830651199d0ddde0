"""Feeds: what is read from clean ones, from odd ones, and from what only claims to be one."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.discover.entries import link_of
from crawler.discover.errors import EndpointError, HostileAnswer, UnreadableAnswer
from crawler.discover.feed import read_feed
from crawler.discover.feed_strict import read_strict
from crawler.discover.feed_tolerant import read_tolerant
from storage.records import EndpointKind, Link
from tests.crawler.discover.feeds import FEED_URL, atom, rss, story

MORNING = datetime(2024, 10, 29, 8, 15, tzinfo=UTC)
ADDRESS = "https://harbour.example/news/ferry"
LINK = f"<link>{ADDRESS}</link>"


def only(text: str) -> Link:
    found = read_feed(text, FEED_URL)
    assert len(found.links) == 1, found
    return found.links[0]


def test_a_full_rss_item() -> None:
    link = only(
        rss(
            "<title>Ferry &amp; tram: &#8220;on time&#8221;</title><link> https://harbour.example/news/ferry#top </link>"
            "<guid>https://harbour.example/?p=17</guid><pubDate>Tue, 29 Oct 2024 10:15:00 +0200</pubDate>"
            "<dc:creator>By Ana Ruiz</dc:creator><dc:creator>desk@harbour.example (Ben Okoro)</dc:creator>"
            "<description>&lt;p&gt;It left &lt;b&gt;early&lt;/b&gt;.&lt;/p&gt;</description>"
            "<content:encoded><![CDATA[<p>It left early.</p><p>Nobody minded.</p>]]></content:encoded>"
            '<category>Ferries</category><category>Trams</category><media:thumbnail url="https://harbour.example/f.jpg"/>'
        )
    )
    assert link.url == ADDRESS
    assert link.title == "Ferry & tram: “on time”"
    assert link.published == MORNING
    assert link.published_raw == "Tue, 29 Oct 2024 10:15:00 +0200"
    assert link.authors == ("Ana Ruiz", "Ben Okoro")
    assert link.description == "It left early."
    assert link.body_html == "<p>It left early.</p><p>Nobody minded.</p>"
    assert link.keywords == ("Ferries", "Trams")
    assert link.image_url == "https://harbour.example/f.jpg"
    assert link.also == ("https://harbour.example/?p=17",)


def test_a_full_atom_entry() -> None:
    link = only(
        atom(
            "<title type='html'>Tram &amp;amp; bus</title><id>tag:harbour.example,2024:1</id>"
            f'<link rel="self" href="https://harbour.example/1.atom"/><link href="{ADDRESS}"/>'
            "<published>2024-10-29T10:15:00+02:00</published><updated>2024-10-29T09:00:00Z</updated>"
            "<author><name>Ana Ruiz</name></author><summary>Short.</summary>"
            '<content type="html">&lt;p&gt;Long.&lt;/p&gt;</content><category term="Trams"/>'
        )
    )
    assert (link.url, link.title, link.published) == (ADDRESS, "Tram & bus", MORNING)
    assert link.modified == datetime(2024, 10, 29, 9, tzinfo=UTC)
    assert (link.authors, link.description, link.body_html) == (("Ana Ruiz",), "Short.", "<p>Long.</p>")
    assert link.also == ()


def test_a_json_feed() -> None:
    found = read_feed(
        '{"version": "https://jsonfeed.org/version/1.1", "title": "The Harbour Post", "language": "en", "items": ['
        '{"id": 17, "url": "/news/ferry", "title": "A <b>plain</b> title", "content_text": "One.\\n\\nTwo & three.",'
        ' "date_published": "2024-10-29T10:15:00+02:00", "date_modified": "2024-10-29T09:00:00Z",'
        ' "authors": [{"name": "Ana Ruiz"}, {"url": "https://nobody.example"}], "tags": ["Ferries", 7]}, "rubbish",'
        ' {"id": "https://harbour.example/by-id", "title": 5}]}',
        FEED_URL,
    )
    first, second = found.links
    assert first.url == ADDRESS
    assert first.body_html == "<p>One.</p><p>Two &amp; three.</p>"
    assert (first.published, first.authors, first.keywords) == (MORNING, ("Ana Ruiz",), ("Ferries",))
    assert second.url == "https://harbour.example/by-id"
    assert (found.title, found.in_language) == ("The Harbour Post", "en")
    assert found.problems == ("entry 2: not an object",)


RDF = (
    '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/" '
    'xmlns:dc="http://purl.org/dc/elements/1.1/"><channel rdf:about="x"><title>Harbour</title></channel>'
    f"<item rdf:about='{ADDRESS}'><title>Ferry</title>{LINK}<dc:date>2024-10-29T10:15:00+02:00</dc:date></item></rdf:RDF>"
)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(RDF, id="RSS 1.0"),
        pytest.param(
            f'<rss version="0.91"><channel><title>H</title><item>{LINK}</item></channel></rss>', id="RSS 0.91"
        ),
        pytest.param(f"\n\n  {rss(LINK)}", id="blank lines before the declaration"),
        pytest.param(f"<b>Warning</b>: foo() in <i>/var/www</i> on line 3<br />\n{rss(LINK)}", id="a warning of PHP"),
        pytest.param(
            rss(f"<title>Fish & chips &nbsp; &eacute;</title>{LINK}"), id="bare ampersand, undefined entities"
        ),
        pytest.param(rss("<link>/news/ferry</link>"), id="a relative link"),
        pytest.param(rss(f"<guid>{ADDRESS}</guid>"), id="no link, but a guid that is one"),
        pytest.param(
            atom("<id>https://harbour.example/news/ferry</id>"), id="Atom without link, but an id that is one"
        ),
        pytest.param(
            f'<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY h "harbour">]>{rss(LINK.replace("harbour", "&h;"))}',
            id="an entity of its own",
        ),
        pytest.param(
            rss(f"<link>http://feeds.example/~r/1</link><feedburner:origLink>{ADDRESS}</feedburner:origLink>"),
            id="a feed proxy",
        ),
        pytest.param(
            f'<feed version="0.3" xmlns="http://purl.org/atom/ns#"><entry><link rel="alternate" type="text/html" href="{ADDRESS}"/></entry></feed>',
            id="Atom 0.3",
        ),
    ],
)
def test_every_dialect_gives_the_address(text: str) -> None:
    assert only(text).url == ADDRESS


@pytest.mark.parametrize(
    ("written", "title"),
    [
        pytest.param("Ana &amp;amp; Ben", "Ana & Ben", id="escaped twice"),
        pytest.param("&lt;b&gt;Late&lt;/b&gt; ferry", "Late ferry", id="escaped markup"),
        pytest.param("<![CDATA[<b>Late</b> ferry &amp; tram]]>", "Late ferry & tram", id="markup in CDATA"),
        pytest.param("Winds &lt; 5 knots", "Winds < 5 knots", id="a sign that is no markup"),
        pytest.param("  Late\n   ferry ", "Late ferry", id="white space"),
        pytest.param("F&#233;rry", "Férry", id="a character by number"),
        pytest.param("", None, id="nothing"),
    ],
)
def test_titles_are_plain_text(written: str, title: str | None) -> None:
    assert only(rss(f"<title>{written}</title>{LINK}")).title == title


@pytest.mark.parametrize(
    ("kind", "written", "title"),
    [
        ("text", "The &lt;blink&gt; tag", "The <blink> tag"),
        ("html", "The &lt;i&gt;late&lt;/i&gt; tag", "The late tag"),
        ("xhtml", '<div xmlns="http://www.w3.org/1999/xhtml">The <i>late</i> tag</div>', "The late tag"),
    ],
)
def test_titles_of_atom_say_what_they_are(kind: str, written: str, title: str) -> None:
    assert only(atom(f'<title type="{kind}">{written}</title><link href="{ADDRESS}"/>')).title == title


def test_one_broken_entry_costs_no_other() -> None:
    found = read_feed(
        rss(story(1), "<title>No address</title>", story(2), "<link>javascript:alert(1)</link>"), FEED_URL
    )
    assert [link.title for link in found.links] == ["Ferry number 1 leaves", "Ferry number 2 leaves"]
    assert found.problems == ("entry 2: no address", "entry 4: no address")


def test_a_date_that_makes_no_sense_is_named_and_costs_no_entry() -> None:
    found = read_feed(rss(LINK + "<pubDate>Fri, 31 Dec 9999 23:59:59 +0200</pubDate>"), FEED_URL)
    assert found.links[0].published is None
    assert found.problems == ("entry 1: unreadable date 'Fri, 31 Dec 9999 23:59:59 +0200'",)


def test_a_feed_that_was_cut_off_gives_its_whole_entries() -> None:
    text = rss(story(1), story(2), story(3))
    found = read_feed(text[: text.index("ferry-3") + 4], FEED_URL)
    assert [link.url[-13:] for link in found.links] == ["ferry-1-leaves"[-13:], "ferry-2-leaves"[-13:]]
    assert found.problems == ("feed: cut off after 2 entries",)


def test_no_more_than_the_limit_is_read() -> None:
    found = read_feed(rss(*map(story, range(30))), FEED_URL, link_limit=10)
    assert len(found.links) == 10
    assert found.problems == ("feed: 30 entries, the first 10 were read",)


@pytest.mark.parametrize("end", ["", "\n", "\n\n  ", "<!-- made in 2 ms -->"])
@pytest.mark.parametrize(("limit", "read"), [(2, 2), (3, 3), (4, 3), (1000, 3)])
def test_the_limit_holds_whatever_stands_behind_the_feed(limit: int, read: int, end: str) -> None:
    found = read_feed(rss(*map(story, range(3))) + end, FEED_URL, link_limit=limit)
    assert len(found.links) == read
    assert found.problems == (() if read == 3 else (f"feed: 3 entries, the first {read} were read",))


@pytest.mark.parametrize("close", ["</item>", "</ITEM>", "</item >", "</rss:item>"])
def test_entries_are_counted_however_their_end_is_written(close: str) -> None:
    text = rss(*map(story, range(5))).replace("</item>", close)
    assert read_feed(text, FEED_URL, link_limit=4).problems[0] == "feed: 5 entries, the first 4 were read"


@pytest.mark.parametrize("name", ["title", "link", "guid", "description", "pubDate"])
def test_what_comes_twice_is_left_to_the_tolerant_lane(name: str) -> None:
    once = f"<{name}>Tue, 29 Oct 2024 10:15:00 +0200</{name}>"
    assert read_strict(rss(story(1, once + once))) is None


def test_a_category_may_come_as_often_as_it_likes() -> None:
    text = rss(story(1, "<category>Bridges</category><category>Ferries</category>"))
    feed = read_strict(text)
    assert feed is not None
    assert feed.entries[0].keywords == ("Bridges", "Ferries")


@pytest.mark.parametrize(
    ("head", "ttl"),
    [
        ("<ttl>60</ttl>", timedelta(hours=1)),
        ("<ttl>soon</ttl>", None),
        ("<ttl>0</ttl>", None),
        ("<ttl>99999999999999999999</ttl>", None),
        ("<sy:updatePeriod>hourly</sy:updatePeriod><sy:updateFrequency>2</sy:updateFrequency>", timedelta(minutes=30)),
        ("<sy:updatePeriod>daily</sy:updatePeriod>", timedelta(days=1)),
        ("<sy:updatePeriod>whenever</sy:updatePeriod>", None),
    ],
)
@pytest.mark.parametrize("odd", ["", "<link>/relative</link>"])
def test_how_often_the_publisher_wants_to_be_asked(head: str, ttl: timedelta | None, odd: str) -> None:
    assert read_feed(rss(story(1), odd, head=head), FEED_URL).ttl == ttl


@pytest.mark.parametrize(("written", "language"), [("en-us", "en-us"), ("pt_BR", "pt-BR"), ("English (UK)", None)])
def test_the_language_of_the_feed(written: str, language: str | None) -> None:
    assert read_feed(rss(story(1), head=f"<language>{written}</language>"), FEED_URL).in_language == language


def test_an_address_that_all_entries_share_is_no_alias() -> None:
    front = "<guid>https://harbour.example/</guid>"
    found = read_feed(rss(story(1, front), story(2, front)), FEED_URL)
    assert [link.also for link in found.links] == [(), ()]


def test_a_guid_that_is_no_address_by_its_own_word_is_no_alias() -> None:
    guid = '<guid isPermaLink="false">https://harbour.example/?p=17</guid>'
    assert only(rss(story(1, guid))).also == ()
    assert only(rss("<title>a & b</title>" + story(1, guid))).also == ()


def test_the_proxy_address_stays_an_alias() -> None:
    text = rss(f"<link>http://feeds.example/~r/1</link><feedburner:origLink>{ADDRESS}</feedburner:origLink>")
    assert only(text).also == ("http://feeds.example/~r/1",)


def test_the_caption_of_a_picture_is_not_the_text_of_the_article() -> None:
    picture = '<media:content url="https://harbour.example/f.jpg" medium="image"><media:description>A ferry</media:description></media:content>'
    link = only(rss(f"{LINK}<description>Short.</description>{picture}"))
    assert (link.description, link.body_html) == ("Short.", None)


def test_a_description_that_is_the_whole_article_is_its_text() -> None:
    text = "&lt;p&gt;" + "The ferry left the harbour. " * 80 + "&lt;/p&gt;"
    link = only(rss(f"{LINK}<description>{text}</description>"))
    assert link.body_html is not None
    assert link.body_html.startswith("<p>The ferry")


BOMB = "<!DOCTYPE r [<!ENTITY a0 'ha'>" + "".join(f"<!ENTITY a{n} '{f'&a{n - 1};' * 10}'>" for n in range(1, 10)) + "]>"


@pytest.mark.parametrize(
    ("text", "error", "reason"),
    [
        pytest.param(
            BOMB + rss("<title>&a9;</title>"), HostileAnswer, "entities built of entities", id="billion laughs"
        ),
        pytest.param(
            f"<!DOCTYPE r [<!ENTITY a '{'x' * 9000}'>]>" + rss("&a;" * 900),
            HostileAnswer,
            "entities add",
            id="quadratic",
        ),
        pytest.param(
            "<!DOCTYPE r [<!ENTITY % p SYSTEM 'http://x.example/'> %p;]>" + rss(LINK),
            HostileAnswer,
            "entities",
            id="parameter",
        ),
        pytest.param(rss("<div>" * 3000), HostileAnswer, "nested more than 500 deep", id="depth"),
        pytest.param("<opml><outline/></opml>", UnreadableAnswer, "no element of a feed", id="another format"),
        pytest.param("[1, 2", UnreadableAnswer, "not JSON", id="half a JSON"),
        pytest.param('{"items": {}}', UnreadableAnswer, "without items", id="JSON of something else"),
        pytest.param("[" * 100_000, UnreadableAnswer, "not JSON", id="deep JSON"),
    ],
)
def test_what_cannot_be_read_says_why(text: str, error: type[EndpointError], reason: str) -> None:
    with pytest.raises(error, match=reason):
        read_feed(text, FEED_URL)


def test_an_inclusion_of_another_file_is_not_made() -> None:
    include = '<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="file:///etc/passwd" parse="text"/>'
    link = only(rss(f"<title>Ferry {include} leaves</title>{LINK}<description>{include}It left.</description>"))
    assert (link.title, link.description) == ("Ferry leaves", "It left.")


def test_external_entities_become_nothing() -> None:
    text = f'<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/hostname">]>{rss(f"<title>a&x;b</title>{LINK}")}'
    assert only(text).title == "ab"


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(rss(*map(story, range(5)), head="<language>en</language><ttl>5</ttl>"), id="clean RSS"),
        pytest.param(
            rss(story(1, "<guid>https://harbour.example/?p=1</guid><dc:creator>Ana Ruiz</dc:creator>")), id="creator"
        ),
        pytest.param(rss(story(1, "<author>desk@harbour.example (Ben Okoro)</author>")), id="author by mail"),
        pytest.param(rss(story(1, "<description>&lt;p&gt;a&lt;/p&gt;</description>")), id="a summary"),
        pytest.param(rss(story(1, "<content:encoded>&lt;p&gt;a&lt;/p&gt;</content:encoded>")), id="a full text"),
        pytest.param(rss(story(1, '<enclosure url="https://harbour.example/a.mp3" type="audio/mpeg"/>')), id="sound"),
        pytest.param(
            rss(story(1, '<enclosure url="https://harbour.example/a.jpg" type="image/jpeg"/>')), id="a picture"
        ),
        pytest.param(
            rss(story(1, "<category>Ferries</category><category domain='x'>Trams</category>")), id="categories"
        ),
        pytest.param(rss(story(1, "<dc:date>2024-10-29T12:00:00Z</dc:date>")), id="two dates"),
        pytest.param(RDF, id="RSS 1.0"),
        pytest.param(
            atom(f"<title>a</title><link href='{ADDRESS}'/><updated>2024-10-29T12:00:00Z</updated>"), id="Atom"
        ),
    ],
)
def test_both_lanes_say_the_same(text: str) -> None:
    document = text[text.index("<r") if "<r" in text else 0 :]
    strict, tolerant = read_strict(document), read_tolerant(document, FEED_URL)
    assert strict is not None
    assert [link_of(entry, FEED_URL) for entry in strict.entries] == [
        link_of(entry, FEED_URL) for entry in tolerant.entries
    ]
    assert (strict.title, strict.language, strict.ttl) == (tolerant.title, tolerant.language, tolerant.ttl)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(rss("<link>/relative</link>"), id="relative link"),
        pytest.param(rss(story(1, "<title>Twice</title>")), id="two titles"),
        pytest.param(rss(LINK + "<pubDate>29 de octubre</pubDate>"), id="a date to guess at"),
        pytest.param(rss(LINK + "<title>a <b>b</b></title>"), id="markup in a title"),
        pytest.param(rss(LINK + "<title>FÃ©rry</title>"), id="text encoded twice"),
        pytest.param(rss(LINK + "<updated>2024-10-29</updated>"), id="an element of another dialect"),
        pytest.param(rss("<title>a & b</title>"), id="not well-formed"),
    ],
)
def test_the_fast_lane_gives_up_on_the_odd(text: str) -> None:
    assert read_strict(text[text.index("<rss") :]) is None


PIECES = st.sampled_from(
    ["<item>", "</item>", "<title>", "</title>", "<link>", "</link>", "<![CDATA[", "]]>", "&amp;", "&bad;", "<entry", ">", "http://[", "http://a.example/b", "<guid>", "<pubDate>", "0", "<feed>", "é", "\x00", "\ud800", "<content type='xhtml'>", "<div>", "'", '"', "<!--", "-->", "<?x"]
)  # fmt: skip


@given(st.lists(PIECES, max_size=25))
def test_no_rubbish_makes_it_raise_anything_else(pieces: list[str]) -> None:
    try:
        found = read_feed("<rss version='2.0'><channel>" + "".join(pieces), FEED_URL)
    except EndpointError as error:
        assert "\n" not in error.reason  # noqa: PT017
    else:
        assert found.kind is EndpointKind.FEED
        assert all(link.url.startswith("http") for link in found.links)
