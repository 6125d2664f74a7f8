"""The task that a schedule submits: checked once, and kept as JSON until it is made again."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from shared.accounts.annotators import Annotators
from shared.errors import Refused
from shared.tasks.draft import Draft
from shared.tasks.registry import Registry


@dataclass(frozen=True, slots=True, kw_only=True)
class Pattern:
    """What all tasks of a schedule have in common; ``max_cents`` is what one of them may cost."""

    type: str
    payload: dict[str, Any]
    dialect: str
    project_id: str | None
    priority: int
    deadline_seconds: float | None
    max_cents: int | None
    metadata: dict[str, Any] | None
    callback_url: str | None = None

    @classmethod
    def of(cls, draft: Draft, max_cents: int | None) -> Pattern:
        """The pattern of ``draft``, whose secrets are sealed by now."""
        return cls(
            type=draft.task_type.name,
            payload=draft.payload,
            dialect=draft.dialect,
            project_id=draft.project_id,
            priority=draft.priority,
            deadline_seconds=draft.deadline_seconds,
            max_cents=max_cents,
            metadata=draft.caller_metadata,
            callback_url=draft.callback_url,
        )

    def as_json(self) -> dict[str, Any]:
        """What `Pattern` is made of again."""
        return asdict(self)

    def draft(
        self,
        registry: Registry,
        account_id: str,
        secrets: dict[str, str] | None,
        policy: Annotators,
    ) -> Draft:
        """One more task, at today's price; `Refused` where it cannot be had any more."""
        kind = registry.get(self.type)
        if kind is None:
            raise Refused(f"{self.type} is not available on this server.", code="INVALID_TYPE")
        price = kind.price_cents(self.payload)
        if self.max_cents is not None and price > self.max_cents:
            message = f"The price is {price} cents now, above maxCents."
            raise Refused(message, code="BUDGET_TOO_LOW")
        return Draft(
            account_id=account_id,
            task_type=kind,
            payload=self.payload,
            dialect=self.dialect,
            secrets=secrets,
            project_id=self.project_id,
            priority=self.priority,
            deadline_seconds=self.deadline_seconds,
            cost_cents=price,
            annotators=policy.value if kind.is_answered else None,
            caller_metadata=self.metadata,
            callback_url=self.callback_url,
        )
