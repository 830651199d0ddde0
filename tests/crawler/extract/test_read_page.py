"""Whole pages in, paragraphs out: one small page for each way that sites build their text, and hostile ones."""

from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crawler.clean import clean_article
from crawler.extract.reader import read_page
from storage.records import Article, Page
from tests.crawler.extract.pages import URL, html, paragraphs

NOW = datetime(2026, 11, 23, tzinfo=UTC)
HEADLINE = "Ferry to Stenholm runs again after the winter storm"
TITLE = f"<title>{HEADLINE}</title>"
ONE = "The ferry to Stenholm left the quay at six on Tuesday morning, the first crossing since the storm of last week."
TWO = "Divers had needed four days to clear the channel, which was blocked by a barge that broke loose in the night."
THREE = "“We slept in the gymnasium and ate what the school kitchen had,” said Marit Aune, who was stranded with two children."
FOUR = (
    "The operator will run two extra crossings a day until Sunday, so that all cars that wait on the island can leave."
)
ALL = (ONE, TWO, THREE, FOUR)


def body_of(page: Page) -> list[str]:
    reading = read_page(page)
    assert reading.article is not None, reading.reason
    return reading.article.article_body.split("\n\n")


def whole(body: str, head: str = "", lang: str = "en") -> Page:
    return html(f"<article><h1>{HEADLINE}</h1>{body}</article>", TITLE + head, lang)


BUILDS = [
    pytest.param(whole(paragraphs(*ALL)), ALL, id="paragraphs in an article element"),
    pytest.param(html(f"<h1>{HEADLINE}</h1>{paragraphs(*ALL)}", TITLE), ALL, id="no classes and no containers at all"),
    pytest.param(
        html(f"<h1>{HEADLINE}</h1>" + "".join(f"<div>{text}</div>" for text in ALL), TITLE),
        ALL,
        id="div for paragraphs",
    ),
    pytest.param(
        html(f"<h1>{HEADLINE}</h1><div>" + "<br><br>".join(ALL) + "</div>", TITLE), ALL, id="breaks for paragraphs"
    ),
    pytest.param(
        html(f"<h1>{HEADLINE}</h1><div><p>" + "<p>".join(ALL), TITLE), ALL, id="paragraphs and containers never closed"
    ),
    pytest.param(
        html(
            f"<h1>{HEADLINE}</h1></div></td><p>" + "</b></p></span><p>".join(ALL) + "</p></div></body></html></p>",
            TITLE,
        ),
        ALL,
        id="closing tags that nothing opened",
    ),
    pytest.param(
        html(f"<table><tr><td><h1>{HEADLINE}</h1>{paragraphs(*ALL)}</td></tr></table>", TITLE),
        ALL,
        id="a table for layout",
    ),
    pytest.param(
        whole(
            f"<p>The <b>{ONE[4:9]}</b>{ONE[9:]}</p><p>{TWO[:7]}<a href='/d'>{TWO[7:20]}</a>{TWO[20:]}</p>{paragraphs(THREE, FOUR)}"
        ),
        ALL,
        id="bold words and links inside of sentences",
    ),
    pytest.param(
        whole("".join(f"<p><span><span>{text}</span></span></p>" for text in ALL)), ALL, id="spans round everything"
    ),
    pytest.param(whole(paragraphs(*(text.replace(" ", "&nbsp;") for text in ALL))), ALL, id="spaces that do not break"),
    pytest.param(
        whole(paragraphs(*(text.replace("r", "r&shy;").replace("e", "e&#8203;") for text in ALL))),
        ALL,
        id="soft hyphens and marks of no width inside of words",
    ),
    pytest.param(
        whole(paragraphs(ONE, "", "&nbsp;", "<br>", TWO, THREE, FOUR)), ALL, id="empty paragraphs between the others"
    ),
    pytest.param(
        html(
            f"<header class='amp-bar'>The Island Post</header><article amp-access='yes'><h1>{HEADLINE}</h1>"
            f"<amp-img src='/f.jpg' width=9 height=9></amp-img>{paragraphs(*ALL)}<amp-ad type='x'>Buy a boat</amp-ad></article>"
            "<amp-sidebar id=s><p>Menu of all the sections of this paper, from the island and the whole of the coast.</p></amp-sidebar>",
            f"{TITLE}<style amp-boilerplate>body{{visibility:hidden}}</style><link rel=canonical href='{URL}'>",
        ),
        ALL,
        id="an AMP page",
    ),
]


@pytest.mark.parametrize(("page", "expected"), BUILDS)
def test_the_paragraphs_of_every_build(page: Page, expected: tuple[str, ...]) -> None:
    assert body_of(page) == list(expected)


INSIDE = [
    pytest.param("<h2>Four days of work</h2>", ["Four days of work"], id="a subhead"),
    pytest.param(
        "<p>Three things are still missing on the island:</p>"
        "<ul><li>diesel for the snow ploughs</li><li>fresh milk and bread</li><li>a second doctor</li></ul>",
        [
            "Three things are still missing on the island:",
            "diesel for the snow ploughs",
            "fresh milk and bread",
            "a second doctor",
        ],
        id="a list that a line announces",
    ),
    pytest.param(
        "<blockquote><p>“Nobody on the island had seen such waves since the winter of 1962,” the harbour master said.</p></blockquote>",
        ["“Nobody on the island had seen such waves since the winter of 1962,” the harbour master said."],
        id="a quotation",
    ),
    pytest.param(
        "<p><strong>Why did the barge break loose?</strong></p><p>Its owner says that both of the lines were cut by the ice.</p>",
        ["Why did the barge break loose?", "Its owner says that both of the lines were cut by the ice."],
        id="a question in bold and its answer",
    ),
]


@pytest.mark.parametrize(("inside", "lines"), INSIDE)
def test_what_belongs_to_the_text_stays_in_its_place(inside: str, lines: list[str]) -> None:
    page = whole(paragraphs(ONE, TWO) + inside + paragraphs(THREE, FOUR))
    assert body_of(page) == [ONE, TWO, *lines, THREE, FOUR]


LINE = "A third crossing of the sound is planned for the coming year, and the council wants a tunnel"
FOREIGN = [
    pytest.param(
        "<p>Subscribe to our newsletter and get the news of the islands every morning.</p>", id="a newsletter line"
    ),
    pytest.param(
        "<div class='newsletter-box'><h3>The Island Letter</h3><p>What matters between the skerries, every Friday.</p>"
        "<form><input name=mail><button>Join</button></form></div>",
        id="a newsletter box",
    ),
    pytest.param(f"<p>Read also: <a href='/t'>{LINE}</a></p>", id="a line that leads elsewhere"),
    pytest.param(f"<p><strong><a href='/t'>{LINE}</a></strong></p>", id="a linked headline in bold"),
    pytest.param(
        f"<aside class='related'><h3>More on this</h3><ul><li><a href='/t'>{LINE}</a></li></ul></aside>",
        id="a related list",
    ),
    pytest.param(
        "<figure><img src='/f.jpg'><figcaption>The ferry at the quay. Photo: Ola Berg</figcaption></figure>",
        id="a caption",
    ),
    pytest.param("<p>Advertisement</p>", id="a label above an advertisement"),
    pytest.param("<p>Photo: Ola Berg / Island Post</p>", id="a credit"),
    pytest.param(
        "<div class='share'><span>Share</span><a href='#'>Facebook</a><a href='#'>Telegram</a></div>",
        id="share buttons",
    ),
    pytest.param("<script>var text = 'The ferry did not run at all on Monday, said nobody.';</script>", id="a script"),
    pytest.param("<style>p { content: 'The ferry is blue and white all over.' }</style>", id="a style sheet"),
    pytest.param(
        "<!-- <p>The ferry is said to be sold to a company on the mainland next year.</p> -->", id="a comment"
    ),
    pytest.param(
        "<noscript><p>Please turn on scripts to see the pictures of the ferry and quay.</p></noscript>", id="a noscript"
    ),
    pytest.param(
        "<template><p>The ferry {name} left at {time} with {cars} cars on its deck.</p></template>", id="a template"
    ),
    pytest.param("<iframe src='/map'>A map of the sound with the channel and the wreck.</iframe>", id="a frame"),
    pytest.param("<video src='/v.mp4'>Your browser cannot show the film of the crossing.</video>", id="a film"),
    pytest.param("<p>Follow us on Instagram and Facebook.</p>", id="a call to follow"),
    pytest.param("<p>Download our free app for all the news of the islands.</p>", id="a call to download"),
    pytest.param(
        "<nav><ul><li><a href='/i'>Islands</a></li><li><a href='/c'>The whole of the coast</a></li></ul></nav>",
        id="navigation",
    ),
]


@pytest.mark.parametrize("between", FOREIGN)
def test_what_stands_between_the_paragraphs_and_is_none_is_left_out(between: str) -> None:
    assert body_of(whole(paragraphs(ONE, TWO) + between + paragraphs(THREE, FOUR))) == list(ALL)


BELOW = [
    pytest.param("<p>Nils Vik is a reporter who covers the coast and the islands.</p>", id="a note about the author"),
    pytest.param(
        "<div class='author-bio'><h4>Nils Vik</h4><p>Nils Vik has written about the sea for the Island Post since 2011.</p></div>",
        id="a box about the author",
    ),
    pytest.param("<p>nils.vik@islandpost.example</p>", id="a mail address"),
    pytest.param(
        "<section id='comments'><h3>3 comments</h3>"
        "<div class='comment'><b>seagull7</b><p>I was on that ferry and it was a lovely morning, thanks to the crew!</p></div>"
        "<div class='comment'><b>oldsailor</b><p>They should have cleared the channel on the first day, as in my time.</p></div>"
        "<div class='comment'><b>aunt_m</b><p>The soup in the gymnasium was good, I would stay another night there.</p></div></section>",
        id="comments of readers",
    ),
    pytest.param(
        "<footer><p>© 2026 The Island Post. All rights reserved.</p><a href='/imprint'>Imprint</a></footer>",
        id="a footer",
    ),
    pytest.param("<p>Reporting by Nils Vik; editing by Ida Moe</p>", id="who reported and edited"),
    pytest.param(
        "<div class='related'><h2>More news</h2>"
        + "".join(
            f"<div class='t'><h3><a href='/n{n}'>{LINE} number {n}</a></h3><p>It is the plan number {n} for the sound.</p></div>"
            for n in range(5)
        )
        + "</div>",
        id="a row of teasers",
    ),
    pytest.param("<div class='tags'><a href='/t/f'>Ferry</a> <a href='/t/s'>Storm</a></div>", id="keywords"),
]


@pytest.mark.parametrize("below", BELOW)
def test_what_stands_below_the_text_is_left_out(below: str) -> None:
    assert body_of(whole(paragraphs(*ALL) + below)) == list(ALL)
    assert body_of(html(f"<h1>{HEADLINE}</h1>{paragraphs(*ALL)}{below}", TITLE)) == list(ALL), "also without an article"


ABOVE = [
    pytest.param("<p class='byline'>By Nils Vik</p>", id="a byline"),
    pytest.param("<div>Nils Vik</div>", id="a bare name"),
    pytest.param("<time datetime='2026-01-13T07:30'>13 January 2026, 07:30</time>", id="a date"),
    pytest.param(
        "<div class='breadcrumb'><a href='/'>Home</a> › <a href='/i'>Islands</a></div>", id="the way to the page"
    ),
    pytest.param("<p>3 min read</p>", id="the time of reading"),
]


@pytest.mark.parametrize("above", ABOVE)
def test_what_stands_above_the_text_is_left_out(above: str) -> None:
    assert body_of(whole(above + paragraphs(*ALL))) == list(ALL)


TONGUES = [
    pytest.param(
        "ar",
        "عودة العبارة إلى الجزيرة بعد العاصفة الشتوية",
        (
            "غادرت العبارة الرصيف في السادسة من صباح الثلاثاء، وهي أول رحلة إلى الجزيرة منذ عاصفة الأسبوع الماضي.",
            "واحتاج الغواصون إلى أربعة أيام لفتح القناة التي سدتها سفينة انفلتت من حبالها في الليل.",
            "وقال مدير الميناء إن رحلتين إضافيتين ستنطلقان كل يوم حتى نهاية الأسبوع لنقل السيارات المنتظرة.",
        ),
        id="Arabic, from right to left",
    ),
    pytest.param(
        "he",
        "המעבורת לאי חזרה לפעול לאחר סערת החורף",
        (
            "המעבורת יצאה מהרציף בשש בבוקר ביום שלישי, ההפלגה הראשונה אל האי מאז הסערה של השבוע שעבר.",
            "הצוללנים נזקקו לארבעה ימים כדי לפנות את התעלה, שנחסמה על ידי דוברה שניתקה ממקומה בלילה.",
            "מנהל הנמל אמר כי שתי הפלגות נוספות ייצאו בכל יום עד סוף השבוע כדי לפנות את המכוניות הממתינות.",
        ),
        id="Hebrew, from right to left",
    ),
    pytest.param(
        "zh",
        "冬季风暴过后岛上渡轮恢复通航",
        (
            "星期二早上六点，前往该岛的渡轮离开码头，这是上周风暴以来的第一班船，船上载有四十名乘客。",
            "潜水员花了四天时间清理航道，此前一艘驳船在夜间脱缆，堵住了通往港口的唯一水路。",
            "港务负责人表示，到星期日为止每天将增开两班渡轮，以便滞留在岛上的车辆全部离开。",
        ),
        id="Chinese",
    ),
    pytest.param(
        "ja",
        "冬の嵐のあと島へのフェリーが運航を再開",
        (
            "島へ向かうフェリーは火曜日の午前六時に岸壁を離れた。先週の嵐のあと初めての便で、乗客は四十人だった。",
            "夜のうちに流されたはしけが水路をふさいでいたため、潜水士が四日かけて取り除いたという。",
            "港の責任者は、島に残された車がすべて出られるよう、日曜日まで毎日二便を増やすと話している。",
        ),
        id="Japanese",
    ),
    pytest.param(
        "ko",
        "겨울 폭풍이 지난 뒤 섬으로 가는 여객선 운항 재개",
        (
            "섬으로 가는 여객선이 화요일 오전 여섯 시에 부두를 떠났다. 지난주 폭풍 이후 처음으로 운항한 배편이다.",
            "밤사이 줄이 끊어진 바지선이 뱃길을 막아 잠수부들이 나흘 동안 치우는 작업을 벌였다.",
            "항만 책임자는 섬에서 기다리는 차량이 모두 나올 수 있도록 일요일까지 하루 두 편을 늘린다고 말했다.",
        ),
        id="Korean",
    ),
    pytest.param(
        "ru",
        "Паром на остров снова ходит после зимнего шторма",
        (
            "Паром на остров отошёл от причала во вторник в шесть утра, это первый рейс после шторма прошлой недели.",
            "Водолазам понадобилось четыре дня, чтобы расчистить фарватер, который перегородила сорвавшаяся баржа.",
            "До воскресенья будет по два дополнительных рейса в день, чтобы вывезти все машины, сообщил начальник порта.",
        ),
        id="Russian",
    ),
    pytest.param(
        "hi",
        "सर्दियों के तूफ़ान के बाद द्वीप की नाव फिर चलने लगी",
        (
            "द्वीप जाने वाली नाव मंगलवार सुबह छह बजे घाट से रवाना हुई, यह पिछले हफ़्ते के तूफ़ान के बाद की पहली यात्रा है।",
            "रात में छूटी एक बड़ी नाव ने रास्ता रोक दिया था और गोताखोरों को उसे हटाने में चार दिन लगे।",
            "बंदरगाह के प्रमुख ने कहा कि रविवार तक हर दिन दो और फेरे लगाए जाएँगे ताकि सभी गाड़ियाँ निकल सकें।",
        ),
        id="Hindi",
    ),
    pytest.param(
        "th",
        "เรือข้ามฟากไปเกาะกลับมาให้บริการหลังพายุ",
        (
            "เรือข้ามฟากออกจากท่าเมื่อเวลาหกโมงเช้าวันอังคาร นับเป็นเที่ยวแรกตั้งแต่พายุเมื่อสัปดาห์ที่แล้ว",
            "นักประดาน้ำใช้เวลาสี่วันในการเปิดร่องน้ำซึ่งถูกเรือบรรทุกที่หลุดจากท่าขวางไว้ในตอนกลางคืน",
            "หัวหน้าท่าเรือกล่าวว่าจะเพิ่มเรืออีกวันละสองเที่ยวจนถึงวันอาทิตย์เพื่อให้รถทุกคันออกจากเกาะได้",
        ),
        id="Thai, without spaces and full stops",
    ),
]


@pytest.mark.parametrize(("lang", "headline", "texts"), TONGUES)
def test_the_text_in_other_scripts(lang: str, headline: str, texts: tuple[str, ...]) -> None:
    page = html(f"<article><h1>{headline}</h1>{paragraphs(*texts)}</article>", f"<title>{headline}</title>", lang)
    reading = read_page(page)
    assert reading.article is not None, reading.reason
    assert reading.article.article_body == "\n\n".join(texts)
    assert (reading.article.headline, reading.article.in_language) == (headline, lang)


CHARSETS = [
    pytest.param("windows-1251", TONGUES[5], id="Russian of old Windows"),
    pytest.param("koi8-r", TONGUES[5], id="Russian of old Unix"),
    pytest.param("gb18030", TONGUES[2], id="Chinese of the mainland"),
    pytest.param("shift_jis", TONGUES[3], id="Japanese of old Windows"),
    pytest.param("euc-jp", TONGUES[3], id="Japanese of old Unix"),
    pytest.param("euc-kr", TONGUES[4], id="Korean"),
    pytest.param("windows-1256", TONGUES[0], id="Arabic"),
    pytest.param("windows-1255", TONGUES[1], id="Hebrew"),
]


@pytest.mark.parametrize("said_in", ["header", "meta"])
@pytest.mark.parametrize(("charset", "tongue"), CHARSETS)
def test_legacy_charsets(charset: str, tongue: object, said_in: str) -> None:
    _, headline, texts = tongue.values  # type: ignore[attr-defined]
    meta = f"<meta charset='{charset}'>" if said_in == "meta" else ""
    text = (
        f"<html><head>{meta}<title>{headline}</title></head><body><h1>{headline}</h1>{paragraphs(*texts)}</body></html>"
    )
    kind = f"text/html; charset={charset}" if said_in == "header" else "text/html"
    assert body_of(Page(URL, text.encode(charset), kind)) == list(texts)


def test_a_hidden_box_in_the_text_is_left_out() -> None:
    secret = "The secret crossing of the mayor took place at midnight, with no lights and only one passenger aboard."
    box = f"<div style='VISIBILITY : hidden'><p>{secret}</p></div>"
    assert body_of(whole(paragraphs(*ALL) + box)) == list(ALL)


def test_the_rest_of_a_text_that_a_button_unfolds_stays() -> None:
    rest = f"<div class='rest' style='display:none'>{paragraphs(THREE, FOUR)}</div>"
    assert body_of(whole(paragraphs(ONE, TWO) + rest)) == list(ALL)


def test_a_second_article_below_is_not_part_of_the_first() -> None:
    other = "Bakers of the coast meet in Lervik to choose the best loaf of the year"
    below = f"<article><h1>{other}</h1>{paragraphs('Sixty bakers came to the hall with four loaves each, and the smell filled the whole street until noon.', 'A jury of nine tasted them in silence and wrote its marks on paper, as it has done every year since 1974.')}</article>"
    first = f"<article><h1>{HEADLINE}</h1>{paragraphs(*ALL)}</article>"
    assert body_of(html(first + below, TITLE)) == list(ALL)


def test_left_out_blocks_are_told_in_page_order() -> None:
    page = whole(f"<p>By Nils Vik</p>{paragraphs(*ALL)}<p>© 2026 The Island Post</p>")
    assert read_page(page).dropped == (HEADLINE, "By Nils Vik", "© 2026 The Island Post")


def test_reading_twice_gives_the_same() -> None:
    page = whole(paragraphs(*ALL))
    assert read_page(page) == read_page(page)


def padded(head: bytes = b"", top: bytes = b"", bottom: bytes = b"") -> bytes:
    text = f"<h1>{HEADLINE}</h1>{paragraphs(*ALL)}".encode()
    return b"<html><head><meta charset=utf-8>" + head + b"</head><body>" + top + text + bottom + b"</body></html>"


ATTRIBUTES = b" ".join(b"a%d='%d'" % (n, n) for n in range(20_000))
ENDURED = [
    pytest.param(padded(top=b"<div " + ATTRIBUTES + b"></div>"), id="20,000 attributes on one tag"),
    pytest.param(padded(bottom=b"<div>" * 100_000), id="100,000 open elements below the text"),
    pytest.param(padded(bottom=b"<b><i>" * 50_000), id="100,000 open inline elements below the text"),
    pytest.param(padded(bottom=b"<a href=x>" * 20_000), id="20,000 links that nothing closes"),
    pytest.param(padded(bottom=b"</p>" * 100_000), id="100,000 closing tags"),
    pytest.param(padded(top=b"<!--" + b"-" * 1_000_000 + b"-->"), id="a comment of a million dashes"),
    pytest.param(padded(top=b"<img src='data:x," + b"A" * 2_000_000 + b"'>"), id="a picture of 2 MB in the page"),
    pytest.param(padded(head=b"<script>" + b"x=1;" * 500_000 + b"</script>"), id="a script of 2 MB"),
    pytest.param(
        padded(head=b"<script type='application/ld+json'>" + b'{"a":' * 50_000 + b"</script>"), id="deep JSON-LD"
    ),
    pytest.param(padded(bottom=b"<p>\x00\x00\x00</p>" * 1_000), id="NUL after NUL"),
    pytest.param(padded(bottom=b"<p>&#" + b"9" * 10_000 + b";</p>"), id="a reference of ten thousand digits"),
    pytest.param(
        padded(head=b"<title>" + HEADLINE.encode() + b"</title>" + b"<meta name=x content=y>" * 20_000),
        id="20,000 meta tags",
    ),
]


@pytest.mark.parametrize("content", ENDURED)
def test_a_hostile_page_is_read_all_the_same(content: bytes) -> None:
    got = body_of(Page(URL, content, "text/html"))
    assert got[:4] == list(ALL)
    assert len(got) <= 5


REFUSED = [
    pytest.param(b"<div>" * 100_000 + HEADLINE.encode(), "no text", id="text below 100,000 open elements"),
    pytest.param(b"<title>" + b"Ferry " * 900_000 + b"</title>", "no text", id="a title of 5 MB and nothing else"),
    pytest.param(b" \n\t" * 100_000, "empty page", id="nothing but white space"),
    pytest.param(b"\xff\xfe\x00\xd8" * 1_000, "no text", id="lone surrogates of UTF-16"),
]


@pytest.mark.parametrize(("content", "reason"), REFUSED)
def test_a_hostile_page_without_text_is_refused(content: bytes, reason: str) -> None:
    assert read_page(Page(URL, content, "text/html")).reason == reason


def test_a_title_of_five_megabytes_does_not_become_a_headline_of_that_size() -> None:
    content = (
        b"<html><head><title>" + b"Ferry " * 900_000 + b"</title></head><body>" + "".join(paragraphs(*ALL)).encode()
    )
    reading = read_page(Page(URL, content, "text/html; charset=utf-8"))
    assert reading.article is not None, reading.reason
    assert len(clean_article(reading.article, NOW).headline) <= 1_000
    assert reading.article.article_body == "\n\n".join(ALL)


def strings_of(article: Article) -> list[str]:
    listed = [*article.authors, *article.keywords, *article.also]
    single = (
        article.headline, article.article_body, article.description, article.date_published_raw, article.in_language,
        article.article_section, article.main_image_url, article.image_caption, article.canonical_url, article.agency,
    )  # fmt: skip
    return listed + [text for text in single if text]


PIECES = st.sampled_from(
    ["<p>", "</p>", "<div class='article-body'>", "</div>", "<h1>", "</h1>", "<br><br>", "<li>", "<table><tr><td>", "</table>", "<a href='x'>",
     "<!--", "-->", "<![CDATA[", "&#0;", "&#xD800;", "&amp;", "\x00", "\ud800", "<script>", "</script>", "<title>", "<time datetime='2026-99-99'>",
     "<meta name='author' content='\x00'>", ONE, TWO, THREE, FOUR, "\u202e", "<article>", "<figure><figcaption>", "<", ">", '"']
)  # fmt: skip
SLOWLY = settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])


@SLOWLY
@given(
    st.binary(max_size=2_000),
    st.sampled_from(["text/html", "text/html; charset=utf-16", "text/html; charset=gb18030", "", "\x00"]),
)
def test_any_bytes_give_a_reading(content: bytes, kind: str) -> None:
    reading = read_page(Page(URL, content, kind))
    assert (reading.article is None) != (reading.reason is None)


@SLOWLY
@given(st.lists(PIECES, max_size=40))
def test_what_any_markup_gives_can_be_stored(pieces: list[str]) -> None:
    top = f"<html><body><h1>{HEADLINE}</h1>" + paragraphs(*ALL)
    reading = read_page(Page(URL, (top + "".join(pieces)).encode("utf-8", "surrogatepass"), "text/html; charset=utf-8"))
    if reading.article is None:
        assert reading.reason
        return
    for text in strings_of(clean_article(reading.article, NOW)):
        assert "\x00" not in text
        text.encode("utf-8")


WORDS = st.sampled_from(
    "harbour winter council ferry island captain school market bridge morning engine letter garden window story river".split()
)
SENTENCES = st.lists(WORDS, min_size=16, max_size=30).map(lambda words: f"The {' '.join(words)} came back.")


@SLOWLY
@given(st.lists(SENTENCES, min_size=3, max_size=9, unique=True))
def test_paragraphs_keep_their_order_and_none_is_there_twice(texts: list[str]) -> None:
    got = body_of(whole(paragraphs(*texts)))
    assert got == [text for text in texts if text in got]
    assert len(got) == len(set(got))
    assert 2 * len(got) >= len(texts)
