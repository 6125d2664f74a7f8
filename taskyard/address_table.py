"""The one table that ``taskyard up`` shows when the yard is ready. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.engine import make_url

from shared.settings import Settings
from taskyard.probe import url_of
from taskyard.process import FLOWER_USER
from taskyard.table import lines


def address_table(
    settings: Settings,
    pools: Sequence[str],
    *,
    flower_password: str,
    demo_key: str,
    command: str,
    seconds: float,
) -> str:
    """Where everything is and how to get in; ``command`` is how the user calls this program."""
    gateway = url_of(settings.host, settings.port)
    rows = [
        ("gateway", gateway, f"API key or token: {command} token demo"),
        ("docs", f"{gateway}/docs", "the API, to read and to try out"),
        ("flower", url_of("127.0.0.1", settings.flower_port), f"{FLOWER_USER} {flower_password}"),
        ("demo key", demo_key, "Authorization: Bearer …"),
        ("pools", ", ".join(pools), ""),
        ("store", _shown(settings.database_url), ""),
        ("broker", _shown(settings.redis_url), ""),
        ("home", str(settings.home), ""),
    ]
    body = "\n".join(f"  {line}" for line in lines(rows))
    return f"\nTaskyard is ready after {seconds:.1f} s. Ctrl-C stops it.\n\n{body}\n"


def _shown(url: str) -> str:
    """``url`` without its password."""
    if url.startswith("redis+socket://"):
        return url.removeprefix("redis+socket://")
    return make_url(url).render_as_string(hide_password=True)
