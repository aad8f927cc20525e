"""The gate for ledgers: what is no plain workbook or table, unpacks into a bomb or brings programs is not even opened.

Links to other files are cut off by never being followed; the values that were saved with them are read, and the user
is told. Only the table of contents and the heads of the parts are read here; the reading itself runs in a child process
with limits of its own, because tables of contents may lie.
"""

import zipfile
from enum import StrEnum
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
#: Names of streams in the old container: of an encrypted workbook, and of a workbook in the old format.
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_OLD_BOOKS = ("Workbook".encode("utf-16-le"), "Book".encode("utf-16-le"))
_OLD_MACROS = "_VBA_PROJECT".encode("utf-16-le")


class Hostile(Exception):
    """The file is refused unread. `message` is a template over `facts`."""

    def __init__(self, message: str, **facts: object) -> None:
        super().__init__(message.format(**facts))
        self.message, self.facts = message, facts


class Format(StrEnum):
    """What a file is, by what it holds and not by its name."""

    XLSX = "xlsx"
    XLS = "xls"
    HTML = "html"
    TEXT = "text"


def inspect(path: Path) -> Format:
    """What this file is. Raises Hostile with the reason when it may not be read as a ledger; OSError."""
    size = path.stat().st_size
    if size > MOST_BYTES:
        raise Hostile("The file has {size} MB; at most {most} MB are read.", size=size >> 20, most=MOST_BYTES >> 20)
    with path.open("rb") as file:
        head = file.read(_HEAD)
    if head.startswith(_OLE):
        return _old(path)
    if not head.startswith(_ZIP):
        return _text(head)
    try:
        with zipfile.ZipFile(path) as parts:
            _contents(parts.infolist())
            _parts(parts)
    # NotImplementedError is what zipfile raises for a compression or encryption that it does not know.
    except (zipfile.BadZipFile, EOFError, NotImplementedError, UnicodeDecodeError, RuntimeError) as wrong:
        raise Hostile("The file is damaged: {reason}.", reason=wrong) from wrong
    return Format.XLSX


def _old(path: Path) -> Format:
    body = path.read_bytes()
    if _ENCRYPTED in body:
        raise Hostile("The workbook is encrypted; save it without a password.")
    if not any(name in body for name in _OLD_BOOKS):
        raise Hostile("This is a document of an old office program, but no workbook.")
    if _OLD_MACROS in body:
        raise Hostile("The workbook contains macros; save it as .xlsx without them.")
    return Format.XLS


def _text(head: bytes) -> Format:
    """A page or a text file; what has zeros in it and no mark of UTF-16 is neither."""
    is_wide = head.startswith((b"\xff\xfe", b"\xfe\xff"))
    if not head.strip() or (b"\x00" in head and not is_wide):
        raise Hostile("This is no workbook and no table, whatever its name says.")
    plain = head.replace(b"\x00", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n").lower()
    if not plain.startswith(b"<"):
        return Format.TEXT
    if b"<!entity" in plain:
        raise Hostile("{part} declares entities, which no office program writes.", part="HTML")
    if b"urn:schemas-microsoft-com:office:spreadsheet" in plain and b"<table" not in plain.split(b"<workbook")[0]:
        raise Hostile("This is a workbook in Excel's XML format of 2003; save it as .xlsx.")
    return Format.HTML


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
