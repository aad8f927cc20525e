"""Detectors of suspected breaches: every module of this package is one, with its rule, and needs no other line."""

from collections.abc import Iterator, Mapping
from importlib import import_module
from pkgutil import iter_modules
from typing import Final

from services.reporting.rules import Detector, Rule


def _found() -> Iterator[Detector]:
    for module in sorted(one.name for one in iter_modules(__path__)):
        detector: Detector = import_module(f"{__name__}.{module}").DETECTOR
        yield detector


DETECTORS: Final[tuple[Detector, ...]] = tuple(_found())
RULES: Final[Mapping[str, Rule]] = {one.rule.name: one.rule for one in DETECTORS}
