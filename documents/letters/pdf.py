"""Letters as PDF, by LibreOffice where the machine has it."""

import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Final

_SECONDS: Final = 90
_NAMES: Final = ("soffice", "libreoffice")
#: Where the official fonts are missing, these stand in for them; a machine that has them prints with them.
_STAND_INS: Final = {
    **dict.fromkeys(("仿宋_GB2312", "方正小标宋简体", "宋体", "Times New Roman"), "Noto Serif CJK SC"),
    "黑体": "Noto Sans CJK SC",
}
_ALIAS: Final = '<alias binding="same"><family>{name}</family><accept><family>{other}</family></accept></alias>'
_FONTS: Final = """<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>
<include ignore_missing="yes">/etc/fonts/fonts.conf</include>{aliases}</fontconfig>"""


class NoLibreOffice(Exception):
    """A PDF is made by LibreOffice, which this machine does not have; the .docx can be had without it."""


class NotPrinted(Exception):
    """LibreOffice gave no PDF of this letter; the .docx can be had without it."""


def programme() -> str | None:
    """LibreOffice on this machine, if any."""
    return next((found for name in _NAMES if (found := shutil.which(name))), None)


def of(docx: bytes, office: str | None = None) -> bytes:
    """The letter as PDF. Raises NoLibreOffice, or NotPrinted."""
    office = office or programme()
    if office is None:
        raise NoLibreOffice
    with tempfile.TemporaryDirectory(prefix="qidi-letter-") as folder:
        here = Path(folder)
        (here / "letter.docx").write_bytes(docx)
        aliases = "".join(_ALIAS.format(name=name, other=other) for name, other in _STAND_INS.items())
        (here / "fonts.conf").write_text(_FONTS.format(aliases=aliases), encoding="utf-8")
        profile = f"-env:UserInstallation=file://{here}/profile"  # of its own: two at once would share a lock
        around = {**os.environ, "FONTCONFIG_FILE": str(here / "fonts.conf")}
        order = [office, profile, "--headless", "--convert-to", "pdf", "--outdir", folder, str(here / "letter.docx")]
        try:
            subprocess.run(order, capture_output=True, check=True, timeout=_SECONDS, cwd=folder, env=around)
        except (subprocess.SubprocessError, OSError) as failed:
            raise NotPrinted from failed
        made = here / "letter.pdf"
        if not made.exists():
            raise NotPrinted
        return made.read_bytes()
