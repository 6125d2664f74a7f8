"""One thread's hand: submits, and sees to what is to happen to each task afterwards."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from shared.tasks.messages import Message
from shared.yard import Yard
from taskyard.chaos.journal import Journal
from taskyard.chaos.later import Later
from taskyard.chaos.submission import Submission
from taskyard.chaos.wire import Reply, Wire

TASKS = "/api/v1/tasks"
BUSY = (429, 503)


class Sender:
    """Submits over a wire of its own; cancels and repeats through ``later``."""

    def __init__(self, yard: Yard, url: str, key: str, journal: Journal, later: Later) -> None:
        self._yard = yard
        self._url = url
        self._key = key
        self._wire = Wire(url, key)
        self._journal = journal
        self._later = later

    def submit(self, submissions: Sequence[Submission]) -> None:
        """Submit one by itself, several as a bulk, and write down what came of it."""
        asked_at = self._yard.store.now()
        if len(submissions) == 1:
            reply = self._wire.ask("POST", TASKS, submissions[0].body)
            ids = [reply.body["taskId"]] if reply.status == 201 else []
        else:
            reply = self._wire.ask("POST", f"{TASKS}/bulk", [s.body for s in submissions])
            ids = _bulk_ids(reply, len(submissions))
        found = {task_id: s for task_id, s in zip(ids, submissions, strict=False) if task_id}
        self._journal.note_accepted(found, asked_at, self._yard.store.now())
        self._note_others(reply, len(submissions) - len(found))
        for task_id, submission in found.items():
            self._see_to(task_id, submission)

    def close(self) -> None:
        """Hang up."""
        self._wire.close()

    def _note_others(self, reply: Reply, tasks: int) -> None:
        if not tasks:
            return
        if reply.status == 0:
            (self._journal.note_unknown if reply.was_sent else self._journal.note_refused)(tasks)
        elif reply.status in (*BUSY, 200):
            self._journal.note_unknown(tasks)
        else:
            self._journal.note_surprise(f"a submit was answered {reply.status}: {reply.body}")

    def _see_to(self, task_id: str, submission: Submission) -> None:
        if submission.cancel_after is not None:
            self._later.put(submission.cancel_after, lambda: self._cancel(task_id))
        for seconds in submission.repeat_after:
            self._later.put(seconds, lambda: self._repeat(task_id, submission.body["type"]))

    def _cancel(self, task_id: str) -> None:
        wire = Wire(self._url, self._key)
        try:
            reply = wire.ask("DELETE", f"{TASKS}/{task_id}")
        finally:
            wire.close()
        if reply.status == 200:
            self._journal.note_canceled(task_id, self._yard.store.now())
        elif reply.status not in (0, 409, *BUSY):
            sentence = f"a cancel of {task_id} was answered {reply.status}: {reply.body}"
            self._journal.note_surprise(sentence)

    def _repeat(self, task_id: str, type_name: str) -> None:
        queue = self._yard.registry.types[type_name].queue
        if self._yard.broker.publish([Message(type_name, queue, (task_id,))]):
            self._journal.note_repeated()


def _bulk_ids(reply: Reply, items: int) -> list[Any]:
    """The id of each item of a bulk in order, None for those that were not accepted."""
    if reply.status != 200:
        return [None] * items
    by_index = {result["index"]: result.get("taskId") for result in reply.body["results"]}
    return [by_index.get(index) for index in range(items)]
