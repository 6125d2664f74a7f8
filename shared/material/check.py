"""Having files looked into by a process of its own, and what is said where that goes wrong.

Decoders are large programs in C. A file made to break one breaks that process, which may write
nothing, knows no secrets, and is followed by another.
"""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import IO

from shared.errors import Refused, TaskError
from shared.media.facts import Facts

READY = b"ready\n"
START_SECONDS = 60.0
SECONDS = 30.0
BYTES_A_SECOND = 20_000_000
"""A file may take as long as it takes to read it from a slow disk, and `SECONDS` more."""
LONGEST_ANSWER = 65_536
LONGEST_REASON = 500
NEEDS = "Media cannot be checked on this server: pip install 'taskyard[publishing]'."
_PASSED_ON = ("PATH", "LD_LIBRARY_PATH", "LANG", "LC_ALL")


class MaterialRefused(Refused):
    """A file can be no material; the message says why, in sentences that may follow its name."""

    def __init__(self, message: str) -> None:
        super().__init__(message, code="MATERIAL_REFUSED", field="file")


class Checker:
    """Looks into one file after the other; a context manager, for one thread.

    The process begins with the first file, and ends with the block.
    """

    def __init__(self, seconds: float = SECONDS) -> None:
        self._seconds = seconds
        self._process: subprocess.Popen[bytes] | None = None

    def check(self, file: Path) -> Facts:
        """What is in ``file``.

        Raises `MaterialRefused` where it is no picture, video or sound, is broken, or too large;
        `TaskError` where this server cannot check anything, or not now.
        """
        line = self._asked(file)
        try:
            answer = json.loads(line)
            if "missing" in answer:
                raise TaskError(NEEDS, retryable=False, code="LIBRARY_MISSING")
            if "unfit" in answer:
                raise MaterialRefused(str(answer["unfit"])[:LONGEST_REASON])
            return Facts.told(answer["facts"])
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise MaterialRefused("The program that looks into it answers nonsense.") from error

    def __enter__(self) -> Checker:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._end()

    def _asked(self, file: Path) -> bytes:
        """The process's answer. One that ended without is asked once more: it may have been
        killed for something else."""
        for _ in range(2):
            line = self._answer_line(file)
            if line.endswith(b"\n"):
                return line
            code = self._end()
        if code == -signal.SIGKILL:
            raise _unavailable("was killed")
        raise MaterialRefused(f"The program that looks into it breaks off ({_ending(code)}).")

    def _answer_line(self, file: Path) -> bytes:
        """A line, or what came of one where the process ended."""
        seconds = self._seconds + file.stat().st_size / BYTES_A_SECOND
        asked = {"path": str(file.absolute()), "seconds": seconds}
        stdin, stdout = self._pipes()
        with suppress(BrokenPipeError):
            stdin.write(json.dumps(asked).encode() + b"\n")
        line = _line(stdout.fileno(), seconds)
        if line is None:
            self._end()
            raise MaterialRefused(f"It could not be looked through in {seconds:.0f} seconds.")
        return line

    def _pipes(self) -> tuple[IO[bytes], IO[bytes]]:
        """To and from the process, which is begun where there is none."""
        begins = self._process is None
        process = self._process = self._process or _begun()
        assert process.stdin is not None  # noqa: S101
        assert process.stdout is not None  # noqa: S101
        if begins and _line(process.stdout.fileno(), START_SECONDS) != READY:
            raise _unavailable(f"does not begin ({_ending(self._end())})")
        return process.stdin, process.stdout

    def _end(self) -> int:
        """End the process; how it ended, where it had by itself."""
        process, self._process = self._process, None
        if process is None:
            return 0
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                pipe.close()
        return process.returncode


def check_file(file: Path) -> Facts:
    """What is in one file; see `Checker.check`."""
    with Checker() as checker:
        return checker.check(file)


def _begun() -> subprocess.Popen[bytes]:
    environ = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    environ["PYTHONPATH"] = os.pathsep.join(path for path in sys.path if path)
    return subprocess.Popen(
        [sys.executable, "-P", "-m", "shared.media.reader"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd="/",
        env=environ,
        start_new_session=True,
        bufsize=0,
    )


def _line(pipe: int, seconds: float) -> bytes | None:
    """What comes out of ``pipe``, up to the end of a line or of all; None where it takes longer."""
    end = time.monotonic() + seconds
    poll = select.poll()
    poll.register(pipe, select.POLLIN)
    line = b""
    while not line.endswith(b"\n") and len(line) <= LONGEST_ANSWER:
        left = end - time.monotonic()
        if left <= 0 or not poll.poll(left * 1000):
            return None
        piece = os.read(pipe, LONGEST_ANSWER)
        if not piece:
            break
        line += piece
    return line


def _unavailable(what: str) -> TaskError:
    message = f"Media cannot be checked just now: the program that looks into them {what}."
    return TaskError(message, code="CHECK_UNAVAILABLE")


def _ending(code: int) -> str:
    return f"signal {-code}" if code < 0 else f"exit code {code}"
