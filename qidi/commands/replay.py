"""Decides how `qidi replay` shows messages that had no effect, and sends them again after the cause is mended."""

import json
import sys
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from deploy.authority import BOARDS
from deploy.dead_letters import Letter, Letters
from deploy.runs import settings_of_running

app = typer.Typer(add_completion=False, no_args_is_help=True, help="死信与搁置的消息 / dead and parked messages")


@app.command("list")
def list_(as_json: Annotated[bool, typer.Option("--json", help="机器可读 / machine-readable")] = False) -> None:
    """列出死信和搁置的消息，附原因 / list dead and parked messages with their reasons."""
    letters = _letters()
    found = list(letters.all())
    letters.close()
    if as_json:
        rows = [{k: v for k, v in vars(letter).items() if k != "body"} for letter in found]
        print(json.dumps(rows, ensure_ascii=False, indent=1))
        return
    if not found:
        print("没有死信，也没有搁置的消息。 / No dead letters, nothing parked.")
        return
    table = Table("编号 / id", "服务 / service", "类型 / type", "对象 / subject", "原因 / reason")
    for letter in found:
        table.add_row(letter.id, letter.service, letter.type, letter.subject, letter.reason)
    Console().print(table)
    print("重发 / resend: qidi replay resend ID ...   (ID 可只写前几位 / a prefix will do; `dead:` = all dead ones)")


@app.command()
def show(id: Annotated[str, typer.Argument(help="编号或其前几位 / id or its beginning")]) -> None:
    """显示一条消息的全文 / show one message whole."""
    letters = _letters()
    letter = letters.find(id)
    letters.close()
    if letter is None:
        print(
            f"没有编号为 {id} 的消息；先看 qidi replay list。 No message {id}; see qidi replay list.",
            file=sys.stderr,
        )
        raise typer.Exit(1)
    print(f"{letter.id}  {letter.queue}  {letter.reason}")
    print(_readable(letter))


@app.command()
def resend(ids: Annotated[list[str], typer.Argument(help="编号或其前几位 / ids or their beginnings")]) -> None:
    """重发：问题解决后再投递一次 / deliver once more, after the cause is mended."""
    letters = _letters()
    sent = letters.resend(ids)
    letters.close()
    if not sent:
        print("没有符合的消息，什么也没有重发。 / No such message; nothing was sent.", file=sys.stderr)
        raise typer.Exit(1)
    print(f"已重发 {sent} 条。 / {sent} sent again.")


def _letters() -> Letters:
    return Letters(settings_of_running(), BOARDS)


def _readable(letter: Letter) -> str:
    try:
        return json.dumps(json.loads(letter.body), ensure_ascii=False, indent=1)
    except ValueError:
        return repr(letter.body[:4000])
