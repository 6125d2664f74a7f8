"""Post scripts: devices, accounts, material, and mutexes of tasks."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from shared import columns

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.create_table(
        "closed_mutexes",
        sa.Column("mutex", sa.String(length=80), nullable=False),
        sa.Column("until", columns.Moment(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("closed_at", columns.Moment(), nullable=False),
        sa.PrimaryKeyConstraint("mutex", name=op.f("pk_closed_mutexes")),
    )
    op.create_table(
        "material_origins",
        sa.Column("source", sa.String(length=32), nullable=False),
        sa.Column("path", sa.String(length=32), nullable=False),
        sa.Column("account_id", columns.Id, nullable=False),
        sa.Column("tag", sa.Text(), nullable=True),
        sa.Column("sha256", sa.String(length=64), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("seen_at", columns.Moment(), nullable=False),
        sa.PrimaryKeyConstraint("source", "path", name=op.f("pk_material_origins")),
    )
    with op.batch_alter_table("material_origins", schema=None) as batch_op:
        batch_op.create_index(
            "ix_material_origins_contents", ["account_id", "sha256"], unique=False
        )

    op.create_table(
        "material_uses",
        sa.Column("number", columns.Number, sa.Identity(always=False), nullable=False),
        sa.Column("whose", sa.String(length=80), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("task_id", columns.Id, nullable=False),
        sa.Column("used_at", columns.Moment(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_material_uses")),
        sa.UniqueConstraint("task_id", "sha256", name=op.f("uq_material_uses_task_id_sha256")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("material_uses", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_material_uses_sha256"), ["sha256"], unique=False)
        batch_op.create_index("ix_material_uses_whose", ["whose", "sha256"], unique=False)

    op.create_table(
        "task_mutexes",
        sa.Column("task_id", columns.Id, nullable=False),
        sa.Column("mutex", sa.String(length=80), nullable=False),
        sa.PrimaryKeyConstraint("task_id", "mutex", name=op.f("pk_task_mutexes")),
    )
    with op.batch_alter_table("task_mutexes", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_task_mutexes_mutex"), ["mutex"], unique=False)

    op.create_table(
        "devices",
        sa.Column("number", columns.Number, sa.Identity(always=False), nullable=False),
        sa.Column("id", columns.Id, nullable=False),
        sa.Column("account_id", columns.Id, nullable=False),
        sa.Column("serial", sa.String(length=120), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("adb", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("online", sa.Boolean(), server_default=sa.true(), nullable=False),
        sa.Column("tags", columns.Document, nullable=False),
        sa.Column("created_at", columns.Moment(), nullable=False),
        sa.Column("updated_at", columns.Moment(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_devices_account_id_accounts")
        ),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_devices")),
        sa.UniqueConstraint("account_id", "serial", name=op.f("uq_devices_account_id_serial")),
        sa.UniqueConstraint("id", name=op.f("uq_devices_id")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "materials",
        sa.Column("number", columns.Number, sa.Identity(always=False), nullable=False),
        sa.Column("id", columns.Id, nullable=False),
        sa.Column("account_id", columns.Id, nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("media_type", sa.String(length=100), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("kind", sa.String(length=10), nullable=True),
        sa.Column("width", sa.Integer(), nullable=True),
        sa.Column("height", sa.Integer(), nullable=True),
        sa.Column("duration_seconds", sa.Float(), nullable=True),
        sa.Column("tags", columns.Document, nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("created_at", columns.Moment(), nullable=False),
        sa.Column("updated_at", columns.Moment(), nullable=False),
        sa.Column("deleted_at", columns.Moment(), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_materials_account_id_accounts")
        ),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_materials")),
        sa.UniqueConstraint("account_id", "sha256", name=op.f("uq_materials_account_id_sha256")),
        sa.UniqueConstraint("id", name=op.f("uq_materials_id")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("materials", schema=None) as batch_op:
        batch_op.create_index(
            "ix_materials_deleted",
            ["deleted_at"],
            unique=False,
            postgresql_where=sa.text("deleted_at IS NOT NULL"),
            sqlite_where=sa.text("deleted_at IS NOT NULL"),
        )
        batch_op.create_index(
            "ix_materials_listing",
            ["account_id", "number"],
            unique=False,
            postgresql_where=sa.text("deleted_at IS NULL"),
            sqlite_where=sa.text("deleted_at IS NULL"),
        )
        batch_op.create_index("ix_materials_names", ["account_id", "name"], unique=False)
        batch_op.create_index(batch_op.f("ix_materials_sha256"), ["sha256"], unique=False)

    op.create_table(
        "social_accounts",
        sa.Column("number", columns.Number, sa.Identity(always=False), nullable=False),
        sa.Column("id", columns.Id, nullable=False),
        sa.Column("account_id", columns.Id, nullable=False),
        sa.Column("platform", sa.String(length=20), nullable=False),
        sa.Column("username", sa.String(length=120), nullable=False),
        sa.Column("email", sa.String(length=320), nullable=False),
        sa.Column("device_id", columns.Id, nullable=True),
        sa.Column("package_name", sa.String(length=200), nullable=False),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("logged_in", sa.Boolean(), nullable=False),
        sa.Column("credential", sa.Text(), nullable=True),
        sa.Column("timezone", sa.String(length=60), nullable=False),
        sa.Column("pause_seconds", sa.Float(), nullable=False),
        sa.Column("daily_cap", sa.Integer(), nullable=True),
        sa.Column("tags", columns.Document, nullable=False),
        sa.Column("created_at", columns.Moment(), nullable=False),
        sa.Column("updated_at", columns.Moment(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_social_accounts_account_id_accounts")
        ),
        sa.ForeignKeyConstraint(
            ["device_id"], ["devices.id"], name=op.f("fk_social_accounts_device_id_devices")
        ),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_social_accounts")),
        sa.UniqueConstraint(
            "account_id",
            "platform",
            "username",
            name=op.f("uq_social_accounts_account_id_platform_username"),
        ),
        sa.UniqueConstraint("id", name=op.f("uq_social_accounts_id")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("social_accounts", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_social_accounts_device_id"), ["device_id"], unique=False
        )

    with op.batch_alter_table("tasks", schema=None) as batch_op:
        batch_op.add_column(sa.Column("mutexes", sa.String(length=500), nullable=True))
        batch_op.create_index(
            "ix_tasks_console",
            ["account_id", "type", "number"],
            unique=False,
            postgresql_where=sa.text("source = 'ui'"),
            sqlite_where=sa.text("source = 'ui'"),
        )
        batch_op.create_index(
            "ix_tasks_exclusive",
            ["mutexes"],
            unique=False,
            postgresql_where=sa.text("mutexes IS NOT NULL AND status IN ('queued', 'running')"),
            sqlite_where=sa.text("mutexes IS NOT NULL AND status IN ('queued', 'running')"),
        )
        batch_op.create_index(
            "ix_tasks_hidden",
            ["account_id", "type", "status"],
            unique=False,
            postgresql_where=sa.text("hidden"),
            sqlite_where=sa.text("hidden = 1"),
        )
        batch_op.create_index(
            "ix_tasks_lines",
            ["type", "account_id", "mutexes", "turn"],
            unique=False,
            postgresql_where=sa.text("status = 'pending' AND due AND mutexes IS NOT NULL"),
            sqlite_where=sa.text("status = 'pending' AND due = 1 AND mutexes IS NOT NULL"),
        )
