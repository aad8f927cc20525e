"""Decides which module answers which command of `qidi`; a command's module is imported only when it is called."""

import os
from importlib import import_module
from importlib.util import find_spec
from typing import Annotated, Any

import typer
import typer.core
import typer.main

COMMANDS = {
    "up": "start one authority here and print its addresses / 启动",
    "doctor": "check a running authority and say what to do / 体检",
    "due": "count a deadline and explain it day by day / 计算期限",
    "import": "take in an office's ledger or an event log / 导入",
    "sample": "load the sample ledger / 载入示例",
    "verify": "check a ledger or an export offline / 校验台账",
    "proof": "write what is recorded about a case so that anybody can check it / 存证证明",
    "export": "write the ledger or the list of lines to a file / 导出台账",
    "replay": "list, show and resend dead or parked messages / 死信重发",
    "token": "issue, list and revoke tokens / 令牌",
    "enrol": "invite a lower authority and print its token / 邀请下级",
    "join": "join the superior with its token / 加入上级",
    "links": "show the links to other levels / 查看上下级",
    "link": "suspend, resume, remove, rotate a link / 管理上下级",
    "simulate": "play one year of a whole region and measure it / 全区推演",
    "openapi": "write the API description / 接口说明",
    "contracts": "write the schemas of all events / 事件格式",
}
"""Command -> one line for `qidi --help`. `deploy/commands/NAME.py` (`import` -> `import_.py`) holds a Typer `app`
or a function `command`."""


def module_of(name: str) -> str:
    """The module that answers a command: its name, with an underscore where Python keeps the word for itself."""
    return f"qidi.commands.{name}_" if name == "import" else f"qidi.commands.{name}"


def is_there(name: str) -> bool:
    """Whether the command's module is part of this installation."""
    return find_spec(module_of(name)) is not None


class Switchboard(typer.core.TyperGroup):
    """The `qidi` command: knows its commands by name and loads the module of the one that is called."""

    def list_commands(self, ctx: Any) -> list[str]:
        """The commands of this installation, in the order of COMMANDS."""
        return [name for name in COMMANDS if is_there(name)]

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """The command as `qidi --help` lists it: by its one line, not loaded."""
        if cmd_name not in COMMANDS or not is_there(cmd_name):
            return None
        return typer.core.TyperCommand(cmd_name, help=COMMANDS[cmd_name])

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """The command that is called, loaded; an error with suggestions when there is none of this name."""
        name, found, rest = super().resolve_command(ctx, args)
        return name, None if found is None or name is None else _loaded(name), rest


def _loaded(name: str) -> Any:
    module = import_module(module_of(name))
    app = getattr(module, "app", None)
    if app is None:
        app = typer.Typer(add_completion=False)
        app.command()(module.command)
    loaded = typer.main.get_command(app)
    loaded.name = name
    return loaded


app = typer.Typer(
    cls=Switchboard,
    no_args_is_help=True,
    add_completion=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="起底 qidi: approvals of one authority, from the filed case to the light on the board.",
)


@app.callback()
def qidi(
    authority: Annotated[
        str | None, typer.Option(help="which authority of a run with several levels, by its code / 以哪个单位的身份")
    ] = None,
) -> None:
    """Says for which authority a command speaks; the one that the run is about when none is named."""
    if authority is not None:
        os.environ["QIDI_AUTHORITY"] = authority


def main() -> None:
    """Entry point of `.venv/bin/qidi`."""
    app()
