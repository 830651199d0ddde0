"""The alerts of a watch as a feed, for any reader: RSS 2.0 and Atom of the same entries.

alerts of the store -> Entry -> XML, written by the standard library, which escapes
"""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Annotated
from xml.etree import ElementTree as ET

from fastapi import APIRouter, Path, Request, Response

from delivery.alerts.wording import headline
from delivery.api.answers import Problem, Refused, tagged
from delivery.api.routes import Nothing, Store
from delivery.rows import iso
from delivery.xml_text import as_html, sayable
from storage import alerts
from storage.alerts import Alert
from storage.database import Database

#: entries of a feed
ENTRIES = 50
_ATOM = "http://www.w3.org/2005/Atom"

router = APIRouter(prefix="/feeds", responses={404: {"model": Problem}, 422: {"model": Problem}})

Name = Annotated[str, Path(max_length=64, pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$")]


@router.get("/{watch}.xml", response_class=Response, responses={200: {"content": {"application/rss+xml": {}}}})
def rss_feed(request: Request, store: Store, watch: Name, _asked: Nothing) -> Response:
    """What a watch found, as RSS."""
    return _feed(request, store, watch, rss, "application/rss+xml")


@router.get("/{watch}.atom", response_class=Response, responses={200: {"content": {"application/atom+xml": {}}}})
def atom_feed(request: Request, store: Store, watch: Name, _asked: Nothing) -> Response:
    """What a watch found, as Atom."""
    return _feed(request, store, watch, atom, "application/atom+xml")


def _feed(
    request: Request, store: Database, watch: str, form: Callable[[str, Sequence[Alert]], bytes], kind: str
) -> Response:
    with store.read() as connection:
        found = alerts.latest(connection, ENTRIES, watch)
    if not found:
        raise Refused(404, f"the watch {watch} has found nothing yet, or there is none of this name")
    return tagged(request, form(watch, found), kind)


def rss(watch: str, found: Sequence[Alert]) -> bytes:
    """RSS 2.0."""
    root = ET.Element("rss", version="2.0")
    channel = ET.SubElement(root, "channel")
    _add(channel, title=f"Newswatch: {watch}", link="/", description=f"What the watch {watch} found")
    for alert in found:
        item = ET.SubElement(channel, "item")
        _add(item, title=headline(alert), link=alert.told.get("url"))
        _add(item, description=as_html(alert.told.get("description") or ""))
        _add(item, pubDate=format_datetime(alert.made_at.astimezone(UTC), usegmt=True))
        ET.SubElement(item, "guid", isPermaLink="false").text = _name(alert)
    return _written(root)


def atom(watch: str, found: Sequence[Alert]) -> bytes:
    """Atom."""
    root = ET.Element("feed", xmlns=_ATOM)
    newest: datetime = max(alert.made_at for alert in found)
    _add(root, id=f"urn:newswatch:watch:{watch}", title=f"Newswatch: {watch}", updated=iso(newest))
    for alert in found:
        entry = ET.SubElement(root, "entry")
        _add(
            entry,
            id=_name(alert),
            title=headline(alert),
            updated=iso(alert.made_at),
            summary=alert.told.get("description"),
        )
        ET.SubElement(entry, "link", href=sayable(alert.told.get("url") or "/"))
        _add(
            ET.SubElement(entry, "author"),
            name=alert.told.get("source_name") or alert.told.get("source_key") or "Newswatch",
        )
    return _written(root)


def _add(element: ET.Element, **texts: str | None) -> None:
    for name, text in texts.items():
        if text:
            ET.SubElement(element, name).text = sayable(text)


def _name(alert: Alert) -> str:
    return f"urn:newswatch:alert:{alert.alert_id}"


def _written(root: ET.Element) -> bytes:
    written: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return written
