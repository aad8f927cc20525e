"""`qidi link`: a link suspended, resumed, removed, given new secrets; a fork accepted by a person."""

from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from deploy import enrolment, guests
from deploy.local_broker import Here, NotRunning, here
from deploy.runs import settings_of_running
from locales.facts import spoken
from locales.facts import trouble as why
from locales.texts import at_terminal, say
from services.complaints.referrals.confidant import FILE as CONFIDANT_FILE
from services.complaints.referrals.confidant import Confidant
from services.complaints.service import BOARD as COMPLAINTS
from services.contracts.divisions import divisions, level_of
from services.contracts.names import says_something
from services.ledger.carrier.access import LedgerAccess
from services.ledger.carrier.renewal import KeyIsThere, renew, replace_lost
from services.ledger.carrier.superior import FILE as SUPERIOR_FILE
from services.ledger.link import forks, refusals, store
from services.ledger.link import membership as registry
from services.ledger.link.keys import BadKey
from services.ledger.link.own_key import WrongKey
from services.ledger.link.states import LinkState
from services.ledger.link.troubles import Side, troubles_of
from services.plumbing.db import open_engine
from services.plumbing.desk import Desk
from services.plumbing.errors import Conflict, NotFound, Refused, Unavailable
from services.plumbing.switchboard import Office, Tick

app = typer.Typer(no_args_is_help=True, add_completion=False)
Code = Annotated[str, typer.Argument(help="the lower authority's code")]
Person = Annotated[str, typer.Option(help="who decides this")]


def _meant(reason: str) -> str:
    """The reason, where it says something: it stands in the ledgers of two authorities for ever."""
    if not says_something(reason):
        message = "This says nothing yet: write it in words, not with a dot, a dash or a placeholder."
        raise typer.BadParameter(spoken(at_terminal(), message))
    return reason


Reason = Annotated[str, typer.Option(help="why", callback=_meant)]
Authority = Annotated[str | None, typer.Option(help="as which authority")]


class Elsewhere(Exception):
    """This is not decided here; the message says where, with the command."""


def _do(authority: str | None, code: str, order: str, work: Callable[[Here, LedgerAccess], str]) -> None:
    """What needs the broker of a running authority as well as its store, about an authority that was invited here."""
    _decide(authority, _at_broker(authority, code, order, work))


def _at_broker(
    authority: str | None, code: str, order: str, work: Callable[[Here, LedgerAccess], str]
) -> Callable[[LedgerAccess], str]:
    settings = settings_of_running(authority)

    def checked(ledger: LedgerAccess) -> str:
        place = here(settings)
        if code not in guests.load(place.keys):
            raise Elsewhere(ledger.read(lambda office: _not_below(office, code, order)))
        return work(place, ledger)

    return checked


def _not_below(office: Office, code: str, order: str) -> str:
    own, there = office.authority, _above(office, code)
    if there in ("", own):
        command = f".venv/bin/qidi --authority {own} enrol {code}"
        return _say("{own} never invited {code}; to invite it: {command}", own=own, code=code, command=command)
    command = f".venv/bin/qidi --authority {there} link {order}"
    message = "{code} is not directly below {own}; at {there}: {command}"
    return _say(message, code=code, own=own, there=there, command=command)


def _above(office: Office, code: str) -> str:
    """Below whom an authority is, as far as that is known here: by its links, its ledger's way, or the divisions."""
    if code == office.authority:
        superior = store.superior(office.connection)
        return superior.code if superior is not None else ""
    held = store.origin(office.connection, code)
    if held is not None and held.via not in ("", code):
        return held.via
    division = divisions().get(code)
    return division.superior or "" if division is not None else ""


def _decide(authority: str | None, work: Callable[[LedgerAccess], str]) -> None:
    """What is written into the store alone: also while nothing runs."""
    try:
        with LedgerAccess(settings_of_running(authority)) as ledger:
            typer.echo(work(ledger))
    except (NotRunning, Refused, Unavailable, Elsewhere, enrolment.NoWay, BadKey, KeyIsThere) as trouble:
        language = at_terminal()
        told = (
            say(language, trouble.template, **trouble.facts)  # its code stands in a command
            if isinstance(trouble, WrongKey)
            else why(language, trouble)
        )
        typer.echo(_say("not done: {trouble}", trouble=told), err=True)
        raise typer.Exit(1) from None


@app.command()
def suspend(code: Code, person: Person, reason: Reason, authority: Authority = None) -> None:
    """Take nothing from a lower authority until it is resumed."""

    def work(place: Here, ledger: LedgerAccess) -> str:
        ledger.write(lambda office: registry.suspend(office, code, reason, person))
        place.put_out(guests.suspend(place.keys, code, True), reason)
        return _say("suspended: {code}", code=code)

    _do(authority, code, f"suspend {code} --person NAME --reason WHY", work)


@app.command()
def resume(code: Code, person: Person, reason: Reason, authority: Authority = None) -> None:
    """Take a suspended lower authority on again, or let a ledger go on that the superior has refused."""

    def work(place: Here, ledger: LedgerAccess) -> str:
        ledger.write(lambda office: registry.resume(office, code, reason, person))
        place.admit(guests.suspend(place.keys, code, False))
        return _say("resumed: {code}", code=code)

    take_on = _at_broker(authority, code, f"resume {code} --person NAME --reason WHY", work)

    def decide(ledger: LedgerAccess) -> str:
        if ledger.read(lambda office: _is_refused_above(office, code)):
            return _let_go_on(ledger, code, person, reason)
        return take_on(ledger)

    _decide(authority, decide)


def _is_refused_above(office: Office, code: str) -> bool:
    """Whether a ledger waits here for a person; one of a suspended authority waits for that to end first."""
    link, held = store.link(office.connection, code), store.origin(office.connection, code)
    return held is not None and held.is_refused and (link is None or link.state is not LinkState.SUSPENDED)


def _let_go_on(ledger: LedgerAccess, code: str, person: str, reason: str) -> str:
    ledger.write(lambda office: refusals.send_again(office, code, person, reason))
    return _say("goes up again: {code}; where the cause is still there, it stops once more", code=code)


@app.command()
def remove(code: Code, person: Person, reason: Reason, authority: Authority = None) -> None:
    """End the link to a lower authority; what it said stays."""

    def work(place: Here, ledger: LedgerAccess) -> str:
        guest = guests.load(place.keys)[code]
        ledger.write(lambda office: registry.remove(office, code, reason, person))
        guests.drop(place.keys, code)
        place.forget(guest, reason)
        return _say("removed: {code}", code=code)

    _do(authority, code, f"remove {code} --person NAME --reason WHY", work)


@app.command()
def rotate(
    code: Code,
    host: Annotated[str, typer.Option(help="where it reaches our broker")] = "",
    port: Annotated[int, typer.Option(help="and at which port")] = 0,
    ca: Annotated[Path | None, typer.Option(help="the office's own CA, PEM", exists=True)] = None,
    authority: Authority = None,
) -> None:
    """Give a lower authority a new password and invitation; it joins again with the token."""

    def work(place: Here, ledger: LedgerAccess) -> str:
        guest, password = guests.invite(code, guests.load(place.keys)[code].vhost)
        way = enrolment.way_here(place, host, port, ca)
        name = ledger.read(lambda office: enrolment.name_of_child(office, code))
        guests.put(place.keys, guest)
        token = enrolment.enrol(place.settings, guest, password, way, name, level_of(code))
        if place.broker is None:
            order = f"rabbitmqctl change_password '{guest.user}' '{password}'"
            typer.echo(f"{_say('run this at the broker:')}\n  {order}", err=True)
        place.admit(guest)
        place.hang_up(guest, "new password")
        return token.text

    _do(authority, code, f"rotate {code}", work)


@app.command(name="renew-key")
def renew_key(
    lost: Annotated[bool, typer.Option("--lost", help="the former key is gone for good")] = False,
    person: Annotated[str, typer.Option(help="who states that it is lost")] = "",
    reason: Annotated[str, typer.Option(help="how it was lost")] = "",
    authority: Authority = None,
) -> None:
    """Sign with a new key from now on; neighbours learn it through the ledger, or by hand where the former is lost."""
    if lost and not (person.strip() and reason.strip()):
        raise typer.BadParameter("--lost wants --person and --reason")

    def work(ledger: LedgerAccess) -> str:
        if lost:
            public = replace_lost(ledger, person, reason).public_text
            command = f".venv/bin/qidi link set-key {ledger.authority} '{public}'"
            return _say("new:    {new}\nThe neighbours set it by hand: {command}", new=public, command=command)
        former, new = renew(ledger)
        return _say("former: {former}\nnew:    {new}", former=former.public_text, new=new.public_text)

    _decide(authority, work)


@app.command(name="set-key")
def set_key(code: Code, key: Annotated[str, typer.Argument(help="name+hash+key")], authority: Authority = None) -> None:
    """Say by hand which key another authority signs with, after hearing it from that office."""

    def work(ledger: LedgerAccess) -> str:
        ledger.write(lambda office: registry.set_key(office, code, key))
        return _say("noted: {key}", key=key)

    _decide(authority, work)


@app.command(name="accept-fork")
def accept_fork(code: Code, person: Person, reason: Reason, authority: Authority = None) -> None:
    """Let a ledger go on from where its histories part; the former branch stays as evidence."""

    def work(ledger: LedgerAccess) -> str:
        try:
            index = ledger.write(lambda office: forks.accept(office, code, person, reason))
        except (NotFound, Conflict):
            if elsewhere := ledger.read(lambda office: _decided_elsewhere(office, code)):
                raise Elsewhere(elsewhere) from None
            raise
        return _say("accepted; entries from {index} on are taken anew", index=index)

    _decide(authority, work)


def _decided_elsewhere(office: Office, code: str) -> str:
    """Where the ledger of an authority waits for a decision when it does not do so here; empty: nowhere we know of."""
    held = store.origin(office.connection, code)
    if held is not None and held.via and not any(one.side is Side.FURTHER for one in troubles_of(office, held)):
        return ""  # it is one of ours, and contradicts nothing
    there = _above(office, code)
    if there in ("", office.authority):
        return ""
    command = f".venv/bin/qidi --authority {there} link accept-fork {code} --person NAME --reason WHY"
    return _say("this is decided at {there} first: {command}", there=there, command=command)


@app.command(name="renew-confidant")
def renew_confidant(authority: Authority = None) -> None:
    """Open with a new key who complained, after the former is lost; neighbours learn it through the ledger."""
    settings = settings_of_running(authority)
    engine = open_engine(settings.store_url(COMPLAINTS.name), COMPLAINTS.name)
    desk = Desk(COMPLAINTS, engine, settings.clock(), settings.authority, settings.keys)
    try:
        desk.tick(Tick(0, lambda office: Confidant(office.connection, office.keys).renew(office)))
    except (Refused, Unavailable) as trouble:
        typer.echo(_say("not done: {trouble}", trouble=why(at_terminal(), trouble)), err=True)
        raise typer.Exit(1) from None
    finally:
        engine.dispose()
    typer.echo(_say("a new key lies in {file}", file=settings.keys / CONFIDANT_FILE))


@app.command()
def leave(authority: Authority = None) -> None:
    """Leave the superior; the ledger goes up no more."""

    def work(ledger: LedgerAccess) -> str:
        ledger.write(registry.leave)
        (ledger.folder / SUPERIOR_FILE).unlink(missing_ok=True)
        return _say("left the superior")

    _decide(authority, work)


def _say(message: str, **facts: object) -> str:
    return spoken(at_terminal(), message, **facts)
