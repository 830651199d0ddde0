"""How the browser is started: what it may use, and by which ways it may leave. Pure, but for the look at who we are.

    [render] + program + proxy -> script (limits, then the program) + options of Playwright's launch

The sandbox of the browser stays on. All its requests go to the guarding proxy, names included: it looks up none by
itself. The limits are inherited by every process of the browser: a page that fills an array of 500 MB gets an error
in its script (1,495 MB were used without them, 650 MB with them).
"""

import os
import shlex
from pathlib import Path
from typing import Any

from crawler.render.browser import NoBrowser

#: KiB of stack of a thread: with the usual 8 MB the browser's threads use up the next limit before a page is there
STACK_KIB = 1024
#: KiB of memory that one process may write to (RLIMIT_DATA); Chromium 156 starts with 250 MB, pages of news want more
DATA_KIB = 320 * 1024
#: MB of objects of a page's scripts
HEAP_MB = 192

FLAGS = (
    # by the proxy or not at all: no QUIC, no UDP of WebRTC, no look-up by itself
    "--disable-quic",
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",
    "--dns-prefetch-disable",
    "--no-pings",
    "--disable-domain-reliability",
    # fewer processes, less memory; nothing is shown to anybody
    "--disable-gpu",
    "--in-process-gpu",
    "--renderer-process-limit=1",
    "--disable-remote-fonts",
    "--mute-audio",
    f"--js-flags=--max-old-space-size={HEAP_MB}",
)
#: what Playwright would add: windows that open by themselves are refused by the browser, as for a person
NOT_FLAGS = ["--disable-popup-blocking"]
#: milliseconds in which the browser must be there
START_PATIENCE = 30_000

ROOT_PROBLEM = "rendering as root is refused, because the browser's sandbox does not work there"
ROOT_CURE = "run Newswatch as an ordinary user, or set [render] unsafe_no_sandbox = true where nothing can be lost"

NO_SANDBOX = (
    "the kernel offers it no sandbox; `apt-get install chromium-sandbox`, or allow user namespaces"
    " (sysctl kernel.unprivileged_userns_clone=1)"
)


def refuse_root(*, unsafe_no_sandbox: bool, user: int | None = None) -> None:
    """Raise NoBrowser for root, unless the operator does without the sandbox."""
    if (os.geteuid() if user is None else user) == 0 and not unsafe_no_sandbox:
        raise NoBrowser(ROOT_PROBLEM, ROOT_CURE)


def script(program: Path) -> str:
    """The shell script that is started in the browser's place."""
    return f'#!/bin/sh\nulimit -s {STACK_KIB}\nulimit -d {DATA_KIB}\nexec {shlex.quote(str(program))} "$@"\n'


def launch_options(program: Path, proxy: str, *, sandbox: bool) -> dict[str, Any]:
    """What Playwright's `launch` is called with. It adds `<-loopback>` to the proxy, and we name nothing to bypass."""
    return {
        "executable_path": program,
        "args": list(FLAGS),
        "ignore_default_args": NOT_FLAGS,
        "chromium_sandbox": sandbox,
        "proxy": {"server": proxy},
        "timeout": START_PATIENCE,
        # the daemon decides when the browser ends
        "handle_sigint": False,
        "handle_sigterm": False,
        "handle_sighup": False,
    }


def context_options(user_agent: str) -> dict[str, Any]:
    """What each context is made with: a fresh profile that may nothing."""
    return {
        "user_agent": user_agent,
        "accept_downloads": False,
        "service_workers": "block",
        "permissions": [],
        "ignore_https_errors": False,
        "reduced_motion": "reduce",
        # lists that load on scrolling show more at once in a high window
        "viewport": {"width": 1280, "height": 1600},
    }
