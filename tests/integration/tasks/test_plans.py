"""What is asked all the time is answered from what goes on, however much is over."""

from __future__ import annotations

from sqlalchemy import event

from shared.tasks.rules import read_flights
from tests.memory_yard import MemoryYard


def test_what_is_in_flight_is_counted_without_looking_at_the_rest(sqlite_yard: MemoryYard) -> None:
    asked: list[str] = []

    def note(_one: object, _two: object, statement: str, *_more: object) -> None:
        asked.append(statement)

    event.listen(sqlite_yard.store.engine, "before_cursor_execute", note)
    with sqlite_yard.store.read() as tx:
        read_flights(tx)
        counts = [one for one in asked if "FROM tasks" in one]
        plans = [tx.connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {one}") for one in counts]
        found = [plan.fetchall()[0].detail for plan in plans]
    assert found == [
        "SCAN tasks USING INDEX ix_tasks_queued", "SCAN tasks USING INDEX ix_tasks_held"
    ]  # fmt: skip
