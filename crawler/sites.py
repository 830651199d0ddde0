"""The sites of a source: what its visits may fetch from, and what they take for themselves while they run."""

import logging

from config_blocks import Source
from crawler.urls import AddressError, site_of

log = logging.getLogger(__name__)


def sites_of(source: Source) -> frozenset[str]:
    """The sites whose links a source follows: those of its addresses, and of the hosts in `also`."""
    addresses = [*source.url, *(f"http://{host}/" for host in source.also)]
    found = set()
    for address in addresses:
        try:
            found.add(site_of(address))
        except AddressError as error:
            log.warning("%s: %s", source.key, error)
    return frozenset(found)
