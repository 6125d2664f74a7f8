"""Schedules and their firings; memos of requests that came with a key; webhooks and deliveries."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from alembic.operations import BatchOperations

from shared import columns

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    _schedules()
    _memos()
    _webhooks()
    _deliveries()
    _callbacks()


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
    with op.batch_alter_table("tasks", schema=None) as batch_op:
        batch_op.add_column(sa.Column("schedule_id", columns.Id, nullable=True))


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


def _webhooks() -> None:
    op.create_table(
        "webhooks",
        sa.Column("number", columns.Number, sa.Identity(always=False), nullable=False),
        sa.Column("id", columns.Id, nullable=False),
        sa.Column("account_id", columns.Id, nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("statuses", columns.Document, nullable=False),
        sa.Column("types", columns.Document, nullable=False),
        sa.Column("description", sa.String(length=500), nullable=False),
        sa.Column("secret", sa.Text(), nullable=False),
        sa.Column("previous_secret", sa.Text(), nullable=True),
        sa.Column("previous_until", columns.Moment(), nullable=True),
        sa.Column("heard_after", columns.Number, nullable=False),
        sa.Column("paused_at", columns.Moment(), nullable=True),
        sa.Column("disabled_at", columns.Moment(), nullable=True),
        sa.Column("disabled_reason", sa.Text(), nullable=True),
        sa.Column("created_at", columns.Moment(), nullable=False),
        sa.Column("updated_at", columns.Moment(), nullable=False),
        sa.Column("deleted_at", columns.Moment(), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_webhooks_account_id_accounts")
        ),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_webhooks")),
        sa.UniqueConstraint("id", name=op.f("uq_webhooks_id")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("webhooks", schema=None) as batch_op:
        batch_op.create_index("ix_webhooks_listing", ["account_id", "number"], unique=False)
        _create_partial(batch_op, "ix_webhooks_living", ["number"], "deleted_at IS NULL")
    op.create_table(
        "endpoints",
        sa.Column("number", columns.Number, sa.Identity(always=False), nullable=False),
        sa.Column("id", columns.Id, nullable=False),
        sa.Column("account_id", columns.Id, nullable=False),
        sa.Column("webhook_id", columns.Id, nullable=True),
        sa.Column("origin", sa.String(length=300), nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("open_until", columns.Moment(), nullable=True),
        sa.Column("wake_at", columns.Moment(), nullable=True),
        sa.Column("failed_since", columns.Moment(), nullable=True),
        sa.Column("taken_at", columns.Moment(), nullable=True),
        sa.Column("updated_at", columns.Moment(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_endpoints_account_id_accounts")
        ),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_endpoints")),
        sa.UniqueConstraint("account_id", "origin", name=op.f("uq_endpoints_account_id_origin")),
        sa.UniqueConstraint("id", name=op.f("uq_endpoints_id")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("endpoints", schema=None) as batch_op:
        _create_partial(batch_op, "ix_endpoints_wake", ["wake_at"], "wake_at IS NOT NULL")


def _deliveries() -> None:
    op.create_table(
        "deliveries",
        sa.Column("number", columns.Number, sa.Identity(always=False), nullable=False),
        sa.Column("id", columns.Id, nullable=False),
        sa.Column("account_id", columns.Id, nullable=False),
        sa.Column("endpoint_id", columns.Id, nullable=False),
        sa.Column("webhook_id", columns.Id, nullable=True),
        sa.Column("url", sa.Text(), nullable=True),
        sa.Column("task_id", columns.Id, nullable=True),
        sa.Column("event_number", columns.Number, nullable=True),
        sa.Column("event", sa.String(length=60), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("due_at", columns.Moment(), nullable=True),
        sa.Column("holder", sa.String(length=36), nullable=True),
        sa.Column("leased_until", columns.Moment(), nullable=True),
        sa.Column("status_code", sa.Integer(), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("created_at", columns.Moment(), nullable=False),
        sa.Column("settled_at", columns.Moment(), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_deliveries_account_id_accounts")
        ),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_deliveries")),
        sa.UniqueConstraint(
            "endpoint_id", "event_number", name=op.f("uq_deliveries_endpoint_id_event_number")
        ),
        sa.UniqueConstraint("id", name=op.f("uq_deliveries_id")),
        sqlite_autoincrement=True,
    )
    pending = "state = 'pending'"
    with op.batch_alter_table("deliveries", schema=None) as batch_op:
        batch_op.create_index("ix_deliveries_listing", ["account_id", "number"], unique=False)
        batch_op.create_index("ix_deliveries_of_webhook", ["webhook_id", "number"], unique=False)
        batch_op.create_index("ix_deliveries_created", ["created_at"], unique=False)
        due = ["endpoint_id", "due_at", "number"]
        _create_partial(batch_op, "ix_deliveries_due", due, pending)
        line = ["endpoint_id", "task_id", "number"]
        _create_partial(batch_op, "ix_deliveries_line", line, pending)
        leased = "leased_until IS NOT NULL"
        _create_partial(batch_op, "ix_deliveries_leased", ["endpoint_id"], leased)
    op.create_table(
        "delivery_tries",
        sa.Column("number", columns.Number, sa.Identity(always=False), nullable=False),
        sa.Column("delivery_id", columns.Id, nullable=False),
        sa.Column("at", columns.Moment(), nullable=False),
        sa.Column("status_code", sa.Integer(), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("duration_seconds", sa.Float(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_delivery_tries")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("delivery_tries", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_delivery_tries_delivery_id"), ["delivery_id"], unique=False
        )


def _callbacks() -> None:
    op.create_table(
        "notice_cursor",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("event_number", columns.Number, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice_cursor")),
    )
    op.create_table(
        "callback_secrets",
        sa.Column("number", columns.Number, sa.Identity(always=False), nullable=False),
        sa.Column("account_id", columns.Id, nullable=False),
        sa.Column("secret", sa.Text(), nullable=False),
        sa.Column("previous_secret", sa.Text(), nullable=True),
        sa.Column("previous_until", columns.Moment(), nullable=True),
        sa.Column("created_at", columns.Moment(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_callback_secrets_account_id_accounts")
        ),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_callback_secrets")),
        sa.UniqueConstraint("account_id", name=op.f("uq_callback_secrets_account_id")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("tasks", schema=None) as batch_op:
        batch_op.add_column(sa.Column("callback_url", sa.Text(), nullable=True))
        _create_partial(batch_op, "ix_tasks_callbacks", ["number"], "callback_url IS NOT NULL")


def _create_partial(batch_op: BatchOperations, name: str, names: list[str], when: str) -> None:
    condition = sa.text(when)
    batch_op.create_index(
        name, names, unique=False, postgresql_where=condition, sqlite_where=condition
    )
