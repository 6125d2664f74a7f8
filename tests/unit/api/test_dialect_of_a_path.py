"""Which dialect speaks on a path."""

from __future__ import annotations

import pytest

from api.dialect import Reply, Speakers
from api.failure import Failure


class Spoken:
    """A dialect with a name and nothing to say."""

    def __init__(self, name: str) -> None:
        self.name = name

    def error(self, failure: Failure) -> Reply:
        return Reply(500, failure.detail)


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/api/v1/tasks", "buyers"),
        ("/api/v1/tasks/7", "buyers"),
        ("/api/v1/task", "scripts"),
        ("/api/v1/task/7/stop", "scripts"),
        ("/v1/jobs", "jobs"),
        ("/v1/jobs/", "jobs"),
        ("/v1/jobsite", "buyers"),
        ("/api/v1/worker/tasks/7", "servers"),
        ("/nowhere", "buyers"),
        ("/", "buyers"),
        ("", "buyers"),
    ],
)
def test_the_longest_prefix_speaks(path: str, name: str) -> None:
    speakers = Speakers(default=Spoken("buyers"))
    speakers.add(["/api/v1/task"], Spoken("scripts"))
    speakers.add(["/v1/jobs", "/v1/documents"], Spoken("jobs"))
    speakers.add(["/api/v1/worker"], Spoken("servers"))

    assert speakers.on(path).name == name
