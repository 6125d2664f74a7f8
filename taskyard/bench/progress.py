"""What the bench says while it works: on stderr, so that stdout holds the table alone."""

from __future__ import annotations

import sys
import time

_begun = time.monotonic()


def tell(text: str) -> None:
    """Say ``text``, with the seconds since the start."""
    print(f"{time.monotonic() - _begun:6.1f} s  {text}", file=sys.stderr, flush=True)
