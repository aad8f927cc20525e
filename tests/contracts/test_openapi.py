"""OpenAPI document of the repository: it is the one that the gateway serves."""

from qidi.commands.openapi import WHERE, text


def test_the_committed_description_is_current() -> None:
    assert WHERE.read_text(encoding="utf-8") == text(), "run: .venv/bin/qidi openapi"
