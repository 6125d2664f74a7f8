"""Task types are found in the pools and in other packages; a broken module costs its own only."""

import sys
from collections.abc import Iterator
from dataclasses import replace
from importlib import metadata
from pathlib import Path

import pytest
from marshmallow import Schema

from shared.tasks import registry as module
from shared.tasks.registry import Registry, load_registry
from shared.tasks.task_type import TaskType

DECLARATION = """
from marshmallow import Schema
from shared.tasks.task_type import TaskType

KIND = TaskType(name="{name}", pool="{pool}", queue="q", payload=Schema(), run={run})
"""


def kind(name: str, pool: str = "p", *, by_people: bool = False) -> TaskType:
    """A task type."""
    asked = TaskType(name=name, pool=pool, queue="q", payload=Schema())
    return asked if by_people else replace(asked, run=lambda payload, context: {})


class Pools:
    """A package of pools on disk."""

    def __init__(self, folder: Path) -> None:
        self.package = folder / "small_workers"
        self.write("__init__.py", "")
        self.write("app.py", "raise AssertionError('only pools hold task types')")

    def write(self, path: str, text: str) -> None:
        """One file of the package."""
        file = self.package / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)

    def declare(self, name: str, pool: str, module_name: str | None = None) -> None:
        """A module with one task type."""
        self.write(f"{pool}/__init__.py", "")
        text = DECLARATION.format(name=name, pool=pool, run="lambda payload, context: {}")
        self.write(f"{pool}/{module_name or name.lower()}.py", text)


@pytest.fixture
def pools(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Pools]:
    """An empty package of pools, instead of the workers' own, and no other packages."""
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(module, "POOLS_PACKAGE", "small_workers")
    monkeypatch.setattr(module, "ENTRY_POINT_GROUP", "small_workers.task_types")
    yield Pools(tmp_path)
    for name in [name for name in sys.modules if name.partition(".")[0] == "small_workers"]:
        del sys.modules[name]


def test_every_module_of_every_pool_is_looked_into(pools: Pools) -> None:
    pools.declare("ONE", "first")
    pools.declare("TWO", "first")
    pools.declare("THREE", "second")
    pools.declare("PART", "second/parts")
    registry = load_registry()
    assert sorted(registry.types) == ["ONE", "THREE", "TWO"]
    assert registry.failures == {}


def test_a_module_that_cannot_be_imported_costs_its_own_types_only(
    pools: Pools, caplog: pytest.LogCaptureFixture
) -> None:
    pools.declare("ONE", "first")
    pools.write("first/broken.py", "import a_library_that_is_not_installed")
    registry = load_registry()
    assert list(registry.types) == ["ONE"]
    assert list(registry.failures) == ["small_workers.first.broken"]
    assert "a_library_that_is_not_installed" in registry.failures["small_workers.first.broken"]
    assert "small_workers.first.broken are not available" in caplog.text


def test_a_name_that_is_taken_is_a_failure_of_the_second(pools: Pools) -> None:
    pools.declare("ONE", "first", "a")
    pools.declare("ONE", "first", "b")
    registry = load_registry()
    assert list(registry.types) == ["ONE"]
    assert registry.failures == {
        "small_workers.first.b": "ValueError: a task type named ONE exists already"
    }


def test_a_type_that_one_module_imports_from_another_is_the_same_type(pools: Pools) -> None:
    pools.declare("ONE", "first", "a")
    pools.write("first/b.py", "from small_workers.first.a import KIND")
    registry = load_registry()
    assert list(registry.types) == ["ONE"]
    assert registry.failures == {}


def test_other_packages_add_types_by_entry_points(
    pools: Pools, monkeypatch: pytest.MonkeyPatch
) -> None:
    pools.declare("ONE", "first")
    found = [
        metadata.EntryPoint("one", "small_workers.first.one:KIND", "small_workers.task_types"),
        metadata.EntryPoint("none", "small_workers.first.one:NONE", "small_workers.task_types"),
        metadata.EntryPoint("odd", "small_workers.first.one:__name__", "small_workers.task_types"),
    ]
    monkeypatch.setattr(metadata, "entry_points", lambda group: found)
    registry = load_registry()
    assert list(registry.types) == ["ONE"]
    assert sorted(registry.failures) == [
        "small_workers.first.one:NONE",
        "small_workers.first.one:__name__",
    ]


def test_a_type_is_found_by_its_name() -> None:
    one = kind("ONE")
    registry = Registry({"ONE": one})
    assert registry.get("ONE") is one
    assert registry.get("one") is None


def test_a_pool_has_the_types_that_its_workers_do() -> None:
    kinds = [
        kind("ONE", "b"),
        kind("TWO", "a"),
        kind("THREE", "b"),
        kind("ASK", "b", by_people=True),
    ]
    registry = Registry({k.name: k for k in kinds})
    assert [k.name for k in registry.pool("b")] == ["ONE", "THREE"]
    assert registry.pool("c") == []


def test_pools_that_only_people_work_for_are_no_pools() -> None:
    kinds = [kind("ONE", "b"), kind("TWO", "a"), kind("ASK", "crowd", by_people=True)]
    assert Registry({k.name: k for k in kinds}).pools == ["a", "b"]


def test_our_own_pools_have_no_broken_module() -> None:
    registry = load_registry()
    assert registry.failures == {}
    assert "ECHO" in registry.types
