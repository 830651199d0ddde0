"""What people write into a search field: what it means, and the one sentence for what means nothing."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from delivery.followers import follow
from delivery.query import EXAMPLES, FIELDS, MOST_LETTERS, MOST_TERMS, QueryError, narrowed, parse
from delivery.search import Cursor, SearchFollower, search
from storage.database import Database
from storage.queries import Query, Term
from tests.delivery.conftest import NOW, Desk

FLOOD, HARBOUR, PORT = (Term((word,)) for word in ("flood", "harbour", "port"))


@pytest.mark.parametrize(
    ("text", "query"),
    [
        pytest.param("flood harbour", Query(((FLOOD,), (HARBOUR,))), id="words side by side: all of them"),
        pytest.param('"flood harbour"', Query(((Term(("flood", "harbour")),),)), id="a phrase"),
        pytest.param('"flood harbour', Query(((Term(("flood", "harbour")),),)), id="a phrase whose end is missing"),
        pytest.param("flood -port", Query(((FLOOD,),), (PORT,)), id="not this word"),
        pytest.param('-"flood port"', Query((), (Term(("flood", "port")),)), id="all but a phrase"),
        pytest.param("flood harbour OR port", Query(((FLOOD,), (HARBOUR, PORT))), id="one of two words"),
        pytest.param("harbour|port", Query(((Term(("harbour", "port")),),)), id="a bar within a word parts it"),
        pytest.param("harbour | port", Query(((HARBOUR, PORT),)), id="a bar is OR"),
        pytest.param("OR flood OR", Query(((FLOOD,),)), id="an OR at the edge means nothing"),
        pytest.param("or flood", Query(((Term(("or",)),), (FLOOD,))), id="a small or is a word"),
        pytest.param("co-operate", Query(((Term(("co", "operate")),),)), id="a hyphen makes a phrase"),
        pytest.param("harb*", Query(((Term(("harb",), is_open=True),),)), id="words that begin so"),
        pytest.param("* flood", Query(((FLOOD,),)), id="a star alone means nothing"),
        pytest.param("北京", Query(((Term(("北京",)),),)), id="two characters are a pair"),
        pytest.param("北", Query(((Term(("北",), is_open=True),),)), id="one character begins a pair"),
        pytest.param(
            "北京大学", Query(((Term(("北京", "京大", "大学")),),)), id="more characters are a phrase of pairs"
        ),
        pytest.param("iPhone手", Query(((Term(("iphone", "手"), is_open=True),),)), id="a character behind letters"),
        pytest.param("source:dw OR source:bbc", Query((), (), {"source": ("dw", "bbc")}), id="one of two sources"),
        pytest.param('section:"World news"', Query((), (), {"section": ("World news",)}), id="a value of two words"),
        pytest.param("-lang:de flood", Query(((FLOOD,),), (), {}, {"language": ("de",)}), id="not this language"),
        pytest.param("since:7d flood", Query(((FLOOD,),), since=NOW - timedelta(days=7)), id="a span before now"),
        pytest.param(
            "until:2026-11-01 flood", Query(((FLOOD,),), before=datetime(2026, 11, 1, tzinfo=UTC)), id="a last day"
        ),
        pytest.param("Live:15:30", Query(((Term(("live", "15", "30")),),)), id="a time of day is no field"),
        pytest.param("https://dw.com/a", Query(((Term(("https", "dw", "com", "a")),),)), id="nor is an address"),
        pytest.param("flood:", Query(((FLOOD,),)), id="nor is a colon at the end"),
    ],
)
def test_a_text_means(text: str, query: Query) -> None:
    assert parse(text, NOW) == query


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        pytest.param("", "there is no word to search for", id="nothing"),
        pytest.param("--- ??? 🎉", "there is no word to search for", id="nothing that is searched"),
        pytest.param("autor:smith", "there is no field autor: write source, language", id="an unknown field"),
        pytest.param("since:yesterday", "since:yesterday is no date: write 2026-11-23", id="no date"),
        pytest.param("since:99999999999d", "is no date", id="a date before the calendar"),
        pytest.param("flood OR -port", "OR stands between words", id="either or not"),
        pytest.param("-since:7d", "since: takes no minus", id="not since"),
        pytest.param('source:""', "source: is followed by what it is to be, as in source:dw", id="a field of nothing"),
        pytest.param("a*", "at least 3 letters stand before a star", id="half of all words"),
        pytest.param("since:2026-11-02 before:2026-11-01", "exchange them", id="an empty range"),
        pytest.param("x" * (MOST_LETTERS + 1), "a search takes up to 2000", id="a whole article"),
        pytest.param("a " * (MOST_TERMS + 1), "more than 40 words and phrases", id="very many words"),
    ],
)
def test_what_means_nothing_is_told_in_a_sentence(text: str, sentence: str) -> None:
    with pytest.raises(QueryError, match=sentence) as told:
        parse(text, NOW)
    assert "\n" not in str(told.value)


@pytest.mark.parametrize("name", sorted(set(FIELDS.values())))
def test_the_example_of_each_field_can_be_searched(name: str) -> None:
    assert parse(f"{name}:{EXAMPLES[name]}", NOW) != Query()


def test_what_stands_beside_a_query_narrows_it() -> None:
    query = narrowed(parse("flood language:de", NOW), NOW, source="dw", language="fr", since="1d", before=None)
    fields = {"language": ("fr",), "source": ("dw",)}
    assert query == Query(((FLOOD,),), fields=fields, since=NOW - timedelta(days=1))
    with pytest.raises(QueryError, match="since:soon is no date"):
        narrowed(query, NOW, since="soon")


#: everything that means something in one of the languages on the way
_SHARP = st.sampled_from(
    [*list("\"'-*:|&!()<>^{}\\%;,. "), " OR ", " AND ", " NOT ", "NEAR(", "source:", "-", "\x00", "北", "a"]
)


@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
@given(text=st.one_of(st.text(max_size=60), st.lists(_SHARP, max_size=20).map("".join)))
def test_whatever_is_written_is_searched_or_told_about(database: Database, text: str) -> None:
    try:
        query = parse(text, NOW)
    except QueryError:
        return
    with database.read() as connection:
        assert search(connection, query).hits == ()


@given(text=st.text(max_size=40))
def test_a_cursor_is_read_or_refused(text: str) -> None:
    try:
        read = Cursor.read(text)
    except QueryError:
        return
    assert Cursor.read(str(read)) == read


@pytest.mark.parametrize("cursor", ["1.2", "a.b.c", "-1.0.0", "1.2.3.4", "9" * 30 + ".0.0", "١.٢.٣"])
def test_a_cursor_that_no_page_gave_is_refused(database: Database, desk: Desk, cursor: str) -> None:
    desk.keep("https://daily.example/1")
    follow(database, SearchFollower())
    with database.read() as connection, pytest.raises(QueryError, match="this cursor is none"):
        search(connection, parse("headline", NOW), cursor=cursor)
