"""The process that looks into files: ``python -m shared.media.reader``.

It says that it is ready, reads requests from its standard input, a JSON object on each line, and
answers each with one on its standard output. It can write no files, and takes limited time and
memory; it ends when its input does.
"""

from __future__ import annotations

import json
import os
import resource
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from shared import entry

MEMORY_BYTES = 1024 * 1024 * 1024
OPEN_FILES = 64


def answer(path: str) -> dict[str, Any]:
    """What is told of the file at ``path``: facts, or why it is unfit, or what is missing here."""
    from dataclasses import asdict

    from shared.media.facts import Unfit
    from shared.media.look import look

    try:
        return {"facts": asdict(look(Path(path)))}
    except Unfit as error:
        return {"unfit": str(error)}
    except ImportError as error:
        return {"missing": error.name or "a library"}
    except MemoryError:
        return {"unfit": f"It needs more than {MEMORY_BYTES // 2**20} MiB of memory to be opened."}
    except OSError as error:
        return {"unfit": f"It cannot be read: {error.strerror or type(error).__name__}."}
    except Exception as error:
        return {"unfit": f"It cannot be read ({type(error).__name__})."}


def main(arguments: Sequence[str] | None = None) -> None:
    """Answer requests until there are no more."""
    entry.arguments("shared.media.reader", __doc__).parse_args(arguments)
    told = os.fdopen(os.dup(1), "w", encoding="ascii")
    os.dup2(2, 1)  # whatever libraries print is no answer
    _limit(resource.RLIMIT_FSIZE, 0)
    _limit(resource.RLIMIT_CORE, 0)
    _limit(resource.RLIMIT_NOFILE, OPEN_FILES)
    _limit(resource.RLIMIT_DATA, MEMORY_BYTES)
    told.write("ready\n")
    told.flush()
    for line in sys.stdin:
        asked = json.loads(line)
        _let_run(float(asked["seconds"]))
        told.write(json.dumps(answer(asked["path"])) + "\n")
        told.flush()


def _limit(what: int, most: int) -> None:
    hard = resource.getrlimit(what)[1]
    known = [limit for limit in (most, hard) if limit != resource.RLIM_INFINITY]
    resource.setrlimit(what, (min(known), min(known)))


def _let_run(seconds: float) -> None:
    """Have the kernel end this process where nobody is left who would, after so much work."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
    most = int(used.ru_utime + used.ru_stime + seconds) + 1
    soft = most if hard == resource.RLIM_INFINITY else min(most, hard)
    resource.setrlimit(resource.RLIMIT_CPU, (soft, hard))


if __name__ == "__main__":
    main()
