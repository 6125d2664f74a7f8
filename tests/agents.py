"""Agents that work for a yard: its gateway over real HTTP, and they in threads beside it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from threading import Thread
from typing import Any
from wsgiref.types import StartResponse, WSGIEnvironment

from sqlalchemy import update
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from api import create_app_for
from api.gateway import gateway_of
from shared.db import Store
from shared.errors import Refused, Unavailable
from shared.servers.server import Server
from shared.settings import Settings
from shared.tasks import dispatch, lifecycle
from shared.tasks.status import Status
from shared.tasks.task import Task, tasks
from taskyard.agent.agent import Agent
from taskyard.agent.plan import Plan
from taskyard.agent.server_client import ServerClient
from taskyard.agent.settings import agent_settings
from tests.linking_yard import LinkingYard
from tests.servers import eventually, free_port
from tests.sites.mastodon_server import MastodonServer

LOOPBACK = "127.0.0.0/8"


class BusyMastodon(MastodonServer):
    """A server at which something else happens before it carries out a call, once."""

    def __init__(self) -> None:
        super().__init__()
        self.before: dict[str, Callable[[], object]] = {}

    def carried_out(self, call: str, asked: Any) -> Any:
        """Let it happen, then do what was asked."""
        self.before.pop(call, lambda: None)()
        return super().carried_out(call, asked)


class Web:
    """The gateway's application on a port: stopped and started again, or out of order in part."""

    def __init__(self, app: Any) -> None:
        self.app = app
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.out_of_order = ""
        """How the paths end that answer 503."""
        self.asked: list[tuple[str, int]] = []
        """The paths that were asked for, each with its answer's status."""
        self._server: BaseWSGIServer | None = None
        self._thread: Thread | None = None

    def __call__(self, environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        """One request."""
        path = str(environ["PATH_INFO"])

        def begin(status: str, headers: Any, exc_info: Any = None) -> Any:
            self.asked.append((path, int(status[:3])))
            return start(status, headers, exc_info)

        if self.out_of_order and path.endswith(self.out_of_order):
            body = json.dumps({"success": False, "message": "Out of order."}).encode()
            begin("503 Service Unavailable", [("Content-Type", "application/json")])
            return [body]
        answer: Iterable[bytes] = self.app(environ, begin)
        return answer

    def count(self, path: str, status: int = 200) -> int:
        """How often a path that ends so was answered with ``status``."""
        return sum(asked.endswith(path) and said == status for asked, said in list(self.asked))

    def start(self) -> None:
        """Listen."""
        self._server = make_server("127.0.0.1", self.port, self, True, request_handler=_Quiet)
        self._thread = Thread(target=self._server.serve_forever, args=(0.01,))
        self._thread.start()

    def stop(self) -> None:
        """Listen no more: whoever comes finds nobody."""
        if self._server is not None and self._thread is not None:
            self._server.shutdown()
            self._thread.join()
            self._server.server_close()
            self._server = self._thread = None


class _Quiet(WSGIRequestHandler):
    """Tells nobody about requests."""

    def log_request(self, *_: Any) -> None:
        """Not even that."""


class AgentYard(LinkingYard):
    """A yard with a remote server, and short ways to run agents of it."""

    def __init__(self, store: Store, settings: Settings, folder: Path) -> None:
        super().__init__(store, settings)
        self.folder = folder
        self.web = Web(create_app_for(self.yard))
        self.server, self.key = self.register("w1")

    def until(self, task_id: str, status: Status = Status.COMPLETED, seconds: float = 20.0) -> Task:
        """Wait until the task is in that status."""
        try:
            eventually(lambda: self.task(task_id).status is status, seconds)
        except AssertionError:
            raise AssertionError(f"{self.task(task_id)}, {self.web.asked}") from None
        return self.task(task_id)

    def agent(self, key: str = "", **changes: Any) -> RunningAgent:
        """An agent of the server (or another, by its ``key``), quick unless ``changes`` say so."""
        quick = {"wait_seconds": 0.2, "threads": 4, "grace_seconds": 10.0, **changes}
        plan = Plan(url=self.web.url, spool=self.folder / "spool", **quick)
        return RunningAgent(plan, key or self.key)

    def move(self, task_id: str, to: Server) -> None:
        """Let the task's lease lapse, and the task go to another server."""
        store = self.memory.store
        mine = tasks.c.id == task_id
        with store.begin() as tx:
            over = {"lease_expires_at": tx.now - timedelta(seconds=1)}
            tx.execute(update(tasks).where(mine).values(over))
        assert dispatch.rescue(self.yard) == 1
        with store.begin() as tx:
            lifecycle.assign(tx, [{"id": task_id, "server_id": to.id}], actor="tests")

    @property
    def spooled(self) -> list[Path]:
        """The reports that wait on disk."""
        return sorted(self.folder.rglob("*.json"))

    def close(self) -> None:
        """End the gateway."""
        self.web.stop()
        gateway = gateway_of(self.web.app)
        gateway.submitter.close()
        gateway.waiting.close()


class RunningAgent:
    """An agent in a thread of this process."""

    def __init__(self, plan: Plan, key: str) -> None:
        self._client = ServerClient(plan.url, key)
        environ = {"TASKYARD_ALLOW_NETWORKS": LOOPBACK, "TASKYARD_HOME": str(plan.spool)}
        self._agent = Agent(plan, self._client, agent_settings(environ))
        self._thread = Thread(target=self._run)
        self.error: Refused | Unavailable | None = None

    def _run(self) -> None:
        with self._client:
            try:
                self._agent.run()
            except (Refused, Unavailable) as error:
                self.error = error

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """Tell it to stop, as a signal does."""
        self._agent.stop()

    def until_ended(self, seconds: float = 20.0) -> None:
        """Wait until it has ended by itself."""
        self._thread.join(seconds)
        assert not self._thread.is_alive()

    def run(self) -> None:
        """Begin, and wait for its end."""
        self.start()
        self.until_ended()

    @contextmanager
    def at_work(self) -> Iterator[RunningAgent]:
        """It runs in the block, and is told to stop after it."""
        self.start()
        try:
            yield self
        finally:
            self.stop()
            self.until_ended()
