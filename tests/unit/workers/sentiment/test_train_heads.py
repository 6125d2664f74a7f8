"""The tool that trains the heads of the embeddings."""

from collections import Counter
from typing import Any

import numpy as np

from workers.sentiment.annotators import e5, head
from workers.sentiment.train_heads import CLASSES, examples, fit


def test_a_head_learns_what_can_be_told_apart() -> None:
    vectors: Any = np.eye(3).repeat(5, axis=0)
    labels = [0] * 5 + [1] * 5 + [2] * 5
    weights, offsets = fit(vectors, labels, decay=1e-3)
    rows = head.Head(weights, offsets).logits(vectors)
    assert [row.index(max(row)) for row in rows] == labels


def test_the_examples_are_balanced_and_never_repeat() -> None:
    texts, labels = examples()
    counts = Counter(labels)
    assert len(set(texts)) == len(texts)
    assert set(counts) == set(range(len(CLASSES)))
    assert max(counts.values()) < 1.5 * min(counts.values())


def test_the_stored_head_knows_its_own_examples() -> None:
    texts, labels = examples()
    rows = head.load("e5").logits(e5.embed(texts[::10]))
    right = sum(row.index(max(row)) == label for row, label in zip(rows, labels[::10], strict=True))
    assert right / len(rows) > 0.8
