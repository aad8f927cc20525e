"""People are the department's own from the first one that it names; whoever leaves hands over, in one step."""

from datetime import date
from typing import Any

import pytest

from services.intake.offices.register import Register
from services.plumbing.desk import Desk
from tests.builders import LI, WANG, a_case, a_step, an_entry, asked, done, everything, refused, said, take, the_clock
from tests.unit.offices.orders import ADMIN, FGW, HEAD, ZJJ, appoint, handlers


def receive(desk: Desk, n: int = 1, **changes: object) -> str:
    return str(done(desk, "intake.receive-case", a_case(n, **changes))["case_no"])


def hand_over(desk: Desk, **changes: object) -> dict[str, Any]:
    order = {"department": FGW, "officer": "王芳", "to": "李强", "reason": "调离"} | changes
    return done(desk, "intake.hand-over", order, **ADMIN)


def not_handed(desk: Desk, **changes: object) -> dict[str, str]:
    order = {"department": FGW, "officer": "王芳", "to": "李强", "reason": "调离"} | changes
    return refused(desk, "intake.hand-over", order, **ADMIN)


# --- who is named -----------------------------------------------------------------------------------------------------


def test_a_department_that_has_named_nobody_takes_any_name_of_its_own(desk: Desk) -> None:
    assert handlers(desk, receive(desk)) == ["王芳@发展改革委"]


def test_from_the_first_one_on_only_who_is_named_gets_a_case(desk: Desk) -> None:
    before = receive(desk)
    appoint(desk, "李强")
    wrong = refused(desk, "intake.receive-case", a_case(2))
    assert wrong == {"handler.name": "发展改革委 has not named 王芳; it has named 李强."}
    wrong = refused(
        desk, "intake.take-step", a_step(before, "reassign", new_handler={"name": "张三", "department": FGW})
    )
    assert set(wrong) == {"new_handler.name"}
    done(desk, "intake.take-step", a_step(before, "reassign", new_handler=LI))
    receive(desk, 2, handler=LI)
    water = next(one["code"] for one in asked(desk, "matters")["items"] if one["department"] == "水利局")
    receive(desk, 3, matter_code=water, handler={"name": "周水", "department": "水利局"})  # which has named nobody


def test_the_days_of_a_person_count(desk: Desk) -> None:
    appoint(desk, "李强", appointed_on="2026-09-20")
    wrong = refused(desk, "intake.receive-case", a_case(handler=LI))
    assert wrong == {"handler.name": "李强 is one of 发展改革委 from 2026-09-20 on."}
    the_clock(desk).move(days=5)
    receive(desk, handler=LI)


def test_who_was_dismissed_gets_no_case_and_one_line_from_his_days_is_still_entered(desk: Desk) -> None:
    appoint(desk, "王芳", appointed_on="2026-08-01")
    appoint(desk, "李强")
    order = {"department": FGW, "officer": "王芳", "dismissed_on": "2026-09-10", "reason": "退休"}
    done(desk, "intake.dismiss-officer", order, **ADMIN)
    wrong = refused(desk, "intake.receive-case", a_case())
    assert wrong == {"handler.name": "王芳 is none of 发展改革委 since 2026-09-10."}
    lines = [an_entry(1, received_at="2026-09-01"), an_entry(2, received_at="2026-09-10")]
    results = done(desk, "intake.enter-cases", {"entries": lines}, role="admin")["results"]
    assert [one["outcome"] for one in results] == ["new", "refused"]


def test_who_comes_back_is_named_once_more(desk: Desk) -> None:
    appoint(desk, "王芳")
    order = {"department": FGW, "officer": "王芳", "reason": "借调"}
    done(desk, "intake.dismiss-officer", order, **ADMIN)
    the_clock(desk).move(days=3)
    appoint(desk, "王芳")
    receive(desk)
    people = asked(desk, "officers", department=FGW)["items"]
    assert [(one["appointed_on"], one["dismissed_on"], one["open_cases"]) for one in people] == [
        ("2026-09-19", None, 1),
        ("2026-09-16", "2026-09-16", 0),
    ]


def test_duties_are_said_anew_and_the_same_again_says_nothing(desk: Desk) -> None:
    appoint(desk, "王芳", FGW, "handler", "window", "handler")
    appoint(desk, "王芳", FGW, "window", "handler")
    appoint(desk, "王芳", FGW, "head")
    told = said(desk, "qidi.officer.appointed")
    assert [one.data["duties"] for one in told] == [["window", "handler"], ["head"]]
    assert {one.reach.value for one in told} == {"own"}  # names of people stay here


@pytest.mark.parametrize("duty", ["supervisor", "partner", ""])
def test_a_duty_is_one_of_the_desk(desk: Desk, duty: str) -> None:
    order = {"officer": "王芳", "department": FGW, "duties": [duty]}
    assert refused(desk, "intake.appoint-officer", order, **ADMIN)


def test_a_person_of_a_department_that_does_not_exist_is_not_named(desk: Desk) -> None:
    order = {"officer": "王芳", "department": "住建", "duties": ["handler"]}
    assert refused(desk, "intake.appoint-officer", order, **ADMIN) == {
        "department": "There is no department 住建; near it: 住建局."
    }


def test_a_partner_finds_only_whom_the_department_has_named(desk: Desk) -> None:
    appoint(desk, "王芳", FGW, "head")
    with desk.engine.connect() as connection:
        day = date(2026, 9, 16)
        register = Register(connection)
        found = register.named("王芳", FGW, day)
        assert found is not None
        assert [duty.value for duty in found.duties] == ["head"]
        assert register.named("王芳", FGW, date(2026, 9, 15)) is None
        assert register.named("王芳", ZJJ, day) is None
        assert register.named("张三", "水利局", day) is None  # also where nobody is named


# --- leaving ----------------------------------------------------------------------------------------------------------


def test_who_still_has_cases_hands_them_over_before_he_goes(desk: Desk) -> None:
    appoint(desk, "王芳")
    appoint(desk, "李强")
    first, second = receive(desk), receive(desk, 2)
    order = {"department": FGW, "officer": "王芳", "reason": "调离"}
    ruling = take(desk, "intake.dismiss-officer", order, **ADMIN)
    assert ruling.reply is not None
    assert (ruling.reply["status"], ruling.reply["problems"][0]["params"]) == (409, {"name": "王芳", "count": 2})
    hand_over(desk)
    done(desk, "intake.dismiss-officer", order, **ADMIN)
    assert handlers(desk, first, second) == ["李强@发展改革委"] * 2


def test_a_person_that_the_department_has_not_named_cannot_be_dismissed(desk: Desk) -> None:
    ruling = take(desk, "intake.dismiss-officer", {"department": FGW, "officer": "王芳", "reason": "调离"}, **ADMIN)
    assert ruling.reply is not None
    assert ruling.reply["status"] == 404


def test_all_open_cases_move_in_one_step_each_with_the_reason(desk: Desk) -> None:
    first, second, other, done_before = receive(desk), receive(desk, 2), receive(desk, 3, handler=LI), receive(desk, 4)
    for step in ("accept", "grant", "deliver"):
        done(desk, "intake.take-step", a_step(done_before, step))
    before = everything(desk)
    preview = hand_over(desk, dry_run=True)
    assert everything(desk) == before
    answer = hand_over(desk)
    assert [one["case_no"] for one in answer["cases"]] == [first, second]
    assert (answer["count"], {**answer, "dry_run": True}) == (2, preview)
    assert handlers(desk, first, second, other, done_before) == ["李强@发展改革委"] * 3 + ["王芳@发展改革委"]
    told = said(desk, "qidi.case.reassigned")
    assert [(one.subject, one.data["reason"], one.data["previous"]["name"], one.actor) for one in told] == [
        (first, "调离", "王芳", "王丽@政务服务局"),
        (second, "调离", "王芳", "王丽@政务服务局"),
    ]
    assert all("department" not in one.data for one in told)
    assert asked(desk, "case", case_no=first)["steps"][-1]["reason"] == "调离"
    summed_up = said(desk, "qidi.officer.handed-over")[-1]
    assert (summed_up.data["cases"], summed_up.data["to"]) == (2, "李强")


def test_who_has_nothing_in_hand_hands_over_nothing(desk: Desk) -> None:
    appoint(desk, "王芳")
    appoint(desk, "李强")
    assert hand_over(desk)["count"] == 0


def test_nobody_on_leave_is_given_a_case(desk: Desk) -> None:
    appoint(desk, "王芳")
    appoint(desk, "李强")
    hand_over(desk, reason="休假", away_from="2026-09-17", away_until="2026-09-20")
    receive(desk)  # today he is still here
    the_clock(desk).move(days=1)
    wrong = refused(desk, "intake.receive-case", a_case(2))
    assert wrong == {"handler.name": "王芳 of 发展改革委 is on leave until 2026-09-20."}
    assert asked(desk, "officers", department=FGW)["items"][0]["away_until"] == "2026-09-20"
    the_clock(desk).move(days=4)
    receive(desk, 2)


def test_a_hand_over_is_from_one_of_the_department_to_another_of_it(desk: Desk) -> None:
    receive(desk)
    assert not_handed(desk, to="王芳") == {"to": "Cases are handed over to another person."}
    assert not_handed(desk, officer="没有的人") == {"officer": "发展改革委 has nobody called 没有的人."}
    assert set(not_handed(desk, department="住建")) == {"department"}
    assert set(not_handed(desk, away_from="2026-09-17")) == {"away_until"}
    assert set(not_handed(desk, away_until="2026-09-15")) == {"away_until"}
    assert set(not_handed(desk, away_from="2026-09-20", away_until="2026-09-19")) == {"away_until"}
    assert set(not_handed(desk, reason="")) == {"reason"}
    appoint(desk, "王芳")
    assert not_handed(desk) == {"to.name": "发展改革委 has not named 李强; it has named 王芳."}


def test_a_head_hands_over_within_his_own_department_alone(desk: Desk) -> None:
    receive(desk, handler=WANG)
    order = {"department": FGW, "officer": "王芳", "to": "李强", "reason": "请假"}
    done(desk, "intake.hand-over", order, **HEAD)
    foreign = take(desk, "intake.hand-over", order, **(HEAD | {"department": ZJJ}))
    assert foreign.reply is not None
    assert foreign.reply["status"] == 403


def test_whoever_holds_cases_without_being_named_is_shown_as_well(desk: Desk) -> None:
    receive(desk)
    appoint(desk, "李强")
    people = asked(desk, "officers", department=FGW)["items"]
    assert [(one["name"], one["open_cases"], one["appointed_on"]) for one in people] == [
        ("李强", 0, "2026-09-16"),
        ("王芳", 1, None),
    ]
