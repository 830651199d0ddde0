"""What a page is without its scripts: whether they fill it, and which lists they call by a plain address. Pure."""

import re
from urllib.parse import urlsplit

from selectolax.lexbor import LexborHTMLParser, LexborNode

from crawler.discover.addresses import absolute
from crawler.render.need import Shell
from crawler.text import decode
from crawler.tree import tree_of
from crawler.urls import AddressError, same_site, site_of
from storage.records import Page

#: letters of visible text up to which a page with scripts counts as a shell (a menu and a footer have 500 to 1,500)
SHELL_LETTERS = 2000
#: elements that frameworks fill
_ROOTS = "#root, #app, #__next, #__nuxt, #___gatsby, #svelte, #q-app, #ember-root, app-root, [data-reactroot], [ng-app]"
#: letters in such an element up to which it counts as empty ("Loading...")
_ROOT_LETTERS = 200
_WITHOUT_SCRIPTS = re.compile(
    r"(?:enable|activate|aktivier|activ|habilit|requires?) ?.{0,30}java ?script|without javascript", re.IGNORECASE
)
#: fetch("/api/latest?limit=20"), axios.get('...'), $.getJSON("..."), open("GET", "..."): an address as it stands there
_CALL = re.compile(
    r"""(?:\bfetch|\.get|\.getJSON|\.ajax|\bopen\(\s*["']GET["']\s*,)\s*\(?\s*(["'`])((?:https?:)?/[^"'`\s$<>\\{}]{1,300})\1\s*[,)]"""
)
_CODE = re.compile(r"\.(?:m?js|css|png|jpe?g|svg|gif|webp|woff2?|mp4|html?)$", re.IGNORECASE)
_NO_LIST = re.compile(
    r"consent|cookie|analytics|track|metric|weather|wetter|user|login|session|comment|config|i18n|locale", re.IGNORECASE
)
#: addresses of one page that are tried
CALLS_MOST = 3
_JSON_TYPES = ("application/json", "application/ld+json", "importmap", "speculationrules")


def shell_of(page: Page) -> Shell:
    """Look at a page as it was sent."""
    tree = tree_of(decode(page.body, page.content_type))
    scripts = [node for node in tree.css("script") if (node.attributes.get("type") or "") not in _JSON_TYPES]
    calls = tuple(_calls(scripts, page.url))
    letters = _letters(tree.body) if tree.body is not None else 0
    if not scripts or letters > SHELL_LETTERS:
        return Shell(None, calls)
    return Shell(f"{_what(tree, letters)} and {len(scripts)} scripts", calls)


def _what(tree: LexborHTMLParser, letters: int) -> str:
    """In which way a page is empty."""
    for node in tree.css(_ROOTS):
        if _letters(node) <= _ROOT_LETTERS:
            return f"an empty <{node.tag} id={node.attributes.get('id') or '...'}>"
    if _has_note(tree):
        return "a note that scripts are needed"
    return f"{letters} letters of text"


def asks_for_scripts(page: Page) -> bool:
    """Whether a page tells readers without scripts that they will see nothing."""
    return _has_note(tree_of(decode(page.body, page.content_type)))


def _has_note(tree: LexborHTMLParser) -> bool:
    return any(_WITHOUT_SCRIPTS.search(node.text()) for node in tree.css("noscript"))


def _letters(node: LexborNode) -> int:
    """Letters of visible text."""
    hidden = sum(_length(child) for child in node.css("script, style, noscript, template"))
    return max(_length(node) - hidden, 0)


def _length(node: LexborNode) -> int:
    return len(" ".join((node.text() or "").split()))


def _calls(scripts: list[LexborNode], url: str) -> list[str]:
    found: dict[str, None] = {}
    for node in scripts:
        for match in _CALL.finditer(node.text() or ""):
            address = absolute(match[2], url)
            if address and _may_be_list(address, url):
                found.setdefault(address)
    return list(found)[:CALLS_MOST]


def _may_be_list(address: str, url: str) -> bool:
    path = urlsplit(address).path
    try:
        own = same_site(address, {site_of(url)})
    except AddressError:
        return False
    return own and not _CODE.search(path) and not _NO_LIST.search(path)
