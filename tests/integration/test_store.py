"""The store: what is written is read back, on PostgreSQL as on SQLite; time; trouble."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as how
from hypothesis import strategies as st
from psycopg import errors as postgres_errors
from sqlalchemy import (
    Boolean,
    Column,
    Float,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    insert,
    select,
    text,
    update,
)
from sqlalchemy.exc import IntegrityError, OperationalError, ProgrammingError

from shared.clock import FakeClock, SystemClock
from shared.columns import Document, Id, Moment, Number
from shared.db import CLOCK_CHECK_SECONDS, Store, Transaction
from shared.errors import Unavailable
from shared.ids import new_id
from shared.rows import ROWS, encode_rows, row_set
from tests.memory_yard import in_threads

goods = Table(
    "goods",
    MetaData(),
    Column("id", Id, primary_key=True),
    Column("number", Number),
    Column("name", Text),
    Column("word", String(10)),
    Column("weight", Float(53)),
    Column("count", Integer),
    Column("is_sold", Boolean),
    Column("at", Moment),
    Column("detail", Document),
)
NAMES = [str(column.name) for column in goods.c]
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"])),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(st.text("ab\"'é", max_size=3), inner),
    max_leaves=8,
)  # fmt: skip
TEXTS = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=20)
GOODS = st.fixed_dictionaries(
    {
        "number": st.integers(-(2**62), 2**62),
        "name": st.none() | TEXTS,
        "word": st.none() | st.text("abc", max_size=10),
        "weight": st.none() | st.floats(allow_nan=False, allow_infinity=False),
        "count": st.none() | st.integers(-(2**31), 2**31 - 1),
        "is_sold": st.none() | st.booleans(),
        "at": st.none()
        | st.datetimes(datetime(1970, 1, 2), datetime(2200, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
        "detail": JSON,
    }
)


@pytest.fixture
def store(store: Store) -> Iterator[Store]:
    """A store with a table of every kind of column."""
    goods.create(store.engine)
    yield store
    goods.drop(store.engine)


def write(tx: Transaction, rows: list[dict[str, Any]]) -> None:
    """Insert ``rows`` by one statement."""
    given_rows = row_set(tx.dialect, list(goods.c))
    statement = insert(goods).from_select(NAMES, select(*(given_rows.c[name] for name in NAMES)))
    tx.execute(statement, {ROWS: encode_rows(rows)})


def read(tx: Transaction) -> dict[str, dict[str, Any]]:
    """Every row by its id."""
    return {row.id: row._asdict() for row in tx.rows(select(goods))}


@how(
    max_examples=40, deadline=None, database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)  # fmt: skip
@given(rows=st.lists(GOODS, max_size=5))
def test_whatever_is_written_in_one_statement_is_read_back(
    store: Store, rows: list[dict[str, Any]]
) -> None:
    written = {row["id"]: row for row in ({"id": new_id(), **row} for row in rows)}
    with store.begin() as tx:
        tx.execute(goods.delete())
        write(tx, list(written.values()))
    with store.read() as tx:
        assert read(tx) == written


def test_rows_of_one_parameter_are_joined_to_the_table(store: Store) -> None:
    ids = [new_id() for _ in range(3)]
    blank = dict.fromkeys(NAMES)
    with store.begin() as tx:
        write(tx, [{**blank, "id": i, "count": n} for n, i in enumerate(ids)])
        changed = row_set(tx.dialect, [goods.c.id, goods.c.detail])
        statement = update(goods).where(goods.c.id == changed.c.id).values(detail=changed.c.detail)
        rows: list[dict[str, Any]] = [
            {"id": ids[0], "detail": {"a": [None]}},
            {"id": ids[2], "detail": None},
        ]
        assert tx.execute(statement, {ROWS: encode_rows(rows)}).rowcount == 2
        empty = tx.rows(select(goods.c.id).where(goods.c.detail.is_(None)))
        assert {row.id for row in empty} == {ids[1], ids[2]}
        assert read(tx)[ids[0]]["detail"] == {"a": [None]}


def test_times_of_any_zone_are_read_back_in_utc_and_sort(store: Store) -> None:
    noon = datetime(2030, 7, 1, 12, tzinfo=UTC)
    zones = [timezone(timedelta(hours=h)) for h in (-11, 0, 14)]
    moments = [(noon + timedelta(microseconds=n)).astimezone(z) for n, z in enumerate(zones)]
    with store.begin() as tx:
        for moment in reversed(moments):
            tx.execute(insert(goods), {"id": new_id(), "at": moment})
        found = [row.at for row in tx.rows(select(goods.c.at).order_by(goods.c.at))]
        later = tx.rows(select(goods.c.at).where(goods.c.at > moments[1]))
    assert found == moments
    assert all(at.utcoffset() == timedelta(0) for at in found)
    assert [row.at for row in later] == [moments[2]]


def test_an_absent_time_and_an_absent_document_are_null(store: Store) -> None:
    with store.begin() as tx:
        tx.execute(insert(goods), {"id": new_id(), "at": None, "detail": None})
        row = tx.first(select(goods.c.at.is_(None), goods.c.detail.is_(None)))
    assert row is not None
    assert tuple(row) == (True, True)


def test_first_is_none_where_there_is_nothing(store: Store) -> None:
    with store.read() as tx:
        assert tx.first(select(goods)) is None
        assert list(tx.rows(select(goods))) == []


def test_a_transaction_is_kept_whole_or_not_at_all(store: Store) -> None:
    def work(tx: Transaction) -> None:
        tx.execute(insert(goods), {"id": new_id()})
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        store.transact(work)
    with store.read() as tx:
        assert read(tx) == {}


def test_what_is_not_committed_is_not_read(store: Store) -> None:
    with store.begin() as tx:
        tx.execute(insert(goods), {"id": new_id()})
        with store.read() as other:
            assert read(other) == {}
    with store.read() as tx:
        assert len(read(tx)) == 1


def test_what_a_transaction_has_read_does_not_change_under_it(store: Store) -> None:
    goods_id = new_id()
    with store.begin() as tx:
        tx.execute(insert(goods), {"id": goods_id, "count": 0})

    def add(_: int) -> None:
        for _ in range(10):
            with store.begin() as tx:
                row = tx.first(select(goods.c.count).with_for_update())
                assert row is not None
                tx.execute(update(goods).values(count=row._mapping["count"] + 1))

    in_threads(8, add)
    with store.read() as tx:
        assert read(tx)[goods_id]["count"] == 80


def test_a_refusal_is_not_taken_for_trouble(store: Store) -> None:
    goods_id = new_id()
    with pytest.raises(IntegrityError), store.begin() as tx:
        tx.execute(insert(goods), [{"id": goods_id}, {"id": goods_id}])


def test_a_statement_that_is_wrong_is_not_taken_for_trouble(postgres_store: Store) -> None:
    with pytest.raises(ProgrammingError), postgres_store.read() as tx:
        tx.execute(text("SELECT nothing FROM nowhere"))


def test_references_are_kept_on_sqlite_too(sqlite_store: Store) -> None:
    with pytest.raises(IntegrityError), sqlite_store.begin() as tx:
        tx.execute(text("INSERT INTO projects (id, account_id, name, created_at) "
                        "VALUES ('p', 'nobody', 'n', '2030')"))  # fmt: skip


def test_a_store_that_cannot_be_opened_is_unavailable(tmp_path: Path) -> None:
    store = Store(f"sqlite:///{tmp_path}/no/such/folder/yard.db")
    with pytest.raises(Unavailable, match="The store does not answer") as told, store.begin():
        pass
    assert not told.value.outcome_unknown
    store.close()


def test_a_server_that_is_not_there_is_unavailable() -> None:
    store = Store("postgresql+psycopg://nobody@127.0.0.1:1/none")
    for way in (store.begin, store.read):
        with pytest.raises(Unavailable, match="The store does not answer"), way():
            pass
    store.close()


def test_a_store_whose_connections_are_all_in_use_is_unavailable(sqlite_url: str) -> None:
    store = Store(sqlite_url, pool_size=1)
    store.engine.pool._timeout = 0.05  # type: ignore[attr-defined]
    with store.read(), store.read(), pytest.raises(Unavailable), store.read():
        pass
    store.close()


def failing(
    store: Store, errors: list[Exception]
) -> tuple[Callable[[Transaction], str], list[int]]:
    """Work that raises each of ``errors`` in turn, then succeeds; and its count of tries."""
    tries: list[int] = []

    def work(tx: Transaction) -> str:
        tries.append(1)
        tx.execute(insert(goods), {"id": new_id()})
        if errors:
            raise errors.pop(0)
        return "done"

    return work, tries


def deadlock() -> OperationalError:
    """What SQLAlchemy says of a deadlock on PostgreSQL."""
    return OperationalError("UPDATE", {}, postgres_errors.DeadlockDetected("crosswise"))


def test_a_deadlock_is_tried_again_from_the_start(store: Store) -> None:
    work, tries = failing(store, [deadlock(), deadlock()])
    assert store.transact(work) == "done"
    assert len(tries) == 3
    with store.read() as tx:
        assert len(read(tx)) == 1


def test_endless_deadlocks_are_trouble_and_no_refusal(store: Store) -> None:
    work, tries = failing(store, [deadlock() for _ in range(9)])
    with pytest.raises(Unavailable):
        store.transact(work)
    assert len(tries) == 3


def test_real_deadlocks_are_survived(postgres_store: Store) -> None:
    goods.create(postgres_store.engine)
    ids = sorted(new_id() for _ in range(2))
    with postgres_store.begin() as tx:
        tx.execute(insert(goods), [{"id": i, "count": 0} for i in ids])

    def crosswise(thread: int) -> None:
        def work(tx: Transaction) -> None:
            for goods_id in ids if thread else reversed(ids):
                here = goods.c.id == goods_id
                tx.execute(update(goods).where(here).values(count=goods.c.count + 1))
                tx.execute(text("SELECT pg_sleep(0.05)"))

        postgres_store.transact(work)

    in_threads(2, crosswise)
    with postgres_store.read() as tx:
        assert [row["count"] for row in read(tx).values()] == [2, 2]
    goods.drop(postgres_store.engine)


def test_other_errors_are_not_tried_again(store: Store) -> None:
    work, tries = failing(store, [IntegrityError("INSERT", {}, Exception("taken"))])
    with pytest.raises(IntegrityError):
        store.transact(work)
    assert len(tries) == 1


def test_a_dead_connection_is_replaced_before_anybody_notices(postgres_store: Store) -> None:
    with postgres_store.read() as tx:
        tx.execute(text("SELECT 1"))
    kill = text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid()")  # fmt: skip
    other = Store(postgres_store.url)
    with other.read() as tx:
        tx.execute(kill)
    other.close()
    assert postgres_store.transact(lambda tx: tx.execute(text("SELECT 1")).scalar_one()) == 1


def test_time_stands_still_within_a_transaction(store: Store) -> None:
    with store.begin() as tx:
        first = tx.now
        tx.execute(select(goods))
        assert tx.now == first
    assert first.utcoffset() == timedelta(0)


def test_the_stores_time_is_its_clocks(store: Store, clock: FakeClock) -> None:
    clock.advance(12.5)
    with store.begin() as writing, store.read() as reading:
        assert writing.now == reading.now == store.now() == clock.now()


class WrongClock(SystemClock):
    """A machine whose clock is an hour slow, and whose spans are moved by hand."""

    def __init__(self) -> None:
        self.spent = 0.0

    def now(self) -> datetime:
        """An hour ago."""
        return super().now() - timedelta(hours=1)

    def monotonic(self) -> float:
        """Where it was put."""
        return self.spent


def test_on_postgresql_the_databases_time_counts_whatever_the_machine_thinks(
    postgres_url: str,
) -> None:
    store = Store(postgres_url)
    machine = WrongClock()
    store._clock = machine
    with store.read() as tx:
        assert abs(tx.now - datetime.now(UTC)) < timedelta(seconds=5)
        asked = store._checked_at
    machine.spent = CLOCK_CHECK_SECONDS
    with store.read():
        assert store._checked_at == asked
    machine.spent += 0.1
    with store.read():
        assert store._checked_at == machine.spent
    assert abs(store.now() - datetime.now(UTC)) < timedelta(seconds=5)
    store.close()


def test_sqlite_waits_for_the_writer_before_it(sqlite_store: Store) -> None:
    with sqlite_store.read() as tx:
        assert tx.execute(text("PRAGMA journal_mode")).scalar_one() == "wal"
        assert tx.execute(text("PRAGMA foreign_keys")).scalar_one() == 1
        assert tx.execute(text("PRAGMA busy_timeout")).scalar_one() == 10_000


def test_threads_of_a_process_write_to_sqlite_in_turn_and_none_waits_for_ever(
    sqlite_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shared.db.TURN_SECONDS", 0.01)
    tries = []

    def write(_tx: Transaction) -> None:
        tries.append(1)

    with sqlite_store.begin(), ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(sqlite_store.transact, write)
        with pytest.raises(Unavailable, match="busy"):
            waiting.result()
    assert tries == []
    sqlite_store.transact(write)
    assert tries == [1]
