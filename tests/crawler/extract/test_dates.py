"""Dates of a page: which claim is believed, and in which zone."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.extract.dates import Dates, Shown, dates_of, last_resort
from crawler.extract.signals import Signals, Stamp
from storage.records import Link, Precision

URL = "https://paper.example/politics/bridge-opens"
NOON = datetime(2024, 10, 24, 12, 0, tzinfo=UTC)


def page(url: str = URL, language: str = "", **claims: Any) -> Signals:
    """A page whose JSON-LD, metas and itemprops make these claims; metas as plain texts."""
    return Signals(
        url=url,
        language=language,
        article=claims.get("ld", {}),
        metas={name: (text,) for name, text in claims.get("metas", {}).items()},
        itemprops={name: (text,) for name, text in claims.get("props", {}).items()},
        stamps=tuple(claims.get("stamps", ())),
    )


def read(
    signals: Signals, *near: str, link: Link | None = None, timezone: str | None = None, language: str = "en"
) -> Dates:
    return dates_of(signals, Shown(near), link, timezone, language)


def at(hour: int, minute: int = 0, day: int = 24) -> datetime:
    return datetime(2024, 10, day, hour, minute, tzinfo=UTC)


SOURCES = [
    pytest.param(page(ld={"datePublished": "2024-10-24T12:00:00Z"}), "json-ld", id="JSON-LD"),
    pytest.param(
        page(ld={"dateCreated": "2024-10-24T12:00:00Z"}), "json-ld", id="JSON-LD that knows the day of creation"
    ),
    pytest.param(
        page(ld={"datePublished": {"@value": "2024-10-24T12:00:00Z"}}), "json-ld", id="JSON-LD with a typed value"
    ),
    pytest.param(page(metas={"article:published_time": "2024-10-24T12:00:00Z"}), "opengraph", id="OpenGraph"),
    pytest.param(page(props={"datepublished": "2024-10-24T12:00:00Z"}), "microdata", id="microdata"),
    pytest.param(page(metas={"parsely-pub-date": "2024-10-24T12:00:00Z"}), "meta", id="a meta of an analytics service"),
    pytest.param(page(metas={"timestamp": "1729771200"}), "meta", id="a meta in seconds since 1970"),
    pytest.param(page(metas={"dc.date": "1729771200000"}), "meta", id="a meta in milliseconds since 1970"),
    pytest.param(page(stamps=[Stamp("2024-10-24T12:00:00Z", "today")]), "text", id="a time element"),
    pytest.param(
        page(stamps=[Stamp("", "Oct 24, 2024, 12:00 UTC")]), "text", id="a time element without a machine's date"
    ),
]


@pytest.mark.parametrize(("signals", "origin"), SOURCES)
def test_each_source_of_a_date(signals: Signals, origin: str) -> None:
    got = read(signals)
    assert (got.published, got.origin) == (NOON, origin)


def test_the_more_reliable_source_wins() -> None:
    signals = page(
        ld={"datePublished": "2024-10-24T12:00:00Z"},
        metas={"article:published_time": "2024-10-25T12:00:00Z", "date": "2024-10-26T12:00:00Z"},
        stamps=[Stamp("2024-10-27T12:00:00Z", "")],
    )
    assert read(signals, "28 October 2024, 12:00").published == NOON


EXACT = [
    pytest.param("2024-10-24", "2024-10-24T12:00:00Z", NOON, "opengraph", id="a day is made exact by a minute of it"),
    pytest.param("2024-10-24T00:00:00Z", "2024-10-24T12:00:00Z", NOON, "opengraph", id="midnight is made exact too"),
    pytest.param(
        "2024-10-24", "2024-10-25T12:00:00Z", at(0), "json-ld", id="a minute of another day makes nothing exact"
    ),
    pytest.param("2024-10-24", "2024-10-24", at(0), "json-ld", id="two days are a day"),
    pytest.param("soon", "2024-10-24T12:00:00Z", NOON, "opengraph", id="what is no date is passed over"),
    pytest.param("9999-12-31", "2024-10-24T12:00:00Z", NOON, "opengraph", id="the year 9999 is no date"),
    pytest.param("0001-01-01T00:00:00Z", "2024-10-24T12:00:00Z", NOON, "opengraph", id="the year 1 is no date"),
    pytest.param(
        "2024-10-24T14:35:00+99:00",
        "2024-10-24T14:35:00Z",
        at(14, 35),
        "json-ld",
        id="an offset of 99 hours counts as none",
    ),
    pytest.param("1e999", "2024-10-24T12:00:00Z", NOON, "opengraph", id="a number beyond all numbers is no date"),
    pytest.param("9" * 10_000, "2024-10-24T12:00:00Z", NOON, "opengraph", id="ten thousand digits are no date"),
]


@pytest.mark.parametrize(("structured", "opengraph", "expected", "origin"), EXACT)
def test_two_claims_weighed(structured: str, opengraph: str, expected: datetime, origin: str) -> None:
    got = read(page(ld={"datePublished": structured}, metas={"article:published_time": opengraph}))
    assert (got.published, got.origin) == (expected, origin)


LOCAL = [
    pytest.param(page(ld={"datePublished": "2024-10-24T12:00:21Z"}), ["Published 8:00 AM EDT, Thu October 24, 2024"], -240, id="another clock with a zone"),
    pytest.param(page(ld={"datePublished": "2024-10-24T12:00:21Z"}), ["October 24, 2024 8:00 AM"], -240, id="a clock without one, whole hours away"),
    pytest.param(page(ld={"datePublished": "2024-10-24T12:00:21Z"}), ["24 October 2024, 17:30"], 330, id="or a half hour"),
    pytest.param(page(ld={"datePublished": "2024-10-24T12:00:21Z"}), ["October 24, 2024 8:17 AM"], 0, id="the minute of something else"),
    pytest.param(page(ld={"datePublished": "2024-10-24T12:00:21Z"}), ["October 22, 2024 8:00 AM"], 0, id="another day"),
    pytest.param(page(ld={"datePublished": "2024-10-24T12:00:21Z"}), ["24 October 2024"], 0, id="a day alone"),
    pytest.param(page(ld={"datePublished": "2024-10-24T12:00:21Z"}), [], 0, id="no other clock"),
    pytest.param(page(ld={"datePublished": "2024-10-24T14:00:21+02:00"}), ["October 24, 2024 8:00 AM"], 120, id="an offset that is written stays"),
    pytest.param(
        page(ld={"datePublished": "2024-10-24T12:00:21Z"}, stamps=[Stamp("2024-10-24T12:00:21Z", "Oct. 24, 2024 8:00 am EDT")]), [], -240,
        id="what readers see of a time element",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("signals", "near", "offset"), LOCAL)
def test_an_instant_in_utc_gets_the_offset_of_the_publishers_own_clock(
    signals: Signals, near: list[str], offset: int
) -> None:
    got = read(signals, *near)
    assert (got.published, got.offset) == (NOON.replace(second=21), offset)


MISREAD = [
    pytest.param(page(metas={"article:published_time": "03-09-2026"}), ["Published March 9, 2026"], (3, 9), id="month and day changed places"),
    pytest.param(page(metas={"article:published_time": "03-09-2026"}), ["Published May 9, 2026"], (9, 3), id="another day proves nothing"),
    pytest.param(page(url="https://p.example/2026/03/09/bridge"), ["11 February 2022"], (3, 9), id="a date in the text against the address"),
    pytest.param(page(url="https://p.example/2026/03/09/bridge"), ["10 March 2026"], (3, 10), id="a day apart is the same night"),
]  # fmt: skip


@pytest.mark.parametrize(("signals", "near", "expected"), MISREAD)
def test_a_first_claim_that_others_show_to_be_misread(
    signals: Signals, near: list[str], expected: tuple[int, int]
) -> None:
    got = read(signals, *near).published
    assert got is not None
    assert (got.year, got.month, got.day) == (2026, *expected)


ZONES = [
    pytest.param("de", None, at(12, 35), id="German summer time"),
    pytest.param("de-AT", None, at(12, 35), id="Austria keeps the same time"),
    pytest.param("ja", None, at(5, 35), id="Japanese time"),
    pytest.param("en-IN", None, at(9, 5), id="English in India"),
    pytest.param("en_IN", None, at(9, 5), id="English in India with an underscore"),
    pytest.param("pt-BR", None, at(17, 35), id="Brazil"),
    pytest.param("pt-PT", None, at(13, 35), id="Portugal"),
    pytest.param("fr-CA", None, at(14, 35), id="French far from France tells no zone"),
    pytest.param("en", None, at(14, 35), id="English is spoken everywhere"),
    pytest.param("xx", None, at(14, 35), id="a language that nobody speaks"),
    pytest.param("de", "America/New_York", at(18, 35), id="what the operator says goes before the language"),
]


@pytest.mark.parametrize(("language", "timezone", "expected"), ZONES)
def test_the_zone_of_a_time_without_one(language: str, timezone: str | None, expected: datetime) -> None:
    signals = page(language=language, ld={"datePublished": "2024-10-24T14:35:00"})
    got = read(signals, timezone=timezone, language=language)
    assert (got.published, got.offset, got.raw) == (expected, None, "2024-10-24T14:35:00")


def test_winter_time_is_another() -> None:
    assert read(page(language="de", ld={"datePublished": "2024-12-24T14:35"})).published == datetime(
        2024, 12, 24, 13, 35, tzinfo=UTC
    )


CLOCKS = [
    pytest.param("en", None, -240, at(18, 35), id="where the language tells no zone"),
    pytest.param("de", None, 120, at(12, 35), id="the zone of the language has that clock in summer"),
    pytest.param("de", None, 60, at(12, 35), id="and that one in winter: the season of the date counts"),
    pytest.param("de", None, 330, at(9, 5), id="a site in another country than its language"),
    pytest.param("en", "Asia/Tokyo", -240, at(5, 35), id="the operator knows better"),
    pytest.param("en", None, None, at(14, 35), id="nothing was learned"),
]


@pytest.mark.parametrize(("language", "timezone", "clock", "expected"), CLOCKS)
def test_a_time_without_zone_is_read_as_the_site_was_found_to_write_it(
    language: str, timezone: str | None, clock: int | None, expected: datetime
) -> None:
    signals = page(metas={"article:published_time": "2024-10-24T14:35:00"})
    assert dates_of(signals, Shown(), None, timezone, language, clock).published == expected


PROOFS = [
    pytest.param("2024-10-24T14:35:00", at(12, 35), 120, id="the feed"),
    pytest.param("2024-10-24T14:35:10", at(12, 35), 120, id="seconds apart"),
    pytest.param("2024-10-24T14:35:00", at(9, 5), 330, id="half an hour"),
    pytest.param("2024-10-24T14:35:00", at(14, 35), 0, id="the site writes UTC"),
    pytest.param("2024-10-24T14:35:00", at(18, 35), -240, id="west"),
    pytest.param("2024-10-24T14:35:00", at(12, 13), None, id="no zone explains it"),
    pytest.param("2024-10-24T14:35:00", None, None, id="nothing to compare with"),
    pytest.param("2024-10-24T14:35:00Z", at(12, 35), None, id="a time with its zone"),
    pytest.param("2024-10-24", at(12, 35), None, id="a day"),
]


@pytest.mark.parametrize(("written", "fed", "clock"), PROOFS)
def test_what_proves_in_which_zone_a_time_was_written(written: str, fed: datetime | None, clock: int | None) -> None:
    signals = page(metas={"article:published_time": written})
    assert read(signals, link=Link(URL, published=fed) if fed else None).clock == clock


def test_a_date_of_change_with_an_offset_proves_the_zone() -> None:
    signals = page(
        language="de", ld={"datePublished": "2024-10-24T14:35:00", "dateModified": "2024-10-24T15:00:00+05:30"}
    )
    got = read(signals)
    assert (got.published, got.modified) == (at(9, 5), at(9, 30))


def test_a_claim_with_an_offset_settles_one_that_shows_the_same_clock() -> None:
    signals = page(ld={"datePublished": "2024-10-24T14:35:00"}, metas={"date": "2024-10-24T14:35:00-04:00"})
    assert read(signals).published == at(18, 35)


def test_a_day_is_that_day_in_every_zone() -> None:
    assert read(page(language="ja", ld={"datePublished": "2024-10-24"})).published == at(0)


FEEDS = [
    pytest.param("2024-10-24T14:35:00", at(12, 35), at(12, 35), id="the feed tells the zone of a naive time"),
    pytest.param("2024-10-24T14:35:00", at(9, 5), at(9, 5), id="a zone of half an hour too"),
    pytest.param("2024-10-24T14:35:00", at(12, 13), at(14, 35), id="what no zone explains settles nothing"),
    pytest.param("2024-10-24T14:35:00Z", at(12, 35), at(14, 35), id="a page that says its zone is believed"),
    pytest.param("2024-10-24", at(9, 17), at(9, 17), id="the minute of the feed before the day of the page"),
    pytest.param("2024-10-24", at(0), at(0), id="midnight in a feed is no minute"),
    pytest.param("2024-10-24", at(9, 17, day=28), at(0), id="a feed of another day is not believed"),
    pytest.param("no date", at(9, 17), at(9, 17), id="the feed alone"),
]


@pytest.mark.parametrize(("written", "fed", "expected"), FEEDS)
def test_what_the_feed_adds(written: str, fed: datetime, expected: datetime) -> None:
    link = Link(URL, published=fed, published_raw=fed.isoformat())
    assert read(page(ld={"datePublished": written}), link=link).published == expected


def test_a_date_of_the_feed_is_told_as_the_feed_wrote_it() -> None:
    raw = "Thu, 24 Oct 2024 14:35:00 +0200"
    got = read(page(), link=Link(URL, published=at(12, 35), published_raw=raw, modified=at(13)))
    assert got == Dates(at(12, 35), raw, Precision.SECOND, 120, at(13), "feed", "feed")


NEAR = [
    pytest.param("Veröffentlicht: 24.10.2024, 12:00 Uhr", "de", at(10), id="a line of publishing"),
    pytest.param("Aktualisiert: 25.10.2024, 12:00 Uhr", "de", None, id="a line of a change tells no publishing"),
    pytest.param(
        "24.10.2024, 12:00 Uhr, aktualisiert 25.10.2024, 12:00", "de", at(10), id="publishing, then the change"
    ),
    pytest.param("Updated 25 Oct 2024. Published 24 Oct 2024, 12:00 GMT", "en", NOON, id="the change, then publishing"),
    pytest.param(
        "Обновлено 25 октября 2024 Опубликовано 24 октября 2024, 12:00", "ru", at(9), id="the same in Russian"
    ),
    pytest.param("입력 2024.10.24 12:00 수정 2024.10.25 12:00", "ko", at(3), id="entered and corrected in Korean"),
    pytest.param(
        "公開 2024年10月24日 12:00 更新 2024年10月25日 12:00", "ja", at(3), id="opened and renewed in Japanese"
    ),
    pytest.param(
        "Mis à jour le 25 octobre 2024, publié le 24 octobre 2024 à 12h00", "fr", at(10), id="the same in French"
    ),
    pytest.param("Actualizado el 25 de octubre de 2024", "es", None, id="a change only, in Spanish"),
    pytest.param("Güncellendi 25 Ekim 2024 Yayınlandı 24 Ekim 2024 12:00", "tr", at(9), id="the same in Turkish"),
    pytest.param("Three weeks ago", "en", None, id="a line without a date"),
]


@pytest.mark.parametrize(("line", "language", "expected"), NEAR)
def test_dates_that_readers_see(line: str, language: str, expected: datetime | None) -> None:
    assert read(page(language=language), line, language=language).published == expected


URLS = [
    pytest.param("https://p.example/2024/10/24/bridge", at(0), id="year, month and day as folders"),
    pytest.param("https://p.example/2024-10-24/bridge", at(0), id="with dashes"),
    pytest.param("https://p.example/20241024/bridge", at(0), id="in one number"),
    pytest.param("https://p.example/news/20241024", at(0), id="at the end"),
    pytest.param("https://p.example/2024/13/24/bridge", None, id="a thirteenth month"),
    pytest.param("https://p.example/2023/02/30/bridge", None, id="the thirtieth of February"),
    pytest.param("https://p.example/202410241234567", None, id="a long number is no date"),
    pytest.param("https://p.example/2024/10/bridge", None, id="a month alone"),
]


@pytest.mark.parametrize(("url", "expected"), URLS)
def test_the_day_in_an_address(url: str, expected: datetime | None) -> None:
    got = read(page(url))
    assert (got.published, got.precision, got.origin) == (
        (expected, Precision.DAY, "url") if expected else (None, None, "")
    )


CHANGES = [
    pytest.param(page(ld={"dateModified": "2024-10-24T12:00:00Z"}), "json-ld", id="JSON-LD"),
    pytest.param(page(metas={"article:modified_time": "2024-10-24T12:00:00Z"}), "meta", id="OpenGraph"),
    pytest.param(page(props={"datemodified": "2024-10-24T12:00:00Z"}), "microdata", id="microdata"),
    pytest.param(
        page(stamps=[Stamp("2024-10-24T12:00:00Z", "", "entry-date updated")]), "text", id="a time element by its class"
    ),
    pytest.param(
        page(stamps=[Stamp("2024-10-24T12:00:00Z", "Aktualisiert um zwölf")]), "text", id="a time element by its words"
    ),
]


@pytest.mark.parametrize(("signals", "origin"), CHANGES)
def test_each_source_of_a_change(signals: Signals, origin: str) -> None:
    got = read(signals)
    assert (got.modified, got.modified_origin) == (NOON, origin)


LAST = [
    pytest.param([], "2024-10-24T12:00:00Z", (), "meta", id="a date in a script"),
    pytest.param(["nothing", "24 October 2024"], None, (), "text", id="a date far from the headline"),
    pytest.param([], None, (Stamp("2024-10-24", "", "updated"),), "text", id="a date of change when there is no other"),
    pytest.param(["nothing"], "soon", (Stamp("", "just now"),), None, id="no date anywhere"),
]


@pytest.mark.parametrize(("far", "embedded", "stamps", "origin"), LAST)
def test_the_last_resort(far: list[str], embedded: str | None, stamps: tuple[Stamp, ...], origin: str | None) -> None:
    claim = last_resort(page(stamps=stamps), far, embedded, "en")
    assert (claim.origin if claim else None) == origin
    assert claim is None or claim.moment.when.date() == NOON.date()


def test_the_last_resort_yields_to_the_feed() -> None:
    got = dates_of(page(), Shown(far=["25 October 2024, 08:00"]), Link(URL, published=NOON), None, "en")
    assert (got.published, got.origin) == (NOON, "feed")


CLAIM = st.one_of(
    st.text(max_size=40),
    st.datetimes().map(datetime.isoformat),
    st.datetimes(timezones=st.just(UTC)).map(datetime.isoformat),
    st.integers().map(str),
    st.sampled_from(
        [
            "2024-10-24T14:35:00+99:99",
            "1e999",
            "NaN",
            "\x00",
            "\ud800",
            "32.13.2024",
            "2100-01-01",
            "1969-12-31T23:59:59Z",
        ]
    ),
)


@given(st.lists(CLAIM, min_size=6, max_size=6), st.sampled_from(["", "de", "en-IN", "th", "🙂"]))
def test_any_claims_give_an_instant_in_utc_or_nothing(claims: list[str], language: str) -> None:
    signals = page(
        language=language,
        ld={"datePublished": claims[0], "dateModified": claims[1]},
        metas={"date": claims[2], "article:modified_time": claims[3]},
        stamps=[Stamp(claims[4], claims[5])],
    )
    got = read(signals, claims[5], link=Link(URL, published=NOON), language=language)
    assert got.published is not None
    for when in (got.published, got.modified):
        assert when is None or when.utcoffset() == timedelta(0)
