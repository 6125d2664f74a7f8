"""What a rule may be about: the queues and types that are known here. Pure."""

from __future__ import annotations

from shared.errors import Refused
from shared.tasks.registry import Registry
from shared.tasks.rules import RuleKey, Scope


def check_name(registry: Registry, key: RuleKey) -> None:
    """`Refused` for a rule about a queue or a type that nobody knows: it would be a slip."""
    names = known_names(registry, key.scope)
    if names is not None and key.name not in names:
        raise Refused(
            f"name must be a {key.scope}, one of {', '.join(names)}; not {key.name!r}.",
            code="INVALID_FIELD",
            field="name",
        )


def known_names(registry: Registry, scope: Scope) -> list[str] | None:
    """What a rule of that scope may be about; None for accounts, which the store knows."""
    types = registry.types.values()
    match scope:
        case Scope.QUEUE:
            return sorted({kind.queue for kind in types})
        case Scope.TYPE:
            return sorted(kind.name for kind in types)
    return None
