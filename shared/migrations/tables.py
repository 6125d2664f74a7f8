"""Every table of the yard, known by importing the modules that declare them."""

from __future__ import annotations

from importlib import import_module

from sqlalchemy import MetaData

from shared.db import metadata

TABLE_MODULES = (
    "shared.accounts.account",
    "shared.accounts.api_key",
    "shared.accounts.ledger_entry",
    "shared.accounts.project",
    "shared.answers.given",
    "shared.blobs.blob",
    "shared.campaigns.campaign",
    "shared.devices.device",
    "shared.documents.chunk",
    "shared.documents.document",
    "shared.documents.folder",
    "shared.documents.output",
    "shared.idempotency.memo",
    "shared.material.material",
    "shared.material.origin",
    "shared.notices.callback_secret",
    "shared.notices.cursor",
    "shared.notices.delivery",
    "shared.notices.endpoint",
    "shared.notices.webhook",
    "shared.schedules.firing",
    "shared.schedules.schedule",
    "shared.servers.key",
    "shared.servers.server",
    "shared.social.account",
    "shared.tasks.mutex",
    "shared.tasks.rules",
    "shared.tasks.task",
)
"""The modules that declare tables."""


def all_tables() -> MetaData:
    """The metadata that holds every table."""
    for module in TABLE_MODULES:
        import_module(module)
    return metadata
