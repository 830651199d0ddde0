"""Whoever knows Scrapy finds a Scrapy project."""

import subprocess
import sys

from tests.support.tree import ROOT


def _scrapy(*words: str) -> str:
    command = [sys.executable, "-m", "scrapy", *words]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout


def test_scrapy_list_names_the_spider_of_news() -> None:
    assert "news" in _scrapy("list").split()


def test_scrapy_reads_our_settings() -> None:
    assert _scrapy("settings", "--get", "COOKIES_ENABLED").strip() == "False"
    assert _scrapy("settings", "--get", "TWISTED_REACTOR").strip().endswith("AsyncioSelectorReactor")
