"""Hostile workbooks are refused with a reason, before and while they are read."""

import shutil
import zipfile
from pathlib import Path

import pytest

from documents.ledgers.gate import Hostile
from documents.ledgers.reader import looked
from documents.ledgers.sheets import Ledger
from tests.unit.documents.offices import a_row, a_workbook

pytestmark = pytest.mark.lengthy

_NS = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'


def _honest(folder: Path) -> Path:
    return a_workbook(folder / "台账.xlsx", [a_row()])


def _with(path: Path, changes: dict[str, bytes]) -> Path:
    """The same workbook with some parts replaced or added."""
    fresh = path.with_name("changed.xlsx")
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(fresh, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            if name not in changes:
                new.writestr(name, old.read(name))
        for name, body in changes.items():
            new.writestr(name, body)
    return fresh


def _part(path: Path, name: str) -> bytes:
    with zipfile.ZipFile(path) as parts:
        return parts.read(name)


def _refusal(path: Path) -> str:
    with pytest.raises(Hostile) as refused:
        Ledger.look(path)
    return str(refused.value)


@pytest.mark.parametrize(
    "body", [b"", b"  \n", b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", b"%PDF-1.7\n\x00\xff", b"\x81\xff" * 99]
)
def test_what_is_no_table_is_refused_whatever_its_name_says(tmp_path: Path, body: bytes) -> None:
    path = tmp_path / "台账.xlsx"
    path.write_bytes(body)
    assert "no workbook and no table" in _refusal(path)


def test_old_containers_without_a_plain_workbook_are_refused_each_with_its_reason(tmp_path: Path) -> None:
    path, old = tmp_path / "台账.xls", bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600)
    path.write_bytes(old)
    assert "no workbook" in _refusal(path)
    path.write_bytes(old + "EncryptedPackage".encode("utf-16-le"))
    assert "encrypted" in _refusal(path)
    path.write_bytes(old + "Workbook".encode("utf-16-le") + "_VBA_PROJECT".encode("utf-16-le"))
    assert "macros" in _refusal(path)
    path.write_bytes(old + "Workbook".encode("utf-16-le"))
    assert "damaged" in _refusal(path)


def test_the_xml_format_of_2003_is_named(tmp_path: Path) -> None:
    path = tmp_path / "台账.xls"
    path.write_text('<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>')
    assert "2003" in _refusal(path)


def test_a_zip_file_that_is_no_workbook_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "台账.xlsx"
    with zipfile.ZipFile(path, "w") as parts:
        parts.writestr("readme.txt", "hello")
    assert "no .xlsx workbook" in _refusal(path)


def test_half_a_workbook_is_damaged(tmp_path: Path) -> None:
    path = _honest(tmp_path)
    path.write_bytes(path.read_bytes()[:2000])
    assert "damaged" in _refusal(path)


def test_a_part_that_unpacks_to_a_thousandfold_is_a_bomb(tmp_path: Path) -> None:
    path = _with(_honest(tmp_path), {"xl/worksheets/sheet1.xml": bytes(50 * 2**20)})
    assert "zip bomb" in _refusal(path)


def test_many_parts_that_together_unpack_to_too_much_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "bomb.xlsx"
    shutil.copy(_honest(tmp_path), path)
    noise = bytes(range(256)) * 40 + bytes(2**20)
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED, compresslevel=1) as parts:
        for number in range(650):
            parts.writestr(f"xl/media/{number}.png", noise[: 2**20])
    assert "unpacks to" in _refusal(path)


def test_a_flood_of_parts_is_refused(tmp_path: Path) -> None:
    path = _with(_honest(tmp_path), {f"xl/media/{number}.png": b"" for number in range(2_100)})
    assert "parts" in _refusal(path)


def test_a_cell_in_the_last_corner_does_not_take_the_memory(tmp_path: Path) -> None:
    cells = f"""<worksheet {_NS}><dimension ref="A1:XFD1048576"/><sheetData>
        <row r="1"><c r="A1" t="inlineStr"><is><t>序号</t></is></c></row>
        <row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData></worksheet>"""
    path = _with(_honest(tmp_path), {"xl/worksheets/sheet1.xml": cells.encode()})
    assert "more than 400 MB" in _refusal(path)


def test_a_dimension_that_only_claims_to_be_huge_does_no_harm(tmp_path: Path) -> None:
    honest = _honest(tmp_path)
    sheet = _part(honest, "xl/worksheets/sheet1.xml")
    assert b'<dimension ref="A1:O2"' in sheet
    path = _with(honest, {"xl/worksheets/sheet1.xml": sheet.replace(b'ref="A1:O2"', b'ref="A1:XFD1048576"')})
    assert [line.name for batch in Ledger.look(path).batches() for line in batch] == ["2"]


def test_macros_are_refused_also_under_another_name(tmp_path: Path) -> None:
    honest = _honest(tmp_path)
    assert "macros" in _refusal(_with(honest, {"xl/vbaProject.bin": b"\0"}))
    types = _part(honest, "[Content_Types].xml").replace(
        b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
        b"application/vnd.ms-excel.sheet.macroEnabled.main+xml",
    )
    assert "macros" in _refusal(_with(honest, {"[Content_Types].xml": types}))


def test_links_to_other_workbooks_are_cut_off_and_said(tmp_path: Path) -> None:
    honest = _honest(tmp_path)
    rels = _part(honest, "xl/_rels/workbook.xml.rels").replace(
        b"</Relationships>",
        b'<Relationship Id="x" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/externalLink"'
        b' Target="file:///other.xlsx" TargetMode="External"/></Relationships>',
    )
    linked = {"xl/externalLinks/externalLink1.xml": b"<externalLink/>", "xl/_rels/workbook.xml.rels": rels}
    ledger = Ledger.look(_with(honest, linked))
    assert [line.name for batch in ledger.batches() for line in batch] == ["2"]
    assert ["other files" in one.message for one in ledger.remarks] == [True]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_entities_are_refused_before_anybody_expands_them(tmp_path: Path, encoding: str) -> None:
    laughs = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]><sst>&b;</sst>'
    path = _with(_honest(tmp_path), {"xl/sharedStrings.xml": laughs.encode(encoding)})
    assert "entities" in _refusal(path)


def test_a_part_whose_size_is_a_lie_is_damaged(tmp_path: Path) -> None:
    path = _honest(tmp_path)
    raw = bytearray(path.read_bytes())
    with zipfile.ZipFile(path) as parts:
        size = parts.getinfo("xl/worksheets/sheet1.xml").file_size
    entry = raw.rindex(b"xl/worksheets/sheet1.xml") - 46
    assert int.from_bytes(raw[entry + 24 : entry + 28], "little") == size
    raw[entry + 24 : entry + 28] = (10).to_bytes(4, "little")
    path.write_bytes(raw)
    assert "damaged" in _refusal(path)


def test_a_reader_that_says_nothing_is_ended(tmp_path: Path) -> None:
    with pytest.raises(Hostile, match="longer than 0 s"):
        looked(_honest(tmp_path), patience=0.0)
