"""See which devices answer over their ADB links.

The ADB server may be absent, far away, or hang: it is asked in a thread of its own, so that
nothing else waits for it.
"""

from __future__ import annotations

import logging
from threading import Thread

from shared.devices.presence import Look, look
from shared.errors import Unavailable
from shared.yard import Yard

log = logging.getLogger(__name__)


class LookAtDevices:
    """Each call begins a look at all devices with an ADB link."""

    def __init__(self) -> None:
        self._thread: Thread | None = None
        self._last = Look()

    def __call__(self, yard: Yard) -> int:
        """Begin a look, unless the last one is not over."""
        if self._thread is None or not self._thread.is_alive():
            self._thread = Thread(
                target=self._look, args=(yard,), name="look-at-devices", daemon=True
            )
            self._thread.start()
        return 0

    def join(self, seconds: float) -> None:
        """Wait until the look at hand is over."""
        if self._thread is not None:
            self._thread.join(seconds)

    def _look(self, yard: Yard) -> None:
        try:
            seen = look(yard.store, yard.settings.adb_server)
        except Unavailable as error:
            log.warning("look_at_devices waits: %s", error)
        except Exception:
            log.exception("look_at_devices failed")
        else:
            self._tell(seen)
            self._last = seen

    def _tell(self, seen: Look) -> None:
        """A line when something changed, none every time."""
        if seen.is_silent and not self._last.is_silent:
            log.warning("the ADB server does not answer; devices offline: %d", seen.away)
        elif seen.changed:
            log.info("devices that came or went: %d; offline: %d", seen.changed, seen.away)
