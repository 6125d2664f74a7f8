"""Secret fields of failed tasks go once nobody has tried them again for days."""

from __future__ import annotations

from shared.tasks.secret_wiping import Place, wipe_secrets
from shared.yard import Yard


class WipeSecrets:
    """The chore. It remembers how far it came, for rows that were wiped stay where it looks."""

    def __init__(self) -> None:
        self._after: Place | None = None

    def __call__(self, yard: Yard) -> int:
        """Look at up to one batch of failed tasks; how many there were."""
        seen, self._after = yard.store.transact(lambda tx: wipe_secrets(tx, self._after))
        return seen
