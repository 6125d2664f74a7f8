"""What commands print: for people by default, JSON where it is asked for."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

import click
import orjson

from taskyard import table

Command = TypeVar("Command", bound=Callable[..., Any])


def json_option(command: Command) -> Command:
    """The option ``--json``, the same everywhere."""
    return click.option("--json", "as_json", is_flag=True, help="Answer in JSON.")(command)


def show(values: Mapping[str, Any], *, as_json: bool) -> None:
    """Print one thing: a line for each of its fields."""
    if as_json:
        click.echo(_json(values))
        return
    for line in table.lines((_label(name), _cell(value)) for name, value in values.items()):
        click.echo(line)


def show_line(values: Mapping[str, Any], text: str, *, as_json: bool) -> None:
    """Print one of many things as they come: ``text``, or its fields on one line of JSON."""
    click.echo(orjson.dumps(values, option=orjson.OPT_UTC_Z).decode() if as_json else text)


def show_list(rows: Sequence[Mapping[str, Any]], *, as_json: bool) -> None:
    """Print several things of one kind: a table with a heading."""
    if as_json:
        click.echo(_json(rows))
    elif rows:
        heading = [_label(name) for name in rows[0]]
        cells = [[_cell(value) for value in row.values()] for row in rows]
        for line in table.lines([heading, *cells]):
            click.echo(line)
    else:
        click.echo("There are none.")


def _json(value: Any) -> str:
    return orjson.dumps(value, option=orjson.OPT_INDENT_2 | orjson.OPT_UTC_Z).decode()


def _label(name: str) -> str:
    return name.replace("_", " ")


def _cell(value: Any) -> str:
    if value is None:
        return "-"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return value.strftime("%Y-%m-%d %H:%M:%S") if hasattr(value, "strftime") else str(value)
