"""Who may go of those that need mutexes."""

from __future__ import annotations

import orjson
import pytest

from shared.tasks.mutex_line import Head, may_go


def heads(*needs: str) -> list[Head]:
    """The first tasks of lines, oldest first: each is called as what it needs, by letters."""
    return [
        Head(one, "an account", "T", orjson.dumps(list(one)).decode(), float(turn))
        for turn, one in enumerate(needs)
    ]


CASES: list[tuple[list[str], str, str, list[str]]] = [
    ([], "", "", []),
    (["a", "b"], "", "", ["a", "b"]),
    (["a", "b"], "a", "", ["b"]),
    (["a", "b"], "", "a", ["b"]),
    (["ab", "bc"], "", "", ["ab"]),
    (["ab", "bc", "cd"], "", "", ["ab"]),
    (["ab", "c"], "", "", ["ab", "c"]),
    (["ab", "b"], "a", "", ["b"]),
    (["ab", "b"], "", "a", []),
    (["ab", "bc", "d"], "", "a", ["d"]),
    (["ab", "bc"], "a", "c", []),
    (["", "a"], "", "a", [""]),
]
"""Those in line, what is closed, what is busy, and who goes. Whoever waits for what is busy keeps
the rest of what it needs; whoever waits for what is closed does not."""


@pytest.mark.parametrize(("needs", "closed", "busy", "going"), CASES)
@pytest.mark.parametrize("backwards", [False, True])
def test_the_oldest_go_first_and_no_two_with_the_same(
    needs: list[str], closed: str, busy: str, going: list[str], backwards: bool
) -> None:
    found = heads(*needs)
    found = found[::-1] if backwards else found
    assert [head.id for head in may_go(found, set(closed), set(busy))] == going
