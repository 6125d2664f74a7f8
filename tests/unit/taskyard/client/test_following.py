"""What a client makes of a stream, however it is cut into pieces."""

from __future__ import annotations

import pytest

from taskyard.client import NotFound, Patience
from taskyard.client.answer import Answer
from taskyard.client.following import Event, Following

DATA = (
    b'{"taskId":"t","type":"ECHO","status":"PENDING","step":"running","attempt":1,'
    b'"reason":"a\xe2\x80\xa8b","at":"2030-01-31T08:00:00.250Z"}'
)
BODY = (
    b": at 4\nretry: 500\nid: 5\nevent: task.running\ndata: "
    + DATA
    + b"\n\n: alive\nid: 7\ndata: "
    + DATA
    + b"\n\n: at 9\nid: 10\ndata: {"
)


def following(after: int | None = None, most: int | None = None) -> Following:
    """One that waits without chance."""
    return Following({"type": "ECHO", "status": None}, after, most, Patience(chance=lambda: 0.0))


def heard(one: Following, body: bytes, size: int) -> list[Event]:
    """The events of a body that comes in pieces of ``size``."""
    pieces = [body[n : n + size] for n in range(0, len(body), size)]
    return [event for piece in pieces for event in one.heard(piece)]


@pytest.mark.parametrize("size", [1, 2, 7, 1000])
def test_events_are_read_however_they_are_cut(size: int) -> None:
    one = following()

    events = heard(one, BODY, size)

    assert [event.number for event in events] == [5, 7]
    assert (events[0].task_id, events[0].step, events[0].reason) == ("t", "running", "a\u2028b")


def test_it_goes_on_after_all_that_was_told() -> None:
    one = following()
    assert one.call().headers == {"Accept": "text/event-stream"}
    assert one.call().query == {"type": "ECHO"}

    heard(one, BODY, 1000)
    one.broke()

    assert one.call().headers["Last-Event-ID"] == "9"
    assert one.pause_seconds == 0.5


def test_it_is_over_after_as_many_as_were_asked_for() -> None:
    one = following(after=3, most=1)
    assert one.call().headers["Last-Event-ID"] == "3"

    assert [event.number for event in heard(one, BODY, 1000)] == [5]
    one.broke()

    assert (one.is_over, one.pause_seconds) == (True, 0.0)


def test_who_is_turned_back_tries_as_often_as_patience_allows() -> None:
    one = following()
    busy = Answer(503, {"retry-after": "5"}, b'{"code": "UNAVAILABLE", "detail": "Full."}')
    one.was_refused(busy)
    assert one.pause_seconds == 5.0

    with pytest.raises(NotFound):
        one.was_refused(Answer(404, {}, b'{"code": "NOT_FOUND", "detail": "No."}'))
