"""Every program of the yard explains itself before it does anything."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ROOMS = ("api", "scheduler", "shared", "workers")
GUARD = 'if __name__ == "__main__":'


def programs() -> list[str]:
    """The modules of those rooms that may be run; the command line is tested by itself."""
    files = (file for room in ROOMS for file in (ROOT / room).rglob("*.py"))
    runnable = (file.relative_to(ROOT) for file in files if GUARD in file.read_text())
    return sorted(".".join(file.with_suffix("").parts) for file in runnable)


@pytest.mark.parametrize("flag", ["-h", "--help"])
@pytest.mark.parametrize("module", programs())
def test_help_is_shown_and_nothing_is_done(
    module: str, flag: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit, match="0"):
        import_module(module).main([flag])
    told = capsys.readouterr().out
    assert f"usage: python -m {module.removesuffix('.__main__')} " in told


@pytest.mark.parametrize("module", programs())
def test_an_argument_that_there_is_not_is_refused(module: str) -> None:
    with pytest.raises(SystemExit, match="2"):
        import_module(module).main(["--nonsense"])
