"""Orders about files that were brought in, as the gateway takes them."""

from services.contracts.accounts import Asked
from services.contracts.quantities import Numbered


class EnterImport(Asked):
    """The rows of a file are entered: so many as its dry run has found to enter."""

    rows: Numbered
