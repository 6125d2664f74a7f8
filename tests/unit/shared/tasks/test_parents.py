"""What a child makes of its parents' ends."""

from itertools import permutations, product

import pytest

from shared.tasks.parents import POLICIES, after_end, outlook
from shared.tasks.status import FINAL, Status

P, R = Status.PENDING, Status.RUNNING
C, F, X = Status.COMPLETED, Status.FAILED, Status.CANCELED


@pytest.mark.parametrize(
    ("policy", "statuses", "left"),
    [
        ("all", [], 0),
        ("all", [P, R], 2),
        ("all", [C, R], 1),
        ("all", [C, C], 0),
        ("all", [C, F], None),
        ("all", [R, X], None),
        ("any", [], 0),
        ("any", [P, R], 2),
        ("any", [F, R], 1),
        ("any", [C, R], 0),
        ("any", [C, F], 0),
        ("any", [F, X], None),
        ("finished", [], 0),
        ("finished", [P, R], 2),
        ("finished", [F, R], 1),
        ("finished", [C, F, X], 0),
    ],
)
def test_a_new_child_waits_or_waits_in_vain(
    policy: str, statuses: list[Status], left: int | None
) -> None:
    assert outlook(policy, statuses) == left


@pytest.mark.parametrize(
    ("policy", "waiting", "ended", "left"),
    [
        ("all", 2, [C], 1),
        ("all", 2, [C, C], 0),
        ("all", 2, [F], None),
        ("all", 1, [X], None),
        ("any", 2, [C], 0),
        ("any", 2, [F], 1),
        ("any", 1, [F], None),
        ("any", 2, [F, F], None),
        ("finished", 2, [F], 1),
        ("finished", 2, [F, C], 0),
    ],
)
def test_the_end_of_a_parent_counts_down(
    policy: str, waiting: int, ended: list[Status], left: int | None
) -> None:
    assert after_end(policy, waiting, ended) == left


def verdict(policy: str, ends: tuple[Status, ...], known: int) -> int | None:
    """The child's counter when ``known`` of the parents were over before it came."""
    statuses = [*ends[:known], *[R] * (len(ends) - known)]
    left = outlook(policy, statuses)
    for end in ends[known:]:
        if not left:
            break
        left = after_end(policy, left, [end])
    return left


ENDS = list(product(sorted(FINAL), repeat=3))


@pytest.mark.parametrize(("policy", "ends"), list(product(POLICIES, ENDS)))
def test_neither_order_nor_moment_of_the_ends_matters(
    policy: str, ends: tuple[Status, ...]
) -> None:
    verdicts = {verdict(policy, order, n) for order in permutations(ends) for n in range(4)}
    expected = {
        "all": 0 if set(ends) == {C} else None,
        "any": 0 if C in ends else None,
        "finished": 0,
    }
    assert verdicts == {expected[policy]}
