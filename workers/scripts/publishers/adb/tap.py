"""The last taps in an app, by uiautomator2: what a person does where it is not installed.

Buttons are found by what stands on them, in the languages that are listed; where one is not found,
nothing was sent, and the rest is left to a person.
"""

from __future__ import annotations

import atexit
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from typing import Any

from shared.errors import TaskyardError
from workers.scripts.publishers.adb.patience import Patience
from workers.scripts.publishers.adb.phone import Phone

log = logging.getLogger(__name__)
BUTTON_SECONDS = 20.0
"""How long an app may take to show a button."""
NEXT = (
    "Next",
    "Weiter",
    "Suivant",
    "Siguiente",
    "Avançar",
    "Avanti",
    "Volgende",
    "Dalej",
    "下一步",
)
POST = ("Post", "Posten", "Publier", "Publicar", "Pubblica", "Plaatsen", "Opublikuj", "发布", "نشر")
SHARE = ("Share", "Teilen", "Partager", "Compartir", "Compartilhar", "Condividi", "Delen", "分享")
BUTTONS = {
    "com.zhiliaoapp.musically": (NEXT, POST),
    "com.ss.android.ugc.trill": (NEXT, POST),
    "com.instagram.android": (NEXT, SHARE),
}
"""The buttons of each app's way from a shared file to a post; the last one sends it."""
FIELD = "android.widget.EditText"

Names = tuple[str, ...]


def can_tap(package: str) -> bool:
    """Whether the last tap can be made here: the extra is installed, and the app is known."""
    try:
        return package in BUTTONS and find_spec("uiautomator2") is not None
    except ValueError:  # a module without a spec
        return False


class NotTapped(Exception):
    """The way to the last button is not as it is known: nothing was sent. The message says why."""


class Tapper:
    """Goes through an app's screens to its last button."""

    def __init__(self, phone: Phone, package: str, patience: Patience) -> None:
        import uiautomator2

        self._phone = phone
        self._package = package
        self._patience = patience
        self._ahead, self._last = BUTTONS[package]
        with self._read():
            self._screen = uiautomator2.connect(phone.device)

    def go_to_last(self, caption: str) -> None:
        """Tap all buttons but the last, and see that the caption is there; `NotTapped`."""
        with self._read():
            while self._await(self._last, self._ahead) is not self._last:
                self._tap(self._ahead)
                self._until_gone(self._ahead)
            self._write(caption)

    def send(self) -> bool:
        """Tap the last button; whether it is gone then. `NotTapped` where it can't be found."""
        with self._read():
            self._tap(self._last)
        try:
            with self._read():
                return self._patience.until(lambda: self._find(self._last) is None, BUTTON_SECONDS)
        except NotTapped:
            return False

    def close(self) -> None:
        """Let the device's screen go; the library would keep it until the process ends."""
        atexit.unregister(self._screen.stop_uiautomator)
        self._screen.stop_uiautomator(wait=False)

    def _await(self, *wanted: Names) -> Names:
        """The first of some buttons that is seen."""
        seen: list[Names] = []

        def look() -> bool:
            seen.extend(names for names in wanted if self._find(names) is not None)
            return bool(seen)

        if not self._patience.until(look, BUTTON_SECONDS):
            raise NotTapped(f"the button {wanted[0][0]!r} is not seen")
        return seen[0]

    def _until_gone(self, names: Names) -> None:
        if not self._patience.until(lambda: self._find(names) is None, BUTTON_SECONDS):
            raise NotTapped(f"the button {names[0]!r} does not take a tap")

    def _find(self, names: Names) -> Any:
        """What is called so on the app's screen, or None."""
        pattern = f"(?i)({'|'.join(names)})"
        for told in ("textMatches", "descriptionMatches"):
            found = self._screen(packageName=self._package, **{told: pattern})
            if found.exists:
                return found
        return None

    def _tap(self, names: Names) -> None:
        """Tap in the middle, by the shell: the library would do it again after a lost answer."""
        if (button := self._find(names)) is None:
            raise NotTapped(f"the button {names[0]!r} is not seen any more")
        x, y = (str(round(place)) for place in button.center())
        self._phone.run(("input", "tap", x, y))

    def _write(self, caption: str) -> None:
        """Write the caption where the app left it out of the field for it."""
        field = self._screen(packageName=self._package, className=FIELD)
        if caption and field.exists and caption not in (field.get_text() or ""):
            field.set_text(caption)

    @contextmanager
    def _read(self) -> Iterator[None]:
        try:
            yield
        except (NotTapped, TaskyardError):
            raise
        except Exception as error:
            self._phone.require()
            log.warning("the screen of device %s: %r", self._phone.serial, error)
            raise NotTapped("its screen can't be read") from error
