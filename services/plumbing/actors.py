"""Decides who acts: the person named in the command, or the caller; never nobody, and nobody in another's name."""

from services.contracts.quantities import Person
from services.plumbing.switchboard import Office

#: Roles that belong to one person each. The others act for many and name who it was.
OWN_NAME_ONLY = frozenset({"handler", "window"})


def acting(office: Office, named: Person | None) -> Person | None:
    """The person who acts (DOMAIN 3, rule 10: no anonymous transition).

    Adds a problem on `actor` and returns None when there is nobody, or when the caller may not speak for that person.
    """
    if office.problems.has("actor"):
        return None
    caller = office.caller
    if named is None:
        if not (caller.name.strip() and caller.department.strip()):
            office.problems.add("actor", "Say who acts: a name and a department.")
            return None
        return Person(name=caller.name, department=caller.department)
    if caller.role in OWN_NAME_ONLY and (named.name, named.department) != (caller.name, caller.department):
        office.problems.add("actor", "You may only act in your own name.")
        return None
    if not (named.name.strip() and named.department.strip()):
        office.problems.add("actor", "Say who acts: a name and a department.")
        return None
    return named
