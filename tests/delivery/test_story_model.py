"""Stories as values: who joins whom, what is merged, which numbers stay."""

import random

import pytest

from delivery import story_model
from delivery.steps import finished
from delivery.story_model import Merged, Stories
from delivery.story_terms import terms_of
from delivery.story_weights import Told

NAMES = "Lunde Aville Brekke Corno Dorst Elmira Fjeld Garda Hamar Ilmen Jarne Kotka Lipno Modra Narvik".split()
THINGS = (
    "harbour ferry bridge school market island border engine village court strike power forest museum storm".split()
)
FILLER = (
    "said told after before people would could first under against while where their these about again other".split()
)


def report(event: int, seed: int, length: int = 120) -> str:
    """A report of an event: its names and things among words that all reports have."""
    chance = random.Random(f"{event} {seed}")
    own = [
        f"{NAMES[event % len(NAMES)]}{event}",
        f"{THINGS[event % len(THINGS)]}{event}",
        f"mayor{event}",
        f"quay{event}",
    ]
    return " ".join(chance.choice(own) if chance.random() < 0.5 else chance.choice(FILLER) for _ in range(length))


def told(article_id: int, body: str, headline: str = "", day: float = 20_000.0) -> Told:
    return Told(article_id, terms_of(headline, body), day, is_brief=not body)


def placed(*texts: Told) -> Stories:
    stories = Stories()
    for text in texts:
        stories.place(text)
    return stories


def events(count: int = 12, each: int = 6) -> list[tuple[int, Told]]:
    """Reports of some events, mixed: (event, text)."""
    pairs = [(event, seed) for event in range(count) for seed in range(each)]
    random.Random(1).shuffle(pairs)
    return [(event, told(number, report(event, seed))) for number, (event, seed) in enumerate(pairs, 1)]


def test_reports_of_one_event_end_in_one_story() -> None:
    mixed = events()
    stories = placed(*(text for _, text in mixed))
    finished(stories.merging())
    found = {(event, stories.story_of(text.article_id)) for event, text in mixed}
    assert len(found) == len({event for event, _ in mixed}) == len({story for _, story in found})


def test_a_text_that_says_nothing_has_no_story() -> None:
    stories = Stories()
    assert stories.place(told(1, "")) is None
    assert stories.story_of(1) is None
    assert len(stories) == 0


def test_a_story_is_called_after_the_article_that_began_it() -> None:
    stories = Stories()
    assert stories.place(told(7, report(1, 1))) == 7


def test_a_text_that_stood_somewhere_stands_there_again() -> None:
    stories = Stories()
    stories.restore(told(7, report(1, 1)), 3)
    finished(stories.weighing())
    assert stories.story_of(7) == 3


def test_texts_that_were_restored_are_joined_as_if_they_had_been_placed() -> None:
    mixed = [text for _, text in events()]
    stories, again = placed(*mixed[:60]), Stories()
    finished(stories.weighing())
    for text in mixed[:60]:
        again.restore(text, stories.story_of(text.article_id) or 0)
    finished(again.weighing())
    assert [again.place(text) for text in mixed[60:]] == [stories.place(text) for text in mixed[60:]]


def test_a_merge_is_made_in_steps_of_a_text_or_a_story() -> None:
    stories = placed(*(text for _, text in events()))
    steps = stories.merging()
    assert sum(1 for _ in steps) > 2 * len(stories)
    assert finished(stories.merging()) == Merged({}, {})


def test_a_story_keeps_its_heaviest_terms_and_is_found_by_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(story_model, "STORY_TERMS", 20)
    mixed = events()
    stories = placed(*(text for _, text in mixed))
    finished(stories.merging())
    found = {(event, stories.story_of(text.article_id)) for event, text in mixed}
    assert len({event for event, _ in mixed}) == len({story for _, story in found})


def test_what_is_gone_leads_to_the_story_that_stays_and_to_no_other_that_is_gone() -> None:
    stories = placed(*(text for _, text in events()))
    gone = finished(stories.merging()).gone
    assert gone
    assert not set(gone.values()) & gone.keys()
    assert all(old != into for old, into in gone.items())


def test_the_larger_story_keeps_its_number() -> None:
    stories = Stories()
    for number in range(1, 31):
        event = number % 5
        stories.restore(told(number, report(event, number)), 100 + event)
    stories.restore(told(50, report(1, 99)), 7)
    assert finished(stories.merging()) == Merged({7: 101}, {})


def test_a_second_merge_finds_nothing_more() -> None:
    stories = placed(*(text for _, text in events()))
    finished(stories.merging())
    assert finished(stories.merging()) == Merged({}, {})


def test_events_that_lie_far_apart_in_time_are_two() -> None:
    stories = Stories()
    for number in range(1, 21):
        stories.restore(told(number, report(number % 4, number)), 100 + number % 4)
    stories.restore(told(30, report(1, 1), day=20_100.0), 7)
    assert finished(stories.merging()) == Merged({}, {})


def test_stories_are_merged_when_the_texts_have_grown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(story_model, "LEAST_GROWTH", 10)
    stories = placed(*(text for _, text in events(2, 4)))
    assert not stories.wants_merging()
    for number in range(100, 103):
        stories.place(told(number, report(3, number)))
    assert stories.wants_merging()
    finished(stories.merging())
    assert not stories.wants_merging()


def test_texts_that_come_while_others_are_forgotten_are_merged_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(story_model, "LEAST_GROWTH", 10)
    texts = [text for _, text in events(4, 10)]
    stories = placed(*texts[:20])
    finished(stories.merging())
    finished(stories.forgetting(text.article_id for text in texts[:15]))
    for text in texts[20:30]:
        stories.place(text)
    assert (len(stories), stories.wants_merging()) == (15, True)


def test_texts_that_stood_somewhere_are_no_reason_to_merge(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(story_model, "LEAST_GROWTH", 10)
    stories = Stories()
    for _, text in events(4, 10):
        stories.restore(text, 1)
    assert not stories.wants_merging()
    stories.unmerged = 40
    assert stories.wants_merging()


def test_what_is_forgotten_is_joined_no_more() -> None:
    mixed = [text for _, text in events(4, 5)]
    stories = placed(*mixed)
    finished(stories.forgetting([text.article_id for text in mixed]))
    assert len(stories) == 0
    assert stories.place(told(99, report(1, 77))) == 99


def test_forgetting_one_leaves_the_others_in_their_stories() -> None:
    mixed = [text for _, text in events(4, 5)]
    stories = placed(*mixed)
    before = {text.article_id: stories.story_of(text.article_id) for text in mixed}
    finished(stories.forgetting([mixed[0].article_id]))
    assert {number: stories.story_of(number) for number in before if number != mixed[0].article_id} == {
        number: story for number, story in before.items() if number != mixed[0].article_id
    }


def test_headlines_alone_are_joined_by_what_they_share() -> None:
    stories = Stories()
    for number, event in enumerate([0, 1, 2, 3, 4] * 4, 1):
        headline = f"{NAMES[event]} {THINGS[event]} closed after storm number {number}"
        stories.place(told(number, "", headline))
    finished(stories.merging())
    found = [stories.story_of(number) for number in range(1, 21)]
    assert all(found[place] == found[place + 5] for place in range(15))
    assert len(set(found)) == 5


def wide_fields(each: int = 60) -> Stories:
    """Two fields of headlines among other stories; each has one of nineteen words that both fields use."""
    stories = Stories()
    for number in range(1_000, 1_030):
        stories.restore(told(number, "", f"q{number} r{number}"), number)
    for number in range(2 * each):
        field, turn = number % 2, number // 2
        headline = f"{'ab'[field]}{THINGS[turn % 8]} c{turn % 19}"
        stories.restore(told(number + 1, "", headline), field + 1)
    return stories


def test_two_wide_fields_of_headlines_stay_two(monkeypatch: pytest.MonkeyPatch) -> None:
    assert finished(wide_fields().merging()).gone == {}
    monkeypatch.setattr(story_model, "LARGE", 1_000)
    assert finished(wide_fields().merging()).gone == {2: 1}


def headlines(*texts: tuple[int, str]) -> Stories:
    """Headlines that stood in these stories."""
    stories = Stories()
    for number, (story_id, headline) in enumerate(texts, 1):
        stories.restore(told(number, "", headline), story_id)
    return stories


FERRY = [(1, f"Ferry sinks off Lunde {number}") for number in range(1, 5)]
STRIKE = [(2, f"Miners strike in Kotka {number}") for number in range(1, 5)]


def test_a_headline_moves_to_the_story_that_it_is_nearest_to_by_now() -> None:
    stories = headlines(*FERRY, *STRIKE, (2, "Lunde ferry sinks"))
    assert finished(stories.merging()) == Merged({}, {9: 1})
    assert stories.story_of(9) == 1


def test_a_story_that_all_headlines_left_leads_where_they_went() -> None:
    stories = headlines(*FERRY, *STRIKE, (9, "Lunde ferry sinks"))
    assert finished(stories.merging()) == Merged({9: 1}, {})


def test_a_headline_that_is_near_to_nothing_stays_where_it_is() -> None:
    stories = headlines(*FERRY, *STRIKE, (2, "Zoo of Aville opens"))
    assert finished(stories.merging()) == Merged({}, {})


def test_texts_with_a_body_stay_where_they_are() -> None:
    stories = Stories()
    for number in range(1, 31):
        stories.restore(told(number, report(number % 5, number)), 100 + number % 5)
    stories.restore(told(50, report(1, 99)), 102)
    assert finished(stories.merging()).moved == {}


def test_a_word_of_one_large_story_tells_more_than_one_of_many_stories() -> None:
    stories = headlines(*FERRY * 5, *[(10 + number, f"{name} storm") for number, name in enumerate(NAMES)])
    finished(stories.weighing())
    placed_there = stories.place(told(99, "", "Storm: ferry"))
    assert placed_there == 1
