"""JSON-LD of a page: blocks repaired, graphs unfolded, the node that describes the article found."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, TypeAlias

from crawler.extract.text import likeness, unmarked

#: a JSON-LD object
Node: TypeAlias = Mapping[str, Any]

#: the type of an article that is written on while it is read
LIVE_BLOG = "LiveBlogPosting"
#: types that say "this page is one article", the more telling first
ARTICLE_TYPES = (
    "NewsArticle", "ReportageNewsArticle", "AnalysisNewsArticle", "OpinionNewsArticle", "BackgroundNewsArticle",
    "ReviewNewsArticle", "AskPublicNewsArticle", LIVE_BLOG, "Article", "BlogPosting", "Report", "TechArticle",
    "ScholarlyArticle", "AdvertiserContentArticle", "SatiricalArticle", "SocialMediaPosting", "Review",
)  # fmt: skip
_WRAPPERS = ("@graph", "mainEntity", "mainEntityOfPage", "hasPart", "itemListElement", "item", "subjectOf")
_TRAILING_COMMA = re.compile(r",\s*([}\]])")
_COMMENT_MARKS = re.compile(
    r"^\s*(?:<!--|//\s*<!\[CDATA\[|/\*\s*<!\[CDATA\[\s*\*/|<!\[CDATA\[)|(?:-->|//\s*+\]\]>|\]\]>)\s*+;?\s*+$"
)
_BAD_ESCAPE = re.compile(r'\\(?!["\\/bfnrtu])')
_DECODER = json.JSONDecoder(strict=False)
_MAX_BLOCK = 1_000_000
_MAX_NODES = 400
_MAX_DEPTH = 6
_BETWEEN = re.compile(r"[ \t\r\n,;]*")


def nodes_of(blocks: Iterable[str]) -> list[Node]:
    """All objects of all blocks, wrappers unfolded, in page order; blocks beyond repair are left out."""
    found: list[Node] = []
    for block in blocks:
        for node in _unfolded(_parsed(block), 0):
            found.append(node)
            if len(found) >= _MAX_NODES:
                return found
    return found


def types_of(node: Node) -> list[str]:
    """The node's types without namespace ("http://schema.org/NewsArticle" is "NewsArticle")."""
    named = node.get("@type") or node.get("type")
    listed = named if isinstance(named, list) else [named]
    return [re.split(r"[/#:]", name)[-1] for name in listed if isinstance(name, str)]


def article_of(nodes: list[Node], titles: Iterable[str]) -> Node:
    """The node that describes this page's article: of article type, its headline most like the page's titles."""
    candidates = [node for node in nodes if any(name in ARTICLE_TYPES for name in types_of(node))]
    if not candidates:
        return {}
    told = [title for title in titles if title]
    return max(candidates, key=lambda node: _fitness(node, told))


def text_at(node: Node, *names: str) -> str | None:
    """The first of the properties that holds a text (or a list, or an object with a name), as one clean line."""
    for name in names:
        for text in texts(node.get(name)):
            return text
    return None


def texts(value: object) -> list[str]:
    """The texts a value stands for: strings, names of objects, flattened lists; nothing that nests too deep."""
    return _texts(value, 0)


def _texts(value: object, depth: int) -> list[str]:
    if isinstance(value, str):
        return [line] if (line := unmarked(value)) else []
    if depth > _MAX_DEPTH:
        return []
    if isinstance(value, Mapping):
        return _texts(value.get("name") or value.get("@value") or value.get("url"), depth + 1)
    if isinstance(value, list):
        return [line for part in value[:50] for line in _texts(part, depth + 1)]
    return []


def _fitness(node: Node, titles: list[str]) -> float:
    headline = text_at(node, "headline", "name") or ""
    agreement = max((likeness(headline, title) for title in titles), default=0.0)
    filled = sum(1 for name in ("headline", "datePublished", "author", "articleBody") if node.get(name))
    return 3 * agreement + 0.3 * filled


def _unfolded(value: Any, depth: int) -> Iterator[Node]:
    if depth > _MAX_DEPTH:
        return
    if isinstance(value, list):
        for part in value:
            yield from _unfolded(part, depth + 1)
    elif isinstance(value, dict):
        yield value
        for name in _WRAPPERS:
            if isinstance(value.get(name), (dict, list)):
                yield from _unfolded(value[name], depth + 1)


def _parsed(block: str) -> Any:
    """What a block says, or None: strict first, then repaired, then what can be salvaged."""
    text = _bare(block[:_MAX_BLOCK])
    for attempt in (text, _TRAILING_COMMA.sub(r"\1", _BAD_ESCAPE.sub(r"\\\\", text))):
        try:
            return json.loads(attempt, strict=False)
        except (ValueError, RecursionError):
            continue
    return _several(text) or _salvaged(text)


def _bare(block: str) -> str:
    """The block without the comment marks that hide it from old browsers."""
    text = block.strip()
    if text[:1] in ("{", "[") and text[-1:] in ("}", "]"):
        return text
    return _COMMENT_MARKS.sub("", text).strip().rstrip(";")


def _several(text: str) -> list[Any]:
    """Objects that stand one after another without an array round them."""
    found: list[Any] = []
    at = 0
    while at < len(text) and len(found) < _MAX_NODES:
        try:
            value, end = _DECODER.raw_decode(text, at)
        except (ValueError, RecursionError):
            break
        found.append(value)
        between = _BETWEEN.match(text, end)
        at = between.end() if between else end
    return found


#: plain properties that can be read out of a block that is broken elsewhere (an unescaped quote in the body)
_SALVAGE = re.compile(
    r'"(@type|headline|datePublished|dateModified|description|inLanguage|articleSection|isAccessibleForFree)"'
    r'\s*:\s*"((?:[^"\\]|\\.){1,1000})"'
)
_SALVAGE_AUTHOR = re.compile(r'"author"\s*+:[\[{\s]*+[^\]}]{0,200}?"name"\s*:\s*"([^"\\]{2,80})"')


def _salvaged(text: str) -> Any:
    node: dict[str, Any] = {}
    for name, value in _SALVAGE.findall(text):
        node.setdefault(name, value.replace("\\/", "/").replace('\\"', '"'))
    if author := _SALVAGE_AUTHOR.search(text):
        node["author"] = {"@type": "Person", "name": author.group(1)}
    return node or None
