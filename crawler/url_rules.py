"""What is known about hosts and parameters: ``crawler/data/tracking.toml``, read once and cut down per host.

    tracking.toml -> HostRules (one per host, cached) -> crawler.urls.article_key

The list decides nothing by itself; `crawler.urls` applies it.
"""

import ipaddress
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any

from tldextract import TLDExtract

#: Values with which a parameter is dropped, ``()`` for all; a value that ends in ``*`` stands for all that begin so.
Values = tuple[str, ...]

#: The bundled public suffix list, never a newer one from the network; its private part is used, so that two blogs on
#: one platform (a.blogspot.com, b.blogspot.com) are two sites.
_suffixes = TLDExtract(suffix_list_urls=(), cache_dir=None, include_psl_private_domains=True)


@dataclass(frozen=True, slots=True)
class Parameters:
    """The query parameters that are dropped on one host."""

    named: Mapping[str, Values]
    #: "utm_" and its like
    prefixes: tuple[str, ...]

    def drop(self, name: str, value: str) -> bool:
        """Whether the parameter says nothing about which article it is."""
        name = name.lower()
        values = self.named.get(name)
        if values is None:
            return name.startswith(self.prefixes)
        return not values or any(_fits(value.lower(), wanted) for wanted in values)


@dataclass(frozen=True, slots=True)
class Redirector:
    """A page whose address holds the address of another one, in a parameter or in its path."""

    host: re.Pattern[str]
    path: re.Pattern[str]
    query: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Rewrite:
    """A path that differs between two layouts of one site."""

    path: re.Pattern[str]
    to: str


@dataclass(frozen=True, slots=True)
class HostRules:
    """All that the list says about one host; ``key_host`` is its main name, without layout labels."""

    key_host: str
    parameters: Parameters
    redirectors: tuple[Redirector, ...]
    rewrites: tuple[Rewrite, ...]
    #: patterns of paths whose groups alone tell the article
    numbered: tuple[re.Pattern[str], ...]


@lru_cache(maxsize=8192)
def host_rules(host: str) -> HostRules:
    """The rules for a host name as `crawler.urls` spells it (lower case, punycode, no port, no trailing dot)."""
    table = _table()
    domains = tuple(_domains(host))
    return HostRules(
        key_host=_key_host(host),
        parameters=_parameters(table["parameters"], domains),
        redirectors=tuple(rule for rule in _redirectors() if rule.host.fullmatch(host)),
        rewrites=tuple(Rewrite(re.compile(rule["path"]), rule["to"]) for rule in _of(table["rewrite"], domains)),
        numbered=tuple(re.compile(rule["path"]) for rule in _of(table["numbered"], domains)),
    )


def is_address(host: str) -> bool:
    """Whether a host in WHATWG spelling is an IP address ("127.0.0.1", "[::1]")."""
    try:
        ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        return False
    return True


@lru_cache(maxsize=8192)
def registrable_domain(host: str) -> str | None:
    """The part of a host name that somebody registered ("bbc.co.uk"), or None where there is none.

    None for IP addresses, single labels ("intranet"), everything under localhost, and public suffixes themselves.
    A top-level domain that the list does not know ("paper.test") counts as a suffix of one label.
    """
    if "." not in host or host.endswith(".localhost") or is_address(host):
        return None
    parts = _suffixes.extract_str(host)
    if parts.suffix:
        return f"{parts.domain}.{parts.suffix}" if parts.domain else None
    return ".".join(host.split(".")[-2:])


def _fits(value: str, wanted: str) -> bool:
    return value.startswith(wanted[:-1]) if wanted.endswith("*") else value == wanted


def _domains(host: str) -> Iterator[str]:
    """The host and every domain above it: "n.news.naver.com", "news.naver.com", "naver.com", "com"."""
    labels = host.split(".")
    for start in range(len(labels)):
        yield ".".join(labels[start:])


def _of(rules: Iterable[Mapping[str, str]], domains: Sequence[str]) -> list[Mapping[str, str]]:
    return [rule for rule in rules if rule["host"] in domains]


def _key_host(host: str) -> str:
    """The host without www and layout labels, as long as a registrable domain is left ("m.com" stays)."""
    same, layout = _table()["hosts"]["same"], _table()["hosts"]["layout"]
    domain = registrable_domain(host)
    if domain is None:
        return host
    if host in same:
        return str(same[host])
    front = [label for label in host[: -len(domain)].split(".") if label and label not in layout]
    if front[:1] == ["www"]:
        del front[0]
    name = ".".join([*front, domain])
    return str(same.get(name, name))


def _parameters(table: Mapping[str, Any], domains: Sequence[str]) -> Parameters:
    entries = [*table["everywhere"], *(entry for domain in domains for entry in table["hosts"].get(domain, ()))]
    named: dict[str, Values] = {}
    for name, _, value in (entry.partition("=") for entry in entries if "=" in entry):
        named[name] = (*named.get(name, ()), value)
    whole = [entry for entry in entries if "=" not in entry]
    named |= dict.fromkeys((entry for entry in whole if not entry.endswith("*")), ())
    return Parameters(named, tuple(entry.removesuffix("*") for entry in whole if entry.endswith("*")))


@cache
def _redirectors() -> tuple[Redirector, ...]:
    return tuple(
        Redirector(re.compile(rule["host"]), re.compile(rule["path"]), tuple(rule.get("query", ())))
        for rule in _table()["redirector"]
    )


@cache
def _table() -> dict[str, Any]:
    return tomllib.loads(files("crawler").joinpath("data", "tracking.toml").read_text(encoding="utf-8"))
