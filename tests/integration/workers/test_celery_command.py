"""Plain Celery commands work as their users expect them to."""

from __future__ import annotations

import signal
import threading
from typing import Any

import pytest

from shared.broker.celery_broker import CeleryBroker
from tests.integration.workers.conftest import NewYard
from tests.servers import ValkeyServer
from tests.working_yard import WorkingYard

REVIEW = {
    "content": "Ce produit est absolument fantastique !",
    "options": ["Positif", "Négatif", "Neutre"],
    "locale": "fr",
    "validationsNeeded": 3,
}


@pytest.fixture(scope="module")
def yard(new_yard: NewYard, module_valkey: ValkeyServer) -> WorkingYard:
    """The module's yard, on SQLite; no scheduler is needed."""
    return new_yard("sqlite", module_valkey)


def test_a_worker_started_with_celerys_own_command_does_echo_and_stops_when_told(
    yard: WorkingYard,
) -> None:
    worker = yard.celery_worker("echo")
    task = yard.until(yard.submit(content="hello"))
    assert task.result == {"content": "hello", "attempt": 1}
    running = yard.submit(sleep_seconds=1)
    with Events(yard) as events:
        named = yard.submit(content="seen")
        yard.until_all([running, named])
        events.until_seen("task-received", named)
    assert events.seen["task-received", named]["name"] == "ECHO"
    worker.signal(signal.SIGTERM)
    worker.until_ended()


def test_the_sentiment_pool_does_its_queue(yard: WorkingYard) -> None:
    assert yard.registry.failures == {}
    yard.worker("sentiment", name="moods")
    task_id = yard.submit("SENTIMENT_ANALYSIS", **REVIEW)
    task = yard.until(task_id, seconds=90)
    assert task.result is not None
    assert task.result["answer"] == "Positif"


class Events:
    """What Flower listens to: the events of every worker, by kind and task id."""

    def __init__(self, yard: WorkingYard) -> None:
        assert isinstance(yard.yard.broker, CeleryBroker)
        self._app = yard.yard.broker.app
        self.seen: dict[tuple[str, str], dict[str, Any]] = {}
        self._came = threading.Condition()
        self._listens = threading.Event()
        self._thread = threading.Thread(target=self._listen, daemon=True)

    def __enter__(self) -> Events:
        self._thread.start()
        assert self._listens.wait(10)
        return self

    def __exit__(self, *_: object) -> None:
        self._receiver.should_stop = True
        self._thread.join(5)

    def until_seen(self, kind: str, task_id: str) -> None:
        """Wait for an event."""
        with self._came:
            assert self._came.wait_for(lambda: (kind, task_id) in self.seen, 10), self.seen

    def _listen(self) -> None:
        with self._app.connection_for_read() as connection:
            self._receiver = self._app.events.Receiver(connection, handlers={"*": self._note})
            with self._receiver.consumer_context():
                self._listens.set()
                self._receiver.capture(limit=None, timeout=None, wakeup=False)

    def _note(self, event: dict[str, Any]) -> None:
        with self._came:
            self.seen[event["type"], str(event.get("uuid"))] = event
            self._came.notify_all()
