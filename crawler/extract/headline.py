"""The headline, by agreement of the heading, JSON-LD, OpenGraph and the title element."""

import re

from crawler.extract.jsonld import text_at
from crawler.extract.signals import Signals
from crawler.extract.text import folded, likeness, words

#: what stands between a headline and the name of the site in og:title and title
_SEPARATORS = re.compile(r"\s+[|·•–—\-‐»:/]+\s+|\s*[|｜»]\s*|\s+::\s+|_(?=[^_]{2,20}$)")
#: headings are believed from this share of common words with what the page's head says
_AGREES = 0.5


def headline_of(signals: Signals, fed: str | None = None) -> tuple[str, str] | None:
    """The headline and where it came from; ``fed`` is what the feed or sitemap called the article."""
    structured = text_at(signals.article, "headline", "name") or signals.prop("headline")
    opengraph = signals.meta("og:title", "twitter:title", "title", "dc.title", "parsely-title", "sailthru.title")
    told = [text for text in (structured, opengraph, signals.title_tag, fed) if text]
    if heading := _agreeing_heading(signals.h1s, told):
        return _without_kicker(heading, told), "text"
    if structured:
        return structured, "json-ld"
    for text, origin in ((opengraph, "opengraph"), (signals.title_tag, "meta")):
        if text and (bare := without_site(text, signals)):
            return bare, origin
    if fed:
        return fed, "feed"
    return (signals.h1s[0], "text") if signals.h1s else None


def _without_kicker(heading: str, told: list[str]) -> str:
    """The heading without a label that no other source has ("Opinion What I pray for" is "What I pray for")."""
    for text in told:
        head, _, _ = heading.partition(text)
        if text in heading and len(text) > 20 and 0 < len(head) <= 20 and heading.endswith(text):
            return text
    return heading


def without_site(title: str, signals: Signals) -> str:
    """The title without the name of the site before or after it ("Rain in Kent | The Daily" is "Rain in Kent")."""
    parts = _SEPARATORS.split(title)
    if len(parts) < 2:
        return title
    names = {folded(name) for name in site_names(signals) if name}
    kept = title
    for part in (parts[-1], parts[0]):
        if folded(part) in names or (part is parts[-1] and _looks_like_a_site(part, title, signals)):
            kept = kept.removesuffix(part) if part is parts[-1] else kept.removeprefix(part)
            kept = kept.strip(" |·•–—-‐»:/_｜")
    return kept or title


def site_names(signals: Signals) -> list[str]:
    """What the page calls its site: og:site_name, publisher, application name, the host."""
    host = re.sub(r"^www\.|:\d+$", "", signals.url.split("//")[-1].split("/")[0])
    publisher = text_at(signals.article, "publisher")
    named = [
        signals.meta("og:site_name"),
        publisher,
        signals.meta("application-name", "apple-mobile-web-app-title"),
        host,
    ]
    return [name for name in (*named, host.split(".")[0]) if name]


def _looks_like_a_site(part: str, title: str, signals: Signals) -> bool:
    """A last part that the host is called after ("The Daily" on thedaily.example), or one far shorter than the rest."""
    letters = "".join(words(part))
    host = re.sub(r"\W", "", signals.url.split("//")[-1].split("/")[0])
    return (len(letters) > 2 and letters in host) or (len(part.split()) <= 3 and len(part) * 3 < len(title))


def _agreeing_heading(headings: tuple[str, ...], told: list[str]) -> str | None:
    """The heading most like what the head of the page says, if it is like it at all."""
    if not told:
        return headings[0] if len(headings) == 1 else None
    best, agreement = None, _AGREES
    for heading in headings[:12]:
        score = max(_agreement(heading, text) for text in told)
        if score > agreement:
            best, agreement = heading, score
    return best


def _agreement(heading: str, text: str) -> float:
    own, other = folded(heading), folded(text)
    if len(own) > 12 and (own in other or (other in own and len(other) > 12)):
        return 0.95
    return likeness(heading, text)
