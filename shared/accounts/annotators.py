"""Who answers an account's or a project's tasks: machines, people, or both. Pure."""

from __future__ import annotations

from enum import StrEnum


class Annotators(StrEnum):
    """The policy that a task takes from its project, else from its account.

    machine  models alone
    human    people alone
    mixed    models first; people only for what the models leave undecided
    """

    MACHINE = "machine"
    HUMAN = "human"
    MIXED = "mixed"
