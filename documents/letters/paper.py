"""Letters as .docx: a template of the authority's own, or else ours, filled with what one letter says."""

import io
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Any, Final

from docxtpl import DocxTemplate
from jinja2 import StrictUndefined
from jinja2.sandbox import SandboxedEnvironment

from documents.letters.template import TEMPLATES
from documents.letters.wording import chinese

#: Where an authority keeps templates that it has changed, beside its stores.
FOLDER: Final = "templates"
#: Every part of the file has this time: the same letter gives the same bytes.
_NO_TIME: Final = (1980, 1, 1, 0, 0, 0)
_NEVER: Final = datetime(2000, 1, 1, tzinfo=UTC)


class TemplateBroken(Exception):
    """The authority's own template {name} cannot be filled: {why}. Repair it, or take it away and ours is used."""

    def __init__(self, name: str, why: str) -> None:
        super().__init__(name, why)
        self.name, self.why = name, why


@dataclass(frozen=True)
class Paper:
    """What one paper says."""

    template: str
    issuer: str
    number: str
    title: str
    addressee: str
    paragraphs: Sequence[str]
    day: date
    #: Who sealed it, and our own number: so a print can be found again.
    note: str = ""
    #: Names and values of a slip.
    facts: Sequence[tuple[str, str]] = field(default_factory=tuple)


def write(paper: Paper, own: Path | None = None) -> bytes:
    """The .docx; `own`: the folder of templates that the authority has changed. Raises TemplateBroken."""
    path = own / f"{paper.template}.docx" if own is not None else None
    is_own = path is not None and path.exists()
    template = DocxTemplate(io.BytesIO(path.read_bytes() if path is not None and is_own else _ours(paper.template)))
    try:
        # a template comes from an office: it may name fields and nothing else of the programme
        template.render(_fields(paper), SandboxedEnvironment(undefined=StrictUndefined, autoescape=True))
    except Exception as wrong:
        if is_own:
            raise TemplateBroken(f"{paper.template}.docx", str(wrong)[:200]) from wrong
        raise
    properties = template.docx.core_properties  # `get_docx` would begin anew
    properties.author, properties.title = paper.issuer, paper.title
    properties.created = properties.modified = _NEVER
    held = io.BytesIO()
    template.save(held)
    return _timeless(held.getvalue())


@cache
def _ours(name: str) -> bytes:
    return TEMPLATES[name]()


def _fields(paper: Paper) -> dict[str, Any]:
    return {
        "发文机关": paper.issuer,
        "发文字号": paper.number,
        "标题": paper.title,
        "主送": paper.addressee,
        "正文": list(paper.paragraphs),
        "署名": paper.issuer,
        "日期": chinese(paper.day),
        "落款说明": paper.note,
        "事实": [{"名称": name, "内容": value} for name, value in paper.facts],
    }


def _timeless(content: bytes) -> bytes:
    """The same archive without the moment at which it was made."""
    held = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            info = zipfile.ZipInfo(name, _NO_TIME)
            info.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(info, old.read(name))
    return held.getvalue()


def write_templates(folder: Path) -> list[Path]:
    """Put our templates where a clerk can change them; what he has changed is left as it is. What was written."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for name in TEMPLATES:
        path = folder / f"{name}.docx"
        if not path.exists():
            path.write_bytes(_ours(name))
            written.append(path)
    return written
