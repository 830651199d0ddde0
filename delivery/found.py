"""Results of a search for a terminal, and as lines of JSON."""

from collections.abc import Iterator
from datetime import datetime

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from delivery.export_lines import json_line
from delivery.marking import Marked
from delivery.search import Hit, Results
from delivery.tables import ago

#: how a found word looks
FOUND = "bold yellow"
#: columns that a list of results leaves out
LONG = ("article_body", "provenance")


def results_shown(results: Results, now: datetime) -> Group:
    """Each result as a headline, a line that says whence and when, and a snippet; then how to see more."""
    shown: list[RenderableType] = [part for hit in results.hits for part in _hit_shown(hit, now)]
    if not results.hits:
        shown.append(Text("nothing was found"))
    if results.cursor:
        shown.append(Text(f"more: the same with --cursor {results.cursor}", "dim"))
    return Group(*shown)


def _hit_shown(hit: Hit, now: datetime) -> Iterator[RenderableType]:
    article = hit.article
    yield coloured(hit.headline, "bold")
    published = ago(article["date_published"], now) if article["date_published"] else "date unknown"
    marks = [f"{hit.copies} more with this text"] * (hit.copies > 0) + ["removed"] * (article["removed_at"] is not None)
    facts = (article["source_name"] or article["source_key"], published, article["in_language"], *marks)
    yield _indented(Text("  ".join(filter(None, facts)), "green"))
    yield _indented(coloured(hit.snippet, ""))
    yield Text(f"  {article['url']}\n", "dim", no_wrap=True, overflow="ignore")  # whole, for whoever copies or greps it


def _indented(text: Text) -> Padding:
    """Wrapped, also where a console wraps nothing of its own: what is padded would be cut there."""
    text.no_wrap, text.overflow = False, "fold"
    return Padding(text, (0, 0, 0, 2))


def coloured(found: Marked, style: str) -> Text:
    """A marked text with the found words in another colour; control characters are left out."""
    return Text.assemble(*((_plain(piece), FOUND if is_found else style) for piece, is_found in found))


def _plain(piece: str) -> str:
    return "".join(char for char in piece if char.isprintable())


def json_lines(results: Results) -> Iterator[str]:
    """Each result as a line: columns of the article, score, copies; headline and snippet as pieces, found or not."""
    for hit in results.hits:
        marked = {"headline_marked": hit.headline, "snippet_marked": hit.snippet}
        article = {name: value for name, value in hit.article.items() if name not in LONG}
        yield json_line({**article, "score": round(hit.score, 4), "copies": hit.copies, **marked})
