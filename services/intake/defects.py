"""Defects that a notice names: whether each should have been told before, and whether the list knows its material."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Final

from services.contracts.names import folded
from services.intake.domain import Proposal
from services.intake.values import Defect
from services.plumbing.errors import Problems

UNLISTED: Final = "{material} is no material of {matter}. Its list asks for: {materials}."


def with_age(defects: Iterable[Defect], round: int, told_before: Iterable[str]) -> tuple[Defect, ...]:
    """Each defect with whether it was already visible in the first submission.

    All defects are told once (Licensing Law 32(4)): a material that no notice named before a later round's is old: it
    lay there from the beginning and was not told, whatever whoever asks says of it. One named before was told; what was
    handed in for it is still wrong, unless the sender says himself that it was visible.
    """
    known = {folded(name) for name in told_before}
    return tuple(
        replace(one, old=bool(one.old) or (round > 1 and folded(one.material) not in known)) for one in defects
    )


def judged(proposed: Proposal, materials: Sequence[str]) -> Proposal:
    """The step whose defects say whether the list at receipt knows their material; an empty list says nothing."""
    if not materials or not proposed.defects:
        return proposed
    asked_for = [folded(name) for name in materials]
    return replace(
        proposed, defects=tuple(replace(one, listed=_is_listed(one.material, asked_for)) for one in proposed.defects)
    )


def check(proposed: Proposal, matter: str, materials: Sequence[str], problems: Problems) -> None:
    """A person asks for nothing beyond the list (Licensing Law 31): what the list does not know is refused."""
    for place, one in enumerate(proposed.defects):
        if one.listed is False:
            told = {"material": one.material, "matter": matter, "materials": "、".join(materials)}
            problems.add(f"defects.{place}.material", UNLISTED, **told)


def _is_listed(material: str, asked_for: Sequence[str]) -> bool:
    """A copy of it, or a part of it, is it: 营业执照复印件, 申请报告 for 项目申请报告."""
    name = folded(material)
    return any(name in one or one in name for one in asked_for)
