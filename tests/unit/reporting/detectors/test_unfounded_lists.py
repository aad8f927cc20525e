"""A matter of the adopted list, or a condition of one, without a law is a finding, once for each version."""

from typing import Any

from services.contracts.cases import CatalogueAdopted
from services.contracts.matters import CatalogueMatter, Condition
from services.contracts.quantities import WireLimit
from tests.builders import asked
from tests.unit.complaints.facts import Teller
from tests.unit.reporting.suspects import raised


def a_matter(**changes: Any) -> CatalogueMatter:
    facts: dict[str, Any] = {
        "code": "NM-001",
        "name": "企业投资项目核准",
        "department": "发展改革委",
        "promised": WireLimit(amount=10),
        "legal_basis": "企业投资项目核准和备案管理条例10条",
        "conditions": (Condition(text="符合发展建设规划", law="条例9条"),),
    }
    return CatalogueMatter(**(facts | changes))


def test_a_list_that_is_founded_is_none(teller: Teller) -> None:
    teller.tell(CatalogueAdopted(number=1, matters=(a_matter(), a_matter(code="NM-002", conditions=None))))
    assert raised(teller) == []


def test_a_matter_without_a_law_and_a_condition_without_one_are_named(teller: Teller) -> None:
    loose = a_matter(code="NM-003", name="项目备案", conditions=(Condition(text="须先经园区盖章"),))
    bare = a_matter(code="NM-004", name="踏勘证明", legal_basis=" ", conditions=None)
    teller.tell(CatalogueAdopted(number=2, matters=(a_matter(), loose, bare)))
    [one] = asked(teller.desk, "findings")["items"]
    assert (one["rule"], one["about"], one["params"]["count"]) == ("unfounded-list", "matters", 2)
    assert one["evidence"]["matters"] == ["NM-003 项目备案: 须先经园区盖章", "NM-004 踏勘证明"]


def test_each_version_is_told_once(teller: Teller) -> None:
    bare = a_matter(legal_basis="")
    teller.tell(CatalogueAdopted(number=1, matters=(bare,)), CatalogueAdopted(number=2, matters=(bare,)))
    teller.desk.take_events(teller.told)
    assert raised(teller) == [("unfounded-list", "matters")] * 2
