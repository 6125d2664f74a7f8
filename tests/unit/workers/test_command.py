"""``python -m workers``."""

from __future__ import annotations

import pytest

from workers.__main__ import main


def test_a_pool_that_there_is_not_is_refused_with_those_there_are() -> None:
    with pytest.raises(SystemExit) as caught:
        main(["no_such_pool"])
    assert "no_such_pool" in str(caught.value)
    assert "system" in str(caught.value)
