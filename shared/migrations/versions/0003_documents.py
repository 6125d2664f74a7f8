"""documents."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from shared import columns

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_table(
        "blobs",
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("key", sa.String(length=35), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("touched_at", columns.Moment(), nullable=False),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_blobs")),
        sa.UniqueConstraint("key", name=op.f("uq_blobs_key")),
    )
    op.create_table(
        "chunks",
        sa.Column("number", columns.Number, sa.Identity(always=False), nullable=False),
        sa.Column("account_id", columns.Id, nullable=False),
        sa.Column("folder_id", columns.Id, nullable=False),
        sa.Column("document_id", columns.Id, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("page_number", sa.Integer(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("text_hash", sa.String(length=64), nullable=False),
        sa.Column("model", sa.Text(), nullable=False),
        sa.Column("vector", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_chunks")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("chunks", schema=None) as batch_op:
        batch_op.create_index(
            "ix_chunks_place", ["folder_id", "document_id", "position"], unique=True
        )
        batch_op.create_index("ix_chunks_search", ["folder_id", "model", "number"], unique=False)
        batch_op.create_index("ix_chunks_text", ["folder_id", "text_hash"], unique=False)

    op.create_table(
        "embedded_documents",
        sa.Column("folder_id", columns.Id, nullable=False),
        sa.Column("document_id", columns.Id, nullable=False),
        sa.Column("text_sha256", sa.String(length=64), nullable=False),
        sa.Column("chunk_size", sa.Integer(), nullable=False),
        sa.Column("model", sa.Text(), nullable=False),
        sa.Column("chunk_count", sa.Integer(), nullable=False),
        sa.Column("embedded_at", columns.Moment(), nullable=False),
        sa.PrimaryKeyConstraint("folder_id", "document_id", name=op.f("pk_embedded_documents")),
    )
    op.create_table(
        "outputs",
        sa.Column("target_id", columns.Id, nullable=False),
        sa.Column("name", sa.String(length=20), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("mime_type", sa.String(length=100), nullable=False),
        sa.Column("created_at", columns.Moment(), nullable=False),
        sa.PrimaryKeyConstraint("target_id", "name", name=op.f("pk_outputs")),
    )
    with op.batch_alter_table("outputs", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_outputs_sha256"), ["sha256"], unique=False)

    op.create_table(
        "stray_blobs",
        sa.Column("key", sa.String(length=35), nullable=False),
        sa.Column("found_at", columns.Moment(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_stray_blobs")),
    )
    op.create_table(
        "documents",
        sa.Column("number", columns.Number, sa.Identity(always=False), nullable=False),
        sa.Column("id", columns.Id, nullable=False),
        sa.Column("account_id", columns.Id, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("mime_type", sa.String(length=255), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("text_sha256", sa.String(length=64), nullable=True),
        sa.Column("title", sa.Text(), nullable=True),
        sa.Column("language", sa.String(length=20), nullable=True),
        sa.Column("author", sa.Text(), nullable=True),
        sa.Column("page_count", sa.Integer(), nullable=True),
        sa.Column("word_count", sa.Integer(), nullable=True),
        sa.Column("extraction", columns.Document, nullable=True),
        sa.Column("summary", sa.Text(), nullable=True),
        sa.Column("keywords", columns.Document, nullable=True),
        sa.Column("origin", sa.Text(), nullable=True),
        sa.Column("origin_tag", sa.Text(), nullable=True),
        sa.Column("created_at", columns.Moment(), nullable=False),
        sa.Column("updated_at", columns.Moment(), nullable=False),
        sa.Column("deleted_at", columns.Moment(), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_documents_account_id_accounts")
        ),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_documents")),
        sa.UniqueConstraint("id", name=op.f("uq_documents_id")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("documents", schema=None) as batch_op:
        batch_op.create_index(
            "ix_documents_deleted",
            ["deleted_at"],
            unique=False,
            postgresql_where=sa.text("deleted_at IS NOT NULL"),
            sqlite_where=sa.text("deleted_at IS NOT NULL"),
        )
        batch_op.create_index(
            "ix_documents_listing",
            ["account_id", "number"],
            unique=False,
            postgresql_where=sa.text("deleted_at IS NULL"),
            sqlite_where=sa.text("deleted_at IS NULL"),
        )
        batch_op.create_index(
            "ix_documents_origin",
            ["origin"],
            unique=True,
            postgresql_ops={"origin": "text_pattern_ops"},
            postgresql_where=sa.text("deleted_at IS NULL AND origin IS NOT NULL"),
            sqlite_where=sa.text("deleted_at IS NULL AND origin IS NOT NULL"),
        )
        batch_op.create_index(batch_op.f("ix_documents_sha256"), ["sha256"], unique=False)
        batch_op.create_index(batch_op.f("ix_documents_text_sha256"), ["text_sha256"], unique=False)

    op.create_table(
        "folders",
        sa.Column("number", columns.Number, sa.Identity(always=False), nullable=False),
        sa.Column("id", columns.Id, nullable=False),
        sa.Column("account_id", columns.Id, nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("chunk_size", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created_at", columns.Moment(), nullable=False),
        sa.Column("updated_at", columns.Moment(), nullable=False),
        sa.Column("deleted_at", columns.Moment(), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_folders_account_id_accounts")
        ),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_folders")),
        sa.UniqueConstraint("id", name=op.f("uq_folders_id")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("folders", schema=None) as batch_op:
        batch_op.create_index(
            "ix_folders_deleted",
            ["deleted_at"],
            unique=False,
            postgresql_where=sa.text("deleted_at IS NOT NULL"),
            sqlite_where=sa.text("deleted_at IS NOT NULL"),
        )
        batch_op.create_index(
            "ix_folders_listing",
            ["account_id", "number"],
            unique=False,
            postgresql_where=sa.text("deleted_at IS NULL"),
            sqlite_where=sa.text("deleted_at IS NULL"),
        )

    op.create_table(
        "folder_files",
        sa.Column("folder_id", columns.Id, nullable=False),
        sa.Column("document_id", columns.Id, nullable=False),
        sa.Column("added_at", columns.Moment(), nullable=False),
        sa.ForeignKeyConstraint(
            ["document_id"], ["documents.id"], name=op.f("fk_folder_files_document_id_documents")
        ),
        sa.ForeignKeyConstraint(
            ["folder_id"], ["folders.id"], name=op.f("fk_folder_files_folder_id_folders")
        ),
        sa.PrimaryKeyConstraint("folder_id", "document_id", name=op.f("pk_folder_files")),
    )
    with op.batch_alter_table("folder_files", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_folder_files_document_id"), ["document_id"], unique=False
        )

    with op.batch_alter_table("tasks", schema=None) as batch_op:
        batch_op.add_column(sa.Column("target_id", columns.Id, nullable=True))
        batch_op.add_column(
            sa.Column("hidden", sa.Boolean(), server_default=sa.false(), nullable=False)
        )
        batch_op.create_index(
            "ix_tasks_imports",
            ["number"],
            unique=False,
            postgresql_where=sa.text("type = 'IMPORT' AND completed_at IS NULL"),
            sqlite_where=sa.text("type = 'IMPORT' AND completed_at IS NULL"),
        )
        batch_op.create_index(
            "ix_tasks_jobs",
            ["account_id", "created_at", "id"],
            unique=False,
            postgresql_where=sa.text("target_id IS NOT NULL"),
            sqlite_where=sa.text("target_id IS NOT NULL"),
        )
        batch_op.create_index(
            "ix_tasks_targets",
            ["target_id", "type", "number"],
            unique=False,
            postgresql_where=sa.text("target_id IS NOT NULL"),
            sqlite_where=sa.text("target_id IS NOT NULL"),
        )
