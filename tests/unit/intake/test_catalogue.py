"""The catalogue: an authority starts with the reference list and changes it as the office expects."""

import json
from pathlib import Path

import pytest
from sqlalchemy import select, update

from services.contracts.vocabulary import CountedFrom, Level
from services.intake.matters import reference_matters
from services.intake.service import BOARD
from services.intake.tables import matters
from services.plumbing.desk import Desk
from tests.builders import a_desk, asked, done, everything, refused, said

A_MATTER = {"code": "NM-100", "matter_name": "临时用地审批", "department": "自然资源局", "promised": {"amount": 5}}


def test_an_authority_starts_with_the_39_matters_of_the_reference_list(tmp_path: Path) -> None:
    desk = a_desk(BOARD, tmp_path, started=False)
    assert asked(desk, "matters") == {"number": 0, "items": []}
    for _ in range(2):  # a second start changes nothing
        for tick in BOARD.ticks:
            desk.tick(tick)
    catalogue = asked(desk, "matters")
    assert catalogue["number"] == 1
    assert [one["code"] for one in catalogue["items"]] == [f"NM-{n:03d}" for n in range(1, 40)]
    [fact] = said(desk, "qidi.catalogue.adopted")
    assert len(fact.data["matters"]) == 39


def test_the_limits_that_everybody_knows_are_in_the_list() -> None:
    limits = {
        one.name: (one.statutory and (one.statutory.amount, one.statutory.unit.value))
        for one in reference_matters(Level.BANNER)
    }
    assert limits["企业投资项目核准"] == (20, "working_days")
    assert limits["取水许可（取水申请批准）"] == (45, "working_days")
    assert limits["特殊建设工程消防设计审查"] == (15, "working_days")
    assert limits["建设项目环境影响报告书审批"] == (60, "calendar_days")
    assert limits["建筑工程施工许可证核发"] == (7, "calendar_days")


@pytest.mark.parametrize("level", Level)
def test_no_promise_is_above_its_statute_and_every_matter_has_a_department(level: Level) -> None:
    for matter in reference_matters(level):
        assert matter.department
        if matter.statutory is not None:
            assert matter.promised.unit == matter.statutory.unit
            assert matter.promised.amount <= matter.statutory.amount


def test_an_adopted_matter_is_a_new_version_of_the_whole_list(desk: Desk) -> None:
    assert done(desk, "intake.adopt-matter", A_MATTER) == {"code": "NM-100", "number": 2}
    assert asked(desk, "matters")["items"][-1]["code"] == "NM-100"
    assert [len(one.data["matters"]) for one in said(desk, "qidi.catalogue.")] == [39, 40]


def test_adopting_the_same_again_is_no_new_version(desk: Desk) -> None:
    done(desk, "intake.adopt-matter", A_MATTER)
    before = everything(desk)
    assert done(desk, "intake.adopt-matter", A_MATTER)["number"] == 2
    assert everything(desk) == before


def test_a_changed_matter_keeps_its_place(desk: Desk) -> None:
    changed = A_MATTER | {"code": "NM-002"}
    done(desk, "intake.adopt-matter", changed)
    items = asked(desk, "matters")["items"]
    assert (items[1]["code"], items[1]["name"]) == ("NM-002", "临时用地审批")


def test_without_a_promise_the_statutory_limit_is_promised(desk: Desk) -> None:
    done(desk, "intake.adopt-matter", A_MATTER | {"promised": None, "statutory": {"amount": 20}})
    assert asked(desk, "matters")["items"][-1]["promised"] == {"amount": 20, "unit": "working_days"}


@pytest.mark.parametrize(
    ("promised", "statutory"),
    [({"amount": 21}, {"amount": 20}), ({"amount": 5, "unit": "calendar_days"}, {"amount": 20}), (None, None)],
)
def test_a_promise_above_the_statute_in_another_unit_or_missing_is_refused(
    desk: Desk, promised: object, statutory: object
) -> None:
    before = everything(desk)
    assert set(refused(desk, "intake.adopt-matter", A_MATTER | {"promised": promised, "statutory": statutory})) == {
        "promised"
    }
    assert everything(desk) == before


def as_before(desk: Desk) -> None:
    """The list as version 0.1.0 kept it: matters say nothing of what they can say now."""
    old = ("code", "name", "department", "statutory", "promised", "deciding_level", "materials")
    with desk.engine.begin() as connection:
        for row in connection.execute(select(matters)).all():
            body = {name: value for name, value in json.loads(row.body).items() if name in old}
            connection.execute(update(matters).where(matters.c.code == row.code).values(body=json.dumps(body)))


def test_a_list_from_before_says_every_part_of_its_matters_once(desk: Desk) -> None:
    as_before(desk)
    before = asked(desk, "matters")
    for _ in range(2):
        for tick in BOARD.ticks:
            desk.tick(tick)
    after = asked(desk, "matters")
    assert (before["number"], after["number"]) == (1, 2)
    assert {one["version"] for one in after["items"]} == {2}
    [_, fact] = said(desk, "qidi.catalogue.adopted")
    assert fact.data["matters"][0]["extension"]["longest"] == {"amount": 40, "unit": "working_days"}


def test_a_matter_says_since_which_list_it_stands_as_it_does(desk: Desk) -> None:
    done(desk, "intake.adopt-matter", A_MATTER)
    done(desk, "intake.adopt-matter", A_MATTER | {"everyday_names": ["临时地"]})
    versions = {one["code"]: one["version"] for one in asked(desk, "matters")["items"]}
    assert (versions["NM-001"], versions["NM-100"]) == (1, 3)


def test_a_part_that_an_order_leaves_out_stays_as_it_was(desk: Desk) -> None:
    contact = {"name": "综合窗口", "phone": "0476-5520000"}
    done(desk, "intake.adopt-matter", A_MATTER | {"contact": contact, "forms": [{"name": "申请表", "number": ""}]})
    done(desk, "intake.adopt-matter", A_MATTER | {"promised": {"amount": 4}})
    matter = asked(desk, "matters")["items"][-1]
    assert (matter["contact"], matter["forms"]) == (contact, [{"name": "申请表", "number": ""}])


def test_who_has_read_an_older_version_changes_nothing(desk: Desk) -> None:
    done(desk, "intake.adopt-matter", A_MATTER)
    before = everything(desk)
    assert set(refused(desk, "intake.adopt-matter", A_MATTER | {"stage": "施工许可", "version": 1})) == {"version"}
    assert everything(desk) == before
    done(desk, "intake.adopt-matter", A_MATTER | {"stage": "施工许可", "version": 2})


@pytest.mark.parametrize(
    ("parts", "field"),
    [
        ({"forms": [{"name": "申请表"}, {"name": "申请 表"}]}, "forms.1"),
        ({"everyday_names": ["环评", "环评"]}, "everyday_names.1"),
        ({"special_processes": [{"name": "专家评审"}]}, "special_processes.0"),
        ({"forms": [{"name": "申请表", "nummer": "1"}]}, "forms.0.nummer"),
        ({"conditions": [{"text": "无"}]}, "conditions.0.text"),
        ({"national": {"code": "012000"}}, "national.code"),
        ({"national": {"stages": [6]}}, "national.stages.0"),
        ({"counted_from": "payment"}, "counted_from"),
        ({"contact": {"name": ""}}, "contact.name"),
    ],
)
def test_parts_that_cannot_be_are_refused_by_name(desk: Desk, parts: dict[str, object], field: str) -> None:
    before = everything(desk)
    assert set(refused(desk, "intake.adopt-matter", A_MATTER | parts)) == {field}
    assert everything(desk) == before


def test_ten_matters_and_more_are_filled_whole_each_part_with_its_law() -> None:
    whole = [one for one in reference_matters(Level.BANNER) if one.conditions and one.criteria and one.process]
    assert len(whole) >= 10
    for matter in whole:
        assert matter.everyday_names
        laws = [one.law for one in matter.conditions or ()] + [one.law for one in matter.criteria or ()]
        assert all([*laws, *(one.law for one in matter.process or ())]), matter.code
        steps = {one.name for one in matter.special_processes or ()}
        assert steps == set(matter.special_steps or ())


def test_environment_and_construction_permit_count_from_the_receipt() -> None:
    found = {one.name for one in reference_matters(Level.BANNER) if one.counted_from is CountedFrom.RECEIPT}
    assert {"建设项目环境影响报告书审批", "建筑工程施工许可证核发"} <= found
    assert "企业投资项目核准" not in found
