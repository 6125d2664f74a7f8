"""Uploads hold no more than their share of the gateway's threads."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from api.failure import Kind, Rejected
from api.upload_seats import UploadSeats


def test_an_upload_without_a_seat_is_asked_to_come_later() -> None:
    seats = UploadSeats(2, patience_seconds=0.01)
    with seats.seat(), seats.seat(), pytest.raises(Rejected) as error, seats.seat():
        pass

    assert error.value.failure.kind is Kind.UNAVAILABLE
    assert error.value.failure.headers["Retry-After"] == "5"


def test_a_seat_is_free_again_however_the_upload_ended() -> None:
    seats = UploadSeats(1, patience_seconds=0.01)
    for _ in range(2):
        with pytest.raises(KeyError), seats.seat():
            raise KeyError

    with seats.seat():
        pass


def test_uploads_take_turns() -> None:
    seats = UploadSeats(0, patience_seconds=30)

    def upload(number: int) -> int:
        with seats.seat():
            return number

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(upload, range(50))) == list(range(50))
