"""The Scrapy project in one process: its settings, and crawlers that do not share what they change."""

import pytest
from scrapy.settings import Settings

from crawler.project import new_crawler, project_settings


def test_settings_are_the_projects_wherever_the_process_was_started() -> None:
    settings = project_settings()
    handlers = settings.getdict("DOWNLOAD_HANDLERS")
    assert {handlers[scheme] for scheme in ("http", "https")} == {"crawler.fetch.handler.GatedHandler"}
    assert [handlers[scheme] for scheme in ("file", "data", "ftp", "s3")] == [None] * 4
    assert not any(
        settings.getbool(name)
        for name in (
            "TELNETCONSOLE_ENABLED",
            "REMOTE_CONTROL_ENABLED",
            "COOKIES_ENABLED",
            "METAREFRESH_ENABLED",
            "RETRY_ENABLED",
        )
    )
    assert settings.getbool("DOWNLOAD_VERIFY_CERTIFICATES")


def test_a_copy_may_be_changed_without_changing_what_it_was_made_of() -> None:
    settings = project_settings()
    copied = settings.copy()
    copied.set("LOG_LEVEL", "ERROR", "cmdline")
    copied["DOWNLOAD_HANDLERS"].set("http", None, "cmdline")
    copied.delete("NEWSWATCH_SITES", "cmdline")
    assert settings["LOG_LEVEL"] == "INFO"
    assert settings["DOWNLOAD_HANDLERS"]["http"] == "crawler.fetch.handler.GatedHandler"
    assert settings["NEWSWATCH_SITES"] == "spiders.sites"
    assert dict(project_settings()) == dict(settings)


def test_a_copy_says_what_scrapys_own_deep_copy_says() -> None:
    settings = project_settings()
    scrapys = Settings.copy(settings)
    copied = settings.copy()
    assert copied.copy_to_dict() == scrapys.copy_to_dict()
    assert {name: copied.getpriority(name) for name in copied} == {name: scrapys.getpriority(name) for name in scrapys}
    assert type(copied) is type(settings)


def test_a_frozen_copy_cannot_be_changed_and_leaves_the_others_open() -> None:
    settings = project_settings()
    with pytest.raises(TypeError):
        settings.frozencopy().set("LOG_LEVEL", "ERROR")
    settings.set("LOG_LEVEL", "ERROR")


def test_two_crawlers_have_settings_of_their_own() -> None:
    first, second = new_crawler("news", {"DOWNLOAD_TIMEOUT": 3}), new_crawler("news", {})
    assert (first.settings.getint("DOWNLOAD_TIMEOUT"), second.settings.getint("DOWNLOAD_TIMEOUT")) == (3, 20)
    assert first.spidercls is second.spidercls


def test_a_spider_that_nobody_wrote_is_told() -> None:
    with pytest.raises(KeyError, match="nobody"):
        new_crawler("nobody", {})
