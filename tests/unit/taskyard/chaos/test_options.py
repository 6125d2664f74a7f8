"""What ``taskyard chaos`` refuses before it begins."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from taskyard.chaos.command import command


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--kill", ","), "must be some of workers, scheduler"),
        (("--kill", ""), "must be some of workers, scheduler"),
        (("--kill", "redis,moon"), "must be some of workers, scheduler"),
        (("--minutes", "nan"), "is not a number"),
        (("--minutes", "0"), "not in the range"),
        (("--rate", "nan"), "is not a number"),
    ],
)
def test_impossible_options_are_refused(options: tuple[str, str], said: str) -> None:
    refused = CliRunner().invoke(command, options)

    assert refused.exit_code == 2
    assert said in refused.stderr


def test_every_part_that_can_be_struck_is_named() -> None:
    shown = " ".join(CliRunner().invoke(command, ["--help"]).output.split())

    assert "parts: workers, scheduler, notices, gateway, redis, database." in shown
