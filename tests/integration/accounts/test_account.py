import pytest

from shared.accounts.account import (
    create_account,
    disable,
    find_account,
    get_account,
    list_accounts,
    note_validator,
    set_account,
)
from shared.accounts.annotators import Annotators
from shared.accounts.plan import Plan
from shared.clock import FakeClock
from shared.db import Store
from shared.errors import Conflict, NotFound, Refused
from shared.ids import new_id
from tests.no_id import NO_ID


def test_a_new_account_is_open_and_has_nothing(store: Store, clock: FakeClock) -> None:
    with store.begin() as tx:
        account = create_account(tx, "demo", plan="pro", annotators="machine")

    assert (account.name, account.plan, account.annotators) == (
        "demo",
        Plan.PRO,
        Annotators.MACHINE,
    )
    assert (account.enabled, account.balance_cents, account.held_cents) == (True, 0, 0)
    assert (account.validators_at, account.created_at) == (None, clock.now())


def test_an_account_is_found_by_its_name_and_by_its_id(store: Store) -> None:
    with store.begin() as tx:
        account = create_account(tx, "demo")

    with store.read() as tx:
        assert find_account(tx, "demo") == find_account(tx, account.id) == account
        assert get_account(tx, account.id) == account


@pytest.mark.parametrize("unknown", ["", "nobody", "Demo", "' OR 1=1 --"])
def test_an_account_that_is_not_there_is_not_found(store: Store, unknown: str) -> None:
    with store.begin() as tx:
        create_account(tx, "demo")

        assert find_account(tx, unknown) is None
        with pytest.raises(NotFound):
            get_account(tx, unknown)


def test_an_id_that_is_not_there_is_not_found(store: Store) -> None:
    with store.read() as tx, pytest.raises(NotFound):
        get_account(tx, new_id())


def test_a_taken_name_is_a_conflict_and_spoils_nothing_else(store: Store) -> None:
    with store.begin() as tx:
        create_account(tx, "demo")
        with pytest.raises(Conflict, match="demo"):
            create_account(tx, "demo")
        create_account(tx, "other")

    with store.read() as tx:
        assert [account.name for account in list_accounts(tx)] == ["demo", "other"]


@pytest.mark.parametrize("name", ["", " ", "a b", "-a", ".a", "a/b", "é", "x" * 65, "a\n", NO_ID])
def test_a_bad_name_is_refused(store: Store, name: str) -> None:
    with store.begin() as tx, pytest.raises(Refused) as refusal:
        create_account(tx, name)

    assert refusal.value.field == "name"


@pytest.mark.parametrize(("field", "word"), [("plan", "gold"), ("annotators", "robots")])
def test_an_unknown_word_is_refused(store: Store, field: str, word: str) -> None:
    words = {field: word}
    with store.begin() as tx:
        account = create_account(tx, "demo")
        with pytest.raises(Refused):
            create_account(tx, "other", **words)
        with pytest.raises(Refused):
            set_account(tx, account.id, plan=words.get("plan"), annotators=words.get("annotators"))


def test_only_what_is_given_is_changed(store: Store) -> None:
    with store.begin() as tx:
        account = create_account(tx, "demo", plan="pro", annotators="human")
        changed = set_account(tx, account.id, plan="team")
        unchanged = set_account(tx, account.id)

    assert (changed.plan, changed.annotators) == (Plan.TEAM, Annotators.HUMAN)
    assert unchanged == changed


def test_an_account_is_closed_and_opened_again(store: Store) -> None:
    with store.begin() as tx:
        account = create_account(tx, "demo")

        assert not disable(tx, account.id).enabled
        assert set_account(tx, account.id, enabled=True).enabled


def test_the_first_validator_is_remembered_with_its_time(store: Store, clock: FakeClock) -> None:
    with store.begin() as tx:
        account = create_account(tx, "demo")
        note_validator(tx, account.id)
    first = clock.now()
    clock.advance(60)
    with store.begin() as tx:
        note_validator(tx, account.id)

    with store.read() as tx:
        assert get_account(tx, account.id).validators_at == first
