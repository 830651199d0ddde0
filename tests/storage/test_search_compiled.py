"""A query in the language of each database: what is sent, word by word."""

from datetime import timedelta

import pytest

from storage import search_fts5, search_tsvector
from storage.queries import EVERYTHING, Document, Query, Term, facet, month
from storage.search_spans import Zone
from tests.storage.facts import DAY, NOW

FLOOD = Term(("flood",))
PHRASE = Term(("state", "of", "emergency"))
OPEN = Term(("harb",), is_open=True)
OPEN_PHRASE = Term(("state", "of", "em"), is_open=True)
DAILY = facet("source", "daily")
GERMAN, ENGLISH = facet("language", "de"), facet("language", "en")


@pytest.mark.parametrize(
    ("query", "fts5", "tsquery"),
    [
        pytest.param(Query(((FLOOD,),)), '(("flood"))', "(('flood'))", id="a word"),
        pytest.param(
            Query(((FLOOD,), (OPEN,))), '(("flood") AND ("harb" *))', "(('flood')) & (('harb':*))", id="two words"
        ),
        pytest.param(
            Query(((FLOOD, PHRASE),)),
            '(("flood" OR "state of emergency"))',
            "(('flood') | ('state' <-> 'of' <-> 'emergency'))",
            id="a word or a phrase",
        ),
        pytest.param(
            Query(((OPEN_PHRASE,),)),
            '(("state of em" *))',
            "(('state' <-> 'of' <-> 'em':*))",
            id="a phrase whose last word goes on",
        ),
        pytest.param(
            Query(((FLOOD,),), (PHRASE,)),
            '((("flood"))) NOT ("state of emergency")',
            "(('flood')) & !('state' <-> 'of' <-> 'emergency')",
            id="a word, not a phrase",
        ),
        pytest.param(
            Query((), (FLOOD,)),
            f'("{EVERYTHING}") NOT ("flood")',
            f"'{EVERYTHING}' & !('flood')",
            id="everything but a word",
        ),
        pytest.param(
            Query((), (), {"source": ("daily",)}),
            f'"{EVERYTHING}" AND ("{DAILY}")',
            f"'{EVERYTHING}' & ('{DAILY}')",
            id="a source",
        ),
        pytest.param(
            Query(((FLOOD,),), (), {"language": ("de", "en")}),
            f'(("flood")) AND ("{GERMAN}" OR "{ENGLISH}")',
            f"(('flood')) & ('{GERMAN}' | '{ENGLISH}')",
            id="one of two languages",
        ),
        pytest.param(
            Query(((FLOOD,),), (), {}, {"source": ("daily",)}),
            f'((("flood"))) NOT ("{DAILY}")',
            f"(('flood')) & !'{DAILY}'",
            id="all but a source",
        ),
        pytest.param(
            Query(((FLOOD,),), since=NOW - DAY),
            f'(("flood")) AND ("{month(NOW)}")',
            f"(('flood')) & ('{month(NOW)}')",
            id="the months of a range",
        ),
    ],
)
def test_a_query_is_compiled(query: Query, fts5: str, tsquery: str) -> None:
    assert search_fts5.compiled(query, Zone.BODY, NOW) == fts5
    assert search_tsvector.compiled(query, Zone.BODY, NOW) == tsquery


@pytest.mark.parametrize(
    ("zone", "fts5", "tsquery"),
    [
        pytest.param(Zone.HEADLINE, '{headline} : (("flood"))', "(('flood':A))", id="headline"),
        pytest.param(Zone.LEAD, '{headline lead} : (("flood"))', "(('flood':AB))", id="headline or lead"),
        pytest.param(Zone.BODY, '(("flood"))', "(('flood'))", id="anywhere"),
    ],
)
def test_a_zone_limits_where_the_words_are(zone: Zone, fts5: str, tsquery: str) -> None:
    query = Query(((FLOOD,),))
    assert search_fts5.compiled(query, zone, NOW) == fts5
    assert search_tsvector.compiled(query, zone, NOW) == tsquery


def test_a_zone_does_not_limit_what_is_refused_nor_the_fields() -> None:
    query = Query(((FLOOD,),), (OPEN,), {"source": ("daily",)})
    assert search_fts5.compiled(query, Zone.HEADLINE, NOW).endswith(f'AND ("{DAILY}")) NOT ("harb" *)')
    assert search_tsvector.compiled(query, Zone.HEADLINE, NOW).endswith(f"& ('{DAILY}') & !('harb':*)")


def _document(headline: str = "", lead: str = "", body: str = "", facets: tuple[str, ...] = ()) -> Document:
    return Document(tuple(headline.split()), tuple(lead.split()), tuple(body.split()), facets, NOW)


@pytest.mark.parametrize(
    ("found", "vector"),
    [
        pytest.param(_document("flood here"), "'flood':1A 'here':2A", id="a headline"),
        pytest.param(_document("flood", "flood came"), "'flood':1A,3B 'came':4B", id="a gap behind the headline"),
        pytest.param(_document(facets=("x",)), "'x'", id="what stands beside the words has no place"),
        pytest.param(_document(), "", id="nothing"),
    ],
)
def test_a_document_is_a_vector(found: Document, vector: str) -> None:
    assert search_tsvector.vector(found) == vector


def test_a_vector_has_the_body_behind_the_lead_once() -> None:
    body = " ".join(f"w{number}" for number in range(62))
    lead = " ".join(body.split()[:60])
    vector = search_tsvector.vector(_document("h", lead, body))
    assert "'w0':3B" in vector
    assert "'w59':62B" in vector
    assert "'w60':63 'w61':64" in vector


def test_a_vector_keeps_as_many_places_of_a_word_as_postgresql_does() -> None:
    vector = search_tsvector.vector(_document("the " * 400))
    assert vector.count("A") == search_tsvector.MOST_PLACES


def test_what_was_put_can_be_taken_out_again() -> None:
    """FTS5 wants to be told the very words; a range of dates and its ends are told apart by a microsecond."""
    query = Query(since=NOW, before=NOW + timedelta(microseconds=1))
    assert search_fts5.compiled(query, Zone.BODY, NOW + DAY) == f'"{EVERYTHING}" AND ("{month(NOW)}")'
