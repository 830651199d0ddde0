"""Templates of the demo web: one file for each outlet, cut into named parts, filled by ``string.Template``.

=== article                       a part begins with its name
<h1>$headline</h1>                $name is escaped, unless its value is an ``Html``
$paragraphs
=== article/paragraph             one paragraph; ``=== article/after-2`` stands behind the second one
<p>$text</p>
=== front/item                    one story in a list
<li><a href="$url">$headline</a></li>
"""

import html
import re
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from string import Template

TEMPLATES = Path(__file__).parent / "templates"
_PART = re.compile(r"^=== (\S+)\n", re.MULTILINE)


class Html(str):
    """Text that is markup already and is not escaped again."""

    __slots__ = ()


class Parts:
    """The parts of one template file; a part that a file lacks is looked up in the file of shared parts."""

    def __init__(self, parts: Mapping[str, Template]) -> None:
        self._parts = parts

    def __contains__(self, name: str) -> bool:
        return name in self._parts

    def fill(self, name: str, fields: Mapping[str, str]) -> Html:
        """The part with its fields filled in; KeyError when the part or a field is not there."""
        escaped = {key: value if isinstance(value, Html) else html.escape(value) for key, value in fields.items()}
        return Html(self._parts[name].substitute(escaped))

    def fill_each(self, name: str, items: Iterable[Mapping[str, str]]) -> Html:
        """The part once for each item, one after the other; nothing when there is no such part."""
        return Html("".join(self.fill(name, item) for item in items)) if name in self else Html("")


@cache
def parts_of(outlet: str) -> Parts:
    """The parts of ``templates/<outlet>.html`` over the shared ones of ``templates/lists.xml``."""
    return Parts(_read("lists.xml") | _read(f"{outlet}.html"))


@cache
def plain_links(outlet: str) -> frozenset[str]:
    """The addresses that a template links to in so many words ("/about/"): menus must lead somewhere."""
    text = (TEMPLATES / f"{outlet}.html").read_text(encoding="utf-8")
    return frozenset(re.findall(r'href="(/[a-z][^"$#]*)"', text))


def _read(name: str) -> dict[str, Template]:
    path = TEMPLATES / name
    pieces = _PART.split(path.read_text(encoding="utf-8"))
    # pieces: what stands before the first part (a comment), then name, text, name, text
    return {name: Template(text) for name, text in zip(pieces[1::2], pieces[2::2], strict=True)}
