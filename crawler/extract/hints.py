"""What names of classes, ids and roles suggest about an element, as bits of one integer.

A name is cut into words ("articleBody__lead-text" is article, body, lead, text), and the letters from each word on are
looked up as stems ("read-more" and "readMore" are both "readmore").
"""

# ruff: noqa: E501 - the stems stand one hint to a line

import re
from functools import lru_cache

#: hint -> stems that a word (with the words after it) begins with; a stem with "$" is a whole word
_STEMS: dict[str, str] = {
    "comment": "comment disqus discuss respond kommentar",
    "related": "related recommend readmore readalso readnext moreon morefrom morestories morenews alsolike alsoread seealso similar "
    "youmay further zumthema lireaussi leggianche outbrain taboola onward upnext trending mostread mostpopular popular latest mehr$",
    "promo": "promo teaser card rail$ rails$ spotlight featured headlines storylist storylink feed$ ticker crosssell upsell carousel slider",
    "newsletter": "newsletter subscri signup optin mailing abo$ abonn registr follow appdownload cta$ calltoaction",
    "share": "share sharing social facebook twitter whatsapp telegram addthis sns$ bookmark print$ tools$ toolbar",
    "caption": "caption legend bildunter credit copyright photoby photoinfo imagedesc imageinfo imagetext imgcap didascalia",
    "byline": "author byline writer autor contributor journalist reporter redact signature verfasser credits$",
    "bio": "bio$ biography aboutauthor abouttheauthor authorbox authorinfo authorcard authordesc authordetail authorprofile "
    "authorbottom authorfoot profile",
    "date": "date time publish posted stamp updated fecha datum pubdate",
    "tags": "tag$ tags$ taglist tagcloud keyword topic categor hashtag label themen etiquet kicker eyebrow sectionname",
    "nav": "nav$ navi navbar menu breadcrumb paginat pager skip tab$ tabs$ dropdown hamburger toc$ tableofcontents",
    "footer": "footer foot$ bottom disclaimer legal colophon imprint impressum copyright license",
    "header": "header head$ masthead topbar banner logo hero sitename",
    "side": "sidebar aside rightcol rightrail rightside leftcol leftrail leftside secondary widget complementary marginal",
    "ad": "ad$ ads$ advert adslot adbox adunit sponsor dfp gpt banner paid$ commercial anzeige publicidad werbung google partner affiliate",
    "article": "article story post$ posts$ postid entry artikel noticia newsdetail newsview newsitem newstext single",
    "body": "body content text$ articlebody articletext articlecopy articlecontent storytext storycopy storybody entrycontent "
    "postcontent posttext richtext prose detail maintext maincontent cuerpo inhalt copy$",
    "paragraph": "paragraph para$ p$ texto graf$ speakable textblock componenttext",
    "lead": "lead$ lede intro standfirst summary subtitle subhead subline subheadline subdeck strapline deck$ dek$ excerpt teasertext abstract chapo "
    "sommario bajada sumario description vorspann perex preamble strap$ synopsis keypoints highlights bullet",
    "title": "title headline heading titel titulo titre titolo h1$",
    "media": "video player media embed audio podcast youtube playlist jw$ jwplayer brightcove vjs",
    "image": "image img photo picture figure gallery slide foto bild thumb lightbox",
    "quote": "quote zitat cita$ pullquote blockquote tweet instagram twitter fbpost embed",
    "list": "list items$ item$ grid row$ rows$ ul$ collection archive",
    "wall": "paywall premium piano metered locked regwall subscriber plus$ gate$ barrier",
    "consent": "cookie consent gdpr privacy modal popup overlay dialog toast alert notice message onetrust",
    "factbox": "factbox infobox sidebarbox box$ aside background kasten callout inset fact$ facts$",
    "correction": "correction editorsnote editornote note$ notes$ footnote source$ errat update$",
    "hidden": "hidden hide$ visuallyhidden sronly screenreader dnone invisible printonly offscreen a11y",
    "live": "liveblog liveticker liveupdate livepost livefeed ticker",
    "stats": "count views likes readingtime readtime minread number rating vote poll quiz",
    "table": "table score chart graph stat$ stats$ infogra datawrapper weather stock",
}
NAMES = tuple(_STEMS)
_BIT = {name: 1 << place for place, name in enumerate(NAMES)}
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+[0-9]?")


def _table() -> tuple[dict[str, int], dict[str, list[tuple[str, int]]]]:
    """Bits of whole words, and of stems by their first three letters."""
    whole: dict[str, int] = {}
    stems_by_start: dict[str, list[tuple[str, int]]] = {}
    for name, stems in _STEMS.items():
        for stem in stems.split():
            if stem.endswith("$"):
                whole[stem[:-1]] = whole.get(stem[:-1], 0) | _BIT[name]
            else:
                stems_by_start.setdefault(stem[:3], []).append((stem, _BIT[name]))
    return whole, stems_by_start


_WHOLE, _BY_START = _table()


@lru_cache(maxsize=20_000)
def hints_of(names: str) -> int:
    """The bits of all hints that a string of names gives ("article-body js-share" hints at article, body and share)."""
    bits = 0
    for name in names[:400].split():
        bits |= _hints_of_name(name)
    return bits


@lru_cache(maxsize=50_000)
def _hints_of_name(name: str) -> int:
    words = _WORD.findall(name)
    rest = "".join(words).lower()
    bits = at = 0
    for word in words:
        end = at + len(word)
        bits |= _WHOLE.get(rest[at:end], 0)
        for stem, bit in _BY_START.get(rest[at : at + 3], ()):
            if rest.startswith(stem, at):
                bits |= bit
        at = end
    return bits


def mask(*names: str) -> int:
    """The bits of several hints together."""
    return sum(_BIT[name] for name in names)
