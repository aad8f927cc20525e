"""The files of the project that the guards read."""

import ast
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
#: What is ours and is delivered. Folders that tools fill are no part of it.
PACKAGES = ("services", "gateway", "documents", "locales", "sample", "deploy", "qidi", "bench")
EVERYWHERE = (*PACKAGES, "tests", "docs")
_FILLED_BY_TOOLS = frozenset((".venv", "var", "node_modules", "vendor", "__pycache__", "dist", "build"))
_NOT_TEXT = frozenset((".png", ".jpg", ".ico", ".woff2", ".mo", ".xls", ".xlsx", ".pyc", ".gz"))

#: Path relative to the project -> text.
Files = Mapping[str, str]


def python(*folders: str) -> Files:
    """Every Python file of these folders."""
    return {path: text for path, text in texts(*folders).items() if path.endswith(".py")}


def texts(*folders: str) -> Files:
    """Every text file of these folders."""
    return {str(file.relative_to(PROJECT)): file.read_text() for folder in folders for file in _files(PROJECT / folder)}


def beside() -> Files:
    """The text files of the project's own folder."""
    wanted = ("*.md", "*.toml", "*.yml", "*.cfg", "Makefile", ".gitignore")
    return {file.name: file.read_text() for pattern in wanted for file in sorted(PROJECT.glob(pattern))}


def _files(folder: Path) -> Iterator[Path]:
    for file in sorted(folder.rglob("*")):
        parts = file.relative_to(PROJECT).parts
        if file.is_file() and file.suffix not in _NOT_TEXT and not _FILLED_BY_TOOLS.intersection(parts):
            yield file


@cache
def parsed(text: str) -> ast.Module:
    """The tree of a module: each is parsed once and looked at by every guard."""
    return ast.parse(text)


def imported(module: ast.Module) -> Iterator[tuple[int, str]]:
    """Line and full name of everything that a module imports."""
    for node in ast.walk(module):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, name.name) for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield from ((node.lineno, f"{node.module}.{name.name}") for name in node.names)


def dotted(node: ast.AST) -> str:
    """`a.b.c` of an expression that is nothing but names and dots; empty for anything else."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute) and (before := dotted(node.value)):
        return f"{before}.{node.attr}"
    return ""
