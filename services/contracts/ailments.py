"""Ailments: what can be wrong with a service or its store, each by one name everywhere."""

from services.contracts.vocabulary import Word


class Ailment(Word):
    """What can be wrong with a service or its store, so that it cannot do its work."""

    SILENT = "silent", "No answer"
    FULL = "full", "Full"
    READ_ONLY = "read-only", "Read-only"
    LOCKED = "locked", "Locked by another program"
    AWAY = "away", "Away"
    FORBIDDEN = "forbidden", "No right to write"
    DAMAGED = "damaged", "Damaged"
