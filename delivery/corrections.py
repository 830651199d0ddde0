"""What publishers changed in an article, version after version, and what a copy changed in its original.

v1_revision, v1_article_change -> Step, Step, ... -> lines      v1_article and its original -> Step -> lines
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from rich.text import Text
from sqlalchemy import Connection

from delivery.pages.differences import Pair, Piece, compared, side_by_side
from delivery.rows import Row, select_rows

#: what a piece of a text is: in both versions, only in the old one, only in the new one
SAME, GONE, CAME = "same", "gone", "came"

#: how each is shown: in colour at a terminal, between marks elsewhere ("[-35-]{+53+}")
_COLOURS = {SAME: "", GONE: "red strike", CAME: "green"}
_MARKS = {SAME: ("", ""), GONE: ("[-", "-]"), CAME: ("{+", "+}")}
#: characters that are shown of what is the same, on each side of a difference
CONTEXT = 80

#: pieces in order, each with what it is
Marked = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Part:
    """A part of an article that differs: its headline, a paragraph of its text, its authors, its date."""

    name: str
    marked: Marked
    #: paragraphs of the text before it that are the same in both
    skipped: int = 0


@dataclass(frozen=True, slots=True)
class Step:
    """From one version to the next, or what else happened to the article."""

    title: str
    at: datetime | None
    what: tuple[str, ...]
    parts: tuple[Part, ...] = ()


def steps(connection: Connection, article_id: int) -> list[Step]:
    """The first version and all changes since, in the order in which they happened."""
    statement = "SELECT * FROM v1_revision WHERE article_id = :id ORDER BY version"
    versions = list(select_rows(connection, statement, id=article_id))
    found = [Step(f"version {row['version']}", row["at"], ("first reading",)) for row in versions[:1]]
    found += [
        Step(f"version {new['version']}", new["at"], tuple(new["what"]), differing(old, new))
        for old, new in pairwise(versions)
    ]
    statement = "SELECT kind, what, at FROM v1_article_change WHERE article_id = :id ORDER BY change_seq"
    changes = select_rows(connection, statement, id=article_id)
    found += [
        Step("back" if row["what"] == ["back"] else "removed", row["at"], tuple(row["what"]))
        for row in changes
        if row["kind"] == "removed" or row["what"] == ["back"]
    ]
    return sorted(found, key=lambda step: step.at.timestamp() if step.at else 0.0)


def against_original(connection: Connection, article_id: int) -> Step | None:
    """What a copy left out of its original, and what it added; None for an article that is no copy."""
    copy = article(connection, article_id)
    original = article(connection, copy["duplicate_of_id"] or 0) if copy else None
    if copy is None or original is None:
        return None
    title = f"against article {original['article_id']} of {original['source_key']}"
    return Step(title, copy["first_seen_at"], (), differing(original, copy))


def article(connection: Connection, article_id: int) -> Row | None:
    """An article as it is now."""
    return next(select_rows(connection, "SELECT * FROM v1_article WHERE article_id = :id", id=article_id), None)


def differing(old: Row, new: Row) -> tuple[Part, ...]:
    """The parts in which two versions differ."""
    lines = (
        ("headline", old["headline"], new["headline"]),
        ("authors", ", ".join(old["authors"]), ", ".join(new["authors"])),
        ("published", _date(old["date_published"]), _date(new["date_published"])),
    )
    parts = [Part(name, _merged(compared(before, after))) for name, before, after in lines if before != after]
    # there is no text where retention took it
    return (*parts, *_paragraphs(side_by_side(old["article_body"] or "", new["article_body"] or "")))


def _paragraphs(pairs: Sequence[Pair]) -> Iterator[Part]:
    same = 0
    for pair in pairs:
        if pair.is_same:
            same += 1
        else:
            yield Part("text", _merged(pair), same)
            same = 0


def _merged(pair: Pair) -> Marked:
    """The pieces of both versions as one text: what went stands before what came in its place."""
    found: list[tuple[str, str]] = []
    new = list(pair.new)
    for piece in pair.old:
        while new and new[0].differs and not piece.differs:
            found.append((new.pop(0).text, CAME))
        found.append((piece.text, GONE if piece.differs else SAME))
        if not piece.differs:
            new.pop(0)
    return tuple(found + [(piece.text, _kind(piece)) for piece in new])


def _kind(piece: Piece) -> str:
    return CAME if piece.differs else SAME


def _date(moment: datetime | None) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC" if moment else ""


def lines(step: Step, *, in_colour: bool) -> Iterator[Text]:
    """A step for people at a terminal."""
    moment = f"  {step.at:%Y-%m-%d %H:%M} UTC" if step.at else ""
    what = ", ".join(part.replace("_", " ") for part in step.what)
    yield Text.assemble((step.title, "bold"), (moment, "dim"), (f"  {what}" if what else "", "yellow"))
    for part in step.parts:
        if part.skipped:
            yield Text(f"    {part.skipped} paragraph{'s' if part.skipped > 1 else ''} unchanged", "dim")
        yield Text.assemble((f"  {part.name:<10}", "dim"), *_pieces(part.marked, in_colour=in_colour))
    if not step.parts and step.title.startswith("against"):
        yield Text("  the same words", "dim")


def _pieces(marked: Marked, *, in_colour: bool) -> Iterator[tuple[str, str]]:
    last = len(marked) - 1
    for place, (text, kind) in enumerate(marked):
        shown = _shortened(text, is_first=place == 0, is_last=place == last) if kind == SAME else text
        before, after = ("", "") if in_colour else _MARKS[kind]
        yield f"{before}{shown}{after}", _COLOURS[kind]


def _shortened(text: str, *, is_first: bool, is_last: bool) -> str:
    """Words that did not change: their end before a difference, their beginning behind one."""
    head, tail = 0 if is_first else CONTEXT, 0 if is_last else CONTEXT
    if len(text) <= head + tail + CONTEXT // 2:
        return text
    return f"{text[:head]} … {text[len(text) - tail :] if tail else ''}"
