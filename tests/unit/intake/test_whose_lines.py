"""Lines of earlier ledgers: they tell of the department's own people, and reach no case that came in otherwise."""

from typing import Any

import pytest

from services.plumbing.desk import Desk
from tests.builders import LI, WANG, a_case, a_step, an_entry, asked, done, everything, said, take

SYSTEM = {"role": "partner", "token_id": "c1", "owner": "投资项目在线平台"}
ADMIN = {"role": "admin", "token_id": "d1", "name": "吴强", "department": "政务服务局"}
SUPERVISOR = {"role": "supervisor", "token_id": "s1", "name": "李四", "department": "政务服务局"}
GRANTED = [{"step": "accept", "occurred_at": "2026-09-03"}, {"step": "grant", "occurred_at": "2026-09-10"}]


def entered(desk: Desk, *entries: dict[str, Any], **caller: str) -> list[dict[str, Any]]:
    results: list[dict[str, Any]] = done(desk, "intake.enter-cases", {"entries": entries}, **caller)["results"]
    return results


def wrong(desk: Desk, entry: dict[str, Any], **caller: str) -> set[str]:
    """The fields of a line that is refused, without any trace."""
    untouched = ("inbox", "case_numbers")
    before = everything(desk, but=untouched)
    (line,) = entered(desk, entry, **caller)
    assert line["outcome"] == "refused"
    assert everything(desk, but=untouched) == before
    return {one["field"] for one in line["problems"]}


@pytest.mark.parametrize("caller", [SYSTEM, ADMIN, SUPERVISOR], ids=lambda one: one["role"])
def test_a_line_names_people_of_the_department_that_holds_the_matter(desk: Desk, caller: dict[str, str]) -> None:
    zhou = {"name": "周婷", "department": "住建局"}
    assert wrong(desk, an_entry(1, handler=zhou), **caller) == {"handler.department"}
    assert wrong(desk, an_entry(1, department="畜牧局"), **caller) == {"department"}
    assert wrong(desk, an_entry(1, steps=[GRANTED[0] | {"actor": zhou}]), **caller) == {"steps.0.actor.department"}
    given = GRANTED[0] | {"step": "reassign", "new_handler": zhou}
    assert wrong(desk, an_entry(1, steps=[given]), **caller) == {"steps.0.new_handler.department"}
    assert [one["outcome"] for one in entered(desk, an_entry(1, department="发展 改革委"), **caller)] == ["new"]


@pytest.mark.parametrize("caller", [SYSTEM, ADMIN, SUPERVISOR], ids=lambda one: one["role"])
def test_a_line_grants_no_case_that_came_in_otherwise(desk: Desk, caller: dict[str, str]) -> None:
    at_the_desk = {"role": "handler", "token_id": "h1", **WANG}
    number = done(desk, "intake.receive-case", a_case(received_at="2026-09-01T00:00"), **at_the_desk)["case_no"]
    assert "row" in wrong(desk, an_entry(1, steps=GRANTED), **caller)
    assert "row" in wrong(desk, an_entry(1, steps=[], handler=LI), **caller)
    assert "row" in wrong(desk, an_entry(1, steps=[], notes={"备注": "已办"}), **caller)
    done(desk, "intake.take-step", a_step(number, occurred_at="2026-09-03T00:00"), **at_the_desk)
    (line,) = entered(desk, an_entry(1), **caller)
    assert (line["outcome"], line["case_no"]) == ("same", number)


def test_a_line_with_the_other_systems_number_does_not_take_its_case_over(desk: Desk) -> None:
    other = SYSTEM | {"token_id": "e1", "owner": "另一平台"}
    entry = an_entry(1, external_no="QD-1")
    assert [one["outcome"] for one in entered(desk, entry, **SYSTEM)] == ["new"]
    for caller in (other, ADMIN, SUPERVISOR):
        assert "row" in wrong(desk, entry | {"steps": GRANTED}, **caller)
    assert [one["outcome"] for one in entered(desk, entry | {"steps": GRANTED}, **SYSTEM)] == ["changed"]


def test_what_a_supervisor_and_an_administrator_brought_in_is_the_authoritys_own(desk: Desk) -> None:
    assert [one["outcome"] for one in entered(desk, an_entry(1), **ADMIN)] == ["new"]
    assert [one["outcome"] for one in entered(desk, an_entry(1, steps=GRANTED), **SUPERVISOR)] == ["changed"]
    granted = said(desk, "qidi.case.granted")[0]
    assert granted.actor == "王芳@发展改革委"
    assert granted.caller == "supervisor/token/s1/李四@政务服务局"


def test_nobody_enters_lines_in_another_persons_name(desk: Desk) -> None:
    before = everything(desk)
    for caller in (ADMIN, SUPERVISOR):
        reply = take(desk, "intake.enter-cases", {"entries": [an_entry(1)], "actor": WANG}, **caller).reply
        assert reply is not None
        assert (reply["status"], reply["problems"][0]["field"]) == (403, "actor")
    assert everything(desk) == before


def test_a_partner_goes_on_by_hand_with_what_it_brought_in_as_a_line(desk: Desk) -> None:
    (line,) = entered(desk, an_entry(1), **SYSTEM)
    done(desk, "intake.take-step", a_step(line["case_no"], "grant", occurred_at="2026-09-10T00:00"), **SYSTEM)
    assert asked(desk, "case", case_no=line["case_no"])["state"] == "granted"
