"""Small pages for tests, in the builds that news sites have; every text is invented."""

from storage.records import Page

URL = "https://paper.example/politics/2024/10/24/bridge-over-the-lind-opens"
HEADLINE = "Bridge over the Lind opens after nine years of work"
PARAGRAPHS = (
    "The new bridge over the Lind was opened to traffic on Thursday morning, nine years after the first pile was driven.",
    "“We had stopped believing in it,” said the mayor of Oberlind, Hanna Brodt, who walked across with a class of pupils.",
    "The crossing cost 84 million, twice what had been planned, and shortens the way to the hospital by half an hour.",
)


def html(body: str, head: str = "", lang: str = "en") -> Page:
    """A page of these parts at the usual address."""
    return page_at(URL, body, head, lang)


def page_at(url: str, body: str, head: str = "", lang: str = "en") -> Page:
    """A page of these parts at an address of its own."""
    text = f'<!DOCTYPE html><html lang="{lang}"><head><meta charset="utf-8">{head}</head><body>{body}</body></html>'
    return Page(url, text.encode(), "text/html; charset=utf-8")


def paragraphs(*texts: str) -> str:
    """Each text as a paragraph element."""
    return "".join(f"<p>{text}</p>" for text in texts)


def article(*, head: str = "", before: str = "", after: str = "", headline: str = HEADLINE) -> Page:
    """A plain article with something before or after its paragraphs."""
    return html(f"<h1>{headline}</h1>{before}{paragraphs(*PARAGRAPHS)}{after}", f"<title>{headline}</title>{head}")


def teasers(number: int, *, summaries: bool = True, tag: str = "h2") -> str:
    """A row of linked headlines, each with a summary."""
    row = ""
    for place in range(number):
        row += f'<div class="item"><{tag}><a href="/a/{place}-some-story-of-the-day">Council weighs plan number {place} for the old harbour</a></{tag}>'
        row += (
            f"<p>The committee met for the {place}th time and heard what the residents of the quarter had to say about it.</p></div>"
            if summaries
            else "</div>"
        )
    return row
