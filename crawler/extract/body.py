"""Which blocks of a page are the text of its article: the model's judgement, and the few rules that it cannot learn."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby, pairwise

import numpy as np

from crawler.extract.blocks import Block, Layout
from crawler.extract.features import Context
from crawler.extract.furniture import heads_comments, is_credit, is_legal, signs_of_all
from crawler.extract.jsonld import text_at
from crawler.extract.judge import probabilities
from crawler.extract.moments import moment_of
from crawler.extract.people import byline_of
from crawler.extract.picture import captions_in
from crawler.extract.shapes import Known, likelihoods, with_known
from crawler.extract.signals import Signals
from crawler.extract.standfirst import standfirst_of
from crawler.extract.teasers import is_linked_line, teasers_in
from crawler.extract.text import folded, weight
from crawler.extract.view import Matrix

#: probability from which a block is kept
_KEPT = 0.42
#: on pages whose surest block is less sure than this, a share of its probability is enough, but never less than faint
_SURE_PAGE = 0.9
_FAINT, _FAINT_SHARE = 0.15, 0.45
#: blocks so far apart may have a gap filled with blocks of such a probability
_GAP, _FILLING = 5, 0.15
#: so many hidden blocks between visible ones are strays, more are text that is unfolded
_STRAY = 2
#: how sure the model must be of a line that by its wording is furniture
_SURE = 0.85
#: and of one that asks for something: "download the app and sign up for the trial" is what a test of apps says, too
_SURE_OF_CALL = 0.65
_SENTENCE_ENDS = (".", "!", "?", "…", "。", "！", "？", "؟", "।", "”", '"', "»", "’", ")", "」", "』", ":", "：")
_DIGITS = re.compile(r"\d{4}")
_DIGIT = re.compile(r"\d")
#: "Dear readers,": a letter's first line, which looks like names with a comma behind
_SALUTATION = re.compile(
    r"(?:dear|liebe[rs]?|chère?s?|cher|querid[oa]s?|estimad[oa]s?|car[aoi]|gentil[ei]|prezad[oa]s?|beste|kära|kjære|kære|drodzy|дорог\w+|уважаем\w+)\s.{0,50}[,!]$",
    re.IGNORECASE,
)
#: what links say to those who hear the page: "… the filing, opens new tab, showed"
_SPOKEN = re.compile(
    r"(?:, *opens new tab\b| *\((?:opens? (?:in )?(?:a )?new (?:tab|window)|"
    r"öffnet (?:sich )?(?:in|im) (?:einem )?neuen (?:tab|fenster)|"
    r"(?:s['’]ouvre|ouvre) dans une? nouve(?:lle fenêtre|l onglet)|se abre en (?:una )?(?:nueva ventana|nueva pestaña)|"
    r"si apre in (?:una )?nuova (?:finestra|scheda)|abre (?:em|numa?) (?:uma )?nova (?:janela|aba)|external link)\))",
    re.IGNORECASE,
)
#: one of these stands in every such saying (looked for first: the expression is slow)
_SPOKEN_OF = ("new tab", "new window", "neuen ", "nouvel", "nueva ", "nuova ", "nova ", "external link")
#: letters of text after which a second headline of the same make begins another article, and comments may begin
_WHOLE = 300
#: what sets a quotation apart, and letters of one; shorter ones are said again by chance
_SET_APART = frozenset(("blockquote",))
_LEAST_PULLED = 20
#: letters of a block that may be the whole text once more, and of a line that it says again; how many such lines
#: it then has at least, and what share of its letters they are
_WHOLE_TEXT, _LEAST_LINE = 1_000, 40
_LINES_AGAIN, _SAID_AGAIN = 5, 0.9
#: letters of a line about the author
_LONGEST_NOTE = 500


@dataclass(frozen=True, slots=True)
class Body:
    """The blocks kept as the article's text, by index in page order."""

    kept: tuple[int, ...] = ()
    #: how likely text stands in each shape of block, as the page itself says
    shapes: Mapping[str, float] = field(default_factory=dict)
    #: lines that were left out because the site's other pages have them, too
    repeated: tuple[str, ...] = ()

    def text(self, layout: Layout) -> str:
        """The paragraphs, separated by an empty line."""
        text = "\n\n".join(layout.blocks[place].text for place in self.kept)
        return _SPOKEN.sub("", text) if any(map(text.__contains__, _SPOKEN_OF)) else text


def context_of(layout: Layout, signals: Signals, headline: str) -> Context:
    """What the rest of the page says that helps to tell its text."""
    description = signals.meta("og:description", "description") or text_at(signals.article, "description") or ""
    told = text_at(signals.article, "articleBody") or ""
    captions = frozenset(captions_in(layout))
    return Context(headline, description, told, captions, frozenset(teasers_in(layout)))


def body_of(layout: Layout, context: Context, known: Known | None = None) -> Body:
    """Choose the blocks of the article's text; ``known`` are shapes of blocks that the site's pages have taught."""
    judged = probabilities(layout, context)
    drawn = with_known(layout, judged, known) if known else judged
    return Body(tuple(kept_of(layout, drawn, context)), likelihoods(layout, judged))


def kept_of(layout: Layout, judged: Matrix, context: Context) -> list[int]:
    """The places of the blocks that are kept, given the probability of each."""
    places = _with_lists(layout, _without_gaps(layout, _likely(judged), judged), judged)
    places = _with_standfirst(layout, places, context)
    name = folded(context.headline)
    doubted = _doubted(layout, places, judged)
    places = [
        place
        for place in places
        if place not in context.captions and place not in doubted and _is_text(layout.blocks[place], name)
    ]
    places = _before_comments(layout, _before_next_article(layout, places, name))
    places = _without_hidden(layout, places)
    places = _without_copies(layout, _without_pulled(layout, places))
    return _without_byline(layout, _without_trailer(layout, places))


def _with_standfirst(layout: Layout, places: list[int], context: Context) -> list[int]:
    """Add the standfirst to a text that does not say the same already ("Chinese police have shut down …", twice)."""
    lead = standfirst_of(layout, context)
    if lead is None or not places or any(layout.blocks[place].text == layout.blocks[lead].text for place in places):
        return places
    return sorted({*places, lead})


def _without_hidden(layout: Layout, places: list[int]) -> list[int]:
    """Without single hidden lines between visible ones. Long hidden runs are text that a button or a script unfolds."""
    kept: list[int] = []
    for hidden, group in groupby(places, key=lambda place: layout.blocks[place].hidden):
        run = list(group)
        is_between = bool(kept) and run[-1] != places[-1]
        if not (hidden and is_between and len(run) <= _STRAY):
            kept += run
    return kept


def _without_pulled(layout: Layout, places: list[int]) -> list[int]:
    """Without quotations that are set apart to catch the eye: the text beside them says the same."""
    apart = {place for place in places if not layout.blocks[place].tags.isdisjoint(_SET_APART)}
    if not apart:
        return places
    lines = [f" {folded(layout.blocks[place].text)} " for place in places if place not in apart]
    said = {place: f" {folded(layout.blocks[place].text)} " for place in apart}
    pulled = {p for p, text in said.items() if len(text) >= _LEAST_PULLED and any(text in line for line in lines)}
    return [place for place in places if place not in pulled]


def _without_copies(layout: Layout, places: list[int]) -> list[int]:
    """Without blocks that say in one piece what the others say: the whole text once more, for machines or for print."""
    lines = {text for place in places if len(text := layout.blocks[place].text) >= _LEAST_LINE}
    return [place for place in places if not _says_again(layout.blocks[place].text, lines)]


def _says_again(text: str, lines: set[str]) -> bool:
    if len(text) < _WHOLE_TEXT:
        return False
    said = [len(line) for line in lines if line in text and line != text]
    return len(said) >= _LINES_AGAIN and sum(said) >= _SAID_AGAIN * len(text)


def _likely(judged: Matrix) -> list[int]:
    if not len(judged):
        return []
    highest = float(judged.max())
    least = _KEPT if highest >= _SURE_PAGE else max(_FAINT, _FAINT_SHARE * highest)
    return [int(place) for place in np.flatnonzero(judged >= least)]


def _without_gaps(layout: Layout, places: list[int], judged: Matrix) -> list[int]:
    """Add blocks between two kept ones that stand in the same element as the one before, and are not quite unlikely."""
    kept = set(places)
    for before, after in pairwise(places):
        if after - before <= _GAP:
            own = _make(layout, before)
            kept.update(p for p in range(before + 1, after) if judged[p] >= _FILLING and _make(layout, p) == own)
    return sorted(kept)


def _make(layout: Layout, place: int) -> tuple[int, str]:
    element = layout.elements[layout.blocks[place].element]
    return element.parent, element.tag


def _with_lists(layout: Layout, places: list[int], judged: Matrix) -> list[int]:
    """Add the items of a list that a kept line ending in a colon announces."""
    kept = set(places)
    announced = False
    for place, block in enumerate(layout.blocks):
        is_item = "li" in block.tags and judged[place] >= _FAINT
        announced = (announced and is_item) or (place in kept and not is_item and block.text.endswith((":", "：")))
        if announced and is_item:
            kept.add(place)
    return sorted(kept)


def _doubted(layout: Layout, places: list[int], judged: Matrix) -> set[int]:
    """Lines of which the model is not sure, and which by their wording or links are furniture.

    One that does no more than ask is furniture only when the model doubts it more.
    """
    unsure = [place for place in places if judged[place] < _SURE]
    told = zip(unsure, signs_of_all([layout.blocks[place].text for place in unsure]), strict=True)
    return {
        place
        for place, (leads, calls, closes, tells) in told
        if leads or closes or tells or (calls and judged[place] < _SURE_OF_CALL) or _leads_away(layout.blocks[place])
    }


def _is_text(block: Block, name: str) -> bool:
    if not any(map(str.isalnum, block.text)):  # "___", "* * *": a rule between parts, or below the text
        return False
    return len(block.text) > 400 or not _repeats(folded(block.text), name)


def _leads_away(block: Block) -> bool:
    """A paragraph that is a link from beginning to end and no sentence: another article's headline.

    An address that a text names, and a line in capitals ("CLICK FOR FULL RESULTS"), mostly belong to it.
    """
    text = block.text
    return is_linked_line(block) and not text.endswith(_SENTENCE_ENDS) and "://" not in text and not text.isupper()


def _repeats(line: str, name: str) -> bool:
    """Whether a line is the headline again, alone or with a date behind it."""
    return line == name or (
        len(name) > 8
        and line.startswith(name)
        and len(line) < len(name) + 40
        and bool(_DIGITS.search(line[len(name) :]))
    )


def _before_next_article(layout: Layout, places: Sequence[int], name: str) -> list[int]:
    """Cut where another article begins below this one: a heading of the headline's make, after enough text."""
    heads = [place for place, block in enumerate(layout.blocks) if "h1" in block.tags and folded(block.text) == name]
    if not heads:
        return list(places)
    own = layout.elements[layout.blocks[heads[0]].element]
    letters = 0
    for at, place in enumerate(places):
        letters += weight(layout.blocks[place].text)
        after = places[at + 1] if at + 1 < len(places) else place
        between = layout.blocks[place + 1 : after]
        if letters >= _WHOLE and any(_is_other_headline(layout, block, own.shape, name) for block in between):
            return list(places[: at + 1])
    return list(places)


def _before_comments(layout: Layout, places: list[int]) -> list[int]:
    """Cut where readers' comments begin: below their heading, after enough text, and in another container."""
    letters = 0
    for place, after in pairwise(p for p in places if not heads_comments(layout.blocks[p].text)):
        letters += weight(layout.blocks[place].text)
        if letters < _WHOLE or _make(layout, after) == _make(layout, place):  # a button between two paragraphs
            continue
        if any(heads_comments(block.text) for block in layout.blocks[place + 1 : after]):
            return [p for p in places if p <= place]
    return places


def _is_other_headline(layout: Layout, block: Block, shape: int, name: str) -> bool:
    return "h1" in block.tags and layout.elements[block.element].shape == shape and folded(block.text) != name


def _without_trailer(layout: Layout, places: list[int]) -> list[int]:
    """Cut name and mail address that close a text, who worked on it, and what the law makes sites say below it."""
    while places and _is_trailer(layout.blocks[places[-1]].text, is_alone=len(places) == 1):
        places.pop()
    return places


def _is_trailer(text: str, *, is_alone: bool) -> bool:
    return _is_signature(text) or (not is_alone and (is_legal(text) or is_credit(text)))


def without_note(body: Body, layout: Layout, authors: Sequence[str]) -> Body:
    """Cut a last line that begins with the full name of who wrote the text, and tells about them."""
    names = tuple(name for name in authors if " " in name)
    if not names or len(body.kept) < 2:
        return body
    last = layout.blocks[body.kept[-1]].text
    is_note = last.startswith(names) and weight(last) <= _LONGEST_NOTE
    return replace(body, kept=body.kept[:-1]) if is_note else body


def _without_byline(layout: Layout, places: list[int]) -> list[int]:
    """Cut lines above the text that are nothing but names or dates ("Daniel Kim Views", "24 October 2024, 14:35")."""
    first = next((at for at, place in enumerate(places) if weight(layout.blocks[place].text) >= 80), 0)
    return [place for at, place in enumerate(places) if at >= first or not _is_byline(layout.blocks[place].text)]


def _is_byline(text: str) -> bool:
    return _is_signature(text) or (len(text) < 90 and len(_DIGIT.findall(text)) >= 5 and moment_of(text) is not None)


def _is_signature(text: str) -> bool:
    if len(text) >= 80 or _SALUTATION.match(text):
        return False
    return "@" in text or (
        not text.endswith(_SENTENCE_ENDS) and len(text.split()) <= 5 and bool(byline_of([text]).persons)
    )
