"""``python -m workers``."""

from __future__ import annotations

import pytest

from workers.__main__ import main


def test_a_pool_that_there_is_not_is_refused_with_those_there_are(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(["no_such_pool"])
    told = capsys.readouterr().err
    assert "no_such_pool" in told
    assert "system" in told
