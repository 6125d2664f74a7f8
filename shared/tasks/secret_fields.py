"""A payload's secret fields are kept beside it, sealed, and opened for the handler alone.

They are in `tasks.secrets` until the task is completed or canceled, and for `KEPT` after it failed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from shared.errors import TaskError
from shared.sealed import NotOpened, is_sealed, seal_fields, unseal
from shared.secrecy import secret_texts
from shared.settings import Settings
from shared.tasks.draft import Draft
from shared.tasks.task import Task
from shared.tasks.task_type import Payload, TaskType

if TYPE_CHECKING:
    from shared.yard import Yard

KEPT = timedelta(days=7)
"""How long a failed task's secret fields wait for somebody to try it again."""
NOTHING: tuple[object, ...] = (None, "", {}, [])
"""Values that hide nothing: they stay in the payload."""


def with_sealed(yard: Yard, draft: Draft) -> Draft:
    """``draft`` with the fields that its type names moved out of its payload, sealed.

    A draft whose fields were moved before stays as it is: it may be stored in several tries.
    """
    payload, names = draft.payload, _open_names(draft)
    if not names:
        return draft
    fields = {name: payload[name] for name in names}
    sealed = seal_fields(yard.settings, draft.account_id, fields)
    left = {name: value for name, value in payload.items() if name not in names}
    return replace(draft, payload=left, secrets={**(draft.secrets or {}), **sealed})


def check_moved(draft: Draft) -> None:
    """`ValueError` where ``draft`` would be stored with a secret in its payload."""
    names = _open_names(draft)
    if names:
        raise ValueError(f"{draft.task_type.name}: not sealed: {', '.join(names)}")


def _open_names(draft: Draft) -> list[str]:
    payload = draft.payload
    return sorted(n for n in draft.task_type.secrets & payload.keys() if payload[n] not in NOTHING)


def with_opened(yard: Yard, kind: TaskType, task: Task) -> Payload:
    """The payload of ``task`` as its handler reads it; `TaskError` where a key is lost."""
    if not (kind.secrets or task.secrets):
        return task.payload
    before = {n: task.payload[n] for n in kind.secrets & task.payload.keys()}
    sealed = {name: text for name, text in before.items() if is_sealed(text)}  # of older versions
    try:
        opened = open_fields(yard.settings, task.account_id, {**sealed, **(task.secrets or {})})
    except NotOpened as error:
        raise TaskError(str(error), retryable=False, code="SECRETS_LOST") from error
    return {**task.payload, **opened}


def open_fields(
    settings: Settings, account_id: str, secrets: Mapping[str, str] | None
) -> dict[str, Any]:
    """What `with_sealed` moved into ``secrets``, by their fields' names; raises `NotOpened`."""
    return {
        name: unseal(settings, account_id, text, name) for name, text in (secrets or {}).items()
    }


def comparable(
    settings: Settings, account_id: str, secrets: Mapping[str, str] | None
) -> Mapping[str, Any] | None:
    """What is in ``secrets``, opened; as it is where a key is lost, which equals nothing else."""
    try:
        return open_fields(settings, account_id, secrets)
    except NotOpened:
        return secrets


def secrets_in(kind: TaskType, opened: Payload) -> frozenset[str]:
    """The texts in an ``opened`` payload that nobody else may read."""
    values = (opened[name] for name in kind.secrets & opened.keys())
    return frozenset[str]().union(*map(secret_texts, values))


def is_wiped(task: Task) -> bool:
    """Whether ``task`` had secret fields that were wiped after it failed."""
    return task.secrets == {}
