"""Dates as people and machines write them."""

from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.extract.moments import Moment, moment_of, month_number
from storage.records import Precision

NAIVE = datetime(2024, 10, 24, 14, 35)  # noqa: DTZ001 - the clock as the page shows it


def east(minutes: int) -> timezone:
    return timezone(timedelta(minutes=minutes))


CLOCKS = [
    pytest.param("24. Oktober 2024, 14:35 Uhr", "de", id="German with Uhr"),
    pytest.param("Donnerstag, 24.10.2024, 14.35 Uhr", "de", id="German numbers, points in the time"),
    pytest.param("24 октября 2024, 14:35", "ru", id="Russian"),
    pytest.param("24 жовтня 2024, 14:35", "uk", id="Ukrainian"),
    pytest.param("2024年10月24日 14時35分", "ja", id="Japanese"),
    pytest.param("2024年10月24日 午後2時35分", "ja", id="Japanese afternoon"),
    pytest.param("2024年10月24日 下午2:35", "zh", id="Chinese afternoon"),
    pytest.param("2024/10/24 14:35", "zh", id="Chinese with slashes"),
    pytest.param("2024년 10월 24일 오후 2시 35분", "ko", id="Korean afternoon"),
    pytest.param("입력 2024.10.24 14:35", "ko", id="Korean with points"),
    pytest.param("24 de octubre de 2024 a las 14:35", "es", id="Spanish"),
    pytest.param("24 de outubro de 2024 às 14h35", "pt", id="Portuguese with h"),
    pytest.param("Publié le 24 octobre 2024 à 14h35", "fr", id="French with h"),
    pytest.param("24/10/2024 à 14:35", "fr", id="French numbers"),
    pytest.param("24 ottobre 2024 alle 14:35", "it", id="Italian"),
    pytest.param("24 października 2024, 14:35", "pl", id="Polish"),
    pytest.param("24 Ekim 2024 14:35", "tr", id="Turkish"),
    pytest.param("24 أكتوبر 2024 - 14:35", "ar", id="Arabic"),
    pytest.param("٢٤ أكتوبر ٢٠٢٤، ٢:٣٥ م", "ar", id="Arabic digits and afternoon"),
    pytest.param("24 अक्टूबर 2024, 14:35", "hi", id="Hindi"),
    pytest.param("24 ตุลาคม 2567 14:35", "th", id="Thai with the year of Buddha"),
    pytest.param("2024. október 24. 14:35", "hu", id="Hungarian, year first"),
    pytest.param("24 Οκτωβρίου 2024, 14:35", "el", id="Greek"),
    pytest.param("24. okt. 2024 kl. 14.35", "no", id="Norwegian, shortened"),
    pytest.param("10/24/2024 2:35 PM", "en", id="American numbers"),
    pytest.param("24/10/2024 14:35", "en-GB", id="British numbers"),
    pytest.param("Oct 24, 2024 at 2:35pm", "en", id="English, shortened month"),
    pytest.param("2024-10-24 14:35", "", id="ISO without a zone"),
]


@pytest.mark.parametrize(("text", "language"), CLOCKS)
def test_clock_time_without_a_zone(text: str, language: str) -> None:
    assert moment_of(text, language) == Moment(NAIVE, Precision.MINUTE, text)


ZONED = [
    pytest.param("2024-10-24T14:35:00+02:00", 120, Precision.SECOND, id="ISO with an offset"),
    pytest.param("2024-10-24T14:35:00.000Z", 0, Precision.SECOND, id="ISO in UTC with milliseconds"),
    pytest.param("2024-10-24T14:35+0530", 330, Precision.MINUTE, id="ISO with a short offset"),
    pytest.param("Thu, 24 Oct 2024 14:35:00 +0200", 120, Precision.SECOND, id="as mail and feeds write it"),
    pytest.param("Oct 24, 2024 2:35 p.m. EDT", -240, Precision.MINUTE, id="eastern summer time"),
    pytest.param("Oct 24, 2024 2:35 PM ET", -240, Precision.MINUTE, id="eastern time, in summer"),
    pytest.param("Published 2:35 PM EDT, Thu October 24, 2024", -240, Precision.MINUTE, id="time before the date"),
    pytest.param("24 Oktober 2024 14:35 WIB", 420, Precision.MINUTE, id="Indonesian western time"),
    pytest.param("24/10/2024, 14:35 (GMT+7)", 420, Precision.MINUTE, id="offset in brackets"),
    pytest.param("24 октября 2024, 14:35 МСК", 180, Precision.MINUTE, id="Moscow time"),
]


@pytest.mark.parametrize(("text", "offset", "precision"), ZONED)
def test_clock_time_with_a_zone(text: str, offset: int, precision: Precision) -> None:
    assert moment_of(text) == Moment(NAIVE.replace(tzinfo=east(offset)), precision, text, offset)


@pytest.mark.parametrize("text", ["20241024", "2024-10-24", "October 24th, 2024", "24.10.24", "24 de octubre de 2024"])
def test_a_day_alone(text: str) -> None:
    moment = moment_of(text)
    assert moment is not None
    assert (moment.when.date().isoformat(), moment.precision) == ("2024-10-24", Precision.DAY)


@pytest.mark.parametrize("text", ["1729780500", "1729780500000"])
def test_seconds_since_the_epoch(text: str) -> None:
    assert moment_of(text) == Moment(datetime(2024, 10, 24, 14, 35, tzinfo=UTC), Precision.SECOND, text, 0)


@pytest.mark.parametrize(
    "text", ["", "no date here", "9999-12-31", "31 February 2024", "0001-01-01T00:00:00Z", "Version 3.11.7", "in 2024"]
)
def test_what_cannot_be_a_date_is_none(text: str) -> None:
    assert moment_of(text) is None


def test_naive_date_is_read_in_a_zone() -> None:
    moment = Moment(NAIVE, Precision.MINUTE, "")
    assert moment.utc(ZoneInfo("Europe/Berlin")) == datetime(2024, 10, 24, 12, 35, tzinfo=UTC)
    assert moment.utc() == datetime(2024, 10, 24, 14, 35, tzinfo=UTC)


def test_a_month_name_depends_on_the_language() -> None:
    assert (month_number("listopad", "pl"), month_number("listopad", "hr")) == (11, 10)


WORLD = [
    pytest.param("24. lokakuuta 2024 klo 14.35", "fi", id="Finnish"),
    pytest.param("24 oktober 2024 kl. 14:35", "sv", id="Swedish"),
    pytest.param("24. oktober 2024 kl. 14:35", "da", id="Danish"),
    pytest.param("24. október 2024 14:35", "is", id="Icelandic"),
    pytest.param("24. října 2024 v 14:35", "cs", id="Czech"),
    pytest.param("24. októbra 2024 14:35", "sk", id="Slovak"),
    pytest.param("24. oktobra 2024 ob 14.35", "sl", id="Slovene, in the genitive"),
    pytest.param("24. listopada 2024. u 14:35", "hr", id="Croatian, where listopad is October"),
    pytest.param("24. октобар 2024. 14:35", "sr", id="Serbian"),
    pytest.param("24 октомври 2024, 14:35", "bg", id="Bulgarian"),
    pytest.param("24 кастрычніка 2024 14:35", "be", id="Belarusian"),
    pytest.param("24 octombrie 2024, 14:35", "ro", id="Romanian"),
    pytest.param("2024 m. spalio 24 d. 14:35", "lt", id="Lithuanian, year first"),
    pytest.param("2024. gada 24. oktobrī, 14:35", "lv", id="Latvian, year first, in the locative"),
    pytest.param("24. oktoober 2024, 14:35", "et", id="Estonian"),
    pytest.param("24 oktober 2024 om 14:35 uur", "nl", id="Dutch"),
    pytest.param("24 באוקטובר 2024, 14:35", "he", id="Hebrew with its preposition"),
    pytest.param("24 אוקטובר 2024, 14:35", "he", id="Hebrew without"),
    pytest.param("۲۴ اکتبر ۲۰۲۴، ۱۴:۳۵", "fa", id="Persian digits"),
    pytest.param("24 اکتوبر 2024 14:35", "ur", id="Urdu"),
    pytest.param("24 أكتوبر/تشرين الأول 2024 14:35", "ar", id="Arabic with both names of the month"),
    pytest.param("الخميس 24 تشرين الأول 2024 - 14:35", "ar", id="Arabic of the Levant"),
    pytest.param("২৪ অক্টোবর ২০২৪, ১৪:৩৫", "bn", id="Bengali digits"),
    pytest.param("२४ अक्टूबर २०२४ 14:35", "hi", id="Hindi digits"),
    pytest.param("24 ऑक्टोबर 2024, 14:35", "mr", id="Marathi"),
    pytest.param("24 அக்டோபர் 2024, 14:35", "ta", id="Tamil"),
    pytest.param("24 అక్టోబర్ 2024, 14:35", "te", id="Telugu"),
    pytest.param("24 ઑક્ટોબર 2024, 14:35", "gu", id="Gujarati"),
    pytest.param("24 ต.ค. 2567 14:35 น.", "th", id="Thai, shortened"),
    pytest.param("24 tháng 10 năm 2024, 14:35", "vi", id="Vietnamese"),
    pytest.param("24 Oktubre 2024 14:35", "fil", id="Filipino"),
    pytest.param("24 Oktoba 2024 14:35", "sw", id="Swahili"),
    pytest.param("24 d'octubre de 2024 14:35", "ca", id="Catalan"),
    pytest.param("24 Deireadh Fómhair 2024 14:35", "ga", id="Irish, a month of two words"),
    pytest.param("24 Hydref 2024 14:35", "cy", id="Welsh"),
    pytest.param("24 tetor 2024 14:35", "sq", id="Albanian"),
    pytest.param("24 oktyabr 2024 14:35", "az", id="Azerbaijani"),
    pytest.param("24 қазан 2024 14:35", "kk", id="Kazakh"),
    pytest.param("24 ოქტომბერი 2024 14:35", "ka", id="Georgian"),
    pytest.param("24 հոկտեմբերի 2024 14:35", "hy", id="Armenian"),
    pytest.param("2:35 pm, 24 October 2024", "en-GB", id="the time before the date"),
    pytest.param("24 Οκτ 2024, 2:35 μ.μ.", "el", id="a Greek afternoon"),
    pytest.param("24-10-2024 14:35", "nl", id="dashes"),
    pytest.param("24/10/24 14:35", "de", id="two digits of the year"),
]


@pytest.mark.parametrize(("text", "language"), WORLD)
def test_the_same_minute_round_the_world(text: str, language: str) -> None:
    assert moment_of(text, language) == Moment(NAIVE, Precision.MINUTE, text)


OFFSETS = [
    pytest.param("24 Dec 2024 14:35 PT", -480, id="Pacific time in winter"),
    pytest.param("24 Oct 2024 14:35 PT", -420, id="Pacific time in summer"),
    pytest.param("24 Oct 2024 14:35 UTC-3:30", -210, id="hours and minutes west"),
    pytest.param("24 Oct 2024 14:35 NZDT", 780, id="thirteen hours east"),
    pytest.param("2024-10-24T14:35:00-12:00", -720, id="twelve hours west"),
    pytest.param("2024-10-24T14:35:00 EST", -300, id="a name behind an ISO date"),
    pytest.param("Thu Oct 24 14:35:00 UTC 2024", 0, id="as Unix writes it"),
    pytest.param("2024-10-24T14:35:00+15:00", 900, id="the farthest offset that is believed"),
    pytest.param("2024-10-24T14:35:00+15:01", None, id="one minute farther"),
    pytest.param("2024-10-24T14:35:00+99:00", None, id="ninety-nine hours"),
    pytest.param("2024-10-24T14:35:00-99:99", None, id="ninety-nine hours and as many minutes"),
    pytest.param("24 Oct 2024 14:35 ABC", None, id="letters that are no zone"),
]


@pytest.mark.parametrize(("text", "offset"), OFFSETS)
def test_offsets_that_are_and_are_not_believed(text: str, offset: int | None) -> None:
    moment = moment_of(text, "en")
    assert moment is not None
    assert (moment.offset, moment.when.hour, moment.when.minute) == (offset, 14, 35)
    assert moment.when.utcoffset() == (None if offset is None else timedelta(minutes=offset))


EDGES = [
    pytest.param("29 February 2024", "2024-02-29T00:00:00", id="a leap day"),
    pytest.param("24 Oct 2024 12:05 am", "2024-10-24T00:05:00", id="five past midnight"),
    pytest.param("24 Oct 2024 12:05 pm", "2024-10-24T12:05:00", id="five past noon"),
    pytest.param("24 Oct 2024 25:99", "2024-10-24T00:00:00", id="a clock that is none leaves the day"),
    pytest.param("2024-10-24T24:00:00Z", "2024-10-24T00:00:00", id="hour 24 leaves the day"),
    pytest.param("2024-10-24T14:35:60Z", "2024-10-24T14:35:59+00:00", id="a leap second is the one before"),
    pytest.param("2099-12-31", "2099-12-31T00:00:00", id="the last day that is believed"),
    pytest.param("1970-01-01", "1970-01-01T00:00:00", id="the first day that is believed"),
    pytest.param("24 Oct 2024" + " " * 100_000 + "9:00", "2024-10-24T00:00:00", id="a clock a hundred thousand spaces away"),
    pytest.param("31/13/2024, 24/10/2024", "2024-10-24T00:00:00", id="of two the one that can be"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), EDGES)
def test_at_the_edges_of_calendar_and_clock(text: str, expected: str) -> None:
    moment = moment_of(text, "en-GB")
    assert moment is not None
    assert moment.when.isoformat() == expected


NO_DATES = [
    pytest.param("29 February 2023", id="a leap day of no leap year"),
    pytest.param("1969-12-31", id="the day before the first"),
    pytest.param("1/1/2100", id="the day after the last"),
    pytest.param("0/0/2024", id="day and month naught"),
    pytest.param("13/13/2024", id="month thirteen"),
    pytest.param("1e999", id="a number beyond all numbers"),
    pytest.param("9" * 10_000, id="ten thousand digits"),
    pytest.param("-1729780500", id="seconds before 1970"),
    pytest.param("x" * 500 + " 24 Oct 2024", id="a date five hundred letters on"),
    pytest.param("\x00\ud800", id="NUL and half a letter"),
    pytest.param("٠٠/٠٠/٠٠٠٠", id="Arabic naughts"),
    pytest.param("²⁴.¹⁰.²⁰²⁴", id="raised digits"),
]


@pytest.mark.parametrize("text", NO_DATES)
def test_no_date_can_be_read(text: str) -> None:
    assert moment_of(text, "en-GB") is None


@pytest.mark.parametrize("name", ["", " ", " . ", "'", "Octopus", "13", "\ud800"])
def test_what_is_no_month(name: str) -> None:
    assert month_number(name) is None


@pytest.mark.parametrize(
    ("name", "language", "month"),
    [("Okt.", "de", 10), ("OCTOBER", "", 10), ("mar", "fr", 3), ("Kasım", "tr-TR", 11), ("lis", "pl_PL", 11), ("mai", "", 5)],
)  # fmt: skip
def test_months_are_read_in_every_spelling(name: str, language: str, month: int) -> None:
    assert month_number(name, language) == month


BELIEVED = st.datetimes(datetime(1970, 1, 1), datetime(2099, 12, 31))  # noqa: DTZ001 - clocks without a zone


@given(BELIEVED, st.integers(-14 * 60, 14 * 60))
def test_iso_dates_come_back_as_they_were_written(when: datetime, minutes: int) -> None:
    written = when.replace(microsecond=0, tzinfo=east(minutes))
    moment = moment_of(written.isoformat())
    assert moment is not None
    assert (moment.when, moment.offset, moment.precision) == (written, minutes, Precision.SECOND)


@given(BELIEVED)
def test_chinese_korean_and_german_numbers_say_the_same(when: datetime) -> None:
    texts = (f"{when:%Y年%m月%d日 %H:%M}", f"{when:%Y. %m. %d. %H:%M}", f"{when:%d.%m.%Y, %H:%M} Uhr")
    assert {moment.when for text in texts if (moment := moment_of(text, "de"))} == {
        when.replace(second=0, microsecond=0)
    }


@given(
    st.text(st.one_of(st.sampled_from("0123456789:-/.T+Z ,年月日aApPmMouctde"), st.characters())), st.text(max_size=8)
)
def test_any_text_is_read_without_harm(text: str, language: str) -> None:
    moment = moment_of(text, language)
    assert moment is None or (moment.raw in text and 1970 <= moment.when.year < 2100)
