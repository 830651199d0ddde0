"""The main image and its caption."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from crawler.extract.blocks import Layout, walk
from crawler.extract.picture import caption_of, captions_in, image_url
from crawler.extract.signals import Signals

URL = "https://paper.example/politics/bridge"


def page(image: object = None, **metas: str) -> Signals:
    named = {name.replace("_", ":", 1): (told,) for name, told in metas.items()}
    return Signals(url=URL, article={"image": image} if image is not None else {}, metas=named)


IMAGES = [
    pytest.param(page("/m/lind.jpg"), ("https://paper.example/m/lind.jpg", "json-ld"), id="a path in JSON-LD"),
    pytest.param(page(["/a.jpg", "/b.jpg"]), ("https://paper.example/a.jpg", "json-ld"), id="of several the first"),
    pytest.param(page({"url": "//cdn.example/a.jpg"}), ("https://cdn.example/a.jpg", "json-ld"), id="an object, without a scheme"),
    pytest.param(page([{"contentUrl": "/a.jpg?w=1&amp;h=2"}]), ("https://paper.example/a.jpg?w=1&h=2", "json-ld"), id="an escaped ampersand"),
    pytest.param(page({"@id": "lind.jpg"}), ("https://paper.example/politics/lind.jpg", "json-ld"), id="an id relative to the page"),
    pytest.param(page(og_image="/o.jpg"), ("https://paper.example/o.jpg", "opengraph"), id="OpenGraph"),
    pytest.param(page(twitter_image="/t.jpg"), ("https://paper.example/t.jpg", "opengraph"), id="the card for sharing"),
    pytest.param(page("data:image/gif;base64,R0lGOD", og_image="/o.jpg"), ("https://paper.example/o.jpg", "opengraph"), id="a picture written out is passed over"),
    pytest.param(page("http://[bad/x.jpg", og_image="/o.jpg"), ("https://paper.example/o.jpg", "opengraph"), id="an address that cannot be parsed is passed over"),
    pytest.param(page({"url": 7}, og_image="/o.jpg"), ("https://paper.example/o.jpg", "opengraph"), id="a number is no address"),
    pytest.param(page([]), None, id="an empty list"),
    pytest.param(page([[]]), None, id="a list in a list"),
    pytest.param(page(og_image="http://[::1"), None, id="nothing but a broken address"),
    pytest.param(page(), None, id="no image"),
]  # fmt: skip


@pytest.mark.parametrize(("signals", "expected"), IMAGES)
def test_main_image(signals: Signals, expected: tuple[str, str] | None) -> None:
    assert image_url(signals) == expected


@given(
    st.recursive(
        st.none() | st.text() | st.integers(),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["url", "@id"]), inner),
    ),
    st.text(),
)
def test_any_image_gives_an_address_or_none(image: Any, told: str) -> None:
    found = image_url(page(image, og_image=told))
    assert found is None or (found[0] and found[1] in ("json-ld", "opengraph"))


def layout(body: str) -> Layout:
    return walk(LexborHTMLParser(f"<html><body>{body}</body></html>"))


def captions(body: str) -> list[str]:
    seen = layout(body)
    return [seen.blocks[place].text for place in captions_in(seen)]


CAPTIONS = [
    pytest.param("<figure><img src=a><figcaption>The bridge.</figcaption></figure><p>Text.</p>", ["The bridge."], id="a figcaption"),
    pytest.param("<div class=wp-caption-text>The bridge.</div><p>Text.</p>", ["The bridge."], id="so named"),
    pytest.param("<p>The bridge at dawn. (Photo: Jana Weber)</p>", ["The bridge at dawn. (Photo: Jana Weber)"], id="a credit in brackets"),
    pytest.param("<p>Мост на рассвете. Фото: Иван Петров</p>", ["Мост на рассвете. Фото: Иван Петров"], id="a Russian credit"),
    pytest.param("<p>桥边 / 新华社</p>", ["桥边 / 新华社"], id="a Chinese agency"),
    pytest.param(f"<p>{'x' * 200} / Reuters - Jana Weber</p>", [f"{'x' * 200} / Reuters - Jana Weber"], id="an agency between marks"),
    pytest.param(f"<p>{'x' * 200} (Photo: Jana Weber)</p>", [f"{'x' * 200} (Photo: Jana Weber)"], id="a credit behind a long line"),
    pytest.param(f"<p>(Photo: Jana Weber) {'x' * 200}</p>", [], id="and none before one"),
    pytest.param("<p>The bridge at dawn © dpa</p>", ["The bridge at dawn © dpa"], id="a copyright"),
    pytest.param("<img src=a><p>The bridge at dawn (Reuters)</p>", ["The bridge at dawn (Reuters)"], id="an agency right below a picture"),
    pytest.param("<p>The bridge is open (Reuters)</p>", [], id="the same away from a picture is text"),
    pytest.param(f"<p>{'The bridge is open. ' * 20}(Photo: Jana Weber)</p>", [], id="a long paragraph is text"),
    pytest.param("<p>She took a photo of the bridge.</p>", [], id="a photo in a sentence"),
]  # fmt: skip


@pytest.mark.parametrize(("body", "expected"), CAPTIONS)
def test_captions_among_blocks(body: str, expected: list[str]) -> None:
    assert captions(body) == expected


def test_the_first_caption_of_the_page_goes_before_json_ld() -> None:
    seen = layout("<p>One.</p><p>Two.</p>")
    node = {"image": [{"caption": "<b>From</b> JSON-LD"}]}
    assert caption_of(seen, [1, 0], node) == ("Two.", "text")
    assert caption_of(seen, [], node) == ("From JSON-LD", "json-ld")


@pytest.mark.parametrize("image", [None, "a.jpg", [], [None], {}, {"caption": 7}, {"caption": " "}, {"caption": ["x"]}])
def test_no_caption(image: object) -> None:
    assert caption_of(layout("<p>One.</p>"), [], {"image": image}) is None
