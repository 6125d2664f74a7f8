"""The load: some threads that submit at a rate, through every outage."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from math import ceil
from random import Random

from shared.yard import Yard
from taskyard.chaos.account import RunAccount
from taskyard.chaos.journal import Journal
from taskyard.chaos.later import Later
from taskyard.chaos.mix import Mix
from taskyard.chaos.sender import Sender
from taskyard.chaos.submission import Kind
from taskyard.chaos.validators import Validators

TASKS_PER_THREAD = 12.5
MOST_THREADS = 8
LATE_SECONDS = 1.0
"""Who is later than that lets go of what it missed: no burst follows an outage."""
FINISH_SECONDS = 30.0


class Load:
    """Submits ``rate`` tasks a second from `start` to `stop`."""

    def __init__(
        self, yard: Yard, url: str, account: RunAccount, journal: Journal, rate: float, seed: int
    ) -> None:
        self._later = Later()
        self._is_over = threading.Event()
        self._validators = Validators(url, account, yard)
        self._sender = Sender(yard, url, account.key, journal, self._later)
        self._mix = Mix(Random(f"{seed}/bait"), rate, account.answered, "bait")  # noqa: S311
        number = min(MOST_THREADS, ceil(rate / TASKS_PER_THREAD))
        self._threads = [
            threading.Thread(
                target=self._submit,
                args=(
                    Mix(Random(f"{seed}/{n}"), rate, account.answered, str(n)),  # noqa: S311
                    Sender(yard, url, account.key, journal, self._later),
                    number / rate,
                ),
                name=f"load-{n}",
                daemon=True,
            )
            for n in range(number)
        ]

    def start(self) -> None:
        """Begin."""
        self._validators.start()
        for thread in self._threads:
            thread.start()

    def submit_now(self, kinds: Sequence[Kind]) -> None:
        """Submit tasks of these kinds at once, beside the rest; from one thread alone."""
        if kinds:
            self._sender.submit([self._mix.of(kind) for kind in kinds])

    def stop(self) -> None:
        """Submit no more; return when the last cancel and the last repeat are done."""
        self._is_over.set()
        self._validators.stop()
        for thread in self._threads:
            thread.join(timeout=FINISH_SECONDS)
        self._later.finish(FINISH_SECONDS)

    def answer_the_rest(self) -> None:
        """Have people answer whatever still waits for them, once the load is stopped."""
        self._validators.answer_the_rest()

    def close(self) -> None:
        """Hang up."""
        self._sender.close()
        self._validators.close()

    def _submit(self, mix: Mix, sender: Sender, pause_seconds: float) -> None:
        due = time.monotonic()
        while not self._is_over.wait(max(0.0, due - time.monotonic())):
            submissions = mix.next()
            sender.submit(submissions)
            due = max(due + pause_seconds * len(submissions), time.monotonic() - LATE_SECONDS)
        sender.close()
