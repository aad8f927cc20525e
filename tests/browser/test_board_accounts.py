"""Accounts in the browser: signing in, choosing a password, going on in another post, and the administrator's pages."""

import re

import pytest
from playwright.sync_api import Page, expect

from services.contracts.vocabulary import Role
from tests.browser.conftest import Open, Site, Visit
from tests.browser.pictures import CLIPPED, PALE, WIDE

GOOD = "correct horse battery 9"
SIZES = [(1366, 768), (390, 844)]


def a_new_account(window: Visit, login: str, name: str, post: Role = Role.HANDLER, department: str = "住建局") -> str:
    """Made on the administrator's page; its initial password as it is shown there."""
    page = window.go("/board/accounts")
    details = page.locator("#new details")
    if details.get_attribute("open") is None:
        details.locator("summary").click()
    page.get_by_label("账号 字母和数字").fill(login)
    page.get_by_label("姓名", exact=True).fill(name)
    page.locator("#new-role").select_option(post.value)
    page.locator("#new-department").fill(department)
    page.locator("#create").click()
    return page.locator("#once").inner_text()


def sign_in(window: Visit, login: str, password: str) -> Page:
    page = window.go("/board/login")
    page.get_by_label("账号", exact=True).fill(login)
    page.get_by_label("密码", exact=True).fill(password)
    page.get_by_role("button", name="登录", exact=True).click()
    return page


def fits(page: Page, width: int) -> None:
    assert page.evaluate(WIDE) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.evaluate(CLIPPED) == []
    assert page.evaluate(PALE) == []


def test_from_the_initial_password_to_the_sign_out(visit: Open) -> None:
    admin, person = visit(Role.ADMIN), visit(None)
    initial = a_new_account(admin, "zhao.lei", "赵磊")
    admin.picture("account-new")
    page = sign_in(person, "zhao.lei", "not this one at all")
    expect(page.get_by_role("alert")).to_contain_text("账号或密码不正确")
    page = sign_in(person, "zhao.lei", initial)
    expect(page).to_have_url(re.compile("/board/me/password$"))
    person.picture("password-first")
    person.go("/board/lines")
    expect(page).to_have_url(re.compile("/board/me/password$"))
    page.get_by_label("当前密码").fill(initial)
    page.get_by_label("新密码 至少").fill("zhao.lei zhao.lei")
    page.get_by_label("再次输入新密码").fill("zhao.lei zhao.lei")
    page.locator("#set-password").click()
    expect(page.get_by_role("alert")).to_contain_text("不能包含账号")
    person.complaints.clear()  # the browser's console counts the refusal
    page.get_by_label("当前密码").fill(initial)
    page.get_by_label("新密码 至少").fill(GOOD)
    page.get_by_label("再次输入新密码").fill(GOOD)
    page.locator("#set-password").click()
    expect(page.locator(".who:not(#notices)")).to_contain_text("赵磊")
    expect(page.locator("#live .state")).to_have_text("实时")
    page.locator("#logout").click()
    expect(page).to_have_url(re.compile("/board/login$"))
    person.go("/board")
    expect(page).to_have_url(re.compile("/board/login$"))


def test_one_goes_on_in_another_post_and_who_is_locked_out_is_led_to_the_sign_in_at_once(visit: Open) -> None:
    admin, person = visit(Role.ADMIN), visit(None)
    initial = a_new_account(admin, "qian.li", "钱莉")
    admin.page.get_by_text("增加岗位").click()
    admin.page.locator("#post-role").select_option(Role.WINDOW.value)
    admin.page.locator("#post-department").fill("发展改革委")
    admin.page.locator("#give-post").click()
    expect(admin.page.locator("#posts tbody tr")).to_have_count(2)
    page = sign_in(person, "qian.li", initial)
    for name, value in (("#current", initial), ("#new", GOOD), ("#again", GOOD)):
        page.locator(name).fill(value)
    page.locator("#set-password").click()
    page.locator("details.who summary").click()
    person.picture("posts", whole=False)
    page.get_by_role("button", name="窗口人员 · 发展改革委").click()
    expect(page.locator(".who:not(#notices)").first).to_contain_text("窗口人员")
    expect(page.locator("#live .state")).to_have_text("实时")
    admin.page.locator("#lock").click()
    expect(page).to_have_url(re.compile("/board/login$"), timeout=6000)
    person.complaints.clear()  # the browser's console counts the stream that was refused


def test_a_token_is_shown_once_and_revoked(visit: Open) -> None:
    admin = visit(Role.ADMIN)
    page = admin.go("/board/accounts/tokens")
    page.locator("#new summary").click()
    page.locator("#token-role").select_option(Role.PARTNER.value)
    page.locator("#token-owner").fill("12345热线平台")
    page.locator("#token-until").fill("2027-06-30")
    page.locator("#issue-token").click()
    text = page.locator("#once").inner_text()
    assert text.startswith("qidi_")
    admin.picture("token-new")
    row = page.locator("tr", has_text="12345热线平台")
    expect(row).to_contain_text("2027-07-01")
    admin.go("/board/accounts/tokens")
    assert text not in page.content()
    row.get_by_role("button", name="吊销").click()
    expect(row).to_be_hidden()
    record = admin.go("/board/accounts/sign-ins?occasion=token-revoked")
    expect(record.locator("#record tbody tr").first).to_contain_text("吴强@政务服务局")


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_the_pages_fit_a_telephone_and_an_office_screen(visit: Open, width: int, height: int) -> None:
    stranger = visit(None, width=width, height=height)
    fits(stranger.go("/board/login?failed=1"), width)
    stranger.picture(f"login-{width}")
    admin = visit(Role.ADMIN, width=width, height=height)
    for path in ("/board/accounts", "/board/accounts/tokens", "/board/accounts/sign-ins", "/board/me"):
        page = admin.go(path)
        page.evaluate("document.querySelectorAll('main details').forEach(one => { one.open = true })")
        fits(page, width)
        admin.picture(f"{path.rpartition('/')[2]}-{width}")
    page = admin.go("/board/accounts")
    page.locator("#accounts tbody a").first.click()
    fits(page, width)
    admin.picture(f"account-{width}")


def test_only_the_administrator_is_offered_the_accounts(site: Site, visit: Open) -> None:
    expect(visit(Role.ADMIN).go("/board").get_by_role("link", name="账号管理")).to_be_visible()
    expect(visit(Role.SUPERVISOR).go("/board").get_by_role("link", name="账号管理")).to_have_count(0)
