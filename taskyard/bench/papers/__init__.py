"""Files in every format that is read, written by libraries that others use, too."""

from __future__ import annotations

from taskyard.bench.papers.kinds import BUILDERS, build
from taskyard.bench.papers.paper import Paper

__all__ = ["BUILDERS", "Paper", "build"]
