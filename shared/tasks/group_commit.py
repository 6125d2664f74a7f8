"""Requests that arrive while a commit is in flight share the next one.

The first caller leads: it takes everything that waits, hands it to ``commit`` and wakes the
others with their results. Whoever arrived meanwhile leads next, so the store always has exactly
one commit in flight and nobody waits longer than two of them. Sources: "group commit" in DeWitt
et al., *Implementation Techniques for Main Memory Database Systems*, SIGMOD 1984.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

In = TypeVar("In")
Out = TypeVar("Out")
MAX_GROUP = 500


@dataclass(slots=True)
class _Waiter(Generic[In, Out]):
    item: In
    woken: threading.Event = field(default_factory=threading.Event)
    result: Out | BaseException | None = None
    done: bool = False


class GroupCommit(Generic[In, Out]):
    """Gathers single items into groups for ``commit``, which answers one result for each."""

    def __init__(self, commit: Callable[[Sequence[In]], Sequence[Out | BaseException]]) -> None:
        self._commit = commit
        self._lock = threading.Lock()
        self._waiting: list[_Waiter[In, Out]] = []
        self._led = False

    def submit(self, item: In) -> Out:
        """Commit ``item`` together with its neighbours; raises the item's own error."""
        waiter: _Waiter[In, Out] = _Waiter(item)
        with self._lock:
            self._waiting.append(waiter)
            leads, self._led = not self._led, True
        if not leads:
            waiter.woken.wait()
        if not waiter.done:
            self._lead()
        if isinstance(waiter.result, BaseException):
            raise waiter.result
        return waiter.result  # type: ignore[return-value]

    def _lead(self) -> None:
        with self._lock:
            group, self._waiting = self._waiting[:MAX_GROUP], self._waiting[MAX_GROUP:]
        try:
            results = self._commit([waiter.item for waiter in group])
            if len(results) != len(group):
                raise ValueError(f"{len(results)} answers to a group of {len(group)}")
        except BaseException as error:
            results = [error] * len(group)
        finally:
            self._hand_over()
        for waiter, result in zip(group, results, strict=True):
            waiter.result, waiter.done = result, True
            waiter.woken.set()

    def _hand_over(self) -> None:
        """Wake the first of those who came meanwhile as the next leader."""
        with self._lock:
            if self._waiting:
                self._waiting[0].woken.set()
            else:
                self._led = False
