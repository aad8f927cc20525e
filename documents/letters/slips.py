"""Slips: the facts of a task, and the papers of a case (acceptance, one-time notice, decision, delivery)."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from functools import partial
from typing import Any, Final

from documents.letters.paper import Paper
from documents.letters.wording import chinese
from locales.amounts import limit_said
from locales.texts import say
from services.contracts.vocabulary import ZONE, StepKind

said: Final = partial(say, "zh")

#: Papers of a case: its name in addresses -> the steps by which it comes into being.
CASE_PAPERS: Final[Mapping[str, tuple[str, ...]]] = {
    "acceptance-notice": (StepKind.ACCEPT, StepKind.REFUSE_ACCEPTANCE, StepKind.NOT_REQUIRED),
    "correction": (StepKind.REQUEST_CORRECTION,),
    "decision": (StepKind.GRANT, StepKind.REFUSE),
    "delivery": (StepKind.DELIVER,),
}
_TITLES: Final[Mapping[str, str]] = {
    StepKind.ACCEPT: "Notice of acceptance",
    StepKind.REFUSE_ACCEPTANCE: "Notice that acceptance is refused",
    StepKind.NOT_REQUIRED: "Notice that no approval is required",
    StepKind.REQUEST_CORRECTION: "One-time notice of what has to be corrected",
    StepKind.GRANT: "Decision to grant the permit",
    StepKind.REFUSE: "Decision to refuse the permit",
    StepKind.DELIVER: "Receipt of delivery",
}


def task(one: Mapping[str, Any]) -> Sequence[tuple[str, str]]:
    """The facts of a task slip."""
    return (
        (said("Addressee of the task"), str(one["department"])),
        (said("About the cases"), "、".join(one["about"]) or "—"),
        (said("To be answered"), said("within {n} working days of arrival", n=one["reply_working_days"])),
        (said("Sealed by"), str(one["issued_by"]).replace("@", " ")),
    )


def papers_of(case: Mapping[str, Any]) -> list[str]:
    """The papers that a case has by now."""
    taken = {str(step["step"]) for step in case["steps"]}
    return [name for name, steps in CASE_PAPERS.items() if taken & set(steps)]


def of_case(case: Mapping[str, Any], kind: str) -> Paper | None:
    """The newest paper of a kind, as the question `case` tells the case; None where there is none yet."""
    steps = [one for one in case["steps"] if one["step"] in CASE_PAPERS.get(kind, ())]
    if not steps:
        return None
    step = steps[-1]
    return Paper(
        template="slip",
        issuer=case["department"],
        number=step["document_no"] or said("No. {number}", number=case["case_no"]),
        title=said(_TITLES[step["step"]]),
        addressee=case["owner_name"],
        paragraphs=_BODIES[kind](case, step),
        day=_day(step["occurred_at"]),
        facts=_facts(case, step),
    )


def _facts(case: Mapping[str, Any], step: Mapping[str, Any]) -> Sequence[tuple[str, str]]:
    limit = limit_said("zh", case["limit"]["amount"], case["limit"]["unit"])
    return (
        (said("Applicant"), str(case["owner_name"])),
        (said("Project"), said("{name} ({code})", name=case["project_name"], code=case["project_code"])),
        (said("Matter applied for"), str(case["matter_name"])),
        (said("Number of the case"), str(case["case_no"])),
        (said("Day of receipt"), chinese(_day(case["received_at"]))),
        (said("Limit for the decision"), limit or "—"),
        (said("Handled by"), str(step["handler"]["name"])),
    )


def _acceptance(case: Mapping[str, Any], step: Mapping[str, Any]) -> list[str]:
    if step["step"] == StepKind.ACCEPT:
        limit = limit_said("zh", case["limit"]["amount"], case["limit"]["unit"])
        return [said("Your application is complete and in the form that the law asks for; it is accepted. The decision "
                     "follows within {limit} of the acceptance.", limit=limit)]  # fmt: skip
    return _reasons(step)


def _correction(_: Mapping[str, Any], step: Mapping[str, Any]) -> list[str]:
    opening = said(
        "Your application is incomplete or not in the form that the law asks for. By article 32 of the Administrative "
        "Licensing Law you are told once of everything that has to be corrected:"
    )
    lines = [
        said("{n}. {material}: {problem} Advice: {advice}", n=number, material=one["material"],
             problem=_sentence(one["problem"]), advice=_sentence(one["advice"]))
        for number, one in enumerate(step["defects"], 1)
    ]  # fmt: skip
    return [opening, *lines]


def _decision(_: Mapping[str, Any], step: Mapping[str, Any]) -> list[str]:
    if step["step"] == StepKind.GRANT:
        return [said("After examination your application meets the conditions and standards of the law; the permit is "
                     "granted.")]  # fmt: skip
    return _reasons(step)


def _delivery(_: Mapping[str, Any], __: Mapping[str, Any]) -> list[str]:
    return [said("The papers above have been received."), said("Received by (signature): ________  on: ________")]


def _reasons(step: Mapping[str, Any]) -> list[str]:
    lines = [said("Reason: {reason}", reason=_sentence(step["reason"] or ""))]
    if step["remedies"]:
        lines.append(said("Remedies: {remedies}", remedies=_sentence(step["remedies"])))
    return lines


def _sentence(text: str) -> str:
    return text if text.endswith(("。", "！", "？", ".")) else f"{text}。"


def _day(moment: str) -> date:
    return datetime.fromisoformat(moment).astimezone(ZONE).date()


_BODIES: Final[Mapping[str, Callable[[Mapping[str, Any], Mapping[str, Any]], list[str]]]] = {
    "acceptance-notice": _acceptance,
    "correction": _correction,
    "decision": _decision,
    "delivery": _delivery,
}
