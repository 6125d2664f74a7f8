"""Equal requests at two gateway processes, over real HTTP: one of them is done."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from functools import partial
from pathlib import Path

import httpx
import pytest

from shared.accounts.account import Account, get_account
from shared.accounts.api_key import create_api_key
from shared.db import Store
from shared.settings import Settings
from tests.gateway import open_account
from tests.keyed import keyed, tasks_in
from tests.memory_yard import in_threads
from tests.process import YardProcess
from tests.servers import eventually, free_port

REVIEW = {"type": "SENTIMENT_ANALYSIS", "content": "Bon", "options": ["Positif", "Négatif"]}
REQUESTS = 100


@pytest.fixture
def account(store: Store) -> Account:
    """An account with 10,000 cents."""
    return open_account(store, "acme")


@pytest.fixture
def addresses(settings: Settings, store: Store, tmp_path: Path) -> Iterator[list[str]]:
    """Where two gateways to the same yard answer; nobody answers for its Redis."""
    with ExitStack() as stack:
        found = []
        for number in range(2):
            port = free_port()
            environ = {
                "TASKYARD_HOME": str(tmp_path),
                "TASKYARD_SECRET_KEY": settings.secret_key,
                "TASKYARD_DATABASE_URL": store.url,
                "TASKYARD_REDIS_URL": "redis://127.0.0.1:1/0",
                "TASKYARD_PORT": str(port),
            }
            process = YardProcess(["-m", "api"], environ, tmp_path / f"log{number}")
            stack.callback(process.end)
            found.append(f"http://127.0.0.1:{port}")
        for address in found:
            eventually(partial(lives, address), 60, "a gateway's first answer")
        yield found


def lives(address: str) -> bool:
    """Whether a gateway answers there."""
    try:
        return httpx.get(f"{address}/healthz").status_code == 200
    except httpx.TransportError:
        return False


def test_a_hundred_equal_requests_at_two_processes_make_one_task_and_one_hold(
    addresses: list[str], store: Store, settings: Settings, account: Account
) -> None:
    with store.begin() as tx:
        _, credential = create_api_key(tx, settings, account.id, role="buyer")
    headers = keyed("the same", Authorization=f"Bearer {credential}")
    with httpx.Client(timeout=60) as client:

        def ask(number: int) -> httpx.Response:
            url = f"{addresses[number % 2]}/api/v1/tasks"
            answer = client.post(url, json=REVIEW, headers=headers)
            while answer.status_code == 409:
                assert answer.headers["Retry-After"] == "1"
                answer = client.post(url, json=REVIEW, headers=headers)
            return answer

        answers = in_threads(REQUESTS, ask)

    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.content for answer in answers}) == 1
    replays = sum(answer.headers.get("Idempotent-Replayed") == "true" for answer in answers)
    assert replays == REQUESTS - 1
    with store.begin() as tx:
        assert (tasks_in(store), get_account(tx, account.id).held_cents) == (1, 20)
