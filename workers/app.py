"""The Celery application: ``celery -A workers.app worker -Q QUEUE``, and what Flower loads.

Each task type's Celery task is registered under the type's own name on the type's own queue, so
Flower, logs and the API name the same thing.
"""

from __future__ import annotations

import atexit
import ctypes
import os
import signal
from typing import Any

from celery import Celery
from celery.signals import (
    celeryd_init,
    setup_logging,
    worker_init,
    worker_process_init,
    worker_ready,
    worker_shutdown,
    worker_shutting_down,
)

from shared import logs
from shared.broker.celery_app import celery_app
from shared.entry import beginning
from shared.ready_notice import tell_ready
from shared.settings import Settings, read_settings
from shared.tasks.messages import ids_in
from shared.tasks.registry import Registry, load_registry
from shared.tasks.task_type import TaskType
from workers.death_watch import DeathWatch
from workers.execute import execute
from workers.keeper import Keeper
from workers.process import Worker
from workers.request import YardRequest, running
from workers.soft_stop import SoftStop

PR_SET_PDEATHSIG = 1
"""``prctl(2)``: the signal that a process gets when its parent dies."""


def make_app(settings: Settings, registry: Registry) -> Celery:
    """A Celery application that does the work of every type in ``registry``."""
    os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")  # ONNX Runtime would report to Microsoft
    app = celery_app(settings, sorted({kind.queue for kind in registry.types.values()}))
    app.conf.worker_soft_shutdown_timeout = settings.cancel_grace_seconds
    app.conf.worker_enable_soft_shutdown_on_idle = False
    app.steps["consumer"].add(DeathWatch)
    app.Worker = app.subclass_with_self(SoftStop)
    worker = Worker(settings)
    for kind in registry.types.values():
        if not kind.is_done_by_people:
            _register(app, worker, kind)
    WorkerLife(worker).connect()
    return app


def _register(app: Celery, worker: Worker, kind: TaskType) -> None:
    def run(ids: list[str]) -> int:
        return execute(worker.yard, kind, ids_in(ids), worker.holder)

    YardRequest.hard_limits[kind.name] = kind.hard_limit_seconds
    app.task(name=kind.name, Request=f"{__name__}:YardRequest", ignore_result=True)(run)


class WorkerLife:
    """Hooks the yard into a Celery worker: its name, its log, its leases, its children."""

    def __init__(self, worker: Worker) -> None:
        self._worker = worker

    def connect(self) -> None:
        """Have every method called when its moment comes."""
        celeryd_init.connect(self.named, weak=False)
        setup_logging.connect(self.logs_wanted, weak=False)
        worker_init.connect(self.begun, weak=False)
        worker_process_init.connect(self.child_begun, weak=False)
        worker_ready.connect(self.consuming, weak=False)
        worker_shutting_down.connect(self.stopping, weak=False)
        worker_shutdown.connect(self.ended, weak=False)

    def named(self, sender: str, **_: Any) -> None:
        """The worker's node name is known."""
        self._worker.name = sender

    def logs_wanted(self, **_: Any) -> None:
        """Celery leaves the logging to us."""
        logs.configure(self._worker.settings, self._worker.name)

    def begun(self, **_: Any) -> None:
        """The parent starts: keep the leases of whatever its children will run."""
        keeper = YardRequest.keeper = Keeper(self._worker, running)
        keeper.start()
        atexit.register(keeper.stop)

    def child_begun(self, **_: Any) -> None:
        """A pool child starts: it must not outlive its parent, who keeps its leases."""
        YardRequest.keeper = None
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)

    def consuming(self, **_: Any) -> None:
        """The worker takes messages from now on."""
        tell_ready()

    def stopping(self, **_: Any) -> None:
        """Children that die from now on die because the worker stops."""
        if YardRequest.keeper:
            YardRequest.keeper.is_stopping = True

    def ended(self, **_: Any) -> None:
        """The pool is gone: give back what it still held."""
        if YardRequest.keeper:
            YardRequest.keeper.stop()


def __getattr__(name: str) -> Any:
    """``workers.app.app`` is made when Celery asks for it: importing needs no settings."""
    if name == "app":
        with beginning():
            app = globals()["app"] = make_app(read_settings(), load_registry())
        return app
    raise AttributeError(name)
