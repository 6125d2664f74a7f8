"""Long lists of tasks, deleted or tried again a part at a time."""

from __future__ import annotations

from collections.abc import Sequence

from api.auth import caller
from api.scripts.script_desk import PER_COMMIT, changed, own_scripts
from shared.db import Transaction
from shared.errors import CreditsExhausted
from shared.scripts import control
from shared.scripts.control import Retried


def deleted(numbers: Sequence[int]) -> set[int]:
    """Delete those of the caller's tasks that are there; which they were."""
    scripts, actor = own_scripts(), caller().actor
    gone: set[int] = set()
    for start in range(0, len(numbers), PER_COMMIT):
        part = numbers[start : start + PER_COMMIT]

        def work(tx: Transaction, part: Sequence[int] = part) -> list[int]:
            return control.delete(tx, scripts, part, actor=actor)

        gone |= set(changed(work))
    return gone


def retried_all() -> list[int]:
    """Let the caller's failed tasks begin anew; their numbers.

    `CreditsExhausted` where there were some, and not one can be paid for.
    """
    numbers: list[int] = []
    after = unpaid = 0
    while (part := _retried(after)) is not None:
        numbers += part.numbers
        after, unpaid = part.last, unpaid + part.unpaid
    if unpaid and not numbers:
        raise CreditsExhausted("The account's balance is below the price of any failed task.")
    return numbers


def _retried(after: int) -> Retried | None:
    scripts, actor = own_scripts(), caller().actor
    return changed(lambda tx: control.retry_next(tx, scripts, after, PER_COMMIT, actor=actor))
