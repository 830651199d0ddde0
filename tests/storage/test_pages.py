"""Kept pages: whole or not there, found again by name, and deleted when they are too old or too many."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from config_blocks import KeptPages
from storage.pages import PageFolder, Pruned, page_folder, page_name
from storage.records import Page

DAY = 86400.0
PAGE = Page("https://daily.example/a", b"<html>\xe9\x00\n" + b"<p>text</p>" * 2000, "text/html; charset=latin-1", 200)


@pytest.fixture
def folder(tmp_path: Path) -> PageFolder:
    """Room for a megabyte, for two days."""
    return PageFolder(tmp_path / "pages", 2 * DAY, 1_000_000)


def files(folder: PageFolder) -> list[Path]:
    return sorted(path for path in folder.path.rglob("*") if path.is_file())


def aged(folder: PageFolder, name: str, seconds: float) -> Path:
    """The file of a page, as if it had been written so long ago."""
    (file,) = folder.path.rglob(f"{name}*")
    moment = datetime.now(UTC).timestamp() - seconds
    os.utime(file, (moment, moment))
    return file


def numbered(number: int, size: int = 10) -> Page:
    return Page(f"https://daily.example/{number}", os.urandom(size))


def test_a_page_comes_back_as_it_was(folder: PageFolder) -> None:
    assert folder.page(folder.keep(PAGE)) == PAGE


@pytest.mark.parametrize(
    "page",
    [
        pytest.param(Page("https://daily.example/", b""), id="an empty one"),
        pytest.param(Page("https://daily.example/", b"\n\n{}\n"), id="one that begins with line ends"),
        pytest.param(Page("https://daily.example/привет?a=b\n", b"x", "text/html\r\n"), id="odd words about it"),
        pytest.param(Page("https://daily.example/", bytes(range(256)) * 40, status=203), id="every byte there is"),
    ],
)
def test_every_byte_and_what_was_said_of_them_is_kept(folder: PageFolder, page: Page) -> None:
    assert folder.page(folder.keep(page)) == page


def test_it_takes_less_room_than_the_page(folder: PageFolder) -> None:
    folder.keep(PAGE)
    (file,) = files(folder)
    assert file.stat().st_size < len(PAGE.body) / 10


def test_one_page_is_one_file_however_often_it_is_kept(folder: PageFolder) -> None:
    assert folder.keep(PAGE) == folder.keep(PAGE) == page_name(PAGE)
    assert len(files(folder)) == 1


def test_the_same_bytes_under_another_address_are_another_page(folder: PageFolder) -> None:
    other = Page("https://daily.example/b", PAGE.body, PAGE.content_type)
    assert folder.keep(PAGE) != folder.keep(other)
    assert folder.page(page_name(other)) == other


def test_a_page_that_is_not_kept_is_none(folder: PageFolder) -> None:
    assert folder.page(page_name(PAGE)) is None


@pytest.mark.parametrize(
    "damage",
    [
        pytest.param(lambda old: old[: len(old) // 2], id="half written"),
        pytest.param(lambda _: b"", id="empty after a power cut"),
        pytest.param(lambda old: b"\x00" * len(old), id="zeroes after a power cut"),
        pytest.param(lambda _: b"something else", id="overwritten"),
    ],
)
def test_a_damaged_file_is_as_if_it_were_gone(folder: PageFolder, damage: object) -> None:
    name = folder.keep(PAGE)
    (file,) = files(folder)
    file.write_bytes(damage(file.read_bytes()))  # type: ignore[operator]
    assert folder.page(name) is None


def test_another_page_under_its_name_is_not_taken_for_it(folder: PageFolder) -> None:
    name, other = folder.keep(PAGE), folder.keep(numbered(1))
    folder._file(name).write_bytes(folder._file(other).read_bytes())
    assert folder.page(name) is None


def test_nothing_unfinished_is_left_behind(folder: PageFolder) -> None:
    folder.keep(PAGE)
    assert [file.suffix for file in files(folder)] == [".page"]


def test_where_nothing_can_be_written_it_says_so(tmp_path: Path) -> None:
    (tmp_path / "pages").write_text("a file, not a folder")
    with pytest.raises(OSError, match=r"(?i)not a directory|exists"):
        PageFolder(tmp_path / "pages", DAY, 1000).keep(PAGE)


# pruning --------------------------------------------------------------------------------------------------------------


def test_old_pages_are_deleted_and_young_ones_stay(folder: PageFolder) -> None:
    old, young = folder.keep(numbered(1)), folder.keep(numbered(2))
    size = aged(folder, old, 3 * DAY).stat().st_size
    assert folder.prune(datetime.now(UTC)) == Pruned(1, size)
    assert (folder.page(old), folder.page(young) is not None) == (None, True)


def test_a_page_that_is_kept_again_begins_its_days_anew(folder: PageFolder) -> None:
    name = folder.keep(PAGE)
    aged(folder, name, 3 * DAY)
    folder.keep(PAGE)
    assert folder.prune(datetime.now(UTC)) == Pruned()
    assert folder.page(name) == PAGE


def test_over_its_budget_the_oldest_pages_go_first(folder: PageFolder) -> None:
    names = [folder.keep(numbered(number, 300_000)) for number in range(5)]
    for hours, name in enumerate(reversed(names)):
        aged(folder, name, hours * 3600)
    folder.prune(datetime.now(UTC))
    assert [folder.page(name) is not None for name in names] == [False, False, True, True, True]


def test_the_budget_counts_what_is_on_the_disk(folder: PageFolder) -> None:
    for number in range(20):
        folder.keep(Page(f"https://daily.example/{number}", b"<p>the same</p>" * 20_000))  # 300 kB each before
    assert folder.prune(datetime.now(UTC)) == Pruned()


def test_what_a_killed_process_left_unfinished_is_deleted_when_nobody_can_be_writing_it(folder: PageFolder) -> None:
    folder.keep(PAGE)
    (file,) = files(folder)
    fresh, litter = file.parent / "a.unfinished", file.parent / "b.unfinished"
    for path, age in ((fresh, 60), (litter, 7200)):
        path.write_bytes(b"x")
        moment = datetime.now(UTC).timestamp() - age
        os.utime(path, (moment, moment))
    folder.prune(datetime.now(UTC))
    assert files(folder) == sorted([file, fresh])


def test_files_of_others_stay(folder: PageFolder) -> None:
    name = folder.keep(PAGE)
    note = folder.path / name[:2] / "README"
    note.write_text("mine")
    folder.prune(datetime.now(UTC) + timedelta(days=400))
    assert files(folder) == [note]


def test_a_folder_that_is_not_there_yet_has_nothing_to_delete(folder: PageFolder) -> None:
    assert folder.prune(datetime.now(UTC)) == Pruned()


# where they lie -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("settings", "database", "path"),
    [
        pytest.param({}, "sqlite:////srv/news/news.db", "/srv/news/pages", id="beside a SQLite file"),
        pytest.param({"folder": "/var/pages"}, "sqlite:////srv/news.db", "/var/pages", id="in a named folder"),
        pytest.param({"folder": "/var/p"}, "postgresql+psycopg://h/n", "/var/p", id="PostgreSQL with a folder"),
        pytest.param({}, "postgresql+psycopg://h/n", None, id="PostgreSQL without one"),
        pytest.param({"keep": 0}, "sqlite:////srv/news/news.db", None, id="switched off"),
    ],
)
def test_where_pages_lie(settings: dict[str, object], database: str, path: str | None) -> None:
    found = page_folder(KeptPages.model_validate(settings), database)
    assert (str(found.path) if found else None) == path


def test_days_and_budget_are_those_of_the_configuration() -> None:
    found = page_folder(KeptPages.model_validate({"keep": "3d", "budget": "10MB"}), "sqlite:////srv/news.db")
    assert found == PageFolder(Path("/srv/pages"), 3 * DAY, 10_000_000)
