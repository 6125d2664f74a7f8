"""What the doctor found: how bad it is, and what to do about it. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Level(StrEnum):
    """How bad it is: ``fail`` keeps tasks from being done, ``warn`` may do so later."""

    OK = "ok"
    WARN = "warn"
    FAIL = "fail"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at; ``advice`` is what to do, "" where nothing need be done."""

    level: Level
    about: str
    text: str
    advice: str = ""

    def as_json(self) -> dict[str, Any]:
        """The finding as ``--json`` shows it."""
        return {
            "about": self.about,
            "level": self.level.value,
            "text": self.text,
            "advice": self.advice or None,
        }


Findings = Iterator[Finding]


def ok(about: str, text: str) -> Finding:
    """All is well."""
    return Finding(Level.OK, about, text)


def warn(about: str, text: str, advice: str) -> Finding:
    """Something to know, or to do soon."""
    return Finding(Level.WARN, about, text, advice)


def fail(about: str, text: str, advice: str) -> Finding:
    """Something to do now."""
    return Finding(Level.FAIL, about, text, advice)


def worse_if(serious: bool) -> Callable[[str, str, str], Finding]:
    """`fail` where it is ``serious``, else `warn`."""
    return fail if serious else warn


def is_well(findings: Iterable[Finding]) -> bool:
    """Whether nothing failed."""
    return all(finding.level is not Level.FAIL for finding in findings)
