"""What many pages of one site teach: its furniture, where its fields stand, and in which zone times are written.

    Reading -> remember() -> SiteMemory -> read_page(..., memory=...)

A newsletter call, a note about the author or a "read more" line stands in many articles of a site in the same words,
a sentence of an article does not. Text stands in the same elements of a site's template from article to article; when
it has stood in none of the known ones three times in a row, the template is another one, and its elements are learned
anew. The memory is a small value that is kept for each source and grows with its articles.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from hashlib import blake2b

from crawler.extract.origins import Origins, Place, learned
from crawler.extract.shapes import SEEN, Known
from crawler.extract.text import folded, weight
from storage.records import Reading

#: a line of this many different articles is furniture
_RECURS = 3
#: and of this share of the articles: a market report's standing phrase recurs, but not in two of five articles
_SHARE = 0.4
#: longer lines are never furniture: an agency's background paragraph recurs too, and is text
_LONGEST = 260
#: after so many articles all counts are halved, so that a line that is gone is forgotten
_HALF_LIFE = 60
_MAX_LINES = 1_500
_MAX_RECENT = 80
#: a shape whose blocks are this likely holds text
_TEXT = 0.5
#: articles in a row without a known shape that make another template
_STRANGE = 3
#: a mean counts so many articles at most, so that it follows the site
_MEAN_OVER = 30
_MAX_SHAPES = 400
#: shapes of bylines; a site has one or two for each kind of article
_MAX_BYLINES = 24
#: minutes by which the clock of a site moves twice a year
_SEASON = 60


@dataclass(frozen=True, slots=True)
class SiteMemory:
    """Lines of a site's articles, by hash, and how many different articles showed each."""

    lines: Mapping[str, int] = field(default_factory=dict)
    #: hashes of the headlines that were counted last: an article that is read again is not counted again
    recent: tuple[str, ...] = ()
    articles: int = 0
    #: how likely text stands in each shape of block, and how many articles had the shape
    shapes: Known = field(default_factory=dict)
    #: articles in a row whose text stood in shapes that were not known
    strange: int = 0
    #: templates that the site has had since its memory began
    templates: int = 1
    #: minutes east of UTC in which the last time without zone was written, and how many articles agreed on it
    clocks: tuple[int, int] = (0, 0)
    #: in what share of the articles the blocks of a shape named their authors, and in how many they were seen
    bylines: Known = field(default_factory=dict)
    #: where headline, byline, date and text stand
    origins: Origins = field(default_factory=dict)

    @property
    def clock(self) -> int | None:
        """Minutes east of UTC in which the site writes times without zone; None until three articles proved it."""
        minutes, articles = self.clocks
        return minutes if articles >= SEEN else None

    def is_furniture(self, text: str) -> bool:
        """Whether a line stood in three different articles of the site, or more, and in two of five."""
        least = max(_RECURS, _SHARE * self._counted)
        return bool(self.lines) and weight(text) <= _LONGEST and self.lines.get(_mark(text), 0) >= least

    @property
    def _counted(self) -> float:
        """How many articles the counts stand for: they were halved now and then."""
        rounds, since = divmod(self.articles, _HALF_LIFE)
        return since + _HALF_LIFE * (1 - 0.5**rounds)

    def to_json(self) -> str:
        """The memory as JSON, for the store."""
        held = {
            "lines": dict(self.lines),
            "recent": list(self.recent),
            "articles": self.articles,
            "shapes": {shape: list(known) for shape, known in self.shapes.items()},
            "bylines": {shape: list(known) for shape, known in self.bylines.items()},
            "strange": self.strange,
            "templates": self.templates,
            "clocks": list(self.clocks),
            "origins": {name: list(place) for name, place in self.origins.items()},
        }
        return json.dumps(held, separators=(",", ":"))

    @classmethod
    def from_json(cls, text: str) -> "SiteMemory":
        """The memory that ``to_json`` wrote; ValueError when it is none."""
        held = json.loads(text)
        if not isinstance(held, dict):
            raise ValueError("A site memory is a JSON object")  # noqa: TRY004 - the text is wrong, not its type
        minutes, agreed = held.get("clocks", (0, 0))
        origins = {
            name: Place(str(told), int(times), int(since))
            for name, (told, times, since) in held.get("origins", {}).items()
        }
        return cls(
            dict(held.get("lines", {})), tuple(held.get("recent", ())), int(held.get("articles", 0)),
            _known(held.get("shapes", {})), int(held.get("strange", 0)), int(held.get("templates", 1)),
            (int(minutes), int(agreed)), _known(held.get("bylines", {})), origins,
        )  # fmt: skip


def memory_of(text: str | None) -> SiteMemory:
    """The memory that a store holds; an empty one for None, or for a text of another version that means nothing now."""
    if text is None:
        return SiteMemory()
    try:
        return SiteMemory.from_json(text)
    except (ValueError, TypeError):
        return SiteMemory()


def remember(memory: SiteMemory, reading: Reading) -> SiteMemory:
    """The memory with one more article in it; other pages and articles that were just counted change nothing."""
    if reading.article is None:
        return memory
    name = _mark(reading.article.headline)
    if name in memory.recent:
        return memory
    lines = dict(memory.lines)
    for line in _lines_of(reading):
        lines[line] = lines.get(line, 0) + 1
    articles = memory.articles + 1
    if articles % _HALF_LIFE == 0:
        lines = {line: count // 2 for line, count in lines.items() if count > 1}
    lined = replace(memory, lines=_most_common(lines), recent=(name, *memory.recent)[:_MAX_RECENT], articles=articles)
    origins = learned(memory.origins, reading.article.provenance)
    told = replace(
        lined,
        clocks=_agreed(memory.clocks, reading.clock),
        bylines=_learned(memory.bylines, reading.bylines, _MAX_BYLINES),
        origins=origins,
    )
    return _with_shapes(told, reading.shapes)


def is_rebuilt(before: SiteMemory, after: SiteMemory) -> bool:
    """Whether the article between two memories was the last that it took to see another template."""
    return after.templates > before.templates


def _agreed(known: tuple[int, int], clock: int | None) -> tuple[int, int]:
    """What is known of a site's clock after one more article; an hour more or less is another season."""
    if clock is None:
        return known
    minutes, articles = known
    agrees = articles and abs(clock - minutes) in (0, _SEASON)
    return clock, min(articles + 1, _MEAN_OVER) if agrees else 1


def _with_shapes(memory: SiteMemory, shown: Mapping[str, float]) -> SiteMemory:
    """The memory with the shapes of one more article; after three strange articles in a row with these alone."""
    text = {shape for shape, likely in shown.items() if likely >= _TEXT}
    known = {shape for shape, (_, number) in memory.shapes.items() if number >= SEEN}
    strange = memory.strange + 1 if known and text and text.isdisjoint(known) else 0
    if strange >= _STRANGE:
        return replace(memory, shapes=_learned({}, shown), strange=0, templates=memory.templates + 1)
    return replace(memory, shapes=_learned(memory.shapes, shown), strange=strange)


def _known(held: Mapping[str, tuple[float, int]]) -> Known:
    return {str(shape): (float(mean), int(number)) for shape, (mean, number) in held.items()}


def _learned(shapes: Known, shown: Mapping[str, float], most: int = _MAX_SHAPES) -> Known:
    """Means that follow the last articles; the shapes that fewest articles had make room for new ones."""
    learned = dict(shapes)
    for shape, likely in shown.items():
        mean, number = shapes.get(shape, (0.0, 0))
        learned[shape] = (round((mean * number + likely) / (number + 1), 3), min(number + 1, _MEAN_OVER))
    if len(learned) <= most:
        return learned
    return dict(sorted(learned.items(), key=lambda item: -item[1][1])[: most // 2])


def _lines_of(reading: Reading) -> set[str]:
    """Short lines of the body, and those left out of it because they are known (they would be forgotten otherwise)."""
    body = reading.article.article_body.split("\n\n") if reading.article else []
    return _marks(body) | _marks(reading.repeated)


def _marks(texts: Iterable[str]) -> set[str]:
    return {_mark(text) for text in texts if 0 < weight(text) <= _LONGEST}


def _most_common(lines: dict[str, int]) -> dict[str, int]:
    if len(lines) <= _MAX_LINES:
        return lines
    return dict(sorted(lines.items(), key=lambda item: -item[1])[: _MAX_LINES // 2])


def _mark(text: str) -> str:
    return blake2b(folded(text).encode("utf-8", "replace"), digest_size=6).hexdigest()
