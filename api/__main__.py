"""``python -m api``: one gateway process, until SIGTERM."""

from __future__ import annotations

from collections.abc import Sequence

from api.server import serve
from shared import entry, logs
from shared.settings import read_settings


def main(arguments: Sequence[str] | None = None) -> None:
    """Serve by the environment's settings."""
    entry.arguments("api", __doc__).parse_args(arguments)
    with entry.beginning():
        settings = read_settings()
        logs.configure(settings, "gateway")
        serve(settings)


if __name__ == "__main__":
    main()
