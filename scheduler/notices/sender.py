"""The loop of a sender: claim what is due, send it, write down what came of it.

All that waits for the network waits in one event loop; the store is asked in a thread beside it.
A sender that is killed loses nothing: what it held is due again when its lease is over, or once
who started it has seen it die.
"""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from secrets import token_hex
from typing import TypeVar

from scheduler.notices.post import Poster
from shared.db import Transaction
from shared.errors import Unavailable
from shared.notices.claiming import Sending, claim, is_any_due
from shared.notices.settling import Tried, release, settle
from shared.yard import Yard

T = TypeVar("T")
log = logging.getLogger(__name__)
AT_ONCE = 64
"""How many deliveries a process sends at once."""
LOOK_SECONDS = 0.1
"""How often it looks for what is due."""
REST_SECONDS = 0.5
"""How long it waits after the store did not answer."""
LONGEST_NAME = 27
"""With a slash and the eight characters of its incarnation it fits the column `holder`."""
LAST_SECONDS = 10.0
"""How long it waits, once it is to stop, for what is being sent."""


class Sender:
    """Sends until it is told to stop; for one event loop.

    ``name``, of at most `LONGEST_NAME` characters, is what it holds deliveries by, beside a word
    of this incarnation.
    """

    def __init__(
        self, yard: Yard, poster: Poster, *, name: str = "notices", at_once: int = AT_ONCE
    ) -> None:
        self._yard = yard
        self._poster = poster
        self._at_once = at_once
        self._holder = f"{name}/{token_hex(4)}"
        self._running: dict[asyncio.Task[Tried], Sending] = {}
        self._tried: list[Tried] = []
        self._store_thread = ThreadPoolExecutor(1, "store")

    async def run(self, stop: asyncio.Event) -> None:
        """Send until ``stop`` is set."""
        stopped = asyncio.create_task(stop.wait())
        try:
            while not stop.is_set():
                wait = await self._turn()
                await asyncio.wait(
                    {stopped, *self._running}, timeout=wait, return_when="FIRST_COMPLETED"
                )
        finally:
            stopped.cancel()

    async def send_due(self) -> int:
        """Send what is due now and wait for it, until nothing is due; how many tries."""
        sent = 0
        while True:
            await self._turn()
            if not self._running:
                return sent
            sent += len(self._running)
            await asyncio.wait(self._running)

    async def _turn(self) -> float:
        """Write down what ended and claim what is due; the seconds to wait at most."""
        self._collect()
        tried, free = list(self._tried), self._at_once - len(self._running)
        try:
            claimed = await self._in_thread(partial(self._exchange, tried, free))
        except Unavailable as error:
            log.warning("notices wait: %s", error)
            return REST_SECONDS
        except Exception:
            log.exception("notices could not be claimed, or what came of them not written down")
            return REST_SECONDS
        del self._tried[: len(tried)]
        for sending in claimed:
            self._running[asyncio.create_task(self._poster.post(sending))] = sending
        return LOOK_SECONDS

    def _exchange(self, tried: list[Tried], free: int) -> list[Sending]:
        """Both in one commit; where that fails, each try is written down by itself."""
        store, settings = self._yard.store, self._yard.settings
        if not tried:
            with store.read() as tx:
                if free <= 0 or not is_any_due(tx):
                    return []
        held = Counter(sending.account_id for sending in self._running.values())

        def both(tx: Transaction) -> list[Sending]:
            settle(tx, tried)
            return claim(tx, settings, self._holder, free, held)

        try:
            return store.transact(both)
        except Unavailable:
            raise
        except Exception:
            if not tried:
                raise
            log.exception("what came of some deliveries cannot be written down together")
        self._write_singly(tried)
        return []

    def _write_singly(self, tried: list[Tried]) -> None:
        """What cannot be written down is left out: its lease ends."""
        for one in tried:
            try:
                self._yard.store.transact(partial(_settle_one, one))
            except Unavailable:
                raise
            except Exception:
                log.exception("what came of delivery %s cannot be written down", one.sending.id)

    def _collect(self) -> None:
        for task in [task for task in self._running if task.done()]:
            del self._running[task]
            self._tried.append(task.result())

    async def close(self) -> None:
        """Wait a while for what is being sent; give back what is not sent by then. The end."""
        if self._running:
            await asyncio.wait(self._running, timeout=LAST_SECONDS)
        self._collect()
        left = list(self._running.values())
        for task in self._running:
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)
        self._running.clear()
        try:
            await self._in_thread(partial(self._give_back, list(self._tried), left))
        except Unavailable as error:
            log.warning("what was sent last will be sent again: %s", error)
        self._store_thread.shutdown()

    def _give_back(self, tried: list[Tried], left: list[Sending]) -> None:
        if tried:
            self._yard.store.transact(lambda tx: settle(tx, tried))
        if left:
            self._yard.store.transact(lambda tx: release(tx, left))

    async def _in_thread(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._store_thread, work)


def _settle_one(tried: Tried, tx: Transaction) -> None:
    settle(tx, [tried])
