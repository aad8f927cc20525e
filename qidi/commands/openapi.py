"""`qidi openapi`: the API's description, written to docs/openapi.json for readers without a running gateway."""

import json
from pathlib import Path
from typing import Annotated

import typer

from gateway.app import create_app

WHERE = Path(__file__).parents[2] / "docs" / "openapi.json"


def text() -> str:
    """The OpenAPI document as it is committed."""
    return json.dumps(create_app(None).openapi(), ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def command(to: Annotated[Path, typer.Option(help="the file")] = WHERE) -> None:
    """Write the OpenAPI document."""
    to.parent.mkdir(parents=True, exist_ok=True)
    to.write_text(text(), encoding="utf-8")
    typer.echo(str(to))
