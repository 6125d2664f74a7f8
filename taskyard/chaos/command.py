"""``taskyard chaos``: the options, and what is printed."""

from __future__ import annotations

import logging
import secrets
import sys
from random import Random

import click

from shared.errors import SettingsError
from shared.settings import read_settings
from taskyard.bench.progress import tell
from taskyard.chaos import report
from taskyard.chaos.judgement import Judgement
from taskyard.chaos.part import Part
from taskyard.chaos.plan import Plan
from taskyard.chaos.repertoire import endless, faults_of
from taskyard.chaos.run import run
from taskyard.chaos.target import Target, open_target
from taskyard.interruption import stoppable
from taskyard.number import NumberRange
from taskyard.output import json_option, show

INTERRUPTED = 130
"""The exit code of a program that Ctrl-C ended (128 + SIGINT)."""
VIOLATED = 1


def _read_parts(_context: click.Context, _option: click.Parameter, words: str | None) -> list[Part]:
    """The parts named in ``words``, all where the option is not given."""
    if words is None:
        return list(Part)
    named = [word.strip() for word in words.split(",") if word.strip()]
    if not named or not set(named) <= set(Part):
        raise click.BadParameter(f"must be some of {', '.join(Part)}.")
    return [Part(word) for word in named]


@click.command("chaos")
@click.option(
    "--minutes",
    type=NumberRange(min=0, min_open=True),
    default=2.0,
    show_default=True,
    help="So long tasks are submitted and faults done; the wait for quiet comes after.",
)
@click.option(
    "--rate",
    type=NumberRange(min=0.1, max=1000),
    default=50.0,
    show_default=True,
    help="Tasks to submit each second.",
)
@click.option(
    "--kill",
    "parts",
    metavar="A,B",
    callback=_read_parts,
    help=f"Strike only these parts: {', '.join(Part)}.",
)
@click.option("--seed", type=int, help="Make the same choices again.")
@json_option
def command(
    minutes: float, rate: float, parts: list[Part], seed: int | None, as_json: bool
) -> None:
    """Break the running yard at random, and check every promise.

    Submits tasks to an account of its own while it kills, stops, restarts and empties parts of
    the yard that runs in HOME; then waits for quiet and checks the whole history. On a yard in
    use it is felt: every part of it goes down.

    Exit code 0 when every promise was kept; 1 when one was broken, with the task's transitions;
    2 when it could not begin; 130 when it was interrupted, and nothing was checked.
    """
    logging.getLogger().addHandler(logging.NullHandler())  # outages are what we are here for
    plan = Plan(rate, secrets.randbelow(10**6) if seed is None else seed, minutes)
    try:
        with stoppable(), open_target(read_settings()) as target:
            judgement = _run(target, parts, plan)
    except KeyboardInterrupt:
        tell("stopped before the end; what was stopped goes on, and nothing was checked")
        sys.exit(INTERRUPTED)
    _show(plan, judgement, as_json=as_json)
    if not judgement.is_clean:
        sys.exit(VIOLATED)


def _run(target: Target, parts: list[Part], plan: Plan) -> Judgement:
    random = Random(f"{plan.seed}/faults")  # noqa: S311 - choices to be repeated, not secrets
    faults, notes = faults_of(target, parts, random)
    if not faults:
        raise SettingsError(f"Nothing of that can be struck here: {'; '.join(notes)}.")
    for note in notes:
        tell(note)
    return run(target, plan, endless(faults, random), tell)


def _show(plan: Plan, judgement: Judgement, *, as_json: bool) -> None:
    if as_json:
        show(report.as_json(plan, judgement), as_json=True)
        return
    for line in report.as_table(plan, judgement):
        click.echo(line)
