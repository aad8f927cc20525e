"""`qidi simulate`: a region's year on paper scale, what it took, and whether all levels agree.

Exit code 0: every level holds the same. 1: some do not. 2: it could not be played.
"""

import json
import sys
import tempfile
from contextlib import nullcontext
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from sqlalchemy.exc import SQLAlchemyError

from locales.texts import Language, at_terminal, say, say_in
from sample.region.places import places
from sample.region.seats import Broken
from sample.region.year import Played, play
from services.plumbing.errors import Unavailable
from services.plumbing.settings import Settings

_MEGA = 1_000_000
#: What is measured in this order, and the msgid of its name.
STAGES = {
    "stores": "stores, joining",
    "traffic": "traffic",
    "record": "own ledgers",
    "pages": "pages, signatures",
    "take/city": "cities take",
    "take/region": "region takes",
    "receipts": "receipts",
    "outbox": "outboxes emptied",
    "verify": "verification",
}


def command(
    authorities: Annotated[int, typer.Option(help="Region, cities and banners altogether")] = 116,
    entries: Annotated[int, typer.Option(min=1, help="Ledger entries altogether")] = 100_000,
    folder: Annotated[Path | None, typer.Option(help="Where the stores are kept; a passing folder otherwise")] = None,
    database_url: Annotated[str, typer.Option(help="The region's store on this empty PostgreSQL database")] = "",
    seed: Annotated[int, typer.Option(help="Another seed, other traffic")] = 1,
    as_json: Annotated[bool, typer.Option("--json", help="Answer as JSON")] = False,
    lang: Annotated[str | None, typer.Option(help="zh or en")] = None,
) -> None:
    """Play one year of a region with its cities and banners through the real link code."""
    language = at_terminal(lang)
    try:
        seated = places(authorities)
    except ValueError as wrong:
        typer.echo(say(language, "--authorities {count}: {reason}", count=authorities, reason=wrong), err=True)
        raise typer.Exit(2) from None
    url = Settings(database_url=database_url).store_url("ledger") if database_url else ""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    where = nullcontext(str(folder)) if folder else tempfile.TemporaryDirectory(prefix="qidi-simulate-")
    hidden = not sys.stderr.isatty()
    try:
        with where as place, Progress(*columns, console=Console(stderr=True), transient=True, disable=hidden) as bar:
            task = bar.add_task(say(language, "Playing the year"), total=entries)
            played = play(
                seated, entries, Path(place), database_url=url, seed=seed,
                progress=lambda done, total: bar.update(task, completed=done, total=total),
            )  # fmt: skip
    except Broken as broken:
        typer.echo(say(language, "The levels do not agree: {reason}", reason=broken), err=True)
        raise typer.Exit(1) from None
    except (OSError, SQLAlchemyError, Unavailable) as away:
        reason = str(away).splitlines()[0]
        typer.echo(say(language, "The simulation cannot be played: {reason}", reason=reason), err=True)
        raise typer.Exit(2) from None
    typer.echo(json.dumps(as_data(played), ensure_ascii=False, indent=2) if as_json else _told(language, played))


def as_data(played: Played) -> dict[str, Any]:
    """All that was measured, for machines."""
    return {
        "authorities": played.authorities,
        "entries": played.entries,
        "rounds": played.rounds,
        "seconds": round(played.spent.clock, 2),
        "processor_seconds": round(played.spent.processor, 2),
        "entries_per_second": round(played.per_second, 1),
        "region_entries_per_processor_second": round(played.taken_per_second, 1),
        "pages_to_cities": played.pages_to_cities,
        "pages_to_region": played.pages_to_region,
        "region": {
            "database": played.database,
            "entries": played.verified,
            "lines": played.region_lines,
            "bytes": played.region_bytes,
            "bytes_per_entry": round(played.region_bytes / max(1, played.verified)),
        },
        "other_stores_bytes": played.other_bytes,
        "peak_memory_bytes": played.peak_memory_bytes,
        "origins_agreeing": played.agreeing,
        "stages": {
            name: {"seconds": round(spent.clock, 2), "processor_seconds": round(spent.processor, 2)}
            for name, spent in played.stages.items()
        },
    }


def _told(language: Language, played: Played) -> str:
    facts = {
        "entries": played.entries,
        "authorities": played.authorities,
        "rounds": played.rounds,
        "seconds": f"{played.spent.clock:.1f}",
        "processor": f"{played.spent.processor:.1f}",
        "rate": f"{played.per_second:.0f}",
        "taken": f"{played.taken_per_second:.0f}",
        "cities": played.pages_to_cities,
        "region": played.pages_to_region,
        "verified": played.verified,
        "lines": played.region_lines,
        "size": f"{played.region_bytes / _MEGA:.1f}",
        "each": round(played.region_bytes / max(1, played.verified)),
        "others": f"{played.other_bytes / _MEGA:.1f}",
        "memory": f"{played.peak_memory_bytes / _MEGA:.0f}",
        "database": played.database,
        "agreeing": played.agreeing,
    }
    lines = [
        "{entries} entries of {authorities} authorities, handed up in {rounds} rounds: {seconds} s "
        "({processor} s of processor time), {rate} entries/s",
        "Pages: {cities} to the cities, {region} to the region, which takes {taken} entries per processor second",
        "The region's store ({database}): {verified} entries from below, {lines} lines, {size} MB, {each} bytes each",
        "All other stores together: {others} MB; peak memory of the process: {memory} MB",
        "All {agreeing} ledgers have one root: at their origin, above it, and anew from the region's bytes",
    ]
    stages = [
        f"  {say_in('simulate', language, title):<28}{spent.clock:>9.1f} s{spent.processor:>9.1f} s"
        for name, title in STAGES.items()
        if (spent := played.stages.get(name)) is not None
    ]
    told = [say(language, one, **facts) for one in lines]
    return "\n".join([*told, say(language, "Stage: by the clock, and by the processor"), *stages])
