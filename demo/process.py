"""The demo web as a process of its own.

    python -m demo.process --config /tmp/x/newswatch.toml --database sqlite:////tmp/x/news.db --seconds 120

prints one line of JSON ({"control": "http://…", "outlets": {"meridian": "http://…", …}, "now": "…"}), lets the
articles appear, and ends when its standard input does: with the process that started it, whatever became of that.
"""

import argparse
import json
import sys
import threading
from collections.abc import Sequence
from pathlib import Path

from demo.server import Answer
from demo.timetable import Event, play, timetable
from demo.web import Web
from demo.world import World


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve until standard input ends."""
    options = _options(arguments)
    try:
        _serve(options)
    except KeyboardInterrupt:
        return 130
    return 0


def _serve(options: argparse.Namespace) -> None:
    world = World.make(options.seed, options.articles, options.outlet)
    events = timetable(world, options.initial, options.seconds) if options.seconds else ()
    with Web(world, initial=options.initial if options.seconds else None, latency=options.latency) as web:
        control = web.serve("control", lambda _asked: _state(web))
        if options.config:
            text = web.config(options.database, options.every)
            options.config.write_text(text, encoding="utf-8")
        outlets = {outlet.key: web.url(outlet.key, "") for outlet in world.outlets}
        print(json.dumps({"control": control, "outlets": outlets, "now": world.now.isoformat()}), flush=True)
        _until_stdin_ends(web, events)


def _until_stdin_ends(web: Web, events: Sequence[Event]) -> None:
    stop = threading.Event()
    player = threading.Thread(target=play, args=(web.newsroom, events, stop), name="timetable", daemon=True)
    player.start()
    try:
        sys.stdin.buffer.read()
    finally:
        stop.set()
        player.join()


def _state(web: Web) -> Answer:
    """What happened so far, for the process that watches: per outlet published, corrected, requests."""
    state = {}
    for outlet in web.world.outlets:
        stories = web.newsroom.stories(outlet.key)
        state[outlet.key] = {
            "published": len(stories),
            "corrected": sum(len(story.corrected) for story in stories),
            "requests": len(web.log.of(outlet.key)),
        }
    return Answer(json.dumps(state).encode(), content_type="application/json")


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m demo.process", description="Serve the demo web on loopback.")
    parser.add_argument("--seed", type=int, default=1, help="another seed, another world")
    parser.add_argument("--articles", type=int, default=6, help="articles of each outlet")
    parser.add_argument("--outlet", action="append", help="serve only this outlet (may be given more than once)")
    parser.add_argument("--seconds", type=float, default=0, help="let the articles appear within this time; 0: at once")
    parser.add_argument("--initial", type=int, default=3, help="articles that are there from the start")
    parser.add_argument("--latency", type=float, default=0.0, help="seconds that each answer is held back")
    parser.add_argument("--config", type=Path, help="write a newswatch.toml for this web to this file")
    parser.add_argument("--database", default="sqlite:///news.db", help="the database that it names")
    parser.add_argument("--every", default="2s", help="the pause between two visits that it names")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
