"""The command `newswatch` in a process that harms itself: for the tests of what others make of that.

python -m tests.cluster.saboteur HARM[,HARM...] ARGUMENTS OF NEWSWATCH

dies        in one of twenty visits it ends between our commit and the engine's acknowledgement
freezes     now and then it stops for eight seconds inside a transaction, before the commit
unguarded   it does not look at its lease: no check before a commit, none before a request, no end when it is lost
"""

import os
import random
import signal
import subprocess
import sys
from typing import Any

from sqlalchemy import Connection, Engine, event

import cli
from storage import leases
from storage.leases import Lease, Leases

#: share of visits after which it dies
DEATHS = 0.05
#: share of commits before which it freezes, and for how many seconds
FREEZES, FROZEN = 0.002, 8
#: exit code of a death
DEAD = 17


def dies() -> None:
    """Die after a visit is committed, before its job is acknowledged."""
    from crawler import visiting

    run = visiting.run

    async def run_and_die(*arguments: Any) -> Any:
        """The visit, and at times the end."""
        report = await run(*arguments)
        if random.random() < DEATHS:
            print("saboteur: dies after its commit", file=sys.stderr, flush=True)
            os._exit(DEAD)
        return report

    setattr(visiting, "run", run_and_die)  # noqa: B010 - the type checker rightly refuses it elsewhere


def freezes() -> None:
    """Freeze inside a transaction; somebody else has to wake a process that is stopped."""

    def freeze(_connection: Connection) -> None:
        """At times, before a commit."""
        if random.random() < FREEZES:
            print("saboteur: freezes in a transaction", file=sys.stderr, flush=True)
            subprocess.Popen(["/bin/sh", "-c", f"sleep {FROZEN}; kill -CONT {os.getpid()}"])
            os.kill(os.getpid(), signal.SIGSTOP)

    event.listen(Engine, "commit", freeze)


def unguarded() -> None:
    """Take the guards away that the protocol stands on."""

    def renew(_self: Leases, _connection: Connection, lease: Lease) -> Lease:
        """It believes that all is well."""
        return lease

    def check(_connection: Connection, _lease: Lease) -> None:
        """It looks at nothing."""

    def endless(_lease: Lease) -> float:
        """It has all the time in the world."""
        return 1e9

    for place, name, harmless in ((leases, "check", check), (Leases, "renew", renew), (Lease, "seconds_left", endless)):
        setattr(place, name, harmless)


HARMS = {"dies": dies, "freezes": freezes, "unguarded": unguarded}

if __name__ == "__main__":
    for harm in sys.argv.pop(1).split(","):
        HARMS[harm]()
    cli.app()
