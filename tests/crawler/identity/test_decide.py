"""The decision of the keep step, as a table: what was read, what is known, what is done."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

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
from crawler.urls import AddressError, article_key
from storage.records import Article

LONG = " ".join(f"Sentence {number} of the report tells more about the harbour." for number in range(8))
SHORT = "The harbour of Lunde was closed.\n\nNobody was hurt."

HARBOUR = Article(
    "https://paper.example/world/harbour-of-lunde-closed-7",
    "Harbour of Lunde closed",
    LONG,
    authors=("Ada Berg",),
    date_published=datetime(2026, 11, 23, 11, 5, tzinfo=UTC),
    source_key="paper",
)


def read(article: Article, *, fetched_as_own: bool = True) -> Candidate:
    return Candidate(
        article,
        address_keys(article),
        canonical_key(article),
        text_hash(article),
        content_hash(article),
        fetched_as_own=fetched_as_own,
    )


def stored(article: Article, matched_by: str, article_id: int = 1) -> Known:
    return Known(
        article_id,
        article.source_key,
        article_key(article.url),
        article.headline,
        text_hash(article),
        content_hash(article),
        1,
        matched_by,
    )


ELSEWHERE = replace(HARBOUR, url="https://paper.example/sport/harbour-of-lunde-closed-7")
OTHER_PAPER = replace(HARBOUR, url="https://other.example/lunde-8", source_key="other", authors=())
REWRITTEN = replace(HARBOUR, article_body=LONG.replace("tells", "told"))
ANOTHER = replace(HARBOUR, headline="Ferry strike goes on", article_body=LONG.replace("harbour", "ferry"))
BRIEF = replace(HARBOUR, article_body=SHORT)
NEXT_DAY = datetime(2026, 11, 24, 11, 5, tzinfo=UTC)
MARKET = replace(HARBOUR, headline="Lunde stocks close higher", article_body=LONG + " The index rose 1.2 % to 3,410.")
MARKET_NEXT_DAY = replace(MARKET, article_body=LONG + " The index rose 0.4 % to 3,424.", date_published=NEXT_DAY)

OWN_ADDRESS = [
    pytest.param(HARBOUR, HARBOUR, Unchanged(1), id="the same content is unchanged"),
    pytest.param(REWRITTEN, HARBOUR, Revised(1, ("body",)), id="a changed text is a revision"),
    pytest.param(
        ANOTHER, HARBOUR, Revised(1, ("headline", "body")), id="a page that is written anew stays the article"
    ),
    pytest.param(
        replace(HARBOUR, authors=("Jon Lie",), date_published=NEXT_DAY),
        HARBOUR,
        Revised(1, ("authors", "date_published")),
        id="a changed byline and date are a revision",
    ),
    pytest.param(replace(HARBOUR, description="new"), HARBOUR, Unchanged(1), id="a changed teaser is none"),
    pytest.param(
        replace(BRIEF, article_body=""), BRIEF, Revised(1, ("body",)), id="a text that was taken away is a revision"
    ),
]


@pytest.mark.parametrize(("article", "known", "decision"), OWN_ADDRESS)
def test_its_own_address_proves_an_article(article: Article, known: Article, decision: Decision) -> None:
    assert decide(read(article), [stored(known, "key")]) == decision


def test_an_amp_page_changes_nothing() -> None:
    assert decide(read(REWRITTEN, fetched_as_own=False), [stored(HARBOUR, "key")]) == Alias(1)
    assert decide(read(HARBOUR, fetched_as_own=False), [stored(HARBOUR, "key")]) == Unchanged(1)


def test_nothing_known_is_new() -> None:
    assert decide(read(HARBOUR), []) == New()


OTHER_ADDRESS = [
    pytest.param(ELSEWHERE, HARBOUR, Unchanged(1), id="the same text"),
    pytest.param(
        replace(ELSEWHERE, headline="Harbour of Lunde reopened", article_body=SHORT),
        HARBOUR,
        Revised(1, ("headline", "body")),
        id="a corrected headline under an address it moved to",
    ),
    pytest.param(
        replace(ANOTHER, url=ELSEWHERE.url), HARBOUR, New(), id="an address that was given to another article"
    ),
    pytest.param(replace(MARKET_NEXT_DAY, url=ELSEWHERE.url), MARKET, New(), id="the market report of the next day"),
]


@pytest.mark.parametrize(("article", "known", "decision"), OTHER_ADDRESS)
def test_another_address_of_it_counts_where_headline_or_text_agree(
    article: Article, known: Article, decision: Decision
) -> None:
    assert decide(read(article), [stored(known, "key")]) == decision


CANONICAL = [
    pytest.param(ELSEWHERE, HARBOUR, Alias(1), id="the same text"),
    pytest.param(
        replace(ELSEWHERE, article_body=SHORT), HARBOUR, Alias(1), id="a shorter text under the same headline"
    ),
    pytest.param(
        replace(ELSEWHERE, headline="Lunde: port shut"), HARBOUR, Alias(1), id="another headline over the same text"
    ),
    pytest.param(replace(ANOTHER, url=ELSEWHERE.url), HARBOUR, New(), id="another text and headline"),
    pytest.param(replace(MARKET_NEXT_DAY, url=ELSEWHERE.url), MARKET, New(), id="the same headline of another day"),
    pytest.param(
        replace(ELSEWHERE, headline="", article_body=""), replace(BRIEF, headline=""), New(), id="two empty headlines"
    ),
]


@pytest.mark.parametrize(("article", "known", "decision"), CANONICAL)
def test_a_canonical_address_is_evidence(article: Article, known: Article, decision: Decision) -> None:
    assert decide(read(article), [stored(known, "canonical")]) == decision


TEXT = [
    pytest.param(ELSEWHERE, HARBOUR, Alias(1), id="a long text in the same source is the same article"),
    pytest.param(replace(ELSEWHERE, headline="Port shut"), HARBOUR, Alias(1), id="under another headline too"),
    pytest.param(
        replace(ELSEWHERE, headline="Lunde: harbour shut", date_published=NEXT_DAY),
        HARBOUR,
        Alias(1),
        id="under a headline that shares its words, whatever the date",
    ),
    pytest.param(
        replace(ELSEWHERE, headline="Ferry strike goes on", date_published=NEXT_DAY),
        HARBOUR,
        New(),
        id="one notice of a paywall under two headlines",
    ),
    pytest.param(OTHER_PAPER, HARBOUR, New(same_text=(1,)), id="a long text in another source is a copy"),
    pytest.param(replace(ELSEWHERE, article_body=SHORT), BRIEF, Alias(1), id="a short text under the same headline"),
    pytest.param(
        replace(ELSEWHERE, article_body=SHORT, headline="Port shut"),
        BRIEF,
        New(),
        id="a short text under another headline",
    ),
    pytest.param(
        replace(OTHER_PAPER, article_body=SHORT, headline="Port shut"),
        BRIEF,
        New(),
        id="a short text in another source",
    ),
    pytest.param(
        replace(ELSEWHERE, article_body="Watch the video."),
        replace(HARBOUR, article_body="Watch the video."),
        New(),
        id="one line never matches",
    ),
    pytest.param(replace(ELSEWHERE, article_body=""), replace(HARBOUR, article_body=""), New(), id="nor does no text"),
]


@pytest.mark.parametrize(("article", "known", "decision"), TEXT)
def test_the_same_text_is_an_alias_here_and_a_copy_elsewhere(
    article: Article, known: Article, decision: Decision
) -> None:
    assert decide(read(article), [stored(known, "text")]) == decision


def test_its_own_address_is_stronger_than_everything_else() -> None:
    known = [stored(ELSEWHERE, "text", 1), stored(ELSEWHERE, "canonical", 2), stored(HARBOUR, "key", 3)]
    assert decide(read(HARBOUR), known) == Unchanged(3)


def test_all_that_have_the_text_are_named_the_earliest_first() -> None:
    known = [stored(HARBOUR, "text", 9), stored(replace(HARBOUR, source_key="third"), "text", 4)]
    assert decide(read(OTHER_PAPER), known) == New(same_text=(4, 9))


def test_an_address_that_leads_to_a_newer_article_does_not_swallow_it() -> None:
    newer = replace(ANOTHER, url="https://paper.example/world/ferry-strike-8", also=(HARBOUR.url,))
    assert decide(read(newer), [stored(HARBOUR, "key")]) == New()


@pytest.mark.parametrize(
    ("canonical", "key"),
    [
        pytest.param(None, None, id="none"),
        pytest.param("https://www.paper.example/world/a-7?utm_source=x", "paper.example/world/a-7", id="the article"),
        pytest.param("https://paper.example/?p=101", "paper.example?p=101", id="an article by its number"),
        pytest.param("https://paper.example/", None, id="the front page"),
        pytest.param("https://paper.example/world/", None, id="a section"),
        pytest.param("https://paper.example/science-health/", None, id="a section of two words"),
        pytest.param("https://other.example/world/a-7", None, id="another site"),
        pytest.param("/world/a-7", None, id="no whole address"),
        pytest.param("", None, id="nothing"),
    ],
)
def test_a_canonical_address_must_be_able_to_be_true(canonical: str | None, key: str | None) -> None:
    assert canonical_key(replace(HARBOUR, canonical_url=canonical)) == key


def test_the_page_that_was_fetched_comes_first_among_the_keys() -> None:
    article = replace(HARBOUR, also=("https://m.paper.example/a-7", "not an address", "https://paper.example/"))
    assert address_keys(article) == (
        "https://paper.example/world/harbour-of-lunde-closed-7",
        "paper.example/world/harbour-of-lunde-closed-7",
        "https://m.paper.example/a-7",
        "paper.example/a-7",
    )


def test_an_article_without_a_web_address_is_an_error() -> None:
    with pytest.raises(AddressError):
        address_keys(replace(HARBOUR, url="mailto:desk@paper.example"))


@pytest.mark.parametrize(
    ("article", "matched_by", "decision"),
    [
        pytest.param(HARBOUR, "key", Alias(1), id="the same"),
        pytest.param(REWRITTEN, "key", Alias(1), id="other words at its own address"),
        pytest.param(replace(REWRITTEN, url="https://paper.example/b-9"), "key", Alias(1), id="at another address"),
        pytest.param(replace(REWRITTEN, url="https://paper.example/b-9"), "canonical", Alias(1), id="canonical"),
        pytest.param(
            replace(REWRITTEN, url="https://paper.example/b-9", date_published=datetime(2026, 12, 24, tzinfo=UTC)),
            "key",
            New(),
            id="another day's",
        ),
    ],
)
def test_of_a_buried_article_nothing_is_written(article: Article, matched_by: str, decision: Decision) -> None:
    buried = replace(stored(HARBOUR, matched_by), headline="", is_buried=True)
    assert decide(read(article), [buried]) == decision
