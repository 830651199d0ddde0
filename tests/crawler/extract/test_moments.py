"""Dates as people and machines write them."""

from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest

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
