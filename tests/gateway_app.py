"""Gateways of the tests: routes take long to make, so they are made once for each process."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask

from api.app import create_routes, lead_to
from api.gateway import gateway_of
from shared.yard import Yard

_idle: list[Flask] = []


@contextmanager
def opened_app(yard: Yard) -> Iterator[Flask]:
    """The application of a gateway to ``yard``, which nobody else has meanwhile.

    It shares its answers with no origin, whatever the settings say.
    """
    app = _idle.pop() if _idle else create_routes()
    lead_to(yard, app)
    gateway = gateway_of(app)
    try:
        yield app
    finally:
        gateway.submitter.close()
        gateway.waiting.close()
        gateway.streams.close()
        _idle.append(app)
