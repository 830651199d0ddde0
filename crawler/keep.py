"""The keep step: one job of the group commit for each article.

    lock the change counter ─> check the fence ─> look up keys and text ─> decide (pure) ─> write
        ─> settle the link ─> at the end, for all articles of the transaction: find copies (crawler.copying)

Fingerprints are computed before; no network and no parsing happen inside.
"""

import contextlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection

from crawler import link_answers
from crawler.copying import Text, file_copies
from crawler.errands import FetchedArticle
from crawler.extract.datelines import with_agency
from crawler.identity.copies import print_of
from crawler.identity.decide import (
    Alias,
    Candidate,
    Decision,
    Known,
    New,
    Revised,
    Unchanged,
    address_keys,
    canonical_key,
    decide,
)
from crawler.identity.fingerprint import content_hash, text_hash
from crawler.identity.revisions import changed_words, what_changed
from crawler.identity.shingles import Fingerprint
from crawler.urls import AddressError, article_key, fetch_key
from crawler.visit import Visit
from storage import articles, changes, frontier, leases
from storage.articles import Keepsake, Match
from storage.frontier import LinkRow, Outcome
from storage.put_off import put_off
from storage.records import Article, LinkState


@dataclass(frozen=True, slots=True)
class Identified:
    """An article with everything that is needed to tell it apart."""

    fetched: FetchedArticle
    candidate: Candidate
    #: address key -> URL: all addresses that are known to lead to it
    aliases: dict[str, str]
    #: finds its copies; None: its text says too little
    fingerprint: Fingerprint | None = None
    #: name of the kept page
    page_hash: str | None = None


@dataclass(frozen=True, slots=True)
class Kept:
    """What became of an article: "stored", "revised", "unchanged" or "duplicate"."""

    outcome: str
    article_id: int


def identified(fetched: FetchedArticle, page_hash: str | None = None) -> Identified:
    """Compute what an article is told apart by. Raises AddressError when it has no web address."""
    article = with_agency(fetched.article)
    candidate = Candidate(
        article=article,
        keys=address_keys(article),
        canonical_key=canonical_key(article),
        text_hash=text_hash(article),
        content_hash=content_hash(article),
        fetched_as_own=True,
    )
    return Identified(fetched, candidate, _aliases(article), print_of(article), page_hash)


def keep(connection: Connection, visit: Visit, item: Identified, now: datetime) -> Kept:
    """Store one article, or note that it is known. Raises LeaseLost."""
    last = changes.lock_counter(connection)
    leases.check(connection, visit.lease)
    kept = record(connection, item, now, last)
    _settle(connection, visit, item.fetched, kept)
    return kept


def record(connection: Connection, item: Identified, now: datetime, last: int) -> Kept:
    """What `keep` does with the article itself; the caller has locked the change counter, which stands at `last`."""
    candidate = item.candidate
    matches = articles.look_up(connection, candidate.keys, candidate.canonical_key, candidate.text_hash)
    decision = decide(_as_fetched(candidate, matches, _link(item)), [_known(match) for match in matches])
    kept = _write(connection, item, decision, matches, _Turn(now, last))
    articles.add_aliases(connection, kept.article_id, item.aliases, now)
    return kept


def known_as(connection: Connection, item: Identified) -> int | None:
    """The stored article that this one is, whatever it says now; None: it is new."""
    candidate = replace(item.candidate, fetched_as_own=False)
    matches = articles.look_up(connection, candidate.keys, candidate.canonical_key, candidate.text_hash)
    decision = decide(candidate, [_known(match) for match in matches])
    return None if isinstance(decision, New) else decision.article_id


@dataclass(frozen=True, slots=True)
class _Turn:
    """When a transaction writes, and the number of the change before it."""

    now: datetime
    last: int


def _write(connection: Connection, item: Identified, decision: Decision, matches: Sequence[Match], turn: _Turn) -> Kept:
    keepsake, number = _keepsake(item, turn.now), turn.last + 1
    match decision:
        case New(same_text):
            article_id = articles.add(connection, keepsake, number)
            changes.advance_counter(connection, number)
            put_off(connection, _file, Text(article_id, item.fingerprint, turn.now, same_text))
            return Kept("stored", article_id)
        case Revised(article_id, what):
            known = next(match for match in matches if match.article_id == article_id)
            kinds = _revise(connection, keepsake, known, what, number)
            changes.advance_counter(connection, number)
            if "body" in what and "paywall" not in kinds:
                put_off(connection, _file, Text(article_id, item.fingerprint, turn.now, is_new=False))
            return Kept("revised", article_id)
        case Unchanged(article_id):
            return _touch(connection, item, article_id, turn)
        case Alias(article_id):
            return Kept("duplicate", article_id)


def _file(connection: Connection, texts: Sequence[Text]) -> None:
    """Put texts that were kept in this transaction among their copies."""
    last = changes.lock_counter(connection)
    told = file_copies(connection, texts, last)
    if told != last:
        changes.advance_counter(connection, told)


def _touch(connection: Connection, item: Identified, article_id: int, turn: _Turn) -> Kept:
    """Note that an article was seen again, as it was."""
    articles.touch(connection, article_id, turn.now)
    link = _link(item)
    if link is None or not link.is_reread:
        return Kept("duplicate", article_id)
    if articles.restore(connection, article_id, turn.now, turn.last + 1):
        changes.advance_counter(connection, turn.last + 1)
    return Kept("unchanged", article_id)


def _revise(
    connection: Connection, keepsake: Keepsake, known: Match, what: Sequence[str], number: int
) -> tuple[str, ...]:
    """Store the next version of an article, and return what kind of change it is."""
    old, new = articles.old_text(connection, known.article_id), keepsake.article
    kinds = what_changed(old, new)
    if "paywall" in kinds:
        # What could be read once stays. The content hash is that of the teaser, so the next look finds nothing new;
        # no page is named, because the text is read from none: `newswatch reprocess` leaves it alone.
        new = replace(new, article_body=old.article_body)
        keepsake = replace(keepsake, article=new, text_hash=old.text_hash, page_hash=None)
    articles.revise(connection, replace(keepsake, edits=changed_words(old, new)), known, kinds or what, number)
    return kinds


def _link(item: Identified) -> LinkRow | None:
    """The link of the frontier that brought the article; None for a custom spider's."""
    return item.fetched.errand.link if item.fetched.errand else None


def _as_fetched(candidate: Candidate, matches: Sequence[Match], link: LinkRow | None) -> Candidate:
    """Only the link that an article was stored from can bring a revision: AMP and print pages differ for good."""
    if link is not None:
        return replace(candidate, fetched_as_own=link.is_reread)
    address = fetch_key(candidate.article.url)
    return replace(candidate, fetched_as_own=any(fetch_key(match.url) == address for match in matches))


def _known(match: Match) -> Known:
    names = ("article_id", "source_key", "own_key", "headline", "text_hash", "content_hash", "version", "matched_by")
    return Known(**{name: getattr(match, name) for name in names}, is_buried=match.pruned_at is not None)


def _keepsake(item: Identified, now: datetime) -> Keepsake:
    candidate, own_key = item.candidate, article_key(item.candidate.article.url)
    return Keepsake(candidate.article, own_key, candidate.text_hash, candidate.content_hash, now, item.page_hash)


def _settle(connection: Connection, visit: Visit, fetched: FetchedArticle, kept: Kept) -> None:
    if fetched.errand is None or fetched.errand.link is None or fetched.answer is None:
        return  # a custom spider's article has no link in the frontier
    row, now = fetched.errand.link, visit.station.now()
    if kept.outcome == "duplicate":
        outcome = Outcome(LinkState.DUPLICATE, "the same article under another address", article_id=kept.article_id)
    else:
        idle = kept.outcome == "unchanged"
        grows = not idle and link_answers.is_growing(visit, row, fetched.article)
        again = link_answers.plan_of(visit, row, is_growing=grows)
        outcome = Outcome(LinkState.STORED, None, again, kept.article_id, idle=idle, is_growing=grows)
    frontier.settle(connection, row, link_answers.with_validators(outcome, fetched.answer), now)


def _aliases(article: Article) -> dict[str, str]:
    """Address key -> URL, for all addresses that led to the article."""
    aliases: dict[str, str] = {}
    for url in (article.url, *article.also):
        with contextlib.suppress(AddressError):
            aliases.setdefault(fetch_key(url), url)
            aliases.setdefault(article_key(url), url)
    return aliases
