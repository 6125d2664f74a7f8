"""A handler that wants too much memory fails its own task, and nothing else."""

from __future__ import annotations

import resource

import pytest

from shared.errors import TaskError
from workers.memory_limit import memory_limit

MIB = 1024 * 1024


def test_what_fits_is_allowed() -> None:
    with memory_limit(256 * MIB):
        assert len(bytearray(64 * MIB)) == 64 * MIB


def test_more_is_an_error_of_the_task_that_no_retry_mends() -> None:
    with pytest.raises(TaskError, match="64 MiB of memory") as caught, memory_limit(64 * MIB):
        bytearray(512 * MIB)
    assert (caught.value.code, caught.value.retryable) == ("OUT_OF_MEMORY", False)


def test_afterwards_the_process_may_take_what_it_could_before() -> None:
    before = resource.getrlimit(resource.RLIMIT_DATA)
    with pytest.raises(TaskError), memory_limit(64 * MIB):
        bytearray(512 * MIB)
    assert resource.getrlimit(resource.RLIMIT_DATA) == before


def test_a_limit_of_the_process_itself_is_never_raised() -> None:
    with memory_limit(512 * MIB), memory_limit(64 * 1024 * MIB):
        inner, _ = resource.getrlimit(resource.RLIMIT_DATA)
    with memory_limit(512 * MIB):
        outer, _ = resource.getrlimit(resource.RLIMIT_DATA)
    assert abs(inner - outer) < 64 * MIB
