"""A store whose process may die beside any commit: just before it, or before it could go on."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from shared.db import Store, Transaction


class Died(BaseException):
    """The process did: no handler of errors sees it."""


@dataclass(frozen=True, slots=True)
class Death:
    """At which commit from now on; and whether that one is stored still."""

    commit: int
    is_stored: bool


class MortalStore(Store):
    """Dies when it is told to, and lives on as what was stored then."""

    _death: Death | None = None
    _commits = 0

    @contextmanager
    def dying(self, death: Death | None) -> Iterator[None]:
        """Die so within this block, or not at all where it has too few commits."""
        self._death, self._commits = death, 0
        try:
            yield
        finally:
            self._death = None

    @contextmanager
    def begin(self) -> Iterator[Transaction]:
        """A transaction, perhaps the last one."""
        self._commits += 1
        death = self._death if self._death and self._death.commit == self._commits else None
        with super().begin() as tx:
            yield tx
            if death and not death.is_stored:
                raise Died
        if death:
            raise Died
