"""The way into the yard, for every dialect: what was checked is counted, stored, answered for."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from api.failure import Failure, failure_of
from api.pending_limit import PendingLimit
from shared.db import Transaction
from shared.errors import Unavailable
from shared.logs import bound
from shared.tasks.draft import Accepted, Draft
from shared.tasks.submission import Answer
from shared.tasks.submitter import Submitter

CHUNK = 250
"""How many rows of a bulk share a commit: enough to be cheap, few enough to let others in."""


class Admission:
    """One for each gateway process: the limit on waiting tasks, and the store behind it."""

    def __init__(self, submitter: Submitter, pending: PendingLimit) -> None:
        self._submitter = submitter
        self._pending = pending

    def require_room(self, account_id: str, count: int = 1) -> None:
        """429 where too many of the account's tasks wait; asked before a body is looked at.

        ``count`` is how many would come, where that is known by now.
        """
        self._pending.require_room(account_id, count)

    def submit(self, draft: Draft) -> Accepted:
        """Store one task; raises the `Refused` that is its answer, or `Unavailable`."""
        with bound(task_id=draft.id):
            accepted = self._submitter.submit(draft)
        self._pending.took(draft.account_id, 1)
        return accepted

    def request(
        self,
        account_id: str,
        ask: Callable[[Transaction], Sequence[Draft]],
        then: Callable[[Transaction, Sequence[Accepted]], None] | None = None,
    ) -> list[Accepted]:
        """Change rows and store the account's tasks in one commit; see `dispatch.request`.

        Raises the first `Refused` that is an answer, or `Unavailable`. With ``then``, which is done
        in the same commit, nothing is changed where one is refused.
        """

        def and_then(tx: Transaction, answers: Sequence[Answer]) -> None:
            if then is not None:
                then(tx, _all_accepted(answers))

        answers = self._submitter.request(ask, and_then)
        self._pending.took(account_id, len(answers))
        return _all_accepted(answers)

    def submit_many(
        self, account_id: str, checked: Sequence[Draft | Failure]
    ) -> list[Accepted | Failure]:
        """Store the account's drafts, in chunks; an answer for each of ``checked``, in order.

        Drafts above the limit on waiting tasks are refused. Raises `Unavailable` only where not
        one was accepted.
        """
        fitting = self._fitting(account_id, checked)
        drafts = [outcome for outcome in fitting if isinstance(outcome, Draft)]
        answers: dict[str, Accepted | Failure] = {}
        accepted = 0
        for start in range(0, len(drafts), CHUNK):
            chunk = drafts[start : start + CHUNK]
            outcomes = self._store(chunk, may_raise=not accepted)
            accepted += sum(isinstance(outcome, Accepted) for outcome in outcomes)
            answers.update((d.id, o) for d, o in zip(chunk, outcomes, strict=True))
        self._pending.took(account_id, accepted)
        return [answers[one.id] if isinstance(one, Draft) else one for one in fitting]

    def _fitting(
        self, account_id: str, checked: Sequence[Draft | Failure]
    ) -> list[Draft | Failure]:
        """``checked``, with a failure in place of each draft for which there is no room."""
        room = self._pending.room(account_id)
        fitting: list[Draft | Failure] = []
        for outcome in checked:
            is_over = isinstance(outcome, Draft) and room <= 0
            fitting.append(self._pending.over_limit().failure if is_over else outcome)
            room -= isinstance(fitting[-1], Draft)
        return fitting

    def _store(self, chunk: Sequence[Draft], *, may_raise: bool) -> list[Accepted | Failure]:
        """Store one chunk; a store that goes away halfway is the answer of the rest."""
        try:
            return [_outcome(answer) for answer in self._submitter.submit_many(chunk)]
        except Unavailable as error:
            if may_raise:
                raise
            return [_outcome(error)] * len(chunk)


def _all_accepted(answers: Sequence[Answer]) -> list[Accepted]:
    """``answers``; raises the first that is a refusal."""
    accepted = []
    for answer in answers:
        if not isinstance(answer, Accepted):
            raise answer
        accepted.append(answer)
    return accepted


def _outcome(answer: Answer) -> Accepted | Failure:
    if isinstance(answer, Accepted):
        return answer
    failure = failure_of(answer)
    if failure is None:
        raise answer
    return failure
