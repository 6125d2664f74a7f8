"""``python -m shared.migrations "what changed"``: write the migration that the tables ask for."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from alembic import command
from alembic.script import ScriptDirectory

from shared import entry
from shared.db import Store
from shared.migrations.upgrade import alembic_config, upgrade


def main(arguments: Sequence[str] | None = None) -> None:
    """Compare today's tables with what the migrations make; write the difference."""
    parser = entry.arguments("shared.migrations", __doc__)
    parser.add_argument("change", metavar="WHAT_CHANGED", help='such as "add projects"')
    change = parser.parse_args(arguments).change.strip()
    if not change:
        parser.error("say what changed")
    with TemporaryDirectory() as folder:
        store = Store(f"sqlite:///{Path(folder) / 'yard.db'}")
        upgrade(store)
        with store.begin() as tx:
            config = alembic_config(tx.connection)
            command.revision(config, change, autogenerate=True, rev_id=_next_id())
        store.close()


def _next_id() -> str:
    """Migrations are counted: 0001, 0002."""
    scripts = ScriptDirectory.from_config(alembic_config())
    return f"{len(list(scripts.walk_revisions())) + 1:04}"


if __name__ == "__main__":
    main()
