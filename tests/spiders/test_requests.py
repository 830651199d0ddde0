"""What a visit takes from a response."""

from datetime import timedelta

import pytest
from scrapy.http import HtmlResponse, Request

from spiders.requests import LONGEST_VALIDATOR, answer_of

URL = "https://daily.example/"


def response(**headers: str) -> HtmlResponse:
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    return HtmlResponse(
        URL, headers=sent, body=b"<p>news</p>", request=Request(URL, meta={"redirect_urls": ["http://daily.example/"]})
    )


def test_validators_stay_byte_for_byte() -> None:
    taken = answer_of(response(ETag='W/"a  b"', Last_Modified="Mon, 23 nov 2026 11:59:59 gmt"))
    assert (taken.http_etag, taken.http_last_modified) == ('W/"a  b"', "Mon, 23 nov 2026 11:59:59 gmt")


@pytest.mark.parametrize(
    "value",
    [
        pytest.param("e" * (LONGEST_VALIDATOR + 1), id="longer than any"),
        pytest.param('"a\0b"', id="with a NUL, which PostgreSQL refuses"),
        pytest.param('"a\x1bb"', id="with a control"),
        pytest.param("", id="of nothing"),
    ],
)
def test_a_validator_that_nobody_means_so_is_none(value: str) -> None:
    taken = answer_of(response(ETag=value, Last_Modified=value))
    assert (taken.http_etag, taken.http_last_modified) == (None, None)


def test_a_source_does_not_move_to_an_address_without_end() -> None:
    sent = response()
    meta = {"redirect_urls": [URL], "redirect_reasons": [301]}
    assert answer_of(sent.replace(request=Request(URL, meta=meta))).is_moved
    assert not answer_of(sent.replace(url=URL + "a" * 3000, request=Request(URL, meta=meta))).is_moved


def test_the_page_and_the_way_to_it() -> None:
    taken = answer_of(response(Content_Type="text/html"))
    assert (taken.page.url, taken.page.body, taken.page.content_type, taken.status) == (
        URL,
        b"<p>news</p>",
        "text/html",
        200,
    )
    assert taken.via == ("http://daily.example/",)


@pytest.mark.parametrize(
    ("headers", "fresh"),
    [
        pytest.param({"Cache_Control": "max-age=90"}, timedelta(seconds=90), id="a promise"),
        pytest.param({"Cache_Control": "max-age=90", "Age": "30"}, timedelta(minutes=1), id="less what is over"),
        pytest.param({"Cache_Control": "no-cache"}, None, id="asked to look each time"),
        pytest.param({}, None, id="nothing said"),
    ],
)
def test_how_long_the_server_promises_the_same(headers: dict[str, str], fresh: timedelta | None) -> None:
    assert answer_of(response(**headers)).fresh_for == fresh
