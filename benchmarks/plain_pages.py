"""Small invented pages of many builds, with their truth: what real pages of large outlets do not teach.

The words are made up from syllables of several scripts: only build, order and punctuation of the pages mean something.
"""

# ruff: noqa: E501 - a page's markup is read best in one line

import random
from collections.abc import Callable
from typing import Any

_SYLLABLES = {
    "en": "the of ta ren mol ing ver con der al is ber to an for lan est ow per shi",
    "de": "der die und ein ge ver schu len ten burg rich auf tag zeit mann lich",
    "fr": "le la des que pon vil mai eau ier ment tion cha lou ré pé ès",
    "es": "el los que con ción ado pue blo rí mar ten jó cas ter ña",
    "ru": "по на ст го ро ни ве ка то ре на ли ста про ков ных",
    "tr": "la ler bir de yo kal dır ma sın gö rü şe hir yıl ba",
    "ar": "ال من في على كان مدي نة جسر قال بعد عام سوق بيت نهر",
    "hi": "का की में ने से पर नग र पुल जन वरी सर कार लो ग",
    "el": "το της και στη νέο δήμ πόλ ους έργο ποτ άμι χρό νια",
}
_DENSE = {
    "ja": "市橋川新年日人大会社長東西山田開通工事道水花都中本学校国民町村",
    "zh": "市桥河新年日人大会社长东西山田开通工程路水花都中本学校国民镇村",
    "ko": "시다리강새해날사람회장동서산개통공사길물꽃도중학교나라마을",
}
_STOPS = {"ja": "。", "zh": "。", "hi": "।", "ar": "."}
_CALLS = {
    "en": [
        "Sign up for our newsletter and get the news every morning.",
        "Subscribe now for unlimited access.",
        "Follow us on Facebook and Twitter.",
        "Download our app for the latest news.",
    ],
    "de": [
        "Abonnieren Sie unseren kostenlosen Newsletter.",
        "Folgen Sie uns auf Facebook.",
        "Melden Sie sich hier für den Newsletter an.",
    ],
    "fr": ["Inscrivez-vous à notre newsletter.", "Suivez-nous sur Facebook."],
    "es": ["Suscríbete a nuestro boletín diario.", "Síguenos en nuestras redes."],
    "ru": ["Подписывайтесь на наш канал в Telegram.", "Подпишитесь на рассылку новостей."],
    "tr": ["Haber bültenimize abone olun.", "Bizi takip edin."],
    "ar": ["اشترك في النشرة البريدية.", "تابعونا على فيسبوك."],
    "hi": ["हमारा न्यूज़लेटर सब्सक्राइब करें।"],
    "el": ["Εγγραφείτε στο newsletter μας."],
    "ja": ["メールマガジンに登録してください。"],
    "zh": ["关注我们的微信公众号。"],
    "ko": ["뉴스레터를 구독하세요."],
}
_MORE = {
    "en": "Read more:",
    "de": "Lesen Sie auch:",
    "fr": "Lire aussi :",
    "es": "Lea también:",
    "ru": "Читайте также:",
    "tr": "Ayrıca okuyun:",
    "ar": "اقرأ أيضا:",
    "hi": "यह भी पढ़ें:",
    "el": "Διαβάστε επίσης:",
    "ja": "関連記事：",
    "zh": "相关阅读：",
    "ko": "관련 기사:",
}
_DATES = [
    "24. Oktober 2024, 14:35 Uhr",
    "24 октября 2024, 14:35",
    "Oct 24, 2024 2:35 p.m. EDT",
    "2024年10月24日 14時35分",
    "24/10/2024 14:35",
    "24 de octubre de 2024 a las 14:35",
    "2024-10-24 14:35",
    "Published: 24 October 2024",
    "입력 2024.10.24 14:35",
]
_BYS = {
    "en": "By ",
    "de": "Von ",
    "fr": "Par ",
    "es": "Por ",
    "ru": "Автор: ",
    "tr": "",
    "ar": "بقلم: ",
    "hi": "",
    "el": "",
    "ja": "記者 ",
    "zh": "记者 ",
    "ko": "기자 ",
}


class Writer:
    """Writes pages of one seed; the same seed writes the same page."""

    def __init__(self, seed: int) -> None:
        self.dice = random.Random(seed)
        self.language = self.dice.choice([*_SYLLABLES, *_DENSE, "en", "de"])
        self.body: list[str] = []

    def page(self) -> dict[str, Any]:
        """url, html and the body as its truth."""
        headline = self.words(5, 11)
        build = self.dice.choice((self.semantic, self.soup, self.flat, self.table, self.breaks))
        inner = build(headline)
        html = f'<!DOCTYPE html><html lang="{self.language}"><head><meta charset="utf-8"><title>{headline}</title>{self.head(headline)}</head><body>{inner}</body></html>'
        return {
            "id": "plain",
            "site": "plain.example",
            "url": "https://plain.example/a/1",
            "html": html,
            "body": "\n\n".join(self.body),
        }

    def maybe(self, share: float, make: Callable[[], str]) -> str:
        """What ``make`` gives, in this share of cases."""
        return make() if self.dice.random() < share else ""

    def words(self, least: int, most: int) -> str:
        """A few words, the first with a capital."""
        number = self.dice.randint(least, most)
        if self.language in _DENSE:
            gap = " " if self.language == "ko" else ""
            return gap.join(
                "".join(self.dice.choices(_DENSE[self.language], k=self.dice.randint(2, 4))) for _ in range(number)
            )
        pool = _SYLLABLES[self.language].split()
        said = ["".join(self.dice.choices(pool, k=self.dice.randint(1, 3))) for _ in range(number)]
        said = [word.capitalize() if self.dice.random() < 0.12 else word for word in said]
        return " ".join([said[0].capitalize(), *said[1:]])

    def sentence(self) -> str:
        """One sentence with its marks."""
        text = self.words(5, 18)
        if self.dice.random() < 0.4:
            text += self.dice.choice((", ", ", ", " – ")) + self.words(3, 8).lower()
        text += _STOPS.get(self.language, ".")
        return self.dice.choice(("“{}”", "«{}»", "„{}“")).format(text) if self.dice.random() < 0.12 else text

    def paragraph(self) -> str:
        """One to four sentences."""
        return " ".join(self.sentence() for _ in range(self.dice.choice((1, 1, 2, 2, 3, 4))))

    def name(self) -> str:
        """Two capitalised words."""
        return " ".join(self.words(1, 1) for _ in range(2))

    def head(self, headline: str) -> str:
        """Some of the usual claims of the head."""
        parts = self.maybe(0.4, lambda: f'<meta property="og:title" content="{headline}">')
        return parts + self.maybe(
            0.4,
            lambda: f'<script type="application/ld+json">{{"@type":"NewsArticle","headline":"{headline}"}}</script>',
        )

    def links(self, number: int) -> str:
        """A list of linked headlines, plain or as cards with a line of text."""
        item = self.dice.choice(("li", "div", "p", "card"))
        made = ""
        for at in range(number):
            link = f'<a href="/a/{at}">{self.words(4, 10)}</a>'
            extra = self.maybe(0.3, lambda: f" <span>{self.words(1, 1).upper()}</span>")
            made += (
                f"<div><h3>{link}</h3><p>{self.sentence()}</p></div>"
                if item == "card"
                else f"<{item}>{link}{extra}</{item}>"
            )
        return f"<ul>{made}</ul>" if item == "li" else made

    def box(self) -> str:
        """A titled list beside or below the text."""
        tag = self.dice.choice(("h2", "h3", "p", "div", "strong"))
        return f"<div><{tag}>{self.words(1, 3)}</{tag}>{self.links(self.dice.randint(3, 7))}</div>"

    def top(self) -> str:
        """Navigation."""
        items = [f'<a href="/{n}">{self.words(1, 2)}</a>' for n in range(self.dice.randint(3, 8))]
        return self.dice.choice(("<nav>{}</nav>", "<div>{}</div>", "<ul>{}</ul>", "<p>{}</p>")).format(
            self.dice.choice((" ", " | ", "</li><li>")).join(items)
        )

    def byline(self) -> str:
        """Who and when, in one line or two."""
        by = f"{_BYS[self.language]}{self.name()}" + self.maybe(0.2, lambda: " Views")
        when = self.dice.choice(_DATES)
        return self.dice.choice(
            (f"{by} | {when}", by, when, f"<span>{by}</span> <time>{when}</time>", f"{when}</div><div>{by}")
        )

    def figure(self, tag: str) -> str:
        """A picture with its caption."""
        caption = self.sentence() + self.dice.choice(
            (" / Reuters", " (Reuters)", "", " © dpa", f" Photo: {self.name()}")
        )
        return self.dice.choice(
            (
                f"<figure><img src='/p.jpg'><figcaption>{caption}</figcaption></figure>",
                f"<{tag}><img src='/p.jpg'></{tag}><{tag} class='{self.dice.choice(('caption', 'cap', 'x7'))}'>{caption}</{tag}>",
            )
        )

    def soil(self, tag: str) -> str:
        """A line between paragraphs that is none of them."""
        call, more = self.dice.choice(_CALLS[self.language]), _MORE[self.language]
        return self.dice.choice(
            (
                f"<{tag}>{call}</{tag}>",
                f'<{tag}>{more} <a href="/b">{self.words(4, 9)}</a></{tag}>',
                f'<{tag}><a href="/b">{more} {self.words(4, 9)}</a></{tag}>',
                f'<{tag}><a href="/b">{self.words(5, 9)}</a></{tag}>',
            )
        )

    def text(self, tag: str, cls: str = "") -> str:
        """The paragraphs, some subheads and lists, soiled here and there; remembers what belongs to the body."""
        made = ""
        for _ in range(self.dice.choice((1, 1, 2, 2, 3, 3, 4, 5, 6, 8, 12))):
            self.body.append(self.paragraph())
            made += f"<{tag}{cls}>{self.body[-1]}</{tag}>\n"
            roll = self.dice.random()
            if roll < 0.12:
                made += self.soil(tag)
            elif roll < 0.17:
                made += self.kept("h2", self.words(2, 5)) + self.kept(tag, self.paragraph())
            elif roll < 0.21:
                made += (
                    "<ul>"
                    + "".join(self.kept("li", self.sentence()) for _ in range(3))
                    + "</ul>"
                    + self.kept(tag, self.paragraph())
                )
            elif roll < 0.24:
                made += self.figure(tag)
            elif roll < 0.28:
                made += f"<blockquote>{self.kept('p', f'“{self.sentence()}”')}</blockquote>"
        return made

    def kept(self, tag: str, text: str) -> str:
        """An element whose text belongs to the body."""
        self.body.append(text)
        return f"<{tag}>{text}</{tag}>\n"

    def tail(self, tag: str) -> str:
        """What follows the text: a note on the author, tags, a signature, a counter of comments."""
        name = self.name()
        parts = self.maybe(0.2, lambda: f"<{tag}>{name} is a reporter who covers {self.words(2, 4)}.</{tag}>")
        parts += self.maybe(
            0.3, lambda: f"<{tag}>{name}<br>{name.split()[0].lower()}@paper.example</{tag}>"
        ) + self.maybe(0.2, lambda: f"<{tag}>Comments{self.dice.randint(0, 9)}</{tag}>")
        return (
            parts
            + self.maybe(0.2, lambda: f"<{tag}>300</{tag}>")
            + self.maybe(0.2, lambda: f"<{tag}>© 2024 {name}</{tag}>")
        )

    def semantic(self, headline: str) -> str:
        """Elements that say what they are."""
        text = f"<h1>{headline}</h1><div class='byline'>{self.byline()}</div>{self.maybe(0.5, lambda: self.figure('p'))}{self.text('p')}{self.tail('p')}"
        return f"<header>{self.top()}</header><main><article>{text}</article>{self.maybe(0.7, self.box)}</main><aside>{self.maybe(0.5, self.box)}</aside><footer><p>© {self.name()}</p></footer>"

    def soup(self, headline: str) -> str:
        """Nested div elements with classes that mean nothing."""

        def name() -> str:
            return f' class="{self.dice.choice("abcdefgh")}{self.dice.randint(1, 9)}"'

        head = self.dice.choice(("h1", "h2", "div"))
        text = f"<div{name()}><{head}{name()}>{headline}</{head}><div{name()}>{self.byline()}</div>{self.maybe(0.5, lambda: self.figure('div'))}<div{name()}>{self.text('div', name())}</div>{self.tail('div')}</div>"
        return f"<div{name()}>{self.top()}</div><div{name()}>{text}{self.maybe(0.7, self.box)}{self.maybe(0.5, self.box)}</div>"

    def flat(self, headline: str) -> str:
        """Everything in one element."""
        return f"<div>{self.top()}<h1>{headline}</h1><p>{self.byline()}</p>{self.maybe(0.5, lambda: self.figure('p'))}{self.text('p')}{self.tail('p')}{self.maybe(0.7, self.box)[5:]}{self.maybe(0.5, self.box)[5:]}</div>"

    def table(self, headline: str) -> str:
        """A layout of table cells."""
        return f"<table><tr><td colspan=2>{self.top()}</td></tr><tr><td><b>{headline}</b><br>{self.dice.choice(_DATES)}<br><br>{self.text('p')}{self.tail('p')}</td><td>{self.box()}</td></tr></table>"

    def breaks(self, headline: str) -> str:
        """Paragraphs parted by line breaks."""
        self.body = [self.paragraph() for _ in range(self.dice.choice((1, 2, 3, 4, 5, 6, 8)))]
        parts = [f"<i>{self.dice.choice(_DATES)}</i>", *self.body]
        return f"{self.top()}<div><h1>{headline}</h1>{'<br><br>'.join(parts)}</div>{self.maybe(0.6, self.box)}"


def plain_pages(number: int) -> list[dict[str, Any]]:
    """So many pages, always the same."""
    return [Writer(seed).page() | {"id": f"plain-{seed}", "site": f"plain-{seed % 40}"} for seed in range(number)]
