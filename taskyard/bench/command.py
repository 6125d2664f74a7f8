"""``taskyard bench``: the options, the order of things, and what is printed."""

from __future__ import annotations

import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from taskyard.bench import machine, report
from taskyard.bench.comparison import figures
from taskyard.bench.failure import BenchFailed
from taskyard.bench.figure import Figure
from taskyard.bench.plan import FULL, QUICK, Plan
from taskyard.bench.progress import tell
from taskyard.bench.stage import open_stage, store_facts
from taskyard.bench.store_run import measure

STORES = ("sqlite", "postgresql")
STOPS = (signal.SIGINT, signal.SIGTERM)
INTERRUPTED = 130
"""The exit code of a program that Ctrl-C ended (128 + SIGINT)."""


@click.command("bench", context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--store", type=click.Choice(STORES), help="Measure on this store alone.")
@click.option("--quick", is_flag=True, help="A rough idea in about a minute and a half.")
@click.option(
    "--json",
    "json_file",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Also write the figures to this file.",
)
def command(store: str | None, quick: bool, json_file: Path | None) -> None:
    """Measure this machine, beside bare Celery in the same run.

    Starts a gateway, a worker, a scheduler, Valkey and PostgreSQL of its own in a temporary
    folder and stops them again. Takes three to five minutes on two cores. It only prints
    figures: a slow machine is no failure.
    """
    try:
        with _stoppable():
            lines = _measure(QUICK if quick else FULL, (store,) if store else STORES, json_file)
    except BenchFailed as error:
        raise click.ClickException(str(error)) from error
    except KeyboardInterrupt:
        tell("stopped; everything that was started is down")
        sys.exit(INTERRUPTED)
    for line in lines:
        click.echo(line)


def _measure(plan: Plan, kinds: tuple[str, ...], json_file: Path | None) -> list[str]:
    """Measure on each of ``kinds`` of store; the lines to print."""
    facts = machine.describe()
    tell(machine.sentence(facts))
    measured: list[Figure] = []
    for kind in kinds:
        with open_stage(kind) as stage:
            facts[kind] = store_facts(stage.store)
            tell(f"{stage.title}: {facts[kind]}; in {stage.folder}")
            measured += figures(measure(stage, plan))
    if json_file is not None:
        json_file.write_bytes(report.as_json(facts, measured))
    return report.as_table(measured)


@contextmanager
def _stoppable() -> Iterator[None]:
    """Ctrl-C and SIGTERM end the run; what was started is then stopped undisturbed."""
    before = {number: signal.signal(number, _interrupt) for number in STOPS}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _interrupt(*_: Any) -> None:
    for number in STOPS:
        signal.signal(number, signal.SIG_IGN)
    raise KeyboardInterrupt
