from __future__ import annotations

from collections import Counter
from itertools import chain
from random import Random

import pytest

from taskyard.chaos.mix import SHARES, Answered, Mix
from taskyard.chaos.submission import Kind, Submission

EVERYBODY = Answered("people", "machines")
MANY = 20_000


def drawn(rate: float, answered: Answered = EVERYBODY, seed: int = 7) -> list[Submission]:
    """What a load submits, in order."""
    mix = Mix(Random(seed), rate, answered, "0")
    return list(chain.from_iterable(mix.next() for _ in range(MANY)))


def test_the_same_seed_makes_the_same_load_but_for_its_times() -> None:
    bodies = [[s.body["content"] for s in drawn(50, seed=seed)[:500]] for seed in (3, 3, 4)]
    assert bodies[0] == bodies[1] != bodies[2]


@pytest.mark.parametrize("rate", [5, 50, 500])
@pytest.mark.parametrize("kind", [kind for kind in Kind if kind is not Kind.FAST])
def test_each_kind_has_its_share_up_to_its_limit(rate: float, kind: Kind) -> None:
    load = drawn(rate)
    share, most = SHARES[kind]
    found = Counter(s.kind for s in load)[kind] / len(load)
    assert found == pytest.approx(min(share, most / rate), rel=0.35, abs=0.002)


def test_questions_are_asked_only_where_somebody_answers() -> None:
    found = {s.kind for s in drawn(50, Answered(None, None))}
    assert not found & {Kind.PEOPLE, Kind.MACHINES}


def test_no_two_tasks_have_the_same_content() -> None:
    contents = [str(s.body["content"]) for s in drawn(50)]
    assert len(set(contents)) == len(contents)


def test_what_is_to_be_done_later_is_done_soon() -> None:
    load = drawn(50)
    assert all((s.cancel_after is not None) == (s.kind is Kind.CANCELED) for s in load)
    assert {len(s.repeat_after) for s in load if s.kind is Kind.REPEATED} == {1, 2}
    assert all(0 <= (s.cancel_after or 0) <= 2 for s in load)


def test_some_tasks_come_in_small_bulks() -> None:
    mix = Mix(Random(7), 50, EVERYBODY, "0")
    sizes = Counter(len(mix.next()) for _ in range(MANY))
    assert max(sizes) <= 10
    assert sizes[1] < MANY
