"""What vectors of multilingual E5 say about the language alone, and how to leave it out.

The model puts texts of one language close together whatever they mean, so that a question finds
texts of its own language before those that answer it. Where the languages lie was measured on
sentences that say the same in each (`find_languages`); what a vector has of these directions is
taken away, and what is left is compared.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from shared.vectors.embedder import Vectors

FOLDER = Path(__file__).parent / "languages"
MEASURED = FOLDER / "e5.npz"


@dataclass(frozen=True, slots=True)
class LanguageBias:
    """``directions`` are rows of length 1 at right angles; a centre is a mean vector."""

    directions: Vectors
    passage_centre: Vectors
    query_centre: Vectors

    def without(self, vectors: Vectors, *, is_query: bool) -> Vectors:
        """``vectors`` (one, or one a row) as if their language were none, of length 1."""
        rest = vectors - (self.query_centre if is_query else self.passage_centre)
        return unit(rest - (rest @ self.directions.T) @ self.directions)


def unit(vectors: Any) -> Vectors:
    """``vectors`` as float32 of length 1; what has no length stays as it is."""
    import numpy

    lengths = numpy.linalg.norm(vectors, axis=-1, keepdims=True)
    scaled: Vectors = (vectors / numpy.where(lengths == 0, 1, lengths)).astype("<f4")
    return scaled


def measured() -> LanguageBias:
    """What `find_languages` wrote."""
    import numpy

    with numpy.load(MEASURED) as kept:
        return LanguageBias(kept["directions"], kept["passage_centre"], kept["query_centre"])
