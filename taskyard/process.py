"""What a supervised process is, and what a yard on one machine consists of."""

from __future__ import annotations

import hashlib
import os
import socket
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from pathlib import Path
from signal import Signals

from shared.settings import Settings
from taskyard.embedded_valkey import valkey_command

FLOWER_USER = "taskyard"
FLOWER_TASKS = 1000
"""How many tasks Flower remembers: it is a live view, history is the store's."""


class Rank(IntEnum):
    """The order in which processes are stopped."""

    WORKER = 1
    GATEWAY = 2
    SCHEDULER = 3
    FLOWER = 4
    BROKER = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Process:
    """How to run one process.

    ``holder`` is how a worker's leases in the store begin, ``sender`` the name by which a sender of
    notices holds deliveries. ``stop_signal`` goes to the process alone, and ``stop_seconds`` later
    SIGKILL to its whole session. With ``tells_ready`` it reports its own readiness.
    """

    name: str
    command: tuple[str, ...]
    rank: Rank
    environ: Mapping[str, str] = field(default_factory=dict)
    stop_signal: Signals = Signals.SIGTERM
    stop_seconds: float = 10.0
    holder: str | None = None
    sender: str | None = None
    pool: str | None = None
    tells_ready: bool = False


def broker_process(settings: Settings) -> Process:
    """The embedded Valkey."""
    return Process(
        name="valkey", command=valkey_command(settings.home), rank=Rank.BROKER, stop_seconds=20.0
    )


def yard_processes(settings: Settings, pools: Sequence[str], flower_password: str) -> list[Process]:
    """Everything that stands on the broker and the store."""
    return [
        Process(
            name="gateway",
            command=_python("api"),
            rank=Rank.GATEWAY,
            stop_seconds=25.0,  # requests in flight have 20
        ),
        *(_worker(pool, settings.home) for pool in pools),
        Process(name="scheduler", command=_python("scheduler"), rank=Rank.SCHEDULER),
        _sender(settings.home),
        _flower(settings, flower_password),
    ]


def _worker(pool: str, home: Path) -> Process:
    name = f"{pool}-1"
    node = f"{name}-{mark_of(home)}"
    return Process(
        name=name,
        command=(*_python("workers"), pool, "--name", node),
        rank=Rank.WORKER,
        stop_seconds=30.0,
        holder=f"{node}@{socket.gethostname()}/",
        pool=pool,
        tells_ready=True,
    )


def _sender(home: Path) -> Process:
    here = f"{socket.gethostname()}:{os.fspath(home)}"
    name = f"notices-{hashlib.sha256(os.fsencode(here)).hexdigest()[:10]}"
    return Process(
        name="notices",
        command=(*_python("scheduler.notices"), "--name", name),
        rank=Rank.SCHEDULER,
        stop_seconds=20.0,
        sender=name,
    )


def mark_of(home: Path) -> str:
    """What tells the workers of ``home`` from another yard's, should both share host and store."""
    return hashlib.sha256(os.fsencode(home)).hexdigest()[:6]


def _flower(settings: Settings, password: str) -> Process:
    command = (
        *_python("celery"),
        "--app=workers.app",
        "flower",
        "--address=127.0.0.1",
        f"--port={settings.flower_port}",
        f"--max_tasks={FLOWER_TASKS}",
        "--purge_offline_workers=60",
        "--logging=error",  # it warns of workers that do not answer while they start
    )
    credential = {"FLOWER_BASIC_AUTH": f"{FLOWER_USER}:{password}"}
    return Process(
        name="flower",
        command=command,
        rank=Rank.FLOWER,
        environ=credential,
        stop_signal=Signals.SIGKILL,  # it keeps nothing, and its threads would not let it go
    )


def _python(module: str) -> tuple[str, ...]:
    return (sys.executable, "-m", module)
