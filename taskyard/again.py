"""How the user calls this command line again, from another terminal in the same folder."""

from __future__ import annotations

import shlex
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

NAME = "taskyard"


def words(
    home: Path,
    folder: Path,
    python: Path = Path(sys.executable),
    which: Callable[[str], str | None] = shutil.which,
) -> str:
    """What to type before a command's name; ``folder`` is where the user stands."""
    is_default = home == folder / ".taskyard"
    setting = "" if is_default else f"TASKYARD_HOME={shlex.quote(str(home))} "
    return f"{setting}{_program(folder, python, which)}"


def _program(folder: Path, python: Path, which: Callable[[str], str | None]) -> str:
    script = python.parent / NAME
    if which(NAME) == str(script):
        return NAME
    if script.is_file():
        return shlex.quote(str(_from(folder, script)))
    return f"{shlex.quote(str(_from(folder, python)))} -m {NAME}"


def _from(folder: Path, file: Path) -> Path:
    """``file`` as it may be typed in ``folder``."""
    return file.relative_to(folder) if file.is_relative_to(folder) else file
