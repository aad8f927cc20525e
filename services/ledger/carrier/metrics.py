"""Metrics of a link, under closed labels: an authority's code, a relation, a verdict."""

from prometheus_client import Counter, Gauge

#: What became of messages between levels; `relation` is who they came from.
LINK_MESSAGES = Counter(
    "qidi_link_messages", "Messages between levels by what became of them.", ["relation", "verdict"]
)
#: Origins are authorities of one subtree: a closed and short list.
LINK_PAGES = Counter("qidi_link_pages_sent", "Pages handed to the superior's broker, repeats included.", ["origin"])
LINK_ENTRIES = Gauge("qidi_link_entries", "Entries of an origin's ledger that are here.", ["origin"])
LINK_RECEIPTED = Gauge(
    "qidi_link_entries_receipted", "Entries of an origin that the superior has signed for.", ["origin"]
)
LINK_LAG = Gauge(
    "qidi_link_lag_seconds", "How long entries of an origin have waited for the superior's receipt.", ["origin"]
)
LINK_STOPPED = Gauge(
    "qidi_link_stopped", "Whether an origin's ledger goes up no more until a person acts (1) or not (0).", ["origin"]
)
LINK_UP = Gauge("qidi_link_connected", "Whether the superior's broker is reached (1) or not (0).")
LINK_WAITS = Counter("qidi_link_store_waits", "Times the link waited because the store was away.")
