"""``python -m api.openapi`` writes the API's description to ``docs/openapi.json``.

With ``--check`` it only says whether that copy is up to date.
"""

from __future__ import annotations

import sys
from pathlib import Path

import orjson

from api.app import create_blank_app
from api.description import describe

COPY = Path(__file__).parent.parent / "docs" / "openapi.json"


def main(arguments: list[str]) -> int:
    """Write the copy, or check it."""
    text = orjson.dumps(describe(create_blank_app()), option=orjson.OPT_INDENT_2) + b"\n"
    if "--check" not in arguments:
        COPY.write_bytes(text)
        return 0
    if COPY.is_file() and COPY.read_bytes() == text:
        return 0
    sys.stderr.write("docs/openapi.json is out of date: run python -m api.openapi\n")
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
