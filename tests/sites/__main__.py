"""``python -m tests.sites``: a Mastodon server that keeps to the protocol, to try things on."""

from __future__ import annotations

import signal
from threading import Event

import click

from tests.sites.faulty_site import running
from tests.sites.mastodon_server import TOKEN, MastodonServer


def main() -> None:
    """Serve until Ctrl-C or SIGTERM; tells each status that was posted at the end."""
    over = Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: over.set())
    with running(MastodonServer()) as site:
        click.echo(f"a Mastodon server at {site.url}, access token {TOKEN}")
        over.wait()
        for status in site.posted:
            click.echo(f"{status.shown()['url']}: {status.text}")
        # Here nobody tests: whoever asked for something else was told at once.
        while site.wrong:
            click.echo(f"refused: {site.wrong.pop(0)}", err=True)


if __name__ == "__main__":
    main()
