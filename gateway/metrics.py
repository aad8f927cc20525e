"""Metrics of the authority, one scrape target: requests, every process's counts, queues, business gauges.

Labels are closed sets: route templates, methods, status codes, services, queues, departments, lights, kinds of
complaint; never a path, a case number or a name.
"""

import asyncio
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Histogram, disable_created_metrics, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from gateway.services import Services
from services import SERVICES
from services.contracts.actors import Caller
from services.contracts.ailments import Ailment
from services.plumbing.desk import READY
from services.plumbing.errors import Unavailable
from services.plumbing.metrics import snapshot

#: Who asks when Prometheus scrapes.
_SCRAPER = Caller(token_id="metrics", role="ops")  # noqa: S106  # names the asker in the log, opens nothing
_SECONDS = 2.0
DEAD = "qidi_dead_letters"
_METHODS = frozenset(("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"))
_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)


# When a counter was made is of no use here and doubles the lines.
disable_created_metrics()  # type: ignore[no-untyped-call]  # prometheus-client gives it no types


class Counted:
    """What this process counts itself: its requests."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._requests = Counter(
            "qidi_http_requests", "Requests by route, method and status.", ["route", "method", "status"],
            registry=self.registry,
        )  # fmt: skip
        self._seconds = Histogram(
            "qidi_http_request_seconds", "How long requests took.", ["route", "method"],
            registry=self.registry, buckets=_BUCKETS,
        )  # fmt: skip

    def request(self, route: str, method: str, status: int, seconds: float) -> None:
        """Count one request. `route` is a template, never a path."""
        method = method if method in _METHODS else "other"
        self._requests.labels(route, method, str(status)).inc()
        self._seconds.labels(route, method).observe(seconds)


class _Families(Collector):
    def __init__(self, families: Iterable[Metric]) -> None:
        self._families = list(families)

    def collect(self) -> Iterator[Metric]:
        return iter(self._families)


@dataclass(frozen=True)
class Told:
    """What a service tells of itself: what is wrong with it or its store, and by how much its clock is behind the
    record (seconds)."""

    ailment: Ailment | None = None
    behind: float = 0.0


async def told_by(services: Services) -> Mapping[str, Told]:
    """Service -> what it tells of itself; one that does not answer is silent."""

    async def told(name: str) -> Told:
        try:
            reply = await services.ask(name, READY, {}, _SCRAPER, timeout=_SECONDS)
        except Unavailable:
            return Told(Ailment.SILENT)
        if int(reply["status"]) != 200:
            return Told(Ailment.SILENT)
        body = reply["body"]
        return Told(Ailment(body["ailment"]) if body.get("ailment") else None, float(body.get("behind", 0.0)))

    return dict(zip(SERVICES, await asyncio.gather(*map(told, SERVICES)), strict=True))


async def exposition(gateway: Any, counted: Counted) -> bytes:
    """Everything in Prometheus' text format. What cannot be asked now is left out, and `qidi_up` says so."""
    up, lights, complaints, head, queues = await asyncio.gather(
        told_by(gateway.services),
        _asked(gateway.services, "timer", "lights"),
        _asked(gateway.services, "complaints", "counts"),
        _asked(gateway.services, "ledger", "head"),
        _depths(gateway),
    )
    at = time.monotonic()
    gateway.census.take(snapshot("gateway"), at)  # this process among the others: memory, processor time
    told = list(gateway.census.families(at))
    kept = _by_queue(told)
    families = [
        _gauge("qidi_up", "Whether the service answers and its store takes what is written.", ("service",),
               {(name,): float(told.ailment is None) for name, told in up.items()}),
        _gauge("qidi_clock_behind_seconds", "By how much the service's clock is behind what is recorded.", ("service",),
               {(name,): told.behind for name, told in up.items()}),
        _gauge("qidi_event_followers", "Open event streams.", (), {(): gateway.feed.followers}),
        _gauge("qidi_process_silent_seconds", "Seconds since a process last told its counts.", ("process",),
               {(name,): silent for name, silent in gateway.census.processes(at).items()}),
        *_queues(queues, kept),
        *(_clocks(lights) if lights else ()),
        *(_complaints(complaints) if complaints else ()),
    ]  # fmt: skip
    if head:
        families.append(_gauge("qidi_ledger_entries", "Entries in the ledger.", (), {(): head["size"]}))
    together = CollectorRegistry()
    together.register(_Families([*(family for family in told if family.name != DEAD), *families]))
    return generate_latest(counted.registry) + generate_latest(together)


async def _asked(services: Services, service: str, question: str) -> Mapping[str, Any] | None:
    try:
        reply = await services.ask(service, question, {}, _SCRAPER, timeout=_SECONDS)
    except Unavailable:
        return None
    return reply["body"] if reply["status"] == 200 else None


async def _depths(gateway: Any) -> Mapping[str, int]:
    if gateway.depths is None:
        return {}
    try:
        found: Mapping[str, int] = await gateway.depths.depths()
    except Unavailable:
        return {}
    return found


def _gauge(name: str, text: str, labels: tuple[str, ...], values: Mapping[Any, float]) -> Metric:
    family = GaugeMetricFamily(name, text, labels=labels)
    for key, value in values.items():
        family.add_metric(list(key), value)
    return family


def _by_queue(told: Iterable[Metric]) -> Mapping[str, float]:
    """Queue -> dead letters in the store of its service, as the courier counts them."""
    return {sample.labels["queue"]: sample.value for family in told if family.name == DEAD for sample in family.samples}


def _queues(depths: Mapping[str, int], kept: Mapping[str, float]) -> list[Metric]:
    """A dead letter is counted where it lies: with the broker until its service has taken it in, then in the store."""
    dead: dict[tuple[str], float] = {(queue,): number for queue, number in kept.items()}
    for name, number in depths.items():
        if name.endswith(".dead"):
            queue = name.removesuffix(".dead")
            dead[queue,] = dead.get((queue,), 0.0) + number
    live = {(name,): float(n) for name, n in depths.items() if not name.endswith(".dead")}
    return [
        _gauge("qidi_queue_messages", "Messages that wait in a queue.", ("queue",), live),
        _gauge(DEAD, "Messages that had no effect and wait for a decision.", ("queue",), dead),
    ]


def _clocks(lights: Mapping[str, Any]) -> list[Metric]:
    open_clocks = {
        (light, row["department"]): float(row.get(light, 0))
        for row in lights["by_department"]
        for light in ("green", "yellow", "red", "grey")
    }
    return [
        _gauge("qidi_open_clocks", "Open clocks.", ("light", "department"), open_clocks),
        _gauge("qidi_oldest_overdue_working_days", "Working days by which the oldest open clock is overdue.", (),
               {(): float(lights["oldest_overdue_working_days"] or 0)}),
        _gauge("qidi_calendar_days_left", "Days until the announced calendar ends.", (),
               {(): float(lights["calendar_days_left"])}),
    ]  # fmt: skip


def _complaints(counts: Mapping[str, Any]) -> list[Metric]:
    kinds = {(kind,): float(number) for kind, number in counts["by_kind"].items()}
    return [
        _gauge("qidi_complaints_open", "Open complaints.", (), {(): float(counts["open"])}),
        _gauge("qidi_complaints_open_by_kind", "Open complaints by kind.", ("kind",), kinds),
    ]
