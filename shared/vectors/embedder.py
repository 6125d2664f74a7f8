"""What turns texts into vectors, so that texts that mean the same lie close together."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

from shared.errors import Unavailable

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Vectors = NDArray[np.float32]

LONGEST_QUESTION = 2000
"""Characters of a question that count: far more than anybody asks, and embedded in a moment."""


class EmbedderFailed(Unavailable):
    """A model is missing, or an endpoint does not give vectors.

    ``retryable`` says whether the same call may succeed later, ``delay_seconds``, where given,
    how long the endpoint asked us to wait.
    """

    def __init__(
        self, message: str, *, retryable: bool = True, delay_seconds: float | None = None
    ) -> None:
        super().__init__(message)
        self.retryable = retryable
        self.delay_seconds = delay_seconds


class Embedder(Protocol):
    """A model; its vectors are float32 and of length 1, so that their product is their cosine.

    Vectors of different models, or of different ``dimensions``, are never compared. Any number of
    threads may use one. ``dimensions`` and both methods raise `EmbedderFailed`.
    """

    @property
    def model(self) -> str:
        """The name of the model: what is kept beside every vector it made."""

    @property
    def dimensions(self) -> int:
        """How long its vectors are."""

    @property
    def batch_tokens(self) -> int:
        """How many tokens to give it at once, roughly."""

    def passages(self, texts: Sequence[str]) -> Vectors:
        """Vectors of texts that are to be found: one row each, in order."""

    def query(self, text: str) -> Vectors:
        """The vector of a question."""


def clean(text: str) -> str:
    """``text`` as any model takes it: without NUL and halves of surrogate pairs, not blank."""
    told = text.replace("\0", " ").encode("utf-8", "replace").decode("utf-8").strip()
    return told or "."
