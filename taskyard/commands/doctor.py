"""``taskyard doctor``: what stands in the way of a yard, and what to do about it."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Sequence

import click

from taskyard.doctor.examination import examine
from taskyard.doctor.finding import Finding, Level, is_well
from taskyard.output import json_option, show

FAILED = 1
COLOURS = {Level.OK: "green", Level.WARN: "yellow", Level.FAIL: "red"}


@click.command("doctor")
@json_option
def command(as_json: bool) -> None:
    """Look at everything that the yard stands on; exit code 1 where something fails.

    Python and packages, settings, HOME and its disk, store, broker, gateway, Flower, workers, and
    whether tasks wait for nobody. It changes nothing.
    """
    logging.getLogger().addHandler(logging.NullHandler())  # what went wrong is told below
    findings = examine(os.environ)
    if as_json:
        shown = [finding.as_json() for finding in findings]
        show({"ok": is_well(findings), "findings": shown}, as_json=True)
    else:
        _show_text(findings)
    if not is_well(findings):
        sys.exit(FAILED)


def _show_text(findings: Sequence[Finding]) -> None:
    width = max(len(finding.about) for finding in findings)
    for finding in findings:
        level = click.style(f"{finding.level.value:4}", fg=COLOURS[finding.level])
        click.echo(f"{level}  {finding.about.ljust(width)}  {finding.text}")
        if finding.advice:
            click.echo(f"{' ' * (width + 8)}{finding.advice}")
    failed = sum(finding.level is Level.FAIL for finding in findings)
    warned = sum(finding.level is Level.WARN for finding in findings)
    click.echo(f"\n{len(findings)} looked at: {failed} failed, {warned} to mind.")
