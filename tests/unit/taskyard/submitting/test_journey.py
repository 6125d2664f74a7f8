"""A file is submitted once, whatever happens on the way."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import orjson
import pytest

from shared.errors import Refused
from taskyard.client import Submitted, Trouble, Unreachable
from taskyard.client.bulk import Parcel
from taskyard.submitting import lines
from taskyard.submitting.journey import Journey, Tally
from taskyard.submitting.lines import LARGEST_LINE_BYTES
from taskyard.submitting.record import Head, Record


class Sender:
    """A gateway that honours keys; it answers no more after ``left`` requests."""

    def __init__(self, left: int = 99) -> None:
        self.left = left
        self.done: dict[str, Sequence[Submitted]] = {}
        self.tasks: list[bytes] = []
        self.sizes: list[int] = []
        self.loses_answers = False
        self.refused = {b"bad"}

    def submit_parcel(self, parcel: Parcel, idempotency_key: str) -> Sequence[Submitted]:
        """Accept what is not to be refused."""
        if not self.left:
            if self.loses_answers:
                self.accept(parcel, idempotency_key)
            raise Unreachable("Gone.")
        self.left -= 1
        return self.accept(parcel, idempotency_key)

    def accept(self, parcel: Parcel, key: str) -> Sequence[Submitted]:
        """The same answer for the same key."""
        self.sizes.append(sum(map(len, parcel.lines)))
        if key not in self.done:
            self.done[key] = [self._one(n, line) for n, line in enumerate(parcel.lines)]
        return self.done[key]

    def _one(self, index: int, line: bytes) -> Submitted:
        if line in self.refused:
            return Submitted(index, error=Trouble("INVALID_JSON", "It is bad."))
        self.tasks.append(line)
        return Submitted(index, f"task of {line.decode()}", 5)


class Bar:
    """Notes how far it was."""

    def __init__(self) -> None:
        self.positions: list[int] = []

    def reach(self, position: int, told: str) -> None:
        """It is there now."""
        self.positions.append(position)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Five tasks, the third of which is bad."""
    path = tmp_path / "reviews.jsonl"
    path.write_bytes(b"one\ntwo\nbad\nfour\nfive\n")
    return path


def submit(file: Path, sender: Sender, bar: Bar | None = None) -> Tally:
    """Submit what is left, two lines a time."""
    with Record(file.with_name("state")) as record:
        if record.head is None:
            record.begin(Head.new(file, "acme", 2))
        return Journey(file, record, sender).run(bar or Bar())


def written(file: Path) -> dict[int, str]:
    """What the record says of each line: a task's id, or a code."""
    rows = [orjson.loads(line) for line in file.with_name("state").read_bytes().splitlines()]
    told = [row for row in rows if "line" in row]
    assert len(told) == len({row["line"] for row in told})
    return {row["line"]: row.get("taskId") or row["error"]["code"] for row in told}


WHOLE = {
    1: "task of one",
    2: "task of two",
    3: "INVALID_JSON",
    4: "task of four",
    5: "task of five",
}


def test_each_line_is_submitted_and_written_down(file: Path) -> None:
    sender, bar = Sender(), Bar()

    tally = submit(file, sender, bar)

    assert sender.tasks == [b"one", b"two", b"four", b"five"]
    assert written(file) == WHOLE
    assert (tally.accepted, tally.rejected) == (4, 1)
    assert tally.first_rejected == [(3, Trouble("INVALID_JSON", "It is bad."))]
    assert bar.positions == [8, 17, 22]


def test_once_more_nothing_is_submitted(file: Path) -> None:
    sender = Sender()
    submit(file, sender)
    again = submit(file, sender)
    assert (again.accepted, again.rejected, len(sender.tasks)) == (0, 0, 4)


def test_lines_that_were_added_are_submitted(file: Path) -> None:
    sender = Sender()
    submit(file, sender)
    with file.open("ab") as added:
        added.write(b"six\n")
    assert submit(file, sender).accepted == 1
    assert written(file) == WHOLE | {6: "task of six"}


@pytest.mark.parametrize("left", [0, 1, 2])
@pytest.mark.parametrize("loses_answers", [False, True])
def test_after_an_interruption_it_goes_on_and_nothing_is_submitted_twice(
    file: Path, left: int, loses_answers: bool
) -> None:
    sender = Sender(left)
    sender.loses_answers = loses_answers
    with pytest.raises(Unreachable):
        submit(file, sender)
    sender.left = 99

    submit(file, sender)

    assert sender.tasks == [b"one", b"two", b"four", b"five"]
    assert written(file) == WHOLE


@pytest.mark.parametrize("end", [b"\n", b""], ids=["whole line", "no end of line"])
@pytest.mark.parametrize("loses_answers", [False, True])
def test_a_file_that_grew_while_an_answer_was_awaited_is_not_submitted_twice(
    file: Path, end: bytes, loses_answers: bool
) -> None:
    file.write_bytes(b"one\ntwo\nthree" + end)
    sender = Sender(1)
    sender.loses_answers = loses_answers
    with pytest.raises(Unreachable):
        submit(file, sender)
    sender.left = 99
    with file.open("ab") as added:
        added.write(b"\n" * (not end) + b"four\nfive\n")

    submit(file, sender)

    assert sender.tasks == [b"one", b"two", b"three", b"four", b"five"]
    assert submit(file, sender).accepted == 0


def test_a_piece_that_changed_while_its_answer_was_awaited_is_not_gone_on_with(
    file: Path,
) -> None:
    sender = Sender(1)
    sender.loses_answers = True
    with pytest.raises(Unreachable):
        submit(file, sender)
    file.write_bytes(b"one\ntwo\nbad\nFOUR\nfive\n")
    with pytest.raises(Refused, match="lines 3 to 4 may have been submitted and changed since"):
        submit(file, sender)
    assert sender.tasks == [b"one", b"two", b"four"]


def test_what_follows_a_line_that_had_no_end_has_the_numbers_that_it_has_in_the_file(
    file: Path,
) -> None:
    file.write_bytes(b"one")
    sender = Sender()
    submit(file, sender)
    with file.open("ab") as added:
        added.write(b"\nbad\nthree\n")
    submit(file, sender)
    assert written(file) == {1: "task of one", 2: "INVALID_JSON", 3: "task of three"}

    sender.refused = set()
    assert submit_again(file, sender).accepted == 1
    assert sender.tasks == [b"one", b"three", b"bad"]


def test_a_line_that_was_submitted_before_it_was_whole_is_told(file: Path) -> None:
    file.write_bytes(b"one\ntw")
    sender = Sender()
    submit(file, sender)
    with file.open("ab") as added:
        added.write(b"o\nthree\n")
    with pytest.raises(Refused, match="line 2 was submitted before it was whole"):
        submit(file, sender)
    assert sender.tasks == [b"one", b"tw"]


def test_refused_lines_are_sent_again_in_requests_that_a_gateway_takes(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lines, "MOST_BYTES", 100)
    large = [bytes([letter]) * 40 for letter in b"abcde"]
    file.write_bytes(b"\n".join(large))
    sender = Sender()
    sender.refused = set(large)
    with Record(file.with_name("state")) as record:
        record.begin(Head.new(file, "acme", 1000))
        Journey(file, record, sender).run(Bar())
        sender.refused, sender.sizes = set(), []
        assert Journey(file, record, sender).run_again(Bar()).accepted == 5
    assert sender.sizes == [80, 80, 40]


def test_what_was_cut_off_while_it_was_written_counts_for_nothing(file: Path) -> None:
    sender = Sender(10_000)
    submit(file, sender)
    state = file.with_name("state")
    whole = state.read_bytes()
    for end in range(0, len(whole), 23):
        state.write_bytes(whole[:end])
        submit(file, sender)
        assert set(written(file)) == set(WHOLE)


def submit_again(file: Path, sender: Sender) -> Tally:
    """Submit what was refused."""
    with Record(file.with_name("state")) as record:
        return Journey(file, record, sender).run_again(Bar())


def refused(file: Path) -> list[int]:
    """The lines that are refused still."""
    with Record(file.with_name("state")) as record:
        assert record.mark.accepted + record.mark.rejected == 5
        assert record.mark.rejected == len(record.refused())
        return record.refused()


def test_what_was_refused_is_sent_again_until_it_is_accepted(file: Path) -> None:
    sender = Sender()
    sender.refused = {b"bad", b"four", b"five"}
    submit(file, sender)
    assert refused(file) == [3, 4, 5]

    assert submit_again(file, sender).rejected == 3
    assert refused(file) == [3, 4, 5]

    sender.refused = {b"bad"}
    again = submit_again(file, sender)
    assert (again.accepted, again.rejected, refused(file)) == (2, 1, [3])
    assert sender.tasks == [b"one", b"two", b"four", b"five"]
    assert submit(file, sender).accepted == 0


@pytest.mark.parametrize("left", [0, 1])
@pytest.mark.parametrize("loses_answers", [False, True])
def test_sending_again_may_be_interrupted_too(file: Path, left: int, loses_answers: bool) -> None:
    sender = Sender()
    sender.refused = {b"bad", b"four", b"five"}
    submit(file, sender)
    sender.refused, sender.left, sender.loses_answers = set(), left, loses_answers
    with pytest.raises(Unreachable):
        submit_again(file, sender)
    sender.left = 99

    submit_again(file, sender)

    assert sorted(sender.tasks) == sorted([b"one", b"two", b"bad", b"four", b"five"])
    assert refused(file) == []


def test_two_runs_have_keys_of_their_own(file: Path) -> None:
    sender = Sender()
    submit(file, sender)
    file.with_name("state").unlink()
    submit(file, sender)
    assert len(sender.tasks) == 8


def test_a_file_that_changed_is_not_gone_on_with(file: Path) -> None:
    with pytest.raises(Unreachable):
        submit(file, Sender(1))
    file.write_bytes(b"ONE\ntwo\nbad\nfour\nfive\n")
    with pytest.raises(Refused, match=r"its first 2 lines were submitted and changed since"):
        submit(file, Sender())


def test_a_line_that_no_gateway_takes_is_not_sent(file: Path) -> None:
    file.write_bytes(b"x" * (LARGEST_LINE_BYTES + 1) + b"\nsmall\n")
    sender = Sender()
    submit(file, sender)
    assert written(file) == {1: "BODY_TOO_LARGE", 2: "task of small"}
    assert sender.tasks == [b"small"]


@pytest.mark.parametrize("content", [b"hello\n", b"hello", b'{"a": 1}\n', b"[]\n"])
def test_what_is_no_record_is_left_alone(file: Path, content: bytes) -> None:
    state = file.with_name("state")
    state.write_bytes(content)
    with pytest.raises(Refused, match="is no record of what was submitted"):
        Record(state)
    assert state.read_bytes() == content


def test_a_record_of_another_version_is_refused(file: Path) -> None:
    state = file.with_name("state")
    with Record(state) as record:
        record.begin(Head(file.name, None, 2, "r", version=99))
    with pytest.raises(Refused, match="is of another version"):
        Record(state)


def test_two_do_not_submit_the_same_file_at_once(file: Path) -> None:
    with Record(file.with_name("state")), pytest.raises(Refused, match="Another process submits"):
        Record(file.with_name("state"))


def test_a_record_that_cannot_be_written_says_what_helps(tmp_path: Path) -> None:
    with pytest.raises(Refused, match=r"Cannot write .*: say --state FILE"):
        Record(tmp_path / "nowhere" / "state")


def test_the_rate_is_of_what_was_answered() -> None:
    assert Tally().per_second == 0.0
    assert Tally(9_000, 1_000, 2.0).text == "10,000 tasks, 5,000/s, 1,000 rejected"
    assert Tally(10, 0, 2.0).text == "10 tasks, 5/s"
