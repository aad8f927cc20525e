"""The gate for workbooks: what is no plain .xlsx, unpacks into a bomb or reaches outside is not even opened.

Only the table of contents and the heads of the parts are read here; the reading itself runs in a child process with
limits of its own, because tables of contents may lie.
"""

import re
import zipfile
from pathlib import Path

#: Compressed; an honest ledger of 100,000 rows has about 10 million bytes.
MOST_BYTES = 100 * 2**20
MOST_PARTS = 2_000
MOST_UNPACKED = 600 * 2**20
#: Plain rows of one value compress to about a hundredth; bombs to a thousandth.
MOST_RATIO = 250
#: Below this nobody is hurt, however well it compresses.
HARMLESS = 2**20

_ZIP = b"PK\x03\x04"
_OLE = bytes.fromhex("d0cf11e0a1b11ae1")
_HEAD = 65_536
_KNOWN_METHODS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
_OUTSIDE = re.compile(rb"/(externalLink|externalLinkPath|connections|attachedTemplate|oleObject)[\"']", re.I)


class Hostile(Exception):
    """The file is refused unread. `message` is a template over `facts`."""

    def __init__(self, message: str, **facts: object) -> None:
        super().__init__(message.format(**facts))
        self.message, self.facts = message, facts


def inspect(path: Path) -> None:
    """Raise Hostile with the reason when this file may not be read as a workbook. Raises OSError."""
    size = path.stat().st_size
    if size > MOST_BYTES:
        raise Hostile("The file has {size} MB; at most {most} MB are read.", size=size >> 20, most=MOST_BYTES >> 20)
    with path.open("rb") as file:
        head = file.read(8)
    if head == _OLE:
        raise Hostile("This is an old .xls or an encrypted workbook; save it as .xlsx without a password.")
    if not head.startswith(_ZIP):
        raise Hostile("This is no .xlsx workbook, whatever its name says.")
    try:
        with zipfile.ZipFile(path) as parts:
            _contents(parts.infolist())
            _parts(parts)
    # NotImplementedError is what zipfile raises for a compression or encryption that it does not know.
    except (zipfile.BadZipFile, EOFError, NotImplementedError, UnicodeDecodeError, RuntimeError) as wrong:
        raise Hostile("The file is damaged: {reason}.", reason=wrong) from wrong


def _contents(parts: list[zipfile.ZipInfo]) -> None:
    names = [part.filename for part in parts]
    if "[Content_Types].xml" not in names or not any(name.lower().startswith("xl/workbook") for name in names):
        raise Hostile("This is a zip file, but no .xlsx workbook.")
    if len(parts) > MOST_PARTS:
        raise Hostile("The file has {count} parts; at most {most} are read.", count=len(parts), most=MOST_PARTS)
    if len(set(names)) < len(names):
        raise Hostile("The file is damaged: {reason}.", reason="the same part twice")
    unpacked = sum(part.file_size for part in parts)
    if unpacked > MOST_UNPACKED:
        raise Hostile(
            "The file unpacks to {size} MB; at most {most} MB are read.", size=unpacked >> 20, most=MOST_UNPACKED >> 20
        )
    for part in parts:
        if part.flag_bits & 1:
            raise Hostile("The workbook is encrypted; save it without a password.")
        if part.compress_type not in _KNOWN_METHODS:
            raise Hostile("The file is packed in a way that Excel does not use.")
        if part.file_size > HARMLESS and part.file_size > MOST_RATIO * max(1, part.compress_size):
            raise Hostile(
                "{part} unpacks to more than {most} times its size: a zip bomb.", part=part.filename, most=MOST_RATIO
            )
        lower = part.filename.lower()
        if "vbaproject" in lower or lower.startswith("xl/macrosheets/"):
            raise Hostile("The workbook contains macros; save it as .xlsx without them.")
        if lower.startswith(("xl/externallinks/", "xl/connections", "xl/querytables/")):
            raise Hostile("The workbook takes data from outside ({part}); replace links by values.", part=part.filename)
        if lower.startswith(("xl/embeddings/", "xl/activex/")):
            raise Hostile("The workbook contains embedded objects ({part}); remove them.", part=part.filename)


def _parts(parts: zipfile.ZipFile) -> None:
    for part in parts.infolist():
        lower = part.filename.lower()
        if not lower.endswith((".xml", ".rels", ".vml")):
            continue
        with parts.open(part) as file:
            head = file.read(_HEAD)
        plain = head.replace(b"\x00", b"")  # UTF-16 says the same with zeros in between
        if b"<!DOCTYPE" in plain or b"<!ENTITY" in plain:
            raise Hostile("{part} declares entities, which no office program writes.", part=part.filename)
        if lower == "[content_types].xml" and b"macroenabled" in plain.lower():
            raise Hostile("The workbook contains macros; save it as .xlsx without them.")
        if lower.endswith(".rels") and _OUTSIDE.search(plain):
            raise Hostile("The workbook takes data from outside ({part}); replace links by values.", part=part.filename)
