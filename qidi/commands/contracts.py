"""`qidi contracts`: the generated contract documents, written; a test says when they are stale."""

import json
from pathlib import Path
from typing import Any

from locales.texts import at_terminal, say
from services.contracts.schemata import asyncapi, schemas

FOLDER = Path(__file__).resolve().parents[2] / "services" / "contracts"


def documents() -> dict[Path, str]:
    """Every generated file and what it must say."""
    files = {FOLDER / "schemas" / name: _text(schema) for name, schema in schemas().items()}
    return {**files, FOLDER / "asyncapi.json": _text(asyncapi())}


def _text(document: dict[str, Any]) -> str:
    return json.dumps(document, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def command() -> None:
    """Write the JSON Schemas and the AsyncAPI document of all events."""
    files = documents()
    for stale in set((FOLDER / "schemas").glob("*.json")) - set(files):
        stale.unlink()
    for path, text in files.items():
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
    print(say(at_terminal(), "{count} files written to {folder}", count=len(files), folder=FOLDER))
