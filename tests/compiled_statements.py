"""Statements that are compiled once for all stores of a process.

SQLAlchemy keeps them for each engine, and nearly every test opens one: to compile the same
statements again and again took a quarter of the tests' time.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Engine, event

MOST = 5000
"""More than the yard has; those that hold values of tests would add up."""


class CompiledStatements(dict[Any, Any]):
    """A ``compiled_cache`` (an execution option) for engines that know different dialects.

    SQLAlchemy's keys begin with the dialect, and each engine has one of its own; all that are
    opened here for one kind of store compile in the same way.
    """

    def get(self, key: Any, default: Any = None) -> Any:
        """What was compiled for ``key``."""
        return super().get(_for_all(key), default)

    def __setitem__(self, key: Any, compiled: Any) -> None:
        if len(self) >= MOST:
            self.clear()
        super().__setitem__(_for_all(key), compiled)


def _for_all(key: Any) -> tuple[Any, ...]:
    dialect, *rest = key
    return (dialect.name, *rest)


def compile_once() -> None:
    """Have every connection of this process, whichever its engine, use the same statements."""
    statements = CompiledStatements()

    @event.listens_for(Engine, "engine_connect")
    def share(connection: Connection) -> None:
        connection.execution_options(compiled_cache=statements)
