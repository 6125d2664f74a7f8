"""What Alembic runs around every migration."""

from __future__ import annotations

from alembic import context

from shared.migrations.render import render_type
from shared.migrations.tables import all_tables

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=all_tables(),
    render_item=render_type,
    render_as_batch=True,
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
