"""The six words and the arrows between them."""

from itertools import product

import pytest

from shared.tasks import status as module
from shared.tasks.status import ARROWS, Status, is_arrow

ARROWS_BY_NAME = """
pending queued
pending canceled
pending failed
queued running
queued pending
queued canceled
queued failed
running completed
running failed
running canceled
running pending
failed pending
""".split()
LEGAL = set(zip(ARROWS_BY_NAME[::2], ARROWS_BY_NAME[1::2], strict=True))


@pytest.mark.parametrize(("source", "target"), list(product(Status, Status)))
def test_only_the_documented_arrows_exist(source: Status, target: Status) -> None:
    assert is_arrow(source, target) is ((source.value, target.value) in LEGAL)


@pytest.mark.parametrize("status", Status)
def test_three_words_are_final(status: Status) -> None:
    assert status.is_final is (status.value in ("completed", "failed", "canceled"))


def test_nothing_leaves_completed_or_canceled() -> None:
    assert not ARROWS[Status.COMPLETED]
    assert not ARROWS[Status.CANCELED]


def test_no_arrow_leads_nowhere() -> None:
    assert all(source not in targets for source, targets in ARROWS.items())


def test_every_task_can_still_end() -> None:
    reachable = set(module.FINAL)
    for _ in Status:
        reachable |= {source for source, targets in ARROWS.items() if targets & reachable}
    assert reachable == set(Status)


@pytest.mark.parametrize("status", Status)
def test_every_word_is_explained(status: Status) -> None:
    assert f"\n{status.value} " in (module.__doc__ or "")
