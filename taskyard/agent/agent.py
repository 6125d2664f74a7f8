"""The agent: claims tasks, does each in a thread, extends their leases, reports on them.

Its threads beside those of the tasks: this one claims; one extends leases, one reports, one tells
how the machine is. A gateway that does not answer is waited for; what is finished meanwhile lies
in the spool.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from threading import Event, Thread
from typing import Any, TypeVar

from shared.errors import Refused, Unavailable
from shared.ids import is_id
from shared.logs import bound
from shared.settings import Settings
from shared.wakeup import Stop
from taskyard.agent import machine
from taskyard.agent.backoff import Backoff
from taskyard.agent.chore import Chore
from taskyard.agent.held import Held, HeldTasks
from taskyard.agent.journal import AgentJournal
from taskyard.agent.link_task import LinkTask
from taskyard.agent.plan import Plan
from taskyard.agent.reporting import report_all
from taskyard.agent.server_client import LARGEST_BULK, LARGEST_CLAIM, ServerClient
from taskyard.agent.spool import Spool, open_spool
from taskyard.agent.work import work
from taskyard.counted import counted

log = logging.getLogger(__name__)
T = TypeVar("T")
BEATS_PER_LEASE = 4
LOOK_SECONDS = 1.0
"""How often it looks whether it is to stop, where nothing else tells it."""


def beat_seconds(plan: Plan, leases: Iterable[float]) -> float:
    """How often leases are extended that last so long, in seconds. Pure."""
    beats = [lease / BEATS_PER_LEASE for lease in leases if lease > 0]
    return min([plan.longest_beat_seconds, *beats])


class Agent:
    """One agent of one server; it runs once."""

    def __init__(self, plan: Plan, client: ServerClient, settings: Settings) -> None:
        self._plan, self._client, self._settings = plan, client, settings
        self._held = HeldTasks(plan.threads)
        self._stop = Stop()
        self._over = Event()
        self._failure: Refused | Unavailable | None = None
        self._backoff = Backoff()
        self._extending: Chore | None = None

    def stop(self) -> None:
        """Claim nothing more, finish what runs, report it; a signal handler may call this."""
        self._stop.set()

    def run(self) -> None:
        """Work until it is told to stop; raises the `Refused` for which it cannot go on.

        With ``once`` it also ends where the gateway does not answer, by `Unavailable`.
        """
        server = self._introduced()
        if server is None:
            return
        with open_spool(self._plan.spool / server) as spool:
            if len(spool):
                log.info("reports left from before, which are sent first: %d", len(spool))
                self._patiently(lambda: report_all(self._client, spool))
            with self._chores(spool) as reporting:
                self._claim_all(spool, reporting)
                self._finish()
            self._report_last(spool)
        if self._failure is not None:
            raise self._failure

    def _introduced(self) -> str | None:
        """The id of the key's server; None where it is to stop before that is known."""
        answer = self._patiently(self._tell_health)
        if answer is None:
            return None
        server = str(answer.get("server_id"))
        if not is_id(server):
            raise Refused(f"What answers at {self._plan.url} is no gateway of a yard.")
        services = ", ".join(self._plan.services)
        name = answer.get("server_name")
        log.info("this is server %s; of what it offers, done here: %s", name, services)
        return server

    def _patiently(self, ask: Callable[[], T]) -> T | None:
        """What ``ask`` answers, as soon as the gateway does; None where it is to stop before."""
        while not self._stop.is_set():
            try:
                answer = ask()
            except Unavailable as error:
                if self._plan.once:
                    raise
                wait = self._backoff.next_seconds()
                log.warning("%s Trying again in %.1f s.", error, wait)
                self._stop.wait(wait)
            else:
                self._backoff.reset()
                return answer
        return None

    @contextmanager
    def _chores(self, spool: Spool) -> Iterator[Chore]:
        """What goes on while tasks are claimed and done."""
        plan = self._plan
        beat = plan.longest_beat_seconds
        self._extending = extending = Chore("extending", self._extend, beat, self._refused)
        health = Chore("health", self._tell_health, beat, self._refused)
        reporting = Chore(
            "reporting",
            lambda: report_all(self._client, spool),
            plan.report_seconds,
            self._refused,
        )
        chores = (extending, health, reporting)
        for chore in chores:
            chore.start()
        try:
            yield reporting
        finally:
            for chore in chores:
                chore.end(plan.wait_seconds)

    def _refused(self, error: Refused) -> None:
        """The gateway will not have this agent: what runs is to end, and nothing is begun."""
        log.error("%s", error)
        self._failure = self._failure or error
        self._over.set()
        self._stop.set()

    def _claim_all(self, spool: Spool, reporting: Chore) -> None:
        """Claim as many tasks as there are threads free, until told to stop."""
        while not self._stop.is_set():
            if not self._held.wait_for_room(LOOK_SECONDS):
                continue
            try:
                tasks = self._patiently(self._claim)
            except Refused as error:
                self._refused(error)
                return
            except Unavailable as error:  # what runs is finished before that is told
                self._failure = self._failure or error
                return
            for task in tasks or ():
                arguments = (self._held.add(task), spool, reporting)
                Thread(target=self._do, args=arguments, name=task.id, daemon=True).start()
            if self._plan.once and not tasks:
                return

    def _claim(self) -> list[LinkTask]:
        wait = 0.0 if self._plan.once else self._plan.wait_seconds
        limit = min(self._held.free, LARGEST_CLAIM)
        claimed = self._client.claim(limit, self._plan.services, wait)
        if claimed and self._extending is not None:
            leases = (task.lease_seconds for task in claimed)
            self._extending.every(beat_seconds(self._plan, leases))
        return claimed

    def _do(self, held: Held, spool: Spool, reporting: Chore) -> None:
        """One attempt, in a thread of its own."""
        with bound(task_id=held.task.id):
            try:
                self._held.wait_for_turn(held)
                site = held.task.order.site
                log.info("begun: %s at %s", held.task.order.service, site.name or site.url)
                finished = work(held, self._settings, AgentJournal(self._client, held, self._over))
                if finished is not None:
                    spool.keep(finished)
                    reporting.ring()
            finally:
                self._held.release(held)

    def _extend(self) -> None:
        """Extend the leases of what runs, and hear what is to stop."""
        keys = self._held.keys()
        for start in range(0, len(keys), LARGEST_BULK):
            some = keys[start : start + LARGEST_BULK]
            for key, said in zip(some, self._client.extend(some), strict=False):
                self._held.told(key, said)

    def _tell_health(self) -> dict[str, Any]:
        return self._client.health(machine.health(self._plan, len(self._held)))

    def _finish(self) -> None:
        """Wait for what runs, as long as the grace time lasts; then it is told to give way."""
        if len(self._held):
            log.info("to be finished first: %s", counted(len(self._held), "task"))
        if self._held.wait_until_empty(self._plan.grace_seconds):
            return
        self._over.set()
        if not self._held.wait_until_empty(self._plan.wait_seconds):
            left = counted(len(self._held), "task")
            log.warning("left running, for others to take when the leases end: %s", left)

    def _report_last(self, spool: Spool) -> None:
        """Report what was finished last; what cannot be reported now stays for the next start."""
        if not isinstance(self._failure, Refused):
            try:
                report_all(self._client, spool)
            except (Unavailable, Refused) as error:
                log.warning("%s", error)
        if len(spool):
            kept = counted(len(spool), "report")
            log.warning("kept in %s for the next start: %s", self._plan.spool, kept)
