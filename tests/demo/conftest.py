"""Real requests to the demo web."""

import gzip
import http.client
from dataclasses import dataclass
from urllib.parse import urlsplit


@dataclass(frozen=True, slots=True)
class Got:
    """An answer as it came over the wire, gzip unpacked."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()


def fetch(url: str, method: str = "GET", **headers: str) -> Got:
    """One request, redirects not followed; ``if_none_match`` becomes If-None-Match."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.netloc, timeout=10)
    target = parts.path + (f"?{parts.query}" if parts.query else "")
    try:
        connection.request(method, target, headers={name.replace("_", "-"): value for name, value in headers.items()})
        response = connection.getresponse()
        body = response.read()
    finally:
        connection.close()
    fields = {name.lower(): value for name, value in response.getheaders()}
    packed = fields.get("content-encoding") == "gzip"
    return Got(response.status, fields, gzip.decompress(body) if packed and body else body)
