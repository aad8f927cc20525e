"""With how many examples a law is tried: all of them, or, before a commit (`QIDI_LAWS=brief`), a tenth."""

import os

BRIEF = os.environ.get("QIDI_LAWS") == "brief"


def examples(many: int) -> int:
    """How many of so many examples are tried in this run; never fewer than three."""
    return max(3, many // 10) if BRIEF else many
