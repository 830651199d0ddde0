"""The headline, by agreement of the heading, JSON-LD, OpenGraph and the title element."""

import re

from crawler.extract.jsonld import text_at
from crawler.extract.signals import Signals
from crawler.extract.text import folded, likeness, weight, words

#: what stands between a headline and the name of the site in og:title and title
_SEPARATORS = re.compile(r"\s+[|·•–—\-‐»:/]+\s+|\s*[|｜»]\s*|\s+::\s+|_(?=[^_]{2,20}$)")
#: headings are believed from this share of common words with what the page's head says
_AGREES = 0.5
#: letters of a label before or behind a headline, and of a headline that may have one
_LABEL, _LABELLED = 20, 20
#: "Top Gear in Iran: Why do Iranians love it?" has no label: the words before the colon are part of it
_CALLS = re.compile(r"\w:\s*$")
_CLOSING_LABEL = re.compile(r"\s*[|–—-]\s*\S.{1,18}")
_LABEL_MARK = re.compile(r"(\s+[-–—|]\s+)")
#: "Minderheit in Syrien - Drusen fordern Teilhabe" in the heading is "Minderheit in Syrien: Drusen fordern …" elsewhere
_TOLD_MARK = re.compile(r"\s+[-–—|]\s+|:\s+")
#: kinds of article that some sites write behind the headline in all places ("… physical health | Opinion")
_KIND_BEHIND = re.compile(
    r"\s*\|\s*(?:opinions?|analysis|comment(?:ary)?|editorial|column|reviews?|explainer|video)$", re.IGNORECASE
)
#: more headings than this are no headline; letters and words that one has at least
_LONE, _WORTH, _FEW_WORDS = 2, 15, 3


def headline_of(signals: Signals, fed: str | None = None) -> tuple[str, str] | None:
    """The headline and where it came from; ``fed`` is what the feed or sitemap called the article."""
    marked = signals.prop("headline")
    structured = text_at(signals.article, "headline", "name") or (None if marked in signals.h1s else marked)
    opengraph = signals.meta("og:title", "twitter:title", "title", "dc.title", "parsely-title", "sailthru.title")
    told = [text for text in (structured, opengraph, signals.title_tag, fed) if text]
    if heading := _agreeing_heading(signals.h1s, told) or _lone_heading(signals, told):
        return _KIND_BEHIND.sub("", _without_label(heading, told)), "text"
    claims = (
        (structured, "json-ld"),
        (without_site(opengraph or "", signals), "opengraph"),
        (without_site(signals.title_tag, signals), "meta"),
        (fed, "feed"),
        (next(iter(signals.h1s), None), "text"),
    )
    return next(((text, origin) for text, origin in claims if text), None)


def _without_label(heading: str, told: list[str]) -> str:
    """The heading without a label that no other source has.

    "Opinion What I pray for" and "What I pray for | Opinion" are "What I pray for"; "Middle East - What it means" is
    "What it means" when another source says so, or puts another label before it.
    """
    bare = (
        text for text in told if len(text) > _LABELLED and text in heading and _is_labelled(*heading.partition(text))
    )
    return next(bare, None) or (heading if heading in told else _behind_label(heading, told) or heading)


def _is_labelled(head: str, _text: str, tail: str) -> bool:
    """Whether what stands before or behind a text is a label of it."""
    if tail:
        return not head and _CLOSING_LABEL.fullmatch(tail) is not None
    return 0 < len(head) <= _LABEL and not _CALLS.search(head)


def _behind_label(heading: str, told: list[str]) -> str | None:
    """What follows a label and its mark in the heading, when another source says it, alone or behind its own label."""
    label, mark, rest = [*_LABEL_MARK.split(heading, maxsplit=1), "", ""][:3]
    if not mark or len(rest) <= _LABELLED or len(label) > len(rest):
        return None
    said = {folded(text) for text in told} | {folded(_TOLD_MARK.split(text, maxsplit=1)[-1]) for text in told}
    return rest if folded(rest) in said else None


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


def _lone_heading(signals: Signals, told: list[str]) -> str | None:
    """The one heading of a page, when it shares a word with what the head says and is more than the site's name.

    Heads are written for search engines and networks: "The quantum phantom" stands above an article that all other
    sources call "A ghostly quasiparticle … could unlock quantum computing's potential".
    """
    if not 0 < len(signals.h1s) <= _LONE or weight(signals.h1s[0]) < _WORTH:
        return None
    names = set(words(" ".join(site_names(signals))))
    said = set(words(" ".join(told))) - names
    own = set(words(signals.h1s[0])) - names
    return signals.h1s[0] if own & said and len(own) >= _FEW_WORDS else None


def _agreement(heading: str, text: str) -> float:
    own, other = folded(heading), folded(text)
    if len(own) > 12 and (own in other or (other in own and len(other) > 12)):
        return 0.95
    return likeness(heading, text)
