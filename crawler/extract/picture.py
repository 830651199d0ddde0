"""The main image of an article and its caption."""

# ruff: noqa: E501 - the agencies stand in one expression

import re
from collections.abc import Sequence
from urllib.parse import urljoin

from crawler.extract.blocks import Block, Layout
from crawler.extract.hints import mask
from crawler.extract.jsonld import Node
from crawler.extract.signals import Signals
from crawler.extract.text import unmarked

_CAPTION = mask("caption")
_AGENCY = (
    r"(?:Reuters|AFP|AP|EPA|EFE|dpa|ANSA|TASS|ТАСС|Xinhua|新华社|Yonhap|연합뉴스|Kyodo|共同通信|時事通信|AFP時事|PTI|ANI|IANS|Getty(?:\s+Images)?|Shutterstock|Alamy|Bloomberg|NurPhoto|IMAGO|imago|"
    r"picture[- ]alliance|РИА\s+Новости|Anadolu|Press\s+Association|PA|UPI|Zuma|Keystone|Scanpix|Belga|ANP|Lusa|Sputnik|iStock|Unsplash|رويترز|أ\s?ف\s?ب|فرانس\s+برس|रॉयटर्स|ロイター|路透社|뉴시스|뉴스1)"
)
#: a credit that closes a line: "… Kazan (Russia) / Reuters", "… (Photo: Jane Doe)", "… © dpa"
_CREDIT = re.compile(
    rf"[/|©]\s*{_AGENCY}\b[^.]{{0,40}}$|[(\[]\s*(?:photo|foto|bild|image|picture|фото|صورة|写真|사진|图)[^()]{{0,60}}[)\]]\W*$|©\s?\S.{{0,60}}$|"
    r"\b(?:photo(?:graph)?|foto|bild|image|picture|фото|写真|사진)\s*(?:credit|courtesy(?:\s+of)?|by)?\s*[:：/]\s*\S.{0,60}$",
    re.IGNORECASE,
)
#: letters of a caption that is marked so, and of one that is told by its credit
_LONGEST_MARKED, _LONGEST_CREDITED = 500, 300
#: letters at the end of a line in which such a credit stands, whole
_CREDITED = 130
#: "Kazan / Reuters / Jane Doe"
_BETWEEN_SLASHES = re.compile(rf"/\s*{_AGENCY}\s*[-/]", re.IGNORECASE)
#: one of these stands in every such line
_CREDIT_MARK = re.compile("[/|©(\\[:：]")
#: a credit that counts only right below a picture: "… (Reuters)", "… – AFP"
_WEAK_CREDIT = re.compile(rf"[(\[–—-]\s*{_AGENCY}\b[^.]{{0,30}}$|[^.!?。]\s+{_AGENCY}(?:\s+Photo)?$", re.IGNORECASE)


def image_url(signals: Signals) -> tuple[str, str] | None:
    """The address of the main image, absolute, and its origin."""
    structured = _of_node(signals.article)
    for url, origin in (
        (structured, "json-ld"),
        (signals.meta("og:image", "og:image:url", "twitter:image"), "opengraph"),
    ):
        if url and not url.startswith("data:") and (address := _absolute(signals.url, url)):
            return address, origin
    return None


def _absolute(base: str, url: str) -> str | None:
    """The address as seen from the page, None for one that cannot be parsed ("http://[bad/x.jpg")."""
    try:
        return urljoin(base, url)
    except ValueError:
        return None


def _of_node(node: Node) -> str | None:
    image = node.get("image") or node.get("thumbnailUrl")
    if isinstance(image, list):
        image = image[0] if image else None
    if isinstance(image, dict):
        image = image.get("url") or image.get("contentUrl") or image.get("@id")
    return unmarked(image) if isinstance(image, str) else None


def caption_of(layout: Layout, captions: Sequence[int], node: Node) -> tuple[str, str] | None:
    """The first caption of the page, and its origin."""
    for place in captions:
        return layout.blocks[place].text, "text"
    image = node.get("image")
    image = image[0] if isinstance(image, list) and image else image
    if isinstance(image, dict) and isinstance(image.get("caption"), str) and image["caption"].strip():
        return unmarked(image["caption"]), "json-ld"
    return None


def captions_in(layout: Layout) -> list[int]:
    """The blocks that are captions: so marked, closed by a credit, or right below a picture with a weak one."""
    below = {picture.at for picture in layout.pictures}
    return [
        place
        for place, block in enumerate(layout.blocks)
        if "figcaption" in block.tags
        or (block.own & _CAPTION and len(block.text) < _LONGEST_MARKED)
        or (len(block.text) < _LONGEST_CREDITED and _is_credited_block(block, below_picture=place in below))
    ]


def _is_credited_block(block: Block, *, below_picture: bool) -> bool:
    """Whether a credit closes a block that is no link."""
    text = block.text
    if block.linked >= len(text):
        return False
    return _is_credited(text) or bool(below_picture and _WEAK_CREDIT.search(text))


def _is_credited(text: str) -> bool:
    """Whether a credit closes a line, or stands between slashes; both are looked for where they can be only."""
    last = max(0, len(text) - _CREDITED)
    closed = _CREDIT_MARK.search(text, last) and _CREDIT.search(text, last)
    return bool(closed or ("/" in text and _BETWEEN_SLASHES.search(text)))
