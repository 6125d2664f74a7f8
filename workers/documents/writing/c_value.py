"""C-value: which phrases are terms (Frantzi, Ananiadou and Mima, 2000). Pure.

A phrase counts as often as it is said, less how often the longer terms that it is a part of are
said on average, weighted by its length. That needs neither a corpus nor a tagger.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from math import log2

from workers.documents.writing.phrases import Stems


def c_values(counts: Mapping[Stems, int]) -> dict[Stems, float]:
    """The value of each phrase that is said more than once and not only within another."""
    repeated = {stems: count for stems, count in counts.items() if count > 1}
    longer: dict[Stems, list[int]] = defaultdict(list)
    for stems, count in repeated.items():
        for part in _parts(stems):
            longer[part].append(count)
    values = {s: _value(s, count, longer.get(s, ())) for s, count in repeated.items()}
    return {stems: value for stems, value in values.items() if value > 0}


def _value(stems: Stems, count: int, longer: Sequence[int]) -> float:
    elsewhere = sum(longer) / len(longer) if longer else 0.0
    return log2(len(stems) + 1) * (count - elsewhere)


def _parts(stems: Stems) -> Iterator[Stems]:
    """All shorter phrases within a phrase."""
    for size in range(1, len(stems)):
        yield from (stems[at : at + size] for at in range(len(stems) - size + 1))
