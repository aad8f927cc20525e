"""Scopes of rights: how far a right goes, and the rows of the table of rights in which roles have one."""

from enum import StrEnum

from services.contracts.vocabulary import Role


class Scope(StrEnum):
    """How far a right goes."""

    EVERY = "every"
    #: What the caller's own department holds.
    DEPARTMENT = "department"
    #: What the caller brought in, or what is in his own hands.
    OWN = "own"


Row = dict[Role, Scope]


def every(*roles: Role) -> Row:
    """A row in which these roles may it with everything of the authority."""
    return dict.fromkeys(roles, Scope.EVERY)


def department(*roles: Role) -> Row:
    """A row in which these roles may it with what their own department holds."""
    return dict.fromkeys(roles, Scope.DEPARTMENT)


def own(*roles: Role) -> Row:
    """A row in which these roles may it with what they brought in or hold themselves."""
    return dict.fromkeys(roles, Scope.OWN)
