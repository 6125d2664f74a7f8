"""A yard with real servers and real processes: submit, wait for what becomes of it, look."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import Select, select

from shared.accounts.account import create_account
from shared.broker.celery_broker import CeleryBroker
from shared.db import Store
from shared.patience import patiently
from shared.settings import Settings, read_settings
from shared.tasks import dispatch
from shared.tasks.draft import Accepted, Draft
from shared.tasks.registry import ENTRY_POINT_GROUP, Registry, load_registry
from shared.tasks.status import Status
from shared.tasks.task import Task, tasks, transitions
from shared.yard import Yard
from tests.odd_types import ODD_TYPES
from tests.process import YardProcess
from tests.servers import eventually

LEASE_SECONDS = 3.0
SECRET_KEY = "a secret key for tests, long enough"


class WorkingYard:
    """Settings, a store, an account, and the processes started on them."""

    def __init__(self, folder: Path, database_url: str, redis_url: str, **settings: Any) -> None:
        self._folder = folder
        given = {
            "HOME": folder,
            "SECRET_KEY": SECRET_KEY,
            "DATABASE_URL": database_url,
            "REDIS_URL": redis_url,
            "LEASE_SECONDS": LEASE_SECONDS,
            "CANCEL_GRACE_SECONDS": 1.0,
            **settings,
        }
        self.environ = {f"TASKYARD_{name}": str(value) for name, value in given.items()}
        self.settings: Settings = read_settings(self.environ)
        self.store = Store(self.settings.database_url)
        self.registry = _registry()
        self.yard = Yard(
            self.settings, self.store, CeleryBroker(self.settings, self.registry), self.registry
        )
        self.processes: list[YardProcess] = []
        self._types = _entry_points(folder / "types")
        with self.store.begin() as tx:
            self.account = create_account(tx, "acme")

    def worker(
        self, pool: str = "system", name: str = "one", concurrency: int = 1, *, waits: bool = True
    ) -> YardProcess:
        """``python -m workers``, ready if the test ``waits`` for that."""
        flags = ["--name", name, "--concurrency", str(concurrency)]
        worker = self._start(["-m", "workers", pool, *flags], f"worker-{name}")
        if waits:
            worker.until_logged(" ready.")
        return worker

    def celery_worker(self, *queues: str, name: str = "plain") -> YardProcess:
        """``celery worker``, as a Celery user starts it, ready."""
        flags = ["-Q", ",".join(queues), "-n", f"{name}@%h", "-c", "1"]
        command = ["-m", "celery", "-A", "workers.app", "worker", *flags]
        worker = self._start(command, f"worker-{name}")
        worker.until_logged(" ready.")
        return worker

    def scheduler(self) -> YardProcess:
        """``python -m scheduler``."""
        return self._start(["-m", "scheduler"], "scheduler")

    def gateway(self) -> YardProcess:
        """``python -m api``."""
        return self._start(["-m", "api"], "gateway")

    def agent(self, key: str, name: str, *flags: str) -> YardProcess:
        """``taskyard agent`` with a server's key, a home of its own, and nothing of the yard's."""
        environ = {
            "TASKYARD_HOME": str(self._folder / name),
            "TASKYARD_SERVER_KEY": key,
            "TASKYARD_URL": f"http://{self.settings.host}:{self.settings.port}",
        }
        given = ("LINK_TARGETS", "LOCAL_ROOTS", "ALLOW_NETWORKS")
        shared = {f"TASKYARD_{one}": self.environ.get(f"TASKYARD_{one}", "") for one in given}
        log = self._folder / f"{name}-{len(self.processes)}.log"
        process = YardProcess(["-m", "taskyard", "agent", *flags], {**environ, **shared}, log)
        self.processes.append(process)
        return process

    def submit(self, type_name: str = "ECHO", **payload: Any) -> str:
        """Submit one task; its id."""
        return self.submit_many([payload], type_name)[0]

    def submit_many(self, payloads: Sequence[dict[str, Any]], type_name: str = "ECHO") -> list[str]:
        """Submit tasks in one go; their ids."""
        kind = self.registry.types[type_name]
        drafts = [
            Draft(account_id=self.account.id, task_type=kind, payload=payload, dialect="buyers")
            for payload in payloads
        ]
        answers = dispatch.submit(self.yard, drafts)
        assert all(isinstance(answer, Accepted) for answer in answers), answers
        return [draft.id for draft in drafts]

    def cancel(self, task_id: str) -> Task:
        """Ask for the task to be canceled."""
        return dispatch.cancel(self.yard, task_id, self.account.id, "tests")

    def task(self, task_id: str) -> Task:
        """The task's row."""
        return self.tasks([task_id])[0]

    def tasks(self, ids: Sequence[str]) -> list[Task]:
        """The rows of ``ids``, in that order."""
        rows = self._rows(select(tasks).where(tasks.c.id.in_(ids)))
        found = {row.id: Task.of(row) for row in rows}
        return [found[task_id] for task_id in ids]

    def steps(self, task_id: str) -> list[str]:
        """The statuses the task went through, the first included, oldest first."""
        return [row.to_status for row in self.transitions(task_id)]

    def reasons(self, task_id: str) -> list[str]:
        """Why the task went where it went, where somebody said."""
        return [row.reason for row in self.transitions(task_id) if row.reason]

    def transitions(self, task_id: str) -> Sequence[Any]:
        """The task's transition rows, oldest first."""
        query = select(transitions).where(transitions.c.task_id == task_id)
        return self._rows(query.order_by(transitions.c.number))

    def _rows(self, query: Select[Any]) -> Sequence[Any]:
        """What the store answers, as soon as it does."""

        def ask() -> Sequence[Any]:
            with self.store.read() as tx:
                return tx.rows(query)

        return patiently(ask, 10)

    def until(self, task_id: str, *statuses: Status, seconds: float = 20.0) -> Task:
        """Wait until the task is in one of ``statuses`` (completed, where none is given)."""
        return self.until_all([task_id], *statuses, seconds=seconds)[0]

    def until_all(self, ids: Sequence[str], *statuses: Status, seconds: float = 20.0) -> list[Task]:
        """Wait until every task is in one of ``statuses`` (completed, where none is given)."""
        wanted = set(statuses or (Status.COMPLETED,))
        try:
            eventually(lambda: {t.status for t in self.tasks(ids)} <= wanted, seconds)
        except AssertionError:
            raise AssertionError(self._account_of(ids, wanted)) from None
        return self.tasks(ids)

    def close(self) -> None:
        """End every process that is left."""
        while self.processes:
            self.processes.pop().end()
        self.yard.broker.close()
        self.store.close()

    def _start(self, arguments: Sequence[str], name: str) -> YardProcess:
        environ = {**self.environ, "PYTHONPATH": str(self._types)}
        log = self._folder / f"{name}-{len(self.processes)}.log"
        process = YardProcess(arguments, environ, log)
        self.processes.append(process)
        return process

    def _account_of(self, ids: Sequence[str], wanted: set[Status]) -> str:
        """What a failed wait has to say: the tasks, and what the processes logged."""
        missing = [t for t in self.tasks(ids) if t.status not in wanted][:3]
        rows = [f"{t.id} is {t.status}, {self.transitions(t.id)}" for t in missing]
        logs = [p.log[-4000:] for p in self.processes]
        return "\n".join([f"not {', '.join(wanted)} in time:", *rows, *logs])


def _registry() -> Registry:
    registry = load_registry()
    return Registry({**registry.types, **{kind.name: kind for kind in ODD_TYPES}})


def _entry_points(folder: Path) -> Path:
    """A folder that, on the path of a process, adds `ODD_TYPES` as an installed package does."""
    info = folder / "odd_types-1.dist-info"
    info.mkdir(parents=True, exist_ok=True)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: odd-types\nVersion: 1\n")
    lines = [f"{kind.name} = tests.odd_types:{kind.name}" for kind in ODD_TYPES]
    (info / "entry_points.txt").write_text("\n".join([f"[{ENTRY_POINT_GROUP}]", *lines, ""]))
    return folder
