"""``taskyard``: the command line. A command's module is imported when it is asked for."""

from __future__ import annotations

import sys
from importlib import import_module

import click

from shared.entry import CANNOT
from shared.errors import Refused, SettingsError, Unavailable

COMMANDS = {
    "account": "taskyard.commands.account",
    "agent": "taskyard.commands.agent",
    "bench": "taskyard.bench.command",
    "campaign": "taskyard.commands.campaign",
    "cancel": "taskyard.commands.cancel",
    "chaos": "taskyard.chaos.command",
    "credits": "taskyard.commands.credits",
    "db": "taskyard.commands.db",
    "device": "taskyard.commands.device",
    "doctor": "taskyard.commands.doctor",
    "get": "taskyard.commands.get",
    "key": "taskyard.commands.key",
    "limit": "taskyard.commands.limit",
    "list": "taskyard.commands.list",
    "material": "taskyard.commands.material",
    "pause": "taskyard.commands.pause",
    "reseal": "taskyard.commands.reseal",
    "resume": "taskyard.commands.resume",
    "retry": "taskyard.commands.retry",
    "rules": "taskyard.commands.rules",
    "schedule": "taskyard.commands.schedule",
    "server": "taskyard.commands.server",
    "social": "taskyard.commands.social",
    "status": "taskyard.commands.status",
    "submit": "taskyard.commands.submit",
    "token": "taskyard.commands.token",
    "up": "taskyard.commands.up",
    "upload": "taskyard.commands.upload",
    "watch": "taskyard.commands.watch",
    "webhook": "taskyard.commands.webhook",
    "why": "taskyard.commands.why",
}
REFUSED = 1


class LazyGroup(click.Group):
    """Knows its commands by name, and imports the one that is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names, in order."""
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name, or None."""
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = import_module(COMMANDS[cmd_name]).command
        return command


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="taskyard", prog_name="taskyard")
def taskyard() -> None:
    """A self-hosted front door for Celery.

    Settings come from the environment (TASKYARD_*); what a yard on this machine keeps is in
    TASKYARD_HOME, ./.taskyard by default.
    """


def main() -> None:
    """Run the command line; an error is one line and an exit code, never a traceback."""
    try:
        taskyard()
    except (SettingsError, Unavailable) as error:
        click.echo(f"taskyard: {error}", err=True)
        sys.exit(CANNOT)
    except Refused as error:
        click.echo(f"taskyard: {error}", err=True)
        sys.exit(REFUSED)
