"""Differences between lists of matters: in what one differs from the one above, and what no lower list may have."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final

from services.intake.catalogues import parts, pauses
from services.intake.catalogues.matter import List, Matter
from services.intake.catalogues.pauses import in_force
from services.intake.domain import Limit


class Kind(StrEnum):
    """In what two lists can differ that matters to applicants."""

    EXTRA_MATTER = "extra-matter"
    MISSING_MATTER = "missing-matter"
    OTHER_NAME = "other-name"
    OTHER_STATUTE = "other-statute"
    OTHER_LEVEL = "other-level"
    LONGER_LIMIT = "longer-limit"
    OTHER_UNIT = "other-unit"
    SHORTER_LIMIT = "shorter-limit"
    EXTRA_MATERIAL = "extra-material"
    FEWER_MATERIALS = "fewer-materials"
    EXTRA_STEP = "extra-step"
    FEWER_STEPS = "fewer-steps"
    EXTRA_PAUSE = "extra-pause"
    FEWER_PAUSES = "fewer-pauses"
    EXTRA_CONDITION = "extra-condition"
    FEWER_CONDITIONS = "fewer-conditions"
    EXTRA_CRITERION = "extra-criterion"
    FEWER_CRITERIA = "fewer-criteria"
    EXTRA_FORM = "extra-form"
    FEWER_FORMS = "fewer-forms"
    EXTRA_PROCESS = "extra-process"
    FEWER_PROCESSES = "fewer-processes"
    LONGER_PROCESS = "longer-process"
    SHORTER_PROCESS = "shorter-process"
    LONGER_SPECIAL = "longer-special"
    SHORTER_SPECIAL = "shorter-special"
    LONGER_EXTENSION = "longer-extension"
    SHORTER_EXTENSION = "shorter-extension"
    OTHER_START = "other-start"
    OTHER_NATIONAL = "other-national"


#: Less is always allowed: a matter may be promised sooner, with fewer papers and fewer steps.
ALLOWED: Final = frozenset(
    {
        *(Kind.SHORTER_LIMIT, Kind.FEWER_MATERIALS, Kind.FEWER_STEPS, Kind.FEWER_PAUSES, Kind.FEWER_CONDITIONS),
        *(Kind.FEWER_CRITERIA, Kind.FEWER_FORMS, Kind.FEWER_PROCESSES, Kind.SHORTER_PROCESS, Kind.SHORTER_SPECIAL),
        Kind.SHORTER_EXTENSION,
    }
)

#: What is said about each; a msgid with its facts.
SENTENCES: Final[Mapping[Kind, str]] = {
    Kind.EXTRA_MATTER: "{code} {name}: the list above has no such matter.",
    Kind.MISSING_MATTER: "{code} {name}: our own list does not have it yet.",
    Kind.OTHER_NAME: "{code}: it is called {ours} here and {above} above.",
    Kind.OTHER_STATUTE: "{code} {name}: the statutory limit is {ours} {ours_unit} here and {above} {above_unit} above.",
    Kind.OTHER_LEVEL: "{code} {name}: it is decided by the {ours} here and by the {above} above.",
    Kind.LONGER_LIMIT: "{code} {name}: {ours} {ours_unit} are promised here, longer than {above} above.",
    Kind.OTHER_UNIT: "{code} {name}: {ours} {ours_unit} cannot be compared with {above} {above_unit} above.",
    Kind.SHORTER_LIMIT: "{code} {name}: {ours} {ours_unit} are promised here, shorter than {above} above.",
    Kind.EXTRA_MATERIAL: "{code} {name}: the material {ours} is not asked for above.",
    Kind.FEWER_MATERIALS: "{code} {name}: the material {above} is not asked for here.",
    Kind.EXTRA_STEP: "{code} {name}: the step {ours} is not provided for above.",
    Kind.FEWER_STEPS: "{code} {name}: the step {above} is not needed here.",
    Kind.EXTRA_PAUSE: "{code} {name}: for {ours} the count does not stand still above, or not for so long.",
    Kind.FEWER_PAUSES: "{code} {name}: for {above} the count does not stand still here.",
    Kind.EXTRA_CONDITION: "{code} {name}: the condition {ours} is not made above.",
    Kind.FEWER_CONDITIONS: "{code} {name}: the condition {above} is not made here.",
    Kind.EXTRA_CRITERION: "{code} {name}: it is not examined above by {ours}.",
    Kind.FEWER_CRITERIA: "{code} {name}: it is not examined here by {above}.",
    Kind.EXTRA_FORM: "{code} {name}: the form {ours} is not in use above.",
    Kind.FEWER_FORMS: "{code} {name}: the form {above} is not in use here.",
    Kind.EXTRA_PROCESS: "{code} {name}: the office step {ours} is not provided for above.",
    Kind.FEWER_PROCESSES: "{code} {name}: the office step {above} is not taken here.",
    Kind.LONGER_PROCESS: "{code} {name}: {part} has {ours} {ours_unit} here, longer than {above} {above_unit} above.",
    Kind.SHORTER_PROCESS: "{code} {name}: {part} has {ours} {ours_unit} here and {above} {above_unit} above.",
    Kind.LONGER_SPECIAL: "{code} {name}: {part} has {ours} {ours_unit} here, longer than {above} {above_unit} above.",
    Kind.SHORTER_SPECIAL: "{code} {name}: {part} has {ours} {ours_unit} here and {above} {above_unit} above.",
    Kind.LONGER_EXTENSION: "{code} {name}: {ours} {ours_unit} more here are longer than {above} {above_unit} above.",
    Kind.SHORTER_EXTENSION: "{code} {name}: {ours} {ours_unit} more are allowed here, and {above} {above_unit} above.",
    Kind.OTHER_START: "{code} {name}: the time counts {ours} here and {above} above.",
    Kind.OTHER_NATIONAL: "{code} {name}: its national code is {ours} here and {above} above.",
}
_FIELDS: Final[Mapping[Kind, str]] = {
    Kind.EXTRA_MATTER: "code",
    Kind.MISSING_MATTER: "code",
    Kind.OTHER_NAME: "name",
    Kind.OTHER_STATUTE: "statutory",
    Kind.OTHER_LEVEL: "deciding_level",
    Kind.LONGER_LIMIT: "promised",
    Kind.OTHER_UNIT: "promised",
    Kind.SHORTER_LIMIT: "promised",
    Kind.EXTRA_MATERIAL: "materials",
    Kind.FEWER_MATERIALS: "materials",
    Kind.EXTRA_STEP: "special_steps",
    Kind.FEWER_STEPS: "special_steps",
    Kind.EXTRA_PAUSE: "pauses",
    Kind.FEWER_PAUSES: "pauses",
    **dict.fromkeys((Kind.EXTRA_CONDITION, Kind.FEWER_CONDITIONS), "conditions"),
    **dict.fromkeys((Kind.EXTRA_CRITERION, Kind.FEWER_CRITERIA), "criteria"),
    **dict.fromkeys((Kind.EXTRA_FORM, Kind.FEWER_FORMS), "forms"),
    **dict.fromkeys((Kind.EXTRA_PROCESS, Kind.FEWER_PROCESSES, Kind.LONGER_PROCESS, Kind.SHORTER_PROCESS), "process"),
    **dict.fromkeys((Kind.LONGER_SPECIAL, Kind.SHORTER_SPECIAL), "special_processes"),
    **dict.fromkeys((Kind.LONGER_EXTENSION, Kind.SHORTER_EXTENSION), "extension"),
    Kind.OTHER_START: "counted_from",
    Kind.OTHER_NATIONAL: "national",
}
#: Parts of which a lower list may have fewer, each with what it is called to have more or fewer of them.
COUNTED: Final = (
    ("materials", Kind.EXTRA_MATERIAL, Kind.FEWER_MATERIALS),
    ("special_steps", Kind.EXTRA_STEP, Kind.FEWER_STEPS),
    ("conditions", Kind.EXTRA_CONDITION, Kind.FEWER_CONDITIONS),
    ("criteria", Kind.EXTRA_CRITERION, Kind.FEWER_CRITERIA),
    ("forms", Kind.EXTRA_FORM, Kind.FEWER_FORMS),
    ("process", Kind.EXTRA_PROCESS, Kind.FEWER_PROCESSES),
)
#: Parts that take their time, each with what it is called to give them more or less of it.
TIMED: Final = (
    ("process", Kind.LONGER_PROCESS, Kind.SHORTER_PROCESS),
    ("special_processes", Kind.LONGER_SPECIAL, Kind.SHORTER_SPECIAL),
)


@dataclass(frozen=True)
class Difference:
    """One thing in which a list differs from the one above."""

    kind: Kind
    code: str
    name: str
    facts: Mapping[str, Any] = field(default_factory=dict)

    @property
    def allowed(self) -> bool:
        return self.kind in ALLOWED

    @property
    def field(self) -> str:
        """The part of the matter that it stands in."""
        return _FIELDS[self.kind]

    @property
    def template(self) -> str:
        return SENTENCES[self.kind]

    @property
    def params(self) -> dict[str, Any]:
        return {"code": self.code, "name": self.name, **self.facts}


# --- the rule ---------------------------------------------------------------------------------------------------------


def differences(above: List, ours: List) -> list[Difference]:
    """Everything in which our list differs from the one above, in the order of that one; ours alone comes last."""
    found: list[Difference] = []
    for code, matter in above.items():
        own = ours.get(code)
        if own is None:
            found.append(Difference(Kind.MISSING_MATTER, code, matter.name))
        else:
            found += _of_matter(matter, own)
    return found + [Difference(Kind.EXTRA_MATTER, code, own.name) for code, own in ours.items() if code not in above]


def of_matter(above: List, ours: Matter) -> list[Difference]:
    """In what one matter of ours differs from the list above."""
    matter = above.get(ours.code)
    return [Difference(Kind.EXTRA_MATTER, ours.code, ours.name)] if matter is None else list(_of_matter(matter, ours))


def beyond(above: List, ours: List) -> list[Difference]:
    """What no lower list may have: longer limits, extra matters, materials or steps, another name, statute or level.

    A matter that our list does not have yet is not among them: nothing is asked of anybody by it.
    """
    return [one for one in differences(above, ours) if not one.allowed and one.kind is not Kind.MISSING_MATTER]


def _of_matter(above: Matter, ours: Matter) -> Iterator[Difference]:
    code, name = above.code, above.name
    if ours.name != above.name:
        yield Difference(Kind.OTHER_NAME, code, name, {"ours": ours.name, "above": above.name})
    if ours.statutory != above.statutory:
        yield Difference(Kind.OTHER_STATUTE, code, name, _limits(ours.statutory, above.statutory))
    if ours.deciding_level != above.deciding_level:
        yield Difference(Kind.OTHER_LEVEL, code, name, {"ours": ours.deciding_level, "above": above.deciding_level})
    if ours.promised.unit != above.promised.unit:
        yield Difference(Kind.OTHER_UNIT, code, name, _limits(ours.promised, above.promised))
    elif ours.promised.amount != above.promised.amount:
        longer = ours.promised.amount > above.promised.amount
        yield Difference(
            Kind.LONGER_LIMIT if longer else Kind.SHORTER_LIMIT, code, name, _limits(ours.promised, above.promised)
        )
    yield from _of_parts(above, ours)
    yield from _of_time(above, ours)
    own_pauses = in_force(ours.pauses)
    for right in pauses.beyond(above.pauses, ours.pauses):
        yield Difference(Kind.EXTRA_PAUSE, code, name, {"ours": right.ground})
    for ground in in_force(above.pauses):
        if ground not in own_pauses:
            yield Difference(Kind.FEWER_PAUSES, code, name, {"above": ground})


def _of_parts(above: Matter, ours: Matter) -> Iterator[Difference]:
    code, name = above.code, above.name
    for part, more, less in COUNTED:
        own, upper = getattr(ours, part), getattr(above, part)
        yield from (Difference(more, code, name, {"ours": parts.name_of(one)}) for one in parts.not_in(own, upper))
        yield from (Difference(less, code, name, {"above": parts.name_of(one)}) for one in parts.not_in(upper, own))
    for part, longer, shorter in TIMED:
        own, upper = getattr(ours, part), getattr(above, part)
        for kind, pairs in ((longer, parts.longer_parts(own, upper)), (shorter, parts.shorter_parts(own, upper))):
            for one, fellow in pairs:
                yield Difference(kind, code, name, {"part": one.name, **_limits(one.limit, fellow.limit)})


def _of_time(above: Matter, ours: Matter) -> Iterator[Difference]:
    """From where it counts, by how much it is extended, and as what it counts in the country."""
    code, name = above.code, above.name
    own, upper = ours.extension.longest, above.extension.longest
    if own.amount != upper.amount or (own.amount and own.unit != upper.unit):
        kind = Kind.LONGER_EXTENSION if parts.longer(own, upper) else Kind.SHORTER_EXTENSION
        yield Difference(kind, code, name, _limits(own, upper))
    if ours.counted_from != above.counted_from:
        yield Difference(Kind.OTHER_START, code, name, {"ours": ours.counted_from, "above": above.counted_from})
    if above.national.code and ours.national.code != above.national.code:
        yield Difference(
            Kind.OTHER_NATIONAL, code, name, {"ours": ours.national.code or "—", "above": above.national.code}
        )


def _limits(ours: Limit | None, above: Limit | None) -> dict[str, Any]:
    """Without a limit there is a dash."""
    told: dict[str, Any] = {}
    for name, limit in (("ours", ours), ("above", above)):
        told |= {name: limit.amount if limit else "—", f"{name}_unit": limit.unit if limit else ""}
    return told
