"""Walls and errors in several languages are refused; short true articles in the same languages are not."""

import pytest

from crawler.extract.reader import read_page
from tests.crawler.extract.pages import html, page_at, paragraphs

SITE = "https://paper.example"

WALLS = [
    pytest.param("fr", "Page introuvable", "La page que vous cherchez n’existe plus.", "soft 404", id="French error"),
    pytest.param("es", "Página no encontrada", "La dirección que pide no está aquí.", "soft 404", id="Spanish error"),
    pytest.param("pl", "Błąd", "Nie znaleziono strony, której szukasz.", "soft 404", id="Polish error"),
    pytest.param("zh", "页面不存在", "您访问的内容可能已经移走。", "soft 404", id="Chinese error"),
    pytest.param("ja", "ページが見つかりません", "アドレスをお確かめください。", "soft 404", id="Japanese error"),
    pytest.param("ar", "الصفحة غير موجودة", "ربما نقلت أو حذفت.", "soft 404", id="Arabic error"),
    pytest.param("de", "Einwilligung", "Alle Cookies akzeptieren oder ablehnen.", "consent wall", id="German consent"),
    pytest.param("fr", "Votre vie privée", "Tout accepter ou choisir.", "consent wall", id="French consent"),
    pytest.param("ru", "Проверка", "Подтвердите, что вы не робот.", "captcha", id="Russian captcha"),
    pytest.param("zh", "人机验证", "请稍候。", "captcha", id="Chinese captcha"),
    pytest.param("ja", "会員の方へ", "ログインしてください。", "login", id="Japanese login"),
    pytest.param("en", "502 Bad Gateway", "nginx", "maintenance", id="an error of the server"),
]


@pytest.mark.parametrize(("lang", "heading", "line", "reason"), WALLS)
def test_walls_are_refused(lang: str, heading: str, line: str, reason: str) -> None:
    page = html(f"<h1>{heading}</h1><p>{line}</p>", f"<title>{heading}</title>", lang)
    assert read_page(page).reason == reason


SHORT = [
    pytest.param(
        "en",
        "Bus strike ends in Oberlind",
        "Drivers in Oberlind went back to work on Monday after nine days on strike.",
        "The company agreed to pay four per cent more from the first of May.",
        id="English",
    ),
    pytest.param(
        "de",
        "Busfahrer in Oberlind beenden Streik",
        "Die Busfahrer in Oberlind sind am Montag nach neun Tagen Streik an die Arbeit zurückgekehrt.",
        "Das Unternehmen zahlt ab dem ersten Mai vier Prozent mehr Lohn.",
        id="German",
    ),
    pytest.param(
        "es",
        "Termina la huelga de autobuses",
        "Los conductores volvieron el lunes al trabajo después de nueve días de huelga en la ciudad.",
        "La empresa pagará un cuatro por ciento más a partir del primero de mayo.",
        id="Spanish",
    ),
    pytest.param(
        "zh",
        "公交罢工九天后结束",
        "市内公交司机在罢工九天之后，于星期一重新回到工作岗位，所有线路恢复正常。",
        "公司同意从五月一日起将工资提高百分之四，双方将在秋季再次谈判。",
        id="Chinese",
    ),
    pytest.param(
        "ru",
        "Забастовка водителей автобусов закончилась",
        "Водители автобусов вернулись к работе в понедельник после девяти дней забастовки.",
        "Компания согласилась повысить зарплату на четыре процента с первого мая.",
        id="Russian",
    ),
]


@pytest.mark.parametrize(("lang", "headline", "first", "second"), SHORT)
def test_short_true_articles_are_not(lang: str, headline: str, first: str, second: str) -> None:
    meta = '<meta property="og:type" content="article"><meta property="article:published_time" content="2026-04-20T08:00:00Z">'
    page = html(f"<h1>{headline}</h1>{paragraphs(first, second)}", f"<title>{headline}</title>{meta}", lang)
    reading = read_page(page)
    assert reading.article is not None, reading.reason
    assert reading.article.article_body == f"{first}\n\n{second}"


PLACES = [
    pytest.param("/", "section front", id="the front page"),
    pytest.param("/schlagwort/hafen", "section front", id="a German tag"),
    pytest.param("/2026/notas/puerto", None, id="an address that says nothing"),
    pytest.param("/autor/ida-moe", "author page", id="an author"),
    pytest.param("/fotostrecke/hafen", "gallery", id="a German gallery"),
    pytest.param("/videos/hafen", "video page", id="a video"),
    pytest.param("/watch/hafen", "video page", id="a video to watch"),
    pytest.param("/photo-gallery/hafen", "gallery", id="a gallery with a longer name"),
    pytest.param("/2013/watch-steves-message", None, id="a headline that begins with watch"),
    pytest.param("/news/photos-show-the-flood", None, id="a headline that begins with photos"),
]


@pytest.mark.parametrize(("path", "reason"), PLACES)
def test_the_address_names_the_kind_of_a_page_without_text(path: str, reason: str | None) -> None:
    reading = read_page(page_at(f"{SITE}{path}", "<h1>The harbour</h1>", "<title>The harbour</title>"))
    assert reading.reason == (reason or "no text")
