"""Arrows are checked when they are made."""

import pytest

from shared.tasks import lifecycle
from shared.tasks.arrow import Arrow
from shared.tasks.status import ARROWS, Status, is_arrow


@pytest.mark.parametrize(
    "path",
    [
        (Status.PENDING, Status.RUNNING),
        (Status.COMPLETED, Status.FAILED),
        (Status.CANCELED, Status.PENDING),
        (Status.PENDING, Status.QUEUED, Status.COMPLETED),
    ],
)
def test_a_path_that_the_state_machine_does_not_have_cannot_be_declared(
    path: tuple[Status, ...],
) -> None:
    with pytest.raises(ValueError, match="no arrow leads from"):
        Arrow(path, (), lambda given: {}, fenced=False)


def declared() -> list[Arrow]:
    """Every arrow that the lifecycle knows."""
    found = list(vars(lifecycle).values())
    arrows = [a for value in found for a in (value.values() if type(value) is dict else [value])]
    return [arrow for arrow in arrows if isinstance(arrow, Arrow)]


def test_the_lifecycle_walks_every_arrow_there_is() -> None:
    walked = {step for arrow in declared() for step in arrow.steps}
    assert walked == {(s, t) for s in ARROWS for t in Status if is_arrow(s, t)}


def test_whatever_a_worker_reports_is_fenced() -> None:
    reports = (
        lifecycle.COMPLETE, lifecycle.FAIL, lifecycle.RETRY, lifecycle.GIVE_BACK, lifecycle.LOSE,
        lifecycle.CANCEL_RUNNING,
    )  # fmt: skip
    assert all(arrow.fenced for arrow in reports)
