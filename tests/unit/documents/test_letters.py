"""Letters on paper: their words from the record, 22 lines of 28 characters, and templates that an office may change."""

import io
import subprocess
import zipfile
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from docx import Document

from documents.letters import pdf, slips, wording
from documents.letters.paper import Paper, TemplateBroken, write, write_templates
from documents.letters.template import CHARACTERS, LINES, TEMPLATES

TODAY = date(2026, 9, 30)
OFFICE = "林西县工程建设项目审批改革办公室"


def a_paper(template: str = "letter", **changes: Any) -> Paper:
    facts: dict[str, Any] = {
        "template": template,
        "issuer": OFFICE,
        "number": "林工改办督函〔2026〕3号",
        "title": "关于风电项目核准办理逾期的督办函",
        "addressee": "发展和改革委员会",
        "paragraphs": ["请抓紧办理。", "请书面回复。"],
        "day": TODAY,
        "note": "签发：周正",
        "facts": (("涉及办件", "150424-2026-000001"),),
    }
    return Paper(**(facts | changes))


def a_draft(**changes: Any) -> dict[str, Any]:
    clock = {
        "clock_id": "150424-2026-000001/one_time_notice/1",
        "clock_kind": "one_time_notice",
        "due_on": "2026-09-23",
        "overdue_working_days": 3,
    }
    return {
        "kind": "reminder-letter",
        "about": "150424-2026-000001",
        "project_name": "某某风电场",
        "project_code": "2609-150424-89-01-123456",
        "matter_name": "企业投资项目核准",
        "received_on": "2026-09-16",
        "items": [clock],
        "unanswered": None,
        "letters_before": [],
    } | changes


def text_of(content: bytes) -> str:
    return "\n".join(one.text for one in Document(io.BytesIO(content)).paragraphs)


def printed(content: bytes, folder: Path) -> list[list[str]]:
    """The lines of every page, as LibreOffice prints it."""
    path = folder / "letter.pdf"
    path.write_bytes(pdf.of(content))
    run = subprocess.run(["pdftotext", "-layout", str(path), "-"], capture_output=True, check=True, text=True)
    return [[line.strip() for line in page.splitlines() if line.strip()] for page in run.stdout.split("\f")[:-1]]


# --- words ------------------------------------------------------------------------------------------------------------


def test_a_reminder_names_matter_numbers_days_and_the_answer_in_office_chinese() -> None:
    words = wording.drafted(a_draft(), TODAY, {"2026-09-23": 4})
    assert words.title == "关于“某某风电场”企业投资项目核准办理逾期的提醒函"
    assert words.paragraphs == (
        "经查审批监管台账，“某某风电场”企业投资项目核准（项目代码2609-150424-89-01-123456，"
        "受理号150424-2026-000001）于2026年9月16日收件，一次性告知应于2026年9月23日完成，截至2026年9月30日已逾期4个工作日。",
        "请抓紧办理，并自收到本函之日起5个工作日内书面回复办理情况和预计办结时间。",
        "以上数据均取自审批监管台账，可逐条核对；如有异议，请在回复中一并说明。",
    )


def test_a_letter_that_climbs_names_the_one_that_was_not_answered_and_those_before() -> None:
    reminder = {
        "instruction_no": "a",
        "document_no": "林工改办提函〔2026〕1号",
        "issued_at": "2026-09-24T09:00:00+08:00",
    }
    earlier = reminder | {"instruction_no": "b", "document_no": "林工改办提函〔2026〕2号"}
    answer = {"clock_id": "a/instruction_answer/1", "clock_kind": "instruction_answer", "due_on": "2026-09-29"}
    draft = a_draft(
        kind="supervision-letter",
        items=[answer | {"overdue_working_days": 1}],
        unanswered=reminder,
        letters_before=[reminder, earlier],
    )
    text = wording.drafted(draft, TODAY, {}).text
    assert (
        "2026年9月24日发出的林工改办提函〔2026〕1号文要求于2026年9月29日前书面回复，截至2026年9月30日尚未回复。" in text
    )
    assert "此前已就该事项发文：林工改办提函〔2026〕2号（2026年9月24日）。" in text
    assert "现予督办。" in text


def test_a_one_time_notice_lists_every_defect_with_its_advice() -> None:
    step = {
        "step": "request-correction",
        "document_no": None,
        "occurred_at": "2026-09-18T09:00:00+08:00",
        "handler": {"name": "王芳", "department": "发展改革委"},
        "defects": [{"material": "申请报告", "problem": "缺少附图", "advice": "补充总平面图。"}],
        "reason": None,
        "remedies": None,
    }
    case = {
        "case_no": "150424-2026-000001",
        "department": "发展改革委",
        "owner_name": "某某公司",
        "project_name": "某某风电场",
        "project_code": "2609-150424-89-01-123456",
        "matter_name": "企业投资项目核准",
        "received_at": "2026-09-16T10:00:00+08:00",
        "limit": {"amount": 20, "unit": "working_days"},
        "steps": [step],
    }
    paper = slips.of_case(case, "correction")
    assert paper is not None
    assert slips.papers_of(case) == ["correction"]
    assert paper.paragraphs[1] == "1．申请报告：缺少附图。补正建议：补充总平面图。"
    assert slips.of_case(case, "decision") is None


# --- the file ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("template", TEMPLATES)
def test_every_template_says_what_the_letter_says_and_leaves_no_field_empty(template: str) -> None:
    content = write(a_paper(template))
    text = text_of(content)
    for said in ("林工改办督函〔2026〕3号", "关于风电项目核准办理逾期的督办函", "请抓紧办理。", "2026年9月30日"):
        assert said in text, said
    assert "{" not in text
    assert content == write(a_paper(template)), "the same letter, the same bytes"


def test_the_official_fonts_stand_where_east_asian_letters_look_for_them() -> None:
    content = write(a_paper())
    xml = zipfile.ZipFile(io.BytesIO(content)).read("word/document.xml").decode()
    assert 'w:eastAsia="仿宋_GB2312"' in xml
    assert 'w:eastAsia="方正小标宋简体"' in xml
    assert 'w:pgMar w:top="2098" w:right="1474" w:bottom="1984" w:left="1587"' in xml
    assert '<w:docGrid w:type="lines" w:linePitch="579"/>' in xml


def test_a_template_that_a_clerk_has_changed_is_used_and_a_broken_one_says_what_is_wrong(tmp_path: Path) -> None:
    assert len(write_templates(tmp_path)) == len(TEMPLATES)
    document = Document(str(tmp_path / "letter.docx"))
    document.add_paragraph("联系电话：0476-0000000")
    document.save(str(tmp_path / "letter.docx"))
    assert write_templates(tmp_path) == [], "what was changed stays"
    assert "联系电话：0476-0000000" in text_of(write(a_paper(), tmp_path))
    document.add_paragraph("{{电话}}")
    document.save(str(tmp_path / "letter.docx"))
    with pytest.raises(TemplateBroken, match="电话"):
        write(a_paper(), tmp_path)


def test_a_template_reaches_nothing_of_the_programme(tmp_path: Path) -> None:
    write_templates(tmp_path)
    document = Document(str(tmp_path / "letter.docx"))
    document.add_paragraph("{{正文.__class__.__mro__}}")
    document.save(str(tmp_path / "letter.docx"))
    with pytest.raises(TemplateBroken):
        write(a_paper(), tmp_path)


def test_text_of_a_person_is_text_and_no_markup() -> None:
    assert "<w:b/>{{ 7*7 }}&" in text_of(write(a_paper(paragraphs=["<w:b/>{{ 7*7 }}&"])))


# --- printed ----------------------------------------------------------------------------------------------------------


@pytest.mark.lengthy
def test_a_full_page_has_22_lines_of_28_characters_in_print(tmp_path: Path) -> None:
    pages = printed(write(a_paper(paragraphs=["国" * CHARACTERS * 70])), tmp_path)
    assert len(pages) == 4
    for page in pages[1:3]:
        lines = [line for line in page if "国" in line]
        assert len(lines) == LINES
        assert {len(line) for line in lines} == {CHARACTERS}


@pytest.mark.lengthy
@pytest.mark.parametrize("template", TEMPLATES)
def test_a_short_letter_is_one_page_with_name_number_title_and_date_in_their_order(
    template: str, tmp_path: Path
) -> None:
    [page] = printed(write(a_paper(template)), tmp_path)
    text = "".join(page).replace(" ", "")
    order = [OFFICE, "林工改办督函〔2026〕3号", "关于风电项目核准办理逾期的督办函", "请抓紧办理。", "2026年9月30日"]
    if template == "slip":  # its title stands over its number
        order[1], order[2] = order[2], order[1]
    places = [text.index(one) for one in order]
    assert places == sorted(places)


@pytest.mark.lengthy
def test_the_lines_of_a_letter_are_red_and_the_text_is_black(tmp_path: Path) -> None:
    (tmp_path / "letter.pdf").write_bytes(pdf.of(write(a_paper())))
    command = ["pdftoppm", "-r", "50", "-singlefile", str(tmp_path / "letter.pdf"), str(tmp_path / "page")]
    subprocess.run(command, check=True)
    head, pixels = (tmp_path / "page.ppm").read_bytes().split(b"\n255\n", 1)
    wide, high = map(int, head.split()[1:3])
    rows = [pixels[y * wide * 3 : (y + 1) * wide * 3] for y in range(high)]

    def red(row: bytes) -> int:
        return sum(r > 150 and g < 130 and b < 130 for r, g, b in zip(row[::3], row[1::3], row[2::3], strict=True))

    lines = [y / high for y, row in enumerate(rows) if red(row) > 0.7 * wide]
    assert lines, "no red line was printed"
    assert min(lines) < 0.3, "the upper one"
    assert max(lines) > 0.8, "the lower one"


def test_a_machine_without_libreoffice_says_so() -> None:
    with pytest.raises(pdf.NotPrinted):
        pdf.of(b"", office="/bin/false")
