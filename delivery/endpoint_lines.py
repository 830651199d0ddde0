"""What an operator should know of the endpoints: lists that rolled past, servers that lie, what ended. A line each."""

from collections.abc import Iterator

from storage import endpoints, gaps
from storage.database import Database
from storage.gaps import Gaps


def endpoint_lines(database: Database) -> Iterator[str]:
    """The lines below the table of `newswatch sources`."""
    with database.read() as connection:
        yield from map(_gap_line, gaps.summary(connection))
        for key, url, words in endpoints.remarks(connection):
            yield f"{key}: {url}: {words}"


def _gap_line(told: Gaps) -> str:
    times = "once" if told.gaps == 1 else f"{told.gaps} times"
    recovered = f"{told.recovered} articles recovered from other lists"
    missed = f"{told.unknown} of the gaps could not be checked: what was missed there is unknown"
    return f"{told.source_key}: a list rolled past {times}: " + "; ".join([recovered, *[missed] * bool(told.unknown)])
