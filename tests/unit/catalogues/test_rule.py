"""A lower list may shorten limits and add nothing; whatever goes beyond the list above is named."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.contracts.vocabulary import CountedFrom, Level, Unit
from services.intake.catalogues.differences import Kind, beyond, differences, of_matter
from services.intake.catalogues.domain import Wish, adopted, aligned, ceiling, changes, wished
from services.intake.catalogues.matter import Matter
from services.intake.catalogues.parts import (
    NO_EXTENSION,
    Condition,
    Contact,
    Criterion,
    ExtensionRight,
    Form,
    National,
    ProcessStep,
)
from services.intake.domain import Limit
from tests.unit.catalogues.lists import a_list, a_matter, a_whole_matter, less, lists, matters

EXTRA = "会议纪要"


@pytest.mark.parametrize(
    ("ours", "kind", "field"),
    [
        ({"promised": Limit(21)}, Kind.LONGER_LIMIT, "promised"),
        ({"promised": Limit(20, Unit.CALENDAR_DAYS)}, Kind.OTHER_UNIT, "promised"),
        ({"materials": ("申请报告", "营业执照", EXTRA)}, Kind.EXTRA_MATERIAL, "materials"),
        ({"special_steps": ("专家评审", EXTRA)}, Kind.EXTRA_STEP, "special_steps"),
        ({"name": "另一事项"}, Kind.OTHER_NAME, "name"),
        ({"statutory": Limit(45)}, Kind.OTHER_STATUTE, "statutory"),
        ({"statutory": None}, Kind.OTHER_STATUTE, "statutory"),
        ({"deciding_level": Level.CITY}, Kind.OTHER_LEVEL, "deciding_level"),
        ({"code": "NM-009"}, Kind.EXTRA_MATTER, "code"),
    ],
)
def test_what_is_longer_or_more_or_another_thing_is_beyond_the_list_above(
    ours: dict[str, object], kind: Kind, field: str
) -> None:
    above, own = a_list(a_matter()), replace(a_matter(), **ours)  # type: ignore[arg-type]  # one field each, by name
    [found] = beyond(above, a_list(own))
    assert (found.kind, found.field, found.allowed) == (kind, field, False)
    assert [one.kind for one in of_matter(above, own)] == [kind]
    assert found.template.format(**found.params).startswith(own.code)


WHOLE = a_whole_matter()
REVIEW = WHOLE.process[1]


@pytest.mark.parametrize(
    ("ours", "kind", "field"),
    [
        ({"conditions": (*WHOLE.conditions, Condition(EXTRA))}, Kind.EXTRA_CONDITION, "conditions"),
        ({"criteria": (*WHOLE.criteria, Criterion(EXTRA, "有"))}, Kind.EXTRA_CRITERION, "criteria"),
        ({"forms": (*WHOLE.forms, Form(EXTRA))}, Kind.EXTRA_FORM, "forms"),
        ({"process": (*WHOLE.process, ProcessStep(EXTRA))}, Kind.EXTRA_PROCESS, "process"),
        ({"process": (WHOLE.process[0], replace(REVIEW, limit=Limit(11)))}, Kind.LONGER_PROCESS, "process"),
        ({"process": (WHOLE.process[0], replace(REVIEW, limit=None))}, Kind.LONGER_PROCESS, "process"),
        (
            {"special_processes": (replace(WHOLE.special_processes[0], limit=Limit(21)),)},
            *(Kind.LONGER_SPECIAL, "special_processes"),
        ),
        ({"extension": ExtensionRight(Limit(11))}, Kind.LONGER_EXTENSION, "extension"),
        ({"extension": ExtensionRight(Limit(5, Unit.MONTHS))}, Kind.LONGER_EXTENSION, "extension"),
        ({"counted_from": CountedFrom.RECEIPT}, Kind.OTHER_START, "counted_from"),
        ({"national": National((1,), "0120002")}, Kind.OTHER_NATIONAL, "national"),
    ],
)
def test_no_part_of_a_matter_is_longer_or_more_below(ours: dict[str, object], kind: Kind, field: str) -> None:
    own = replace(WHOLE, **ours)  # type: ignore[arg-type]  # one field each, by name
    [found] = beyond(a_list(WHOLE), a_list(own))
    assert (found.kind, found.field) == (kind, field)
    assert found.template.format(**found.params).startswith(own.code)
    assert beyond(a_list(WHOLE), aligned(a_list(WHOLE), a_list(own))) == []


@pytest.mark.parametrize(
    ("ours", "kind"),
    [
        ({"conditions": WHOLE.conditions[:1]}, Kind.FEWER_CONDITIONS),
        ({"criteria": ()}, Kind.FEWER_CRITERIA),
        ({"forms": ()}, Kind.FEWER_FORMS),
        ({"process": WHOLE.process[1:]}, Kind.FEWER_PROCESSES),
        ({"process": (WHOLE.process[0], replace(REVIEW, limit=Limit(4)))}, Kind.SHORTER_PROCESS),
        ({"special_processes": (replace(WHOLE.special_processes[0], limit=Limit(9)),)}, Kind.SHORTER_SPECIAL),
        ({"extension": NO_EXTENSION}, Kind.SHORTER_EXTENSION),
    ],
)
def test_less_of_any_part_is_told_allowed_and_carried_over(ours: dict[str, object], kind: Kind) -> None:
    own, base = a_list(replace(WHOLE, **ours)), a_list(WHOLE)  # type: ignore[arg-type]  # one field each, by name
    [found] = differences(base, own)
    assert (found.kind, found.allowed) == (kind, True)
    assert adopted(base, own, base) == aligned(base, own) == own
    assert ceiling([base, own]) == own


def test_everybody_has_names_and_a_contact_of_his_own() -> None:
    own = replace(WHOLE, everyday_names=("立项",), contact=Contact("综合窗口", "0476-5520000"))
    assert differences(a_list(WHOLE), a_list(own)) == []
    [found] = adopted(a_list(replace(WHOLE, contact=Contact("自治区窗口"))), a_list(own), a_list(WHOLE)).values()
    assert (found.everyday_names, found.contact) == (("核准", "立项"), own.contact)
    [new] = adopted(a_list(own), {}, {}).values()
    assert (new.contact, new.version) == (None, 0)


@pytest.mark.parametrize(
    ("ours", "kind"),
    [
        ({"promised": Limit(19)}, Kind.SHORTER_LIMIT),
        ({"materials": ("申请报告",)}, Kind.FEWER_MATERIALS),
        ({"special_steps": ()}, Kind.FEWER_STEPS),
    ],
)
def test_what_is_shorter_or_fewer_is_told_and_allowed(ours: dict[str, object], kind: Kind) -> None:
    own = replace(a_matter(), **ours)  # type: ignore[arg-type]  # one field each, by name
    [found] = differences(a_list(a_matter()), a_list(own))
    assert (found.kind, found.allowed) == (kind, True)
    assert beyond(a_list(a_matter()), a_list(own)) == []


def test_spaces_and_case_make_no_other_material() -> None:
    own = a_matter(materials=("申请 报告", "营业执照"))
    assert differences(a_list(a_matter()), a_list(own)) == []


def test_departments_are_everybody_s_own() -> None:
    assert differences(a_list(a_matter()), a_list(a_matter(department="林西县发展改革委"))) == []


def test_a_matter_that_our_list_lacks_is_told_and_is_nothing_beyond() -> None:
    above = a_list()
    [found] = differences(above, a_list(above["NM-001"], above["NM-003"]))
    assert (found.kind, found.code) == (Kind.MISSING_MATTER, "NM-002")
    assert beyond(above, {}) == []


# --- adoption ---------------------------------------------------------------------------------------------------------


def test_what_was_not_our_own_will_follows_the_list_above() -> None:
    base = a_list()
    above = base | {"NM-001": a_matter(promised=Limit(10), materials=("申请报告", "用地预审"))}
    ours = base | {"NM-001": a_matter(department="县发展改革委")}
    assert adopted(above, ours, base) == above | {"NM-001": replace(above["NM-001"], department="县发展改革委")}


def test_a_promise_of_our_own_is_carried_over_and_judged_anew() -> None:
    base = a_list(a_matter())
    ours = a_list(a_matter(promised=Limit(15)))
    kept = adopted(a_list(a_matter(promised=Limit(18))), ours, base)
    assert kept["NM-001"].promised == Limit(15)
    above = a_list(a_matter(promised=Limit(10)))
    assert [one.kind for one in beyond(above, adopted(above, ours, base))] == [Kind.LONGER_LIMIT]
    assert aligned(above, adopted(above, ours, base))["NM-001"].promised == Limit(10)


def test_a_material_added_or_left_out_here_stays_so_under_a_new_list() -> None:
    base, above = a_list(a_matter()), a_list(a_matter(materials=("申请报告", "营业执照", "用地预审")))
    fewer = a_list(a_matter(materials=("申请报告",)))
    assert adopted(above, fewer, base)["NM-001"].materials == ("申请报告", "用地预审")
    more = a_list(a_matter(materials=("申请报告", "营业执照", EXTRA)))
    [found] = beyond(above, adopted(above, more, base))
    assert (found.kind, found.facts["ours"]) == (Kind.EXTRA_MATERIAL, EXTRA)


def test_a_matter_taken_out_above_is_taken_out_here_and_one_of_our_own_stands_in_the_way() -> None:
    base, above = a_list(), a_list(a_matter("NM-001"))
    ours = base | {"local-1": a_matter("local-1")}
    found = adopted(above, ours, base)
    assert list(found) == ["NM-001", "local-1"]
    assert [one.kind for one in beyond(above, found)] == [Kind.EXTRA_MATTER]
    assert list(aligned(above, found)) == ["NM-001"]


def test_where_two_lists_bind_the_shorter_limit_and_the_fewer_papers_count() -> None:
    region = a_list(a_matter("NM-001"), a_matter("NM-002"))
    city = a_list(a_matter("NM-001", promised=Limit(12), materials=("申请报告",)))
    both = ceiling([region, city])
    assert both["NM-001"] == a_matter("NM-001", promised=Limit(12), materials=("申请报告",))
    assert both["NM-002"] == region["NM-002"]


def test_what_a_new_version_changes_is_told_field_by_field() -> None:
    before = a_list()
    after = a_list(a_matter("NM-001", promised=Limit(10)), a_matter("NM-002"), a_matter("NM-004"))
    found = [(one.what, one.code, one.field) for one in changes(before, after)]
    assert found == [("changed", "NM-001", "promised"), ("added", "NM-004", ""), ("removed", "NM-003", "")]
    assert changes(before, before) == []


# --- laws -------------------------------------------------------------------------------------------------------------


@given(st.data())
def test_less_is_always_allowed(data: st.DataObject) -> None:
    above = data.draw(lists())
    assert beyond(above, data.draw(less(above))) == []


@given(st.data())
def test_any_one_thing_more_is_refused_and_named(data: st.DataObject) -> None:
    above = data.draw(lists())
    ours = above | data.draw(less(above))
    code = data.draw(st.sampled_from(sorted(ours)))
    more, own, upper = data.draw(st.sampled_from(list(ADDITIONS))), ours[code], above[code]
    [found] = beyond(above, ours | {code: ADDITIONS[more](own, upper)})
    assert (found.kind, found.code) == (more, code)


ADDITIONS: dict[Kind, Callable[[Matter, Matter], Matter]] = {
    Kind.LONGER_LIMIT: lambda own, upper: replace(
        own, promised=replace(upper.promised, amount=upper.promised.amount + 1)
    ),
    Kind.EXTRA_MATERIAL: lambda own, _: replace(own, materials=(*own.materials, EXTRA)),
    Kind.EXTRA_STEP: lambda own, _: replace(own, special_steps=(EXTRA, *own.special_steps)),
}


@given(st.data())
def test_a_matter_more_is_refused_and_named(data: st.DataObject) -> None:
    above = data.draw(lists())
    own: Matter = data.draw(matters("local-1"))
    [found] = beyond(above, data.draw(less(above)) | {"local-1": own})
    assert (found.kind, found.code) == (Kind.EXTRA_MATTER, "local-1")


@given(lists(), lists())
def test_what_is_aligned_is_never_beyond_and_lacks_nothing(above: dict[str, Matter], ours: dict[str, Matter]) -> None:
    found = aligned(above, ours)
    assert list(found) == list(above)
    assert beyond(above, found) == []
    assert aligned(above, found) == found


@given(lists(), lists())
def test_without_a_will_of_our_own_the_list_above_is_adopted_as_it_is(
    above: dict[str, Matter], base: dict[str, Matter]
) -> None:
    found = adopted(above, base, base)
    assert {code: replace(one, department="") for code, one in found.items()} == {
        code: replace(one, department="") for code, one in above.items()
    }
    assert list(found) == list(above)


@given(st.lists(lists(), min_size=1, max_size=3), st.data())
def test_what_stays_below_the_ceiling_stays_below_each_list_that_has_the_matter(
    several: list[dict[str, Matter]], data: st.DataObject
) -> None:
    """As far as they speak of one unit; the rest of a matter is the highest authority's to say."""
    ours = data.draw(less(ceiling(several)))
    for one in several:
        for code in set(one) & set(ours):
            kinds = {found.kind for found in of_matter(one, ours[code])}
            assert not kinds & {Kind.LONGER_LIMIT, Kind.EXTRA_MATERIAL, Kind.EXTRA_STEP} or Kind.OTHER_UNIT in kinds


@given(lists(), lists())
def test_a_wish_for_what_is_there_changes_only_that(ours: dict[str, Matter], others: dict[str, Matter]) -> None:
    wishes = {code: Wish(promised=Limit(0, one.promised.unit)) for code, one in others.items()}
    found = wished(ours, wishes)
    assert list(found) == list(ours)
    assert all(found[code] == ours[code] for code in ours if code not in wishes)
    assert all(found[code].promised.amount == 0 for code in set(ours) & set(wishes))
