"""Processes of tests that say when they are ready."""

import os
import signal
import subprocess

from tests.support.tree import ROOT


def ready(words: list[str]) -> "subprocess.Popen[bytes]":
    """Start a program and wait for its line "ready"."""
    process = subprocess.Popen(words, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert process.stdout is not None
    assert process.stdout.readline() == b"ready\n"
    return process


def ended(process: "subprocess.Popen[bytes]") -> None:
    """End a process, even one that is stopped, and close what leads to it."""
    if process.poll() is None:
        os.kill(process.pid, signal.SIGKILL)
        os.kill(process.pid, signal.SIGCONT)
    process.wait()
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            pipe.close()
