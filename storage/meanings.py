"""What the columns of the contract mean, for its document and for the specification of the API.

A text says what a NULL means where it is more than "unknown"; whether there can be one is told by the schema
(`storage.contract`).
"""

#: view -> column -> meaning
MEANINGS: dict[str, dict[str, str]] = {
    "v1_article": {
        "article_id": "Number of the article; never used again.",
        "url": "The address that the article was read from.",
        "canonical_url": "The address that the publisher calls the right one.",
        "source_key": "`key` of the source that showed it first.",
        "source_name": "`name` of that source.",
        "headline": "Title, without the site's name.",
        "description": "The publisher's summary.",
        "article_body": "Plain text; paragraphs are separated by an empty line. NULL where retention deleted it.",
        "authors": "JSON list of names.",
        "date_published": (
            "When the publisher says that it was published. NULL when nothing says so: the time of download "
            "is never put here."
        ),
        "date_published_raw": "The same as it was written.",
        "date_published_precision": "`second`, `minute` or `day`.",
        "date_published_offset": "Minutes east of UTC as the publisher wrote it; NULL for a time without zone.",
        "date_modified": "When the publisher says that it was changed.",
        "first_seen_at": "When it was first stored.",
        "fetched_at": "When the stored version was fetched.",
        "last_seen_at": "When it was last seen, changed or not.",
        "in_language": "Language tag (BCP 47).",
        "article_section": "Section of the outlet.",
        "keywords": "JSON list.",
        "main_image_url": "Address of the main image.",
        "image_caption": "Its caption.",
        "is_accessible_for_free": (
            "False when the publisher says that it is behind a paywall; what was readable is kept."
        ),
        "word_count": "Words of `article_body`.",
        "agency": "Agency that the text came from (`Reuters`, `dpa`).",
        "duplicate_of_id": (
            "`article_id` of the earliest article of its group of copies: the first that Newswatch stored. "
            "NULL for that one itself."
        ),
        "syndication_group_id": (
            "Articles with one number are copies of one text, cut, extended or lightly rewritten. NULL while "
            "there is one alone. It can change when a text turns up that joins two groups; each article then "
            "gets a `grouped` change."
        ),
        "story_id": "The event that it tells of: see `v1_story`.",
        "version": "1, and one more with each revision.",
        "change_seq": "Number of its last change. Gaps are normal: an article moves to a new number when it changes.",
        "content_hash": "Changes when headline, text, authors or publication claim change.",
        "discovered_via": "Address of the feed, sitemap or page that listed it.",
        "provenance": (
            "JSON: field -> where its value came from (`json-ld`, `opengraph`, `meta`, `microdata`, `feed`, "
            "`rules`, `text`, `plain`, `url`, `import`)."
        ),
        "removed_at": "When it was noticed that the publisher took it away.",
        "page_hash": (
            "Name of the kept page that this version was read from; NULL when none was kept. The file may be "
            "gone by now: pages are kept for some days."
        ),
        "similarity": (
            "Of a copy: share (0 to 1) of the shorter text that stands in the longer one, against "
            "`duplicate_of_id`. NULL for others, and where the original's fingerprint was gone already."
        ),
        "copy_cut": "Share of the original that this copy left out.",
        "copy_added": "Share of this copy that the original does not have.",
        "body_pruned_at": "When retention deleted its text and kept the rest (`[retention] bodies`).",
        "is_live": "True for a live blog, written on while it is read: each look that finds more is a version.",
    },
    "v1_article_change": {
        "change_seq": "Number of the change; begin with 0.",
        "article_id": "The article.",
        "kind": "`new`, `revised`, `removed`, `grouped`.",
        "what": (
            'JSON list of what changed: `["headline"]`; `["retention"]` where our keep rules deleted the '
            "article (`removed`) or its text (`revised`)."
        ),
        "at": "When.",
    },
    "v1_article_alias": {
        "article_id": "The article.",
        "url": "An address that leads to it: with tracking parameters, mobile, AMP, through a feed proxy.",
        "added_at": "When it was learned.",
    },
    "v1_revision": {
        "article_id": "The article.",
        "version": "1 for the first reading.",
        "at": "When this version was read.",
        "what": (
            "JSON list of what changed against the version before; `[]` for version 1. `reprocessed` comes "
            "first where no publisher made the change: the kept page was read anew."
        ),
        "headline": "As in this version.",
        "description": "As in this version.",
        "article_body": "As in this version.",
        "authors": "As in this version.",
        "date_published": "As in this version.",
        "date_modified": "As in this version.",
        "content_hash": "Of this version.",
        "change_seq": "Number of the change that brought it.",
        "page_hash": "Name of the kept page that it was read from.",
        "edits": (
            'JSON list of the words that differ from the version before: `{"part": "body", "before": '
            '"35", "after": "53"}`; parts are `headline`, `body`, `authors`. At most 200 of them, each '
            "side at most 1,000 characters. NULL: stored by an older Newswatch, or deleted by retention."
        ),
    },
    "v1_source_health": {
        "source_key": "`key` of the source.",
        "source_name": "Its name.",
        "enabled": "Whether it is visited.",
        "state": (
            "`new` (not visited yet), `ok`, `failing`, `blocked` (it answers with refusals or challenges), "
            "`walled` (a consent wall or login where its articles are), `trapped` (its addresses lead "
            "nowhere)."
        ),
        "state_reason": "Why it is not `ok`.",
        "last_visit_at": "When its last visit ended.",
        "last_success_at": "When a visit last had an answer from an endpoint.",
        "last_new_at": "When a visit last brought a new article.",
        "next_visit_at": "When it is visited next.",
        "next_visit_reason": "Why then.",
        "visits": "How many visits it had.",
        "requests": "How many requests they made.",
        "unchanged": 'How many of them were answered "nothing new" (304, or the same bytes).',
        "failures": "Failed visits in a row.",
        "articles": "Articles stored from it.",
        "endpoints": "Feeds, sitemaps and pages in use.",
        "links_pending": "Links that wait to be fetched.",
        "links_failed": "Links that could not be read.",
        "render_need": (
            "Which of its pages need a browser: `lists`, `articles`, `lists and articles`; `useless`: they "
            "show no more in one."
        ),
        "render_reason": "How that was found out.",
        "health": (
            "`ok`, `quiet`, `silent`, `blocked`, `walled`, `moved`, `template changed`, `slow`, `clock "
            "wrong`, `paused`, `ours`: [what each means](../why/health.md). NULL: no visit was looked at "
            "yet."
        ),
        "health_evidence": "What the state was made out by, as a sentence.",
        "health_since": "Since when; NULL: always.",
    },
    "v1_health_event": {
        "event_id": "Number of the event, growing.",
        "source_key": "`key` of the source.",
        "at": "End of the visit that showed it.",
        "state": "State since then, as `health` of `v1_source_health`.",
        "before": "State until then.",
        "evidence": "What it was made out by, as a sentence.",
    },
    "v1_visit": {
        "visit_id": "Number of the visit, growing.",
        "source_key": "`key` of the source.",
        "at": "When it ended.",
        "seconds": "How long it took.",
        "requests": "How many requests it made; visits that made none are left out.",
        "unchanged": 'Endpoints that answered "nothing new".',
        "new": "Articles that it brought for the first time.",
        "unread": "Pages that were asked for as articles and could not be read as such.",
        "error": "Why no endpoint answered; NULL: one did.",
    },
    "v1_consumer": {
        "consumer": "Its name.",
        "change_seq": "Number of the last change that it was handed.",
        "epoch": "The history that this number belongs to; another one after a restored backup.",
        "moved_at": "When it was last handed changes.",
        "changes_behind": "How many changes came after them.",
    },
    "v1_alert": {
        "alert_id": "Number of the alert, growing.",
        "watch": "Key of the watch that found it; NULL: an alarm of Newswatch's own.",
        "kind": "`new`, `revised`, `removed`, or `alarm`.",
        "article_id": "The article that was told; NULL: none. It may be gone by now.",
        "change_seq": "Number of the article's last change when it was told; NULL: no article.",
        "told": "What receivers are told, as JSON: `headline`, `url`, `source_key` and more.",
        "made_at": "When it was made.",
        "channels": "Over how many channels it is told.",
        "sent": "How many of them have taken it.",
        "dead": "On how many of them it was given up.",
    },
    "v1_story": {
        "story_id": "Number of the story: the article that began it.",
        "headline": "The headline of its earliest article.",
        "first_seen_at": "When its first article was stored.",
        "last_seen_at": "When its last article was stored.",
        "article_count": (
            "How many articles tell of it, copies included; 0 for a story that was merged, or whose articles "
            "retention deleted."
        ),
        "merged_into_id": (
            "The story that it became a part of; NULL for one that goes on. Never the number of another one "
            "that is gone."
        ),
    },
    "v1_story_change": {
        "story_change_id": "Number, in the order of commits.",
        "story_id": "The story.",
        "kind": "`new`, `joined` (an article came, anew or from another story), `left` (it went to another), `merged`.",
        "article_id": "The article that began, joined or left it.",
        "merged_into_id": "Of `merged`: the story that goes on.",
        "at": "When.",
    },
}
