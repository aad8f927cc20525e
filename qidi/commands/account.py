"""`qidi account`: the first administrator's account, and the way back in when nobody has a password any more."""

import json
from datetime import date
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from gateway.accounts import passwords
from gateway.accounts.audit import Audit, Visitor
from gateway.accounts.entrance import COMMAND_LINE
from gateway.accounts.passwords import Passwords
from gateway.accounts.register import Account, By, Register
from gateway.accounts.sessions import Lengths, Sessions
from gateway.accounts.told import account_told
from gateway.belief import Belief
from gateway.store import BOARD
from locales.texts import at_terminal, say, say_in
from locales.words import word
from services.contracts.accounts import NewAccount, NewPost, folded
from services.contracts.entrances import SessionEnd
from services.contracts.validation import read
from services.contracts.vocabulary import Role
from services.plumbing.db import open_engine
from services.plumbing.errors import Refused
from services.plumbing.migrate import upgrade
from services.plumbing.settings import Settings

app = typer.Typer(no_args_is_help=True, add_completion=False)
#: What the record says of where such a change came from.
_HERE = Visitor(address="", agent="qidi account")
Login = Annotated[str, typer.Argument(help="the login name")]


class _Office:
    """The accounts of the authority that is spoken to."""

    def __init__(self) -> None:
        settings = Settings()
        engine = open_engine(settings.store_url(BOARD.name), BOARD.name)
        upgrade(BOARD, engine)
        clock, belief = settings.clock(), Belief()
        audit = Audit(engine, clock)
        self.passwords = Passwords(settings.password_memory_kib, settings.password_rounds)
        self.register = Register(engine, clock, audit, belief)
        self.sessions = Sessions(engine, clock, audit, belief, Lengths())

    def account(self, login: str) -> Account:
        """The account of a login name; ends the command when there is none."""
        found = self.register.by_login(folded(login))
        if found is None:
            raise _ended("there is no account with the login name {login}", login=login)
        return found


@app.command()
def create(
    login: Login,
    name: Annotated[str, typer.Option(help="the person's name")],
    department: Annotated[str, typer.Option(help="the department of the post")],
    role: Annotated[Role, typer.Option(help="what the person is there")] = Role.HANDLER,
    admin: Annotated[bool, typer.Option("--admin", help="an administrator of the accounts")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", help="print the initial password only")] = False,
) -> None:
    """Create an account with one post; its initial password is printed once and good for seven days."""
    post = {"role": Role.ADMIN if admin else role, "department": department}
    asked, wrong = read(NewAccount, {"login": login, "name": name, "post": post})
    for field, template, params in wrong:
        typer.echo(f"{field}: {say(at_terminal(), template, **params)}", err=True)
    if wrong:
        raise typer.Exit(2)
    office, initial = _Office(), passwords.initial()
    try:
        office.register.create(asked, office.passwords.hashed(initial), By(COMMAND_LINE, _HERE))
    except Refused as refused:
        raise _refused(refused) from refused
    _hand_over(asked.login, initial, quiet)


@app.command(name="list")
def list_(
    as_json: Annotated[bool, typer.Option("--json", help="as JSON, one object")] = False,
) -> None:
    """List accounts with the posts that are held today."""
    found = _Office().register.list()
    if as_json:
        typer.echo(json.dumps({"items": [account_told(one) for one in found]}, ensure_ascii=False, indent=1))
        return
    language = at_terminal()
    table = Table(*(say_in("accounts", language, title) for title in ("login name", "name", "state", "posts")))
    for one in found:
        held = "\n".join(f"{say(language, post.role.msgid)} {post.department}" for post in one.held)
        table.add_row(one.login, one.name, say(language, word("account_state", one.state)), held)
    Console().print(table)


@app.command()
def reset(
    login: Login, quiet: Annotated[bool, typer.Option("--quiet", help="print the initial password only")] = False
) -> None:
    """Set a new initial password; whoever is in with the old one is out."""
    office, initial = _Office(), passwords.initial()
    found = office.account(login)
    kept = office.passwords.hashed(initial)
    office.register.set_password(found.id, kept, By(COMMAND_LINE, _HERE), must_change=True)
    office.sessions.end_of_account(found.id, SessionEnd.PASSWORD, _HERE)
    _hand_over(found.login, initial, quiet)


@app.command()
def lock(login: Login) -> None:
    """Lock an account: nobody comes in by it, and whoever is in is out."""
    office = _Office()
    found = office.account(login)
    try:
        office.register.lock(found.id, By(COMMAND_LINE, _HERE))
    except Refused as refused:
        raise _refused(refused) from refused
    office.sessions.end_of_account(found.id, SessionEnd.LOCKED, _HERE)
    typer.echo(_say("locked: {login}", login=found.login))


@app.command()
def unlock(login: Login) -> None:
    """Unlock an account."""
    office = _Office()
    found = office.account(login)
    office.register.unlock(found.id, By(COMMAND_LINE, _HERE))
    typer.echo(_say("unlocked: {login}", login=found.login))


@app.command()
def post(
    login: Login,
    role: Annotated[Role, typer.Option(help="what the person is there")],
    department: Annotated[str, typer.Option(help="the department of the post")],
    until: Annotated[str | None, typer.Option(help="the last day, as 2026-12-31")] = None,
) -> None:
    """Give an account one more post."""
    asked, wrong = read(NewPost, {"role": role, "department": department} | ({"until_day": until} if until else {}))
    for field, template, params in wrong:
        typer.echo(f"{field}: {say(at_terminal(), template, **params)}", err=True)
    if wrong:
        raise typer.Exit(2)
    office = _Office()
    office.register.give_post(office.account(login).id, asked, By(COMMAND_LINE, _HERE))
    last: date | None = asked.until_day
    typer.echo(_say("post given: {login}, until {day}", login=folded(login), day=last or "—"))


def _hand_over(login: str, initial: str, quiet: bool) -> None:
    if quiet:
        typer.echo(initial)
        return
    typer.echo(_say("login name: {login}", login=login))
    typer.echo(_say("initial password (shown this once, good for seven days):\n\n  {initial}\n", initial=initial))
    typer.echo(_say("At the first sign-in the person chooses a password of his own."))


def _refused(refused: Refused) -> typer.Exit:
    for problem in refused.problems:
        typer.echo(say(at_terminal(), problem.template, **problem.params), err=True)
    return typer.Exit(1)


def _ended(message: str, **facts: Any) -> typer.Exit:
    typer.echo(_say(message, **facts), err=True)
    return typer.Exit(1)


def _say(message: str, **facts: object) -> str:
    return say(at_terminal(), message, **facts)
