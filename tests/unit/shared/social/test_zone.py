"""Time zones by name."""

from __future__ import annotations

import pytest

from shared.errors import Refused
from shared.social.zone import check_zone


@pytest.mark.parametrize("name", ["UTC", "Europe/Berlin", "America/Argentina/Ushuaia"])
def test_a_name_of_the_database_is_a_zone(name: str) -> None:
    assert check_zone(name) == name


@pytest.mark.parametrize(
    "name", ["", "Mars/Olympus", "europe/berlin", "+02:00", "../../etc/passwd", "Europe", "a\0b"]
)
def test_anything_else_is_refused(name: str) -> None:
    with pytest.raises(Refused, match="timezone: must be a name of the IANA database") as refused:
        check_zone(name)
    assert refused.value.field == "timezone"
