"""Rules, and who goes express."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from shared import columns

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "rules",
        sa.Column("owner_id", sa.String(length=36), nullable=False),
        sa.Column("scope", sa.String(length=10), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("paused_at", columns.Moment(), nullable=True),
        sa.Column("paused_by", sa.Text(), nullable=True),
        sa.Column("max_running", sa.Integer(), nullable=True),
        sa.Column("per_second", sa.Float(precision=53), nullable=True),
        sa.Column("tokens", sa.Float(precision=53), nullable=False),
        sa.Column("filled_at", columns.Moment(), nullable=False),
        sa.Column("updated_at", columns.Moment(), nullable=False),
        sa.PrimaryKeyConstraint("owner_id", "scope", "name", name=op.f("pk_rules")),
    )
    op.add_column(
        "tasks", sa.Column("express", sa.Boolean(), server_default=sa.false(), nullable=False)
    )
    op.drop_index("ix_tasks_ready", "tasks")
    op.create_index(
        "ix_tasks_ready",
        "tasks",
        ["queue", "type", "account_id", "turn"],
        postgresql_where=sa.text("status = 'pending' AND due"),
        sqlite_where=sa.text("status = 'pending' AND due = 1"),
    )
    op.drop_index("ix_tasks_leased", "tasks")
    op.create_index(
        "ix_tasks_leased",
        "tasks",
        ["lease_expires_at"],
        postgresql_where=sa.text("status = 'running' AND holder <> 'people'"),
        sqlite_where=sa.text("status = 'running' AND holder <> 'people'"),
    )
