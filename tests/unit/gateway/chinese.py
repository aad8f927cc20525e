"""Chinese answers held against English words: what is told to a Chinese reader is told in Chinese."""

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote_plus

import httpx

PROBLEM = "application/problem+json"
#: What has no other name in an office: formats, characters, headers, this program, and who uses which number.
ABBREVIATIONS = frozenset(
    (
        *(
            "API",
            "ASCII",
            "BLZT",
            "CSV",
            "Excel",
            "GB",
            "HTTP",
            "ID",
            "JSON",
            "MB",
            "NUL",
            "NaN",
            "Infinity",
            "UTF",
            "URL",
            "docx",
            "pdf",
        ),
        *("UUID", "Unicode", "qidi", "Accept", "Allow", "Authorization", "Bearer", "Content-Type", "Idempotency-Key"),
        *("Last-Event-ID", "Retry-After"),
    )
)
#: A code in brackets behind its name, or in backticks: what a program has to write; a matter's code, a token's number.
_CODE = re.compile(r"（[a-z0-9_.-]+）|`[^`]*`|NM-[0-9]+|\b[0-9a-f]{10}\b")
_LATIN = re.compile(r"[A-Za-z][A-Za-z_-]*[A-Za-z]")


class NotChinese(AssertionError):
    """A Chinese message has a word in it that its reader has to look up."""


def foreign(message: str, asked: str = "") -> list[str]:
    """The words of a message that are no Chinese, no code behind its name, and no word of who asked (`asked`)."""
    return [word for word in _LATIN.findall(_CODE.sub("", message)) if word not in ABBREVIATIONS and word not in asked]


async def hold_language(response: httpx.Response) -> None:
    """Hold a problem document in Chinese against English words. Raises NotChinese."""
    if response.headers.get("content-type") != PROBLEM or response.headers.get("content-language") != "zh":
        return
    if response.request.method == "HEAD":  # the same, but for the body
        return
    await response.aread()
    asked = unquote_plus(str(response.request.url) + _sent(response.request))
    wrong = {text: words for text in _texts(response.json()) if (words := foreign(text, asked))}
    if wrong:
        raise NotChinese(wrong)


def _sent(request: httpx.Request) -> str:
    try:
        return request.content.decode(errors="replace")
    except httpx.RequestNotRead:
        return ""


def _texts(problem: dict[str, Any]) -> Iterator[str]:
    yield from (problem["title"], problem["detail"])
    yield from (one["message"] for one in problem.get("problems", ()))
