"""Matters between the wire, the tables and the rules that compare them."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any

from services.contracts.cases import CatalogueMatter
from services.contracts.catalogues import OwnMatter
from services.contracts.vocabulary import AcceptedBy, Level, Unit
from services.intake.catalogues.domain import Change, Difference, Matter, Wish
from services.intake.catalogues.pauses import pauses_of
from services.intake.domain import Limit
from services.intake.wire import limit_of

Body = Mapping[str, Any]


def matter_of(body: Body) -> Matter:
    """The matter of a table's JSON, which has the fields of `CatalogueMatter`."""
    plain = {name: body.get(name) or "" for name in ("stage", "item_type", "legal_basis")}
    return Matter(
        code=body["code"],
        name=body["name"],
        department=body["department"],
        promised=_limit(body["promised"]),
        statutory=_limit(body["statutory"]) if body.get("statutory") else None,
        deciding_level=Level(body["deciding_level"]),
        materials=tuple(body.get("materials") or ()),
        special_steps=tuple(body.get("special_steps") or ()),
        accepted_by=AcceptedBy(body["accepted_by"]) if body.get("accepted_by") else None,
        reviewing=tuple(body.get("reviewing") or ()),
        pauses=pauses_of(body),
        **plain,
    )


def _limit(body: Body) -> Limit:
    return Limit(body["amount"], Unit(body["unit"]))


def list_of(bodies: Iterable[Body]) -> dict[str, Matter]:
    """A list by code, in its order."""
    return {body["code"]: matter_of(body) for body in bodies}


def wire_matter(matter: Matter) -> CatalogueMatter:
    """The matter on the wire; without special steps or reviewing departments nothing is said about them."""
    unsaid = {"special_steps": matter.special_steps or None, "reviewing": matter.reviewing or None}
    return CatalogueMatter.model_validate(asdict(matter) | unsaid)


def body_of(matter: Matter) -> dict[str, Any]:
    """What is kept of it."""
    return wire_matter(matter).model_dump(mode="json")


def wishes_of(given: Iterable[OwnMatter]) -> dict[str, Wish]:
    """What an order wants otherwise, by code; the last word on a matter counts."""
    return {
        one.code: Wish(
            promised=limit_of(one.promised) if one.promised else None,
            materials=one.materials,
            special_steps=one.special_steps,
            department=one.department,
            reviewing=one.reviewing,
        )
        for one in given
    }


def told(difference: Difference, outcome: str) -> dict[str, Any]:
    """A difference as it is answered, with its sentence."""
    return {
        "kind": difference.kind.value,
        "code": difference.code,
        "name": difference.name,
        "field": difference.field,
        "outcome": outcome,
        "template": difference.template,
        "params": difference.params,
    }


def told_change(change: Change) -> dict[str, Any]:
    """A change between two versions as it is answered."""
    return asdict(change)
