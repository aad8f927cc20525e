"""Metrics: what is counted, under which closed labels, and how the counts of all processes become one scrape."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from prometheus_client import REGISTRY, CollectorRegistry, Counter, Gauge
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric

#: What became of messages: handled, repeated, refused, parked, dead, failed (tried again).
MESSAGES = Counter("qidi_messages_total", "Messages by what became of them.", ["service", "kind", "verdict"])
WAITS = Counter("qidi_store_waits_total", "Times a batch waited because the store was away.", ["service"])
PUBLISHED = Counter("qidi_published_total", "Events confirmed by the broker.", ["service"])
UNROUTABLE = Counter("qidi_unroutable_total", "Events that no queue wanted; they stay in the outbox.", ["service"])
OUTBOX_ROWS = Gauge("qidi_outbox_rows", "Events that wait to be said.", ["service"])
OUTBOX_AGE = Gauge("qidi_outbox_age_seconds", "Age of the oldest event that waits to be said.", ["service"])
PARKED = Gauge("qidi_parked_messages", "Messages kept because they cannot be handled now.", ["service"])
DEAD = Gauge("qidi_dead_letters", "Messages that had no effect and wait for a decision.", ["queue"])
NOTICES = Counter("qidi_notices_total", "Messages that were to leave the house.", ["channel", "outcome"])
NOTICE_DELIVERIES = Gauge("qidi_notice_deliveries", "Deliveries of notices by where they stand.", ["state"])
TICK_SECONDS = Gauge("qidi_tick_seconds", "How long the last tick took.", ["service"])


def snapshot(process: str, registry: CollectorRegistry = REGISTRY) -> bytes:
    """This process's counts as they are pushed to the gateway."""
    families = [
        [m.name, m.type, m.documentation, [[s.name, dict(s.labels), s.value] for s in m.samples]]
        for m in registry.collect()
        if m.name.startswith(("qidi_", "process_"))
    ]
    return json.dumps({"process": process, "families": families}).encode()


def verdicts(kind: str) -> Mapping[str, int]:
    """What became of this process's messages of one kind, over all services."""
    found = {"handled": 0, "repeated": 0, "parked": 0, "dead": 0}
    for sample in (sample for family in MESSAGES.collect() for sample in family.samples):
        if sample.name.endswith("_total") and sample.labels["kind"] == kind:
            found[sample.labels["verdict"]] = found.get(sample.labels["verdict"], 0) + int(sample.value)
    return found


class Census:
    """Keeps the latest counts of every process and yields them as one set of families with a `process` label."""

    def __init__(self, expire_seconds: float = 60.0) -> None:
        self._latest: dict[str, tuple[float, list[Any]]] = {}
        self._expire = expire_seconds

    def take(self, body: bytes, at: float) -> None:
        """Note a pushed snapshot; `at` is a monotonic time in seconds."""
        pushed = json.loads(body)
        self._latest[str(pushed["process"])] = (at, pushed["families"])

    def processes(self, at: float) -> Mapping[str, float]:
        """Process -> seconds since it was last heard."""
        return {name: at - heard for name, (heard, _) in self._latest.items() if at - heard < self._expire}

    def families(self, at: float) -> Iterable[Metric]:
        """One family per name, over all processes heard recently."""
        merged: dict[str, Metric] = {}
        for process in self.processes(at):
            for name, kind, documentation, samples in self._latest[process][1]:
                if name not in merged:
                    family = CounterMetricFamily if kind == "counter" else GaugeMetricFamily
                    merged[name] = family(name, documentation)
                for sample, labels, value in samples:
                    if not sample.endswith("_created"):
                        merged[name].add_sample(sample, {**labels, "process": process}, value)
        return merged.values()
