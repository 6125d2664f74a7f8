"""Ids are packed into messages."""

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.ids import new_id
from shared.tasks.messages import Message, ids_in, pack


@dataclass
class Row:
    """What a message needs to know of a task."""

    id: str
    type: str = "ECHO"
    queue: str = "echo"
    solo: bool = False
    express: bool = False


SIZES = {"ECHO": 3, "OTHER": 2}


def ids(messages: list[Message]) -> list[tuple[str, ...]]:
    """The ids of each message."""
    return [message.ids for message in messages]


def test_tasks_share_messages_up_to_the_batch_size() -> None:
    rows = [Row(str(n)) for n in range(7)]
    assert ids(pack(rows, SIZES)) == [("0", "1", "2"), ("3", "4", "5"), ("6",)]


def test_a_solo_task_has_a_message_of_its_own() -> None:
    rows = [Row("a"), Row("alone", solo=True), Row("b")]
    assert ids(pack(rows, SIZES)) == [("alone",), ("a", "b")]


def test_a_message_has_tasks_of_one_type_only() -> None:
    rows = [Row("a"), Row("x", "OTHER", "other"), Row("b"), Row("y", "OTHER", "other")]
    assert pack(rows, SIZES) == [
        Message("OTHER", "other", ("x", "y")),
        Message("ECHO", "echo", ("a", "b")),
    ]


def test_types_that_are_not_known_here_are_sent_one_by_one() -> None:
    rows = [Row("a", "GONE", "gone"), Row("b", "GONE", "gone")]
    assert ids(pack(rows, SIZES)) == [("a",), ("b",)]


def test_express_tasks_share_messages_among_themselves() -> None:
    rows = [Row(i, express=i in "bd", solo=i == "e") for i in "abcde"]
    assert pack(rows, SIZES) == [
        Message("ECHO", "echo", ("e",)),
        Message("ECHO", "echo", ("a", "c")),
        Message("ECHO", "echo", ("b", "d"), express=True),
    ]


def test_nothing_is_packed_into_nothing() -> None:
    assert pack([], SIZES) == []


@pytest.mark.parametrize(("chosen", "name"), [(("a",), "a"), (("a", "b"), None)])
def test_a_message_with_one_task_is_named_after_it(
    chosen: tuple[str, ...], name: str | None
) -> None:
    assert Message("ECHO", "echo", chosen).id == name


@pytest.mark.parametrize("argument", [None, 7, "text", {"id": 1}, [], [None, 7, "no id", ["x"]]])
def test_what_somebody_else_put_into_a_message_names_no_tasks(argument: object) -> None:
    assert ids_in(argument) == ()


def test_the_ids_of_a_message_are_read_whatever_stands_between_them() -> None:
    one, two = new_id(), new_id()
    assert ids_in([one, 7, two, "' OR 1=1"]) == ids_in((one, two)) == (one, two)


@given(st.lists(st.tuples(st.sampled_from(["ECHO", "OTHER", "GONE"]), st.booleans())))
def test_every_task_is_in_exactly_one_message_and_none_is_too_big(
    kinds: list[tuple[str, bool]],
) -> None:
    rows = [Row(str(n), kind, kind.lower(), solo) for n, (kind, solo) in enumerate(kinds)]
    messages = pack(rows, SIZES)
    assert sorted(i for m in messages for i in m.ids) == sorted(row.id for row in rows)
    assert all(1 <= len(m.ids) <= SIZES.get(m.type, 1) for m in messages)
    by_id = {row.id: row for row in rows}
    for message in messages:
        chosen = [by_id[i] for i in message.ids]
        assert {(row.type, row.queue) for row in chosen} == {(message.type, message.queue)}
        assert len(chosen) == 1 or not any(row.solo for row in chosen)
        assert [row.id for row in chosen] == sorted((row.id for row in chosen), key=int)
