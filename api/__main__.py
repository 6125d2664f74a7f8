"""``python -m api``: one gateway process, until SIGTERM."""

from __future__ import annotations

import sys

from api.server import serve
from shared import logs
from shared.errors import SettingsError
from shared.settings import read_settings


def main() -> int:
    """Serve by the environment's settings."""
    try:
        settings = read_settings()
        logs.configure(settings, "gateway")
        serve(settings)
    except SettingsError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
