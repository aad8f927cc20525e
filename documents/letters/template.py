"""Templates of letters: a page after GB/T 9704-2012 with fields in double braces that a clerk can move and change.

A4 with margins of 37, 35, 28 and 26 mm gives 225 mm by 156 mm for 22 lines of 28 characters of 16 pt. The lines are
exact; the characters, of which 28 are 2 mm too wide, stand a quarter of a point closer, because LibreOffice 7.4 gives
every character two cells of the grid by which Word would squeeze them (ARCHITECTURE section 6).
"""

import io
from collections.abc import Callable, Mapping
from typing import Any, Final

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

#: 三号仿宋, two points of GB/T 9704: 16 pt, 22 lines of 28 characters.
BODY_PT: Final = 16.0
LINES, CHARACTERS = 22, 28
#: The pitch of the lines in twentieths of a point: 225 mm by 22.
_PITCH: Final = 579
_CLOSER: Final = -5
_RED: Final = RGBColor(0xFF, 0x00, 0x00)
_FANGSONG, _TITLE_FONT, _HEI, _SONG = "仿宋_GB2312", "方正小标宋简体", "黑体", "宋体"
_CENTRE, _RIGHT = WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.RIGHT
_JUSTIFIED: Final = WD_ALIGN_PARAGRAPH.JUSTIFY


def _element(name: str, **values: Any) -> Any:
    made = OxmlElement(name)
    for key, value in values.items():
        made.set(qn(f"w:{key}"), str(value))
    return made


def _font(run: Any, font: str, points: float, *, closer: bool = False, red: bool = False) -> None:
    """East Asian letters are of this font by its own attribute, all others by theirs."""
    run.font.size = Pt(points)
    run.font.name = "Times New Roman"
    run._element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), font)
    if red:
        run.font.color.rgb = _RED
    if closer:
        run._element.get_or_add_rPr().append(_element("w:spacing", val=_CLOSER))


def _paragraph(
    place: Any,
    text: str,
    font: str = _FANGSONG,
    points: float = BODY_PT,
    align: Any = None,
    *,
    closer: bool = True,
    red: bool = False,
    pitch: int = _PITCH,
) -> Any:
    made = place.add_paragraph()
    form = made.paragraph_format
    form.space_before = form.space_after = Pt(0)
    form.line_spacing_rule, form.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(pitch / 20)
    form.widow_control = False
    if pitch != _PITCH:
        made._p.get_or_add_pPr().append(_element("w:snapToGrid", val=0))
    if align is not None:
        form.alignment = align
    _font(made.add_run(text), font, points, closer=closer, red=red)
    return made


def _indented(paragraph: Any, characters: float, *, first: bool = True) -> Any:
    """Two characters at the beginning of a paragraph; or as many from the right edge."""
    where = {"firstLine": round(characters * BODY_PT * 20)} if first else {"right": round(characters * BODY_PT * 20)}
    paragraph._p.get_or_add_pPr().append(_element("w:ind", **where))
    return paragraph


def _bordered(paragraph: Any, side: str, kind: str, eighths: int) -> None:
    """A red line over or under a paragraph, 170 mm wide: 7 mm beyond the text on either side."""
    properties = paragraph._p.get_or_add_pPr()
    borders = _element("w:pBdr")
    borders.append(_element(f"w:{side}", val=kind, sz=eighths, space=1, color="FF0000"))
    properties.append(borders)


def _wide(paragraph: Any) -> None:
    outside = -round(7 / 25.4 * 1440)
    paragraph._p.get_or_add_pPr().append(_element("w:ind", left=outside, right=outside))


def _page() -> Any:
    document = Document()
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(37), Mm(35)
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    section.header_distance, section.footer_distance = Mm(15), Mm(25)
    grid = section._sectPr.find(qn("w:docGrid"))
    if grid is not None:
        section._sectPr.remove(grid)
    section._sectPr.append(_element("w:docGrid", type="lines", linePitch=_PITCH))
    normal = document.styles["Normal"]
    normal.font.size, normal.font.name = Pt(BODY_PT), "Times New Roman"
    normal.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), _FANGSONG)
    settings = document.settings.element
    settings.append(_element("w:characterSpacingControl", val="doNotCompress"))
    return document


def _numbered(section: Any) -> None:
    """— 1 — in 四号宋体, on the outer side of the page (GB/T 9704-2012, 7.5)."""
    section.different_first_page_header_footer = True
    for footer, align in ((section.footer, _RIGHT), (section.even_page_footer, WD_ALIGN_PARAGRAPH.LEFT)):
        footer.is_linked_to_previous = False
        line = footer.paragraphs[0]
        line.alignment = align
        for piece in ("— ", None, " —"):
            run = line.add_run(piece or "")
            _font(run, _SONG, 14)
            if piece is None:
                for kind in ("begin", "separate", "end"):
                    if kind == "separate":
                        code = _element("w:instrText")
                        code.text = "PAGE"
                        run._r.append(code)
                    run._r.append(_element("w:fldChar", fldCharType=kind))


def _body(document: Any, *, addressee: bool = True) -> None:
    """Title, addressee, text, and the issuer over the date."""
    _paragraph(document, "")
    _paragraph(document, "{{标题}}", _TITLE_FONT, 22, _CENTRE, closer=False, pitch=640)
    _paragraph(document, "")
    if addressee:
        _paragraph(document, "{{主送}}：", align=_JUSTIFIED)
    _paragraph(document, "{%p for 段 in 正文 %}")
    _indented(_paragraph(document, "{{段}}", align=_JUSTIFIED), 2)
    _paragraph(document, "{%p endfor %}")
    _paragraph(document, "")
    _indented(_paragraph(document, "{{署名}}", align=_RIGHT), 2, first=False)
    _indented(_paragraph(document, "{{日期}}", align=_RIGHT), 4, first=False)


def letter() -> bytes:
    """The letter format (GB/T 9704-2012, 10.1): red name, double lines above and below, number at the right edge."""
    document = _page()
    section = document.sections[0]
    document.settings.odd_and_even_pages_header_footer = True
    _numbered(section)
    name = _paragraph(document, "{{发文机关}}", _TITLE_FONT, 30, _CENTRE, closer=False, red=True, pitch=800)
    _wide(name)
    _bordered(name, "bottom", "thickThinSmallGap", 24)
    _paragraph(document, "{{发文字号}}", align=_RIGHT)
    _body(document)
    _paragraph(document, "")
    _paragraph(document, "（{{落款说明}}）", points=14, closer=False)
    section.first_page_footer.is_linked_to_previous = False
    foot = section.first_page_footer.paragraphs[0]
    _wide(foot)
    _bordered(foot, "top", "thinThickSmallGap", 24)
    return _bytes(document)


def red_head() -> bytes:
    """The red-head format for circulars: big red name, number in the middle, one red line as wide as the text."""
    document = _page()
    document.settings.odd_and_even_pages_header_footer = True
    _numbered(document.sections[0])
    _paragraph(document, "")
    _paragraph(document, "{{发文机关}}文件", _TITLE_FONT, 36, _CENTRE, closer=False, red=True, pitch=1000)
    _paragraph(document, "")
    number = _paragraph(document, "{{发文字号}}", align=_CENTRE)
    _bordered(number, "bottom", "single", 18)
    _body(document)
    _paragraph(document, "")
    note = _paragraph(document, "{{落款说明}}", points=14, closer=False)
    _bordered(note, "top", "single", 6)
    return _bytes(document)


def slip() -> bytes:
    """A slip: the name and the number, then its facts in a table, then its text."""
    document = _page()
    _paragraph(document, "{{发文机关}}", _HEI, BODY_PT, _CENTRE, closer=False)
    _paragraph(document, "{{标题}}", _TITLE_FONT, 22, _CENTRE, closer=False, pitch=640)
    _paragraph(document, "{{发文字号}}", align=_RIGHT)
    table = document.add_table(rows=3, cols=2)
    table.style = "Table Grid"
    table.autofit = False
    cells = (("{%tr for 项 in 事实 %}", ""), ("{{项.名称}}", "{{项.内容}}"), ("{%tr endfor %}", ""))
    for row, texts in zip(table.rows, cells, strict=True):
        for cell, text, wide in zip(row.cells, texts, (42, 114), strict=True):
            cell.width = Mm(wide)
            cell._tc.remove(cell.paragraphs[0]._p)
            _paragraph(cell, text, points=14, closer=False, pitch=520)
    _paragraph(document, "{%p for 段 in 正文 %}")
    _indented(_paragraph(document, "{{段}}", align=_JUSTIFIED), 2)
    _paragraph(document, "{%p endfor %}")
    _paragraph(document, "")
    _indented(_paragraph(document, "{{署名}}", align=_RIGHT), 2, first=False)
    _indented(_paragraph(document, "{{日期}}", align=_RIGHT), 4, first=False)
    return _bytes(document)


def _bytes(document: Any) -> bytes:
    held = io.BytesIO()
    document.save(held)
    return held.getvalue()


#: By the name of the file in which a clerk may change it.
TEMPLATES: Final[Mapping[str, Callable[[], bytes]]] = {"letter": letter, "red-head": red_head, "slip": slip}
