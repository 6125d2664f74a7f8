"""What uiautomator2 sees of a telephone: its server's JSON-RPC, on the screens of an app."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import Any

MISSING = {"code": -32001, "message": "androidx.test.uiautomator.UiObjectNotFoundException"}
FIELD = "android.widget.EditText"


@dataclass
class Widget:
    """Something to see: at most one of a place."""

    text: str = ""
    description: str = ""
    kind: str = "android.widget.Button"
    package: str = "com.zhiliaoapp.musically"
    place: tuple[int, int, int, int] = (0, 0, 100, 50)

    def fits(self, selector: dict[str, Any]) -> bool:
        """Whether the selector means it."""
        patterns = {"textMatches": self.text, "descriptionMatches": self.description}
        exact = {"packageName": self.package, "className": self.kind, "text": self.text}
        return all(
            re.fullmatch(selector[name], value)
            for name, value in patterns.items()
            if name in selector
        ) and all(selector[name] == value for name, value in exact.items() if name in selector)


@dataclass
class Screen:
    """Pages one after the other: a tap on a button that leads on shows the next one."""

    pages: list[list[Widget]] = field(default_factory=list)
    taps: list[str] = field(default_factory=list)
    is_stuck: bool = False
    is_broken: bool = False
    has_known: set[str] = field(default_factory=set)

    def tap(self, x: int, y: int) -> None:
        """A finger, at that place."""
        for widget in self.pages[0] if self.pages else ():
            left, top, right, bottom = widget.place
            if left <= x < right and top <= y < bottom:
                self.taps.append(widget.text or widget.description)
                if widget.kind != FIELD and not self.is_stuck:
                    self.pages.pop(0)
                return

    def answer(self, request: str, body: bytes) -> tuple[int, bytes]:
        """The HTTP status and body for a request line."""
        if self.is_broken:
            return 500, b"broken"
        if request.startswith("GET /ping "):
            return 200, b"pong"
        assert request.startswith("POST /jsonrpc/0 "), request
        call = json.loads(body)
        assert call["jsonrpc"] == "2.0"
        self.has_known.add(call["method"])
        result = self._call(call["method"], call["params"])
        return 200, json.dumps({"jsonrpc": "2.0", "id": call["id"], **result}).encode()

    def _call(self, method: str, params: list[Any]) -> dict[str, Any]:
        found = self._find(params[0])
        if method in ("exist", "waitForExists"):
            return {"result": found is not None}
        if found is None:
            return {"error": MISSING}
        if method == "objInfo":
            left, top, right, bottom = found.place
            bounds = {"left": left, "top": top, "right": right, "bottom": bottom}
            return {"result": {"text": found.text, "bounds": bounds, "visibleBounds": bounds}}
        if method == "getText":
            return {"result": found.text}
        if method == "setText":
            found.text = params[1]
            return {"result": True}
        raise AssertionError(f"nobody should ask for {method}")

    def _find(self, selector: dict[str, Any]) -> Widget | None:
        shown = self.pages[0] if self.pages else []
        return next((widget for widget in shown if widget.fits(selector)), None)
