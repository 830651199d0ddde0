"""What is done with an article that was read: the decision of the keep step. Values in, a value out; touches nothing.

    Candidate + what is known under its addresses, canonical address or text  ->  New | Unchanged | Alias | Revised

An address of its own proves an article; any other address, a canonical address and a text are evidence, and count only
where the rest does not contradict. When in doubt it is two articles: a copy can be joined later, a lost article cannot.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from crawler.identity.fingerprint import LONG_ENOUGH, changed_parts, claims_differ, same_claim
from crawler.identity.words import normalised, tokens, word_count
from crawler.urls import AddressError, article_key, fetch_key, site_of
from storage.records import Article

#: Share of the words of the shorter headline that the other must have, for two versions of one headline.
_HEADLINE_SHARED = 0.5

#: An address that can be an article's: a number, or a slug of three words.
_ARTICLE_LIKE = re.compile(r"\d|[^/?-]+-[^/?-]+-[^/?-]+")


@dataclass(frozen=True, slots=True)
class Candidate:
    """An article that is to be kept, with everything it can be told apart by."""

    article: Article
    #: fetch key and article key of the page that was fetched, then those of its other addresses (`address_keys`)
    keys: tuple[str, ...]
    #: article key of the address that the page calls the true one
    canonical_key: str | None
    text_hash: str | None
    content_hash: str
    #: False for an AMP, mobile or print page of an article that is known under another address
    fetched_as_own: bool


@dataclass(frozen=True, slots=True)
class Known:
    """A stored article that shares something with the candidate."""

    article_id: int
    source_key: str
    #: article key of its own address
    own_key: str
    headline: str
    text_hash: str | None
    content_hash: str
    version: int
    #: "key", "canonical" or "text"
    matched_by: str
    #: retention deleted its words: none come back
    is_buried: bool = False


@dataclass(frozen=True, slots=True)
class New:
    """Nothing known is this article; ``same_text`` are those of other sources that have its text, earliest first."""

    same_text: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Unchanged:
    """The stored article, with the same content."""

    article_id: int


@dataclass(frozen=True, slots=True)
class Alias:
    """A stored article under another address; nothing of it is changed."""

    article_id: int


@dataclass(frozen=True, slots=True)
class Revised:
    """The stored article with new content; ``what`` names the parts, as in `crawler.identity.fingerprint.PARTS`."""

    article_id: int
    what: tuple[str, ...]


Decision = New | Unchanged | Alias | Revised


def decide(candidate: Candidate, known: Sequence[Known]) -> Decision:
    """Whether the candidate is new, known and unchanged, known under another address, or a new version."""
    by_own_key = _first(known, lambda match: match.matched_by == "key" and match.own_key in candidate.keys[:2])
    if by_own_key:
        return _compared(candidate, by_own_key)
    by_other_key = _first(known, lambda match: match.matched_by == "key" and _one_article(candidate, match, _alike))
    if by_other_key:
        return _compared(candidate, by_other_key)
    evident = _first(known, lambda match: _evident(candidate, match))
    return Alias(evident.article_id) if evident else New(_originals(candidate, known))


def address_keys(article: Article) -> tuple[str, ...]:
    """The keys of an article's own addresses, strongest first: of the page it was read from, then of ``also``.

    Raises AddressError when ``article.url`` is no web address. Unusable addresses in ``also`` are left out, and front
    pages: some feeds give theirs as the id of every entry.
    """
    keys = [fetch_key(article.url), article_key(article.url)]
    for url in article.also:
        try:
            pair = [fetch_key(url), article_key(url)]
        except AddressError:
            continue
        keys += pair if "/" in pair[1] or "?" in pair[1] else []
    return tuple(dict.fromkeys(keys))


def canonical_key(article: Article) -> str | None:
    """The article key of the canonical address, where it can be true: same site, and no front page or section.

    A template that names the front page, or a section, names it on every page.
    """
    if article.canonical_url is None:
        return None
    try:
        key = article_key(article.canonical_url)
        same = site_of(article.canonical_url) == site_of(article.url)
    except AddressError:
        return None
    return key if same and _ARTICLE_LIKE.search(key.partition("/")[2] or key.partition("?")[2]) else None


def _first(known: Iterable[Known], fits: Callable[[Known], bool]) -> Known | None:
    return min((match for match in known if fits(match)), key=lambda match: match.article_id, default=None)


def _compared(candidate: Candidate, match: Known) -> Decision:
    if match.is_buried:
        return Alias(match.article_id)
    what = changed_parts(match.content_hash, candidate.content_hash)
    if not what:
        return Unchanged(match.article_id)
    return Revised(match.article_id, what) if candidate.fetched_as_own else Alias(match.article_id)


def _evident(candidate: Candidate, match: Known) -> bool:
    if match.matched_by == "canonical":
        return _one_article(candidate, match, _equal)
    return match.source_key == candidate.article.source_key and _same_text(candidate, match)


def _one_article(candidate: Candidate, match: Known, headlines_agree: Callable[[str, str], bool]) -> bool:
    """Whether text or headline say the same as the address does; a market report of another day does not."""
    if candidate.text_hash is not None and candidate.text_hash == match.text_hash:
        return True
    if claims_differ(candidate.content_hash, match.content_hash):
        return False
    # of a buried article address and date are all that is left to compare
    return match.is_buried or headlines_agree(candidate.article.headline, match.headline)


def _same_text(candidate: Candidate, match: Known) -> bool:
    """Whether the text proves the article: "Subscribe to read on …" in sixty words stands under a hundred headlines."""
    if candidate.text_hash is None or candidate.text_hash != match.text_hash:
        return False
    headline = candidate.article.headline
    if _equal(headline, match.headline):
        return True
    told_alike = _alike(headline, match.headline) or same_claim(candidate.content_hash, match.content_hash)
    return told_alike and word_count(candidate.article.article_body) >= LONG_ENOUGH


def _originals(candidate: Candidate, known: Sequence[Known]) -> tuple[int, ...]:
    """The stored articles of other sources with the same text."""
    source = candidate.article.source_key
    copies = {match.article_id for match in known if match.source_key != source and _same_text(candidate, match)}
    return tuple(sorted(copies))


def _equal(one: str, other: str) -> bool:
    return normalised(one) == normalised(other) != ""


def _alike(one: str, other: str) -> bool:
    """Whether one headline can be a new version of the other: half of the words of the shorter one are shared."""
    words, others = set(tokens(one)), set(tokens(other))
    return bool(words and others) and len(words & others) >= _HEADLINE_SHARED * min(len(words), len(others))
