"""The making of a sample: `python -m tests.upgrades.make v0.1.0`, run in the checkout of that version.

Stores are made by the migrations, as `qidi up` makes them, and filled by the story. Nothing of a running authority and
no real secret goes into it: keys and tokens are made for the sample and are good for nothing else.
"""

import asyncio
import json
import logging
import shutil
import sys
import tempfile
from pathlib import Path

import structlog

from services.contracts.vocabulary import Role
from tests.unit.gateway.running import NAMES, on_stores
from tests.unit.subtree.seats import BANNER, CITY, Seats
from tests.upgrades.command import qidi
from tests.upgrades.kept import SAMPLES, STORES, Sample, as_text, brought_up_to_date, packed, rows
from tests.upgrades.questions import everything
from tests.upgrades.story import Story

#: Lies beside each sample.
README = """# What {version} left

Made by `python -m tests.upgrades.make {version}` in the checkout of that version, and never changed afterwards; the
page `docs/guides/upgrades.md` says how and what for. `zcat 150424/ledger.sql.gz` shows a store.

**The keys (`*/keys/authority.key`) and tokens (`*/tokens.json`) here are throw-aways, made for this sample alone. They
are public, nobody signs with them or lets them in, and no authority may ever use them.**
"""
LAST_NOTE = "SELECT note FROM {table} WHERE origin = ? ORDER BY size DESC LIMIT 1"


def two_empty_authorities(folder: Path) -> Seats:
    """A city and its banner, joined, on stores as migrations make them."""
    seated = {}
    for code in (CITY, BANNER):
        (folder / code).mkdir()
        brought_up_to_date(folder / code)
        seated[code] = on_stores(folder / code, {}, code)
        seated[code].services.tick()
        seated[code].tokens = {role: seated[code].gateway.tokens.issue(role, *NAMES[role])[1] for role in Role}
    seats = Seats(folder, seated)
    seats.join()
    return seats


async def write(folder: Path, sample: Sample) -> None:
    """Plays the story below `folder` and keeps what is left of it."""
    seats = two_empty_authorities(folder)
    story = Story(seats)
    await story.play()
    sample.folder.mkdir(parents=True)
    names = {"cases": story.cases, "complaints": story.complaints, "instructions": story.instructions}
    told = {"version": sample.version, "now": seats[BANNER].clock.now().isoformat(), **names}
    (sample.folder / "story.json").write_text(_readable(told))
    (sample.folder / "README.md").write_text(README.format(version=sample.version))
    for code, authority in seats.all.items():
        (sample.folder / code).mkdir()
        (sample.of(code, "tokens.json")).write_text(_readable(authority.tokens))
        asked = [json.dumps(vars(one), ensure_ascii=False) for one in await everything(authority.services)]
        packed(sample.of(code, "answers.jsonl.gz"), "\n".join(asked).encode())
    seats.close()
    for code in seats.all:
        keep(folder / code, sample, code)


def keep(folder: Path, sample: Sample, code: str) -> None:
    """The stores as text, the key, and what anybody could have kept of the ledger: an export and a signed note."""
    for board in STORES:
        packed(sample.of(code, f"{board.name}.sql.gz"), as_text(folder / f"{board.name}.sqlite").encode())
    shutil.copytree(folder / "keys", sample.of(code, "keys"))
    ledger = folder / "ledger.sqlite"
    qidi("export", "--ledger", folder / "ledger.jsonl", "--store", ledger)
    packed(sample.of(code, "ledger.jsonl.gz"), (folder / "ledger.jsonl").read_bytes())
    sample.of(code, "note.txt").write_text(rows(ledger, LAST_NOTE.format(table="checkpoints"), code)[0][0])
    key = rows(ledger, "SELECT public_key FROM known_keys WHERE authority = ?", code)[0][0]
    sample.of(code, "key.txt").write_text(f"{key}\n")
    for receipt in rows(ledger, LAST_NOTE.format(table="receipts"), code):
        sample.of(code, "receipt.txt").write_text(receipt[0])


def _readable(told: object) -> str:
    return json.dumps(told, ensure_ascii=False, indent=1) + "\n"


def main(version: str) -> None:
    """Makes the sample of this version; one that lies there is never changed."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    sample = Sample(SAMPLES / version)
    if sample.folder.exists():
        sys.exit(f"{sample.folder} is there already, and a sample is not changed once its version is tagged")
    with tempfile.TemporaryDirectory(prefix="qidi-sample-") as folder:
        asyncio.run(write(Path(folder), sample))
    size = sum(file.stat().st_size for file in sample.folder.rglob("*") if file.is_file())
    print(f"{sample.folder}: {len(sample.codes)} authorities, {size:,} bytes")


if __name__ == "__main__":
    main(sys.argv[1])
