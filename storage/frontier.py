"""The durable frontier: every link that an endpoint listed, and what became of it.

    record (with the endpoint's validators, one transaction) -> next_links -> fetch -> settle

A link is `pending` until its outcome is committed; `next_try_at` says when it is fetched: at once when it is new,
later after a failure, on its re-read plan when it is stored, never when it is None.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Update, and_, bindparam, case, func, or_, select, update

from storage import fed_texts
from storage.database import chunks, insert_new
from storage.records import Link, LinkKind, LinkState
from storage.schema import article, article_alias, endpoint, link

#: a link whose re-reads found nothing new so often in a row is no longer read again because an endpoint claims a change
IDLE_READS_LIMIT = 3
#: reason of links that are older than the source's horizon
BEFORE_HORIZON = "before horizon"
#: how the reason begins of a link that led to a document or a picture
NOT_A_PAGE = "not a page: "
#: reason of a stored link that is read again because an endpoint says so, not by plan
TOLD = "said to have changed"
#: fields of storage.records.Link that are kept as JSON beside the columns
_CLAIMS = ("published_raw", "authors", "description", "in_language", "section", "keywords", "image_url", "also")


# What each few links need is made once: making a statement takes longer than running it.
_under_way = select(link.c.article_key).where(link.c.link_id.in_(bindparam("busy", expanding=True)))
_order = case((and_(link.c.state == "pending", link.c.kind == "article"), 0), (link.c.state == "pending", 1), else_=2)
_DUE = (
    select(link, endpoint.c.url.label("listed_by"))
    .outerjoin_from(link, endpoint)
    .where(link.c.source_id == bindparam("source_id"), link.c.next_try_at <= bindparam("now"))
    .where(link.c.article_key.not_in(_under_way))
    .order_by(_order, link.c.depth, link.c.published.desc().nulls_last(), link.c.link_id)
    .limit(bindparam("most"))
)
_DUE_IN_A_VISIT = _DUE.where(
    or_(link.c.state == "pending", link.c.outcome_at.is_(None), link.c.outcome_at < bindparam("begun"))
)


@dataclass(frozen=True, slots=True)
class LinkEntry:
    """A link to be kept, with its keys and the state it starts in (`pending`, or `skipped` with a reason)."""

    link: Link
    fetch_key: str
    article_key: str
    state: LinkState = LinkState.PENDING
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class LinkRow:
    """A link that is to be fetched now."""

    link_id: int
    link: Link
    fetch_key: str
    article_key: str
    state: LinkState
    attempts: int
    depth: int
    found_at: datetime
    rereads: int
    idle_reads: int
    http_etag: str | None
    http_last_modified: str | None
    body_hash: str | None
    article_id: int | None
    endpoint_id: int | None
    #: address of the endpoint that listed it first
    listed_by: str | None = None
    #: whether an endpoint said that it changed; False: it is read again by plan
    was_told: bool = False
    #: what the last fetch left behind, such as "HTTP 404"
    reason: str | None = None

    @property
    def is_reread(self) -> bool:
        """Whether the article behind it is stored already."""
        return self.state is LinkState.STORED


@dataclass(frozen=True, slots=True)
class Origin:
    """Where links were found: source, endpoint, and how many pages deep."""

    source_id: int
    endpoint_id: int | None
    depth: int = 0


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one fetch of a link. `next_try_at` None: it is not fetched again."""

    state: LinkState
    reason: str | None = None
    next_try_at: datetime | None = None
    article_id: int | None = None
    http_etag: str | None = None
    http_last_modified: str | None = None
    body_hash: str | None = None
    #: whether a re-read found nothing new; whether it is no step of the plan, because the article is being written
    idle: bool = False
    is_growing: bool = False


def record(connection: Connection, origin: Origin, entries: Sequence[LinkEntry], now: datetime) -> list[LinkEntry]:
    """Add the links that are new, note what changed in the claims about known ones; return the new ones.

    A link that was skipped for want of a date becomes pending when an endpoint that is read whole shows it.
    """
    unique = {entry.fetch_key: entry for entry in entries}
    known = _known(connection, origin.source_id, list(unique))
    fresh = [entry for key, entry in unique.items() if key not in known]
    for key, row in known.items():
        if _is_wanted_after_all(row, unique[key]):
            connection.execute(_again(row.link_id, now, state=LinkState.PENDING.value, reason=None))
        _note_claims(connection, row, unique[key].link, origin, now)
    insert_new(connection, link, [_row(entry, origin, now) for entry in fresh])
    fed_texts.keep(connection, origin.source_id, _fed(fresh))
    return fresh


def next_links(
    connection: Connection,
    source_id: int,
    now: datetime,
    limit: int,
    busy: Sequence[int],
    begun: datetime | None = None,
) -> list[LinkRow]:
    """At most `limit` links to fetch now: new articles first, newest claim first, then pages, then re-reads.

    What was read since `begun` (the beginning of the visit) is not read again before the next visit.

    A pending link whose article was stored meanwhile under another address becomes a duplicate here, without a fetch.
    Links that lead to the article of a `busy` one (link ids under way) wait for its outcome.
    """
    while True:
        rows = _due(connection, source_id, now, limit, busy, begun)
        stored = _stored_as(connection, [row for row in rows if row.state is LinkState.PENDING])
        for row in rows:
            if row.link_id in stored:
                duplicate = Outcome(LinkState.DUPLICATE, "known by its address", article_id=stored[row.link_id])
                settle(connection, row, duplicate, now)
        remaining = [row for row in rows if row.link_id not in stored]
        if remaining or not stored:
            return _one_per_article(remaining)


def next_due(connection: Connection, source_id: int) -> datetime | None:
    """When the next link of a source wants to be fetched (again); None when none does."""
    return _earliest(connection, link.c.source_id == source_id)


def next_retry(connection: Connection, source_id: int) -> datetime | None:
    """When the next link that has no outcome yet wants to be fetched; None when all have one."""
    return _earliest(connection, link.c.source_id == source_id, link.c.state == LinkState.PENDING.value)


def settle(connection: Connection, row: LinkRow, outcome: Outcome, now: datetime) -> None:
    """Write what became of a link; part of the transaction that writes its article."""
    values = {"outcome_at": now, **_outcome_values(row, outcome)}
    is_told_kept = outcome.state is LinkState.STORED and not row.was_told
    settling = _settling(_counted(row, outcome), tuple(values), is_told_kept=is_told_kept)
    connection.execute(settling, {"settled": row.link_id} | {f"new_{name}": value for name, value in values.items()})
    if row.link.body_html and outcome.state is not LinkState.PENDING:
        fed_texts.drop(connection, row.link_id)


def _outcome_values(row: LinkRow, outcome: Outcome) -> dict[str, Any]:
    values: dict[str, Any] = {
        "state": outcome.state.value,
        "reason": outcome.reason,
        "next_try_at": outcome.next_try_at,
    }
    if _tells_of_word(row) and not outcome.idle:
        values["idle_reads"] = 0
    if outcome.article_id is not None:
        values["article_id"] = outcome.article_id
    if outcome.body_hash is not None:
        values |= {name: getattr(outcome, name) for name in ("http_etag", "http_last_modified", "body_hash")}
    return values


def _counted(row: LinkRow, outcome: Outcome) -> tuple[str, ...]:
    """The counters of a link that one more fetch moves."""
    rereads = ("rereads",) if row.is_reread and not (row.was_told or outcome.is_growing) else ()
    return ("attempts", *rereads, *(("idle_reads",) if _tells_of_word(row) and outcome.idle else ()))


def _tells_of_word(row: LinkRow) -> bool:
    # A planned re-read that finds nothing says nothing about the endpoint's word; of a page it tells how lively it is.
    return row.is_reread and (row.was_told or row.link.kind is LinkKind.PAGE)


@cache
def _settling(counted: Sequence[str], written: Sequence[str], *, is_told_kept: bool) -> Update:
    """The statement that counts and writes these columns of one link: there are few, and each link needs one."""
    values: dict[str, Any] = {name: bindparam(f"new_{name}", type_=link.c[name].type) for name in written}
    if is_told_kept:
        # What was said to have changed while it was under way stays due: it was perhaps asked for before the change.
        told = link.c.reason == TOLD
        values |= {name: case((told, link.c[name]), else_=values[name]) for name in ("reason", "next_try_at")}
    values |= {name: link.c[name] + 1 for name in counted}
    return update(link).where(link.c.link_id == bindparam("settled")).values(**values)


def postpone(connection: Connection, row: LinkRow, reason: str, until: datetime) -> None:
    """Put off a link that was not asked for, because its host wants rest: no try and no reading is counted."""
    values = {"next_try_at": until, "reason": TOLD if row.was_told else reason}
    connection.execute(update(link).where(link.c.link_id == row.link_id).values(**values))


def reopen(connection: Connection, source_id: int, fetch_keys: Sequence[str], now: datetime) -> None:
    """Have known pages of a listing read again: the listing shows nothing but unknown articles, so there is a gap."""
    pages = (link.c.source_id == source_id, link.c.kind == LinkKind.PAGE.value, link.c.state == LinkState.STORED.value)
    connection.execute(update(link).where(*pages, link.c.fetch_key.in_(fetch_keys)).values(next_try_at=now))


def pending(connection: Connection, source_id: int, now: datetime) -> int:
    """How many links of a source could be fetched now."""
    due = (link.c.source_id == source_id, link.c.next_try_at <= now)
    return int(connection.execute(select(func.count()).where(*due)).scalar_one())


def skip(connection: Connection, link_ids: Sequence[int], reason: str, now: datetime) -> None:
    """Give links that wait one outcome together, without a fetch."""
    values = {"state": LinkState.SKIPPED.value, "reason": reason, "next_try_at": None, "outcome_at": now}
    for some in chunks(link_ids):
        connection.execute(update(link).where(link.c.link_id.in_(some)).values(**values))


def sizes(connection: Connection, source_id: int) -> tuple[int, int]:
    """How many links of a source wait for their first outcome, and how many further pages are known."""
    waiting, pages = func.count().filter(link.c.state == "pending"), func.count().filter(link.c.kind == "page")
    row = connection.execute(select(waiting, pages).where(link.c.source_id == source_id)).one()
    return row[0], row[1]


def _due(
    connection: Connection,
    source_id: int,
    now: datetime,
    limit: int,
    busy: Sequence[int],
    begun: datetime | None,
) -> list[LinkRow]:
    values = {"source_id": source_id, "now": now, "busy": list(busy), "most": limit}
    statement, begins = (_DUE, {}) if begun is None else (_DUE_IN_A_VISIT, {"begun": begun})
    rows = connection.execute(statement, values | begins).all()
    texts = fed_texts.of_links(connection, [row.link_id for row in rows])
    return [_link_row(row, texts.get(row.link_id)) for row in rows]


def _earliest(connection: Connection, *conditions: ColumnElement[bool]) -> datetime | None:
    statement = select(link.c.next_try_at).where(link.c.next_try_at.is_not(None), *conditions)
    moment: datetime | None = connection.execute(statement.order_by(link.c.next_try_at).limit(1)).scalar_one_or_none()
    return moment


def _known(connection: Connection, source_id: int, fetch_keys: list[str]) -> dict[str, Row[Any]]:
    names = ("link_id", "fetch_key", "state", "reason", "title", "published", "modified", "endpoint_id", "article_id",
             "outcome_at", "idle_reads", "kind")  # fmt: skip
    columns = [*(link.c[name] for name in names), article.c.pruned_at]
    listed = select(*columns).outerjoin_from(link, article, article.c.article_id == link.c.article_id)
    found: dict[str, Row[Any]] = {}
    for some in chunks(fetch_keys):
        rows = connection.execute(listed.where(link.c.source_id == source_id, link.c.fetch_key.in_(some)))
        found.update({row.fetch_key: row for row in rows})
    return found


def _note_claims(connection: Connection, row: Row[Any], claimed: Link, origin: Origin, now: datetime) -> None:
    """When the endpoint says that a stored article changed, have it read again; one that retention buried stays so."""
    if row.pruned_at is not None:
        return
    moved, retitled = _has_moved(row, claimed), _is_retitled(row, claimed, origin)
    if not (moved or retitled):
        return
    values: dict[str, Any] = {"modified": claimed.modified or row.modified}
    if retitled:
        values["title"] = claimed.title
    connection.execute(update(link).where(link.c.link_id == row.link_id).values(**values))
    was_read = row.outcome_at is not None and row.idle_reads < IDLE_READS_LIMIT
    if was_read and (retitled or _is_later(claimed.modified, row)):
        _read_again(connection, row, now)


def _has_moved(row: Row[Any], claimed: Link) -> bool:
    return claimed.modified is not None and (row.modified is None or claimed.modified > row.modified)


def _is_retitled(row: Row[Any], claimed: Link, origin: Origin) -> bool:
    # Only the endpoint that listed it first is compared: others shorten or decorate titles in their own way.
    return claimed.title is not None and row.endpoint_id == origin.endpoint_id and claimed.title != row.title


def _is_wanted_after_all(row: Row[Any], entry: LinkEntry) -> bool:
    undated = row.published is None and row.modified is None
    return (
        row.state == LinkState.SKIPPED and row.reason == BEFORE_HORIZON and undated and entry.state is LinkState.PENDING
    )


def _is_later(modified: datetime | None, row: Row[Any]) -> bool:
    # The first claim after a fetch may merely repeat what the fetch has seen.
    return modified is not None and (row.modified is not None or modified + _precision(modified) > row.outcome_at)


def _precision(claimed: datetime) -> timedelta:
    """How much later a change can be than its date says: "12:00" was 12:00:59 at the latest, "12:00:30" 12:00:30.9.

    A date without a time counts as midnight: with a whole day, each article would be read twice on the day it comes.
    """
    if claimed.microsecond:
        return timedelta(0)
    return timedelta(seconds=1) if claimed.second else timedelta(minutes=(claimed.hour, claimed.minute) != (0, 0))


def _read_again(connection: Connection, row: Row[Any], now: datetime) -> None:
    """Due at once: the page itself, or the article's own address when this one is an alias."""
    own = link.c.article_id == row.article_id if row.article_id is not None else link.c.link_id == row.link_id
    again = or_(link.c.state == "stored", and_(link.c.kind == "page", link.c.link_id == row.link_id))
    connection.execute(update(link).where(own, again).values(next_try_at=now, reason=TOLD))


def _again(link_id: int, now: datetime, **values: Any) -> Update:
    return update(link).where(link.c.link_id == link_id).values(next_try_at=now, **values)


def _row(entry: LinkEntry, origin: Origin, now: datetime) -> dict[str, Any]:
    claims = {name: claim for name in _CLAIMS if (claim := getattr(entry.link, name))}
    return {
        "source_id": origin.source_id,
        "endpoint_id": origin.endpoint_id,
        "depth": origin.depth,
        "url": entry.link.url,
        "fetch_key": entry.fetch_key,
        "article_key": entry.article_key,
        "kind": entry.link.kind.value,
        "state": entry.state.value,
        "reason": entry.reason,
        "attempts": 0,
        "rereads": 0,
        "idle_reads": 0,
        "next_try_at": now if entry.state is LinkState.PENDING else None,
        "found_at": now,
        "title": entry.link.title,
        "published": entry.link.published,
        "modified": entry.link.modified,
        "claims": claims or None,
    }


def _link_row(row: Row[Any], fed: str | None) -> LinkRow:
    claims: dict[str, Any] = {name: _frozen(value) for name, value in (row.claims or {}).items()}
    listed = Link(row.url, LinkKind(row.kind), row.title, row.published, modified=row.modified, body_html=fed, **claims)
    names = ("fetch_key", "article_key", "attempts", "depth", "found_at", "rereads", "idle_reads", "http_etag",
             "http_last_modified", "body_hash", "article_id", "endpoint_id", "listed_by", "reason")  # fmt: skip
    kept = {name: getattr(row, name) for name in names}
    return LinkRow(row.link_id, listed, state=LinkState(row.state), was_told=row.reason == TOLD, **kept)


def _frozen(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def _fed(entries: Sequence[LinkEntry]) -> dict[str, str]:
    """The texts that came with links which are to be fetched."""
    wanted = (entry for entry in entries if entry.state is LinkState.PENDING)
    return {entry.fetch_key: entry.link.body_html for entry in wanted if entry.link.body_html}


def _stored_as(connection: Connection, rows: Sequence[LinkRow]) -> dict[int, int]:
    """Which of the links lead to an article that is stored: link id -> article id."""
    keys = {key for row in rows if row.link.kind is LinkKind.ARTICLE for key in (row.article_key, row.fetch_key)}
    statement = select(article_alias.c.key, article_alias.c.article_id).where(article_alias.c.key.in_(keys))
    known: dict[str, int] = {row.key: row.article_id for row in connection.execute(statement)} if keys else {}
    found = {row.link_id: known.get(row.article_key) or known.get(row.fetch_key) for row in rows}
    return {link_id: article_id for link_id, article_id in found.items() if article_id is not None}


def _one_per_article(rows: Sequence[LinkRow]) -> list[LinkRow]:
    """Of several addresses of one article only the first is fetched; the others wait for its outcome."""
    first: dict[str, LinkRow] = {}
    for row in rows:
        first.setdefault(row.article_key, row)
    return list(first.values())
