"""The geometry of the plots: numbers in, places in a drawing out; the templates write them as SVG. Pure."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

#: delays are drawn on a logarithmic scale between these, in seconds: half a minute to a day
SHORTEST, LONGEST = 30.0, 86_400.0
#: ticks of that scale
DELAY_TICKS = ((60.0, "1m"), (600.0, "10m"), (3600.0, "1h"), (21_600.0, "6h"))
#: share of a column that its bar fills
FILLED = 0.78


@dataclass(frozen=True, slots=True)
class Bar:
    """One column of a plot, and what it says when it is pointed at."""

    x: float
    y: float
    width: float
    height: float
    title: str
    #: written below it; "" where there is no room for all
    tick: str = ""


@dataclass(frozen=True, slots=True)
class Bars:
    """Columns in a drawing of this size, and the value that the highest line stands for."""

    width: float
    height: float
    bars: tuple[Bar, ...]
    top: int


@dataclass(frozen=True, slots=True)
class Count:
    """A value with its name: 12 articles at "10:00"."""

    name: str
    value: int
    tick: str = ""


def bars(counts: Sequence[Count], width: float, height: float) -> Bars:
    """Counts as columns, from the left to the right."""
    top = round_up(max((count.value for count in counts), default=0))
    step = width / max(len(counts), 1)
    return Bars(width, height, tuple(_bar(place, count, step, height / top) for place, count in enumerate(counts)), top)


def _bar(place: int, count: Count, step: float, scale: float) -> Bar:
    tall = count.value * scale
    left = place * step + step * (1 - FILLED) / 2
    # y counts from the top of a drawing; the template puts the columns on its ground line
    return Bar(
        round(left, 1),
        round(-tall, 1),
        round(step * FILLED, 1),
        round(tall, 1),
        f"{count.name}: {count.value}",
        count.tick,
    )


@dataclass(frozen=True, slots=True)
class Curve:
    """A line through values at equal distances, and the value that the highest line stands for."""

    width: float
    height: float
    #: "x,y x,y ...", y counted from the ground line upwards as negative
    points: str
    top: float


def curve(values: Sequence[float], width: float, height: float) -> Curve:
    """Values as a line, from the left to the right."""
    top = max(values, default=0.0) or 1.0
    step = width / max(len(values) - 1, 1)
    points = " ".join(f"{place * step:.1f},{-value / top * height:.1f}" for place, value in enumerate(values))
    return Curve(width, height, points, top)


def round_up(value: int) -> int:
    """The next number that reads well: 0 is 1, 7 is 8, 13 is 15, 312 is 400."""
    if value <= 10:
        return max(value + value % 2, 1)
    unit: int = 10 ** (len(str(value)) - 1)
    return next(int(unit * step) for step in (1, 1.5, 2, 3, 4, 5, 6, 8, 10) if unit * step >= value)


def on_delay_scale(seconds: float, width: float) -> float:
    """Where a delay lies on a logarithmic scale; what is beyond its ends lies at them."""
    clamped = min(max(seconds, SHORTEST), LONGEST)
    return round(width * math.log(clamped / SHORTEST) / math.log(LONGEST / SHORTEST), 1)


def duration(seconds: float) -> str:
    """A span as people say it: "45s", "12m", "3.4h", "2.1d"."""
    if seconds < 90:
        return f"{seconds:.0f}s"
    if seconds < 5400:
        return f"{seconds / 60:.0f}m"
    return f"{seconds / 3600:.1f}h" if seconds < 172_800 else f"{seconds / 86_400:.1f}d"
