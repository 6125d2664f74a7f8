"""A payload's secret fields are sealed before they are stored, and opened for the handler alone."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from shared.errors import TaskError
from shared.sealed import NotOpened, is_sealed, seal, unseal
from shared.settings import Settings
from shared.tasks.draft import Draft
from shared.tasks.task import Task
from shared.tasks.task_type import Payload, TaskType

if TYPE_CHECKING:
    from shared.yard import Yard


def with_sealed(yard: Yard, draft: Draft) -> Draft:
    """``draft`` with the fields that its type names sealed for its account.

    What the yard sealed already stays as it is: a draft may be stored in several tries.
    """
    if not draft.task_type.secrets:
        return draft
    settings, owner, payload = yard.settings, draft.account_id, draft.payload
    sealed = {
        name: seal(settings, owner, payload[name])
        for name in draft.task_type.secrets & payload.keys()
        if not _is_ours(settings, owner, payload[name])
    }
    return replace(draft, payload={**payload, **sealed}) if sealed else draft


def with_opened(yard: Yard, kind: TaskType, task: Task) -> Payload:
    """The payload of ``task`` as its handler reads it; `TaskError` where a key is lost."""
    if not kind.secrets:
        return task.payload
    try:
        opened = {
            name: unseal(yard.settings, task.account_id, task.payload[name])
            for name in kind.secrets & task.payload.keys()
            if is_sealed(task.payload[name])
        }
    except NotOpened as error:
        raise TaskError(str(error), retryable=False, code="SECRETS_LOST") from error
    return {**task.payload, **opened}


def _is_ours(settings: Settings, owner: str, value: object) -> bool:
    if not isinstance(value, str) or not is_sealed(value):
        return False
    try:
        unseal(settings, owner, value)
    except NotOpened:
        return False
    return True
