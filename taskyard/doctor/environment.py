"""The settings: what was given and is none, and what only works together."""

from __future__ import annotations

from dataclasses import fields

from shared.settings import Settings, secret_file
from taskyard.agent.settings import KEY as SERVER_KEY
from taskyard.client.address import KEY, URL
from taskyard.doctor.finding import Findings, fail, ok, warn
from taskyard.doctor.subject import Subject

PREFIX = "TASKYARD_"
JWKS = ("JWKS_URL", "JWKS_ISSUER", "JWKS_ACCOUNT")


def look_at_environment(subject: Subject) -> Findings:
    """Names that are no settings, settings that miss their companions, the secret key."""
    unknown = unknown_names(subject)
    if unknown:
        advice = "Mind the spelling: docs/operations.md lists all settings."
        yield warn("settings", f"There is no setting {', '.join(unknown)}.", advice)
    else:
        yield ok("settings", f"{len(_given(subject))} given, the rest by default")
    missing = [name for name in JWKS if not subject.is_given(name)]
    if missing and len(missing) < len(JWKS):
        text = "Tokens of the outside issuer are refused: its settings work together only."
        yield fail("settings", text, f"Set {', '.join(PREFIX + name for name in missing)} too.")
    yield from _secret(subject)


def unknown_names(subject: Subject) -> list[str]:
    """What looks like a setting and is none; a pool's own begin with the pool's name."""
    known = {PREFIX + field.name.upper() for field in fields(Settings)} | {SERVER_KEY, KEY, URL}
    pools = tuple(f"{PREFIX}{pool.upper()}_" for pool in subject.yard.registry.pools)
    return [name for name in _given(subject) if name not in known and not name.startswith(pools)]


def _given(subject: Subject) -> list[str]:
    return sorted(
        name for name, text in subject.environ.items() if name.startswith(PREFIX) and text
    )


def _secret(subject: Subject) -> Findings:
    if subject.is_given("SECRET_KEY") or secret_file(subject.settings.home).is_file():
        yield ok("secret key", "there is one")
    else:
        advice = "`taskyard up` makes one; anywhere else set TASKYARD_SECRET_KEY."
        yield warn("secret key", "There is none yet.", advice)
