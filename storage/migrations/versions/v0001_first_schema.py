"""The first schema."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

import storage.types

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create all tables."""
    op.create_table('counter',
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('n', sa.BigInteger(), nullable=False),
    sa.PrimaryKeyConstraint('name', name=op.f('pk_counter'))
    )
    op.create_table('host',
    sa.Column('host', sa.Text(), nullable=False),
    sa.Column('robots_body', sa.Text(), nullable=True),
    sa.Column('robots_status', sa.Integer(), nullable=True),
    sa.Column('robots_fetched_at', storage.types.UtcDateTime(timezone=True), nullable=True),
    sa.Column('crawl_delay', sa.Float(), nullable=True),
    sa.Column('next_request_at', storage.types.UtcDateTime(timezone=True), nullable=True),
    sa.Column('retry_after_until', storage.types.UtcDateTime(timezone=True), nullable=True),
    sa.PrimaryKeyConstraint('host', name=op.f('pk_host'))
    )
    op.create_table('meta',
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('value', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('name', name=op.f('pk_meta'))
    )
    op.create_table('source',
    sa.Column('source_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('key', sa.Text(), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('site', sa.Text(), nullable=False),
    sa.Column('enabled', sa.Boolean(), nullable=False),
    sa.Column('next_visit_at', storage.types.UtcDateTime(timezone=True), nullable=False),
    sa.Column('next_visit_reason', sa.Text(), nullable=True),
    sa.Column('lease_owner', sa.Text(), nullable=True),
    sa.Column('lease_fence', sa.BigInteger(), nullable=False),
    sa.Column('lease_until', sa.Float(), nullable=True),
    sa.Column('lease_clock', sa.Text(), nullable=True),
    sa.Column('first_visit_at', storage.types.UtcDateTime(timezone=True), nullable=True),
    sa.Column('last_visit_at', storage.types.UtcDateTime(timezone=True), nullable=True),
    sa.Column('last_success_at', storage.types.UtcDateTime(timezone=True), nullable=True),
    sa.Column('last_new_at', storage.types.UtcDateTime(timezone=True), nullable=True),
    sa.Column('visits', sa.BigInteger(), nullable=False),
    sa.Column('requests', sa.BigInteger(), nullable=False),
    sa.Column('unchanged', sa.BigInteger(), nullable=False),
    sa.Column('failures', sa.Integer(), nullable=False),
    sa.Column('state', sa.Text(), nullable=False),
    sa.Column('state_reason', sa.Text(), nullable=True),
    sa.PrimaryKeyConstraint('source_id', name=op.f('pk_source')),
    sa.UniqueConstraint('key', name=op.f('uq_source_key'))
    )
    op.create_index('ix_source_next_visit_at', 'source', ['next_visit_at'], unique=False)
    op.create_index('ix_source_site', 'source', ['site'], unique=False)
    op.create_table('story',
    sa.Column('story_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('headline', sa.Text(), nullable=False),
    sa.Column('first_seen_at', storage.types.UtcDateTime(timezone=True), nullable=False),
    sa.Column('last_seen_at', storage.types.UtcDateTime(timezone=True), nullable=False),
    sa.Column('article_count', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('story_id', name=op.f('pk_story'))
    )
    op.create_table('article',
    sa.Column('article_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('url', sa.Text(), nullable=False),
    sa.Column('own_key', sa.Text(), nullable=False),
    sa.Column('canonical_url', sa.Text(), nullable=True),
    sa.Column('source_key', sa.Text(), nullable=False),
    sa.Column('headline', sa.Text(), nullable=False),
    sa.Column('description', sa.Text(), nullable=True),
    sa.Column('article_body', sa.Text(), nullable=False),
    sa.Column('authors', sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), 'postgresql'), nullable=False),
    sa.Column('date_published', storage.types.UtcDateTime(timezone=True), nullable=True),
    sa.Column('date_published_raw', sa.Text(), nullable=True),
    sa.Column('date_published_precision', sa.Text(), nullable=True),
    sa.Column('date_published_offset', sa.Integer(), nullable=True),
    sa.Column('date_modified', storage.types.UtcDateTime(timezone=True), nullable=True),
    sa.Column('first_seen_at', storage.types.UtcDateTime(timezone=True), nullable=False),
    sa.Column('fetched_at', storage.types.UtcDateTime(timezone=True), nullable=False),
    sa.Column('last_seen_at', storage.types.UtcDateTime(timezone=True), nullable=False),
    sa.Column('in_language', sa.Text(), nullable=True),
    sa.Column('article_section', sa.Text(), nullable=True),
    sa.Column('keywords', sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), 'postgresql'), nullable=False),
    sa.Column('main_image_url', sa.Text(), nullable=True),
    sa.Column('image_caption', sa.Text(), nullable=True),
    sa.Column('is_accessible_for_free', sa.Boolean(), nullable=True),
    sa.Column('word_count', sa.Integer(), nullable=False),
    sa.Column('agency', sa.Text(), nullable=True),
    sa.Column('provenance', sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), 'postgresql'), nullable=False),
    sa.Column('duplicate_of_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('syndication_group_id', sa.BigInteger(), nullable=True),
    sa.Column('story_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('change_seq', sa.BigInteger(), nullable=False),
    sa.Column('content_hash', sa.Text(), nullable=False),
    sa.Column('text_hash', sa.Text(), nullable=True),
    sa.Column('discovered_via', sa.Text(), nullable=True),
    sa.Column('removed_at', storage.types.UtcDateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['duplicate_of_id'], ['article.article_id'], name=op.f('fk_article_duplicate_of_id')),
    sa.ForeignKeyConstraint(['story_id'], ['story.story_id'], name=op.f('fk_article_story_id')),
    sa.PrimaryKeyConstraint('article_id', name=op.f('pk_article'))
    )
    op.create_index('ix_article_change_seq', 'article', ['change_seq'], unique=False)
    op.create_index('ix_article_first_seen_at', 'article', ['first_seen_at'], unique=False)
    op.create_index('ix_article_own_key', 'article', ['own_key'], unique=False)
    op.create_index('ix_article_source_key_first_seen_at', 'article', ['source_key', 'first_seen_at'], unique=False)
    op.create_index('ix_article_text_hash', 'article', ['text_hash'], unique=False)
    op.create_table('endpoint',
    sa.Column('endpoint_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('source_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('url', sa.Text(), nullable=False),
    sa.Column('fetch_key', sa.Text(), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('origin', sa.Text(), nullable=False),
    sa.Column('http_etag', sa.Text(), nullable=True),
    sa.Column('http_last_modified', sa.Text(), nullable=True),
    sa.Column('body_hash', sa.Text(), nullable=True),
    sa.Column('last_attempt_at', storage.types.UtcDateTime(timezone=True), nullable=True),
    sa.Column('last_success_at', storage.types.UtcDateTime(timezone=True), nullable=True),
    sa.Column('last_new_at', storage.types.UtcDateTime(timezone=True), nullable=True),
    sa.Column('failures', sa.Integer(), nullable=False),
    sa.Column('idle_visits', sa.Integer(), nullable=False),
    sa.Column('next_visit_at', storage.types.UtcDateTime(timezone=True), nullable=False),
    sa.Column('floor_seconds', sa.Float(), nullable=True),
    sa.Column('rate', sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), 'postgresql'), nullable=True),
    sa.Column('state', sa.Text(), nullable=False),
    sa.Column('state_reason', sa.Text(), nullable=True),
    sa.ForeignKeyConstraint(['source_id'], ['source.source_id'], name=op.f('fk_endpoint_source_id')),
    sa.PrimaryKeyConstraint('endpoint_id', name=op.f('pk_endpoint')),
    sa.UniqueConstraint('source_id', 'fetch_key', name=op.f('uq_endpoint_source_id_fetch_key'))
    )
    op.create_table('article_alias',
    sa.Column('key', sa.Text(), nullable=False),
    sa.Column('article_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('url', sa.Text(), nullable=False),
    sa.Column('added_at', storage.types.UtcDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['article_id'], ['article.article_id'], name=op.f('fk_article_alias_article_id')),
    sa.PrimaryKeyConstraint('key', name=op.f('pk_article_alias'))
    )
    op.create_index('ix_article_alias_article_id', 'article_alias', ['article_id'], unique=False)
    op.create_table('change',
    sa.Column('change_seq', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('article_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('what', sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), 'postgresql'), nullable=False),
    sa.Column('at', storage.types.UtcDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['article_id'], ['article.article_id'], name=op.f('fk_change_article_id')),
    sa.PrimaryKeyConstraint('change_seq', name=op.f('pk_change'))
    )
    op.create_table('link',
    sa.Column('link_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('source_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('endpoint_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('url', sa.Text(), nullable=False),
    sa.Column('fetch_key', sa.Text(), nullable=False),
    sa.Column('article_key', sa.Text(), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('state', sa.Text(), nullable=False),
    sa.Column('reason', sa.Text(), nullable=True),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.Column('next_try_at', storage.types.UtcDateTime(timezone=True), nullable=True),
    sa.Column('found_at', storage.types.UtcDateTime(timezone=True), nullable=False),
    sa.Column('outcome_at', storage.types.UtcDateTime(timezone=True), nullable=True),
    sa.Column('depth', sa.Integer(), nullable=False),
    sa.Column('claims', sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), 'postgresql'), nullable=True),
    sa.Column('title', sa.Text(), nullable=True),
    sa.Column('published', storage.types.UtcDateTime(timezone=True), nullable=True),
    sa.Column('modified', storage.types.UtcDateTime(timezone=True), nullable=True),
    sa.Column('rereads', sa.Integer(), nullable=False),
    sa.Column('idle_reads', sa.Integer(), nullable=False),
    sa.Column('http_etag', sa.Text(), nullable=True),
    sa.Column('http_last_modified', sa.Text(), nullable=True),
    sa.Column('body_hash', sa.Text(), nullable=True),
    sa.Column('article_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.ForeignKeyConstraint(['article_id'], ['article.article_id'], name=op.f('fk_link_article_id')),
    sa.ForeignKeyConstraint(['endpoint_id'], ['endpoint.endpoint_id'], name=op.f('fk_link_endpoint_id')),
    sa.ForeignKeyConstraint(['source_id'], ['source.source_id'], name=op.f('fk_link_source_id')),
    sa.PrimaryKeyConstraint('link_id', name=op.f('pk_link')),
    sa.UniqueConstraint('source_id', 'fetch_key', name=op.f('uq_link_source_id_fetch_key'))
    )
    op.create_index('ix_link_article_id', 'link', ['article_id'], unique=False)
    op.create_index('ix_link_fetch_key', 'link', ['fetch_key'], unique=False)
    op.create_index('ix_link_source_id_next_try_at', 'link', ['source_id', 'next_try_at'], unique=False)
    op.create_table('revision',
    sa.Column('article_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('at', storage.types.UtcDateTime(timezone=True), nullable=False),
    sa.Column('what', sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), 'postgresql'), nullable=False),
    sa.Column('headline', sa.Text(), nullable=False),
    sa.Column('description', sa.Text(), nullable=True),
    sa.Column('article_body', sa.Text(), nullable=False),
    sa.Column('authors', sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), 'postgresql'), nullable=False),
    sa.Column('date_published', storage.types.UtcDateTime(timezone=True), nullable=True),
    sa.Column('date_modified', storage.types.UtcDateTime(timezone=True), nullable=True),
    sa.Column('content_hash', sa.Text(), nullable=False),
    sa.Column('change_seq', sa.BigInteger(), nullable=False),
    sa.ForeignKeyConstraint(['article_id'], ['article.article_id'], name=op.f('fk_revision_article_id')),
    sa.PrimaryKeyConstraint('article_id', 'version', name=op.f('pk_revision'))
    )


def downgrade() -> None:
    """Not offered: restore a backup."""
    raise NotImplementedError
