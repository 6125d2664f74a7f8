"""What this process does with memos: many requests share a commit, their leases share a thread."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from functools import partial
from typing import Any

from api.idempotency.leases import Leases
from api.idempotency.refusals import not_readable
from shared.errors import Unavailable
from shared.idempotency.keeping import Told, give_up, identify, outcome_of, tell
from shared.idempotency.memo import ANSWER, OUTCOME, Asked, Found, Memo
from shared.idempotency.taking import take
from shared.sealed import NotOpened, seal, unseal
from shared.tasks.group_commit import GroupCommit
from shared.yard import Yard

log = logging.getLogger(__name__)


class Memory:
    """One for each gateway process; its methods may be called from any thread."""

    def __init__(self, yard: Yard) -> None:
        self._yard = yard
        self._taking: GroupCommit[Asked, Memo | Found] = GroupCommit(self._take)
        self._telling: GroupCommit[Told, None] = GroupCommit(self._tell)
        self.leases = Leases(yard.store)

    def take(self, asked: Asked) -> Memo | Found:
        """The memo of the request, to do it now, or what is known of who did or does it."""
        return self._taking.submit(asked)

    def identify(self, memo: Memo, fingerprint: str) -> bool:
        """Write down what the request is; False where it was something else before."""
        return self._yard.store.transact(partial(identify, memo=memo, fingerprint=fingerprint))

    def sealed(self, memo: Memo, outcome: Any) -> str:
        """What is to be noted of what was made: it may hold a key that is shown once."""
        return seal(self._yard.settings, memo.account_id, outcome, OUTCOME)

    def outcome(self, memo: Memo) -> Any:
        """What was made for the request, by whomever."""
        text = memo.outcome
        if text is None:
            with self._yard.store.read() as tx:
                text = outcome_of(tx, memo)
        return self._opened(memo.account_id, text, OUTCOME)

    def tell(self, memo: Memo, answer: Any) -> None:
        """Keep the answer of a request that is done; without a store it is made again later."""
        sealed = seal(self._yard.settings, memo.account_id, answer, ANSWER)
        try:
            self._telling.submit(Told(memo, sealed))
        except Unavailable as error:
            log.warning("an answer is not kept, and will be made again: %s", error)

    def told(self, found: Found) -> Any:
        """The answer that was kept."""
        return self._opened(found.account_id, found.answer or "", ANSWER)

    def give_up(self, memo: Memo, *, is_undone: bool) -> None:
        """End a request without an answer to keep; without a store its lease ends it."""
        try:
            self._yard.store.transact(lambda tx: give_up(tx, memo, is_undone=is_undone))
        except Unavailable as error:
            log.warning("a memo is left until its lease is over: %s", error)

    def close(self) -> None:
        """Extend no leases any more."""
        self.leases.close()

    def _opened(self, account_id: str, text: str, field: str) -> Any:
        try:
            return unseal(self._yard.settings, account_id, text, field)
        except NotOpened as error:
            raise not_readable() from error

    def _take(self, asked: Sequence[Asked]) -> list[Memo | Found]:
        return self._yard.store.transact(lambda tx: take(tx, asked))

    def _tell(self, told: Sequence[Told]) -> list[None]:
        self._yard.store.transact(lambda tx: tell(tx, told))
        return [None] * len(told)
