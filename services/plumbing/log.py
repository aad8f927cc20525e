"""The log: structured lines with a named action, never a person's data."""

import logging
import sys
import warnings
from typing import Any, TextIO

import structlog

log: Any = structlog.get_logger("qidi")


class _Lossy:
    """Standard error, which may lie on a full disk: then lines are lost, and nobody's work is."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, text: str) -> int:
        try:
            return self._stream.write(text)
        except OSError:
            return len(text)

    def flush(self) -> None:
        try:
            self._stream.flush()
        except OSError:
            return


def configure(process: str) -> None:
    """Log JSON lines to standard error, each with the process's name; what libraries say and warn of as well."""

    def named(_logger: Any, _method: str, line: Any) -> Any:
        return {**line, "process": process}  # not a context variable: each green thread begins with an empty context

    shared: list[Any] = [
        named,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=False),
        structlog.processors.format_exc_info,
    ]
    stream: Any = _Lossy(sys.stderr)
    render = structlog.processors.JSONRenderer(ensure_ascii=False)
    structlog.configure(
        processors=[*shared, render],
        logger_factory=structlog.PrintLoggerFactory(stream),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(stream)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, render],
        )
    )
    logging.basicConfig(handlers=[handler], level=logging.WARNING)
    logging.captureWarnings(True)
    warnings.formatwarning = lambda message, kind, *_args, **_more: f"{kind.__name__}: {message}"
