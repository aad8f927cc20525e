"""The wiring: commands, questions and events each have exactly the takers they need."""

from collections import Counter

from deploy.authority import BOARDS
from services.contracts.commands import every_command
from services.contracts.envelope import every_event, is_signal
from services.plumbing import topology
from services.plumbing.switchboard import Switchboard
from tests.architecture.tree import python
from tests.architecture.wiring import Asked, names_used, questions, unanswerable

BY_NAME = {board.name: board for board in BOARDS}
#: Aggregates that another process than the five services hears.
HEARD_ELSEWHERE = frozenset(("link", "authority", "letter"))


def aggregates(board: Switchboard) -> set[str]:
    """What a service hears of: `case` as well as `below:case`, another authority's."""
    return {heard.rpartition(":")[2] for heard in board.hears}


def ours() -> dict[str, type]:
    """The commands of the authority; tests define commands of their own."""
    return {name: kind for name, kind in every_command().items() if kind.__module__.startswith("services.")}


def test_every_command_is_taken_by_exactly_one_service_and_by_the_one_it_names() -> None:
    taken = Counter(f"{kind.service}.{kind.name}" for board in BOARDS for kind in board.commands)
    assert taken == Counter(dict.fromkeys(ours(), 1))
    for board in BOARDS:
        assert {kind.service for kind in board.commands} <= {board.name}


def test_every_command_has_a_route() -> None:
    used = names_used(python("gateway"))
    assert [name for name, kind in ours().items() if kind.__name__ not in used] == []


def test_every_question_of_the_gateway_is_on_the_board_that_is_asked() -> None:
    asked = list(questions(python("gateway"), frozenset(BY_NAME)))
    assert len(asked) > 30
    assert [wrong for one in asked for wrong in unanswerable(one, BY_NAME)] == []


def test_a_question_that_nobody_answers_is_found() -> None:
    source = (
        "async def f(r):\n    await ask(r, 'timer', 'tea', sugar=1)\n    await x.services.ask('timer', 'clocks', {})\n"
    )
    found = list(questions({"gateway/x.py": source}, frozenset(BY_NAME)))
    assert [(one.service, one.question, one.params) for one in found] == [
        ("timer", "tea", frozenset({"sugar"})),
        ("timer", "clocks", frozenset()),
    ]
    assert list(unanswerable(found[0], BY_NAME)) == ["gateway/x.py:2: timer has no question tea"]
    assert list(unanswerable(found[1], BY_NAME)) == []


def test_a_parameter_that_a_question_does_not_take_is_found() -> None:
    asked = Asked("gateway/x.py:1", "timer", "clocks", frozenset({"about", "sugar"}))
    assert list(unanswerable(asked, BY_NAME)) == ["gateway/x.py:1: timer's clocks takes no sugar"]


def test_every_event_that_a_service_handles_is_one_that_it_hears() -> None:
    for board in BOARDS:
        for kind in board.facts:
            assert kind.stem.split(".")[1] in aggregates(board), f"{board.name} is never told {kind.stem}"


def test_every_event_is_heard_by_somebody() -> None:
    heard = {aggregate for board in BOARDS for aggregate in aggregates(board)} | HEARD_ELSEWHERE
    ours = [kind for kind in every_event().values() if kind.__module__.startswith("services.")]
    unheard = [kind.stem for kind in ours if kind.stem.split(".")[1] not in heard and not is_signal(kind.wire_type())]
    assert unheard == []


def test_an_event_waits_for_a_queue_only_where_somebody_hears_it() -> None:
    is_heard = topology.heard_by(BOARDS)
    heard = ("qidi.case.received.v1", "below.qidi.case.forwarded.v1", "above.qidi.forward.decided.v1")
    assert all(map(is_heard, heard))
    # entries already when they are said, or facts of another level that concern no service here
    unheard = (
        "qidi.letter.taken.v1",
        "qidi.link.troubled.v1",
        "below.qidi.clock.started.v1",
        "above.qidi.case.x.v1",
    )
    assert [key for key in unheard if is_heard(key)] == []
