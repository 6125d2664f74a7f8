"""How a program of the yard begins: it explains itself, or says in a line why it cannot start."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager

from shared.errors import SettingsError

CANNOT = 2
"""The exit code of what could not even begin; argparse has the same for wrong arguments."""


def arguments(module: str, explained: str | None) -> ArgumentParser:
    """What ``python -m module`` takes: ``-h``, and what is added to it."""
    return ArgumentParser(prog=f"python -m {module}", description=explained)


@contextmanager
def beginning() -> Iterator[None]:
    """End the process with one line and `CANNOT` where a setting is wrong, not by a traceback."""
    try:
        yield
    except SettingsError as error:
        sys.stderr.write(f"{error}\n")
        raise SystemExit(CANNOT) from None
