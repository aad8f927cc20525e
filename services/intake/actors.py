"""Decides who acts: the person named in the order, or else the caller; nobody acts under another's name."""

from services.contracts.quantities import Person
from services.intake.domain import Holder
from services.intake.record import holder
from services.plumbing.switchboard import Office

#: Roles of people who sit at their own desk: what they do, they do in their own name.
_OWN_NAME_ONLY = frozenset({"handler", "window"})


def check_own_name(office: Office, named: Person | None, field: str = "actor") -> None:
    """A handler or a window officer with a name may not act as somebody else."""
    caller = office.caller
    if named is None or not caller.name or caller.role not in _OWN_NAME_ONLY:
        return
    if (named.name, named.department) != (caller.name, caller.department):
        office.problems.add(
            field,
            "{caller} may not act as {name} of {department}.",
            caller=caller.label,
            name=named.name,
            department=named.department,
        )


def who_acts(office: Office, named: Person | None, otherwise: Holder | None = None) -> Holder | None:
    """The acting person; adds a problem when nobody is named: no anonymous transition (DOMAIN 3, rule 10)."""
    check_own_name(office, named)
    if named is not None:
        return holder(named)
    if office.caller.name and office.caller.department:
        return Holder(office.caller.name, office.caller.department)
    if otherwise is None and not office.problems.has("actor"):
        office.problems.add("actor", "Say who acts: name and department.")
    return otherwise


def who_or_role(office: Office, named: Person | None) -> str:
    """How the acting person, or at least the caller's role, stands on an envelope."""
    check_own_name(office, named)
    return f"{named.name}@{named.department}" if named is not None else office.caller.label
