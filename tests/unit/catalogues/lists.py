"""Lists of matters for these tests: short ones for the rule, random ones for its laws."""

from dataclasses import replace
from typing import Any

from hypothesis import strategies as st

from services.contracts.vocabulary import Level, Unit
from services.intake.catalogues.domain import List, Matter
from services.intake.domain import Limit


def a_matter(code: str = "NM-001", **changes: Any) -> Matter:
    """A matter of twenty working days with two materials and one special step."""
    plain = Matter(
        code=code,
        name=f"事项{code}",
        department="发展改革委",
        promised=Limit(20),
        statutory=Limit(30),
        materials=("申请报告", "营业执照"),
        special_steps=("专家评审",),
    )
    return replace(plain, **changes)


def a_list(*matters: Matter) -> dict[str, Matter]:
    """These matters, or else three."""
    return {one.code: one for one in matters or (a_matter("NM-001"), a_matter("NM-002"), a_matter("NM-003"))}


names = st.text("甲乙丙丁戊己庚辛", min_size=1, max_size=3)
units = st.sampled_from([Unit.WORKING_DAYS, Unit.CALENDAR_DAYS, Unit.MONTHS])
some_names = st.lists(names, unique=True, max_size=4).map(tuple)


@st.composite
def matters(draw: st.DrawFn, code: str) -> Matter:
    unit = draw(units)
    return Matter(
        code=code,
        name=draw(names),
        department=draw(names),
        promised=Limit(draw(st.integers(0, 60)), unit),
        statutory=draw(st.none() | st.integers(60, 90).map(lambda amount: Limit(amount, unit))),
        deciding_level=draw(st.sampled_from(Level)),
        materials=draw(some_names),
        special_steps=draw(some_names),
    )


@st.composite
def lists(draw: st.DrawFn, least: int = 1) -> dict[str, Matter]:
    codes = draw(st.lists(st.integers(1, 9), unique=True, min_size=least, max_size=5))
    return {code: draw(matters(code)) for code in (f"NM-{number:03d}" for number in codes)}


@st.composite
def less(draw: st.DrawFn, above: List) -> dict[str, Matter]:
    """A list that promises at most as much time and asks for at most as much as this one, and may lack matters."""
    found: dict[str, Matter] = {}
    for code, one in above.items():
        if draw(st.booleans()):
            found[code] = replace(
                one,
                department=draw(names),
                promised=Limit(draw(st.integers(0, one.promised.amount)), one.promised.unit),
                materials=tuple(name for name in one.materials if draw(st.booleans())),
                special_steps=tuple(name for name in one.special_steps if draw(st.booleans())),
            )
    return found
