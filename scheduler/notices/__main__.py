"""``python -m scheduler.notices``: send notices until told to stop."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import httpx

from scheduler.notices.post import TRY_SECONDS, Poster
from scheduler.notices.sender import AT_ONCE, LONGEST_NAME, Sender
from shared import entry, logs
from shared.clock import SystemClock
from shared.outbound.client import AGENT
from shared.outbound.guard import Guard
from shared.outbound.transport import AsyncGuardedTransport
from shared.settings import Settings, read_settings
from shared.yard import open_yard


def notice_client(settings: Settings) -> httpx.AsyncClient:
    """A client for notices: guarded, without redirects, with room for all that is sent at once."""
    guard = Guard(settings.webhook_allow_networks)
    return httpx.AsyncClient(
        transport=AsyncGuardedTransport(guard, connections=AT_ONCE),
        headers={"User-Agent": AGENT},
        timeout=TRY_SECONDS,
        trust_env=False,
        follow_redirects=False,
    )


async def send(settings: Settings, name: str) -> None:
    """Send until SIGTERM or SIGINT."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    # names are looked up in threads: slow ones must not keep the others waiting
    loop.set_default_executor(ThreadPoolExecutor(AT_ONCE, "names"))
    yard = open_yard(settings, pool_size=2)
    async with notice_client(settings) as client:
        poster = Poster(client, settings.webhook_allow_networks, SystemClock())
        sender = Sender(yard, poster, name=name)
        try:
            await sender.run(stop)
        finally:
            await sender.close()
    yard.broker.close()
    yard.store.close()


def main(arguments: Sequence[str] | None = None) -> None:
    """Run until SIGTERM or SIGINT."""
    parser = entry.arguments("scheduler.notices", __doc__)
    parser.add_argument(
        "--name",
        default="notices",
        help="what it holds deliveries by: taskyard up gives them back when it dies",
    )
    name = parser.parse_args(arguments).name
    if not 0 < len(name) <= LONGEST_NAME or "/" in name:
        parser.error(f"--name must have 1 to {LONGEST_NAME} characters, and no slash")
    with entry.beginning():
        settings = read_settings()
    logs.configure(settings, "notices")
    asyncio.run(send(settings, name))


if __name__ == "__main__":
    main()
