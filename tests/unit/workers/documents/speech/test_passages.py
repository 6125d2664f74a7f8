from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from workers.documents.speech.passages import passages, quietest
from workers.documents.speech.sound import RATE, Samples

LOUD = np.full(RATE, 0.5, dtype=np.float32)
QUIET = np.zeros(RATE, dtype=np.float32)


def joined(*seconds: Samples) -> Samples:
    return np.concatenate(seconds)


def test_a_short_recording_is_one_passage() -> None:
    [only] = passages([LOUD, QUIET], seconds=10)
    assert (only.start_seconds, only.end_seconds, len(only.samples)) == (0.0, 2.0, 2 * RATE)


def test_a_long_one_is_cut_where_it_is_quiet() -> None:
    first, second = passages([LOUD] * 7 + [QUIET] + [LOUD] * 7, seconds=10)
    assert 7.0 <= first.end_seconds <= 8.0
    assert second.start_seconds == first.end_seconds
    assert second.end_seconds == 15.0


@pytest.mark.parametrize("size", [999, RATE, 3 * RATE])
def test_passages_follow_each_other_and_leave_nothing_out(size: int) -> None:
    whole = np.random.default_rng(7).normal(0, 0.1, 3 * RATE).astype(np.float32)
    blocks = [whole[at : at + size] for at in range(0, len(whole), size)]
    found = list(passages(blocks, seconds=1))
    assert np.array_equal(joined(*(p.samples for p in found)), whole)
    assert all(a.end_seconds == pytest.approx(b.start_seconds) for a, b in pairwise(found))
    assert all(len(p.samples) <= RATE for p in found)


def test_no_sound_is_no_passage() -> None:
    assert list(passages([])) == []


def test_the_last_of_equally_quiet_moments_is_chosen() -> None:
    assert quietest(joined(LOUD, LOUD, QUIET, LOUD), 2.0) == 2.9 * RATE


def test_what_is_too_short_to_have_a_pause_is_not_cut() -> None:
    assert quietest(LOUD[:100], 2.0) == 100
