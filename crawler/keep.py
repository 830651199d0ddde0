"""The keep step: one job of the group commit for each article.

    lock the change counter ─> check the fence ─> look up keys and text ─> decide (pure) ─> write ─> settle the link

Fingerprints are computed before; no network and no parsing happen inside.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection

from crawler import link_answers
from crawler.errands import FetchedArticle
from crawler.identity.decide import Alias, Candidate, Decision, Known, New, Revised, Unchanged, decide
from crawler.identity.revisions import what_changed
from crawler.urls import article_key, fetch_key
from crawler.visit import Visit
from storage import articles, changes, frontier, leases
from storage.articles import Keepsake, Match
from storage.frontier import LinkRow, Outcome
from storage.records import LinkState


@dataclass(frozen=True, slots=True)
class Identified:
    """An article with everything that is needed to tell it apart."""

    fetched: FetchedArticle
    candidate: Candidate
    #: address key -> URL: all addresses that are known to lead to it
    aliases: dict[str, str]
    #: name of the kept page
    page_hash: str | None = None


@dataclass(frozen=True, slots=True)
class Kept:
    """What became of an article: "stored", "revised", "unchanged" or "duplicate"."""

    outcome: str
    article_id: int


def keep(connection: Connection, visit: Visit, item: Identified, now: datetime) -> Kept:
    """Store one article, or note that it is known. Raises LeaseLost."""
    number = changes.lock_counter(connection) + 1
    leases.check(connection, visit.lease)
    candidate = item.candidate
    matches = articles.look_up(connection, candidate.keys, candidate.canonical_key, candidate.text_hash)
    link = item.fetched.errand.link if item.fetched.errand else None
    decision = decide(_as_fetched(candidate, matches, link), [_known(match) for match in matches])
    is_reread = link is not None and link.is_reread
    kept = _write(connection, _keepsake(item, now), decision, matches, number, is_reread=is_reread)
    articles.add_aliases(connection, kept.article_id, item.aliases, now)
    _settle(connection, visit, item.fetched, kept)
    return kept


def _write(
    connection: Connection,
    keepsake: Keepsake,
    decision: Decision,
    matches: Sequence[Match],
    number: int,
    *,
    is_reread: bool,
) -> Kept:
    match decision:
        case New(duplicate_of):
            article_id = articles.add(connection, keepsake, number, duplicate_of)
            changes.advance_counter(connection, number)
            return Kept("stored", article_id)
        case Revised(article_id, what):
            known = next(match for match in matches if match.article_id == article_id)
            kinds = what_changed(articles.old_text(connection, article_id), keepsake.article)
            articles.revise(connection, keepsake, known, kinds or what, number)
            changes.advance_counter(connection, number)
            return Kept("revised", article_id)
        case Unchanged(article_id):
            articles.touch(connection, article_id, keepsake.fetched_at)
            return Kept("unchanged" if is_reread else "duplicate", article_id)
        case Alias(article_id):
            return Kept("duplicate", article_id)


def _as_fetched(candidate: Candidate, matches: Sequence[Match], link: LinkRow | None) -> Candidate:
    """Only the link that an article was stored from can bring a revision: AMP and print pages differ for good."""
    if link is not None:
        return replace(candidate, fetched_as_own=link.is_reread)
    address = fetch_key(candidate.article.url)
    return replace(candidate, fetched_as_own=any(fetch_key(match.url) == address for match in matches))


def _known(match: Match) -> Known:
    names = ("article_id", "source_key", "own_key", "headline", "text_hash", "content_hash", "version", "matched_by")
    return Known(**{name: getattr(match, name) for name in names})


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
        again = link_answers.plan_of(visit, row)
        outcome = Outcome(LinkState.STORED, None, again, kept.article_id, idle=kept.outcome == "unchanged")
    frontier.settle(connection, row, link_answers.with_validators(outcome, fetched.answer), now)
