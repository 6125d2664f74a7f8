"""The yard that the doctor looks at."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from shared.settings import Settings
from shared.yard import Yard
from taskyard.up_record import UpRecord


@dataclass(frozen=True, slots=True)
class Subject:
    """A yard, the environment that leads to it, and what ``taskyard up`` runs of it, if it does."""

    environ: Mapping[str, str]
    yard: Yard
    record: UpRecord | None

    @property
    def settings(self) -> Settings:
        """The yard's settings."""
        return self.yard.settings

    @property
    def is_up(self) -> bool:
        """Whether ``taskyard up`` runs in its HOME."""
        return self.record is not None

    def is_given(self, name: str) -> bool:
        """Whether the environment has a value for the setting ``TASKYARD_name``."""
        return bool(self.environ.get(f"TASKYARD_{name}", "").strip())
