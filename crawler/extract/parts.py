"""Articles that are spread over several pages: which page goes on, and what it adds.

    page 1 ─> next_part: the address of page 2 ─> read ─> joined: one article ─> next_part of page 2 ─> ...

`rel=next` alone proves nothing: blogs name their next article so. A part's address differs from the one before in the
number of the part and in nothing else.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

from selectolax.lexbor import LexborHTMLParser, LexborNode

from crawler.extract.text import folded
from storage.records import Article

#: query parameters that number the parts of an article; "p" and "start" are ids and lists as often
_KEYS = frozenset({"page", "pg", "pagenum", "page_no", "pageno", "seite", "pagina", "part", "teil"})
#: "/story/2/", "/story/page/2", "/story/seite-2", "/story-2.html", "/story,2.html"; group 1 is left out of the stem
_PATH = re.compile(
    r"((?:/|[-_,/](?:page|seite|pagina|part|teil)[-_/]?|[-_,])(\d{1,2}))(?=(?:\.html?|\.php)?/?$)", re.IGNORECASE
)
#: links that are named as next; those that are numbered come after them
_LEADING_ON = '[rel~="next"]'
_MOST_LOOKED_AT = 40
#: comments are turned in pages of their own
_COMMENTS = re.compile(r"comment|komment|disqus|reply", re.IGNORECASE)


def next_part(tree: LexborHTMLParser, url: str) -> str | None:
    """The address of the page on which the article of ``url`` goes on; None when it ends here."""
    here = part_of(url)
    # "/harbour-opens-1" may be the first part, or the whole name of the article
    before = {here, (_stem(url), 1)}
    for address in _leading_on(tree, here[1] + 1):
        try:
            candidate = urljoin(url, address)
            stem, number = part_of(candidate)
        except ValueError:
            continue
        if (stem, number - 1) in before:
            return candidate.partition("#")[0]
    return None


def part_of(url: str) -> tuple[str, int]:
    """An address without the number of its part, and that number: ("http://a.example/story", 2); 1 where none stands.

    Raises ValueError for what is no address.
    """
    parts = urlsplit(url)
    query = parse_qsl(parts.query, keep_blank_values=True)
    numbers = [int(value) for key, value in query if key.lower() in _KEYS and re.fullmatch("[0-9]{1,2}", value)]
    path = parts.path
    if not numbers and (found := _PATH.search(path)):
        numbers, path = [int(found[2])], path[: found.start(1)] + path[found.end(1) :]
    return _stem(parts._replace(path=path).geturl()), numbers[0] if numbers else 1


def _stem(url: str) -> str:
    """Host, path and query, without the parameter that numbers parts."""
    parts = urlsplit(url)
    kept = sorted(
        (key, value) for key, value in parse_qsl(parts.query, keep_blank_values=True) if key.lower() not in _KEYS
    )
    return f"{parts.netloc.lower()}{parts.path.rstrip('/')}?{urlencode(kept)}"


def joined(begun: Article, part: Article) -> Article | None:
    """The article with what one more page adds; None when that page is of another article, or says nothing new."""
    one, other = folded(begun.headline), folded(part.headline)
    if not (one.startswith(other) or other.startswith(one)):
        return None
    known = {folded(paragraph) for paragraph in begun.article_body.split("\n\n")}
    added = [paragraph for paragraph in part.article_body.split("\n\n") if folded(paragraph) not in known]
    if not any(added):
        return None
    text = "\n\n".join([begun.article_body, *added])
    return replace(begun, article_body=text, also=tuple(dict.fromkeys([*begun.also, part.url])))


def _leading_on(tree: LexborHTMLParser, number: int) -> Iterator[str]:
    """Addresses of links that are named as next or numbered so, those below the comments apart."""
    for node in tree.css(_LEADING_ON)[:_MOST_LOOKED_AT]:
        yield from _address(node)
    for node in tree.css(f'a[href*="{number}"]')[:_MOST_LOOKED_AT]:
        if node.text().strip() == str(number) and not _is_of_comments(node):
            yield from _address(node)


def _address(node: LexborNode) -> Iterator[str]:
    address = node.attributes.get("href")
    if address and not _COMMENTS.search(address):
        yield address.strip()


def _is_of_comments(node: LexborNode) -> bool:
    here: LexborNode | None = node
    while here is not None and here.tag not in ("body", "html"):
        marks = f"{here.attributes.get('id') or ''} {here.attributes.get('class') or ''}"
        if _COMMENTS.search(marks):
            return True
        here = here.parent
    return False
