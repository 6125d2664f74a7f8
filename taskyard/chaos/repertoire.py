"""Which faults can be done to a yard, and in which order they are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Sequence
from functools import partial
from random import Random
from signal import SIGKILL, SIGTERM

from taskyard.chaos import kinds
from taskyard.chaos.database_faults import ConnectionsCut
from taskyard.chaos.fault import Fault, FaultKind
from taskyard.chaos.part import Part
from taskyard.chaos.process_faults import ChildKilled, Ended, Stopped
from taskyard.chaos.redis_faults import Flushed, RedisEnded
from taskyard.chaos.target import Target


def faults_of(
    target: Target, parts: Collection[Part], random: Random
) -> tuple[list[Fault], list[str]]:
    """The faults that can be done to ``parts`` here; and a sentence for each that must be left."""
    found: list[Fault] = []
    notes: list[str] = []
    for part in Part:
        if part in parts:
            faults, note = _FAULTS[part](target, random)
            found += faults
            notes += [note] if note else []
    return found, notes


def _process(
    killed: FaultKind, stopped: FaultKind, restarted: FaultKind, target: Target, random: Random
) -> tuple[list[Fault], str]:
    """What can be done to whatever is a process."""
    return [
        Ended(target, killed, SIGKILL, random),
        Stopped(target, stopped, random),
        Ended(target, restarted, SIGTERM, random),
    ], ""


def _workers(target: Target, random: Random) -> tuple[list[Fault], str]:
    if not target.alive(Part.WORKERS):
        return [], "workers: `taskyard up` runs none here"
    processes, note = _process(
        kinds.WORKER_KILLED, kinds.WORKER_STOPPED, kinds.WORKER_RESTARTED, target, random
    )
    return [ChildKilled(target, kinds.CHILD_KILLED, random), *processes], note


def _redis(target: Target, random: Random) -> tuple[list[Fault], str]:
    flushed = Flushed(target, kinds.REDIS_FLUSHED)
    if not target.alive(Part.REDIS):
        return [flushed], "redis: not run by `taskyard up`; its database is flushed, no more"
    return [
        flushed,
        RedisEnded(Ended(target, kinds.REDIS_KILLED, SIGKILL, random)),
        Stopped(target, kinds.REDIS_STOPPED, random),
        RedisEnded(Ended(target, kinds.REDIS_RESTARTED, SIGTERM, random)),
    ], ""


def _database(target: Target, _random: Random) -> tuple[list[Fault], str]:
    if target.yard.store.dialect == "sqlite":
        return [], "database: SQLite has no server that could be struck"
    return [ConnectionsCut(target, kinds.CONNECTIONS_CUT)], ""


_FAULTS: dict[Part, Callable[[Target, Random], tuple[list[Fault], str]]] = {
    Part.WORKERS: _workers,
    Part.SCHEDULER: partial(
        _process, kinds.SCHEDULER_KILLED, kinds.SCHEDULER_STOPPED, kinds.SCHEDULER_RESTARTED
    ),
    Part.NOTICES: partial(
        _process, kinds.NOTICES_KILLED, kinds.NOTICES_STOPPED, kinds.NOTICES_RESTARTED
    ),
    Part.GATEWAY: partial(
        _process, kinds.GATEWAY_KILLED, kinds.GATEWAY_STOPPED, kinds.GATEWAY_RESTARTED
    ),
    Part.REDIS: _redis,
    Part.DATABASE: _database,
}


def each_once(faults: Sequence[Fault], random: Random) -> Iterator[Fault]:
    """Every fault once, at random."""
    yield from random.sample(list(faults), len(faults))


def endless(faults: Sequence[Fault], random: Random) -> Iterator[Fault]:
    """Part after part, each with another of its faults, until all were done; and so on."""
    by_part: dict[Part, list[Fault]] = defaultdict(list)
    while faults:
        for part in random.sample(sorted({f.kind.part for f in faults}), k=len(_parts(faults))):
            if not by_part[part]:
                own = [fault for fault in faults if fault.kind.part is part]
                by_part[part] = random.sample(own, len(own))
            yield by_part[part].pop()


def _parts(faults: Sequence[Fault]) -> set[Part]:
    return {fault.kind.part for fault in faults}
