"""Pages that try what a page can try: internal addresses by many ways, and the machine itself."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial

from tests.support.scripted import DRAW, Outlet, Sent, shell

#: where the canary listens: not in the network that the operator allowed
CANARY_ADDRESS = "127.0.0.66"


@dataclass
class Canary:
    """An internal service: counts connections and datagrams, whatever is said."""

    port: int
    hits: int = 0

    @property
    def at(self) -> str:
        return f"{CANARY_ADDRESS}:{self.port}"


@contextmanager
def canary() -> Iterator[Canary]:
    with socket.create_server((CANARY_ADDRESS, 0)) as stream:
        found = Canary(stream.getsockname()[1])
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as datagrams:
            datagrams.bind((CANARY_ADDRESS, found.port))
            for listen in (partial(_accept, stream), partial(datagrams.recv, 2000)):
                threading.Thread(target=_count, args=(found, listen), daemon=True).start()
            yield found
            stream.shutdown(socket.SHUT_RDWR)
            datagrams.sendto(b"", datagrams.getsockname())  # wakes the thread
            found.hits -= 1


def _accept(stream: socket.socket) -> None:
    stream.accept()[0].close()


def _count(found: Canary, listen: Callable[[], object]) -> None:
    while True:
        try:
            listen()
        except OSError:
            return
        found.hits += 1


#: ways to a host; %s is "127.0.0.66:1234". Each is a statement of its own, and fails alone.
WAYS = {
    "fetch": "fetch('http://%s/a', {mode: 'no-cors'})",
    "XMLHttpRequest": "const x = new XMLHttpRequest(); x.open('GET', 'http://%s/b'); x.send()",
    "an image": "new Image().src = 'http://%s/c.png'",
    "a script": "add('script', {src: 'http://%s/d.js'})",
    "a module": "import('http://%s/e.mjs').catch(() => 0)",
    "a stylesheet": "add('link', {rel: 'stylesheet', href: 'http://%s/f.css'})",
    "a style that imports": "add('style', {textContent: '@import url(http://%s/g.css); body {background: url(http://%s/g.png)}'})",
    "a frame": "add('iframe', {src: 'http://%s/h'})",
    "a frame with a redirect": "add('iframe', {src: '/to-canary'})",
    "fetch with a redirect": "fetch('/to-' + 'canary')",
    "a script with a redirect": "add('script', {src: '/to-canary'})",
    "a WebSocket": "new WebSocket('ws://%s/i')",
    "a WebSocket of a worker": "work('new WebSocket(\"ws://%s/j\")')",
    "fetch of a worker": 'work(\'fetch("http://%s/k", {mode: "no-cors"})\')',
    "a script of a worker": "work('importScripts(\"http://%s/l.js\")')",
    "events": "new EventSource('http://%s/m')",
    "a beacon": "navigator.sendBeacon('http://%s/n', 'x')",
    "a form": "const f = add('form', {action: 'http://%s/o', method: 'post', target: 'inner'}); add('iframe', {name: 'inner'}); f.submit()",
    "a window": "window.open('http://%s/p')",
    "an object": "add('object', {data: 'http://%s/q'})",
    "an embedded thing": "add('embed', {src: 'http://%s/r'})",
    "a video": "add('video', {src: 'http://%s/s.mp4', autoplay: true})",
    "a preload": "add('link', {rel: 'preload', as: 'fetch', href: 'http://%s/t'})",
    "a prefetch": "add('link', {rel: 'prefetch', href: 'http://%s/u'})",
    "a preconnect": "add('link', {rel: 'preconnect', href: 'http://%s'})",
    "WebRTC": "const p = new RTCPeerConnection({iceServers: [{urls: 'stun:%s'}, {urls: 'turn:%s?transport=tcp', username: 'a', credential: 'b'}]});"
    " p.createDataChannel('x'); p.createOffer().then((o) => p.setLocalDescription(o))",
    "WebTransport": "new WebTransport('https://%s/v')",
    "a ping": "const a = add('a', {href: '#', ping: 'http://%s/w'}); a.click()",
    "an SVG image": "add('div', {innerHTML: '<svg><image href=\"http://%s/x.png\"/></svg>'})",
    "a frame of its own text": "add('iframe', {srcdoc: '<meta http-equiv=refresh content=\"0;url=http://%s/y\"><img src=http://%s/y.png>'})",
    "a frame of data": "add('iframe', {src: 'data:text/html,<img src=http://%s/z.png><script>fetch(\"http://%s/z\")<\\/script>'})",
    "a frame of a blob": "add('iframe', {src: URL.createObjectURL(new Blob(['<img src=http://%s/0.png>'], {type: 'text/html'}))})",
    "a number for an address": "fetch('http://2130706498:' + '%s'.split(':')[1] + '/1', {mode: 'no-cors'})",
    "IPv6 for IPv4": "fetch('http://[::ffff:7f00:42]:' + '%s'.split(':')[1] + '/2', {mode: 'no-cors'})",
    "a shared worker": "new SharedWorker('http://%s/3')",
    "a service worker": "navigator.serviceWorker.register('/to-canary')",
    "going there": "setTimeout(() => { location.href = 'http://%s/4' }, 300)",
}

_HELP = """
function add(name, how) { const made = Object.assign(document.createElement(name), how); document.body.append(made); return made; }
function work(code) { return new Worker(URL.createObjectURL(new Blob([code]))); }
"""


def reaching(told: Canary, links: str) -> dict[str, Sent]:
    """Pages of an outlet that lists stories and tries all ways beside."""
    tries = "\n".join(f"try {{ {way.replace('%s', told.at)} }} catch (e) {{}}" for way in WAYS.values())
    return {
        "/": shell(DRAW + _HELP + f"fetch('/list?' + 1).then(r => r.json()).then(draw);\n{tries}"),
        "/to-canary": Sent(b"", status=302, headers={"Location": f"http://{told.at}/redirected"}),
        "/list": Sent(links.encode(), "application/json"),
    }


#: what a page can do to the machine: name -> script
BURDENS = {
    "endless": "while (true) {}",
    "windows": "for (let n = 0; n < 100; n++) window.open('about:blank'); for (let n = 0; n < 100; n++) {"
    " const a = document.createElement('a'); a.href = '/w' + n; a.target = '_blank'; document.body.append(a); a.click(); }",
    "blob": "const parts = []; for (let n = 0; n < 50; n++) parts.push(new Uint8Array(10 * 2 ** 20).fill(n));"
    " const blob = new Blob(parts); blob.arrayBuffer()",
    "crash": "const held = []; for (;;) held.push({at: held.length, text: 'x'.repeat(100) + held.length})",
}


def burdening(name: str) -> Outlet:
    return Outlet({"/": shell(BURDENS[name])})


def sockets(links: str) -> dict[str, Sent]:
    """An outlet that tries sockets to itself, which the address rule allows here: a page, and workers of two kinds."""
    tries = (
        "const at = location.host;"
        "new WebSocket('ws://' + at + '/socket-of-page');"
        "work('fetch(\"http://' + at + '/called\"); new WebSocket(\"ws://' + at + '/socket-of-blob\")');"
        "try { new Worker('/worker.js') } catch (e) {}"
    )
    worker = "new WebSocket('ws://' + location.host + '/socket-of-file'); fetch('/called-by-file')"
    return {
        "/": shell(f"{DRAW}{_HELP}{tries} fetch('/list?' + 1).then(r => r.json()).then(draw);"),
        "/list": Sent(links.encode(), "application/json"),
        "/worker.js": Sent(worker.encode(), "text/javascript"),
    }


#: a document that a page puts in its own place: a list with one link, "/elsewhere"
_OTHER = '<article><h3><a href=\\"/elsewhere-opens-a-new-hall-after-a-long-debate\\">Elsewhere opens a hall</a></h3></article>'


def leaving() -> dict[str, dict[str, Sent]]:
    """Outlets that go to where no route sees them, after a while and again and again."""
    ways = {
        "to-blob": f'location.href = URL.createObjectURL(new Blob(["{_OTHER}"], {{type: "text/html"}}))',
        "to-data": f'location.href = "data:text/html,{_OTHER}"',
        "to-file": 'location.href = "file:///etc/passwd"',
    }
    return {name: {"/": shell(f"setTimeout(() => {{ {way} }}, 100)")} for name, way in ways.items()}
