"""What can go wrong with blobs, in the yard's own errors."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from shared.errors import NotFound, TaskyardError, Unavailable


class MissingBlob(NotFound):
    """The content is not there (any more): nothing refers to it, or it was removed by hand."""

    def __init__(self, name: str) -> None:
        super().__init__(f"There is no content {name} in the blob store.")


@contextmanager
def reaching() -> Iterator[None]:
    """Turn whatever a file system raises into `Unavailable`; each kind has errors of its own."""
    try:
        yield
    except TaskyardError:
        raise
    except Exception as error:
        raise Unavailable(f"The blob store does not answer: {reason(error)}.") from error


@contextmanager
def looking_for(name: str) -> Iterator[None]:
    """The same; a file that is not there is a `MissingBlob`."""
    with reaching():
        try:
            yield
        except FileNotFoundError as error:
            raise MissingBlob(name) from error


def reason(error: Exception) -> str:
    """``error`` in a few words: without paths or addresses, which may hold credentials. Pure."""
    name = type(error).__name__
    if isinstance(error, ImportError | ValueError):  # no such kind of place, or its library
        return f"{name}, {error}"
    told = error.strerror if isinstance(error, OSError) else None
    return f"{name}, {told}" if told else name
