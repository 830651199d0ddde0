"""How fast articles leave the store in each form, and in how much memory: `.venv/bin/python benchmarks/export.py`.

    a store of made-up articles (benchmarks/search.py writes one) -> each form -> file -> CPU seconds, memory, bytes

Memory is told twice: what Python held at most during 5,000 articles (traced), and what the process grew by at most
while all were written (Linux). Beside it, in the same run, stands the least that any program has to do: the module
`sqlite3` reads the same view, and `json` writes a line for each row. `--file` names a store that is there, as that of
the benchmark of search.
"""

import argparse
import json
import sqlite3
import tempfile
import time
import tracemalloc
from collections.abc import Callable
from functools import partial
from itertools import islice
from pathlib import Path

from benchmarks.search import Writing, fill
from delivery import export
from delivery.export_formats import FORMS, NEEDED
from storage.database import Database
from storage.store import open_database

#: articles whose memory is traced: tracing takes three times as long, and what is flat is flat at once
TRACED = 5_000


def exported(database: Database, form: str, most: int, path: Path) -> int:
    """Export so many articles in a form."""
    columns = list(dict.fromkeys((*export.columns_named(None), *NEEDED.get(form, ()))))
    with path.open("wb") as stream:
        return export.write(islice(export.articles(database), most), stream, FORMS[form](), columns)


def bare(file: Path, most: int, path: Path) -> int:
    """The same articles as JSON lines with the standard library alone."""
    connection = sqlite3.connect(f"file:{file}?mode=ro", uri=True)
    connection.row_factory = sqlite3.Row
    with path.open("w", encoding="utf-8") as stream:
        count = 0
        for row in connection.execute("SELECT * FROM v1_article ORDER BY article_id LIMIT ?", (most,)):
            stream.write(json.dumps(dict(row), ensure_ascii=False) + "\n")
            count += 1
    connection.close()
    return count


def measured(name: str, work: Callable[[int, Path], int], most: int, path: Path) -> None:
    """Print a line: articles, CPU, bytes, memory."""
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")  # the peak is counted anew from here on
    begun, before = time.process_time(), _held("VmRSS")
    count = work(most, path)
    seconds, grown = time.process_time() - begun, _held("VmHWM") - before
    tracemalloc.start()
    work(min(most, TRACED), path.with_name("traced"))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    size = path.stat().st_size
    print(f"{name:<24}{count:>10,}{seconds:>9.1f}{count / seconds:>14,.0f}{size / 1e6:>9,.0f}", end="")
    print(f"{peak / 1e6:>11.1f}{grown:>12.1f}", flush=True)
    path.unlink()


def _held(what: str) -> float:
    """What this process holds (VmRSS) or has held at most (VmHWM), in MB; Linux tells it in KiB."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return int(next(line for line in lines if line.startswith(what)).split()[1]) * 1024 / 1e6


def main() -> None:
    """Build what is missing, then export."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, default=20_000, help="how many")
    parser.add_argument("--file", type=Path, help="SQLite file; a temporary one when not given")
    parser.add_argument("--form", action="append", choices=FORMS, help="only this form; may be repeated")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        file = chosen.file or Path(folder) / "news.db"
        database = open_database(f"sqlite:///{file}")
        fill(database, Writing(seed=1), chosen.articles)
        print(f"{'':<24}{'articles':>10}{'CPU s':>9}{'articles/s':>14}{'MB':>9}{'memory MB':>11}{'grown by MB':>12}")
        for form in chosen.form or FORMS:
            measured(form, partial(exported, database, form), chosen.articles, Path(folder) / form)
        measured("sqlite3 + json alone", partial(bare, file), chosen.articles, Path(folder) / "bare")
        database.dispose()


if __name__ == "__main__":
    main()
