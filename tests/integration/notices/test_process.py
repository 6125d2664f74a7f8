"""``python -m scheduler.notices``: it sends, may be killed in the middle, and stops when asked."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from itertools import count
from pathlib import Path
from signal import SIGKILL, SIGTERM

import pytest

from shared.notices import settling
from tests.noticing import NoticingYard
from tests.process import YardProcess
from tests.receiver import Receiver
from tests.servers import eventually

NAME = "notices-here"
Start = Callable[[], YardProcess]


@pytest.fixture
def start(sqlite_yard: NoticingYard, tmp_path: Path) -> Iterator[Start]:
    """Starts one more sender of the yard."""
    numbers = count()
    environ = {
        "TASKYARD_HOME": str(tmp_path),
        "TASKYARD_SECRET_KEY": sqlite_yard.yard.settings.secret_key,
        "TASKYARD_DATABASE_URL": sqlite_yard.store.url,
        "TASKYARD_REDIS_URL": "redis://127.0.0.1:1/0",
        "TASKYARD_WEBHOOK_ALLOW_NETWORKS": "127.0.0.0/8",
    }
    with ExitStack() as stack:

        def started() -> YardProcess:
            log = tmp_path / f"log{next(numbers)}"
            process = YardProcess(["-m", "scheduler.notices", "--name", NAME], environ, log)
            stack.callback(process.end)
            return process

        yield started


@pytest.mark.slow
def test_a_sender_that_is_killed_in_the_middle_of_a_request_is_followed_by_another(
    sqlite_yard: NoticingYard, receiver: Receiver, start: Start
) -> None:
    yard = sqlite_yard
    hook = yard.webhook(receiver.url(), "queued")
    receiver.open.clear()
    yard.submit()
    yard.write()
    first = start()
    eventually(lambda: receiver.requests, 60, "the first request")
    first.signal(SIGKILL)
    first.until_ended()
    receiver.open.set()
    second = start()
    assert yard.deliveries()[0].state == "pending"
    with yard.store.begin() as tx:  # as who started it does
        assert settling.lose(tx, NAME) == 1
    eventually(lambda: yard.deliveries()[0].state == "delivered", 60, "the delivery")
    assert list(receiver.counted.values()) == [2]
    assert all(request.is_signed_by(yard.secrets[hook.id]) for request in receiver.requests)
    second.signal(SIGTERM)
    second.until_ended()
    assert "Traceback" not in second.log
