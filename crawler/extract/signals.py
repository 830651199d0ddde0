"""What a page says about itself, gathered once: JSON-LD, meta, microdata, headings, links, times."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import islice

from selectolax.lexbor import LexborHTMLParser, LexborNode

from crawler.extract.jsonld import Node, article_of, nodes_of, types_of
from crawler.extract.text import clean, unmarked

_PLAYERS, _FRAMED_PLAYER = "video, amp-video, iframe", re.compile("player|embed|youtube")
#: attributes that say what a meta element is about
_META_NAMES = frozenset(("property", "name", "itemprop", "http-equiv"))
#: links that may lead to an author's page (each further selector is one more look at every link), and those that do
_AUTHOR_LINKS = "a[rel~='author'], a[href*='/aut'], a[href*='/journalist'], a[href*='/profile/']"
_AUTHOR_ADDRESS = re.compile("/author|/autor|/auteur|/journalist|/profile/")
_MAX_AUTHOR_LINKS = 20
_MAX_METAS = 400
#: letters of a title or heading, and of a meta, that are read
_LONGEST_TITLE, _LONGEST_META = 1_000, 10_000
_MAX_ELEMENTS = 60
#: levels from a heading up on which a name can say that it belongs to the breadcrumbs
_PATH_LEVELS = 5


@dataclass(frozen=True, slots=True)
class Stamp:
    """A ``<time>`` element: its machine-readable value, what readers see, and its class."""

    machine: str
    shown: str
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Signals:
    """Everything a page claims outside of its running text."""

    url: str
    article: Node = field(default_factory=dict)
    nodes: tuple[Node, ...] = ()
    #: name, property, itemprop or http-equiv of a meta element, lower case -> its contents in page order
    metas: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    #: itemprop of any other element -> its contents in page order
    itemprops: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    title_tag: str = ""
    h1s: tuple[str, ...] = ()
    stamps: tuple[Stamp, ...] = ()
    language: str = ""
    canonical: str = ""
    #: texts of links that lead to pages of authors
    author_links: tuple[str, ...] = ()
    #: whether a video player stands in the page
    has_player: bool = False
    #: schema.org types named by microdata ("NewsArticle")
    item_types: tuple[str, ...] = ()

    def meta(self, *names: str) -> str | None:
        """The first content of the first of these metas that is there."""
        for name in names:
            for content in self.metas.get(name, ()):
                return content
        return None

    def prop(self, *names: str) -> str | None:
        """The first content of the first of these itemprops that is there."""
        for name in names:
            for content in self.itemprops.get(name, ()):
                return content
        return None

    @property
    def types(self) -> tuple[str, ...]:
        """All schema.org types that JSON-LD and microdata name."""
        return (*(name for node in self.nodes for name in types_of(node)), *self.item_types)


def signals_of(tree: LexborHTMLParser, url: str) -> Signals:
    """Gather the claims of a page; the tree is not changed."""
    metas = _metas(tree)
    title_tag = _title_tag(tree)
    h1s = _headings(tree)
    nodes = nodes_of(node.text() for node in tree.css('script[type*="ld+json"]'))
    told = [title_tag, *h1s[:3], *metas.get("og:title", ())[:1]]
    return Signals(
        url=url,
        article=article_of(nodes, told),
        nodes=tuple(nodes),
        metas=metas,
        itemprops=_itemprops(tree),
        title_tag=title_tag,
        h1s=h1s,
        stamps=tuple(_stamp(node) for node in tree.css("time")[:_MAX_ELEMENTS]),
        language=_html_language(tree),
        canonical=_canonical(tree),
        author_links=_author_links(tree),
        has_player=any(_is_player(node) for node in tree.css(_PLAYERS)),
        item_types=_item_types(tree),
    )


def _is_player(node: LexborNode) -> bool:
    return node.tag != "iframe" or _FRAMED_PLAYER.search(node.attributes.get("src") or "") is not None


def _headings(tree: LexborHTMLParser) -> tuple[str, ...]:
    """The texts of all h1 but those that close a path ("Home > Politics > ..."), which are written for machines."""
    nodes = (node for node in tree.css("h1")[:_MAX_ELEMENTS] if not _closes_path(node))
    return tuple(text for node in nodes if (text := clean(node.text(separator=" ")[:_LONGEST_TITLE])))


def _closes_path(node: LexborNode) -> bool:
    """Whether a heading stands in the breadcrumbs or the navigation of its page, as its own or an outer name says."""
    around: LexborNode | None = node
    for _ in range(_PATH_LEVELS):
        if around is None or around.tag == "body":
            return False
        names = " ".join(f"{name} {value}" for name, value in around.attributes.items())
        if around.tag == "nav" or "breadcrumb" in names.lower():
            return True
        around = around.parent
    return False


def _metas(tree: LexborHTMLParser) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for node in tree.css("meta")[:_MAX_METAS]:
        given = node.attributes
        content = unmarked((given.get("content") or "")[:_LONGEST_META])
        if not content:
            continue
        for key in _META_NAMES & given.keys():
            for name in (given[key] or "").lower().split():
                found[name] = (*found.get(name, ())[:20], content)
    return found


def _itemprops(tree: LexborHTMLParser) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for node in tree.css("[itemprop]")[: 4 * _MAX_ELEMENTS]:
        name = (node.attributes.get("itemprop") or "").lower()
        if node.tag != "meta" and name != "articlebody" and (content := _item_content(node)):
            found[name] = (*found.get(name, ())[:20], content)
    return found


def _item_content(node: LexborNode) -> str:
    given = node.attributes
    return unmarked(given.get("content") or given.get("datetime") or "") or clean(node.text(separator=" "))[:500]


def _author_links(tree: LexborHTMLParser) -> tuple[str, ...]:
    nodes = (node for node in tree.css(_AUTHOR_LINKS) if _leads_to_author(node))
    shown = (clean(node.text(separator=" ")) for node in islice(nodes, _MAX_AUTHOR_LINKS))
    return tuple(text for text in shown if 3 < len(text) < 80)


def _leads_to_author(node: LexborNode) -> bool:
    given = node.attributes
    return _AUTHOR_ADDRESS.search(given.get("href") or "") is not None or "author" in (given.get("rel") or "").split()


def _item_types(tree: LexborHTMLParser) -> tuple[str, ...]:
    named = (node.attributes.get("itemtype") or "" for node in tree.css("[itemtype]")[:_MAX_ELEMENTS])
    return tuple(name.rstrip("/").rsplit("/", 1)[-1] for name in named if name)


def _title_tag(tree: LexborHTMLParser) -> str:
    node = tree.css_first("head > title") or tree.css_first("title")
    return clean(node.text()[:_LONGEST_TITLE]) if node else ""


def _stamp(node: LexborNode) -> Stamp:
    given = node.attributes
    hint = " ".join(filter(None, (given.get("class"), given.get("itemprop"), "pubdate" if "pubdate" in given else "")))
    return Stamp(
        machine=clean(given.get("datetime") or ""), shown=clean(node.text(separator=" "))[:200], hint=hint.lower()
    )


def _html_language(tree: LexborHTMLParser) -> str:
    root = tree.css_first("html")
    given = root.attributes if root else {}
    return clean(given.get("lang") or given.get("xml:lang") or "")


def _canonical(tree: LexborHTMLParser) -> str:
    for node in tree.css("link[rel~='canonical' i]")[:3]:
        if href := clean(node.attributes.get("href") or ""):
            return href
    return ""
