"""Which publisher a task takes: by what is known of its account and its device. Pure."""

from __future__ import annotations

from importlib import import_module

from shared.social.account import Platform
from shared.yard import Yard
from workers.scripts.publishers.protocol import Login, Publisher

ADB = "adb"
OUTBOX = "outbox"
PLATFORMS = frozenset(platform.value for platform in Platform)
"""Where there is a credential for one of them, its publisher has the same name."""


def choose(login: Login) -> str:
    """The name of the publisher for ``login``.

    An account with a credential is published to directly, on whatever device it is; without one,
    the device's app is used over its ADB link; without that, the outbox is somebody's to empty.
    """
    if login.social is not None and needs_credential(login.social.platform) and login.credential:
        return login.social.platform
    if login.device is not None and login.device.adb:
        return ADB
    return OUTBOX


def needs_credential(publisher: str) -> bool:
    """Whether ``publisher`` is a platform's own, which logs in with the account's credential."""
    return publisher in PLATFORMS


def uses_device(publisher: str) -> bool:
    """Whether ``publisher`` needs the device to answer."""
    return publisher == ADB


def open_publisher(name: str, yard: Yard) -> Publisher:
    """The publisher called ``name``, one of those that `choose` answers."""
    module = import_module(f"{__package__}.{name}")
    publisher: Publisher = module.open_publisher(yard)
    return publisher
