"""Whether a clerk can do a case's work in the browser: take it in, tell what is missing, decide, hand it up."""

import re

from playwright.sync_api import Locator, Page, Route, expect

from services.contracts.forwarding import SuperiorNamed
from services.contracts.vocabulary import Role
from tests.browser.conftest import Open, Site
from tests.browser.history import TODAY, History
from tests.browser.pictures import PALE, WIDE, is_live, tab_to
from tests.builders import a_project_code, an_event

#: Received, and nothing done yet.
FRESH = (4, "NM-026")
ALSO_FRESH = (2, "NM-015")
#: Accepted.
ACCEPTED = (2, "NM-025")
ALSO_ACCEPTED = (7, "NM-034")

#: Folded below the forms: what cannot be done now, and why.
NOT_NOW = "目前不能办理的环节及原因"


async def superior_named(history: History) -> None:
    """The city is on the system from now on."""
    named = an_event(SuperiorNamed(superior="150400", name="赤峰市"), service="ledger", at=TODAY)
    history.services.hand("intake", [named])
    history.services.deliver()


def form(page: Page, step: str) -> Locator:
    """The form of a step, opened."""
    page.locator(f"#step-{step} > summary").click()
    return page.locator(f"#step-{step} form")


def open_all(page: Page) -> None:
    page.evaluate("document.querySelectorAll('details.step').forEach((one) => { one.name = ''; one.open = true })")


# --- steps ------------------------------------------------------------------------------------------------------------


def test_a_clerk_accepts_a_case_without_a_mouse_and_in_his_own_name(visit: Open, site: Site) -> None:
    page = visit(Role.HANDLER).go(f"/board/cases/{site.history.cases[FRESH]}")
    is_live(page)
    tab_to(page, "#to-steps", 90)
    page.keyboard.press("Enter")
    tab_to(page, "#step-accept > summary", 90)
    page.keyboard.press("Enter")
    tab_to(page, "#accept-document_no")
    page.keyboard.type("林住建受〔2026〕88号")
    page.keyboard.press("Enter")
    expect(page.locator(".states")).to_contain_text("已受理")
    expect(page).to_have_url(re.compile(f"/board/cases/{site.history.cases[FRESH]}(#.*)?$"))
    accepted = page.locator(".timeline tbody tr", has_text="林住建受〔2026〕88号")
    expect(accepted).to_contain_text("周婷")


def test_the_page_offers_what_intake_allows_in_words_and_only_to_those_who_may(visit: Open, site: Site) -> None:
    path = f"/board/cases/{site.history.cases[ACCEPTED]}"
    page = visit(Role.HANDLER).go(path)
    offered = page.locator("#take summary")
    expect(offered).to_have_text(
        [
            "开始审查",
            "开始特别程序（停止计时）",
            "准予许可",
            "不予许可",
            "申请人撤回",
            "前台向后台移交材料",
            "更换经办人",
            "确定计划办结日期",
            "添加备注",
            NOT_NOW,
        ]
    )
    expect(page.locator("#take-title")).to_contain_text("以周婷（住建局）的名义")
    expect(visit(Role.SUPERVISOR).go(path).locator("#take, #to-steps")).to_have_count(0)
    page.locator("#language").click()
    expect(page.locator("#take summary").first).to_have_text("Begin the review")
    # his name and department, also where it is said why he may not extend the limit
    assert set(re.findall("[\u4e00-\u9fff]+", page.locator("#take").inner_text())) == {"周婷", "住建局"}


def test_a_notice_tells_every_defect_and_comes_back_with_all_that_is_wrong_and_all_that_was_typed(
    visit: Open, site: Site
) -> None:
    window = visit(Role.WINDOW, department="水利局")
    page = window.go(f"/board/cases/{site.history.cases[ALSO_FRESH]}")
    notice = form(page, "request-correction")
    expect(page.locator("#materials option")).not_to_have_count(0)
    listed = page.locator("#materials option").first.get_attribute("value")
    for number in range(4):
        notice.locator(f"[name='defects.{number}.material']").fill(f"{listed}{number}")
        notice.locator(f"[name='defects.{number}.problem']").fill("缺少")
        if number != 1:
            notice.locator(f"[name='defects.{number}.advice']").fill("补交原件")
    page.locator("#more").click()
    expect(notice.locator("fieldset")).to_have_count(8)
    expect(notice.locator("[name='defects.3.material']")).to_have_value(f"{listed}3")
    notice.locator("[name=occurred_at]").fill("2026-12-01T09:00")
    page.locator("#take-request-correction").click()
    wrong = page.locator("#step-request-correction .wrong")
    expect(wrong).to_be_focused()
    expect(wrong.locator("li")).to_have_text(["第2项 补正建议：此项必填。", "办理时间：2026-12-01 09:00晚于当前时间。"])
    expect(notice.locator("[name=occurred_at]")).to_have_value("2026-12-01T09:00")
    window.complaints.clear()  # the browser reports the 422 itself
    window.picture("case-notice")
    assert page.evaluate(PALE) == []
    notice.locator("[name='defects.1.advice']").fill("向窗口领取样表")
    notice.locator("[name=occurred_at]").fill("")
    page.locator("#take-request-correction").click()
    expect(page.locator(".states")).to_contain_text("补正")
    expect(page.locator("#corrections-title + .card tbody tr")).to_have_count(4)


def test_a_refusal_needs_reason_and_remedies_before_it_is_sent(visit: Open, site: Site) -> None:
    page = visit(Role.HANDLER).go(f"/board/cases/{site.history.cases[ACCEPTED]}")
    refusal = form(page, "refuse")
    page.locator("#take-refuse").click()
    expect(refusal.locator("[name=reason]")).to_be_focused()
    refusal.get_by_label("理由").fill("不符合消防技术标准")
    refusal.get_by_label("救济途径").fill("六十日内可申请行政复议")
    page.locator("#take-refuse").click()
    expect(page.locator(".states")).to_contain_text("办结（不通过）")
    expect(page.locator("#take summary")).to_have_text(["添加备注", NOT_NOW])


def test_a_case_is_handed_up_to_an_authority_that_is_named_and_then_waits_there(visit: Open, site: Site) -> None:
    site.happen(superior_named)
    window = visit(Role.WINDOW, department="自然资源局")
    page = window.go("/board/cases/new")
    page.get_by_label("项目代码").fill(a_project_code(3))
    page.get_by_label("审批事项").select_option(label="NM-007 农用地转用和土地征收审核（盟市级审核） · 盟市决定")
    page.locator("#receive").click()
    expect(page.locator("#take summary").nth(2)).to_have_text("报送上级（转报赤峰市）")
    forward = form(page, "forward")
    expect(page.locator("#step-forward .notice")).to_contain_text("本事项由盟市一级决定。办件连同全部内容报送赤峰市")
    window.picture("case-forward")
    forward.get_by_label("文号").fill("林自然资转〔2026〕5号")
    page.locator("#take-forward").click()
    expect(page.locator(".states")).to_contain_text("已转报，待上级签收")
    expect(page.locator("#take summary")).to_have_text(["申请人撤回", "添加备注", NOT_NOW])


# --- receipt ----------------------------------------------------------------------------------------------------------


def test_an_application_for_a_known_project_is_received_from_the_list(visit: Open) -> None:
    window = visit(Role.HANDLER)
    page = window.go("/board/lines")
    page.locator("#new").click()
    expect(page.get_by_label("经办人姓名")).to_have_value("周婷")
    expect(page.get_by_label("经办人所在部门")).to_have_value("住建局")
    page.get_by_label("项目代码").fill(a_project_code(4))
    page.keyboard.press("Tab")
    expect(page.locator("#project")).to_contain_text("林西县人民医院传染病区综合楼")
    expect(page.get_by_label("项目名称")).to_have_count(0)
    window.picture("receipt-known")
    page.get_by_label("审批事项").select_option("NM-029")
    page.locator("#receive").click()
    expect(page).to_have_url(re.compile(r"/board/cases/150424-2026-\d{6}$"))
    expect(page.locator("h1")).to_contain_text("林西县人民医院传染病区综合楼")
    expect(page.locator("#case-record .pairs").first).to_contain_text("周婷 住建局")


def test_a_new_project_is_registered_with_its_first_application(visit: Open) -> None:
    window = visit(Role.WINDOW)
    page = window.go("/board/cases/new")
    page.get_by_label("项目代码").fill(a_project_code(901))
    page.keyboard.press("Tab")
    expect(page.locator("#project")).to_contain_text("项目库中没有该项目")
    page.get_by_label("项目名称").fill("林西县官地镇光伏治沙项目")
    page.get_by_label("审批事项").select_option("NM-001")
    page.get_by_label("收件时间").fill("2026-12-24T09:00")
    page.locator("#receive").click()
    expect(page.locator(".wrong li")).to_have_text(["建设单位：此项必填。", "收件时间：2026-12-24 09:00晚于当前时间。"])
    expect(page.get_by_label("项目名称")).to_have_value("林西县官地镇光伏治沙项目")
    expect(page.get_by_label("审批事项")).to_have_value("NM-001")
    window.complaints.clear()  # the browser reports the 422 itself
    assert page.evaluate(PALE) == []
    window.picture("receipt-new")
    page.get_by_label("建设单位").fill("林西绿源新能源有限公司")
    page.get_by_label("收件时间").fill("2026-11-20T09:00")
    page.locator("#receive").click()
    expect(page.locator("h1")).to_contain_text("林西县官地镇光伏治沙项目")
    expect(page.locator(".states")).to_contain_text("已接件")


def test_what_is_typed_while_the_library_is_asked_stays(visit: Open) -> None:
    page = visit(Role.WINDOW).go("/board/cases/new")
    asked: list[Route] = []
    page.route(re.compile(r"/board/cases/new\?"), lambda route: asked.append(route))
    with page.expect_request(re.compile(r"/board/cases/new\?")):
        page.get_by_label("项目代码").fill(a_project_code(902))
        page.keyboard.press("Tab")
    page.get_by_label("项目名称").fill("林西县新城子镇风电项目")
    asked[0].continue_()
    expect(page.locator("#project")).to_contain_text("项目库中没有该项目")
    expect(page.get_by_label("项目名称")).to_have_value("林西县新城子镇风电项目")


def test_what_may_be_done_follows_what_happens_while_no_form_is_open(visit: Open, site: Site) -> None:
    case_no = site.history.cases[ALSO_ACCEPTED]
    page, other = (visit(Role.HANDLER, department="交通运输局").go(f"/board/cases/{case_no}") for _ in "12")
    for one in (page, other):
        is_live(one)
    form(page, "note").locator("[name=note]").fill("正在写")
    form(other, "begin-review")
    other.locator("#take-begin-review").click()
    expect(other.locator("#step-begin-review")).to_have_count(0)
    expect(page.locator(".states")).to_contain_text("部门开始办理")
    expect(page.locator("#note-note")).to_have_value("正在写")
    page.locator("#step-note > summary").click()
    form(other, "note").locator("[name=note]").fill("别人写的")
    other.locator("#take-note").click()
    expect(page.locator("#step-begin-review")).to_have_count(0)


def test_the_forms_fit_a_telephone(visit: Open, site: Site) -> None:
    window = visit(Role.WINDOW, width=390, height=844, department="水利局")
    page = window.go("/board/cases/new")
    assert page.evaluate(WIDE) == []
    window.picture("receipt-small")
    page = window.go(f"/board/cases/{site.history.cases[5, 'NM-018']}")
    open_all(page)
    assert page.evaluate(WIDE) == []
    assert page.evaluate(PALE) == []
    window.picture("case-steps-small")
