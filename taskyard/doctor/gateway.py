"""The gateway and Flower: whether they answer, or whose their ports are."""

from __future__ import annotations

from shared.errors import SettingsError
from taskyard.doctor.finding import Findings, fail, ok, warn
from taskyard.doctor.subject import Subject
from taskyard.environment import names_a_yard
from taskyard.ports import is_free, owner_of
from taskyard.probe import Answer, get, url_of

NOBODY = Answer(0, b"")


def look_at_gateway(subject: Subject) -> Findings:
    """What ``/readyz`` says; where nobody answers, whether its port is free."""
    settings = subject.settings
    url = subject.record.url if subject.record else url_of(settings.host, settings.port)
    answer = get(f"{url}/readyz") if is_ours(subject) else NOBODY
    if answer.status == 200:
        yield ok("gateway", f"ready at {url}")
    elif answer.status == 503:
        yield fail(
            "gateway",
            f"Not ready at {url}: {' '.join(answer.reasons)}",
            "See the lines of store and broker.",
        )
    elif subject.is_up:
        yield fail("gateway", f"It does not answer at {url}.", "See its log.")
    else:
        yield from _port(subject, "gateway", "PORT", settings.host, settings.port)


def look_at_flower(subject: Subject) -> Findings:
    """Whether Flower answers; where nobody does, whether its port is free."""
    settings = subject.settings
    url = subject.record.flower_url if subject.record else url_of("127.0.0.1", settings.flower_port)
    answer = get(f"{url}/healthcheck") if is_ours(subject) else NOBODY
    if answer.status == 200:
        yield ok("flower", f"answers at {url}")
    elif subject.is_up:
        yield warn("flower", f"It does not answer at {url}.", "See its log; tasks go on without.")
    else:
        yield from _port(subject, "flower", "FLOWER_PORT", "127.0.0.1", settings.flower_port)


def is_ours(subject: Subject) -> bool:
    """Whether who listens at the settings' address can be of this yard."""
    return subject.is_up or names_a_yard(subject.environ)


def _port(subject: Subject, about: str, setting: str, host: str, port: int) -> Findings:
    """Whether it could listen here."""
    variable = f"TASKYARD_{setting}"
    try:
        if is_free(host, port):
            yield ok(about, f"does not run here; port {port} is free for it")
            return
    except SettingsError as error:
        yield fail(about, str(error), f"Correct TASKYARD_HOST or {variable}.")
        return
    owner = owner_of(port)
    told = f"Port {port} is taken{f' by {owner}' if owner else ''}."
    if subject.is_given(setting):
        yield fail(about, told, f"Set {variable} to another one.")
    else:
        yield warn(about, told, f"`taskyard up` takes the next one; {variable} chooses another.")
