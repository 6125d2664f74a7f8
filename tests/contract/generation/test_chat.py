"""What is asked of an endpoint, and what becomes of whatever it answers."""

from __future__ import annotations

from datetime import timedelta
from email.utils import format_datetime

import pytest

from shared.clock import FakeClock
from shared.errors import TaskError, TaskTimeout
from tests import chat_server
from tests.chat_server import KEY, MODEL, ChatServer, Reply, refusing, saying
from workers.alarm import alarm
from workers.documents.writing.chat import Chat, TooLong


def failure(chat: Chat) -> TaskError:
    """The error in which asking ends."""
    with pytest.raises(TaskError) as caught:
        chat.ask("Be brief.", "Hello?")
    assert caught.value.code == "GENERATION_FAILED"
    assert KEY not in caught.value.message
    return caught.value


def test_the_model_is_told_what_to_do_and_what_to_do_it_with(
    server: ChatServer, chat: Chat
) -> None:
    server.replies.append(saying("  Good day. \n"))
    assert chat.ask("Be brief.", "Hello?") == "Good day."
    assert server.asked == [
        [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "Hello?"}]
    ]


@pytest.mark.parametrize(
    ("reply", "retryable", "told"),
    [
        (refusing(429, "slow down"), True, "429: slow down"),
        (refusing(500, "oops"), True, "500"),
        (refusing(503), True, "503"),
        (refusing(408), True, "408"),
        (refusing(400, "no such parameter"), False, "400: no such parameter"),
        (refusing(404, "no such model"), False, "404: no such model"),
        (refusing(401, f"Incorrect API key: {KEY}"), False, "does not accept this server's key"),
        (chat_server.cut, True, "cannot be reached"),
        (chat_server.page, True, "empty"),
        (chat_server.garbage, True, "broken"),
        (chat_server.slow, True, "in time"),
        (saying(""), True, "empty"),
        (saying(None), True, "empty"),
        (saying("<think>Hm.</think>"), True, "empty"),
        (saying("I", reason="content_filter"), False, "refuses"),
    ],
)
def test_whatever_goes_wrong_is_told_and_whether_another_try_helps(
    server: ChatServer, chat: Chat, reply: Reply, retryable: bool, told: str
) -> None:
    server.replies.append(reply)
    error = failure(chat)
    assert told in error.message
    assert error.retryable is retryable
    assert len(server.asked) == 1


@pytest.mark.parametrize(
    ("asked", "seconds"), [("7", 7.0), ("0.5", 0.5), ("99999", 3600.0), ("-3", 0.0), ("soon", None)]
)
def test_a_wait_that_is_asked_for_is_kept(
    server: ChatServer, chat: Chat, asked: str, seconds: float | None
) -> None:
    server.replies.append(refusing(429, Retry_After=asked))
    assert failure(chat).delay_seconds == seconds


def test_a_wait_may_be_asked_for_by_a_date(server: ChatServer) -> None:
    clock = FakeClock()
    until = format_datetime((clock.now() + timedelta(minutes=2)).replace(microsecond=0))
    server.replies.append(refusing(503, Retry_After=until))
    with Chat(server.url, MODEL, KEY, clock=clock) as chat:
        assert failure(chat).delay_seconds == pytest.approx(120, abs=1)


def test_a_time_limit_of_the_task_stays_one(server: ChatServer) -> None:
    server.replies.append(chat_server.slow)
    with (
        Chat(server.url, MODEL, KEY) as chat,
        pytest.raises(TaskTimeout),
        alarm(seconds=0.2, hard_seconds=60.0),
    ):
        chat.ask("Be brief.", "Hello?")


def test_nobody_there_may_change(server: ChatServer) -> None:
    with Chat("http://127.0.0.1:9/v1", MODEL, KEY) as chat:
        error = failure(chat)
    assert error.retryable
    assert "127.0.0.1" not in error.message


@pytest.mark.parametrize(
    "told",
    [
        "This model's maximum context length is 8192 tokens.",
        "the request exceeds the available context size",
        "Input is too long for requested model.",
    ],
)
def test_what_is_too_long_is_known_as_such(server: ChatServer, chat: Chat, told: str) -> None:
    server.replies.append(refusing(400, told))
    with pytest.raises(TooLong):
        chat.ask("Be brief.", "Hello?")


def test_what_a_model_thinks_before_it_answers_is_left_out(server: ChatServer, chat: Chat) -> None:
    server.replies.append(saying("<think>Let me see…\nYes.</think>\n\nIt is noon."))
    assert chat.ask("Be brief.", "When?") == "It is noon."
