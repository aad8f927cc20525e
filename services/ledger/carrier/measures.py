"""Counts of the link that are read from the store: how far each ledger is here, above, and how late."""

from sqlalchemy import func, select

from services.ledger.carrier.metrics import LINK_ENTRIES, LINK_LAG, LINK_RECEIPTED, LINK_STOPPED
from services.ledger.link import store
from services.ledger.link.tables import checkpoints
from services.plumbing.switchboard import Office


def measure(office: Office) -> None:
    """Read the counts of every ledger that is held or handed on here."""
    is_child = store.superior(office.connection) is not None
    for one in store.all_origins(office.connection):
        LINK_ENTRIES.labels(one.origin).set(one.size)
        if is_child:
            LINK_RECEIPTED.labels(one.origin).set(one.receipted)
            LINK_LAG.labels(one.origin).set(lag(office, one))
            LINK_STOPPED.labels(one.origin).set(not one.goes_up)


def lag(office: Office, one: store.Origin) -> float:
    """Seconds since the first checkpoint that the superior has not signed for; 0 when he has signed for all."""
    table = checkpoints.c
    first = office.connection.execute(
        select(func.min(table.at)).where(
            table.origin == one.origin, table.branch == one.branch, table.size > one.receipted
        )
    ).scalar()
    return 0.0 if first is None else max(0.0, office.now.timestamp() - first)
