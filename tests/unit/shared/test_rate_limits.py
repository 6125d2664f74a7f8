"""Rate limits as the setting says them: read whole, and refused by the part that is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from shared.errors import SettingsError
from shared.rate_limits import DialectLimits, RateLimit, read_rate_limits
from shared.settings import read_settings

SECRET = "0123456789abcdef0123456789abcdef"


def test_there_are_none_by_default() -> None:
    assert read_rate_limits(" ") == ()


def test_each_dialect_has_its_own_of_keys_and_of_accounts() -> None:
    text = " buyers: key=100/1m , account=1000/m; scripts:account=5/30s; jobs:key=9/2h;"
    assert read_rate_limits(text) == (
        DialectLimits(
            "buyers",
            RateLimit("buyers-key", 100, 60),
            RateLimit("buyers-account", 1000, 60),
        ),
        DialectLimits("scripts", None, RateLimit("scripts-account", 5, 30)),
        DialectLimits("jobs", RateLimit("jobs-key", 9, 7200), None),
    )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("key=100/1m", "'key=100/1m' must be .*buyers, scripts, jobs, servers"),
        ("sellers:key=1/s", "'sellers:key=1/s' must be .*buyers, scripts, jobs, servers"),
        ("buyers:", "buyers needs key= or account="),
        ("buyers:user=1/s", "'user=1/s' of buyers must begin with key= or account="),
        ("buyers:key", "'' must be REQUESTS/TIME"),
        ("buyers:key=100", "'100' must be REQUESTS/TIME, such as 100/1m"),
        ("buyers:key=100/1w", "units of time are s, m, h and d"),
        ("buyers:key=-1/1s", "'-1/1s' must be REQUESTS/TIME"),
        ("buyers:key=٣/1s", "must be REQUESTS/TIME"),
        ("buyers:key=0/1s", "'0/1s' must be of 1 to 100000 requests"),
        ("buyers:key=100001/1s", "must be of 1 to 100000 requests"),
        ("buyers:key=1/0s", "'1/0s' must be over 1 s to 1 d"),
        ("buyers:key=1/25h", "'1/25h' must be over 1 s to 1 d"),
        ("buyers:key=1/s,key=2/s", "key of buyers is named twice"),
        ("buyers:key=1/s;buyers:account=2/s", "buyers is named twice"),
    ],
    ids=lambda text: repr(text)[:40],
)
def test_what_is_none_is_refused_with_what_would_do(
    tmp_path: Path, text: str, message: str
) -> None:
    given = {"HOME": str(tmp_path), "SECRET_KEY": SECRET, "RATE_LIMITS": text}
    with pytest.raises(SettingsError, match=f"^TASKYARD_RATE_LIMITS: .*{message}"):
        read_settings({f"TASKYARD_{name}": value for name, value in given.items()})
