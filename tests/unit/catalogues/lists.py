"""Lists of matters for these tests: short ones for the rule, random ones for its laws."""

from dataclasses import replace
from typing import Any

from hypothesis import strategies as st

from services.contracts.vocabulary import Level, Unit
from services.intake.catalogues.matter import List, Matter
from services.intake.catalogues.parts import (
    NO_EXTENSION,
    Condition,
    Criterion,
    ExtensionRight,
    Form,
    National,
    ProcessStep,
    SpecialProcess,
)
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


def a_whole_matter(code: str = "NM-001", **changes: Any) -> Matter:
    """The same with every other part: conditions, a process with times, criteria, forms, an extension."""
    whole = a_matter(
        code,
        extension=ExtensionRight(Limit(10), "行政许可法42条"),
        conditions=(Condition("有用地批准", "建筑法8条"), Condition("有施工图纸")),
        process=(ProcessStep("受理", "综合窗口", Limit(1)), ProcessStep("审查", "业务科", Limit(10))),
        criteria=(Criterion("投资额", "100万元以上"),),
        forms=(Form("申请表"),),
        special_processes=(SpecialProcess("专家评审", ("抽取专家", "评审"), Limit(20)),),
        everyday_names=("核准",),
        national=National((1,), "0120001"),
    )
    return replace(whole, **changes)


def a_list(*matters: Matter) -> dict[str, Matter]:
    """These matters, or else three."""
    return {one.code: one for one in matters or (a_matter("NM-001"), a_matter("NM-002"), a_matter("NM-003"))}


names = st.text("甲乙丙丁戊己庚辛", min_size=1, max_size=3)
units = st.sampled_from([Unit.WORKING_DAYS, Unit.CALENDAR_DAYS, Unit.MONTHS])
some_names = st.lists(names, unique=True, max_size=4).map(tuple)
some_limits = st.none() | st.builds(Limit, st.integers(0, 30), units)


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
        extension=draw(st.builds(ExtensionRight, st.builds(Limit, st.integers(0, 30), units))),
        conditions=draw(_some(st.builds(Condition, names))),
        process=draw(_some(st.builds(ProcessStep, names, names, some_limits))),
        criteria=draw(_some(st.builds(Criterion, names, names))),
        forms=draw(_some(st.builds(Form, names))),
        special_processes=draw(_some(st.builds(SpecialProcess, names, some_names, some_limits))),
    )


def _some(parts: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.lists(parts, unique_by=lambda one: one.key, max_size=3).map(tuple)


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
                extension=draw(st.sampled_from([one.extension, NO_EXTENSION])),
                conditions=tuple(part for part in one.conditions if draw(st.booleans())),
                process=tuple(
                    replace(part, limit=Limit(0)) if draw(st.booleans()) else part
                    for part in one.process
                    if draw(st.booleans())
                ),
                criteria=tuple(part for part in one.criteria if draw(st.booleans())),
                forms=tuple(part for part in one.forms if draw(st.booleans())),
                everyday_names=draw(some_names),
            )
    return found
