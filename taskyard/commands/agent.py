"""``taskyard agent``: a remote server that does link tasks for a yard elsewhere."""

from __future__ import annotations

import os
import signal
from dataclasses import replace
from pathlib import Path
from typing import TextIO
from urllib.parse import urlsplit

import click

from shared.links.service import SERVICES
from shared.logs import configure
from taskyard.agent.agent import Agent
from taskyard.agent.plan import Plan
from taskyard.agent.server_client import ServerClient
from taskyard.agent.settings import KEY, URL, agent_settings

HERE = "http://127.0.0.1:8000"
STOPS = (signal.SIGTERM, signal.SIGINT)


@click.command("agent")
@click.option(
    "--server-key",
    envvar=KEY,
    metavar="KEY",
    help="The server's key. Other users of this machine can see it here: rather set "
    f"{KEY}, or use --server-key-file.",
)
@click.option(
    "--server-key-file",
    type=click.File("r"),
    metavar="FILE",
    help="A file with the key in its first line; - is standard input.",
)
@click.option(
    "--services", metavar="A,B", help="What it does; all that its server offers by default."
)
@click.option(
    "--url",
    envvar=URL,
    default=HERE,
    metavar="URL",
    help=f"Where the gateway is; {HERE} by default ({URL}).",
)
@click.option(
    "--threads",
    type=click.IntRange(1, 500),
    default=8,
    metavar="N",
    help="How many tasks it does at once; 8 by default.",
)
@click.option(
    "--spool",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR",
    help="Where reports are kept until the gateway has them; TASKYARD_HOME/agent by default.",
)
@click.option(
    "--grace",
    type=click.FloatRange(0, 3600),
    default=60.0,
    metavar="S",
    help="How long running tasks may take when it is to stop; 60 s by default.",
)
@click.option("--once", is_flag=True, help="Do what there is to do now, then end.")
@click.option("--json", "as_json", is_flag=True, help="Log in JSON.")
def command(
    server_key: str | None,
    server_key_file: TextIO | None,
    services: str | None,
    url: str,
    threads: int,
    spool: Path | None,
    grace: float,
    once: bool,
    as_json: bool,
) -> None:
    """Claim link tasks at a gateway, do them on this machine, and report.

    No yard is needed here. TASKYARD_ALLOW_NETWORKS, TASKYARD_LINK_TARGETS, TASKYARD_LOCAL_ROOTS,
    TASKYARD_LOG_LEVEL and TASKYARD_LOG_FORMAT count as in a yard. Finished work that the gateway
    has not acknowledged is kept on disk, and is reported first at the next start. Ctrl-C or
    SIGTERM: what runs is finished and reported.
    """
    key = key_of(server_key, server_key_file)
    settings = agent_settings(os.environ)
    if as_json:
        settings = replace(settings, log_format="json")
    configure(settings, "agent")
    plan = Plan(
        url=url_of(url),
        spool=(spool or settings.home / "agent").absolute(),
        services=services_of(services),
        threads=threads,
        once=once,
        grace_seconds=grace,
    )
    with ServerClient(plan.url, key) as client:
        agent = Agent(plan, client, settings)
        for number in STOPS:
            signal.signal(number, lambda *_: _told_to_stop(agent))
        agent.run()


def key_of(given: str | None, file: TextIO | None) -> str:
    """The key, from the one place where it was given."""
    if file is not None:
        given = file.readline()
    key = (given or "").strip()
    if not key or not key.isascii() or not key.isprintable():
        raise click.UsageError(f"Set {KEY}, or say --server-key-file FILE.")
    return key


def url_of(text: str) -> str:
    """``text`` as the address of a gateway. Pure."""
    try:
        parts = urlsplit(text.strip())
        is_one = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:
        is_one = False
    if not is_one:
        message = "must begin with https:// or http://, and name a host."
        raise click.BadParameter(message, param_hint="--url")
    return text.strip()


def services_of(text: str | None) -> tuple[str, ...]:
    """The services in a list of words; all where none was given. Pure."""
    if text is None:
        return SERVICES
    words = tuple(dict.fromkeys(word.strip().lower() for word in text.split(",") if word.strip()))
    unknown = [word for word in words if word not in SERVICES]
    if unknown or not words:
        known = ", ".join(SERVICES)
        raise click.BadParameter(f"must be words of {known}.", param_hint="--services")
    return words


def _told_to_stop(agent: Agent) -> None:
    """Once politely; whoever asks again does not want to wait."""
    for number in STOPS:
        signal.signal(number, signal.SIG_DFL)
    agent.stop()
