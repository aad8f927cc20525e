"""A measured figure: one line, with what it is compared to in the same run."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """One measured value, the reference of the same run, and how many times as good as the reference it is."""

    name: str
    value: float
    unit: str
    reference: str
    ratio: float

    def line(self) -> str:
        """``name value unit reference ratio``, separated by spaces, for machines and people."""
        return f"{self.name} {self.value:.6g} {self.unit} {self.reference} {self.ratio:.3g}"
