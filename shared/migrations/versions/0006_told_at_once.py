"""Schedules and their firings; memos of requests that came with a key."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from shared import columns

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    _schedules()
    _memos()


def _schedules() -> None:
    op.create_table(
        "schedules",
        sa.Column("number", columns.Number, sa.Identity(always=False), nullable=False),
        sa.Column("id", columns.Id, nullable=False),
        sa.Column("account_id", columns.Id, nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("cron", sa.String(length=200), nullable=True),
        sa.Column("every", sa.String(length=40), nullable=True),
        sa.Column("every_seconds", sa.Integer(), nullable=True),
        sa.Column("timezone", sa.String(length=64), nullable=False),
        sa.Column("jitter_seconds", sa.Integer(), nullable=False),
        sa.Column("anchor_at", columns.Moment(), nullable=False),
        sa.Column("start_at", columns.Moment(), nullable=True),
        sa.Column("end_at", columns.Moment(), nullable=True),
        sa.Column("missed", sa.String(length=10), nullable=False),
        sa.Column("task", columns.Document, nullable=False),
        sa.Column("pattern", columns.Document, nullable=False),
        sa.Column("secrets", columns.Document, nullable=True),
        sa.Column("next_due_at", columns.Moment(), nullable=True),
        sa.Column("wake_at", columns.Moment(), nullable=True),
        sa.Column("paused_at", columns.Moment(), nullable=True),
        sa.Column("deleted_at", columns.Moment(), nullable=True),
        sa.Column("created_at", columns.Moment(), nullable=False),
        sa.Column("updated_at", columns.Moment(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_schedules_account_id_accounts")
        ),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_schedules")),
        sa.UniqueConstraint("id", name=op.f("uq_schedules_id")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("schedules", schema=None) as batch_op:
        batch_op.create_index("ix_schedules_listing", ["account_id", "number"], unique=False)
        batch_op.create_index(
            "ix_schedules_wake",
            ["wake_at"],
            unique=False,
            postgresql_where=sa.text("wake_at IS NOT NULL"),
            sqlite_where=sa.text("wake_at IS NOT NULL"),
        )
        batch_op.create_index(
            "ix_schedules_secrets",
            ["number"],
            unique=False,
            postgresql_where=sa.text("secrets IS NOT NULL"),
            sqlite_where=sa.text("secrets IS NOT NULL"),
        )

    op.create_table(
        "schedule_firings",
        sa.Column("number", columns.Number, sa.Identity(always=False), nullable=False),
        sa.Column("schedule_id", columns.Id, nullable=False),
        sa.Column("due_at", columns.Moment(), nullable=True),
        sa.Column("fired_at", columns.Moment(), nullable=False),
        sa.Column("outcome", sa.String(length=10), nullable=False),
        sa.Column("missed", sa.Integer(), nullable=False),
        sa.Column("task_id", columns.Id, nullable=True),
        sa.Column("error", columns.Document, nullable=True),
        sa.ForeignKeyConstraint(
            ["schedule_id"],
            ["schedules.id"],
            name=op.f("fk_schedule_firings_schedule_id_schedules"),
        ),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_schedule_firings")),
        sa.UniqueConstraint(
            "schedule_id", "due_at", name=op.f("uq_schedule_firings_schedule_id_due_at")
        ),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("schedule_firings", schema=None) as batch_op:
        batch_op.create_index(
            "ix_schedule_firings_listing", ["schedule_id", "number"], unique=False
        )
        batch_op.create_index("ix_schedule_firings_fired", ["fired_at"], unique=False)


def _memos() -> None:
    op.create_table(
        "memos",
        sa.Column("number", columns.Number, sa.Identity(always=False), nullable=False),
        sa.Column("id", columns.Id, nullable=False),
        sa.Column("account_id", columns.Id, nullable=False),
        sa.Column("route", sa.String(length=200), nullable=False),
        sa.Column("key", sa.String(length=255), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=True),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("leased_until", columns.Moment(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("created_at", columns.Moment(), nullable=False),
        sa.Column("expires_at", columns.Moment(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_memos_account_id_accounts")
        ),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_memos")),
        sa.UniqueConstraint(
            "account_id", "route", "key", name=op.f("uq_memos_account_id_route_key")
        ),
        sa.UniqueConstraint("id", name=op.f("uq_memos_id")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("memos", schema=None) as batch_op:
        batch_op.create_index("ix_memos_expiry", ["expires_at"], unique=False)
