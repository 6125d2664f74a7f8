"""What a dialect must offer the rest of the gateway, and which one speaks on which path."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from api.failure import Failure


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer before it becomes HTTP: a JSON body, or none."""

    status: int
    body: Any
    content_type: str = "application/json"
    headers: Mapping[str, str] = field(default_factory=dict)


class Dialect(Protocol):
    """The words of one group of callers."""

    name: str

    def error(self, failure: Failure) -> Reply:
        """``failure`` in this dialect's words and envelope."""


class Speakers:
    """The dialects by the paths they answer on; ``default`` speaks everywhere else."""

    def __init__(self, default: Dialect) -> None:
        self._default = default
        self._by_prefix: dict[str, Dialect] = {}

    def add(self, prefixes: Sequence[str], dialect: Dialect) -> None:
        """Let ``dialect`` speak on each path that is, or lies below, one of ``prefixes``."""
        self._by_prefix.update(dict.fromkeys(prefixes, dialect))

    def on(self, path: str) -> Dialect:
        """Who speaks on ``path``: the longest prefix that ends at a slash or at its end wins."""
        rest = path
        while rest:
            if rest in self._by_prefix:
                return self._by_prefix[rest]
            rest = rest.rpartition("/")[0]
        return self._default
