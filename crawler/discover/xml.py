"""Markup from strangers: what has to be refused or taken out before any parser sees it."""

import re
from collections import Counter

from crawler.discover.errors import HostileAnswer

#: entities of one document may add this many characters; billion laughs add 3,000,000,000
_MOST_ADDED = 200_000
_MOST_DECLARED = 400
_ENTITY = re.compile(r"""<!ENTITY\s+(%\s+)?([\w.:-]{1,80})\s+(?:"([^"]*)"|'([^']*)'|[^>]{0,500})\s*>""")
_REFERENCE = re.compile(r"&([\w.:-]{1,80});")
_NESTED = re.compile(r"&(?!#|amp;|lt;|gt;|quot;|apos;)[\w.:-]+;|%[\w.:-]+;")
#: a DOCTYPE with the 253 entities of HTML takes 12,000 characters
_LONGEST_HEAD = 60_000

#: hundreds of attributes on one element: time grows with their square (95 s for 200,000)
_CROWDED_TAG = re.compile(r"<([a-zA-Z][^\s<>/]{0,30})(?:(?:[\s/]+[^\s<>/]+){200,}[^<>]*|[^<>]{8000,})(?:>|\Z|(?=<))")


def uncrowded(text: str) -> str:
    """The document without the attributes of elements that have hundreds of them, or kilobytes."""
    return _CROWDED_TAG.sub(r"<\1>", text)


def from_root(text: str, root: re.Pattern[str]) -> str | None:
    """The document from its root element on, its own plain entities written out; None when there is no such root.

    What stands before is left: XML declaration, DOCTYPE, blank lines, a warning printed by PHP. Raises
    ``HostileAnswer`` for entities that are built of entities or would add more than 200,000 characters. External
    entities are never fetched: they become nothing.
    """
    start = root.search(text, 0, _LONGEST_HEAD)
    if start is None:
        return None
    document = text[start.start() :]
    entities = _declared(text[: start.start()])
    return _written_out(document, entities) if entities else document


def _declared(head: str) -> dict[str, str]:
    found: dict[str, str] = {}
    if "<!ENTITY" not in head:
        return found
    for parameter, name, double, single in _ENTITY.findall(head):
        value = double or single
        if parameter or _NESTED.search(value):
            raise HostileAnswer("XML: entities built of entities")
        found.setdefault(name, value)
        if len(found) > _MOST_DECLARED:
            raise HostileAnswer(f"XML: more than {_MOST_DECLARED} entities of its own")
    return found


def _written_out(text: str, entities: dict[str, str]) -> str:
    uses = Counter(_REFERENCE.findall(text))
    if sum(len(value) * uses[name] for name, value in entities.items()) > _MOST_ADDED:
        raise HostileAnswer(f"XML: entities add more than {_MOST_ADDED} characters")
    return _REFERENCE.sub(lambda match: entities.get(match[1], match[0]), text)
