"""Why an archive, or one file in it, is not unpacked. The messages are for callers."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from shared.errors import TaskyardError


class ArchiveRefused(TaskyardError):
    """Nothing (more) of this archive is unpacked."""

    code = "ARCHIVE_REFUSED"


class ArchiveTooLarge(ArchiveRefused):
    """All archives of the job together hold more than one job may unpack."""

    code = "ARCHIVE_TOO_LARGE"


class MemberRefused(TaskyardError):
    """One file cannot be unpacked; its neighbours can."""


DAMAGED = "it is damaged or cut off"


@contextmanager
def damage_as(refusal: type[ArchiveRefused] | type[MemberRefused]) -> Iterator[None]:
    """Call whatever goes wrong in reading an archive damage, as a ``refusal``.

    The libraries answer broken archives with almost any exception there is.
    """
    try:
        yield
    except (TaskyardError, MemoryError):
        raise
    except RuntimeError as error:
        is_locked = "encrypted" in str(error) or "password" in str(error)
        raise refusal("it is encrypted" if is_locked else DAMAGED) from error
    except Exception as error:
        raise refusal(DAMAGED) from error
