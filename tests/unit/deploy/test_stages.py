"""The sum of the test stages never hides a test that did not run."""

from tests.stages import Outcome, closing_lines, outcome_of


def a_report(tests: int = 3, failures: int = 0, errors: int = 0, skipped: int = 0) -> str:
    counts = f'tests="{tests}" failures="{failures}" errors="{errors}" skipped="{skipped}"'
    return f'<testsuites><testsuite name="pytest" {counts}/></testsuites>'


def test_a_clean_stage_counts_its_tests() -> None:
    assert outcome_of("quick", 0, a_report(tests=3), 1.0) == Outcome("quick", 3, 0, 1.0)


def test_failures_errors_and_skipped_tests_are_failures() -> None:
    outcome = outcome_of("quick", 1, a_report(tests=9, failures=1, errors=2, skipped=3), 1.0)
    assert (outcome.passed, outcome.failed) == (3, 6)


def test_a_stage_that_found_no_test_fails() -> None:
    for exit_code in (0, 4, 5):
        outcome = outcome_of("browser", exit_code, a_report(tests=0), 1.0)
        assert (outcome.passed, outcome.failed, outcome.remark) == (0, 1, "no test found")


def test_a_stage_that_broke_or_ran_out_of_time_fails_even_without_a_failed_test() -> None:
    assert outcome_of("faults", 3, a_report(tests=2), 1.0).failed == 1
    assert outcome_of("faults", None, None, 900.0).failed == 1
    assert outcome_of("faults", -9, None, 1.0).failed == 1


def test_the_last_line_sums_all_stages() -> None:
    lines = closing_lines([Outcome("quick", 10, 0, 2.0), Outcome("faults", 3, 1, 30.0, "")])
    assert lines[-1] == "13 passed, 1 failed"
