"""A linear head on an embedding: three logits from a vector; trained by `train_heads`."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

HEADS = Path(__file__).with_name("heads")


@dataclass(frozen=True)
class Head:
    """`weights` is (dimension, 3) for negative, neutral, positive; `offsets` is (3,)."""

    weights: Any
    offsets: Any

    def logits(self, vectors: Any) -> list[list[float]]:
        """(n, dimension) unit vectors to n rows of three logits."""
        rows: list[list[float]] = (vectors @ self.weights + self.offsets).tolist()
        return rows


def load(name: str) -> Head:
    """The head that was trained for the embedding `name`."""
    import numpy

    with numpy.load(HEADS / f"{name}.npz") as arrays:
        return Head(arrays["weights"].astype("f4"), arrays["offsets"].astype("f4"))
