"""The gateway's way in: single submits share commits, and their messages share publishes."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from shared.db import Transaction
from shared.tasks import dispatch
from shared.tasks.draft import Accepted, Draft
from shared.tasks.group_commit import GroupCommit
from shared.tasks.messages import Sendable
from shared.tasks.outbox import Outbox
from shared.tasks.room import Rooms
from shared.tasks.submission import Answer
from shared.yard import Yard


class Submitter:
    """One for each gateway process; its methods may be called from any thread."""

    def __init__(self, yard: Yard) -> None:
        self._yard = yard
        self._rooms = Rooms(yard.settings.queue_seconds)
        self._group: GroupCommit[Draft, Accepted] = GroupCommit(self.submit_many)
        self._outbox = Outbox(yard)

    def submit(self, draft: Draft) -> Accepted:
        """Store one task, sharing the commit with whoever submits at the same time.

        Raises the `Refused` that is its answer, or `Unavailable`.
        """
        return self._group.submit(draft)

    def submit_many(self, drafts: Sequence[Draft]) -> list[Answer]:
        """Store many tasks in one commit; one answer for each, in order."""
        return dispatch.submit(self._yard, drafts, self._rooms, self._send)

    def request(
        self,
        ask: Callable[[Transaction], Sequence[Draft]],
        then: Callable[[Transaction, Sequence[Answer]], None],
    ) -> list[Answer]:
        """Change rows and store tasks in one commit; see `dispatch.request`."""
        return dispatch.request(self._yard, ask, self._rooms, self._send, then)

    def close(self) -> None:
        """Send what waits, then stop."""
        self._outbox.close()

    def _send(self, _yard: Yard, rows: Sequence[Sendable]) -> None:
        """Leave the sending to the outbox: the caller's answer does not depend on it."""
        self._outbox.put(rows)
