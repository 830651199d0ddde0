"""The contract with those who read the database: the views `v1_*`. They only grow; tables may change."""

#: name -> SELECT, the same text for SQLite and PostgreSQL
VIEWS: dict[str, str] = {
    "v1_article": """
        SELECT a.article_id, a.url, a.canonical_url, a.source_key, s.name AS source_name, a.headline, a.description,
               NULLIF(a.article_body, '') AS article_body, a.authors, a.date_published, a.date_published_raw,
               a.date_published_precision, a.date_published_offset, a.date_modified, a.first_seen_at, a.fetched_at,
               a.last_seen_at, a.in_language, a.article_section, a.keywords, a.main_image_url, a.image_caption,
               a.is_accessible_for_free, a.word_count, a.agency, a.duplicate_of_id, a.syndication_group_id, a.story_id,
               a.version, a.change_seq, a.content_hash, a.discovered_via, a.provenance, a.removed_at, a.page_hash,
               c.similarity, c.cut AS copy_cut, c.added AS copy_added, a.body_pruned_at, a.is_live
        FROM article a LEFT JOIN source s ON s.key = a.source_key
             LEFT JOIN article_copy c ON c.article_id = a.article_id
        WHERE a.pruned_at IS NULL
    """,
    "v1_article_change": "SELECT change_seq, article_id, kind, what, at FROM change",
    "v1_article_alias": "SELECT article_id, url, min(added_at) AS added_at FROM article_alias GROUP BY article_id, url",
    "v1_revision": """
        SELECT article_id, version, at, what, headline, description, NULLIF(article_body, '') AS article_body,
               authors, date_published, date_modified, content_hash, change_seq, page_hash, edits
        FROM revision
    """,
    "v1_source_health": """
        SELECT s.key AS source_key, s.name AS source_name, s.enabled, s.state, s.state_reason, s.last_visit_at,
               s.last_success_at, s.last_new_at, s.next_visit_at, s.next_visit_reason, s.visits, s.requests,
               s.unchanged, s.failures,
               (SELECT count(*) FROM article a WHERE a.source_key = s.key AND a.pruned_at IS NULL) AS articles,
               (SELECT count(*) FROM endpoint e WHERE e.source_id = s.source_id AND e.state = 'active') AS endpoints,
               (SELECT count(*) FROM link l WHERE l.source_id = s.source_id AND l.state = 'pending') AS links_pending,
               (SELECT count(*) FROM link l WHERE l.source_id = s.source_id AND l.state = 'failed') AS links_failed,
               s.render_need, s.render_reason,
               CASE WHEN s.enabled THEN h.state ELSE 'paused' END AS health, h.evidence AS health_evidence,
               h.health_since
        FROM source s LEFT JOIN source_health h ON h.source_id = s.source_id
    """,
    "v1_health_event": """
        SELECT e.event_id, s.key AS source_key, e.at, e.state, e.before, e.evidence
        FROM health_event e JOIN source s ON s.source_id = e.source_id
    """,
    "v1_visit": """
        SELECT v.visit_id, s.key AS source_key, v.at, v.seconds, v.requests, v.unchanged, v.new, v.unread, v.error
        FROM visit v JOIN source s ON s.source_id = v.source_id
    """,
    "v1_consumer": """
        SELECT k.name AS consumer, k.change_seq, k.epoch, k.moved_at, c.n - k.change_seq AS changes_behind
        FROM consumer k JOIN counter c ON c.name = 'change'
    """,
    "v1_alert": """
        SELECT a.alert_id, a.watch, a.kind, a.article_id, a.change_seq, a.told, a.made_at,
               (SELECT count(*) FROM dispatch d WHERE d.alert_id = a.alert_id) AS channels,
               (SELECT count(*) FROM dispatch d JOIN message m ON m.message_id = d.message_id
                WHERE d.alert_id = a.alert_id AND m.state = 'sent') AS sent,
               (SELECT count(*) FROM dispatch d JOIN message m ON m.message_id = d.message_id
                WHERE d.alert_id = a.alert_id AND m.state = 'dead') AS dead
        FROM alert a
    """,
    "v1_story": "SELECT story_id, headline, first_seen_at, last_seen_at, article_count, merged_into_id FROM story",
    "v1_story_change": "SELECT story_change_id, story_id, kind, article_id, merged_into_id, at FROM story_change",
}
