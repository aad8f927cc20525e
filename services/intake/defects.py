"""Defects that a notice names: whether each lay there from the beginning and should have been told before."""

from collections.abc import Iterable
from dataclasses import replace

from services.intake.domain import Defect


def _material(name: str) -> str:
    return "".join(name.split()).casefold()


def with_age(defects: Iterable[Defect], round: int, told_before: Iterable[str]) -> tuple[Defect, ...]:
    """Each defect with whether it was already visible in the first submission, unless the sender said so himself.

    All defects are told once (Licensing Law 32(4)): a material that no notice named before a later round's is old: it
    lay there from the beginning and was not told. One named before was told; what was handed in for it is still wrong.
    """
    known = {_material(name) for name in told_before}
    return tuple(
        one if one.old is not None else replace(one, old=round > 1 and _material(one.material) not in known)
        for one in defects
    )
