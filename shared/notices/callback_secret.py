"""What the callbacks of an account's tasks are signed with."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Identity, Table, Text

from shared.columns import Id, Moment, Number
from shared.db import metadata

callback_secrets = Table(
    "callback_secrets",
    metadata,
    Column("number", Number, Identity(), primary_key=True),
    Column("account_id", Id, ForeignKey("accounts.id"), nullable=False, unique=True),
    Column("secret", Text, nullable=False),
    Column("previous_secret", Text),
    Column("previous_until", Moment),
    Column("created_at", Moment, nullable=False),
    sqlite_autoincrement=True,
)
"""The secrets are sealed; the previous one signs as well until ``previous_until``."""
