"""Pages that scripts draw, one for each way in which they do it."""

import json
import time

from crawler.render.settle import REST
from tests.support.scripted import DRAW, SCRIPT, Outlet, Sent, articles, as_json, paragraphs, shell, stories, story

#: draws more when its end is seen, at most to 20 stories
SCROLLING = """
let at = 0;
const more = () => fetch('/list?from=' + at).then(r => r.json()).then(found => { draw(found); at += found.length; });
const end = document.createElement('div');
end.style.height = '10px';
document.body.append(end);
more().then(() => new IntersectionObserver(seen => { if (seen[0].isIntersecting && at < 20) more(); }).observe(end));
for (const item of [1]) document.body.insertAdjacentHTML('beforeend', '<style>article { height: 200px }</style>');
"""
BUTTON = """
let at = 0;
const more = () => fetch('/list?from=' + at).then(r => r.json()).then(found => { draw(found); at += found.length; });
more();
document.getElementById('more').addEventListener('click', more);
"""
CONSENT = """
document.getElementById('onetrust-reject-all-handler').addEventListener('click', () => {
  document.getElementById('dialog').remove();
  fetch('/list?from=' + 0).then(r => r.json()).then(draw);
});
"""


def tens(target: str) -> Sent:
    first = int(target.partition("=")[2] or 0)
    return as_json(stories(first, 10) if first < 20 else [])


def told(target: str) -> Sent:
    number = int(target.partition("=")[2])
    return as_json({"title": story(number)["title"], "text": paragraphs(number)})


def drawn_article(number: int) -> Sent:
    script = (
        f"fetch('/text?of=' + {number}).then(r => r.json()).then(told => {{ document.title = told.title;"
        " document.getElementById('root').innerHTML = '<article><h1>' + told.title + '</h1>'"
        " + told.text.map(part => '<p>' + part + '</p>').join('') + '</article>'; })"
    )
    return shell(script)


def plain_list(first: int, count: int) -> Sent:
    items = "".join(
        f'<article><h3><a href="{one["url"]}">{one["title"]}</a></h3></article>' for one in stories(first, count)
    )
    return Sent(f"<!doctype html><html><body><main>{items}</main></body></html>".encode())


def moved(to: str) -> Sent:
    return Sent(b"", status=302, headers={"Location": to})


def late_tens(target: str) -> Sent:
    """A list that comes when a page without requests under way would have come to rest."""
    time.sleep(2 * REST)
    return tens(target)


def redirecting(elsewhere: Outlet) -> dict[str, Outlet]:
    """Outlets whose servers send on what their pages ask for."""
    calling = DRAW + "fetch('/moved?from=' + 0).then(r => r.json()).then(draw)"
    code = Sent(f"{DRAW}draw({json.dumps(stories(0, 6))})".encode(), SCRIPT, headers={"Cache-Control": "max-age=86400"})
    by_code = shell("", body='<div id="root"></div><script src="/moved.js"></script>')
    return {
        "moved-list": Outlet(
            {"/": shell(calling), "/moved": moved("/list?from=0"), "/list": late_tens, **articles(0, 10)}
        ),
        "moved-code": Outlet({"/": by_code, "/moved.js": moved("/code.js"), "/code.js": code, **articles(0, 6)}),
        "led-off": Outlet(
            {"/": shell("setTimeout(() => { location = '/go' }, 100)"), "/go": lambda _: moved(elsewhere.url())}
        ),
    }


def drawing() -> dict[str, Outlet]:
    """An outlet for each way."""
    stated = json.dumps({"props": {"stories": stories(0, 8)}})
    calling = DRAW + "fetch('/list?from=' + 0).then(r => r.json()).then(draw)"
    button = '<div id="root"></div><button id="more">Load more stories</button>'
    dialog = '<div id="root"></div><div id="dialog"><button id="onetrust-reject-all-handler">Reject</button></div>'
    inside = f'<script type="application/json">{stated}</script>'
    called = DRAW + "fetch('/api/latest').then(r => r.json()).then(draw)"
    return {
        "plain": Outlet({"/": plain_list(0, 5), **articles(0, 5)}),
        "list": Outlet({"/": shell(calling), "/list": tens, **articles(0, 20)}),
        "scrolling": Outlet({"/": shell(DRAW + SCROLLING), "/list": tens, **articles(0, 20)}),
        "button": Outlet({"/": shell(DRAW + BUTTON, body=button), "/list": tens, **articles(0, 20)}),
        "consent": Outlet({"/": shell(DRAW + CONSENT, body=dialog), "/list": tens, **articles(0, 10)}),
        "article": Outlet(
            {"/": plain_list(0, 3), **{story(n)["url"]: drawn_article(n) for n in range(3)}, "/text": told}
        ),
        "document": Outlet({"/": shell(DRAW + f"draw({json.dumps(stories(0, 9))})"), **articles(0, 9)}),
        "state": Outlet({"/": shell("start()", head=inside), **articles(0, 8)}),
        "called": Outlet({"/": shell(called), "/api/latest": as_json(stories(0, 7)), **articles(0, 7)}),
        "forbidden": Outlet(
            {"/": shell(calling), "/list": tens, "/robots.txt": Sent(b"User-agent: *\nDisallow: /list\n", "text/plain")}
        ),
    }
