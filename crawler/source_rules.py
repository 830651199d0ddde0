"""Which rules a source is read by: those of its block in the configuration, else the dated rules of its site."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date

from config_blocks import Source
from crawler.extract.rules import Rules, rules_for


def source_rules(
    source: Source, known: Mapping[str, Sequence[Rules]], sites: Collection[str], day: date
) -> Rules | None:
    """The rules that hold on a day; ``known`` are those of `spiders/sites`, by site. None: it is read as any other."""
    if source.select or source.drop:
        return Rules(select=dict(source.select), drop=tuple(source.drop))
    for site in sites:
        if versions := known.get(site):
            return rules_for(versions, day)
    return None
