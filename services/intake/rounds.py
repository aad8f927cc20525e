"""Rounds of the clocks of a case, as their numbers say them."""


def round_of_clock(clock_id: str) -> int:
    """`150424-2026-000123/one_time_notice/2` counts from the second submission."""
    last = clock_id.rsplit("/", 1)[-1]
    return int(last) if last.isdigit() else 1
