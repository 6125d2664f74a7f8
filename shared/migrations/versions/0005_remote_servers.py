"""Remote servers and their keys, campaigns of links, secrets beside payloads."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from shared import columns

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.create_table(
        "campaigns",
        sa.Column("number", columns.Number, sa.Identity(always=False), nullable=False),
        sa.Column("id", columns.Id, nullable=False),
        sa.Column("account_id", columns.Id, nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("website", sa.Text(), nullable=False),
        sa.Column("service", sa.String(length=10), nullable=False),
        sa.Column("type_request", sa.Text(), nullable=False),
        sa.Column("auction_price", columns.Document, nullable=False),
        sa.Column("link_cost_cents", sa.Integer(), nullable=False),
        sa.Column("config", columns.Document, nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("paused_at", columns.Moment(), nullable=True),
        sa.Column("canceled_at", columns.Moment(), nullable=True),
        sa.Column("created_at", columns.Moment(), nullable=False),
        sa.Column("updated_at", columns.Moment(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_campaigns_account_id_accounts")
        ),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_campaigns")),
        sa.UniqueConstraint("id", name=op.f("uq_campaigns_id")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("campaigns", schema=None) as batch_op:
        batch_op.create_index("ix_campaigns_listing", ["account_id", "number"], unique=False)
        batch_op.create_index(
            "ix_campaigns_paused",
            ["number"],
            unique=False,
            postgresql_where=sa.text("paused_at IS NOT NULL"),
            sqlite_where=sa.text("paused_at IS NOT NULL"),
        )

    op.create_table(
        "servers",
        sa.Column("number", columns.Number, sa.Identity(always=False), nullable=False),
        sa.Column("id", columns.Id, nullable=False),
        sa.Column("account_id", columns.Id, nullable=True),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("services", columns.Document, nullable=False),
        sa.Column("slots", sa.Integer(), nullable=True),
        sa.Column("lease_seconds", sa.Float(), server_default=sa.text("120"), nullable=False),
        sa.Column("enabled", sa.Boolean(), server_default=sa.true(), nullable=False),
        sa.Column("maintenance", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("last_seen_at", columns.Moment(), nullable=True),
        sa.Column("health", columns.Document, nullable=True),
        sa.Column("health_at", columns.Moment(), nullable=True),
        sa.Column("created_at", columns.Moment(), nullable=False),
        sa.Column("updated_at", columns.Moment(), nullable=False),
        sa.Column("removed_at", columns.Moment(), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_servers_account_id_accounts")
        ),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_servers")),
        sa.UniqueConstraint("id", name=op.f("uq_servers_id")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("servers", schema=None) as batch_op:
        batch_op.create_index(
            "uq_servers_name",
            ["name"],
            unique=True,
            postgresql_where=sa.text("removed_at IS NULL"),
            sqlite_where=sa.text("removed_at IS NULL"),
        )

    op.create_table(
        "server_keys",
        sa.Column("id", columns.Id, nullable=False),
        sa.Column("server_id", columns.Id, nullable=False),
        sa.Column("prefix", sa.String(length=16), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("created_at", columns.Moment(), nullable=False),
        sa.Column("last_used_at", columns.Moment(), nullable=True),
        sa.Column("expires_at", columns.Moment(), nullable=True),
        sa.Column("revoked_at", columns.Moment(), nullable=True),
        sa.ForeignKeyConstraint(
            ["server_id"], ["servers.id"], name=op.f("fk_server_keys_server_id_servers")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_server_keys")),
        sa.UniqueConstraint("prefix", name=op.f("uq_server_keys_prefix")),
    )
    with op.batch_alter_table("server_keys", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_server_keys_server_id"), ["server_id"], unique=False)

    with op.batch_alter_table("task_counts", schema=None) as batch_op:
        batch_op.add_column(sa.Column("server_id", columns.Id, nullable=True))
        batch_op.create_index(
            "ix_task_counts_server",
            ["server_id"],
            unique=False,
            postgresql_where=sa.text("server_id IS NOT NULL"),
            sqlite_where=sa.text("server_id IS NOT NULL"),
        )

    with op.batch_alter_table("tasks", schema=None) as batch_op:
        batch_op.add_column(sa.Column("secrets", columns.Document, nullable=True))
        batch_op.add_column(sa.Column("server_id", columns.Id, nullable=True))
        batch_op.drop_index("ix_tasks_queued")
        batch_op.create_index(
            "ix_tasks_queued",
            ["server_id", "queue", "queued_at"],
            unique=False,
            postgresql_where=sa.text("status = 'queued'"),
            sqlite_where=sa.text("status = 'queued'"),
        )
        batch_op.create_index(
            "ix_tasks_at_servers",
            ["server_id", "status"],
            unique=False,
            postgresql_where=sa.text("server_id IS NOT NULL AND status IN ('queued', 'running')"),
            sqlite_where=sa.text("server_id IS NOT NULL AND status IN ('queued', 'running')"),
        )
        batch_op.create_index(
            "ix_tasks_left_secrets",
            ["completed_at"],
            unique=False,
            postgresql_where=sa.text("status = 'failed' AND secrets IS NOT NULL"),
            sqlite_where=sa.text("status = 'failed' AND secrets IS NOT NULL"),
        )
        batch_op.create_index(
            "ix_tasks_of_servers",
            ["server_id", "type", "status", "created_at", "id"],
            unique=False,
            postgresql_where=sa.text("server_id IS NOT NULL"),
            sqlite_where=sa.text("server_id IS NOT NULL"),
        )
