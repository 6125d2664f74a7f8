"""``taskyard bench``: the options, the order of things, and what is printed."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from itertools import product
from pathlib import Path

import click

from taskyard.bench import machine, report
from taskyard.bench.comparison import (
    extraction_figures,
    fairness_figures,
    figures,
    hearing_figures,
    search_figures,
    servers_figures,
)
from taskyard.bench.extraction import measure_extraction
from taskyard.bench.failure import BenchFailed
from taskyard.bench.fairness import measure_fairness
from taskyard.bench.figure import Figure
from taskyard.bench.hearing import measure_hearing
from taskyard.bench.plan import FULL, QUICK, Plan
from taskyard.bench.progress import tell
from taskyard.bench.search import measure_search
from taskyard.bench.servers import measure_servers
from taskyard.bench.stage import Stage, open_stage, store_facts
from taskyard.bench.store_run import measure
from taskyard.bench.streams import measure_streams, streams_figures
from taskyard.interruption import stoppable

STORES = ("sqlite", "postgresql")
PARTS: Mapping[str, Callable[[Stage, Plan], list[Figure]]] = {
    "speed": lambda stage, plan: figures(measure(stage, plan)),
    "fairness": lambda stage, plan: fairness_figures(measure_fairness(stage, plan)),
    "extraction": lambda stage, plan: extraction_figures(measure_extraction(stage, plan)),
    "hearing": lambda stage, plan: hearing_figures(measure_hearing(stage, plan)),
    "search": lambda stage, plan: search_figures(measure_search(stage, plan)),
    "streams": lambda stage, plan: streams_figures(measure_streams(stage, plan)),
    "servers": lambda stage, plan: servers_figures(measure_servers(stage, plan)),
}
"""What can be measured on a store; each part begins with empty servers."""
INTERRUPTED = 130
"""The exit code of a program that Ctrl-C ended (128 + SIGINT)."""


@click.command("bench", context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--store", type=click.Choice(STORES), help="Measure on this store alone.")
@click.option("--only", "part", type=click.Choice(list(PARTS)), help="Measure this part alone.")
@click.option("--quick", is_flag=True, help="A rough idea in a few minutes.")
@click.option(
    "--json",
    "json_file",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Also write the figures to this file.",
)
def command(store: str | None, part: str | None, quick: bool, json_file: Path | None) -> None:
    """Measure this machine, beside bare Celery in the same run.

    Starts a gateway, a worker, a scheduler, Valkey and PostgreSQL of its own in a temporary
    folder and stops them again. Takes ten to twelve minutes on two cores. It only prints
    figures: a slow machine is no failure.
    """
    plan = QUICK if quick else FULL
    kinds = (store,) if store else STORES
    parts = (part,) if part else tuple(PARTS)
    try:
        with stoppable():
            lines = _measure(plan, kinds, parts, json_file)
    except BenchFailed as error:
        raise click.ClickException(str(error)) from error
    except KeyboardInterrupt:
        tell("stopped; everything that was started is down")
        sys.exit(INTERRUPTED)
    for line in lines:
        click.echo(line)


def _measure(
    plan: Plan, kinds: Sequence[str], parts: Sequence[str], json_file: Path | None
) -> list[str]:
    """Measure ``parts`` on each of ``kinds`` of store; the lines to print."""
    facts = machine.describe()
    tell(machine.sentence(facts))
    measured: list[Figure] = []
    for kind, part in product(kinds, parts):
        with open_stage(kind) as stage:
            facts[kind] = store_facts(stage.store)
            tell(f"{stage.title}: {facts[kind]}; in {stage.folder}")
            measured += PARTS[part](stage, plan)
    if json_file is not None:
        json_file.write_bytes(report.as_json(facts, measured))
    return report.as_table(measured)
