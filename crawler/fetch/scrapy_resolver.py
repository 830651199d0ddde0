"""The guard by the way that Scrapy itself knows (setting TWISTED_DNS_RESOLVER), for `scrapy crawl`."""

from typing import Any, Self

from scrapy.crawler import Crawler

from crawler.fetch import guard
from crawler.station import current, is_open
from guard.addresses import AddressRule


class GuardingResolver:
    """Installs the address guard when Scrapy installs its resolver."""

    def __init__(self, rule: AddressRule) -> None:
        self._rule = rule

    @classmethod
    def from_crawler(cls, crawler: Crawler, reactor: Any) -> Self:  # noqa: ARG003 - named by Scrapy
        """Scrapy's constructor; without a station nothing but public addresses is allowed."""
        return cls(current().address_rule if is_open() else AddressRule())

    def install_on_reactor(self) -> None:
        """Called by Scrapy's process."""
        guard.install(self._rule)
