"""The ledger beside a model of it: a balance, what each task holds, and nothing else."""

from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    initialize,
    invariant,
    multiple,
    rule,
    run_state_machine_as_test,
)

from shared.accounts.account import create_account, get_account
from shared.accounts.audit import audit
from shared.accounts.ledger import Item, capture, hold, top_up, void
from shared.db import Store
from shared.ids import new_id

CENTS = st.integers(0, 60)


class LedgerModel(RuleBasedStateMachine):
    """Top up, hold, capture and void two accounts at random; a failed commit does nothing."""

    held: Bundle[Item] = Bundle("held")

    def __init__(self, store: Store) -> None:
        super().__init__()
        self.store = store
        self.balance: dict[str, int] = {}
        self.holds: dict[str, int] = {}

    @initialize()
    def open_accounts(self) -> None:
        with self.store.begin() as tx:
            ids = [create_account(tx, f"a{new_id()}").id for _ in range(2)]
        self.balance = dict.fromkeys(ids, 0)
        self.holds = dict.fromkeys(ids, 0)

    @rule(which=st.integers(0, 1), cents=st.integers(1, 100))
    def pays_in(self, which: int, cents: int) -> None:
        account_id = list(self.balance)[which]
        with self.store.begin() as tx:
            top_up(tx, account_id, cents, "model")
        self.balance[account_id] += cents

    @rule(target=held, wanted=st.lists(st.tuples(st.integers(0, 1), CENTS), max_size=5))
    def submits(self, wanted: list[tuple[int, int]]) -> Any:
        items = [Item(list(self.balance)[which], new_id(), cents) for which, cents in wanted]
        with self.store.begin() as tx:
            refused = hold(tx, items)
        for item in items:
            fits = item.cents <= self.balance[item.account_id]
            assert (item.task_id in refused) is not fits
            if fits:
                self.balance[item.account_id] -= item.cents
                self.holds[item.account_id] += item.cents
        return multiple(*(item for item in items if item.task_id not in refused))

    @rule(items=st.lists(consumes(held), max_size=3))
    def completes(self, items: list[Item]) -> None:
        with self.store.begin() as tx:
            capture(tx, items)
        for item in items:
            self.holds[item.account_id] -= item.cents

    @rule(items=st.lists(consumes(held), max_size=3))
    def fails(self, items: list[Item]) -> None:
        with self.store.begin() as tx:
            void(tx, items)
        for item in items:
            self.holds[item.account_id] -= item.cents
            self.balance[item.account_id] += item.cents

    @rule(cents=st.integers(1, 60))
    def pays_in_and_the_process_dies(self, cents: int) -> None:
        with pytest.raises(KeyboardInterrupt):
            self._top_up_and_die(cents)

    def _top_up_and_die(self, cents: int) -> None:
        with self.store.begin() as tx:
            top_up(tx, next(iter(self.balance)), cents, "model")
            raise KeyboardInterrupt

    @invariant()
    def the_books_are_right(self) -> None:
        with self.store.begin() as tx:
            assert audit(tx) == []
            for account_id, cents in self.balance.items():
                account = get_account(tx, account_id)
                assert (account.balance_cents, account.held_cents) == (
                    cents,
                    self.holds[account_id],
                )


def test_the_ledger_does_what_the_model_does(store: Store) -> None:
    run_state_machine_as_test(
        lambda: LedgerModel(store),  # type: ignore[arg-type]  # a factory does as well
        settings=settings(max_examples=25, stateful_step_count=20, deadline=None, database=None),
    )
