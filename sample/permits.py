"""Permits of the sample that leave something open, or end: deficiencies, commitments, revocation, withdrawal."""

from datetime import date, timedelta
from typing import Final

from sample.days import after
from sample.story import Story
from services.contracts.vocabulary import StepKind

REMEDIES: Final = "可自收到本决定之日起六十日内申请行政复议，或者六个月内向人民法院提起行政诉讼"


def deficient(story: Story, day: date) -> None:
    """Accepted and granted with a material still missing, which came in time or not."""
    accepted = after(day, 1)
    material = story.few(1)[0]
    due_on = accepted + timedelta(days=12)
    story.receive(day).step(
        "accept-with-deficiencies", accepted, missing=[{"material": material, "due_on": due_on.isoformat()}]
    )
    decided = after(accepted, 3)
    number = f"{story.mark}审字〔{decided.year}〕{story.chance.randrange(1, 900)}号"
    story.step("grant-with-deficiencies", decided, document_no=number).deliver(after(decided, 2))
    if story.chance.random() < 0.7:
        story.step("supply-material", after(decided, story.chance.randint(3, 12)), material=material)


def committed(story: Story, day: date) -> None:
    """Granted at once on a commitment; the check finds that it was kept, or not, and then the permit is revoked."""
    accepted = after(day, 1)
    paper = {
        "document_no": f"承诺书〔{day.year}〕{story.chance.randrange(1, 90)}号",
        "document_on": accepted.isoformat(),
    }
    story.receive(day).accept(accepted).step("grant-on-commitment", accepted, **paper).deliver(after(accepted, 1))
    checked, record = after(accepted, 12), {"document_no": f"核查〔{day.year}〕{story.chance.randrange(1, 90)}号"}
    if story.chance.random() < 0.6:
        story.step("check-commitment", checked, passed=True, **record)
        return
    story.step("check-commitment", checked, passed=False, reason="现场核查，承诺事项没有落实", **record)
    _ended(story, "revoke", after(checked, 6), "broken-undertaking", "未履行承诺，撤销许可")
    story.step("record-breach", after(checked, 7), reason="未履行告知承诺", document_no=f"失信〔{day.year}〕3号")


def _ended(story: Story, word: str, day: date, because: str, reason: str) -> None:
    """A permit ends, with its papers."""
    paper = {"document_no": f"{story.mark}决字〔{day.year}〕{story.chance.randrange(1, 90)}号"}
    remedies = {} if word == StepKind.CANCEL_PERMIT else {"remedies": REMEDIES}
    story.step(word, day, because=because, reason=reason, document_on=day.isoformat(), **paper, **remedies)


def no_more(story: Story, day: date) -> None:
    """A permit that was revoked, withdrawn by the authority, or cancelled in the register."""
    accepted = after(day, 1)
    decided = after(accepted, 3)
    story.receive(day).accept(accepted).grant(decided).deliver(after(decided, 2))
    ends = (
        ("revoke", "deception", "提供虚假材料取得许可"),
        ("withdraw-permit", "law-changed", "所依据的规章废止"),
        ("cancel-permit", "expired", "有效期届满未延续"),
    )
    word, because, reason = ends[story.chance.randrange(3)]
    _ended(story, word, after(decided, 20), because, reason)


def still_missing(story: Story, today: date) -> None:
    """Accepted with a material that has not come yet."""
    accepted = after(today, -story.chance.randint(2, 6))
    missing = [{"material": story.few(1)[0], "due_on": (accepted + timedelta(days=14)).isoformat()}]
    story.receive(after(accepted, -1)).step("accept-with-deficiencies", accepted, missing=missing)


def waits_deficient(story: Story, today: date) -> None:
    """Granted with a material still missing, and not delivered yet."""
    accepted = after(today, -4)
    missing = [{"material": story.few(1)[0], "due_on": (accepted + timedelta(days=14)).isoformat()}]
    story.receive(after(accepted, -1)).step("accept-with-deficiencies", accepted, missing=missing)
    story.step("grant-with-deficiencies", after(today, -1), document_no=f"{story.mark}审字〔{today.year}〕7号")


def waits_committed(story: Story, today: date) -> None:
    """Granted on a commitment that waits for its check."""
    accepted = after(today, -3)
    paper = {"document_no": f"承诺书〔{today.year}〕9号", "document_on": accepted.isoformat()}
    story.receive(after(accepted, -1)).accept(accepted).step("grant-on-commitment", accepted, **paper)
