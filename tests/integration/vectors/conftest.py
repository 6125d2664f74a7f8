"""A shelf of documents on each kind of store, with and without pgvector."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import text

from shared.db import Store
from shared.settings import Settings
from shared.vectors import pgvector
from tests.shelf import Shelf


@pytest.fixture
def shelf(store: Store, settings: Settings) -> Shelf:
    """Vectors in arrays."""
    return Shelf(store, settings)


@pytest.fixture
def postgres_shelf(postgres_store: Store, settings: Settings) -> Iterator[Shelf]:
    """On PostgreSQL; pgvector's table, where a test makes it, is gone afterwards."""
    yield Shelf(postgres_store, settings)
    with postgres_store.begin() as tx:
        tx.execute(text("DROP SCHEMA IF EXISTS taskyard_vectors CASCADE"))


@pytest.fixture
def pgvector_shelf(postgres_shelf: Shelf) -> Shelf:
    """Vectors in pgvector."""
    with postgres_shelf.store.begin() as tx:
        assert pgvector.prepare(tx)
    return postgres_shelf


@pytest.fixture(params=["sqlite", "postgresql", "pgvector"])
def any_shelf(request: pytest.FixtureRequest) -> Shelf:
    """Vectors wherever they may be kept."""
    if request.param == "sqlite":
        store: Store = request.getfixturevalue("sqlite_store")
        return Shelf(store, request.getfixturevalue("settings"))
    names = {"postgresql": "postgres_shelf", "pgvector": "pgvector_shelf"}
    shelf: Shelf = request.getfixturevalue(names[request.param])
    return shelf
