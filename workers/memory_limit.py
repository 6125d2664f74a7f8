"""How much memory a handler may take, above what its process has when it begins.

The kernel refuses more than that. Python then raises `MemoryError`, which fails the task; native
code that cannot go on ends the process, which costs the task an attempt, and the pool gets another
child. Counted is what may be written (``RLIMIT_DATA``), not the address space: libraries reserve
much of that for every thread, the more the more cores a machine has.
"""

from __future__ import annotations

import resource
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from shared.errors import TaskError

CODE = "OUT_OF_MEMORY"
_STATM = Path("/proc/self/statm")
MIB = 1024 * 1024


@contextmanager
def memory_limit(extra_bytes: int) -> Iterator[None]:
    """Let the block take ``extra_bytes`` more than there is; `OUT_OF_MEMORY` where it wants more.

    Without effect outside of Linux.
    """
    size = _size_bytes()
    if size is None:
        yield
        return
    before = resource.getrlimit(resource.RLIMIT_DATA)
    _limit(size + extra_bytes, before)
    try:
        yield
    except MemoryError as error:
        message = f"The task needs more than the {extra_bytes // MIB} MiB of memory it may take."
        raise TaskError(message, retryable=False, code=CODE) from error
    finally:
        resource.setrlimit(resource.RLIMIT_DATA, before)


def _size_bytes() -> int | None:
    """What this process may write by now: the sixth number, in pages."""
    with suppress(OSError):
        return int(_STATM.read_text().split()[5]) * resource.getpagesize()
    return None


def _limit(wanted: int, before: tuple[int, int]) -> None:
    """Lower the soft limit to ``wanted``, or to what is allowed already."""
    soft, hard = before
    known = [limit for limit in (wanted, soft, hard) if limit != resource.RLIM_INFINITY]
    resource.setrlimit(resource.RLIMIT_DATA, (min(known), hard))
