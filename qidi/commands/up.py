"""`qidi up`: an authority is started here, or a chain up to the region, and ended by Ctrl-C or SIGTERM."""

import shlex
import unicodedata
from pathlib import Path
from typing import Annotated

import typer
from rich.panel import Panel

from deploy.broker import BrokerMissing, ForeignNode
from deploy.enrolment import NotJoined
from deploy.levels import CannotChain, Seat, seats
from deploy.processes import NotReady
from deploy.programs import base_of
from deploy.start import AlreadyRunning, Gateway, alone_in, bring_up, watch
from deploy.supervisor import Ended, Supervisor, ended_by_signals
from deploy.terminal import console, step, told
from gateway.store import BOARD
from locales.texts import at_terminal, say_in
from services.contracts.vocabulary import Role
from services.ledger.link.keys import BadKey
from services.ledger.link.own_key import WrongKey
from services.plumbing import ownership
from services.plumbing.errors import CannotStart, Unavailable
from services.plumbing.settings import Settings

#: What keeps an authority from starting, and is said without a traceback.
NOT_STARTED = (
    *(AlreadyRunning, BrokerMissing, CannotChain, CannotStart, ForeignNode, NotJoined, NotReady, ConnectionError),
    *(BadKey, Unavailable),
)


def command(
    sample: Annotated[bool, typer.Option(help="load the sample ledger on the first start")] = True,
    levels: Annotated[
        int, typer.Option(min=1, max=3, envvar="QIDI_LEVELS", help="1, or the chain up to the region")
    ] = 1,
    nodes: Annotated[int, typer.Option(min=1, max=3, envvar="QIDI_NODES", help="brokers: 1 for all, or 3")] = 1,
) -> None:
    """Start one authority here, or a chain of three, print the addresses, and end everything at Ctrl-C or SIGTERM."""
    settings = Settings()
    settings = settings.model_copy(update={"var": settings.var.absolute()})
    try:
        if mended := ownership.settle(settings.var):
            step("{count} files and folders could be read by others; now by this user alone", count=len(mended))
        with ended_by_signals(), alone_in(settings.var), Supervisor(settings.var, console.out) as supervisor:
            gateway = Gateway(BOARD, issue_token)
            chain, brokers = bring_up(seats(settings, levels), supervisor, gateway, sample=sample, nodes=nodes)
            greet(chain)
            watch(chain, brokers, supervisor)
    except Ended:
        console.print(told("ended"))
    except NOT_STARTED as error:
        why = told(error.template, **error.facts) if isinstance(error, CannotStart | WrongKey) else str(error)
        console.print(f"[bold red]{told('could not start:')}[/] {why}", markup=True)
        raise typer.Exit(1) from error


def token_file(settings: Settings, role: Role, name: str = "") -> Path:
    """Where the token of somebody in a role lies; nobody named: of the person at this machine."""
    return settings.var / settings.authority / f"{'-'.join(filter(None, (role.value, name)))}.token"


def issue_token(settings: Settings, role: Role, name: str = "", department: str = "") -> str:
    """The token of somebody in a role; the same one at each start, in a file only this user can read.

    Nobody named: the person at this machine, by QIDI_PERSON_NAME and QIDI_PERSON_DEPARTMENT, else as the machine knows
    the user, of the authority itself. Who it is is written into the ledger with everything that is done with it.
    """
    from gateway.tokens import BadToken, Tokens
    from services.plumbing.db import open_engine

    engine = open_engine(settings.store_url(BOARD.name), BOARD.name)
    store = Tokens(engine, settings.clock())
    file = token_file(settings, role, name)
    if not name:
        name, department = settings.person
    try:
        if file.exists():
            known = store.check(file.read_text().strip())
            if (known.name, known.department) == (name, department):
                return file.read_text().strip()
            store.revoke(known.id)  # of somebody else, or of nobody
            file.unlink()
    except BadToken:
        file.unlink()  # expired, revoked, or of another store
    finally:
        engine.dispose()
    _, text = store.issue(role, name, department, note="qidi up")
    engine.dispose()
    file.touch(mode=0o600)
    file.write_text(text + "\n")
    return text


def greet(chain: list[Seat]) -> None:
    """Every address and the tokens in a frame, and a request to try."""
    own = chain[0]
    console.print(banner(chain))
    # outside the frame and never wrapped: it is there to be pasted
    console.out(f'curl -H "Authorization: Bearer {shown(own.settings, "$(cat {})")}" {base_of(own)}/v1/lines\n')
    if not has_accounts(own.settings):
        console.print(told("Nobody has an account yet. The first administrator's, at this machine:"))
        console.out('qidi account create LOGIN --admin --name "…" --department "…"\n', highlight=False)


def shown(settings: Settings, otherwise: str = "{}", *, is_terminal: bool = console.is_terminal) -> str:
    """A supervisor's token where whoever reads this may have it; else its file, in the words of `otherwise`."""
    token, file = issue_token(settings, Role.SUPERVISOR), token_file(settings, Role.SUPERVISOR)
    match settings.show_tokens:
        case "always":
            return token
        case "terminal" if is_terminal:
            return token
    return otherwise.format(shlex.quote(str(file)))


def has_accounts(settings: Settings) -> bool:
    """Whether anybody has an account here."""
    from sqlalchemy import select

    from gateway.store import accounts
    from services.plumbing.db import open_engine, reading

    engine = open_engine(settings.store_url(BOARD.name), BOARD.name)
    with reading(engine) as connection:
        found = connection.execute(select(accounts.c.id).limit(1)).first() is not None
    engine.dispose()
    return found


def banner(chain: list[Seat]) -> Panel:
    """Every address, and the tokens."""
    own, base = chain[0].settings, base_of(chain[0])
    lines = [
        _line("board", f"{base}/board"),
        _line("API", f"{base}/v1"),
        _line("docs", f"{base}/docs"),
        _line("metrics", f"{base}/metrics"),
        _line("data", str(own.var)),
        _line("token", shown(own)),
        "",
    ]
    for seat in chain[1:]:
        lines += [
            _line("superior", f"{seat.settings.authority_name} {seat.code}"),
            _line("board", f"{base_of(seat)}/board"),
            _line("token", shown(seat.settings)),
            "",
        ]
    lines.append(told("Ctrl-C ends everything"))
    return Panel.fit("\n".join(lines), title=f"{_word('qidi')} · {own.authority_name} {own.authority}")


def _line(name: str, value: str) -> str:
    """A name in a column of its own; a Chinese sign is two places wide."""
    word = _word(name)
    width = sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in word)
    return f"{word}{' ' * max(1, 10 - width)}{value}"


def _word(name: str) -> str:
    return say_in("banner", at_terminal(), name)
