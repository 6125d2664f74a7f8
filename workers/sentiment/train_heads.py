"""Developer's tool: train the embeddings' heads on the example posts beside them.

`python -m workers.sentiment.train_heads` writes annotators/heads/e5.npz and use.npz.
"""

import csv
from collections.abc import Sequence
from types import ModuleType
from typing import Any

from shared import entry
from workers.sentiment.annotators import e5, use
from workers.sentiment.annotators.head import HEADS
from workers.sentiment.annotators.text import normalised

CLASSES = ("negative", "neutral", "positive")
_STEPS = 3000
_PACE = 2.0
_DECAY = {"e5": 2.5e-3, "use": 2.5e-3}


def examples() -> tuple[list[str], list[int]]:
    """The example posts, normalised, and the places of their labels in CLASSES."""
    with (HEADS / "examples.tsv").open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))
    return [normalised(r["text"]) for r in rows], [CLASSES.index(r["label"]) for r in rows]


def fit(vectors: Any, labels: Sequence[int], decay: float) -> tuple[Any, Any]:
    """Weights (dimension, 3) and offsets (3,) of a softmax regression, by gradient descent."""
    import numpy

    wanted = numpy.eye(len(CLASSES))[list(labels)]
    centre = vectors.mean(axis=0)
    weights = numpy.zeros((vectors.shape[1], len(CLASSES)))
    offsets = numpy.zeros(len(CLASSES))
    for _ in range(_STEPS):
        logits = (vectors - centre) @ weights + offsets
        odds = numpy.exp(logits - logits.max(axis=1, keepdims=True))
        error = (odds / odds.sum(axis=1, keepdims=True) - wanted) / len(wanted)
        weights -= _PACE * ((vectors - centre).T @ error + decay * weights)
        offsets -= _PACE * error.sum(axis=0)
    return weights, offsets - centre @ weights


def train(annotator: ModuleType) -> None:
    """Train and store the head of one annotator."""
    import numpy

    texts, labels = examples()
    weights, offsets = fit(annotator.embed(texts), labels, _DECAY[annotator.NAME])
    numpy.savez(
        HEADS / f"{annotator.NAME}.npz", weights=weights.astype("f4"), offsets=offsets.astype("f4")
    )


def main(arguments: Sequence[str] | None = None) -> None:
    """Train both."""
    entry.arguments("workers.sentiment.train_heads", __doc__).parse_args(arguments)
    for each in (e5, use):
        train(each)


if __name__ == "__main__":
    main()
