"""Redirects without a referer; each hop passes robots.txt, guard and gate like any request."""

from scrapy import Request
from scrapy.downloadermiddlewares.redirect import RedirectMiddleware
from scrapy.http import Response


class PlainRedirects(RedirectMiddleware):
    """Scrapy's redirects; no Referer is ever sent."""

    def handle_referer(self, request: Request, response: Response) -> None:
        """Send none."""
        request.headers.pop("Referer", None)
