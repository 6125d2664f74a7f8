from __future__ import annotations

import pytest

from taskyard.bench.flood import Flood

FLOOD = Flood(begun_at=10.0, stored_at=[11, 11, 11], started_at=[12, 13, 15], completed_at=[13, 16])


@pytest.mark.parametrize(
    ("at", "waiting", "is_on"),
    [
        (9.0, 0, False),
        (10.5, 0, True),
        (11.0, 3, True),
        (12.5, 2, True),
        (14.0, 1, True),
        (15.0, 0, False),
    ],
)
def test_a_flood_is_on_from_its_first_byte_until_its_last_start(
    at: float, waiting: int, is_on: bool
) -> None:
    assert (FLOOD.backlog(at), FLOOD.is_on(at)) == (waiting, is_on)


def test_its_rate_counts_from_its_first_byte_to_its_last_end() -> None:
    assert FLOOD.per_second == pytest.approx(2 / 6)
