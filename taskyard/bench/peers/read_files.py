"""The bare library: reads every file of a folder with kreuzberg, in a loop, and prints how long.

``python -m taskyard.bench.peers.read_files FOLDER``
"""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from pathlib import Path

from kreuzberg import ExtractionConfig, extract_file_sync


def main(arguments: Sequence[str]) -> None:
    """Read one file of each kind first, then all of them; print the seconds of that."""
    files = sorted(Path(arguments[0]).iterdir())
    config = ExtractionConfig(use_cache=False)  # or the second time would be none
    for file in {file.suffix: file for file in files}.values():
        extract_file_sync(file, config=config)
    begun = time.monotonic()
    for file in files:
        extract_file_sync(file, config=config)
    print(time.monotonic() - begun)


if __name__ == "__main__":
    main(sys.argv[1:])
