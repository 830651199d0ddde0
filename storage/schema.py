"""The tables. Nobody outside `storage` names a table or a column; consumers read the views of `storage.views`.

source ─┬─ endpoint ──┐                      host: robots.txt and manners, by host
        ├─ source_site, site_hold            (which sites a visit takes for itself)
        └─ link ──────┴─> article ─┬─ article_alias    counter: numbers that grow by commit
                                   ├─ revision         meta: epoch
                                   ├─ change
                                   └─ story

Further parts of the schema stand in modules of their own, storage.tables names them all: `schema_copies` (fingerprints,
article_copy), `schema_consumers` (consumer, search_entry), `schema_alerts` (alert, dispatch, message), `schema_health`
(visits, and what is made out of them), `schema_stories`, `schema_faults`. A new group of tables gets a module, too.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    false,
)

from storage.types import Json, Key, UtcDateTime

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)

meta = Table(
    "meta",
    metadata,
    Column("name", Text, primary_key=True),
    Column("value", Text, nullable=False),
)

#: rows "change" (last number of the change feed) and "fence" (last fence given to a lease)
counter = Table(
    "counter",
    metadata,
    Column("name", Text, primary_key=True),
    Column("n", BigInteger, nullable=False),
)

source = Table(
    "source",
    metadata,
    Column("source_id", Key, primary_key=True),
    Column("key", Text, nullable=False, unique=True),
    Column("name", Text, nullable=False),
    #: registrable domain, or address:port, of its first address
    Column("site", Text, nullable=False),
    Column("enabled", Boolean, nullable=False),
    Column("next_visit_at", UtcDateTime, nullable=False),
    Column("next_visit_reason", Text),
    Column("lease_owner", Text),
    Column("lease_fence", BigInteger, nullable=False, default=0),
    #: seconds on the clock that `lease_clock` names (see storage.leases)
    Column("lease_until", Float),
    #: when the visit began, on the same clock; None while the lease waits in a queue
    Column("lease_started", Float),
    Column("lease_clock", Text),
    #: visits in a row that began and were never finished
    Column("unfinished", Integer, nullable=False, server_default="0"),
    #: which workers may visit it, where several machines share the work
    Column("queue", Text, nullable=False, server_default="visits"),
    Column("first_visit_at", UtcDateTime),
    Column("last_visit_at", UtcDateTime),
    Column("last_success_at", UtcDateTime),
    Column("last_new_at", UtcDateTime),
    Column("visits", BigInteger, nullable=False, default=0),
    Column("requests", BigInteger, nullable=False, default=0),
    Column("unchanged", BigInteger, nullable=False, default=0),
    Column("failures", Integer, nullable=False, default=0),
    #: whether its last visit brought what it asked for, and soon: such sources have places of their own
    Column("is_brisk", Boolean, nullable=False, server_default=false()),
    Column("state", Text, nullable=False, default="new"),
    Column("state_reason", Text),
    #: "lists", "articles", "lists and articles": they need a browser; "useless": it shows no more
    Column("render_need", Text),
    Column("render_reason", Text),
    Column("render_asked_at", UtcDateTime),
    Index("ix_source_next_visit_at", "next_visit_at"),
    Index("ix_source_is_brisk_next_visit_at", "is_brisk", "next_visit_at"),
    Index("ix_source_site", "site"),
)
#: few leases are live at a time: who counts them, or looks whose they are, reads no other row
Index(
    "ix_source_lease_until",
    source.c.lease_until,
    postgresql_where=source.c.lease_owner.is_not(None),
    sqlite_where=source.c.lease_owner.is_not(None),
)

#: every site that a source fetches from; of the sources of one site at most one is visited at a time
source_site = Table(
    "source_site",
    metadata,
    Column("source_id", ForeignKey("source.source_id"), primary_key=True),
    Column("site", Text, primary_key=True),
    Index("ix_source_site_site", "site"),
)

#: sites that a running visit was led to by a redirect; a row counts while the lease of that fence is live
site_hold = Table(
    "site_hold",
    metadata,
    Column("site", Text, primary_key=True),
    Column("source_id", ForeignKey("source.source_id"), primary_key=True),
    Column("fence", BigInteger, nullable=False),
)

#: the processes that share the work; a row counts while its time is not over
member = Table(
    "member",
    metadata,
    Column("name", Text, primary_key=True),
    Column("role", Text, nullable=False),
    Column("version", Text, nullable=False),
    #: visits at once, by queue: how many it makes at most, and how many it is making
    Column("capacity", Json, nullable=False),
    Column("busy", Json, nullable=False),
    #: seconds on the clock that leases are measured on
    Column("since", Float, nullable=False),
    Column("seen_until", Float, nullable=False),
    Column("clock", Text, nullable=False),
)

#: what the pages of a source taught the reader (crawler.extract.memory writes and reads the text)
site_memory = Table(
    "site_memory",
    metadata,
    Column("source_id", ForeignKey("source.source_id"), primary_key=True),
    Column("learned", Text, nullable=False),
    #: how many articles taught it
    Column("articles", Integer, nullable=False),
    Column("learned_at", UtcDateTime, nullable=False),
)

endpoint = Table(
    "endpoint",
    metadata,
    Column("endpoint_id", Key, primary_key=True),
    Column("source_id", ForeignKey("source.source_id"), nullable=False),
    Column("url", Text, nullable=False),
    Column("fetch_key", Text, nullable=False),
    Column("kind", Text, nullable=False),
    #: "configured", "link rel", "robots.txt", "common place", "navigation"
    Column("origin", Text, nullable=False),
    Column("http_etag", Text),
    Column("http_last_modified", Text),
    Column("body_hash", Text),
    Column("last_attempt_at", UtcDateTime),
    Column("last_success_at", UtcDateTime),
    Column("last_new_at", UtcDateTime),
    Column("failures", Integer, nullable=False, default=0),
    #: visits in a row that showed nothing new; a discovered endpoint that adds nothing is asked less often
    Column("idle_visits", Integer, nullable=False, default=0),
    Column("next_visit_at", UtcDateTime, nullable=False),
    Column("next_visit_reason", Text),
    #: planned visits since ever: what the budget was spent on
    Column("visits", BigInteger, nullable=False, server_default="0"),
    #: seconds, what the publisher asked for (ttl)
    Column("floor_seconds", Float),
    #: what was learned of its rate (crawler.cadence_rate)
    Column("rate", Json),
    #: failures in a row by weight: what is there for good weighs 1, what may pass less; the pause doubles with each 1
    Column("trouble", Float, nullable=False, server_default="0"),
    #: where its server redirects for good, how many answers in a row said so, and where it was before
    Column("moved_to", Text),
    Column("moved_seen", Integer, nullable=False, server_default="0"),
    Column("moved_from", Text),
    #: when it was last asked without conditions, since when all such looks agreed with its 304s, and how many did not
    Column("audited_at", UtcDateTime),
    Column("honest_since", UtcDateTime),
    Column("lies", Integer, nullable=False, server_default="0"),
    #: hours and days in which its publisher wants no visits (skipHours, skipDays), in UTC
    Column("quiet", Json),
    #: short hashes of the links that it listed last
    Column("listed", Json),
    #: short hashes of the links that have stood on its page from the first look on
    Column("standing", Json),
    #: "active", "standby" (others show what it shows), "gone" (it never answered, or answered 410)
    Column("state", Text, nullable=False, default="active"),
    Column("state_reason", Text),
    UniqueConstraint("source_id", "fetch_key"),
)

gap = Table(
    "gap",
    metadata,
    Column("gap_id", Key, primary_key=True),
    Column("source_id", ForeignKey("source.source_id"), nullable=False),
    Column("endpoint_id", ForeignKey("endpoint.endpoint_id"), nullable=False),
    #: the last visit before, and the one that showed nothing that was known
    Column("since", UtcDateTime, nullable=False),
    Column("noticed_at", UtcDateTime, nullable=False),
    #: "open", "filled" (another list goes back to what was known), "unknown"
    Column("state", Text, nullable=False),
    Column("recovered", Integer, nullable=False),
    Index("ix_gap_source_id_state", "source_id", "state"),
)

link = Table(
    "link",
    metadata,
    Column("link_id", Key, primary_key=True),
    Column("source_id", ForeignKey("source.source_id"), nullable=False),
    Column("endpoint_id", ForeignKey("endpoint.endpoint_id")),
    Column("url", Text, nullable=False),
    Column("fetch_key", Text, nullable=False),
    Column("article_key", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("reason", Text),
    Column("attempts", Integer, nullable=False, default=0),
    #: when it is fetched (again); None: never
    Column("next_try_at", UtcDateTime),
    Column("found_at", UtcDateTime, nullable=False),
    Column("outcome_at", UtcDateTime),
    Column("depth", Integer, nullable=False, default=0),
    #: what the endpoint said of it (storage.records.Link without its address)
    Column("claims", Json),
    Column("title", Text),
    Column("published", UtcDateTime),
    Column("modified", UtcDateTime),
    #: planned re-reads done, and how many of them in a row found nothing changed
    Column("rereads", Integer, nullable=False, default=0),
    Column("idle_reads", Integer, nullable=False, default=0),
    Column("http_etag", Text),
    Column("http_last_modified", Text),
    Column("body_hash", Text),
    Column("article_id", ForeignKey("article.article_id")),
    UniqueConstraint("source_id", "fetch_key"),
    Index("ix_link_source_id_next_try_at", "source_id", "next_try_at"),
    Index("ix_link_fetch_key", "fetch_key"),
    Index("ix_link_article_id", "article_id"),
)

#: the whole text that a feed brought, for links that have no outcome yet
fed_text = Table(
    "fed_text",
    metadata,
    Column("link_id", ForeignKey("link.link_id"), primary_key=True),
    Column("body_html", Text, nullable=False),
)

article = Table(
    "article",
    metadata,
    Column("article_id", Key, primary_key=True),
    Column("url", Text, nullable=False),
    Column("own_key", Text, nullable=False),
    Column("canonical_url", Text),
    Column("source_key", Text, nullable=False),
    Column("headline", Text, nullable=False),
    Column("description", Text),
    Column("article_body", Text, nullable=False),
    Column("authors", Json, nullable=False),
    Column("date_published", UtcDateTime),
    Column("date_published_raw", Text),
    Column("date_published_precision", Text),
    #: minutes east of UTC
    Column("date_published_offset", Integer),
    Column("date_modified", UtcDateTime),
    Column("first_seen_at", UtcDateTime, nullable=False),
    Column("fetched_at", UtcDateTime, nullable=False),
    Column("last_seen_at", UtcDateTime, nullable=False),
    Column("in_language", Text),
    Column("article_section", Text),
    Column("keywords", Json, nullable=False),
    Column("main_image_url", Text),
    Column("image_caption", Text),
    Column("is_accessible_for_free", Boolean),
    Column("is_live", Boolean, nullable=False, server_default=false()),
    Column("word_count", Integer, nullable=False),
    Column("agency", Text),
    Column("provenance", Json, nullable=False),
    Column("duplicate_of_id", ForeignKey("article.article_id")),
    Column("syndication_group_id", BigInteger),
    Column("story_id", ForeignKey("story.story_id")),
    Column("version", Integer, nullable=False, default=1),
    Column("change_seq", BigInteger, nullable=False),
    #: of the clean headline, text, byline and publication claim: a revision is made when it changes
    Column("content_hash", Text, nullable=False),
    #: of the normalised text alone: finds copies
    Column("text_hash", Text),
    Column("discovered_via", Text),
    Column("removed_at", UtcDateTime),
    #: when retention deleted its words; the row stays as a tombstone that `v1_article` does not show
    Column("pruned_at", UtcDateTime),
    #: when retention deleted its text alone; the next version that is read brings a text again
    Column("body_pruned_at", UtcDateTime),
    #: name of the kept page (storage.pages) that the stored version was read from
    Column("page_hash", Text),
    Index("ix_article_text_hash", "text_hash"),
    Index("ix_article_change_seq", "change_seq"),
    Index("ix_article_source_key_first_seen_at", "source_key", "first_seen_at"),
    Index("ix_article_first_seen_at", "first_seen_at"),
    Index("ix_article_own_key", "own_key"),
    Index("ix_article_syndication_group_id", "syndication_group_id"),
    Index("ix_article_story_id", "story_id"),
)

article_alias = Table(
    "article_alias",
    metadata,
    #: a fetch key or an article key; both forms of all addresses known to lead to the article
    Column("key", Text, primary_key=True),
    Column("article_id", ForeignKey("article.article_id"), nullable=False),
    Column("url", Text, nullable=False),
    Column("added_at", UtcDateTime, nullable=False),
    Index("ix_article_alias_article_id", "article_id"),
)

revision = Table(
    "revision",
    metadata,
    Column("article_id", ForeignKey("article.article_id"), primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("at", UtcDateTime, nullable=False),
    #: list of what changed against the version before; empty for version 1
    Column("what", Json, nullable=False),
    Column("headline", Text, nullable=False),
    Column("description", Text),
    Column("article_body", Text, nullable=False),
    Column("authors", Json, nullable=False),
    Column("date_published", UtcDateTime),
    Column("date_modified", UtcDateTime),
    Column("content_hash", Text, nullable=False),
    Column("change_seq", BigInteger, nullable=False),
    Column("page_hash", Text),
    #: the words that differ from the version before: list of {"part", "before", "after"}; None: not noted
    Column("edits", Json),
)

change = Table(
    "change",
    metadata,
    Column("change_seq", BigInteger, primary_key=True, autoincrement=False),
    Column("article_id", ForeignKey("article.article_id"), nullable=False),
    Column("kind", Text, nullable=False),
    Column("what", Json, nullable=False),
    Column("at", UtcDateTime, nullable=False),
)

story = Table(
    "story",
    metadata,
    Column("story_id", Key, primary_key=True),
    Column("headline", Text, nullable=False),
    Column("first_seen_at", UtcDateTime, nullable=False),
    Column("last_seen_at", UtcDateTime, nullable=False),
    Column("article_count", Integer, nullable=False),
    #: the story that it became a part of; it leads there for ever
    Column("merged_into_id", BigInteger),
    Index("ix_story_merged_into_id", "merged_into_id"),
)

host = Table(
    "host",
    metadata,
    Column("host", Text, primary_key=True),
    Column("robots_body", Text),
    #: HTTP status of the last robots.txt; 0: it could not be reached
    Column("robots_status", Integer),
    Column("robots_fetched_at", UtcDateTime),
    #: seconds
    Column("crawl_delay", Float),
    Column("next_request_at", UtcDateTime),
    Column("retry_after_until", UtcDateTime),
)
