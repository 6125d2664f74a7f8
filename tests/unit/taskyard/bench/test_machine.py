from __future__ import annotations

import orjson
import pytest

from taskyard.bench.machine import describe, sentence


def test_the_machine_is_described_in_json() -> None:
    facts = orjson.loads(orjson.dumps(describe()))
    assert facts["cores"] >= 1
    assert facts["celery"].startswith("5.")


@pytest.mark.parametrize(("load", "is_busy"), [(0.3, False), (1.5, True)])
def test_a_busy_machine_is_told(load: float, is_busy: bool) -> None:
    facts = describe() | {"cores": 2, "load_before": load}
    assert ("BUSY" in sentence(facts)) is is_busy
