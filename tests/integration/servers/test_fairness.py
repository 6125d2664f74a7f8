"""Nobody is passed over for ever: neither servers made for one account, nor accounts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import pytest
from sqlalchemy import event

from shared.db import Store
from shared.settings import Settings
from shared.tasks import choice
from shared.tasks.status import Status
from tests.fleet_yard import ENTITY, FleetYard

WINDOW = 2
"""So few accounts are looked at together here; as many more wait as are looked through at once."""
OTHERS = WINDOW * choice.MOST_WINDOWS + 1


@pytest.fixture
def crowd(fleet: FleetYard, monkeypatch: pytest.MonkeyPatch) -> FleetYard:
    """A yard where more accounts wait than are looked through at once."""
    monkeypatch.setattr(choice, "MOST_TENANTS", WINDOW)
    for number in range(OTHERS):
        fleet.links(account_id=fleet.open_account(f"other-{number}").id)
    return fleet


@pytest.fixture
def statements(postgres_store: Store) -> Iterator[list[str]]:
    """What is asked of the store."""
    asked: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        asked.append(statement)

    event.listen(postgres_store.engine, "before_cursor_execute", note)
    yield asked
    event.remove(postgres_store.engine, "before_cursor_execute", note)


def test_a_server_of_one_account_is_given_its_tasks_however_many_others_wait(
    crowd: FleetYard,
) -> None:
    last = crowd.open_account("last")
    crowd.add("theirs", account_id=last.id)
    (task_id,) = crowd.links(account_id=last.id)
    assert crowd.assign() == 1
    assert crowd.status(task_id) is Status.QUEUED


def test_a_server_of_one_account_claims_its_tasks_however_many_others_wait(
    crowd: FleetYard,
) -> None:
    last = crowd.open_account("last")
    server = crowd.add("theirs", account_id=last.id)
    (task_id,) = crowd.links(account_id=last.id)
    assert [task.id for task in crowd.server_claims(server)] == [task_id]


def test_small_claims_take_tasks_of_every_account(fleet: FleetYard) -> None:
    server = fleet.add()
    fleet.links(40)
    fleet.links(40, account_id=fleet.open_account("other").id)
    claimed = Counter(fleet.server_claims(server, 1)[0].account_id for _ in range(40))
    assert len(claimed) == 2
    assert min(claimed.values()) >= 5  # by chance less than once in a million


def test_a_claim_of_several_services_is_no_larger_than_asked_for(fleet: FleetYard) -> None:
    server = fleet.add()
    fleet.links(3)
    fleet.links(3, ENTITY)
    assert [len(fleet.server_claims(server, limit)) for limit in (2, 3, 9)] == [2, 3, 1]


def test_who_asks_in_vain_holds_up_nobody(
    postgres_store: Store, settings: Settings, statements: list[str]
) -> None:
    fleet = FleetYard(postgres_store, settings)
    server = fleet.add()
    fleet.assigned(server, 2, kind=ENTITY)
    statements.clear()
    assert fleet.server_claims(server, 2) != []
    assert fleet.server_claims(server) == []
    assert not [one for one in statements if "advisory" in one]
