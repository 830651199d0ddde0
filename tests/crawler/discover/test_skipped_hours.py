"""Hours and days in which a feed wants no visits."""

import pytest

from crawler.discover.feed import read_feed

URL = "https://daily.example/feed"


def feed(head: str) -> str:
    """A feed with this in its head."""
    item = "<item><title>A ship comes in</title><link>https://daily.example/a-ship-comes-in</link></item>"
    return f'<?xml version="1.0"?><rss version="2.0"><channel><title>The Daily</title>{head}{item}</channel></rss>'


@pytest.mark.parametrize(
    ("head", "hours", "days"),
    [
        pytest.param("", (), (), id="none"),
        pytest.param("<skipHours><hour>0</hour><hour>13</hour></skipHours>", (0, 13), (), id="hours"),
        pytest.param("<skipHours>\n <hour> 24 </hour>\n</skipHours>", (0,), (), id="24 is midnight in the oldest RSS"),
        pytest.param("<skipDays><day>Sunday</day><day>monday</day></skipDays>", (), (0, 6), id="days"),
        pytest.param("<skipDays><day>Someday</day></skipDays>", (), (), id="a day that is none"),
        pytest.param("<skipHours><hour>25</hour><hour>99</hour></skipHours>", (), (), id="hours that are none"),
        pytest.param("<skipHours><hour>3</hour>", (), (), id="cut off"),
        pytest.param(
            "<skipHours>" + "".join(f"<hour>{hour}</hour>" for hour in range(24)) + "</skipHours>",
            (),
            (),
            id="all hours cannot be meant",
        ),
    ],
)
def test_hours_and_days_without_visits(head: str, hours: tuple[int, ...], days: tuple[int, ...]) -> None:
    found = read_feed(feed(head), URL)
    assert (found.quiet_hours, found.quiet_days) == (hours, days)
    assert len(found.links) == 1
