"""``taskyard chaos``: the options, and what is printed."""

from __future__ import annotations

import logging
import secrets
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from random import Random
from typing import Any

import click

from shared.errors import SettingsError
from shared.settings import read_settings
from taskyard.bench.progress import tell
from taskyard.chaos import report
from taskyard.chaos.part import Part
from taskyard.chaos.repertoire import endless, faults_of
from taskyard.chaos.run import Plan, run
from taskyard.chaos.target import Target, open_target
from taskyard.chaos.verdict import Verdict
from taskyard.output import json_option, show

STOPS = (signal.SIGINT, signal.SIGTERM)
INTERRUPTED = 130
"""The exit code of a program that Ctrl-C ended (128 + SIGINT)."""
VIOLATED = 1


def _read_parts(_context: click.Context, _option: click.Parameter, words: str) -> list[Part]:
    """The parts named in ``words``, all where there are none."""
    try:
        return [Part(word.strip()) for word in words.split(",") if word.strip()] or list(Part)
    except ValueError:
        raise click.BadParameter(f"must be some of {', '.join(Part)}") from None


@click.command("chaos")
@click.option(
    "--minutes", type=click.FloatRange(min=0, min_open=True), default=2.0, show_default=True
)
@click.option(
    "--rate",
    type=click.FloatRange(min=0.1, max=1000),
    default=50.0,
    show_default=True,
    help="Tasks to submit each second.",
)
@click.option(
    "--kill",
    "parts",
    default="",
    metavar="A,B",
    callback=_read_parts,
    help=f"Strike only these parts: {', '.join(Part)}.",
)
@click.option("--seed", type=int, help="Make the same choices again.")
@json_option
def command(
    minutes: float, rate: float, parts: list[Part], seed: int | None, as_json: bool
) -> None:
    """Break the yard that runs in HOME, at random, and prove that no promise was.

    Submits tasks to an account of its own while it kills, stops, restarts and empties parts of
    the yard; then waits for quiet and checks the whole history. Exit code 1 on any violation,
    with the task's transitions. On a yard in use it is felt: every part of it goes down.
    """
    logging.getLogger().addHandler(logging.NullHandler())  # outages are what we are here for
    seed = secrets.randbelow(10**6) if seed is None else seed
    try:
        with _stoppable(), open_target(read_settings()) as target:
            verdict = _run(target, parts, Plan(rate, seed, minutes * 60))
    except KeyboardInterrupt:
        tell("stopped before the end; what was stopped goes on, and nothing was checked")
        sys.exit(INTERRUPTED)
    _show(verdict, as_json=as_json)
    if not verdict.is_clean:
        sys.exit(VIOLATED)


def _run(target: Target, parts: list[Part], plan: Plan) -> Verdict:
    random = Random(f"{plan.seed}/faults")  # noqa: S311 - choices to be repeated, not secrets
    faults, notes = faults_of(target, parts, random)
    for note in notes:
        tell(note)
    if not faults:
        raise SettingsError(f"Nothing of that can be struck here: {'; '.join(notes)}.")
    return run(target, plan, endless(faults, random), tell)


def _show(verdict: Verdict, *, as_json: bool) -> None:
    if as_json:
        show(report.as_json(verdict), as_json=True)
        return
    for line in report.as_table(verdict):
        click.echo(line)


@contextmanager
def _stoppable() -> Iterator[None]:
    """Ctrl-C and SIGTERM end the run; what was stopped is then continued undisturbed."""
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
