"""The look at messages that had no effect and wait for a person to decide about them."""

from collections import Counter
from collections.abc import Iterator

from deploy.checkup import Found, Patient, bad, dependent, ok
from deploy.dead_letters import at_broker
from deploy.enrolment import children_of
from services.contracts.ailments import Ailment
from services.plumbing import dead_letters
from services.plumbing.db import open_engine, reading

_UNREADABLE = frozenset({Ailment.AWAY, Ailment.FORBIDDEN, Ailment.DAMAGED})


def letters(patient: Patient) -> Iterator[Found]:
    """None waits in a store, and none lies with the broker for a service to take it in."""
    settings = patient.settings
    found = Counter(at_broker(settings, patient.boards, children_of(settings.var / settings.authority / "keys")))
    unread = list[str]()
    for board in patient.boards:
        if patient.ailing.get(board.name) in _UNREADABLE:  # said already, and opening it might make an empty one
            unread.append(board.name)
            continue
        engine = open_engine(settings.store_url(board.name), board.name)
        with reading(engine) as connection:
            found.update(dead_letters.waiting(connection))
        engine.dispose()
    if unread:
        yield dependent(bad("dead letters", "Could not be looked at: {error}", "See the other lines first.",
                            error=", ".join(unread)))  # fmt: skip
    if found:
        names = ", ".join(f"{queue} {count}" for queue, count in sorted(found.items()))
        yield bad("dead letters", "{names}",
                  "Read them: qidi replay list. When the cause is mended: qidi replay resend dead:; those that will"
                  " have no effect: qidi replay give-up", names=names)  # fmt: skip
    elif not unread:
        yield ok("dead letters", "None.")
