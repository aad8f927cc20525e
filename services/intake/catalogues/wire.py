"""Matters between the wire, the tables and the rules that compare them."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any, Final

from pydantic import TypeAdapter

from services.contracts.catalogues import OwnMatter, ProcessStepAsked
from services.contracts.matters import CatalogueMatter
from services.intake.catalogues.differences import Difference
from services.intake.catalogues.domain import Change, Wish
from services.intake.catalogues.matter import Matter
from services.intake.catalogues.parts import Contact, ProcessStep
from services.intake.catalogues.pauses import pauses_of
from services.intake.catalogues.reference import reference_parts
from services.intake.wire import limit_of

Body = Mapping[str, Any]


_MATTER: Final = TypeAdapter(Matter)


def matter_of(body: Body) -> Matter:
    """The matter of a table's JSON, which has the fields of `CatalogueMatter`; what it leaves unsaid is the reference
    list's to say."""
    told = {name: value for name, value in body.items() if value is not None}
    return _MATTER.validate_python(reference_parts(body["code"]) | told | {"pauses": pauses_of(body)})


def list_of(bodies: Iterable[Body]) -> dict[str, Matter]:
    """A list by code, in its order."""
    return {body["code"]: matter_of(body) for body in bodies}


def wire_matter(matter: Matter) -> CatalogueMatter:
    """The matter on the wire; without reviewing departments nothing is said about them."""
    return CatalogueMatter.model_validate(asdict(matter) | {"reviewing": matter.reviewing or None})


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
            process=tuple(_process(each) for each in one.process) if one.process is not None else None,
            everyday_names=one.everyday_names,
            contact=Contact(one.contact.name, one.contact.phone) if one.contact else None,
        )
        for one in given
    }


def _process(told: ProcessStepAsked) -> ProcessStep:
    return ProcessStep(told.name, told.by, limit_of(told.limit) if told.limit else None, told.law)


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
