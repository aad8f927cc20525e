"""Amendments: one matter of the list in force is added or changed, within the list above."""

from typing import Any

from services.contracts.cases import CatalogueAdopted, CatalogueMatter, LawfulPause
from services.contracts.catalogues import AdoptMatter
from services.intake import promised_limits
from services.intake.catalogues import adoption
from services.intake.catalogues.wire import matter_of
from services.intake.offices.register import Register
from services.intake.store import Records
from services.intake.wire import limit_of
from services.plumbing.errors import Refused
from services.plumbing.switchboard import Office, Outcome, Said


def adopt_matter(office: Office, order: AdoptMatter) -> Outcome:
    """A matter is added or changed, within the list above: a new version. Cases keep the limit of their receipt.

    Raises Refused with everything that is wrong.
    """
    records = Records(office.connection)
    actor, body = _check(office, order)
    known, number = records.matters(), records.catalogue_number()
    if order.code in known and matter_of(known[order.code]) == matter_of(body):
        return Outcome({"code": order.code, "number": number})
    number += 1
    position = list(known).index(order.code) + 1 if order.code in known else len(known) + 1
    records.adopt(number, office.now, order.code, [(position, body)])
    listed = [CatalogueMatter.model_validate(one) for one in (known | {order.code: body}).values()]
    event = CatalogueAdopted(number=number, matters=tuple(listed))
    return Outcome({"code": order.code, "number": number}, [Said(event, office.now, actor)])


def _reviewing(order: AdoptMatter, register: Register) -> tuple[str, ...] | None:
    """Each once, as the register spells it; who decides does not review as well."""
    deciding = register.current(order.department)
    named = dict.fromkeys(register.current(one) for one in order.reviewing or ())
    return tuple(one for one in named if one != deciding) or None


def _check(office: Office, order: AdoptMatter) -> tuple[str, dict[str, Any]]:
    """How whoever changes it stands on the envelope, and the matter as it is kept. Raises Refused."""
    problems, promised = office.problems, order.promised or order.statutory
    if promised is None and not (problems.has("promised") or problems.has("statutory")):
        problems.add("promised", "A matter needs a promised or a statutory limit.")
    if promised is not None and order.statutory is not None:
        promised_limits.check_promised(limit_of(promised), limit_of(order.statutory), problems)
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
        special_steps=order.special_steps,
        accepted_by=order.accepted_by,
        reviewing=_reviewing(order, register),
        pauses=tuple(LawfulPause.model_validate(one.model_dump()) for one in order.pauses)
        if order.pauses is not None
        else None,
    ).model_dump(mode="json")
    adoption.check_matter(office, body)
    problems.refuse()
    return actor, body
