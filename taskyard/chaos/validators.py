"""The people who answer the load's questions, always with the first option."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from contextlib import suppress

from sqlalchemy import select

from shared.errors import Unavailable
from shared.tasks.status import Status
from shared.tasks.task import HELD_BY_PEOPLE, has_status, tasks
from shared.yard import Yard
from taskyard.chaos.account import RunAccount
from taskyard.chaos.sender import TASKS
from taskyard.chaos.wire import Wire

NEXT = "/api/v1/validations/next"
ANSWER = {"answer": "positive"}
PAUSE_SECONDS = 0.3


class Validators:
    """Everybody asks for a question and answers it, in turn, in one thread."""

    def __init__(self, url: str, account: RunAccount, yard: Yard) -> None:
        self._wires = [Wire(url, key) for key in account.validator_keys]
        self._account_id = account.id
        self._yard = yard
        self._is_over = threading.Event()
        self._thread = threading.Thread(target=self._work, name="validators", daemon=True)

    def start(self) -> None:
        """Begin to answer."""
        self._thread.start()

    def stop(self) -> None:
        """Go home."""
        self._is_over.set()
        if self._thread.ident is not None:
            self._thread.join(timeout=10)

    def answer_the_rest(self) -> None:
        """Answer what waits for people and was never shown, or whose answer got lost."""
        with suppress(Unavailable):
            for task_id in self._waiting():
                for wire in self._wires:
                    wire.ask("POST", f"{TASKS}/{task_id}/answers", ANSWER)

    def close(self) -> None:
        """Hang up."""
        for wire in self._wires:
            wire.close()

    def _work(self) -> None:
        while not self._is_over.wait(PAUSE_SECONDS):
            for wire in self._wires:
                while not self._is_over.is_set() and self._answer_one(wire):
                    pass

    def _answer_one(self, wire: Wire) -> bool:
        """Whether there was a question, and it is answered."""
        asked = wire.ask("GET", NEXT)
        if asked.status != 200:
            return False
        said = wire.ask("POST", f"{TASKS}/{asked.body['taskId']}/answers", ANSWER)
        return said.status == 201

    def _waiting(self) -> Sequence[str]:
        query = select(tasks.c.id).where(has_status(Status.RUNNING), HELD_BY_PEOPLE)
        with self._yard.store.read() as tx:
            rows = tx.rows(query.where(tasks.c.account_id == self._account_id))
        return [row.id for row in rows]
