"""How a video is cut into chunks."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workers.scripts.publishers.tiktok.upload import CHUNK_BYTES, MOST_BYTES, Chunk, plan

MB = 1_000_000
MIB = 1024 * 1024
SIZES = st.integers(1, MOST_BYTES) | st.sampled_from(
    [1, 5 * MB, 5 * MIB, 64 * MB, 64 * MIB, CHUNK_BYTES, 2 * CHUNK_BYTES - 1, 2 * CHUNK_BYTES]
)


@given(SIZES)
def test_every_plan_keeps_the_published_limits(size: int) -> None:
    cut = plan(size)
    assert 1 <= cut.count <= 1000
    assert cut.count == size // cut.chunk_bytes
    *first, last = list(cut.chunks())
    assert all(5 * MIB <= chunk.size_bytes == cut.chunk_bytes <= 64 * MB for chunk in first)
    assert last.size_bytes <= 128 * MB
    if size > 64 * MB:
        assert first
    if size < 5 * MB:
        assert (cut.chunk_bytes, first) == (size, [])


@given(SIZES)
def test_the_chunks_are_the_whole_video_in_order(size: int) -> None:
    chunks = list(plan(size).chunks())
    assert chunks[0].first == 0
    assert chunks[-1].last == size - 1
    assert all(a.last + 1 == b.first for a, b in pairwise(chunks))


@given(SIZES, st.data())
def test_what_has_arrived_is_not_sent_again(size: int, data: st.DataObject) -> None:
    cut = plan(size)
    arrived = data.draw(st.integers(0, size))
    left = list(cut.chunks(arrived))
    assert left == list(cut.chunks())[cut.count - len(left) :]
    if arrived == size:
        assert left == []
    else:
        assert left[0].first <= arrived <= left[0].last


def test_a_chunk_spells_its_range_as_http_does() -> None:
    assert Chunk(0, 9_999_999, 50_000_123).content_range == "bytes 0-9999999/50000123"


@pytest.mark.parametrize(
    ("size", "count", "last"),
    [(50_000_123, 5, 10_000_123), (10_000_000, 1, 10_000_000), (19_999_999, 1, 19_999_999)],
)
def test_what_is_left_over_goes_with_the_last_chunk(size: int, count: int, last: int) -> None:
    chunks = list(plan(size, 10_000_000).chunks())
    assert (len(chunks), chunks[-1].size_bytes) == (count, last)
