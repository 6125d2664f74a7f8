"""Options of the commands about what an account owns: devices, accounts elsewhere, material."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click

from shared.tags import split_tags

Command = TypeVar("Command", bound=Callable[..., Any])


def owner_option(command: Command) -> Command:
    """The option ``--account``, the same everywhere."""
    about = "Whose it is: a name or an id; TASKYARD_LOCAL_ACCOUNT by default, else demo."
    return click.option("--account", metavar="A", help=about)(command)


def tags_option(command: Command) -> Command:
    """The option ``--tags``."""
    about = "Words to sort by, separated by commas."
    return click.option("--tags", callback=_split, metavar="A,B", default="", help=about)(command)


def tag_option(command: Command) -> Command:
    """The option ``--tag`` of lists."""
    return click.option("--tag", metavar="T", help="Only what has this tag.")(command)


def tags_cell(tags: list[str], *, as_json: bool) -> list[str] | str:
    """Tags as programs read them, or people."""
    return tags if as_json else ", ".join(tags)


def _split(_context: click.Context, _option: click.Parameter, text: str) -> list[str]:
    return split_tags(text)
