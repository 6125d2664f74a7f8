"""``python -m shared.migrations "what changed"``: write the migration that the tables ask for."""

from __future__ import annotations

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from alembic import command
from alembic.script import ScriptDirectory

from shared.db import Store
from shared.migrations.upgrade import alembic_config, upgrade


def main(arguments: list[str]) -> int:
    """Compare today's tables with what the migrations make; write the difference."""
    if len(arguments) != 1 or not arguments[0].strip() or arguments[0].startswith("-"):
        print('Say what changed: python -m shared.migrations "add projects"', file=sys.stderr)
        return 2
    with TemporaryDirectory() as folder:
        store = Store(f"sqlite:///{Path(folder) / 'yard.db'}")
        upgrade(store)
        with store.begin() as tx:
            config = alembic_config(tx.connection)
            command.revision(config, arguments[0], autogenerate=True, rev_id=_next_id())
        store.close()
    return 0


def _next_id() -> str:
    """Migrations are counted: 0001, 0002."""
    scripts = ScriptDirectory.from_config(alembic_config())
    return f"{len(list(scripts.walk_revisions())) + 1:04}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
