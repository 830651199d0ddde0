"""Alarms: a source that falls silent is told over the channels that take alarms, once, and so is its recovery."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from config import Config
from delivery.alerts import alarms
from delivery.alerts.alarms import KEPT, RECENT, raise_alarms
from delivery.rows import select_rows
from scheduler import next_fire_time
from storage import alerts, health
from storage.alerts import AlertEntry
from storage.database import Database
from storage.health import HealthEvent
from storage.schema import source
from storage.schema_alerts import alert, dispatch, message
from tests.delivery.alerts.conftest import configured

NOW = datetime.now(UTC)
HOUR = timedelta(hours=1)
DESK = "[[channel]]\nkey = 'desk'\nwebhook = 'http://127.0.0.1:1/'\nalarms = true\n"
OTHER = "[[channel]]\nkey = 'other'\nwebhook = 'http://127.0.0.1:1/'\n"


@dataclass
class Ward:
    """The health of sources, as the look at their visits leaves it."""

    database: Database

    def event(self, state: str, before: str = "ok", at: datetime = NOW, key: str = "daily") -> None:
        with self.database.write() as connection:
            source_id = connection.execute(select(source.c.source_id).where(source.c.key == key)).scalar_one()
            health.record(connection, [HealthEvent(source_id, key, at, state, before, f"evidence of {state}")])

    def alarm(self, config: Config | None = None) -> int:
        return raise_alarms(self.database, config or configured(DESK + OTHER), next_fire_time, NOW)

    def told(self) -> list[dict[str, Any]]:
        """What the alarms tell, in order."""
        with self.database.read() as connection:
            return [dict(one.told) for one in reversed(alerts.latest(connection, 100))]

    def headlines(self) -> list[str]:
        return [told["headline"] for told in self.told()]

    def rows(self, statement: str) -> list[dict[str, Any]]:
        with self.database.read() as connection:
            return list(select_rows(connection, statement))


@pytest.fixture
def ward(database: Database) -> Ward:
    return Ward(database)


def test_a_source_that_falls_silent_is_told_once_with_its_evidence(ward: Ward) -> None:
    ward.event("silent")
    assert [ward.alarm(), ward.alarm()] == [1, 0]
    (told,) = ward.told()
    assert told["headline"] == "The Daily: silent"
    assert told["description"] == "evidence of silent"
    assert (told["source_key"], told["state"], told["before"]) == ("daily", "silent", "ok")


def test_it_goes_over_the_channels_that_take_alarms_and_no_other(ward: Ward) -> None:
    ward.event("silent")
    ward.alarm()
    assert ward.rows("SELECT channel FROM dispatch") == [{"channel": "desk"}]


def test_without_a_channel_that_takes_alarms_nothing_is_made(ward: Ward) -> None:
    ward.event("silent")
    assert ward.alarm(configured(OTHER)) == 0
    assert ward.told() == []


def test_its_recovery_and_the_next_time_are_told_too(ward: Ward) -> None:
    ward.event("silent", at=NOW - 3 * HOUR)
    ward.alarm()
    ward.event("ok", before="silent", at=NOW - 2 * HOUR)
    ward.event("silent", at=NOW - HOUR)
    assert ward.alarm() == 2
    assert ward.headlines() == ["The Daily: silent", "The Daily is well again (silent before)", "The Daily: silent"]


def test_when_our_own_network_fails_that_is_one_alarm_a_day(ward: Ward) -> None:
    for key in ("daily", "weekly"):
        ward.event("ours", key=key)
        ward.event("ok", before="ours", key=key)
    ward.alarm()
    assert ward.headlines() == ["most sources fail at once: look at this machine's network"]


def test_a_source_that_stays_dead_after_our_own_network_is_back_is_told(ward: Ward) -> None:
    for key in ("daily", "weekly"):
        ward.event("ours", key=key)
    ward.event("ok", before="ours", key="weekly")
    ward.event("silent", before="ours", key="daily")
    ward.alarm()
    assert sorted(ward.headlines()) == [
        "The Daily: silent",
        "most sources fail at once: look at this machine's network",
    ]


def test_switching_a_failing_source_off_is_no_alarm_and_what_is_found_when_it_is_on_again_is(ward: Ward) -> None:
    ward.event("paused", before="blocked", at=NOW - HOUR)
    assert ward.alarm() == 0
    ward.event("blocked", before="paused")
    assert ward.alarm() == 1
    assert ward.headlines() == ["The Daily: blocked"]


def test_what_happened_long_ago_is_told_no_more(ward: Ward) -> None:
    ward.event("silent", at=NOW - RECENT - HOUR)
    assert ward.alarm() == 0


def test_a_digest_takes_alarms_when_its_line_fires(ward: Ward) -> None:
    ward.event("silent")
    ward.alarm(configured(DESK.replace("alarms", "digest = '0 7 * * *'\nalarms")))
    with ward.database.read() as connection:
        assert connection.execute(select(dispatch.c.due_at)).scalar_one() > NOW


def _made(ward: Ward, name: str, at: datetime, due: datetime | None = None) -> None:
    with ward.database.write() as connection:
        due_on = {"desk": due} if due else {}
        alerts.put(connection, [AlertEntry(name, "floods", "new", {"headline": name}, due_on)], at)


def _sealed(ward: Ward, *, sent: bool) -> None:
    with ward.database.write() as connection:
        alerts.seal(connection, NOW - KEPT - 2 * HOUR, [])
        connection.execute(message.update().values(made_at=NOW - KEPT - 2 * HOUR))
        if sent:
            alerts.mark_sent(connection, connection.execute(select(message.c.message_id)).scalar_one(), NOW)


@pytest.mark.parametrize(("sent", "left"), [(True, 1), (False, 2)])
def test_alerts_are_deleted_after_a_year_but_none_that_is_still_to_be_sent(
    ward: Ward, *, sent: bool, left: int
) -> None:
    old = NOW - KEPT - 3 * HOUR
    _made(ward, "old", old, due=old)
    _made(ward, "young", NOW)
    _sealed(ward, sent=sent)
    assert alarms.prune(ward.database, NOW) == 2 - left
    with ward.database.read() as connection:
        counts = [connection.execute(select(func.count()).select_from(one)).scalar_one() for one in (alert, message)]
    assert counts == [left, left - 1]


def test_an_alert_that_is_not_due_yet_stays_however_old(ward: Ward) -> None:
    _made(ward, "late", NOW - KEPT - HOUR, due=NOW + HOUR)
    assert alarms.prune(ward.database, NOW) == 0


def test_the_view_tells_of_each_alert_how_many_channels_took_it(ward: Ward) -> None:
    _made(ward, "old", NOW - KEPT - 3 * HOUR, due=NOW - KEPT - 3 * HOUR)
    _made(ward, "young", NOW, due=NOW)
    _sealed(ward, sent=True)
    shown = ward.rows("SELECT watch, kind, channels, sent, dead FROM v1_alert ORDER BY alert_id")
    common = {"watch": "floods", "kind": "new", "channels": 1, "dead": 0}
    assert shown == [{**common, "sent": 1}, {**common, "sent": 0}]
