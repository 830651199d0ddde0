"""What an address is called: two keys, its host and its site. No network, nothing but strings.

    text -> WHATWG parse -> fetch_key              two pages never share it: "is this page known, fetched, queued?"
                         -> unwrap -> article_key  two layouts of one article share it: "is this article known?"

Everything here takes what a page or an operator wrote and raises nothing but `AddressError`.
"""

import re
from collections.abc import Collection
from urllib.parse import unquote

import can_ada

from crawler.url_rules import HostRules, Redirector, host_rules, registrable_domain

#: Longer addresses are refused: the usual servers answer 414 beyond 8 KB.
MAX_LENGTH = 8192

#: How many redirectors may stand inside each other: Google -> AMP cache -> page.
_MAX_UNWRAPS = 4

_DEFAULT_PORTS = {"http:": "80", "https:": "443"}

#: What the parser leaves alone and two spellers write differently: escapes, and characters that RFC 3986 has escaped.
_UNSETTLED = re.compile(r"%(?:[0-9A-Fa-f]{2})?|[\[\]|^`{}\\]")
_UNRESERVED = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~")

#: ";jsessionid=1A2B" at the end of a segment, "(S(lit3py55t21z5v55vlm25s55))" as a segment of its own.
_SESSION = re.compile(r";(?:jsessionid|phpsessid)=[^/;]*|/\([SAFX]\([a-z0-9]{24}\)\)(?=/)", re.IGNORECASE)
_INDEX = re.compile(r"/(?:[Ii]ndex|[Dd]efault)\.(?:html?|shtml|xhtml|php\d?|aspx?|jsp|cfm)$")
_AMP_ENDING = re.compile(r"[._]amp(?=\.html?$)|\.amp$|(?<=\.html)/amp$")
_SLASHES = re.compile(r"/{2,}")

#: The path of an article rather than of a section: a number, or a slug of three words and more.
_ARTICLE_LIKE = re.compile(r"\d|[^/-]+-[^/-]+-[^/-]+")


class AddressError(ValueError):
    """This is no http or https address."""


def fetch_key(url: str) -> str:
    """The address in its one spelling; two addresses that may show different pages never share it.

    Scheme and host in lower case, default port off, dot segments resolved, escapes in one form, query sorted by name,
    fragment dropped unless it is a route ("#!/article/7", "#/press/5").
    """
    parts = _parse(url)
    user = parts.username + (f":{parts.password}" if parts.password else "")
    query, fragment = "&".join(_query(parts.search)), parts.hash
    return "".join((
        parts.protocol, "//", f"{user}@" if user else "", _netloc(parts), _settle(parts.pathname),
        f"?{query}" if query else "", _settle(fragment) if fragment[1:2] in ("!", "/") else "",
    ))  # fmt: skip


def article_key(url: str) -> str:
    """What the addresses of one article have in common: no scheme, no www/m/amp, no tracking, no index file, no slash.

    A redirector whose target stands in the address is unwrapped. The case of the path is kept; the result is a key,
    not an address.
    """
    parts = _parse(url)
    rules = host_rules(_hostname(parts))
    for _ in range(_MAX_UNWRAPS):
        target = _target(parts, rules) if rules.redirectors else None
        if target is None:
            break
        parts, rules = target, host_rules(_hostname(target))
    host = f"{rules.key_host}:{parts.port}" if parts.port else rules.key_host
    query, fragment = parts.search, parts.hash
    return "".join((
        host, _article_path(parts.pathname, rules),
        _article_query(query, rules) if query else "", _route(fragment) if fragment else "",
    ))  # fmt: skip


def host_of(url: str) -> str:
    """The host in lower case and punycode, with the port where it is not the default one: "example.com:8080"."""
    return _netloc(_parse(url))


def site_of(url: str) -> str:
    """The registrable domain ("bbc.co.uk"); for IP addresses and local names host and port ("127.0.0.1:80")."""
    parts = _parse(url)
    host = _hostname(parts)
    return registrable_domain(host) or f"{host}:{parts.port or _DEFAULT_PORTS[parts.protocol]}"


def same_site(url: str, sites: Collection[str]) -> bool:
    """Whether the site of the address is one of those (as `site_of` spells them)."""
    return site_of(url) in sites


def _parse(url: str) -> can_ada.URL:
    if len(url) > MAX_LENGTH:
        raise AddressError(f"an address of {len(url)} characters; servers refuse more than {MAX_LENGTH}")
    try:
        parts = can_ada.parse(_scalar(url))
    except ValueError:
        raise AddressError(f"not an absolute web address: {_shown(url)}") from None
    if parts.protocol not in _DEFAULT_PORTS:
        raise AddressError(f"neither http nor https: {_shown(url)}")
    if not _hostname(parts):
        raise AddressError(f"an address without a host: {_shown(url)}")
    return parts


def _scalar(text: str) -> str:
    """The text with surrogates as browsers read them: a pair is its character, a lone one U+FFFD."""
    if text.isascii():
        return text
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def _shown(url: str) -> str:
    return ascii(url if len(url) <= 80 else url[:77] + "...")


def _hostname(parts: can_ada.URL) -> str:
    """Without port, and without the dot that makes a name absolute ("www.lemonde.fr.")."""
    return parts.hostname.rstrip(".")


def _netloc(parts: can_ada.URL) -> str:
    return f"{_hostname(parts)}:{parts.port}" if parts.port else _hostname(parts)


def _settle(text: str) -> str:
    """One spelling: unreserved characters plain, all other escapes in upper case, "|" and its like escaped."""
    return _UNSETTLED.sub(_settled, text) if _UNSETTLED.search(text) else text


def _settled(match: re.Match[str]) -> str:
    text = match[0]
    if len(text) == 3:
        plain = chr(int(text[1:], 16))
        return plain if plain in _UNRESERVED else text.upper()
    return f"%{ord(text):02X}"


def _query(search: str) -> list[str]:
    """The parameters, sorted by name; those of one name keep their order (``a=2&a=1`` may mean something)."""
    items = [item for item in _settle(search[1:]).split("&") if item]
    return sorted(items, key=_name) if len(items) > 1 else items


def _name(item: str) -> str:
    return item.partition("=")[0]


def _target(parts: can_ada.URL, rules: HostRules) -> can_ada.URL | None:
    """The page that a redirector leads to, where its address tells it."""
    for rule in rules.redirectors:
        match = rule.path.fullmatch(parts.pathname)
        if match is None:
            continue
        text = match.groupdict().get("target")
        for candidate in _query_targets(parts.search, rule) if text is None else (_path_target(text, parts.search),):
            try:
                return _parse(candidate)
            except AddressError:
                continue
    return None


def _query_targets(search: str, rule: Redirector) -> list[str]:
    pairs = [item.partition("=") for item in search[1:].replace("&amp;", "&").split("&")]
    return [unquote(value) for wanted in rule.query for name, _, value in pairs if name == wanted]


def _path_target(text: str, search: str) -> str:
    """The address in "s/www.bbc.com/news/1", "www.bbc.com/news/1", "https://www.bbc.com/news/1", "https%3a%2f%2f…"."""
    if "%3a" in text[:12].lower():
        return unquote(text)
    if text.startswith(("http:", "https:")):
        return text + search
    return ("https://" + text[2:] if text.startswith("s/") else "http://" + text) + search


def _article_path(path: str, rules: HostRules) -> str:
    path = _settle(path)
    if "//" in path:
        path = _SLASHES.sub("/", path)
    for rewrite in rules.rewrites:
        path = rewrite.path.sub(rewrite.to, path)
    for pattern in rules.numbered:
        match = pattern.search(path)
        if match:
            return "/*" + "/".join(group for group in match.groups() if group)
    if ";" in path or "/(" in path:
        path = _SESSION.sub("", path)
    return _without_layout(_INDEX.sub("", path.partition("&utm_")[0].rstrip("/"))).rstrip("/")


def _without_layout(path: str) -> str:
    """The path without what chooses AMP or the print version: "/amp" anywhere, "/print" at the end, ".amp.html"."""
    if "amp" not in path and not path.endswith("/print"):
        return path
    kept = [segment for segment in _AMP_ENDING.sub("", path).split("/") if segment != "amp"]
    if kept[-1] == "print":
        del kept[-1]
    shorter = "/".join(kept)
    return shorter if _ARTICLE_LIKE.search(shorter) else path


def _article_query(search: str, rules: HostRules) -> str:
    if "amp;" in search:
        # "?id=77&amp;lang=en" was copied out of HTML without being read as HTML
        search = search.replace("&amp;", "&").replace("?amp;", "?")
    pairs = [(item, item.partition("=")) for item in _query(search)]
    kept = [item for item, (name, _, value) in pairs if not rules.parameters.drop(name, value)]
    return "?" + "&".join(kept) if kept else ""


def _route(fragment: str) -> str:
    """The fragment where it names a page of an application; "#!" and "#/" alone name the page itself."""
    return _settle(fragment) if fragment[1:2] in ("!", "/") and fragment.strip("#!/") else ""
