"""Everything a process of the yard works with, made once at its start and passed down."""

from __future__ import annotations

from dataclasses import dataclass, field

from shared.blobs import BlobStore
from shared.broker import Broker
from shared.broker.celery_broker import CeleryBroker
from shared.db import LONGEST_ANSWER_SECONDS, Store
from shared.settings import Settings
from shared.tasks.registry import Registry, load_registry


@dataclass(frozen=True, slots=True)
class Yard:
    """Settings, the store, the broker, the task types and the blob store."""

    settings: Settings
    store: Store
    broker: Broker
    registry: Registry
    blobs: BlobStore = field(init=False)

    def __post_init__(self) -> None:
        """Nothing is opened before the first blob is."""
        object.__setattr__(self, "blobs", BlobStore(self.settings.blobs_url))


def open_yard(
    settings: Settings, *, pool_size: int = 8, answer_seconds: float = LONGEST_ANSWER_SECONDS
) -> Yard:
    """Connect a process to its yard; neither store nor broker need to answer yet."""
    registry = load_registry()
    if not settings.echo_enabled:
        registry.types.pop("ECHO", None)
    store = Store(settings.database_url, pool_size=pool_size, answer_seconds=answer_seconds)
    return Yard(settings, store, CeleryBroker(settings, registry), registry)
