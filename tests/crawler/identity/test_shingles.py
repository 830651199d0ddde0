"""Copies are found through cuts and additions; look-alikes are kept apart."""

import random
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.identity.shingles import (
    CONTAINED,
    EVIDENCE,
    KEYS,
    MAX_WORDS,
    SKETCH,
    Fingerprint,
    compare,
    fingerprint,
    may_be_copy,
)
from tests.support.texts import WORDS, story


def quake(place: str, size: str, depth: str, hour: str, distance: str) -> str:
    return (
        f"An earthquake of magnitude {size} struck {distance} kilometres off {place} at {hour} local time on Monday, the "
        f"survey said. It hit at a depth of {depth} kilometres. There were no reports of casualties or damage so far. No "
        "warning of a tsunami was given. The region lies on a belt of volcanoes and faults that circles the ocean, and "
        "quakes are common there. Residents were told to expect further shocks over the next few days."
    )


REPORT = story(1)
TEXT = " ".join(REPORT)

COPIES = [
    pytest.param(TEXT.upper().replace(".", " –"), id="other case and punctuation"),
    pytest.param(" ".join(REPORT[:14]), id="cut to a third"),
    pytest.param("LUNDE (Agency) - " + TEXT + " (Writing by Jon Lie)", id="dateline and credit around"),
    pytest.param(" ".join(REPORT + story(2, 60)), id="more text behind"),
    pytest.param(" ".join(sorted(REPORT)), id="sentences in another order"),
    pytest.param(" ".join(line.replace("river", "stream") for line in REPORT), id="a word exchanged throughout"),
    pytest.param(" ".join(REPORT[10:30] + story(3, 15)), id="cut and extended"),
]


@pytest.mark.parametrize("copy", COPIES)
def test_a_copy_is_found(copy: str) -> None:
    one, other = fingerprint(TEXT), fingerprint(copy)
    assert compare(one, other).is_copy
    assert set(one.keys) & set(other.keys)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param(TEXT, " ".join(story(2)), id="two reports"),
        pytest.param("", "", id="two empty texts"),
        pytest.param("", TEXT, id="no text and a text"),
        pytest.param("Watch the video.", "Watch the video.", id="two lines that are the same"),
        pytest.param("東京で地震。", "東京で地震。", id="two short lines without spaces"),
        pytest.param(
            quake("Antofagasta", "6.5", "120", "20:02", "93"),
            quake("Kathmandu", "4.8", "12", "07:32", "102"),
            id="two quakes",
        ),
        pytest.param(
            quake("Lunde", "5.1", "33", "04:15", "40"),
            quake("Lunde", "4.4", "18", "16:50", "71"),
            id="two quakes at one place",
        ),
    ],
)
def test_what_only_looks_alike_is_no_copy(one: str, other: str) -> None:
    assert not compare(fingerprint(one), fingerprint(other)).is_copy


def test_a_report_full_of_numbers_has_copies_too() -> None:
    original = quake("Lunde", "5.1", "33", "04:15", "40")
    assert compare(fingerprint(original), fingerprint("LUNDE (Agency) " + original.replace("told", "asked"))).is_copy


def test_numbers_count_where_they_stand() -> None:
    shuffled = quake("Lunde", "33", "40", "5:1", "04.15")
    similarity = compare(fingerprint(quake("Lunde", "5.1", "33", "04:15", "40")), fingerprint(shuffled))
    assert similarity.numbers is not None
    assert not similarity.is_copy


def test_few_numbers_prove_nothing() -> None:
    one, other = (fingerprint(TEXT + f" The bill is {cost} million.") for cost in (3, 4))
    assert compare(one, other).numbers is None
    assert compare(one, other).is_copy


def test_two_articles_above_one_list_are_no_copies() -> None:
    footer = " ".join(story(9, 60))
    one, other = (fingerprint(" ".join(story(seed)) + " " + footer) for seed in (1, 2))
    assert compare(one, other).containment > 0.5
    assert not compare(one, other).is_copy


def test_a_copy_above_another_list_is_one() -> None:
    one, other = (fingerprint(TEXT + " " + " ".join(story(seed, 60))) for seed in (8, 9))
    assert compare(one, other).is_copy


def test_a_paragraph_that_was_taken_over_makes_no_copy() -> None:
    borrowed = " ".join(REPORT[:3] + story(2, 60)[:30] + REPORT[10:21] + story(2, 60)[30:])
    assert compare(fingerprint(TEXT), fingerprint(borrowed)).containment > 0.3
    assert not compare(fingerprint(TEXT), fingerprint(borrowed)).is_copy


def test_texts_without_spaces_are_compared_by_characters() -> None:
    report = "昨日の午後、港の岸壁が崩れ、市は船の出入りを止めた。けが人はいない。潜水士が今日から壁を調べる。" * 3
    copy = "【港町】" + report[40:] + "市長は記者団に原因はまだ分からないと話した。"
    assert compare(fingerprint(report), fingerprint(copy)).is_copy


PHRASES = (
    "昨日の午後遅く 港の岸壁が崩れ 市は船を止めた けが人はいない 潜水士が壁を見 市長は記者団に 原因はまだ不明 住民は避難した 警察は道を閉め 電車は動かない "
    "学校は今日休み 雨が強く降った 風で木が倒れた 工事は来年から 費用は一億円余 会社は謝罪した 選手は二点取り 試合は延長戦に 株価は下がった 首相は会見した"
).split()


def test_phrases_that_every_report_has_make_no_copies() -> None:
    first, second = ("。".join(random.Random(seed).choices(PHRASES, k=90)) for seed in (1, 2))
    assert not compare(fingerprint(first), fingerprint(second)).is_copy
    assert compare(fingerprint(first), fingerprint(first[:300])).is_copy


def test_mixed_scripts_work() -> None:
    mixed = "ナトゥス Natus 港 harbour Порт 항구 " * 20 + TEXT
    assert compare(fingerprint(mixed), fingerprint(TEXT)).is_copy


NOTICE = "Subscribe to read on.\n\nThis article is for readers who support our work. Log in, or choose an offer below."


def test_a_notice_under_two_headlines_makes_no_copies() -> None:
    one, other = fingerprint(NOTICE, "Harbour of Lunde closed"), fingerprint(NOTICE, "Ferry strike goes on")
    similarity = compare(one, other)
    assert (similarity.containment, similarity.headlines) == (1.0, 0.0)
    assert not similarity.is_copy


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param("Harbour of Lunde closed", "Lunde: harbour closed again", id="two wordings of one headline"),
        pytest.param("", "Ferry strike goes on", id="a headline that is not known"),
    ],
)
def test_a_short_text_is_a_copy_where_the_headlines_agree(one: str, other: str) -> None:
    assert compare(fingerprint(NOTICE, one), fingerprint(NOTICE, other)).is_copy


def test_a_long_text_is_a_copy_under_any_headline() -> None:
    one, other = fingerprint(TEXT, "Harbour of Lunde closed"), fingerprint(TEXT, "Council: no ferry before winter")
    assert compare(one, other).headlines is None
    assert compare(one, other).is_copy


def test_one_paragraph_in_a_long_report_makes_no_copy() -> None:
    brief = " ".join([*REPORT[:8], *story(7, 9)])
    similarity = compare(fingerprint(brief), fingerprint(" ".join(REPORT + story(8, 80))))
    assert 0.3 < similarity.containment < 0.55
    assert not similarity.is_copy


def test_a_short_text_is_found_in_a_long_one() -> None:
    long = " ".join(story(5, 200) + REPORT + story(6, 200))
    assert compare(fingerprint(TEXT), fingerprint(long)).is_copy


def test_no_more_than_the_beginning_of_an_endless_text_is_read() -> None:
    beginning = " ".join(f"word{number}" for number in range(MAX_WORDS))
    assert fingerprint(beginning + " and more" * 100_000) == fingerprint(beginning)


def test_the_sketch_of_a_short_text_is_complete() -> None:
    short = fingerprint(" ".join(REPORT[:5]))
    assert short.size == len(short.hashes) == 41
    assert fingerprint(TEXT).size > len(fingerprint(TEXT).hashes) >= SKETCH
    assert len(fingerprint(TEXT).keys) == KEYS


def test_hashes_do_not_depend_on_the_process() -> None:
    assert fingerprint("one two three four five").hashes == (FIVE_WORDS,)


#: It stands in databases: when it changes, stored fingerprints find nothing any more.
FIVE_WORDS = 74_433_153_594_052_653


def test_a_stored_fingerprint_is_the_same() -> None:
    for text in (TEXT, quake("Lunde", "5.1", "33", "04:15", "40"), "", "one"):
        made = fingerprint(text, "Harbour of Lunde closed for 3 days")
        assert Fingerprint.from_bytes(made.to_bytes()) == made


@pytest.mark.parametrize("stored", [b"", b"short", b"\xff" * 21])
def test_what_is_no_fingerprint_is_refused(stored: bytes) -> None:
    with pytest.raises(ValueError, match=r".+"):
        Fingerprint.from_bytes(stored)


texts = st.lists(st.sampled_from([*WORDS, "7", "12", "3.5", "港", "\ud800"]), max_size=120).map(" ".join)


@settings(max_examples=50)
@given(texts, texts)
def test_the_relation_is_symmetric(one: str, other: str) -> None:
    a, b = fingerprint(one), fingerprint(other)
    assert compare(a, b) == compare(b, a)
    assert 0.0 <= compare(a, b).containment <= 1.0


@settings(max_examples=50)
@given(texts)
def test_a_text_is_contained_in_itself(text: str) -> None:
    similarity = compare(fingerprint(text), fingerprint(text))
    assert similarity.containment == (1.0 if text.strip("\ud800 ") else 0.0)
    assert similarity.numbers in (None, 1.0)


def test_what_shares_less_than_proves_anything_need_not_be_compared() -> None:
    mine = fingerprint(TEXT)
    few = replace(mine, hashes=mine.hashes[: EVIDENCE - 1], head=0)
    hashes = frozenset(mine.hashes)
    assert may_be_copy(mine, hashes, fingerprint(" ".join(REPORT[:14])).to_bytes())
    assert not may_be_copy(mine, hashes, fingerprint(" ".join(story(2))).to_bytes())
    assert not may_be_copy(mine, hashes, few.to_bytes())
    assert not compare(mine, few).is_copy


@given(
    first=st.integers(0, 40), length=st.integers(1, 40), other=st.integers(0, 40), more=st.integers(0, 60),
)  # fmt: skip
def test_what_need_not_be_compared_is_never_a_copy_and_what_need_be_has_enough_in_common(
    first: int, length: int, other: int, more: int
) -> None:
    lines = REPORT * 2
    mine = fingerprint(" ".join(lines[first : first + length]))
    theirs = fingerprint(" ".join([*lines[other : other + length], *story(2, more)]))
    similarity = compare(mine, theirs)
    told = may_be_copy(mine, frozenset(mine.hashes), theirs.to_bytes())
    assert told or not similarity.is_copy
    assert not told or similarity.containment >= CONTAINED
