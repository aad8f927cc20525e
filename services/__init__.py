"""The services of one authority by name, the contracts between them, and the plumbing below them."""

from typing import Final

#: Every service, in the order of a case's way through them. Adding one: docs/where.md.
SERVICES: Final = ("intake", "timer", "ledger", "complaints", "reporting", "projects", "notices")
