"""Queues: what each says about how often a message may be delivered."""

from deploy.authority import BOARDS
from services.plumbing import topology

ROWS = [*topology.table(BOARDS), *topology.link_table(["150424", "150425"])]
QUORUM = [row for row in ROWS if row.arguments["x-queue-type"] == "quorum"]


def test_every_quorum_queue_says_how_often_a_message_may_be_delivered() -> None:
    """RabbitMQ 4 gives one that is silent a limit of its own, and 3.10 takes -1 for none at all."""
    assert len(QUORUM) > 20
    assert [row.name for row in QUORUM if row.arguments.get("x-delivery-limit", -1) < 0] == []


def test_where_messages_are_kept_looking_never_loses_one() -> None:
    kept = [row for row in QUORUM if row.name.endswith(".dead") or row.name.startswith("down.")]
    assert {row.arguments["x-delivery-limit"] for row in kept} == {2_147_483_647}
    assert {row.name for row in kept} >= {"down.150424", "qidi.link.pages.dead", "qidi.ledger.events.dead"}


def test_what_kills_every_process_that_takes_it_ends_among_the_dead_letters() -> None:
    taken = [row for row in QUORUM if "x-dead-letter-exchange" in row.arguments]
    assert {row.arguments["x-delivery-limit"] for row in taken} == {topology.DELIVERY_LIMIT}
    assert {row.name + ".dead" for row in taken} == {row.name for row in QUORUM if row.exchange == topology.DEAD}


def test_what_is_for_one_queue_goes_there_and_everything_else_to_the_event_bus() -> None:
    assert topology.destination(topology.into("qidi.ledger.events")) == ("", "qidi.ledger.events")
    assert topology.destination("qidi.case.accepted.v1") == (topology.EVENTS, "qidi.case.accepted.v1")
    assert topology.destination("below.qidi.case.accepted.v1")[0] == topology.EVENTS
