"""Everything that is looked at, in order."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextlib import closing

from shared.errors import SettingsError
from shared.yard import open_yard
from taskyard.doctor.blobs import look_at_blobs
from taskyard.doctor.books import look_at_books
from taskyard.doctor.broker import look_at_broker
from taskyard.doctor.devices import look_at_devices
from taskyard.doctor.environment import look_at_environment
from taskyard.doctor.finding import Finding, Findings, Level, fail
from taskyard.doctor.gateway import look_at_flower, look_at_gateway
from taskyard.doctor.home import look_at_home
from taskyard.doctor.installation import look_at_extras, look_at_installation
from taskyard.doctor.notices import look_at_notices
from taskyard.doctor.processes import look_at_processes
from taskyard.doctor.rates import look_at_rates
from taskyard.doctor.scheduling import look_at_scheduling
from taskyard.doctor.servers import look_at_servers
from taskyard.doctor.store import TABLES, look_at_store
from taskyard.doctor.subject import Subject
from taskyard.doctor.targets import look_at_targets
from taskyard.doctor.waiting import look_at_types, look_at_waiting
from taskyard.environment import settings_to_look
from taskyard.up_record import living_record

Look = Callable[[Subject], Findings]
LOOKS: tuple[Look, ...] = (
    look_at_extras,
    look_at_environment,
    look_at_home,
    look_at_targets,
    look_at_rates,
    look_at_blobs,
    look_at_store,
    look_at_broker,
    look_at_processes,
    look_at_gateway,
    look_at_flower,
    look_at_types,
)
LOOKS_AT_ROWS = (
    look_at_scheduling,
    look_at_notices,
    look_at_waiting,
    look_at_servers,
    look_at_devices,
    look_at_books,
)


def examine(environ: Mapping[str, str]) -> list[Finding]:
    """Everything there is to say of the yard that ``environ`` leads to; changes nothing in it."""
    installation = list(look_at_installation())
    try:
        settings = settings_to_look(environ)
    except SettingsError as error:
        return [*installation, fail("settings", str(error), "docs/operations.md explains each.")]
    yard = open_yard(settings, pool_size=1)
    subject = Subject(environ, yard, living_record(settings.home))
    with closing(yard.broker), closing(yard.store):
        findings = [*installation, *_found(subject, LOOKS)]
        has_tables = any(f.about == TABLES and f.level is Level.OK for f in findings)
        return [*findings, *_found(subject, LOOKS_AT_ROWS if has_tables else ())]


def _found(subject: Subject, looks: Iterable[Look]) -> Findings:
    return (finding for look in looks for finding in look(subject))
