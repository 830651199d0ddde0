"""Addresses as pages write them, made absolute; nothing but http and https comes out."""

import re
from functools import lru_cache
from urllib.parse import urljoin, urlsplit

#: what browsers strip from an address before they read it: white space around, tabs and line breaks inside
_BREAKS = re.compile(r"[\t\r\n]+")
_ABSOLUTE = re.compile(r"https?://[^/?#\s]", re.IGNORECASE)
#: nearly all: nothing in it needs a second look
_PLAIN = re.compile(r"https?://[a-z0-9][a-z0-9.-]{1,200}[a-z](?:/[\w./?=&%+,;:~@!*()-]{0,1500})?", re.ASCII)
#: and most of those that begin with "/": they stand behind the host as they are, without "." and ".." to be resolved
_STEP = r"[\w%&+,:~@!*()=-][\w.%&+,:~@!*()=-]*"
_ROOTED = re.compile(rf"/(?:{_STEP}(?:/{_STEP})*/?)?(?:\?[\w./=&%+,:~@!*()-]+)?", re.ASCII)
_ORIGIN = re.compile(r"(https?://[a-z0-9][a-z0-9.-]{1,200}[a-z])(?:[/?#]|$)", re.ASCII)
_SCHEME = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*:")
#: longer ones are session states or data, and no server of news reads them
_LONGEST = 2_000


def absolute(href: str, base: str) -> str | None:
    """The absolute http(s) address that ``href`` means on the page ``base``, or None where it leads nowhere.

    Fragments are dropped, except those that single-page sites route by: "#!/story/1" and "#/story/1".
    """
    if plain := _plain(href, base):
        return plain
    href = _BREAKS.sub("", href.strip())
    if not href or len(href) > _LONGEST or href.startswith("#"):
        return None
    if not _ABSOLUTE.match(href):
        href = _joined(href, base)
    return _checked(href) if _ABSOLUTE.match(href) else None


def host_of(url: str) -> str:
    """Host and port in lower case, without "www."; "" when there is none."""
    try:
        return urlsplit(url).netloc.rpartition("@")[2].lower().removeprefix("www.")
    except ValueError:
        return ""


def _plain(href: str, base: str) -> str:
    """The address where there is nothing to resolve and nothing to doubt, which is nearly always; else ""."""
    if _PLAIN.fullmatch(href):
        return href
    is_rooted = len(href) < _LONGEST and _ROOTED.fullmatch(href)
    return origin + href if is_rooted and (origin := _origin(base)) else ""


@lru_cache(64)
def _origin(base: str) -> str:
    """Scheme and host of a plain address, "" for any other."""
    match = _ORIGIN.match(base)
    return match[1] if match else ""


def _joined(href: str, base: str) -> str:
    scheme = _SCHEME.match(href)
    if scheme:
        return ""  # javascript:, mailto:, data:, file:, tel:, and http: without a host
    try:
        return urljoin(base, href)
    except ValueError:  # "Invalid IPv6 URL"
        return ""


def _checked(url: str) -> str | None:
    url, mark, fragment = url.partition("#")
    try:
        parts = urlsplit(url)
        if not parts.hostname or (parts.port is not None and parts.port == 0):
            return None
    except ValueError:  # a port beyond 65535, brackets that hold no address
        return None
    url = url.replace(" ", "%20")
    return f"{url}#{fragment}" if mark and fragment.startswith(("!", "/")) else url
