from __future__ import annotations

import pytest

from shared.outbound.address import Address
from shared.outbound.deadline import left, within
from shared.outbound.tries import CONNECT_SECONDS, tries

ADDRESSES = [Address("example.org", f"93.184.215.{n}", 80) for n in range(3)]


def test_each_address_gets_its_share_and_what_others_left() -> None:
    shares = [seconds for _, seconds in tries(ADDRESSES, 9.0)]
    assert shares == pytest.approx([3.0, 4.5, 9.0], abs=0.7)


def test_without_a_limit_there_is_the_usual_one() -> None:
    (_, seconds), *_ = tries(ADDRESSES[:1], None)
    assert seconds == pytest.approx(CONNECT_SECONDS, abs=2)


def test_the_limit_of_a_block_holds_within_it_alone() -> None:
    with within(0.0):
        assert left(5.0) == 0.0
        (_, seconds), *_ = tries(ADDRESSES[:1], 5.0)
    assert 0 < seconds < 0.1
    assert left(5.0) == 5.0
    assert left(None) is None


def test_an_inner_block_cannot_lengthen_the_outer_one() -> None:
    with within(0.0), within(100.0):
        assert left(None) == 0.0
