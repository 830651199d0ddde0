"""Small feeds for the tests of discovery, built from their parts."""

RSS_HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/" '
    'xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:media="http://search.yahoo.com/mrss/" '
    'xmlns:atom="http://www.w3.org/2005/Atom" xmlns:feedburner="http://rssnamespace.org/feedburner/ext/1.0" '
    'xmlns:sy="http://purl.org/rss/1.0/modules/syndication/"><channel><title>The Harbour Post</title>'
)
RSS_TAIL = "</channel></rss>"
ATOM_HEAD = '<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en"><title>The Harbour Post</title>'
FEED_URL = "https://harbour.example/feed"


def rss(*items: str, head: str = "") -> str:
    """An RSS 2.0 feed of these <item> contents."""
    return RSS_HEAD + head + "".join(f"<item>{item}</item>" for item in items) + RSS_TAIL


def atom(*entries: str) -> str:
    """An Atom feed of these <entry> contents."""
    return ATOM_HEAD + "".join(f"<entry>{entry}</entry>" for entry in entries) + "</feed>"


def story(number: int, more: str = "") -> str:
    """One clean item."""
    return (
        f"<title>Ferry number {number} leaves</title><link>https://harbour.example/news/ferry-{number}-leaves</link>"
        f"<pubDate>Tue, 29 Oct 2024 10:{number % 60:02}:00 +0200</pubDate>{more}"
    )
