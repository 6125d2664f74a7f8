"""A server outside, and a guard that lets its address pass, and no other of this host's."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from ipaddress import ip_network

import pytest

from shared.outbound import Guard
from tests.outside import Outside, outside

HERE = ip_network("127.0.0.1/32")


class Names:
    """A resolver that knows one name, whose addresses change as often as it is asked."""

    def __init__(self, *answers: str) -> None:
        self._answers = list(answers)
        self.asked: list[str] = []

    def __call__(self, name: str) -> Sequence[str]:
        """The next answer; the last one for ever."""
        self.asked.append(name)
        return [self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]]


@pytest.fixture
def server() -> Iterator[Outside]:
    """A server at 127.0.0.1."""
    with outside() as running:
        yield running


@pytest.fixture
def names() -> Names:
    """Every name is 127.0.0.1."""
    return Names("127.0.0.1")


@pytest.fixture
def guard(names: Names) -> Guard:
    """Lets 127.0.0.1 pass, and no other address that is not public."""
    return Guard([HERE], resolver=names)
