"""Python, and the packages that the yard's parts need."""

from __future__ import annotations

import platform
import sys
from collections.abc import Iterator
from importlib import metadata

from packaging.requirements import Requirement

from taskyard.doctor.finding import Finding, Findings, fail, ok, warn
from taskyard.doctor.subject import Subject

PACKAGE = "taskyard"
OLDEST = (3, 11)


def look_at_installation() -> Findings:
    """Python's version, and what everything needs."""
    told = platform.python_version()
    if sys.version_info >= OLDEST:
        yield ok("python", f"Python {told}")
    else:
        yield fail("python", f"Python {told} is too old.", "Install Python 3.11 or later.")
    missing = list(lacking(""))
    if missing:
        advice = "Install the package again: pip install taskyard, or make up."
        yield fail("packages", f"Missing or too old: {', '.join(missing)}.", advice)
    else:
        yield ok("packages", f"{PACKAGE} {metadata.version(PACKAGE)} and all that it needs")


def look_at_extras(subject: Subject) -> Findings:
    """The optional packages that this yard's settings and pools ask for."""
    for extra, is_needed_here in sorted(wanted_extras(subject).items()):
        missing = list(lacking(extra))
        if missing:
            yield _without(extra, missing, is_needed_here)


def wanted_extras(subject: Subject) -> dict[str, bool]:
    """The extras to have, and whether this very host cannot do without."""
    known = set(metadata.metadata(PACKAGE).get_all("Provides-Extra") or ())
    pools = {pool: False for pool in subject.yard.registry.pools if pool in known}
    settings = subject.settings
    embedded = {"embedded": True} if settings.embedded_redis else {}
    server = {settings.http_server: True} if settings.http_server in known else {}
    return pools | embedded | server


def lacking(extra: str) -> Iterator[str]:
    """The requirements of ``extra`` ("": of the package itself) that are not met."""
    for text in metadata.requires(PACKAGE) or ():
        requirement = Requirement(text)
        marker = requirement.marker
        if not _belongs(text, extra) or (marker and not marker.evaluate({"extra": extra})):
            continue
        if not _is_met(requirement):
            yield f"{requirement.name} {requirement.specifier}".strip()


def _belongs(text: str, extra: str) -> bool:
    """Whether it is an extra's own requirement: the package's are asked for by every extra."""
    return ("extra ==" in text) == bool(extra)


def _is_met(requirement: Requirement) -> bool:
    try:
        return requirement.specifier.contains(metadata.version(requirement.name), prereleases=True)
    except metadata.PackageNotFoundError:
        return False


def _without(extra: str, missing: list[str], is_needed_here: bool) -> Finding:
    text = f"Missing or too old for {extra}: {', '.join(missing)}."
    advice = f"pip install 'taskyard[{extra}]'"
    if is_needed_here:
        return fail("packages", text, f"{advice}.")
    return warn("packages", text, f"{advice}, where its workers run.")
