"""``python -m api.openapi`` writes the API's description to ``docs/openapi.json``.

With ``--check`` it only says whether that copy is up to date.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import orjson

from api.app import create_blank_app
from api.description import describe
from shared import entry

COPY = Path(__file__).parent.parent / "docs" / "openapi.json"


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the copy, or check it."""
    parser = entry.arguments("api.openapi", __doc__)
    parser.add_argument("--check", action="store_true", help="write nothing, compare")
    is_check = parser.parse_args(arguments).check
    text = orjson.dumps(describe(create_blank_app()), option=orjson.OPT_INDENT_2) + b"\n"
    if not is_check:
        COPY.write_bytes(text)
        return 0
    if COPY.is_file() and COPY.read_bytes() == text:
        return 0
    sys.stderr.write("docs/openapi.json is out of date: run python -m api.openapi\n")
    return 1


if __name__ == "__main__":
    sys.exit(main())
