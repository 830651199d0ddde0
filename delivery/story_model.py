"""Which texts tell of one event. Pure: texts in, the numbers of their stories out; no database, no clock.

    Told -> vector (rare words weigh most) -> the nearest story, if it is near enough, else a new one     (place)
    now and then: vectors anew, as the words are known by then -> pairs of stories that are near -> one   (merge)

Joining is cautious, merging is less so: two of a hundred texts share rare words by chance, and what was joined wrongly
stays joined. How near: texts with a body are compared by the mean likeness of all pairs, because a story of a wide
field (storms) has a middle that everything is near to; headlines alone are compared with that middle, for two of them
seldom share a word.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

#: terms (words and pairs of words) that are kept of a text, and of a story
TEXT_TERMS, STORY_TERMS = 120, 300
#: power of the rarity of a term, in texts with a body and in headlines
RARITY, RARITY_BRIEF = 1.5, 1.0
#: a word that more than this share of the texts have (of so many texts, at least) is "the" or "said", in any language
FUNCTION_SHARE, FUNCTION_LEAST = 0.15, 10
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

Vector = dict[str, float]


@dataclass(frozen=True, slots=True)
class Told:
    """A text as far as its story goes."""

    article_id: int
    #: words and pairs of words -> 1 + log of how often they stand there
    terms: Mapping[str, float]
    #: days since 1970 of the claimed publication, else of its arrival
    day: float
    #: whether it is a headline without a body
    is_brief: bool


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
    norm: float = 1.0


class Stories:
    """The stories of the texts of some days. A story is called after the article that began it."""

    def __init__(self) -> None:
        self._told: dict[int, Told] = {}
        self._vectors: dict[int, Vector] = {}
        self._known_in: Counter[str] = Counter()
        #: term of headlines -> how many stories have it, since all were weighed last; and how many stories there were
        self._spread: dict[str, float] = {}
        self._spread_over = 0
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

    def place(self, told: Told, known: int | None = None) -> int | None:
        """Put a text into its story (`known`: where it stood before), and return which; None: it says nothing."""
        if not told.terms:
            return None
        self._told[told.article_id] = told
        self._known_in.update(told.terms.keys())
        self.unmerged += known is None
        vector = self._vectors[told.article_id] = self._vector(told)
        story_id = known or self._nearest(vector, told) or told.article_id
        self._add(story_id, told, vector)
        return story_id

    def forget(self, article_ids: Iterable[int]) -> None:
        """Drop texts that are older than the window; their stories end when the last of them is gone."""
        for article_id in article_ids:
            told = self._told.pop(article_id, None)
            if told is not None:
                self._known_in.subtract(told.terms.keys())
                del self._vectors[article_id], self._story_of[article_id]
        self._known_in = +self._known_in
        self._rebuild({article_id: self._story_of[article_id] for article_id in self._told})

    def wants_merging(self) -> bool:
        """Whether so many texts came since the last merge that it is worth while."""
        return self.unmerged >= max(LEAST_GROWTH, GROWTH * (len(self._told) - self.unmerged))

    def weigh(self) -> None:
        """Weigh all texts anew, in the light of the words and the stories that are known by now."""
        self._count_stories()
        self._vectors = {article_id: self._vector(told) for article_id, told in self._told.items()}
        self._rebuild(dict(self._story_of))

    def merge(self) -> Merged:
        """Make one of stories that are near, and put headlines where they are nearest, as all is known by now."""
        before, self.unmerged = dict(self._story_of), 0
        self.weigh()
        gone = self._unite_near()
        if any(told.is_brief for told in self._told.values()):
            gone |= self._sort_headlines()
            self.weigh()
            gone |= self._unite_near()
        gone = {old: _end(old, gone) for old in gone}
        moved = {
            article_id: story_id
            for article_id, story_id in self._story_of.items()
            if story_id != gone.get(before[article_id], before[article_id])
        }
        return Merged(gone, moved)

    def _unite_near(self) -> dict[int, int]:
        gone: dict[int, int] = {}
        moved = set(self._stories)
        while moved:
            pairs, moved = sorted(self._near_pairs(moved), reverse=True), set()
            for _, one, other in pairs:
                if moved.isdisjoint((one, other)):
                    into, old = self._elder(one, other)
                    self._unite(into, old)
                    gone[old] = into
                    moved |= {one, other}
            moved &= self._stories.keys()
        return gone

    def _sort_headlines(self) -> dict[int, int]:
        """Put each headline into the story that it is nearest to; return what became of stories that are empty then."""
        before = self._story_of
        self._rebuild({article_id: self._nearest_by_now(article_id) for article_id in before})
        went: defaultdict[int, Counter[int]] = defaultdict(Counter)
        for article_id, story_id in before.items():
            if story_id not in self._stories:
                went[story_id][self._story_of[article_id]] += 1
        return {story_id: into.most_common(1)[0][0] for story_id, into in went.items()}

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

    def _count_stories(self) -> None:
        """Count in how many stories a term of headlines is: 70 times in one and once in another are 1.03 stories."""
        counts: defaultdict[str, Counter[int]] = defaultdict(Counter)
        stories: set[int] = set()
        for article_id, story_id in self._story_of.items():
            if self._told[article_id].is_brief:
                stories.add(story_id)
                for term in self._told[article_id].terms:
                    counts[term][story_id] += 1
        self._spread_over = len(stories)
        self._spread = {
            term: sum(having.values()) ** 2 / sum(count * count for count in having.values())
            for term, having in counts.items()
            if self._known_in[term] > 1
        }

    def _vector(self, told: Told) -> Vector:
        weighed = self._weighed_by_stories(told) if told.is_brief and self._spread else self._weighed_by_texts(told)
        return _unit(_largest(weighed, TEXT_TERMS))

    def _weighed_by_stories(self, told: Told) -> Vector:
        known_in, spread, over = self._known_in, self._spread, self._spread_over
        weighed: Vector = {}
        for term, weight in told.terms.items():
            known = known_in[term]
            if known > 1:
                rarity = math.log((over + 1) / (spread.get(term, known) + 0.5))
                if rarity > 0:
                    weighed[term] = weight * rarity
        return weighed

    def _weighed_by_texts(self, told: Told) -> Vector:
        count = len(self._told)
        power = RARITY_BRIEF if told.is_brief else RARITY
        most, known_in = max(FUNCTION_SHARE * count, FUNCTION_LEAST), self._known_in
        weighed, rarity = dict[str, float](), dict[int, float]()
        for term, weight in told.terms.items():
            known = known_in[term]
            # a word that nobody else has cannot tell whom this text is near to; "of the" tells nothing
            if 1 < known <= most:
                first, _, second = term.partition(" ")
                if not second or (known_in[first] <= most and known_in[second] <= most):
                    if known not in rarity:
                        rarity[known] = math.log((count + 1) / (known + 0.5)) ** power
                    weighed[term] = weight * rarity[known]
        return weighed

    def _rebuild(self, placed: Mapping[int, int]) -> None:
        self._stories, self._holders, self._story_of = {}, defaultdict(dict), {}
        for article_id, story_id in placed.items():
            self._add(story_id, self._told[article_id], self._vectors[article_id])

    def _add(self, story_id: int, told: Told, vector: Vector) -> None:
        story = self._stories.setdefault(story_id, _Story())
        story.texts.append(told.article_id)
        story.brief += told.is_brief
        story.first_day, story.last_day = min(story.first_day, told.day), max(story.last_day, told.day)
        self._story_of[told.article_id] = story_id
        self._grow(story_id, vector)

    def _grow(self, story_id: int, vector: Vector) -> None:
        story, holders = self._stories[story_id], self._holders
        total = story.total
        for term, weight in vector.items():
            holders[term][story_id] = total[term] = total.get(term, 0.0) + weight
        if len(story.total) > 2 * STORY_TERMS:
            kept = _largest(story.total, STORY_TERMS)
            for term in story.total.keys() - kept.keys():
                del self._holders[term][story_id]
            story.total = kept
        story.norm = _length(story.total)

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

    def _near_pairs(self, moved: set[int]) -> Iterator[tuple[float, int, int]]:
        """Pairs that are near enough to be one, of stories that moved with any other; each pair once."""
        if len(moved) == len(self._stories):
            yield from self._all_near_pairs()
            return
        for one in moved:
            products = self._products(self._stories[one].total)
            others = {other: products[other] for other in products if other not in moved or other < one}
            yield from self._near(one, others)

    def _all_near_pairs(self) -> Iterator[tuple[float, int, int]]:
        """The same where all are new: each story with those before it, which is half the work."""
        before: defaultdict[str, list[tuple[int, float]]] = defaultdict(list)
        for one, mine in self._stories.items():
            products: defaultdict[int, float] = defaultdict(float)
            for term, weight in mine.total.items():
                if 1 < len(self._holders[term]) <= COMMON_TERM:
                    for other, theirs in before[term]:
                        products[other] += weight * theirs
                    before[term].append((one, weight))
            yield from self._near(one, products)

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
        self._grow(into, gone.total)


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


def _largest(vector: Mapping[str, float], count: int) -> Vector:
    """So many of the heaviest terms; of those that weigh the same the first by their letters."""
    if len(vector) <= count:
        return dict(vector)
    least = sorted(vector.values(), reverse=True)[count - 1]
    kept = {term: weight for term, weight in vector.items() if weight > least}
    last = sorted(term for term, weight in vector.items() if weight == least)
    return kept | dict.fromkeys(last[: count - len(kept)], least)


def _length(vector: Mapping[str, float]) -> float:
    return math.hypot(*vector.values())


def _unit(vector: Vector) -> Vector:
    length = _length(vector) or 1.0
    return {term: weight / length for term, weight in vector.items()}


def _end(story_id: int, gone: Mapping[int, int]) -> int:
    while story_id in gone:
        story_id = gone[story_id]
    return story_id
