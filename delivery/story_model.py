"""Which texts tell of one event. Pure: texts in, the numbers of their stories out; no database, no clock.

    Told -> vector (rare words weigh most) -> the nearest story, if it is near enough, else a new one     (place)
    now and then: vectors anew, as the words are known by then -> pairs of stories that are near -> one   (merging)

Joining is cautious, merging is less so: two of a hundred texts share rare words by chance, and what was joined wrongly
stays joined. How near: texts with a body are compared by the mean likeness of all pairs, because a story of a wide
field (storms) has a middle that everything is near to; headlines alone are compared with that middle, for two of them
seldom share a word.

What looks at all texts takes seconds for twenty thousand of them. It is cut into steps of a millisecond (one text, one
story) for whoever has others to serve; until the last step no text is to be placed.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import groupby
from operator import attrgetter

from delivery import story_pairs
from delivery.steps import Steps
from delivery.story_weights import Rarities, Told, Vector, largest, length, weighed

#: terms that are kept of a story
STORY_TERMS = 300
#: of so few texts it is not known which words are rare: each begins a story of its own, and merging joins them later
FEW_TEXTS = 30
#: how near a text must be to join a story, and two stories to be one: mean likeness of pairs, nearness of middles
JOIN, JOIN_BRIEF, MERGE, MERGE_BRIEF = 0.25, 0.22, 0.13, 0.18
#: below these by the middles, nearness by pairs is lower still: most pairs of stories need no closer look
JOIN_LEAST, MERGE_LEAST = min(JOIN, JOIN_BRIEF), min(MERGE, MERGE_BRIEF)
#: stories of headlines that both have more texts than this must be nearer, by this power of how many times more: two
#: wide fields (markets, telephones) have words in common that no two of their headlines share
LARGE, LARGE_POWER = 20, 0.5
#: a term that so many stories have leads to none of them: it bounds what one text costs
COMMON_TERM = 60
#: days between two claims of publication after which two texts are half as near, and after which they are strangers
HALF_DAYS, WINDOW_DAYS = 6.0, 10.0
#: stories are merged when the texts have grown by this share, and by so many at least
GROWTH, LEAST_GROWTH = 0.33, 400

_is_brief = attrgetter("is_brief")


@dataclass(frozen=True, slots=True)
class Merged:
    """What a merge did: stories that are gone -> what each became, texts that moved by themselves -> where they are."""

    gone: dict[int, int]
    moved: dict[int, int]


@dataclass(slots=True)
class _Story:
    total: Vector = field(default_factory=dict)
    texts: list[int] = field(default_factory=list)
    brief: int = 0
    first_day: float = math.inf
    last_day: float = -math.inf
    #: length of the total, when all are added
    norm: float = 1.0

    def add(self, told: Told, vector: Vector) -> None:
        """One text more."""
        self.texts.append(told.article_id)
        self.brief += told.is_brief
        self.first_day, self.last_day = min(self.first_day, told.day), max(self.last_day, told.day)
        self.grow(vector)

    def grow(self, vector: Vector) -> None:
        """Add to the total; when it has twice the terms that are kept of a story, the lightest half goes."""
        total = self.total
        for term, weight in vector.items():
            total[term] = total.get(term, 0.0) + weight
        if len(total) > 2 * STORY_TERMS:
            self.total = largest(total, STORY_TERMS)


class Stories:
    """The stories of the texts of some days. A story is called after the article that began it."""

    def __init__(self) -> None:
        self._told: dict[int, Told] = {}
        self._rarities = Rarities()
        self._vectors: dict[int, Vector] = {}
        self._stories: dict[int, _Story] = {}
        #: term -> stories that have it, with its weight there
        self._holders: defaultdict[str, dict[int, float]] = defaultdict(dict)
        self._story_of: dict[int, int] = {}
        #: texts that came since the last merge; who fills this from a store says how many of them there are
        self.unmerged = 0

    def __len__(self) -> int:
        return len(self._told)

    def story_of(self, article_id: int) -> int | None:
        """The story of a text that was placed."""
        return self._story_of.get(article_id)

    def restore(self, told: Told, story_id: int) -> None:
        """Note where a text stood before; `weighing` puts all of them there."""
        self._told[told.article_id] = told
        self._rarities.add(told)
        self._story_of[told.article_id] = story_id

    def place(self, told: Told) -> int | None:
        """Put a text into its story, and return which; None: it says nothing."""
        if not told.terms:
            return None
        self._told[told.article_id] = told
        self._rarities.add(told)
        self.unmerged += 1
        vector = self._vectors[told.article_id] = self._rarities.vector(told)
        story_id = self._nearest(vector, told) or told.article_id
        self._story_of[told.article_id] = story_id
        story = self._stories.setdefault(story_id, _Story())
        before = story.total
        story.add(told, vector)
        self._hold(story_id, before, vector)
        return story_id

    def forgetting(self, article_ids: Iterable[int]) -> Steps[None]:
        """Drop texts that are older than the window; their stories end when the last of them is gone."""
        for article_id in article_ids:
            told = self._told.pop(article_id, None)
            if told is not None:
                self._rarities.drop(told)
                del self._vectors[article_id], self._story_of[article_id]
            yield
        yield from self._rebuilding()

    def wants_merging(self) -> bool:
        """Whether so many texts came since the last merge that it is worth while."""
        return self.unmerged >= max(LEAST_GROWTH, GROWTH * (len(self._told) - self.unmerged))

    def weighing(self) -> Steps[None]:
        """Weigh all texts anew, in the light of the words and the stories that are known by now."""
        yield from self._weighing(self._told.values())

    def merging(self) -> Steps[Merged]:
        """Make one of stories that are near, and put headlines where they are nearest, as all is known by now."""
        before, self.unmerged = dict(self._story_of), 0
        yield from self.weighing()
        gone = yield from self._uniting_near()
        if any(told.is_brief for told in self._told.values()):
            gone |= yield from self._sorting_headlines()
            gone |= yield from self._uniting_near()
        gone = {old: _end(old, gone) for old in gone}
        moved = {
            article_id: story_id
            for article_id, story_id in self._story_of.items()
            if story_id != gone.get(before[article_id], before[article_id])
        }
        return Merged(gone, moved)

    def _uniting_near(self) -> Steps[dict[int, int]]:
        gone: dict[int, int] = {}
        moved = set(self._stories)
        while moved:
            pairs = yield from self._near_pairs(moved)
            moved = set()
            for _, one, other in sorted(pairs, reverse=True):
                if moved.isdisjoint((one, other)):
                    into, old = self._elder(one, other)
                    self._unite(into, old)
                    gone[old] = into
                    moved |= {one, other}
                    yield
            moved &= self._stories.keys()
        return gone

    def _sorting_headlines(self) -> Steps[dict[int, int]]:
        """Put each headline into the story that it is nearest to; return what became of stories that are empty then."""
        before, now, went = self._story_of, dict[int, int](), defaultdict[int, Counter[int]](Counter)
        for article_id in before:
            now[article_id] = self._nearest_by_now(article_id)
            yield
        self._story_of, left = now, set(before.values()) - set(now.values())
        for article_id, story_id in before.items():
            if story_id in left:
                went[story_id][now[article_id]] += 1
        # what other texts weigh hangs on no story
        yield from self._weighing([told for told in self._told.values() if told.is_brief])
        return {story_id: into.most_common(1)[0][0] for story_id, into in went.items()}

    def _weighing(self, texts: Iterable[Told]) -> Steps[None]:
        yield from self._counting_stories()
        for is_brief, some in groupby(sorted(texts, key=_is_brief), _is_brief):
            telling = yield from self._rarities.telling(is_brief=is_brief)
            for told in some:
                self._vectors[told.article_id] = weighed(told, telling)
                yield
        yield from self._rebuilding()

    def _nearest_by_now(self, article_id: int) -> int:
        told, own = self._told[article_id], self._story_of[article_id]
        if not told.is_brief:
            return own
        vector = self._vectors[article_id]
        alone = _Story(vector, [article_id], 1, told.day, told.day)
        products = self._products(vector)
        nearest, best = own, max(JOIN_BRIEF, _nearness_to_others(products.get(own, 0.0), self._stories[own]))
        for story_id, product in products.items():
            story = self._stories[story_id]
            if story_id != own and len(story.texts) > 1 and product > best * story.norm:
                near = _nearness(product, alone, story)
                if near > best:
                    nearest, best = story_id, near
        return nearest

    def _counting_stories(self) -> Steps[None]:
        headlines = defaultdict[int, list[Told]](list)
        for article_id, story_id in self._story_of.items():
            if self._told[article_id].is_brief:
                headlines[story_id].append(self._told[article_id])
        yield from self._rarities.counting_stories(headlines.values())

    def _rebuilding(self) -> Steps[None]:
        """Make the stories anew from their texts."""
        self._stories, self._holders = {}, defaultdict(dict)
        for article_id, story_id in self._story_of.items():
            story = self._stories.setdefault(story_id, _Story())
            story.add(self._told[article_id], self._vectors[article_id])
            yield
        for story_id, story in self._stories.items():
            story.norm = length(story.total)
            for term, weight in story.total.items():
                self._holders[term][story_id] = weight
            yield

    def _hold(self, story_id: int, before: Vector, vector: Vector) -> None:
        """Tell the holders what a story has, after these terms came and others may have gone from its total."""
        story, holders = self._stories[story_id], self._holders
        total = story.total
        if total is not before:
            for term in before.keys() - total.keys():
                holders[term].pop(story_id, None)
        for term in vector:
            if term in total:
                holders[term][story_id] = total[term]
        story.norm = length(total)

    def _nearest(self, vector: Vector, told: Told) -> int | None:
        alone = _Story(vector, [told.article_id], int(told.is_brief), told.day, told.day)
        best, nearest = 0.0, None
        if len(self._told) <= FEW_TEXTS:
            return None
        for story_id, product in self._products(vector).items():
            story = self._stories[story_id]
            if product < JOIN_LEAST * story.norm:
                continue
            near = _nearness(product, alone, story)
            wanted = JOIN_BRIEF if _by_middle(alone, story) else JOIN
            if near >= wanted and near > best:
                best, nearest = near, story_id
        return nearest

    def _products(self, vector: Vector) -> dict[int, float]:
        products: defaultdict[int, float] = defaultdict(float)
        for term, weight in vector.items():
            holders = self._holders.get(term)
            if holders and len(holders) <= COMMON_TERM:
                for story_id, other in holders.items():
                    products[story_id] += weight * other
        return products

    def _near_pairs(self, moved: set[int]) -> Steps[list[tuple[float, int, int]]]:
        """Pairs that are near enough to be one, of stories that moved with any other; each pair once."""
        if len(moved) == len(self._stories):
            return (yield from self._all_near_pairs())
        found: list[tuple[float, int, int]] = []
        for one in moved:
            products = self._products(self._stories[one].total)
            found += self._near(
                one, {other: products[other] for other in products if other not in moved or other < one}
            )
            yield
        return found

    def _all_near_pairs(self) -> Steps[list[tuple[float, int, int]]]:
        """The same where all are new: each story with those before it, which is half the work."""
        found: list[tuple[float, int, int]] = []
        norms = {story_id: story.norm for story_id, story in self._stories.items()}
        entries = yield from story_pairs.gathering(self._holders.values(), norms, COMMON_TERM)
        for one, products in story_pairs.products(entries, norms, MERGE_LEAST):
            found += self._near(one, products)
            yield
        return found

    def _near(self, one: int, products: Mapping[int, float]) -> Iterator[tuple[float, int, int]]:
        mine = self._stories[one]
        for other, product in products.items():
            story = self._stories[other]
            if product >= MERGE_LEAST * mine.norm * story.norm:
                near = _nearness(product, mine, story) / _wanted(mine, story)
                if near >= 1.0:
                    yield near, one, other

    def _elder(self, one: int, other: int) -> tuple[int, int]:
        """Which of two stories stays: the one with more texts, because fewer change their story then."""
        size = {story_id: len(self._stories[story_id].texts) for story_id in (one, other)}
        into = min((one, other), key=lambda story_id: (-size[story_id], story_id))
        return into, other if into == one else one

    def _unite(self, into: int, old: int) -> None:
        gone, stays = self._stories.pop(old), self._stories[into]
        for term in gone.total:
            del self._holders[term][old]
        stays.texts += gone.texts
        stays.brief += gone.brief
        stays.first_day, stays.last_day = min(stays.first_day, gone.first_day), max(stays.last_day, gone.last_day)
        self._story_of.update(dict.fromkeys(gone.texts, into))
        before = stays.total
        stays.grow(gone.total)
        self._hold(into, before, gone.total)


def _nearness(product: float, one: _Story, other: _Story) -> float:
    days = max(one.first_day - other.last_day, other.first_day - one.last_day, 0.0)
    if days > WINDOW_DAYS:
        return 0.0
    scale = one.norm * other.norm if _by_middle(one, other) else len(one.texts) * len(other.texts)
    return float(product / (scale or 1.0) * 0.5 ** (days / HALF_DAYS))


def _nearness_to_others(product: float, story: _Story) -> float:
    """How near a text is to its own story without itself, by its product with the whole."""
    if len(story.texts) == 1:
        return 0.0
    return (product - 1.0) / math.sqrt(max(story.norm**2 - 2.0 * product + 1.0, 1e-9))


def _wanted(one: _Story, other: _Story) -> float:
    """How near two stories must be to become one."""
    if not _by_middle(one, other):
        return MERGE
    fewer = min(len(one.texts), len(other.texts))
    return float(MERGE_BRIEF * max(1.0, fewer / LARGE) ** LARGE_POWER)


def _by_middle(one: _Story, other: _Story) -> bool:
    """Whether one of the two is of headlines for the most part."""
    return 2 * one.brief >= len(one.texts) or 2 * other.brief >= len(other.texts)


def _end(story_id: int, gone: Mapping[int, int]) -> int:
    while story_id in gone:
        story_id = gone[story_id]
    return story_id
