"""What the yard relies on, whichever broker it has."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest

from shared.errors import Unavailable
from shared.ids import new_id
from shared.tasks.messages import Message
from tests.contract.broker.conftest import Post


def message(*ids: str, queue: str = "deadly", type_name: str = "DEADLY") -> Message:
    """A message with these ids, or with one new id."""
    return Message(type_name, queue, ids or (new_id(),))


def test_a_published_message_arrives_as_it_was_sent(post: Post) -> None:
    sent = message(new_id(), new_id())
    assert post.broker.publish([sent])
    assert post.take("deadly") == sent


def test_messages_arrive_in_the_order_in_which_they_were_sent(post: Post) -> None:
    sent = [message() for _ in range(20)]
    assert post.broker.publish(sent[:5])
    assert post.broker.publish(sent[5:])
    assert [post.take("deadly") for _ in sent] == sent


def test_express_messages_are_taken_first_in_their_order(post: Post) -> None:
    regular = [message() for _ in range(3)]
    express = [replace(message(), express=True) for _ in range(3)]
    post.broker.publish([regular[0], express[0], regular[1]])
    post.broker.publish([express[1], regular[2], express[2]])
    assert post.broker.depth("deadly") == 6
    assert [post.take("deadly") for _ in range(6)] == express + regular


def test_each_queue_holds_its_own_messages(post: Post) -> None:
    here, there = message(), message(queue="together", type_name="TOGETHER")
    assert post.broker.publish([here, there])
    assert (post.broker.depth("deadly"), post.broker.depth("together")) == (1, 1)
    assert (post.take("deadly"), post.take("together")) == (here, there)
    assert post.take("deadly") is None


def test_depth_counts_the_messages_that_wait(post: Post) -> None:
    assert post.broker.depth("deadly") == 0
    post.broker.publish([message(new_id(), new_id()), message()])
    assert post.broker.depth("deadly") == 2
    post.take("deadly")
    assert post.broker.depth("deadly") == 1


def test_a_mark_stays_through_a_restart_and_goes_when_the_broker_is_emptied(post: Post) -> None:
    post.broker.mark()
    post.down()
    for ask in (post.broker.is_marked, post.broker.mark):
        with pytest.raises(Unavailable):
            ask()
    post.up()
    assert post.broker.is_marked()
    post.empty()
    assert not post.broker.is_marked()
    post.broker.mark()
    assert post.broker.is_marked()


def test_many_messages_go_out_at_once(post: Post) -> None:
    sent = [message() for _ in range(1000)]
    begun = time.monotonic()
    assert post.broker.publish(sent)
    assert time.monotonic() - begun < 5
    assert post.broker.depth("deadly") == 1000


def test_publishing_nothing_succeeds(post: Post) -> None:
    assert post.broker.publish([])


def test_a_broker_that_answers_can_be_pinged(post: Post) -> None:
    post.broker.ping()


@pytest.mark.parametrize("count", [1, 50])
def test_a_broker_that_is_down_says_so_quickly(post: Post, count: int) -> None:
    assert post.broker.publish([message()])
    post.down()
    begun = time.monotonic()
    assert not post.broker.publish([message() for _ in range(count)])
    with pytest.raises(Unavailable):
        post.broker.ping()
    with pytest.raises(Unavailable):
        post.broker.depth("deadly")
    assert time.monotonic() - begun < 2


def test_a_broker_that_was_never_up_says_so_quickly(post: Post) -> None:
    post.down()
    begun = time.monotonic()
    assert not post.broker.publish([message()])
    assert time.monotonic() - begun < 2


def test_a_broker_that_is_back_is_used_again(post: Post) -> None:
    kept, lost, after = message(), message(), message()
    post.broker.publish([kept])
    post.down()
    assert not post.broker.publish([lost])
    post.up()
    post.later()
    post.broker.ping()
    assert post.broker.publish([after])
    assert [post.take("deadly") for _ in range(3)] == [kept, after, None]


def test_a_closed_broker_has_kept_what_was_sent(post: Post) -> None:
    post.broker.publish([message()])
    post.broker.close()
    assert post.take("deadly") is not None
