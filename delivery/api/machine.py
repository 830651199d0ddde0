"""What machines ask about the machine: is it alive, is it ready, and its figures for Prometheus."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

from fastapi import APIRouter, Request, Response
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.metrics_core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from delivery import figures
from delivery.api import shapes
from delivery.api.answers import Problem, answer
from delivery.api.routes import Nothing, Store
from delivery.changes import position
from delivery.figures import Totals
from delivery.rows import Row
from storage import alerts
from storage.database import Database
from storage.statistics import Delay

router = APIRouter()


@router.get("/healthz", response_model=shapes.Health)
def healthz(request: Request, _asked: Nothing) -> Response:
    """Whether the process answers. Needs no token."""
    return answer(request, {"status": "ok"})


@router.get("/readyz", response_model=shapes.Health, responses={503: {"model": Problem}})
def readyz(request: Request, store: Store, _asked: Nothing) -> Response:
    """Whether the database can be read; 503 if not. Needs no token."""
    position(store)
    return answer(request, {"status": "ready"})


@router.get("/metrics", response_class=Response, responses={200: {"content": {"text/plain": {}}}})
def metrics(store: Store, _asked: Nothing) -> Response:
    """Figures for Prometheus."""
    registry = CollectorRegistry()
    registry.register(_Figures(store))
    return Response(generate_latest(registry), media_type="text/plain; version=0.0.4")


class _Figures(Collector):
    def __init__(self, store: Database) -> None:
        self._store = store

    def collect(self) -> Iterable[Metric]:
        """All figures, as they stand in the database now."""
        now = datetime.now(UTC)
        yield from _of_totals(figures.totals(self._store))
        yield from _of_sources(figures.sources(self._store))
        yield _delays(figures.delays(self._store, now))
        yield from _of_alerts(self._store)


def _of_totals(totals: Totals) -> Iterator[Metric]:
    yield CounterMetricFamily("newswatch_changes", "Number of the newest change.", value=totals.change_seq)
    yield GaugeMetricFamily("newswatch_articles", "Articles that are stored.", value=totals.articles)
    behind = GaugeMetricFamily("newswatch_consumer_behind", "Changes that it has not seen.", labels=["consumer"])
    for name, count in totals.behind.items():
        behind.add_metric([name], count)
    yield behind


def _of_sources(rows: Iterable[Row]) -> Iterator[Metric]:
    families: dict[str, GaugeMetricFamily | CounterMetricFamily] = {
        "articles": GaugeMetricFamily("newswatch_source_articles", "Articles of a source.", labels=["source"]),
        "visits": CounterMetricFamily("newswatch_source_visits", "Visits of a source.", labels=["source"]),
        "requests": CounterMetricFamily("newswatch_source_requests", "Requests to a source.", labels=["source"]),
        "failures": GaugeMetricFamily("newswatch_source_failures", "Failed visits in a row.", labels=["source"]),
        "links_pending": GaugeMetricFamily("newswatch_source_links_pending", "Links that wait.", labels=["source"]),
    }
    state = GaugeMetricFamily("newswatch_source_state", "1 for the state of a source.", labels=["source", "state"])
    health = GaugeMetricFamily("newswatch_source_health", "1 for the health of a source.", labels=["source", "health"])
    last = GaugeMetricFamily("newswatch_source_last_success_seconds", "Last good visit, Unix time.", labels=["source"])
    for row in rows:
        for column, family in families.items():
            family.add_metric([row["source_key"]], row[column])
        state.add_metric([row["source_key"], row["state"]], 1)
        if row["health"]:
            health.add_metric([row["source_key"], row["health"]], 1)
        if row["last_success_at"]:
            last.add_metric([row["source_key"]], row["last_success_at"].timestamp())
    yield from (*families.values(), state, health, last)


def _of_alerts(store: Database) -> Iterator[Metric]:
    with store.read() as connection:
        made, messages = alerts.made(connection), alerts.counts(connection)
    kinds = CounterMetricFamily("newswatch_alerts", "Alerts of a watch; alarms have none.", labels=["watch", "kind"])
    for (watch, kind), count in made.items():
        kinds.add_metric([watch or "", kind], count)
    sent = GaugeMetricFamily("newswatch_messages", "Messages of a channel.", labels=["channel", "state"])
    for (channel, state), count in messages.items():
        sent.add_metric([channel, state], count)
    yield from (kinds, sent)


def _delays(found: Iterable[Delay]) -> Metric:
    family = GaugeMetricFamily(
        "newswatch_source_delay_seconds", "From publication to row, last 24 hours.", labels=["source", "quantile"]
    )
    for delay in found:
        family.add_metric([delay.source_key, "0.5"], delay.p50)
        family.add_metric([delay.source_key, "0.95"], delay.p95)
    return family
