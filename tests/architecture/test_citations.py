"""Citations in code, tests and docs: each opens in the project's own pages, and one that does not is found."""

import pytest

from tests.architecture.citations import cited, lead_somewhere, places, places_of
from tests.architecture.tree import EVERYWHERE, Files, beside, texts


def _everything() -> Files:
    return {**texts(*EVERYWHERE), **beside()}


def _cite(page: str, place: str) -> str:
    """A citation that this file does not hold itself."""
    return f"{page.upper()}{place}"


def _found(text: str, path: str = "docs/x.md") -> list[str]:
    return list(lead_somewhere(path, text))


def test_whatever_is_cited_can_be_opened_in_this_project() -> None:
    assert [wrong for path, text in _everything().items() for wrong in lead_somewhere(path, text)] == []


def test_every_page_is_cited_by_the_code_and_that_is_seen() -> None:
    seen = {place for path, text in texts("services").items() for _, place in cited(path, text)}
    assert {_cite("domain", " 3.10"), _cite("architecture", " decision 9"), "P0" + "-05"} <= seen
    guarded = {place for path, text in texts("tests/architecture").items() for _, place in cited(path, text)}
    assert {_cite("style", " 7"), _cite("architecture", " decision 2")} <= guarded


def test_every_rule_of_a_case_of_time_and_every_fault_can_be_cited() -> None:
    known = places()
    assert {_cite("domain", f" 3.{rule}") for rule in range(1, 21)} <= known
    assert {_cite("domain", f" 4.{rule}") for rule in range(1, 10)} <= known
    assert {_cite("domain", f" section {section}") for section in range(1, 12)} <= known
    assert {_cite("architecture", f" section {section}") for section in range(1, 8)} <= known
    assert {_cite("architecture", f" decision {number}") for number in range(1, 11)} <= known
    assert {_cite("style", f" {rule}") for rule in (*range(1, 17), "15a", "15b")} <= known
    assert {_cite("faults", f" F{row}") for row in range(1, 20)} <= known
    assert {_cite("faults", f" I{row}") for row in range(1, 12)} <= known


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (_cite("domain", " 3, rule 10"), [_cite("domain", " 3.10")]),
        (_cite("domain", " 3, rules 10 and 12"), [_cite("domain", " 3.10"), _cite("domain", " 3.12")]),
        (_cite("domain", " 4.7)."), [_cite("domain", " 4.7")]),
        (_cite("domain", " 3 and 6)."), [_cite("domain", " section 3"), _cite("domain", " section 6")]),
        (_cite("domain", " 7: drift"), [_cite("domain", " section 7")]),
        (_cite("domain", " section 5)"), [_cite("domain", " section 5")]),
        (_cite("architecture", " decision 9)"), [_cite("architecture", " decision 9")]),
        (_cite("architecture", " section 6"), [_cite("architecture", " section 6")]),
        (_cite("style", " 15a"), [_cite("style", " 15a")]),
        (_cite("faults", " F1, F2 and I8"), [_cite("faults", f" {row}") for row in ("F1", "F2", "I8")]),
        (_cite("faults", ": bad input)."), [_cite("faults", ": bad input")]),
        ("as decision" + " 9 of the architecture asks", [_cite("architecture", " decision 9")]),
        ("Each (decision" + " 1) is said", ["decision" + " 1"]),
        ("(plan, P0" + "-05)", ["P0" + "-05"]),
    ],
)
def test_a_citation_is_understood_in_each_of_its_forms(text: str, expected: list[str]) -> None:
    assert [place for _, place in cited("docs/x.md", text)] == expected


@pytest.mark.parametrize(
    "text",
    [
        _cite("domain", " 12"),
        _cite("domain", " 3, rule 21"),
        _cite("domain", " 4.10"),
        _cite("domain", " 3, rules 20 and 21"),
        _cite("domain", ".md section 2"),
        _cite("domain", " rule 10"),
        _cite("architecture", " decision 11"),
        _cite("architecture", " section 8"),
        _cite("architecture", " 4"),
        _cite("style", " 17"),
        _cite("style", " 15c"),
        _cite("faults", " F20"),
        _cite("faults", " I12"),
        _cite("faults", ": good input"),
        "see decision" + " 99",
        "decision" + " 11 of the architecture",
        "(plan, P3" + "-16)",
        "P5" + "-01",
    ],
)
def test_a_citation_that_leads_nowhere_is_found(text: str) -> None:
    assert len(_found(f"one\n{text}")) == 1
    assert _found(f"one\n{text}")[0].startswith("docs/x.md:2 ")


def test_a_citation_across_two_lines_of_a_comment_or_a_text_is_read() -> None:
    code = f'"""Said by {_cite("domain", " 3,")}\n    rule 21."""\nx = 1  # {_cite("style", "")}\n# 17\n'
    assert [line.split(" ", 1)[0] for line in _found(code, "services/x.py")] == ["services/x.py:1", "services/x.py:3"]


def test_a_text_that_begins_with_a_citation_is_read() -> None:
    assert len(_found(f'x = "{_cite("domain", " 12: drift")}"\n', "services/x.py")) == 1


def test_a_name_in_code_is_no_citation() -> None:
    assert _found(f"{_cite('style', '')} = 1\nprint({_cite('style', '')})\n", "services/x.py") == []


def test_a_page_without_a_rule_no_longer_opens_it() -> None:
    page = "## 3. A case\n\n1. One.\n2. Two\n   3. not at the margin\n"
    assert list(places_of("X", page)) == ["X section 3", "X 3.1", "X 3.2"]
