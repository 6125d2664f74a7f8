"""What it says about an account and a device that a post went through, or that it did not."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from shared.errors import GiveWay
from shared.sites.outcome import NotAccepted, TryLater
from shared.yard import Yard
from workers.scripts.posting.place import (
    Place,
    answered,
    asked_to_wait,
    credential_refused,
    did_not_answer,
)
from workers.scripts.publishers.choice import uses_device
from workers.scripts.publishers.protocol import DeviceOffline, LoggedOut

REPLACED = "The account was given a new credential while the old one was used."


@contextmanager
def watched(yard: Yard, place: Place, publisher: str) -> Iterator[None]:
    """Publish in the block. What its errors say holds for other tasks too, which wait then.

    A device that does not answer is nobody's failure: `GiveWay`.
    """
    try:
        yield
    except DeviceOffline as error:
        if place.device is None:
            raise
        did_not_answer(yard, place.device, error.message)
        raise GiveWay(error.message) from error
    except LoggedOut as error:
        if not credential_refused(yard, place):
            raise TryLater(REPLACED) from error
        raise
    except TryLater as error:
        if error.delay_seconds:
            asked_to_wait(yard, place, error.delay_seconds, error.message)
        raise
    except NotAccepted:
        _is_there(yard, place, publisher)
        raise
    _is_there(yard, place, publisher)


def _is_there(yard: Yard, place: Place, publisher: str) -> None:
    if place.device is not None and uses_device(publisher):
        answered(yard, place.device)
