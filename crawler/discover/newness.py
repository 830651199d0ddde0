"""What of a page's links came while it was watched, and what has stood there from the first look on. Pure.

links of a page, what stands there ─┬─> newness  ─> log-odds for each link
                                    └─> standing ─> kept on the endpoint's row until the next visit

News comes and goes, menus stay. A first look has nothing to compare with, and a page that was built anew begins anew.
What came stays new for as long as it is there: else the same page would list other articles at each look.
"""

from collections.abc import Collection, Sequence
from hashlib import blake2s

#: log-odds by judgement, as those of places are: of what comes to a front page nine in ten may be articles, of all
#: links of front pages that people labelled two in five are
NEW = 2.5
#: where fewer of the links than this share stood there before, the page was built anew
FAMILIAR = 0.2
#: links of one page that are compared, the first; front pages have 222 in the middle
MOST = 1_000
#: hexadecimal digits of a hash
DIGITS = 8


def newness(urls: Sequence[str], before: Collection[str]) -> list[float]:
    """What it says for each link that it is new; nothing at the first look, and on a page that was built anew."""
    names, known = list(map(_name, urls[:MOST])), set(before)
    said = [0.0 if name in known else NEW for name in names] if _is_familiar(names, known) else []
    return said + [0.0] * (len(urls) - len(said))


def standing(urls: Sequence[str], before: Collection[str]) -> list[str]:
    """What has stood on the page from the first look on, as short hashes: to be compared with at the next visit."""
    names, known = list(map(_name, urls[:MOST])), set(before)
    return [name for name in names if name in known] if _is_familiar(names, known) else names


def _is_familiar(names: Sequence[str], known: Collection[str]) -> bool:
    return sum(name in known for name in names) > FAMILIAR * len(names)


def _name(url: str) -> str:
    return blake2s(url.encode("utf-8", "replace"), digest_size=DIGITS // 2).hexdigest()
