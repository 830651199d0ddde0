"""The page as a row of text blocks: one walk over the tree, each run of inline text with what surrounds it.

    LexborHTMLParser -> walk() -> Layout(blocks, elements)

A block is the text between two borders of block elements (``<p>``, ``<div>``, ``<li>``, a blank line of ``<br><br>``).
Inline markup is counted (letters in links, in bold), not kept. Block elements are kept as spans over the blocks, so
that what a container holds is a difference of two running sums.
"""

# ruff: noqa: E501 - the names of elements stand in one list

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from selectolax.lexbor import LexborHTMLParser, LexborNode

from crawler.extract.hints import hints_of
from crawler.extract.text import clean

_LINKS = frozenset(("a",))
_BOLD = frozenset(("b", "strong", "big"))
_SLANTED = frozenset(("i", "em", "cite"))
_INLINE = (
    frozenset(
        "abbr acronym bdi bdo code data del dfn font ins kbd label mark q ruby rb rp rt s samp small span strike sub sup time "
        "tt u var wbr img picture source nobr o:p".split()
    )
    | _LINKS
    | _BOLD
    | _SLANTED
)
#: inline elements whose attributes tell nothing
_PLAIN = _BOLD | _SLANTED | frozenset(("u", "sup", "sub", "wbr", "small", "ins", "del"))
#: inline elements whose attributes hold what belongs to the page
_HOLDING = frozenset(("time", "img"))
#: elements that hold nothing
_MARKS = frozenset(("br", "hr", "input"))
#: elements that hold no running text: navigation among them, which is a third of all blocks
SKIPPED = (
    "script style noscript template svg iframe select option textarea math object canvas audio video link meta map datalist "
    "nav button amp-sidebar amp-ad amp-iframe amp-analytics rp rt"
).split()
#: what stands round the articles of a site: a fifth of the blocks of 641 pages, and 8 of the 15,271 that are text
_FRAME = frozenset(("header", "footer", "aside"))
#: what has a head and a foot of its own, or takes those in it along
_OWNERS = _FRAME | {"article", "main", "section"}
#: a frame with more of the page's paragraphs than this is an element that nobody closed
_MOST_FRAMING = 0.5
_BLANK_LINE = re.compile(r"\n\s*\n")
_HIDING_STYLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_FURTHER_NAMES = ("id", "role", "itemprop", "data-testid")
#: attributes besides the class that tell something; most elements have none of them
_TELLING = frozenset((*_FURTHER_NAMES, "hidden", "aria-hidden", "style"))
_MAX_BLOCKS = 5_000
_MAX_PICTURES = 200


@dataclass(slots=True)
class Element:
    """A block element: which blocks it covers (``start`` to before ``end``) and how it presents itself."""

    tag: str
    parent: int
    depth: int
    hints: int
    #: equal for elements of equal tag and class under parents of equal tag
    shape: int
    start: int
    #: class, id, role and itemprop as written
    names: str
    end: int = 0


@dataclass(slots=True)
class Block:
    """One run of inline text. Counts are in letters of ``text``."""

    text: str
    #: index of the nearest block element
    element: int
    #: hints of its nearest element and of inline elements in it
    own: int
    #: hints of all block elements round it
    above: int
    #: tags of all block elements round it
    tags: frozenset[str]
    linked: int
    links: int
    bold: int
    slanted: int
    hidden: bool
    #: ``datetime`` of a time element in it
    stamp: str


@dataclass(slots=True)
class Picture:
    """An image of the page: its address and how many blocks stand before it."""

    url: str
    at: int
    alt: str


@dataclass(slots=True)
class Layout:
    """What the walk saw, in page order."""

    blocks: list[Block] = field(default_factory=list)
    elements: list[Element] = field(default_factory=list)
    pictures: list[Picture] = field(default_factory=list)


#: what is undone when an element is left: whether it is a block, and links, bold, slanted, hidden less by so much
_Undo = tuple[bool, int, int, int, int]
_NO_EFFECT: _Undo = (False, 0, 0, 0, 0)
_LINK: _Undo = (False, 1, 0, 0, 0)
_BOLDER: _Undo = (False, 0, 1, 0, 0)
_SLANTS: _Undo = (False, 0, 0, 1, 0)
_BLOCK: _Undo = (True, 0, 0, 0, 0)
_HIDDEN_BLOCK: _Undo = (True, 0, 0, 0, 1)
#: of each inline element
_EFFECTS = (
    dict.fromkeys(_INLINE, _NO_EFFECT)
    | dict.fromkeys(_LINKS, _LINK)
    | dict.fromkeys(_BOLD, _BOLDER)
    | dict.fromkeys(_SLANTED, _SLANTS)
)


def walk(tree: LexborHTMLParser) -> Layout:
    """The blocks of a page. Elements that hold no running text, and the frame of the site, are taken out of the tree."""
    tree.strip_tags(SKIPPED)
    root = tree.body or tree.root
    walker = _Walker()
    if root is not None:
        _strip_frame(root)
        walker.run(root)
    return walker.layout


def _strip_frame(root: LexborNode) -> None:
    """Take out head, foot and asides of the site: those in which no headline stands."""
    framing = [node for node in root.css("header, footer, aside") if _is_frame(node)]
    if sum(len(node.css("p")) for node in framing) <= _MOST_FRAMING * len(root.css("p")):
        for node in framing:  # none stands in another
            node.decompose()


def _is_frame(node: LexborNode) -> bool:
    owners = _FRAME if node.tag == "aside" else _OWNERS
    around = node.parent
    while around is not None and around.tag != "body":
        if around.tag in owners:
            return False
        around = around.parent
    return node.css_first("h1") is None


class _Walker:
    """State of one walk: the open elements and the run of text that is being gathered.

    A page has about 1,500 nodes, so each of them is asked for as little as will do. Half of the block elements hold no
    text: they are noted, and asked for their attributes, when the first text in them comes.
    """

    def __init__(self) -> None:
        self.layout = Layout()
        #: ids of the open nodes and what is undone when they are left, outermost first
        self.ids: list[int] = []
        self.undo: list[_Undo] = []
        #: for each open block element that holds text: its index, all tags and all hints from there on up
        self.path: list[tuple[int, frozenset[str], int]] = [(-1, frozenset(), 0)]
        #: the open block elements in these that hold none so far, with their tags and where they stand in ``undo``
        self.waiting: list[tuple[LexborNode, str, int]] = []
        self.link = self.bold_depth = self.slant_depth = self.hidden = 0
        self._reset()

    def _reset(self) -> None:
        self.parts: list[str] = []
        self.linked = self.links = self.bold = self.slanted = self.own = 0
        self.stamp = ""

    def run(self, root: LexborNode) -> None:
        """Visit all nodes below the root in page order, leaving each element when a node outside of it comes."""
        blocks = self.layout.blocks
        for node in root.traverse(include_text=True):
            tag = node.tag
            if tag == "-text":
                text = node.text_content or ""
                if not text.isspace():
                    self._leave_to(node)
                    self._text(text)
                elif self.parts:  # wherever it stands, it parts words and does no more
                    self.parts.append(" ")
            elif tag and tag[0] not in "-!":
                self._leave_to(node)
                self._enter(node, tag)
                if len(blocks) > _MAX_BLOCKS:
                    break
        while self.ids:
            self._leave()

    def _leave_to(self, node: LexborNode) -> None:
        """Leave what is open and is not round this node."""
        parent = node.parent
        parent_id = parent.mem_id if parent is not None else 0
        ids = self.ids
        while len(ids) > 1 and ids[-1] != parent_id:
            self._leave()

    def _text(self, text: str) -> None:
        self.parts.append(text)
        if self.link:
            self.linked += len(text)
        if self.bold_depth:
            self.bold += len(text)
        if self.slant_depth:
            self.slanted += len(text)

    def _enter(self, node: LexborNode, tag: str) -> None:
        effect = _EFFECTS.get(tag)
        if effect is not None:
            self._enter_inline(node, tag, effect)
        elif tag not in _MARKS:
            self._enter_block(node, tag)
        elif tag == "br":
            self.parts.append("\n")

    def _enter_inline(self, node: LexborNode, tag: str, effect: _Undo) -> None:
        if tag not in _PLAIN and (given := node.attributes):
            names, is_hidden = _presented(given)
            if names:
                self.own |= hints_of(names)
            if tag in _HOLDING:
                self._extras(tag, given)
            if is_hidden:
                effect = (*effect[:4], 1)
        self.ids.append(node.mem_id)
        self.undo.append(effect)
        if effect is not _NO_EFFECT:
            _, link, bold, slanted, hidden = effect
            self.link += link
            self.links += link
            self.bold_depth += bold
            self.slant_depth += slanted
            self.hidden += hidden

    def _extras(self, tag: str, given: Mapping[str, str | None]) -> None:
        if tag == "time" and not self.stamp:
            self.stamp = given.get("datetime") or ""
        elif tag == "img" and len(self.layout.pictures) < _MAX_PICTURES:
            url = given.get("src") or given.get("data-src") or ""
            self.layout.pictures.append(Picture(url, len(self.layout.blocks), clean(given.get("alt") or "")))

    def _enter_block(self, node: LexborNode, tag: str) -> None:
        if self.parts or self.own or self.links:
            self._flush()
        self.waiting.append((node, tag, len(self.undo)))
        self.ids.append(node.mem_id)
        self.undo.append(_BLOCK)

    def _note_elements(self) -> None:
        """Note the open block elements in which the first text stands now."""
        elements = self.layout.elements
        for node, tag, at in self.waiting:
            given = node.attributes
            place = len(elements)
            names, is_hidden = _presented(given) if given else ("", False)
            hints = hints_of(names) if names else 0
            parent, tags, above = self.path[-1]
            shape = hash((tag, given.get("class") or "", elements[parent].tag if parent >= 0 else ""))
            elements.append(Element(tag, parent, len(self.path), hints, shape, len(self.layout.blocks), names))
            self.path.append((place, tags if tag in tags else tags | {tag}, above | hints))
            if is_hidden:
                self.undo[at] = _HIDDEN_BLOCK
                self.hidden += 1
        self.waiting.clear()

    def _leave(self) -> None:
        is_block = self.undo[-1][0]
        if is_block and (self.parts or self.own or self.links):
            self._flush()  # which may note the element that is left, and find it hidden
        self.ids.pop()
        effect = self.undo.pop()
        if is_block:
            self._close_block()
        if effect is not _BLOCK and effect is not _NO_EFFECT:
            _, link, bold, slanted, hidden = effect
            self.link -= link
            self.bold_depth -= bold
            self.slant_depth -= slanted
            self.hidden -= hidden

    def _close_block(self) -> None:
        if self.waiting:
            self.waiting.pop()
        else:
            self.layout.elements[self.path.pop()[0]].end = len(self.layout.blocks)

    def _flush(self) -> None:
        """End the run of text: it becomes a block, or several where blank lines part it."""
        text = "".join(self.parts)
        if text and not text.isspace():
            pieces = _BLANK_LINE.split(text) if "\n" in self.parts else [text]
            for piece in pieces:
                self._append(piece, len(piece) / len(text))
        self._reset()

    def _append(self, piece: str, share: float) -> None:
        text = clean(piece)
        if not text:
            return
        if self.waiting:
            self._note_elements()
        element, tags, above = self.path[-1]
        own = self.own | (self.layout.elements[element].hints if element >= 0 else 0)
        linked, bold, slanted = self.linked, self.bold, self.slanted
        if share < 1:
            linked, bold, slanted = int(linked * share), int(bold * share), int(slanted * share)
        block = Block(text, element, own, above, tags, linked, self.links, bold, slanted, self.hidden > 0, self.stamp)
        self.layout.blocks.append(block)


def _presented(given: Mapping[str, str | None]) -> tuple[str, bool]:
    """Class, id, role, itemprop and test id of an element in one string, and whether it is hidden."""
    names = given.get("class") or ""
    if given.keys().isdisjoint(_TELLING):
        return names, False
    for key in _FURTHER_NAMES:
        if key in given:
            names = f"{names} {given[key] or ''}"
    return names, _is_hidden(given)


def _is_hidden(given: Mapping[str, str | None]) -> bool:
    if "hidden" in given or given.get("aria-hidden") == "true":
        return True
    style = given.get("style")
    return bool(style and _HIDING_STYLE.search(style))
