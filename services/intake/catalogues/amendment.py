"""Amendments: one matter of the list in force is added or changed, within the list above."""

from typing import Any, Final

from services.contracts.cases import CatalogueAdopted
from services.contracts.catalogues import AdoptMatter
from services.contracts.matters import CatalogueMatter
from services.intake.catalogues import adoption
from services.intake.catalogues.matter import Matter
from services.intake.catalogues.parts import name_of, not_in, spelt
from services.intake.catalogues.versions import numbered, same
from services.intake.catalogues.wire import body_of, list_of, matter_of, wire_matter
from services.intake.offices.register import Register
from services.intake.promised_limits import check_promised
from services.intake.store import Records
from services.intake.wire import limit_of
from services.plumbing.errors import Conflict, Problem, Problems, Refused
from services.plumbing.switchboard import Office, Outcome, Said

CHANGED_SINCE: Final = "The matter stands as of list {number}, not {read}: read it again and say what is to change."


def adopt_matter(office: Office, order: AdoptMatter) -> Outcome:
    """A matter is added or changed, within the list above: a new version. Cases keep the limit of their receipt.

    Raises Refused with everything that is wrong, Conflict where it has changed since it was read.
    """
    records = Records(office.connection)
    before, number = list_of(records.matters().values()), records.catalogue_number()
    actor, matter = _check(office, order, before.get(order.code))
    if order.code in before and same(before[order.code], matter):
        return Outcome({"code": order.code, "number": number})
    if order.version is not None and order.code in before and before[order.code].version != order.version:
        raise Conflict(Problem("version", CHANGED_SINCE, {"number": before[order.code].version, "read": order.version}))
    number += 1
    after = numbered(before, before | {order.code: matter}, number)
    position = list(after).index(order.code) + 1
    records.adopt(number, office.now, order.code, [(position, body_of(after[order.code]))])
    event = CatalogueAdopted(number=number, matters=tuple(wire_matter(one) for one in after.values()))
    return Outcome({"code": order.code, "number": number}, [Said(event, office.now, actor)])


def _reviewing(order: AdoptMatter, register: Register) -> tuple[str, ...] | None:
    """Each once, as the register spells it; who decides does not review as well."""
    deciding = register.current(order.department)
    named = dict.fromkeys(register.current(one) for one in order.reviewing or ())
    return tuple(one for one in named if one != deciding) or None


def _check(office: Office, order: AdoptMatter, before: Matter | None) -> tuple[str, Matter]:
    """How whoever changes it stands on the envelope, and the matter as it is from now on. Raises Refused."""
    problems, promised = office.problems, order.promised or order.statutory
    if promised is None and not (problems.has("promised") or problems.has("statutory")):
        problems.add("promised", "A matter needs a promised or a statutory limit.")
    if promised is not None and order.statutory is not None:
        check_promised(limit_of(promised), limit_of(order.statutory), problems)
    actor, register = office.speaking(order.actor), Register(office.connection)
    register.check_department("department", order.department, problems)
    for at, name in enumerate(order.reviewing or ()):
        register.check_department(f"reviewing.{at}", name, problems)
    if problems or promised is None:
        raise Refused(*problems.found)
    body = CatalogueMatter(
        code=order.code,
        name=order.matter_name,
        department=register.current(order.department),
        statutory=order.statutory,
        promised=promised,
        stage=order.stage,
        item_type=order.item_type,
        legal_basis=order.legal_basis,
        deciding_level=order.deciding_level,
        materials=order.materials,
        accepted_by=order.accepted_by,
        reviewing=_reviewing(order, register),
    ).model_dump(mode="json")
    matter = matter_of(body | _parts(order, before))
    _check_parts(order, matter, problems)
    adoption.check_matter(office, matter)
    problems.refuse()
    return actor, matter


#: What is left as it was where an order leaves it out.
_PARTS: Final = (
    *("pauses", "extension", "counted_from", "conditions", "process", "criteria", "forms", "special_processes"),
    *("everyday_names", "contact", "national", "special_steps", "tolerance", "commitment"),
)


def _parts(order: AdoptMatter, before: Matter | None) -> dict[str, Any]:
    """What the order says of the matter's parts, and what was said of them before."""
    kept = {name: value for name, value in body_of(before).items() if name in _PARTS} if before else {}
    return kept | order.model_dump(mode="json", include=set(_PARTS), exclude_none=True)


def _check_parts(order: AdoptMatter, matter: Matter, problems: Problems) -> None:
    """Each part once, and the way of a special step only where the matter has that step."""
    for part in ("conditions", "process", "criteria", "forms", "special_processes", "everyday_names"):
        known: set[str] = set()
        for at, one in enumerate(getattr(matter, part)):
            if spelt(one) in known:
                problems.add(f"{part}.{at}", "{named} stands here twice; once is enough.", named=name_of(one))
            known.add(spelt(one))
    named = [one.name for one in order.special_processes or ()]
    for one in not_in(named, matter.special_steps):
        problems.add(
            f"special_processes.{named.index(one)}",
            "{named} is none of the special steps of this matter; name it in `special_steps` as well.",
            named=one,
        )
