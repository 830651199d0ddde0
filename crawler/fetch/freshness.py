"""How long an answer may be taken as still true, as its server says. Pure: header values in, a span out.

RFC 9111, section 4.2: freshness is ``max-age`` of Cache-Control, else Expires - Date; Age says how much of it is over.
``s-maxage`` is meant for shared caches and is not read.
"""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

#: headers that say it, as `fresh_for` wants them
HEADERS = ("Cache-Control", "Expires", "Date", "Age")
_MAX_AGE = re.compile(r"""max-age\s*=\s*"?(\d{1,9})""")
_NEVER_FRESH = re.compile(r"no-cache|no-store")
_NOTHING = timedelta(0)


def fresh_for(headers: Mapping[str, str], now: datetime) -> timedelta | None:
    """The span from now in which the server promises the same answer; None when it promises nothing.

    `headers` holds those of `HEADERS` that were sent. Rubbish counts as nothing: ``Expires: 0`` is common.
    """
    control = headers.get("Cache-Control", "").lower()
    if _NEVER_FRESH.search(control):
        return None
    named = _MAX_AGE.search(control)
    promised = timedelta(seconds=int(named[1])) if named else _until_expiry(headers, now)
    left = promised - _age(headers)
    return left if left > _NOTHING else None


def _until_expiry(headers: Mapping[str, str], now: datetime) -> timedelta:
    # Expires - Date is right even where the server's clock is wrong.
    expires = _moment(headers.get("Expires"))
    return expires - (_moment(headers.get("Date")) or now) if expires else _NOTHING


def _age(headers: Mapping[str, str]) -> timedelta:
    text = headers.get("Age", "").strip()
    return timedelta(seconds=int(text)) if text.isascii() and text.isdecimal() and len(text) < 10 else _NOTHING


def _moment(text: str | None) -> datetime | None:
    try:
        moment = parsedate_to_datetime(text or "")
    except (ValueError, OverflowError):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
