"""Endings of a permit: revoked by article 69, withdrawn by article 8, cancelled in the register by article 70."""

from typing import Any

import pytest

from services.plumbing.desk import Desk
from tests.builders import a_step, asked, done, everything, refused, said


def step(desk: Desk, case_no: str, kind: str, **changes: Any) -> dict[str, Any]:
    return done(desk, "intake.take-step", a_step(case_no, kind, **changes))


def wrong(desk: Desk, case_no: str, kind: str, **changes: Any) -> dict[str, str]:
    before = everything(desk)
    problems = refused(desk, "intake.take-step", a_step(case_no, kind, **changes))
    assert everything(desk) == before
    return problems


@pytest.fixture
def delivered(desk: Desk, case_no: str) -> str:
    for kind in ("accept", "grant", "deliver"):
        step(desk, case_no, kind)
    return case_no


def test_a_permit_is_revoked_for_a_ground_of_article_69(desk: Desk, delivered: str) -> None:
    assert step(desk, delivered, "revoke") == {"case_no": delivered, "state": "revoked", "blzt": 15}
    [fact] = said(desk, "qidi.case.revoked")
    assert (fact.data["because"], fact.data["blzt"]) == ("deception", 15)
    assert fact.data["remedies"]
    assert fact.data["handler"]["name"] == "王芳"


def test_law_or_facts_that_have_changed_are_a_withdrawal_and_told_apart(desk: Desk, delivered: str) -> None:
    assert (
        "law-changed, circumstances-changed"
        in wrong(desk, delivered, "withdraw-permit", because="deception")["because"]
    )
    assert set(wrong(desk, delivered, "revoke", because="law-changed")) == {"because"}
    assert step(desk, delivered, "withdraw-permit") == {"case_no": delivered, "state": "permit-withdrawn", "blzt": 14}


def test_a_cancellation_is_an_entry_without_a_number_and_is_made_once(desk: Desk, delivered: str) -> None:
    assert step(desk, delivered, "cancel-permit") == {"case_no": delivered, "state": "delivered", "blzt": 11}
    [fact] = said(desk, "qidi.case.permit-cancelled")
    assert (fact.data.get("blzt"), fact.data["because"]) == (None, "expired")
    assert set(wrong(desk, delivered, "cancel-permit")) == {"step"}


def test_what_was_revoked_is_cancelled_in_the_register_as_well(desk: Desk, delivered: str) -> None:
    step(desk, delivered, "revoke")
    assert step(desk, delivered, "cancel-permit", because="taken-away")["state"] == "revoked"


def test_everything_that_an_end_must_say_is_asked_for_at_once(desk: Desk, delivered: str) -> None:
    nothing = dict.fromkeys(("reason", "because", "remedies", "document_no", "document_on"))
    for kind in ("revoke", "withdraw-permit"):
        assert set(wrong(desk, delivered, kind, **nothing)) == set(nothing)
    few = dict.fromkeys(("reason", "because", "document_no"))
    assert set(wrong(desk, delivered, "cancel-permit", **few)) == set(few)


def test_where_no_permit_is_out_none_ends(desk: Desk, case_no: str) -> None:
    for kind in ("revoke", "withdraw-permit", "cancel-permit"):
        assert set(wrong(desk, case_no, kind)) == {"step"}


def test_a_ground_belongs_to_an_end_alone(desk: Desk, case_no: str) -> None:
    assert set(wrong(desk, case_no, "accept", because="deception")) == {"because"}


def test_the_case_offers_the_grounds_of_each_end(desk: Desk, delivered: str) -> None:
    case = asked(desk, "case", case_no=delivered)
    assert {"revoke", "withdraw-permit", "cancel-permit"} <= set(case["allowed_steps"])
    assert case["end_grounds"]["withdraw-permit"] == ["law-changed", "circumstances-changed"]
