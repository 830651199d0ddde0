"""Is a page one article, and if not, what is it? Every refusal has a short, stable reason."""

# ruff: noqa: E501 - the wordings stand one language to a line

import re
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from crawler.extract.blocks import Layout
from crawler.extract.jsonld import ARTICLE_TYPES, text_at
from crawler.extract.signals import Signals
from crawler.extract.teasers import is_linked_line
from crawler.extract.text import folded, likeness

_LISTING_TYPES = frozenset(
    ("CollectionPage", "ItemList", "SearchResultsPage", "CategoryPage", "Blog", "SiteNavigationElement")
)
_ERROR = re.compile(
    r"\b(?:404|410|error\s+\d{3}|(?:page|article|story|content|site)\s+(?:(?:could\s+)?(?:not|cannot)\s+(?:be\s+)?found|is\s+(?:gone|missing|no\s+longer\s+available)|unavailable|(?:has\s+been\s+)?(?:removed|deleted))|not\s+found|"
    r"no\s+longer\s+(?:available|exists)|(?:doesn['’]?t|does\s+not)\s+exist|can['’]?t\s+find\s+(?:that|this|the)\s+page|oops|something\s+went\s+wrong|"
    r"nicht\s+(?:mehr\s+)?(?:gefunden|verfügbar|vorhanden)|existiert\s+nicht|(?:page|article)\s+(?:introuvable|non\s+trouvée?|inexistante?)|n['’]existe\s+(?:pas|plus)|n['’]est\s+plus\s+disponible|"
    r"(?:página|artículo|noticia)\s+no\s+(?:encontrad[ao]|existe|disponible)|no\s+(?:se\s+)?(?:ha\s+)?(?:encontr\w+|existe)\b.{0,20}(?:página|artículo)?|página\s+não\s+(?:encontrada|existe)|não\s+(?:foi\s+)?encontrad[ao]|"
    r"pagina\s+non\s+(?:trovata|esiste)|niet\s+gevonden|nie\s+(?:została\s+)?znaleziono|nie\s+istnieje|sidan\s+(?:hittades|finns)\s+inte|ikke\s+fundet|ikke\s+funnet|"
    r"sayfa\s+bulunamadı|bulunamadı|tidak\s+ditemukan|không\s+tìm\s+thấy)|"
    r"(?:страница|статья|материал)\s+(?:не\s+найден[ао]?|удален[ао]?|не\s+существует)|не\s+найден[ао]?|сторінк\w+\s+не\s+(?:знайдено|існує)|الصفحة\s+غير\s+موجودة|غير\s+موجود|لم\s+يتم\s+العثور|"
    r"页面(?:不存在|未找到|已删除|没有找到)|頁面不存在|找不到(?:页面|頁面|您|該|该|网页)|ページ(?:が|は)(?:見つかりません|存在しません)|見つかりません(?:でした)?|お探しのページ|(?:페이지를\s*찾을\s*수\s*없|존재하지\s*않는)|पृष्ठ\s+नहीं\s+मिला|पेज\s+नहीं\s+मिला|नहीं\s+मिला",
    re.IGNORECASE,
)
_WALLS = (
    ("javascript wall", re.compile(
        r"(?:enable|activate|requires?|turn\s+on|without|needs?)\s+(?:your\s+)?java\s?script|javascript\s+(?:is\s+)?(?:disabled|required|aktivieren|muss|deaktiviert)|"
        r"activ(?:er|ez|a|e|ar)\s+(?:le\s+|el\s+|o\s+)?javascript|включите\s+javascript|javascript.{0,12}(?:有効|启用|開啟|활성화)|启用.{0,4}javascript|aktivieren\s+sie.{0,20}javascript", re.IGNORECASE)),
    ("captcha", re.compile(
        r"captcha|(?:are|verify|confirm|prove)\s+(?:that\s+)?you(?:['’]re|\s+are)?\s+(?:a\s+)?(?:not\s+a\s+robot|human)|not\s+a\s+robot|unusual\s+traffic|checking\s+(?:your|if\s+the\s+site)\b.{0,30}|just\s+a\s+moment|"
        r"access\s+(?:to\s+this\s+page\s+has\s+been\s+)?denied|attention\s+required|security\s+check|kein\s+roboter|robot\s+(?:değil|olmadığ)|не\s+робот|ロボットではありません|人机验证|安全验证", re.IGNORECASE)),
    ("consent wall", re.compile(
        r"(?:we|our\s+partners|wir|nous|usamos|utilizamos|utilizziamo|мы\s+использ\w+)\b.{0,160}\b(?:cookies?|personal\s+data|personenbezogene|données\s+personnelles|datos\s+personales|cookie)|"
        r"(?:accept|reject|manage)\s+(?:all\s+)?(?:cookies?|and\s+continue)|before\s+you\s+continue|(?:alle[sn]?\s+)?(?:cookies?\s+)?(?:akzeptieren|zustimmen)\b|tout\s+accepter|aceptar\s+(?:todo|cookies)|accetta\s+(?:tutti|e\s+continua)|"
        r"your\s+privacy|ihre\s+privatsphäre|votre\s+vie\s+privée|su\s+privacidad|принять\s+(?:все\s+)?(?:cookie|куки)|クッキー|同意(?:する|して)|cookie.{0,10}(?:동의|使用)|接受.{0,6}cookie", re.IGNORECASE)),
    ("login", re.compile(
        r"(?:log|sign)\s*in\s+(?:to|or|with|required|here)|please\s+(?:log|sign)\s*in|(?:password|e-?mail)\b.{0,60}(?:forgot|log\s*in|sign\s*in)|bitte\s+(?:melden|loggen)\s+sie\s+sich|anmelden\s+um|connectez-vous|inicia(?:r)?\s+sesión|"
        r"войдите|авторизу|ログイン|登录后|請登入|로그인", re.IGNORECASE)),
)  # fmt: skip
_MAINTENANCE = re.compile(
    r"(?:under|scheduled|down\s+for|site)\s+maintenance|temporarily\s+(?:unavailable|down|offline)|be\s+right\s+back|wartungsarbeiten|en\s+maintenance|en\s+mantenimiento|"
    r"технические\s+работы|bad\s+gateway|service\s+unavailable|internal\s+server\s+error|メンテナンス中|系统维护|점검\s?중", re.IGNORECASE
)  # fmt: skip
#: a template that nobody has filled in: its marks as the headline, the printers' filler as the text
_MARKS = re.compile(r"\{\{.*\}\}|\{%.*%\}|<%.*%>|\$\{.*\}|\[object Object\]|undefined|null", re.DOTALL)
_FILLER = re.compile(r"\W*lorem\s+ipsum\s+dolor\s+sit\s+amet", re.IGNORECASE)
_PLACES = (
    ("author page", re.compile(r"/(?:authors?|autor(?:en|es|i|zy)?|auteurs?|profile?s?|people|staff|contributors?|journalists?|by|reporters?|redaktion|redakteure?|firma|yazar(?:lar)?|writers?|avtor|user|member)/[^/]+/?(?:\d+/?)?$", re.IGNORECASE)),
    ("section front", re.compile(r"/(?:tags?|topics?|themen?|thema|temas?|tema|sujet|etiquetas?|etichetta|argomenti|category|categor[iy]a?s?|kategorie|rubrik|rubriques?|sections?|sections?|schlagwort|etiket|konu|keywords?|search|archives?|stichwort|dossiers?|label|subject|hashtag|collections?)(?:/|$)", re.IGNORECASE)),
    ("gallery", re.compile(r"/(?:galler(?:y|ies)|photos?|pictures?|slideshows?|fotostrecken?|bildergaleri\w*|fotos?|galer[iy]\w*|fotogaler\w+|fotogallery|foto-galeri|diaporamas?|images|in-pictures|photo-?(?:gallery|essay|story)\w*|bilder|imagenes|photogallery|photobook)(?:-[\w-]*/|/|$)", re.IGNORECASE)),
    ("video page", re.compile(r"/(?:videos?|watch|mediathek|tv|clips?|av|multimedia/videos?|vidéos?|player|video-?\w*)(?:-[\w-]*/|/|$)", re.IGNORECASE)),
)  # fmt: skip
_ARTICLE_KINDS = frozenset(("article", "news", "og:article"))
_VIDEO_TYPES = frozenset(("VideoObject", "VideoGallery", "Movie", "TVEpisode", "Clip"))
_GALLERY_TYPES = frozenset(("ImageGallery", "MediaGallery"))
#: letters of running text: less is a caption or a notice, more is hardly anything but an article
_CAPTION = 110
_SHORT = 420
_LONG = 1_500
_ONE_PARAGRAPH = 250
#: captions that make a gallery of a page with little text
_ROW_OF_PICTURES = 5
#: blocks of a page that may be nothing but a wall
_FEW = 50
_STOPS = (".", "!", "?", "。", "！", "？", "।", "؟", "”", "»", '"', "」", "…")


@dataclass(frozen=True, slots=True)
class Impression:
    """What is known of a page when it must be decided what it is."""

    signals: Signals
    layout: Layout
    #: blocks that would be the article's text
    kept: tuple[int, ...]
    #: blocks that stand in rows of teasers
    teasers: frozenset[int]
    #: the article's text, and its weight in letters
    text: str
    letters: int
    headline: str
    dated: bool
    exact_date: bool
    signed: bool
    #: whether a feed or sitemap listed the page with a title
    listed: bool = False


def refusal(seen: Impression) -> str | None:
    """Why the page is no article; None when it is one."""
    letters = seen.letters
    if _FILLER.match(seen.text) or _MARKS.fullmatch(seen.headline.strip()):
        return "empty template"
    if letters < _LONG and (wall := _wall(seen)):
        return wall
    if not letters:
        return _media(seen, _place(seen.signals.url), letters) or _empty_reason(seen)
    if _claims_article(seen) and letters >= _SHORT and not _is_row_of_teasers(seen):
        return None
    return _by_evidence(seen, letters)


def _by_evidence(seen: Impression, letters: int) -> str | None:
    place = _place(seen.signals.url)
    if media := _media(seen, place, letters):
        return media
    if "ProfilePage" in seen.signals.types and not _claims_article(seen):
        return "author page"
    score = _score(seen, letters)
    if place:
        score -= 1.5
    if _is_row_of_teasers(seen):
        score -= 2.5
    if score >= 1.0:
        return None
    return place or (
        "section front" if _is_row_of_teasers(seen) or _linked_lines(seen.layout) >= 8 else "too little text"
    )


def _score(seen: Impression, letters: int) -> float:
    """How much speaks for an article; 1 is enough."""
    claims = _claims_article(seen)
    evidence = (
        (claims, 1.2),
        ((seen.signals.meta("og:type") or "").lower() in _ARTICLE_KINDS, 0.7),
        (seen.dated, 0.5),
        (seen.exact_date, 0.3),
        (seen.signed, 0.5),
        (seen.listed, 0.3),
        (letters >= _SHORT, 0.6),
        (letters >= _LONG, 0.4),
        (letters < _CAPTION, -1.0),
        ("\n\n" in seen.text, 0.6),
        (True, -0.2),
        (_is_headed(seen), 0.3),
        (not claims and not _LISTING_TYPES.isdisjoint(seen.signals.types), -1.0),
    )
    return sum(value for holds, value in evidence if holds)


def _is_headed(seen: Impression) -> bool:
    """Whether two or more sentences follow the page's heading."""
    sentences = sum(line.endswith(_STOPS) for line in seen.text.split("\n\n"))
    return sentences >= 2 and any(folded(h1) == folded(seen.headline) for h1 in seen.signals.h1s)


def _claims_article(seen: Impression) -> bool:
    """JSON-LD or microdata of article type whose headline is the page's own."""
    node = seen.signals.article
    if not node:
        return any(name in ARTICLE_TYPES for name in seen.signals.item_types[:3])
    own = text_at(node, "headline", "name") or ""
    return not own or likeness(own, seen.headline) >= 0.5 or folded(own) in folded(seen.headline)


def _media(seen: Impression, place: str | None, letters: int) -> str | None:
    """A gallery or a video with no more than a caption's text."""
    if _is_gallery(seen, place, letters):
        return "gallery"
    return "video page" if _is_video(seen, place, letters) else None


def _is_gallery(seen: Impression, place: str | None, letters: int) -> bool:
    said = place == "gallery" or not _GALLERY_TYPES.isdisjoint(seen.signals.types)
    captions = sum("figcaption" in block.tags for block in seen.layout.blocks)
    if not said:
        return captions >= _ROW_OF_PICTURES and letters < _SHORT and captions > len(seen.kept)
    return letters < _SHORT or _pictures_outweigh(seen, letters)


def _is_video(seen: Impression, place: str | None, letters: int) -> bool:
    signals = seen.signals
    if place == "video page" or (signals.meta("og:type") or "").lower().startswith("video"):
        return letters < 2 * _SHORT
    if not _VIDEO_TYPES.isdisjoint(signals.types) and not _claims_article(seen):
        return letters < 2 * _SHORT
    return signals.has_player and letters < _ONE_PARAGRAPH


def _pictures_outweigh(seen: Impression, letters: int) -> bool:
    """Six pictures or more, and a text of less than two lines for each."""
    pictures = len(seen.layout.pictures)
    return pictures >= 6 and letters < 200 * pictures


def _is_row_of_teasers(seen: Impression) -> bool:
    """Most of the kept lines are teasers."""
    return bool(seen.kept) and sum(place in seen.teasers for place in seen.kept) >= 0.6 * len(seen.kept)


def _linked_lines(layout: Layout) -> int:
    return sum(1 for block in layout.blocks if is_linked_line(block))


def _place(url: str) -> str | None:
    """What the address says about the page ("/tag/economy" is a section front)."""
    path = unquote(urlsplit(url).path)
    if path in ("", "/"):
        return "section front"
    return next((reason for reason, pattern in _PLACES if pattern.search(path)), None)


def _wall(seen: Impression) -> str | None:
    """Error pages and walls: what their title, heading or few lines of text say."""
    heads = " | ".join((seen.signals.title_tag, *seen.signals.h1s[:2]))
    short, claims = seen.letters < _SHORT, _claims_article(seen)
    if short and _MAINTENANCE.search(heads):
        return "maintenance"
    if (short or not claims) and _ERROR.search(heads):
        return "soft 404"
    return _wall_of_few_lines(seen, heads) if short and not claims else None


def _wall_of_few_lines(seen: Impression, heads: str) -> str | None:
    blocks = seen.layout.blocks
    text = " ".join(block.text for block in blocks)[:3000] if len(blocks) <= _FEW and not seen.exact_date else ""
    if _ERROR.search(text[:800]):
        return "soft 404"
    return next((name for name, pattern in _WALLS if pattern.search(heads) or pattern.search(text)), None)


def _empty_reason(seen: Impression) -> str:
    if place := _place(seen.signals.url):
        return place
    return "section front" if _linked_lines(seen.layout) >= 8 or seen.teasers else "no text"
