"""Answers about lists between levels: what was published, what differs from above, who has adopted what."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from services.contracts.names import folded
from services.contracts.vocabulary import AuthorityCode, Level
from services.intake.catalogues.adoption import based_on, in_force, waiting, with_these
from services.intake.catalogues.differences import Difference, beyond, differences
from services.intake.catalogues.domain import adopted, changes
from services.intake.catalogues.matter import Matter
from services.intake.catalogues.names import no_matter
from services.intake.catalogues.store import Lists, OwnList, UpperList
from services.intake.catalogues.versions import same
from services.intake.catalogues.wire import body_of, list_of, matter_of, told, told_change
from services.intake.store import Records
from services.intake.wire import local
from services.plumbing.errors import NotFound, Problem
from services.plumbing.switchboard import Office


def matters(office: Office, *, applied_for: bool = False, q: str | None = None) -> dict[str, Any]:
    """The list that applies now, with its number: whole, what can be applied for, or what `q` finds.

    `q` is looked for in codes, names, everyday names and departments.
    """
    records, words = Records(office.connection), folded(q or "")
    found = [
        one
        for one in list_of(records.matters().values()).values()
        if not (applied_for and one.is_yardstick) and words in folded(_found_by(one))
    ]
    return {"number": records.catalogue_number(), "items": [body_of(one) for one in found]}


def _found_by(one: Matter) -> str:
    return "\n".join((one.code, one.name, *one.everyday_names, one.department))


def matter(office: Office, *, code: str, number: int | None = None) -> dict[str, Any]:
    """One matter as it stands, or as the list of that number has it, with what it changed since. Raises NotFound."""
    records = Records(office.connection)
    now, last = records.matter(code), records.catalogue_number()
    body = now if number is None else records.matter_at(code, number)
    if body is None or (number is not None and number > last):
        raise NotFound(no_matter("code", code, records.matter_names()))
    return {
        "number": last if number is None else number,
        "in_force": last,
        "matter": body_of(matter_of(body)),
        "is_current": now is not None and same(matter_of(now), matter_of(body)),
    }


def publications(office: Office) -> dict[str, Any]:
    """Our own publications, the newest first, and all from above, the highest authority first."""
    lists = Lists(office.connection)
    return {
        "items": [_published(one) for one in lists.all_published()],
        "above": [_from_above(one) for one in lists.above()],
        "publishes": AuthorityCode(office.authority).level is not Level.BANNER,
    }


def list_changes(office: Office) -> dict[str, Any]:
    """What our list in force changes against our last publication: what the next one would say."""
    last, ours = Lists(office.connection).published(), list_of(Records(office.connection).matters().values())
    found = changes(last.matters, ours) if last else []
    return {
        "number": last.number + 1 if last else 1,
        "previous": last.number if last else None,
        "items": [told_change(one) for one in found],
    }


def _published(one: OwnList) -> dict[str, Any]:
    return {
        "number": one.number,
        "published_at": one.published_at.isoformat(),
        "published_by": one.by,
        "adopt_by": one.adopt_by.isoformat() if one.adopt_by else None,
        "note": one.note,
        "matters": len(one.matters),
    }


def _from_above(one: UpperList) -> dict[str, Any]:
    return {
        "by": one.publisher,
        "number": one.number,
        "about": f"catalogue/{one.publisher}/{one.number}",
        "published_at": one.published_at.isoformat(),
        "arrived_at": one.arrived_at.isoformat(),
        "adopt_by": one.adopt_by.isoformat() if one.adopt_by else None,
        "note": one.note,
        "matters": len(one.matters),
        "adopted_at": one.adopted_at.isoformat() if one.adopted_at else None,
        "adopted_by": one.adopted_by,
        "own_number": one.own_number,
    }


def differences_now(office: Office) -> dict[str, Any]:
    """In what our list differs from those above, and what adopting them would do about each.

    `refused`: it goes beyond them and stands in the way; `kept`: it is less, and stays; `taken`: the list above has its
    way. Where nothing waits, our list is held against what is in force.
    """
    lists, records = Lists(office.connection), Records(office.connection)
    all_above = lists.above()
    wait, ours = waiting(all_above), list_of(records.matters().values())
    above = with_these(all_above, wait)
    after = adopted(above, ours, based_on(office, all_above)) if above else ours
    found = differences(above, ours) if above else []
    stand, too_much = set(map(_key, differences(above, after))), set(map(_key, beyond(above, after)))
    return {
        "number": records.catalogue_number(),
        "waiting": [_from_above(one) for one in wait],
        "in_force": [_from_above(one) for one in in_force(all_above)],
        "refused": len(too_much),
        "items": [told(one, _outcome(_key(one), stand, too_much)) for one in found],
    }


def _key(one: Difference) -> tuple[str, ...]:
    return (one.kind, one.code, *(f"{name}={value}" for name, value in sorted(one.facts.items())))


def _outcome(key: tuple[str, ...], stand: set[tuple[str, ...]], too_much: set[tuple[str, ...]]) -> str:
    if key in too_much:
        return "refused"
    return "kept" if key in stand else "taken"


def adoptions(office: Office, number: int | None = None) -> dict[str, Any]:
    """What each authority below has told about our publications: which of them it has adopted, and when.

    `lag_days` counts the days from the publication to the adoption, or until now; `beyond` what its list has beyond
    the version that it adopted. Without `number` it is about the last publication. Raises NotFound.
    """
    lists = Lists(office.connection)
    one = lists.published(number)
    if one is None and number is not None:
        raise NotFound(Problem("number", "Nothing was published here under number {number}.", {"number": number}))
    noted, lower = lists.noted(office.authority), lists.lower()
    versions = {each.number: each for each in lists.all_published()}
    return {
        "publication": _published(one) if one else None,
        "today": local(office.now).date().isoformat(),
        "items": [
            _adoption(office, authority, noted.get(authority, {}), lower.get(authority), versions, one)
            for authority in sorted({*noted, *lower})
        ],
    }


def _adoption(
    office: Office,
    authority: str,
    noted: Mapping[int, Mapping[str, Any]],
    lower: tuple[int, Any] | None,
    versions: Mapping[int, OwnList],
    wanted: OwnList | None,
) -> dict[str, Any]:
    done = [number for number, row in noted.items() if row["adopted_at"] is not None]
    last = max(done, default=None)
    row = noted.get(wanted.number, {}) if wanted else {}
    adopted_at = row.get("adopted_at")
    held = versions.get(last) if last is not None else None
    extra = beyond(held.matters, lower[1]) if held and lower else []
    return {
        "authority": authority,
        "version": last,
        "arrived_at": _stamp(office, row.get("arrived_at")),
        "adopted_at": _stamp(office, adopted_at),
        "person": row.get("person"),
        "own_number": lower[0] if lower else None,
        "shorter": row.get("shorter"),
        "lag_days": _lag(office, wanted, adopted_at) if wanted else None,
        "beyond": len(extra) if held and lower else None,
        "differences": [told(each, "refused") for each in extra],
    }


def _stamp(office: Office, stamp: float | None) -> str | None:
    return None if stamp is None else datetime.fromtimestamp(stamp, office.now.tzinfo).isoformat()


def _lag(office: Office, wanted: OwnList, adopted_at: float | None) -> int:
    end = datetime.fromtimestamp(adopted_at, office.now.tzinfo) if adopted_at is not None else office.now
    return max(timedelta(), end - wanted.published_at).days
