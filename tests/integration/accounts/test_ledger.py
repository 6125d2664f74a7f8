from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from random import Random

import pytest
from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from shared.accounts.account import accounts, create_account, get_account
from shared.accounts.audit import audit
from shared.accounts.ledger import Item, capture, entries, hold, top_up, void
from shared.accounts.ledger_entry import Book, Kind, ledger_entries
from shared.db import Store, Transaction
from shared.errors import NotFound, Refused
from shared.ids import new_id


@pytest.fixture
def make(store: Store) -> Callable[[int], str]:
    def make_account(cents: int) -> str:
        with store.begin() as tx:
            account = create_account(tx, f"a{new_id()}")
            if cents:
                top_up(tx, account.id, cents, "test")
            return account.id

    return make_account


def _items(account_id: str, *costs: int) -> list[Item]:
    return [Item(account_id, new_id(), cents) for cents in costs]


def _books(tx: Transaction, account_id: str) -> tuple[int, int]:
    account = get_account(tx, account_id)
    return account.balance_cents, account.held_cents


def test_a_top_up_is_two_entries_that_name_who_did_it(
    store: Store, make: Callable[[int], str]
) -> None:
    account_id = make(0)
    with store.begin() as tx:
        account = top_up(tx, account_id, 500, "cli")
        found = entries(tx, account_id)

    assert account.balance_cents == 500
    assert [(e.kind, e.book, e.amount_cents, e.actor, e.task_id) for e in found] == [
        (Kind.TOP_UP, Book.AVAILABLE, 500, "cli", None),
        (Kind.TOP_UP, Book.FUNDING, -500, "cli", None),
    ]
    assert found[0].posting_id == found[1].posting_id


@pytest.mark.parametrize("cents", [0, -1, 10**12 + 1])
def test_a_top_up_adds_something_within_reason(
    store: Store, make: Callable[[int], str], cents: int
) -> None:
    account_id = make(0)
    with store.begin() as tx, pytest.raises(Refused):
        top_up(tx, account_id, cents, "cli")


def test_a_top_up_of_no_account_is_refused(store: Store) -> None:
    with store.begin() as tx, pytest.raises(NotFound):
        top_up(tx, new_id(), 1, "cli")


def test_what_is_held_leaves_the_balance(store: Store, make: Callable[[int], str]) -> None:
    account_id = make(100)
    with store.begin() as tx:
        assert hold(tx, _items(account_id, 20, 30)) == set()
        assert _books(tx, account_id) == (50, 50)
        assert audit(tx) == []


def test_what_is_captured_is_gone(store: Store, make: Callable[[int], str]) -> None:
    account_id = make(100)
    first, second = items = _items(account_id, 20, 30)
    with store.begin() as tx:
        hold(tx, items)
        capture(tx, [first])
    with store.begin() as tx:
        assert _books(tx, account_id) == (50, 30)
        assert audit(tx) == []
        assert [e.book for e in entries(tx, account_id, limit=2)] == [Book.SPENT, Book.HELD]
    assert second.task_id != first.task_id


def test_what_is_voided_comes_back(store: Store, make: Callable[[int], str]) -> None:
    account_id = make(100)
    items = _items(account_id, 20, 30)
    with store.begin() as tx:
        hold(tx, items)
        void(tx, items[1:])
    with store.begin() as tx:
        assert _books(tx, account_id) == (80, 20)
        assert audit(tx) == []


def test_tasks_are_served_in_order_as_far_as_the_balance_goes(
    store: Store, make: Callable[[int], str]
) -> None:
    rich, poor = make(1000), make(30)
    one, two, three, four = [*_items(poor, 20), *_items(rich, 900), *_items(poor, 20, 10)]
    with store.begin() as tx:
        assert hold(tx, [one, two, three, four]) == {three.task_id}
        assert _books(tx, poor) == (0, 30)
        assert _books(tx, rich) == (100, 900)


def test_what_costs_nothing_touches_nothing(store: Store, make: Callable[[int], str]) -> None:
    account_id = make(0)
    items = _items(account_id, 0, 0)
    with store.begin() as tx:
        assert hold(tx, items) == set()
        capture(tx, items[:1])
        void(tx, items[1:])

        assert entries(tx, account_id) == []


def test_an_account_that_does_not_exist_can_pay_nothing(store: Store) -> None:
    items = _items(new_id(), 1)
    with store.begin() as tx:
        assert hold(tx, items) == {items[0].task_id}


def test_entries_are_paged_from_the_newest(store: Store, make: Callable[[int], str]) -> None:
    account_id, other = make(100), make(100)
    with store.begin() as tx:
        hold(tx, _items(account_id, 1, 2, 3))
        hold(tx, _items(other, 50))
        everything = entries(tx, account_id)
        first = entries(tx, account_id, limit=3)
        rest = entries(tx, account_id, before=first[-1].number)

    assert len(everything) == 8
    assert first + rest == everything
    assert [e.number for e in everything] == sorted((e.number for e in everything), reverse=True)


@pytest.mark.parametrize("column", ["balance_cents", "held_cents"])
def test_the_store_itself_refuses_to_go_below_zero(
    store: Store, make: Callable[[int], str], column: str
) -> None:
    account_id = make(10)
    with pytest.raises(IntegrityError), store.begin() as tx:
        tx.execute(update(accounts).where(accounts.c.id == account_id).values({column: -1}))


def test_more_than_was_held_cannot_be_captured(store: Store, make: Callable[[int], str]) -> None:
    account_id = make(10)
    with pytest.raises(IntegrityError), store.begin() as tx:
        capture(tx, _items(account_id, 5))


def test_the_audit_says_what_is_wrong(store: Store, make: Callable[[int], str]) -> None:
    account_id = make(100)
    with store.begin() as tx:
        items = _items(account_id, 10, 10)
        hold(tx, items)
        capture(tx, items[:1])
        capture(tx, items[:1])
    with store.begin() as tx:
        assert [word for word in audit(tx) if items[0].task_id in word]

        number = entries(tx, account_id, limit=1)[0].number
        one = ledger_entries.c.number == number
        tx.execute(update(ledger_entries).where(one).values(amount_cents=7, book="held"))
        assert len(audit(tx)) == 3


def test_fifty_at_once_at_the_edge_spend_what_there_is_and_not_a_cent_more(
    store: Store, make: Callable[[int], str]
) -> None:
    account_id = make(20 * 30 + 19)

    def submit(_number: int) -> int:
        items = _items(account_id, 20)
        return 0 if store.transact(lambda tx: hold(tx, items)) else 1

    with ThreadPoolExecutor(50) as threads:
        served = sum(threads.map(submit, range(50)))

    with store.begin() as tx:
        assert served == 30
        assert _books(tx, account_id) == (19, 600)
        assert audit(tx) == []


def test_many_accounts_in_any_order_at_once_never_wait_for_each_other_in_vain(
    store: Store, make: Callable[[int], str]
) -> None:
    ids = [make(10_000) for _ in range(6)]

    def work(seed: int) -> None:
        chance = Random(seed)
        items = [Item(chance.choice(ids), new_id(), chance.randrange(1, 40)) for _ in range(12)]
        with store.begin() as tx:
            hold(tx, items)
        chance.shuffle(items)
        with store.begin() as tx:
            capture(tx, items[:6])
        with store.begin() as tx:
            void(tx, items[6:])

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(work, range(40)))

    with store.begin() as tx:
        assert audit(tx) == []
        assert {_books(tx, account_id)[1] for account_id in ids} == {0}
