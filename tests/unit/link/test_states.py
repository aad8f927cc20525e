"""States of a link: the steps that are allowed, those that are not, and their drawing in docs/links.md."""

from collections.abc import Iterator
from itertools import product
from pathlib import Path

import pytest

from services.ledger.link.states import HELD, LINK, UP, HeldState, LinkState, Transitions, UpState, page
from services.ledger.link.store import Origin

PAGE = Path(__file__).parents[3] / "docs" / "links.md"

HELD_FORBIDDEN = {("stopped", "gap"), ("fork", "ok"), ("fork", "gap"), ("fork", "stopped")}
UP_FORBIDDEN = {
    *(("fork", "refused"), ("fork", "contested"), ("fork", "behind")),
    *(("behind", "refused"), ("contested", "refused")),
}
LINK_FORBIDDEN = {
    *(("invited", "suspended"), ("suspended", "joined"), ("removed", "joined"), ("removed", "suspended")),
    *(("joined", "suspended"), ("joined", "invited"), ("joined", "removed"), ("suspended", "invited")),
    *(("suspended", "removed"), ("invited", "removed"), ("removed", "invited")),
}


def forbidden(
    steps: Transitions[HeldState] | Transitions[UpState] | Transitions[LinkState],
) -> Iterator[tuple[str, str]]:
    """What no message brings about."""
    kind = type(steps.first)
    for before, after in product(kind, kind):
        if not steps.allow(before, after):  # type: ignore[arg-type]  # both are of the table's own kind
            yield before.value, after.value


def test_what_no_message_brings_about_is_listed_here_step_by_step() -> None:
    assert set(forbidden(HELD)) == HELD_FORBIDDEN
    assert set(forbidden(UP)) == UP_FORBIDDEN
    assert set(forbidden(LINK)) == LINK_FORBIDDEN


@pytest.mark.parametrize(("before", "after"), sorted(HELD_FORBIDDEN))
def test_what_is_held_stays_as_it_stands_where_no_step_leads(before: str, after: str) -> None:
    ledger = Origin("150424", state=HeldState(before), problem="as before")
    assert not ledger.stands(HeldState(after), "another")
    assert (ledger.state, ledger.problem) == (before, "as before")


@pytest.mark.parametrize(("before", "after"), sorted(UP_FORBIDDEN))
def test_what_goes_up_stays_as_it_stands_where_no_step_leads(before: str, after: str) -> None:
    ledger = Origin("150424", up_state=UpState(before), up_problem="as before")
    assert not ledger.stands_above(UpState(after), "another")
    assert (ledger.up_state, ledger.up_problem) == (before, "as before")


def test_only_a_person_ends_a_fork() -> None:
    ledger = Origin("150424", state=HeldState.FORK, problem="differs")
    assert not ledger.stands(HeldState.OK)
    assert ledger.stands(HeldState.OK, by_person=True)
    assert (ledger.state, ledger.problem) == ("ok", "")


def test_nobody_joins_again_who_was_removed_unless_he_is_invited_anew() -> None:
    assert not LINK.allow(LinkState.REMOVED, LinkState.JOINED, by_person=True)
    assert LINK.allow(LinkState.REMOVED, LinkState.INVITED, by_person=True)


def test_the_page_in_the_docs_is_drawn_from_the_tables() -> None:
    assert PAGE.read_text() == page(), "stale: python -m services.ledger.link.states > docs/links.md"
