"""The example in the documents is loaded, registered and run as it stands there."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import cast

import pytest

import workers
import workers.system
from shared.tasks.registry import Registry, load_registry
from shared.tasks.status import Status
from shared.tasks.task_type import TaskType
from shared.yard import Yard
from tests.a_task import a_task
from workers.context import RunContext

ROOT = Path(__file__).parents[2]
FENCE = re.compile(r"```python\n# (?P<path>[\w/]+)\.py\n(?P<code>.*?)```", re.DOTALL)
EXAMPLES = ("docs/adding-a-task-type.md", "README.md")


def blocks(document: str) -> dict[str, str]:
    """The code blocks of a document that name their file, by module name."""
    text = (ROOT / document).read_text(encoding="utf-8")
    return {m["path"].replace("/", "."): m["code"] for m in FENCE.finditer(text)}


@pytest.fixture(params=EXAMPLES)
def example(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[dict[str, str]]:
    """A document's blocks, its modules in place as if they lay in the pool's folder."""
    found = blocks(request.param)
    names = [name for name in found if name.startswith("workers.")]
    for name in names:
        file = tmp_path.joinpath(*name.split(".")[1:]).with_suffix(".py")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(found[name], encoding="utf-8")
    monkeypatch.setattr(workers, "__path__", [*workers.__path__, str(tmp_path)])
    pool = [*workers.system.__path__, str(tmp_path / "system")]
    monkeypatch.setattr(workers.system, "__path__", pool)
    yield found
    for name in names:
        sys.modules.pop(name, None)
        monkeypatch.delattr(workers.system, name.rpartition(".")[2], raising=False)


def added(registry: Registry, example: dict[str, str]) -> list[TaskType]:
    """The types that come from the example's modules."""
    return [
        kind
        for kind in registry.types.values()
        if f'name="{kind.name}"' in "".join(example.values())
    ]


def test_the_example_is_found_where_the_document_puts_it(example: dict[str, str]) -> None:
    registry = load_registry()
    assert registry.failures == {}
    (kind,) = added(registry, example)
    assert kind in registry.pool("system")


def test_the_examples_own_tests_pass(example: dict[str, str]) -> None:
    tests = {name: code for name, code in example.items() if name.startswith("tests.")}
    for name, code in tests.items():
        module = ModuleType(name)
        exec(compile(code, name, "exec"), vars(module))
        functions = [value for key, value in vars(module).items() if key.startswith("test_")]
        assert functions
        for function in functions:
            function()


def test_the_example_runs_and_has_a_price(example: dict[str, str]) -> None:
    (kind,) = added(load_registry(), example)
    assert kind.run is not None
    payload = kind.payload.load({"text": "to be or not to be"})
    assert kind.price_cents(payload) >= 0
    assert kind.run(payload, _Context(cast(Yard, None), a_task(Status.RUNNING)))


class _Context(RunContext):
    """The least that a handler may use."""

    def progress(self, percent: float, **_detail: object) -> None:
        assert 0 <= percent <= 100

    def canceled(self) -> bool:
        return False
