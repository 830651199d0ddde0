"""Whatever Apprise speaks (Slack, Telegram, Matrix, ntfy, ...), in a child process whose only way out is our proxy.

Apprise brings HTTP clients of its own that know nothing of the address rule. The child is told the guarding proxy
(guard/proxy.py), and a hook that cannot be taken off again refuses every connection to anywhere else, but for networks
that the operator allowed: schemes that do not speak HTTP get no further than that.
"""

import asyncio
import json
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass

from delivery.alerts import wording
from delivery.alerts.ways import NotSent, Parcel
from guard.addresses import AddressRule
from guard.proxy import Proxy

#: seconds for the child: its start (about a second), and what it does
CHILD = 60.0


@dataclass(frozen=True, slots=True)
class Apprised:
    """One Apprise address."""

    url: str
    rule: AddressRule

    async def send(self, parcel: Parcel) -> None:
        """Have the child send it."""
        async with Proxy(self.rule) as proxy:
            order = {
                "url": self.url,
                "title": wording.subject(parcel.alerts),
                "body": wording.text(parcel.alerts),
                "proxy": proxy.url,
                "allow": [str(network) for network in self.rule.allow_networks],
            }
            said = await _child(order, proxy.url)
        if said != "sent":
            raise NotSent(said)


async def _child(order: Mapping[str, object], proxy: str) -> str:
    kept = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG", "PYTHONPATH")}
    names = ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY")
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "delivery.alerts.apprise_child", env={**kept, **dict.fromkeys(names, proxy)},
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    try:
        async with asyncio.timeout(CHILD):
            output, _ = await process.communicate(json.dumps(order).encode())
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    return output.decode("utf-8", "replace").strip()[:300] or "Apprise ended without a word"
